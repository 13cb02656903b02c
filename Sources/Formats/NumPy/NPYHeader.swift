import Arrays

/// The header of an npy file: `{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }`, with the
/// keys in any order.
struct NPYHeader {
  private(set) var dtype = DType.float32
  private(set) var isBigEndian = false
  private(set) var isFortran = false
  private(set) var sizes: [Int] = []

  private static let codes: [(code: String, dtype: DType)] = [
    ("f4", .float32), ("f8", .float64), ("f2", .float16), ("i4", .int32), ("i8", .int64),
    ("u1", .uint8), ("b1", .bool),
  ]

  /// The type's name in a header.
  static func code(of dtype: DType) -> String {
    let code = codes.first { $0.dtype == dtype }!.code
    return (dtype.byteCount == 1 ? "|" : "<") + code
  }

  /// - Throws: `FormatError` for anything but the literal of such a dictionary.
  init(_ bytes: ArraySlice<UInt8>, file: String, place: String) throws(FormatError) {
    func fail(
      _ found: String, _ expected: String, _ kind: FormatError.Kind = .malformed
    ) -> FormatError {
      FormatError(
        kind, file: file, place: place.isEmpty ? "header" : place + ", header", found: found,
        expected: expected)
    }
    let whole = fail(
      Excerpt.quoted(String(decoding: bytes.prefix(200), as: UTF8.self)),
      "a dictionary with 'descr', 'fortran_order' and 'shape'")
    var text = Scanner(rest: bytes)
    var keys: Set<String> = []
    guard text.take("{") else { throw whole }
    while !text.take("}") {
      guard let key = text.quoted(), keys.insert(key).inserted, text.take(":") else { throw whole }
      switch key {
      case "descr":
        guard let code = text.quoted() else { throw whole }
        let name = code.first.map { "<>|=".contains($0) } == true ? String(code.dropFirst()) : code
        guard let known = Self.codes.first(where: { $0.code == name }) else {
          throw fail(
            "the type \(Excerpt.quoted(code))",
            "one of " + Self.codes.map(\.code).joined(separator: ", "), .unsupported)
        }
        dtype = known.dtype
        isBigEndian = code.hasPrefix(">")
      case "fortran_order":
        if text.take("True") {
          isFortran = true
        } else if !text.take("False") {
          throw whole
        }
      case "shape":
        guard let sizes = text.tuple() else { throw whole }
        self.sizes = sizes
      default: throw whole
      }
      if !text.take(",") {
        guard text.take("}") else { throw whole }
        break
      }
    }
    guard text.isAtEnd, keys.count == 3 else { throw whole }
  }

  /// What is left to read of a header.
  private struct Scanner {
    var rest: ArraySlice<UInt8>

    mutating func skipSpace() {
      rest = rest.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
    }

    var isAtEnd: Bool {
      var copy = self
      copy.skipSpace()
      return copy.rest.isEmpty
    }

    /// Takes a word, if it comes next.
    mutating func take(_ word: String) -> Bool {
      skipSpace()
      guard rest.starts(with: word.utf8) else { return false }
      rest = rest.dropFirst(word.utf8.count)
      return true
    }

    /// A text between quotation marks of one kind.
    mutating func quoted() -> String? {
      skipSpace()
      guard let mark = rest.first, mark == UInt8(ascii: "'") || mark == UInt8(ascii: "\""),
        let end = rest.dropFirst().firstIndex(of: mark)
      else { return nil }
      defer { rest = rest[(end + 1)...] }
      return String(decoding: rest[(rest.startIndex + 1)..<end], as: UTF8.self)
    }

    /// Whole numbers between brackets.
    mutating func tuple() -> [Int]? {
      guard take("(") else { return nil }
      var numbers: [Int] = []
      while !take(")") {
        skipSpace()
        let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard !digits.isEmpty, let number = Int(String(decoding: digits, as: UTF8.self)) else {
          return nil
        }
        numbers.append(number)
        rest = rest.dropFirst(digits.count)
        if !take(",") {
          guard take(")") else { return nil }
          break
        }
      }
      return numbers
    }
  }
}
