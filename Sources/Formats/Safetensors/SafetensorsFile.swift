import Arrays

/// A safetensors file whose header has been read and checked; tensors are read when asked for.
///
/// ```swift
/// let file = try SafetensorsFile(path)
/// let weight = try file.tensor("conv1.weight")
/// ```
public struct SafetensorsFile: Sendable {
  /// What the header's `__metadata__` holds.
  public let metadata: [String: String]
  private let entries: [SafetensorsEntry]
  private let places: [String: Int]
  private let source: ByteSource
  private let dataStart: Int

  /// Opens a file and reads its header. The file stays open as long as this value or a copy lives.
  /// - Throws: `FormatError` where the file cannot be read or its header is wrong: a length, a
  ///   type, a shape or offsets that do not fit the file, the same name twice, gaps or overlaps.
  public init(_ path: String) throws(FormatError) {
    try self.init(ByteSource(file: path))
  }

  /// Reads the header of a file's content.
  /// - Parameters:
  ///   - bytes: The content of the file.
  ///   - file: The name that errors give.
  /// - Throws: `FormatError`, as for a file.
  public init(_ bytes: [UInt8], file: String = "safetensors data") throws(FormatError) {
    try self.init(.memory(bytes, name: file))
  }

  private init(_ source: ByteSource) throws(FormatError) {
    let header = try SafetensorsHeader(source)
    self.source = source
    metadata = header.metadata
    entries = header.entries
    dataStart = header.dataStart
    places = Dictionary(
      entries.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The tensors' names in the header's order.
  public var names: [String] { entries.map(\.name) }

  /// Whether there is a tensor of that name.
  public func contains(_ name: String) -> Bool { places[name] != nil }

  /// The sizes of a tensor, without reading it; nil where there is none of that name.
  public func sizes(_ name: String) -> [Int]? { places[name].map { entries[$0].sizes } }

  /// The type that a tensor is read as; nil where there is none of that name or it has a type that
  /// arrays have not.
  public func dtype(_ name: String) -> DType? { places[name].flatMap { entries[$0].type.dtype } }

  /// Bytes of all tensors in the file.
  public var dataByteCount: Int { entries.reduce(0) { $0 + $1.range.count } }

  /// Reads one tensor. BF16 becomes `float32`, exactly; the other types are kept.
  /// - Throws: `FormatError` where there is no such tensor, its type or number of axes is not
  ///   supported, a BOOL is neither 0 nor 1, memory would not do or the file has become shorter.
  public func tensor(_ name: String) throws(FormatError) -> NDArray {
    guard let place = places[name] else {
      let some = entries.prefix(6).map { Excerpt.quoted($0.name) }.joined(separator: ", ")
      throw FormatError(
        .missing, file: source.file, place: SafetensorsEntry.place(name), found: "no such tensor",
        expected: entries.isEmpty
          ? "a name from a file that has tensors"
          : "one of the \(entries.count), such as \(some)")
    }
    return try tensor(entries[place])
  }

  /// Reads all tensors in the header's order.
  /// - Throws: `FormatError`, as `tensor` does.
  public func tensors() throws(FormatError) -> [(name: String, array: NDArray)] {
    for entry in entries { try requireSupported(entry) }
    try NDArray.requireMemory(of: source.file, place: "", byteCount: dataByteCount)
    var tensors: [(name: String, array: NDArray)] = []
    for entry in entries { tensors.append((entry.name, try tensor(entry))) }
    return tensors
  }

  @discardableResult
  private func requireSupported(_ entry: SafetensorsEntry) throws(FormatError) -> DType {
    guard let dtype = entry.type.dtype else {
      throw FormatError(
        .unsupported, file: source.file, place: SafetensorsEntry.place(entry.name),
        found: "dtype \(Excerpt.quoted(entry.type.rawValue))",
        expected: SafetensorsEntry.supported)
    }
    return dtype
  }

  private func tensor(_ entry: SafetensorsEntry) throws(FormatError) -> NDArray {
    let dtype = try requireSupported(entry)
    let place = SafetensorsEntry.place(entry.name)
    let array = try NDArray.content(
      of: source.file, place: place, sizes: entry.sizes, dtype: dtype)
    let offset = dataStart + entry.range.lowerBound
    try array.withContentBytes { (bytes) throws(FormatError) in
      if entry.range.isEmpty { return }
      // BF16 takes half the room: it is read into the second half and widened from the front.
      let target = UnsafeMutableRawBufferPointer(
        rebasing: bytes[(bytes.count - entry.range.count)...])
      try source.read(at: offset, into: target)
      switch entry.type {
      case .bfloat16: widenBrainFloats(bytes)
      case .bool:
        if let index = bytes.firstIndex(where: { $0 > 1 }) {
          throw FormatError(
            .malformed, file: source.file, place: "\(place), element \(index)",
            found: "the byte \(bytes[index])", expected: "0 or 1 in a BOOL")
        }
      default: break
      }
    }
    return array
  }

  /// Each BF16 number is the upper half of a `Float`. Of n elements, the one at i is read from byte
  /// 2n + 2i and written to bytes 4i to 4i + 3, which reach no element after it since i < n.
  private func widenBrainFloats(_ bytes: UnsafeMutableRawBufferPointer) {
    let half = bytes.count / 2
    for index in 0..<(bytes.count / 4) {
      let bits = bytes.loadUnaligned(fromByteOffset: half + 2 * index, as: UInt16.self)
      bytes.storeBytes(
        of: UInt32(UInt16(littleEndian: bits)) << 16, toByteOffset: 4 * index, as: UInt32.self)
    }
  }
}
