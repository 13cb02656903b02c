import Arrays

/// Reading whole files.
public enum Files {
  /// The largest file that is read whole where the caller names no limit: half of what arrays may
  /// take.
  public static var defaultMaximum: Int { MemoryPool.shared.limit / 2 }

  /// The bytes of a file (or of a pipe, up to its end).
  /// - Parameters:
  ///   - path: The file.
  ///   - maximum: The most bytes that are read; by default half of the memory limit.
  /// - Throws: `FormatError` where the file is missing, a folder, a device, not readable or larger
  ///   than `maximum`.
  public static func read(_ path: String, maximum: Int? = nil) throws(FormatError) -> [UInt8] {
    let limit = max(0, min(maximum ?? defaultMaximum, Int.max / 4))
    let file = try InputFile(path)
    if let byteCount = file.byteCount {
      guard byteCount <= limit else { throw tooLarge(path, Excerpt.bytes(byteCount), limit) }
      return try read(file, upTo: byteCount)
    }
    var bytes: [UInt8] = []
    while true {
      let chunk = try read(file, upTo: min(1 << 20, limit - bytes.count + 1))
      if chunk.isEmpty { return bytes }
      guard chunk.count <= limit - bytes.count else {
        throw tooLarge(path, "more than \(Excerpt.bytes(limit))", limit)
      }
      bytes.append(contentsOf: chunk)
    }
  }

  private static func read(_ file: InputFile, upTo count: Int) throws(FormatError) -> [UInt8] {
    do {
      return try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
        initialized = try file.readNext(
          into: UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: count))
      }
    } catch let error as FormatError {
      throw error
    } catch {
      throw FormatError(
        .unreadable, file: file.path, found: "\(error)", expected: "a readable file")
    }
  }

  private static func tooLarge(_ path: String, _ found: String, _ limit: Int) -> FormatError {
    FormatError(.tooLarge, file: path, found: found, expected: "at most \(limit)")
  }
}
