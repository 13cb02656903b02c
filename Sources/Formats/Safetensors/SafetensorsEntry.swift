import Arrays

/// What the header says of one tensor.
struct SafetensorsEntry {
  let name: String
  let type: SafetensorsType
  let sizes: [Int]
  /// Where its bytes stand, counted from the end of the header.
  let range: Range<Int>

  /// The place that errors name.
  static func place(_ name: String) -> String { "tensor \(Excerpt.quoted(name))" }

  /// Reads `{"dtype": …, "shape": […], "data_offsets": [begin, end]}`; other members are ignored, as
  /// the official library does.
  init(
    _ name: String, _ value: JSONValue, file: String
  ) throws(FormatError) {
    func fail(_ kind: FormatError.Kind, _ found: String, _ expected: String) -> FormatError {
      FormatError(
        kind, file: file, place: Self.place(name), found: found, expected: expected)
    }
    guard case .object(let members) = value else {
      throw fail(.malformed, value.kind, "an object with dtype, shape and data_offsets")
    }
    guard let code = members["dtype"]?.string else {
      throw fail(
        .malformed, members["dtype"].map { "\($0.kind) as dtype" } ?? "no dtype",
        "a string such as \"F32\"")
    }
    guard let type = SafetensorsType(rawValue: code) else {
      throw fail(.unsupported, "dtype \(Excerpt.quoted(code))", Self.supported)
    }
    guard let shape = members["shape"]?.array else {
      throw fail(
        .malformed, members["shape"].map { "\($0.kind) as shape" } ?? "no shape",
        "an array of sizes")
    }
    var sizes: [Int] = []
    for size in shape {
      guard let size = size.integer, size >= 0 else {
        throw fail(.malformed, "the size \(Self.short(size))", "whole numbers from 0")
      }
      sizes.append(size)
    }
    guard let offsets = members["data_offsets"]?.array else {
      throw fail(
        .malformed,
        members["data_offsets"].map { "\($0.kind) as data_offsets" }
          ?? "no data_offsets", "an array of two offsets")
    }
    guard offsets.count == 2, let begin = offsets[0].integer, let end = offsets[1].integer,
      begin >= 0, begin <= end
    else {
      throw fail(
        .malformed, "data_offsets \(Self.short(.array(offsets)))",
        "begin and end, ascending, from 0")
    }
    guard let count = NDArray.product(of: sizes + [type.byteCount]) else {
      throw fail(
        .malformed, "shape \(Self.short(.array(shape)))",
        "sizes whose product memory can address")
    }
    guard count == end - begin else {
      throw fail(
        .malformed, "\(Excerpt.bytes(end - begin)) of data",
        "\(count) for shape \(Self.short(.array(shape))) of \(code)")
    }
    self.name = name
    self.type = type
    self.sizes = sizes
    range = begin..<end
  }

  /// The types that can be read.
  static let supported = "one of F64, F32, F16, BF16, I64, I32, U8, BOOL"

  /// A JSON value for a message, cut where it is long.
  private static func short(_ value: JSONValue) -> String {
    if let array = value.array, array.count > 10 {
      return "[\(array.prefix(10).map { short($0) }.joined(separator: ", ")), …]"
    }
    let text =
      value.array.map { "[\($0.map { short($0) }.joined(separator: ", "))]" }
      ?? (value.object == nil ? value.text() : "{…}")
    return Excerpt.plain(String(text.prefix(200)))
  }
}
