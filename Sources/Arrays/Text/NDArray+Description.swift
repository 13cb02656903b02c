extension NDArray: CustomStringConvertible {
  /// The elements as NumPy prints them: `[[1.  2.5]\n [3.  4. ]]`; the edges alone for more than
  /// 1000.
  public var description: String { text() }

  /// The elements as NumPy prints them, in brackets and aligned; a scalar alone and with all its
  /// digits.
  ///
  /// Of an array with more elements than `threshold` only the edges are read, so that this is quick
  /// for large ones.
  public func text(_ options: ArrayTextOptions = ArrayTextOptions()) -> String {
    options.check()
    if elementCount == 0 { return "[]" }
    let isShortened = elementCount > options.threshold
    let edge = isShortened ? options.edgeItems : Int.max
    // Positions along each axis that are shown.
    let shown = shape.map { size in
      size / 2 >= edge && size > 2 * edge
        ? Array(0..<edge) + Array((size - edge)..<size) : Array(0..<size)
    }
    let words = words(at: shown, precision: options.precision)
    if rank == 0 { return words[0] }
    var writer = NestedWriter(
      words: words, shown: shown.map(\.count),
      isCut: zip(shape, shown).map { $0 != $1.count }, edge: edge)
    return writer.write(axis: 0, indent: " ", width: options.lineWidth)
  }

  /// Each element at the given positions along the axes, as text of one width.
  private func words(at shown: [[Int]], precision: Int) -> [String] {
    let source = strided == nil ? rowMajor() : self
    let (start, strides) = source.strided!
    var offsets = [start]
    for (axis, positions) in shown.enumerated() {
      offsets = offsets.flatMap { offset in positions.map { offset + $0 * strides[axis] } }
    }
    defer { withExtendedLifetime(source) {} }
    let pointer = UnsafeRawPointer(source.storage.pointer)
    func read<Element: BitwiseCopyable>(_ type: Element.Type) -> [Element] {
      offsets.map { pointer.load(fromByteOffset: $0 * MemoryLayout<Element>.stride, as: type) }
    }
    func floats(_ values: [Double]) -> [String] {
      if rank == 0 { return [FloatText.scalar(values[0], dtype: dtype)] }
      let form = FloatText(values, dtype: dtype, precision: precision)
      return values.map { form($0) }
    }
    switch dtype {
    case .float32: return floats(read(Float.self).map(Double.init))
    case .float64: return floats(read(Double.self))
    case .float16:
      return floats(read(UInt16.self).map { Double(HalfPrecision.value(ofBits: $0)) })
    case .int32: return Self.aligned(read(Int32.self).map { String($0) })
    case .int64: return Self.aligned(read(Int64.self).map { String($0) })
    case .uint8: return Self.aligned(read(UInt8.self).map { String($0) })
    case .bool:
      return read(UInt8.self).map { $0 == 0 ? "False" : rank == 0 ? "True" : " True" }
    }
  }

  private static func aligned(_ words: [String]) -> [String] {
    let width = words.map(\.utf8.count).max() ?? 0
    return words.map { String(repeating: " ", count: width - $0.utf8.count) + $0 }
  }
}

/// Puts words in brackets and breaks lines, axis by axis.
private struct NestedWriter {
  let words: [String]
  /// How many positions along each axis are shown, and whether some are left out.
  let shown: [Int]
  let isCut: [Bool]
  let edge: Int
  /// The next word.
  private var place = 0

  init(words: [String], shown: [Int], isCut: [Bool], edge: Int) {
    self.words = words
    self.shown = shown
    self.isCut = isCut
    self.edge = edge
  }

  mutating func write(axis: Int, indent: String, width: Int) -> String {
    var text = ""
    if axis == shown.count - 1 {
      var line = indent
      func add(_ word: String) {
        // A line of nothing but its indent is not made better by a break.
        if line.utf8.count + word.utf8.count > width - 1, line.utf8.count > indent.utf8.count {
          while line.last == " " { line.removeLast() }
          text += line + "\n"
          line = indent
        }
        line += word
      }
      for position in 0..<shown[axis] {
        if isCut[axis], position == edge {
          add("...")
          line += " "
        }
        add(words[place])
        place += 1
        if position < shown[axis] - 1 { line += " " }
      }
      text += line
    } else {
      let separator = String(repeating: "\n", count: shown.count - 1 - axis)
      for position in 0..<shown[axis] {
        if isCut[axis], position == edge { text += indent + "..." + separator }
        text += indent + write(axis: axis + 1, indent: indent + " ", width: width - 1)
        if position < shown[axis] - 1 { text += separator }
      }
    }
    return "[" + text.dropFirst(indent.utf8.count) + "]"
  }
}
