#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that appears whole or not at all.
///
/// Content goes to a temporary file in the same folder, which takes the path's place once it is on
/// the disk; until then, and after any failure, what stood at the path stands there still. A path
/// that is a device or a pipe, such as `/dev/stdout`, is written to directly, and a symbolic link
/// is followed. An existing file keeps its permissions.
///
/// ```swift
/// try AtomicFile.write(path) { file in try file.write("{}\n") }
/// ```
public final class AtomicFile {
  /// The system's `write`, or what a test puts in its place.
  package typealias SystemWrite = (Int32, UnsafeRawPointer, Int) -> Int

  /// The path to be written, as the caller gave it.
  public let path: String
  private let target: String
  private var temporary: String?
  private let writer: FileWriter

  /// Bytes written so far.
  public var byteCount: Int { writer.byteCount }

  /// Opens a temporary file beside the path.
  /// - Throws: `FormatError` where the path is a folder or a file that this user may not write, or
  ///   its folder is missing or not writable.
  public convenience init(_ path: String) throws(FormatError) {
    try self.init(path) { systemWrite($0, $1, $2) }
  }

  package init(_ path: String, systemWrite: @escaping SystemWrite) throws(FormatError) {
    try SystemCall.check(path: path)
    self.path = path
    var status = stat()
    let exists = stat(path, &status) == 0
    if exists && status.st_mode & S_IFMT == S_IFDIR {
      throw SystemCall(code: EISDIR).writing(path)
    }
    if exists && access(path, W_OK) != 0 { throw SystemCall.failure.writing(path) }
    if exists && status.st_mode & S_IFMT != S_IFREG {
      let descriptor = open(path, O_WRONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw SystemCall.failure.writing(path) }
      target = path
      writer = FileWriter(descriptor: descriptor, path: path, systemWrite: systemWrite)
      return
    }
    target = exists ? Self.resolved(path) : path
    let (descriptor, temporary) = try Self.openTemporary(
      in: Self.folder(of: target), for: path)
    self.temporary = temporary
    if exists { _ = fchmod(descriptor, status.st_mode & 0o777) }
    writer = FileWriter(descriptor: descriptor, path: path, systemWrite: systemWrite)
  }

  deinit { cancel() }

  /// Adds bytes at the end.
  /// - Throws: `FormatError` with the system's reason, such as a full disk.
  public func write(_ bytes: UnsafeRawBufferPointer) throws(FormatError) {
    do throws(FormatError) {
      try writer.write(bytes)
    } catch {
      cancel()
      throw error
    }
  }

  /// Adds bytes at the end.
  /// - Throws: `FormatError` with the system's reason, such as a full disk.
  public func write(_ bytes: [UInt8]) throws(FormatError) {
    try bytes.withUnsafeBufferPointer { (bytes) throws(FormatError) in
      try write(UnsafeRawBufferPointer(bytes))
    }
  }

  /// Adds text at the end, as UTF-8.
  /// - Throws: `FormatError` with the system's reason, such as a full disk.
  public func write(_ text: String) throws(FormatError) {
    try write(Array(text.utf8))
  }

  /// Puts the content in its place: synchronises the file, renames it and synchronises the folder.
  /// - Throws: `FormatError`; the temporary file is gone then.
  public func commit() throws(FormatError) {
    do throws(FormatError) {
      try writer.finish()
      guard let name = temporary else { return }
      guard rename(name, target) == 0 else { throw SystemCall.failure.writing(path) }
      temporary = nil
    } catch {
      cancel()
      throw error
    }
    try synchronizeFolder()
  }

  /// Removes the temporary file; does nothing after `commit()`.
  public func cancel() {
    if let name = temporary { unlink(name) }
    temporary = nil
  }

  /// Writes a file by a closure: it appears under its name when the closure has returned, and not
  /// at all where it throws.
  /// - Throws: What the closure throws, or `FormatError`.
  public static func write<Result>(
    _ path: String, _ body: (AtomicFile) throws -> Result
  ) throws -> Result {
    let file = try AtomicFile(path)
    defer { file.cancel() }
    let result = try body(file)
    try file.commit()
    return result
  }

  /// Writes a file of the given bytes.
  /// - Throws: `FormatError` with the system's reason.
  public static func write(_ bytes: [UInt8], to path: String) throws(FormatError) {
    let file = try AtomicFile(path)
    try file.write(bytes)
    try file.commit()
  }

  /// Writes a file of the given text, as UTF-8.
  /// - Throws: `FormatError` with the system's reason.
  public static func write(_ text: String, to path: String) throws(FormatError) {
    try write(Array(text.utf8), to: path)
  }

  // MARK: Paths

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }

  private static func openTemporary(
    in folder: String, for path: String
  ) throws(FormatError) -> (Int32, String) {
    for _ in 0..<8 {
      let name = "\(folder)/.gradus-\(String(UInt64.random(in: 0 ... .max), radix: 36)).tmp"
      let descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if descriptor >= 0 { return (descriptor, name) }
      if errno != EEXIST { break }
    }
    throw SystemCall.failure.writing(path)
  }

  private func synchronizeFolder() throws(FormatError) {
    let descriptor = open(Self.folder(of: target), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if descriptor < 0 { return }  // A folder that may be written but not read.
    defer { close(descriptor) }
    if fsync(descriptor) != 0 && errno == EIO { throw SystemCall.failure.writing(path) }
  }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}
