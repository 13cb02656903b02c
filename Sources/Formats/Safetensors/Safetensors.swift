import Arrays

/// The safetensors format: named arrays and text metadata, as Python's `safetensors` reads and
/// writes them.
///
/// Source: Hugging Face, "safetensors", README, section "Format".
public enum Safetensors {
  /// Reads a whole file. `SafetensorsFile` reads tensors one by one.
  /// - Returns: The tensors in the header's order, and the metadata.
  /// - Throws: `FormatError` where the file cannot be read, its header is wrong, a tensor's type is
  ///   not supported, or memory would not do.
  public static func read(
    _ path: String
  ) throws(FormatError) -> (tensors: [(name: String, array: NDArray)], metadata: [String: String]) {
    let file = try SafetensorsFile(path)
    return (try file.tensors(), file.metadata)
  }

  /// Writes a file; it is there whole or not at all.
  ///
  /// The header names the tensors in the order given; their data stand in order of element size,
  /// the largest first, so that each is aligned, as in the official library.
  /// - Throws: `FormatError` for a name that is used twice or is `__metadata__`, and where the file
  ///   cannot be written.
  public static func write(
    _ tensors: [(name: String, array: NDArray)], metadata: [String: String] = [:], to path: String
  ) throws(FormatError) {
    let header = try header(tensors, metadata: metadata, file: path)
    let file = try AtomicFile(path)
    try file.write(header)
    for index in order(tensors) {
      try tensors[index].array.withRowMajorBytes { (bytes) throws(FormatError) in
        try file.write(bytes)
      }
    }
    try file.commit()
  }

  /// The bytes of a file, as `write` writes them.
  /// - Parameters:
  ///   - tensors: Names and arrays in the header's order.
  ///   - metadata: Texts by name.
  ///   - file: The name that errors give.
  /// - Throws: `FormatError` for a name that is used twice or is `__metadata__`.
  public static func encode(
    _ tensors: [(name: String, array: NDArray)], metadata: [String: String] = [:],
    file: String = "safetensors data"
  ) throws(FormatError) -> [UInt8] {
    var bytes = try header(tensors, metadata: metadata, file: file)
    for index in order(tensors) {
      tensors[index].array.withRowMajorBytes { bytes.append(contentsOf: $0) }
    }
    return bytes
  }

  /// The order of the data: by element size, the largest first, equal ones as given.
  private static func order(_ tensors: [(name: String, array: NDArray)]) -> [Int] {
    tensors.indices.sorted {
      let (a, b) = (tensors[$0].array.dtype.byteCount, tensors[$1].array.dtype.byteCount)
      return a == b ? $0 < $1 : a > b
    }
  }

  /// Length and JSON, padded with spaces so that the data begin at a multiple of eight.
  private static func header(
    _ tensors: [(name: String, array: NDArray)], metadata: [String: String], file: String
  ) throws(FormatError) -> [UInt8] {
    var ranges = [Range<Int>](repeating: 0..<0, count: tensors.count)
    var end = 0
    for index in order(tensors) {
      let array = tensors[index].array
      let begin = end
      end += array.elementCount * array.dtype.byteCount
      ranges[index] = begin..<end
    }
    var object = JSONObject()
    if !metadata.isEmpty {
      let members = metadata.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      object["__metadata__"] = .object(
        JSONObject(members.map { (key: $0.key, value: .string($0.value)) }))
    }
    for (index, tensor) in tensors.enumerated() {
      let entry: JSONValue = [
        "dtype": .string(SafetensorsType(tensor.array.dtype).rawValue),
        "shape": .array(tensor.array.shape.map { .integer($0) }),
        "data_offsets": [.integer(ranges[index].lowerBound), .integer(ranges[index].upperBound)],
      ]
      guard tensor.name != "__metadata__", object.appendNew(tensor.name, entry) else {
        throw FormatError(
          .unsupported, file: file, place: SafetensorsEntry.place(tensor.name),
          found: tensor.name == "__metadata__" ? "a reserved name" : "the name a second time",
          expected: "each tensor under a name of its own")
      }
    }
    var text = JSONValue.object(object).encoded()
    while text.count % 8 != 0 { text.append(UInt8(ascii: " ")) }
    guard text.count <= SafetensorsHeader.longest else {
      throw FormatError(
        .tooLarge, file: file, found: "a header of \(text.count) bytes",
        expected: "at most \(SafetensorsHeader.longest)")
    }
    let length = UInt64(text.count)
    return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * UInt64($0))) } + text
  }
}
