#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A regular file or a pipe, open for reading until the last reference goes.
final class InputFile: Sendable {
  let path: String
  /// The length when it was opened; nil where it is not known before the end (a pipe, `/proc`).
  let byteCount: Int?
  private let descriptor: Int32

  /// Opens a file.
  /// - Throws: `FormatError` where it is missing, not readable, a folder or a device.
  init(_ path: String) throws(FormatError) {
    try SystemCall.check(path: path)
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SystemCall.failure.reading(path) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let failure = SystemCall.failure
      close(descriptor)
      throw failure.reading(path)
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: byteCount = status.st_size > 0 ? Int(status.st_size) : nil
    case S_IFIFO: byteCount = nil
    case S_IFDIR:
      close(descriptor)
      throw SystemCall(code: EISDIR).reading(path)
    default:
      close(descriptor)
      throw FormatError(.unreadable, file: path, found: "a device", expected: "a file")
    }
    self.path = path
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Reads what comes next, as much as there is and fits; 0 at the end.
  func readNext(into buffer: UnsafeMutableRawBufferPointer) throws(FormatError) -> Int {
    var count = 0
    while count < buffer.count {
      let got = read(descriptor, buffer.baseAddress! + count, min(buffer.count - count, 1 << 30))
      if got == 0 { break }
      if got < 0 {
        if errno == EINTR { continue }
        throw SystemCall.failure.reading(path, place: "after byte \(count)")
      }
      count += got
    }
    return count
  }

  /// Fills the buffer with what stands from `offset` on.
  /// - Throws: `FormatError`, also where the file ends before the buffer is full.
  func readExactly(at offset: Int, into buffer: UnsafeMutableRawBufferPointer)
    throws(FormatError)
  {
    var count = 0
    while count < buffer.count {
      let got = pread(
        descriptor, buffer.baseAddress! + count, min(buffer.count - count, 1 << 30),
        off_t(offset + count))
      if got == 0 {
        throw FormatError(
          .malformed, file: path, place: "byte \(offset + count)", found: "the end of the file",
          expected: "\(Excerpt.bytes(buffer.count - count)) more")
      }
      if got < 0 {
        if errno == EINTR { continue }
        throw SystemCall.failure.reading(path, place: "byte \(offset + count)")
      }
      count += got
    }
  }
}
