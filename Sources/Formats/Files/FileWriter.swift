#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file open for writing from front to back, with a buffer, so that large content need never be
/// in memory whole.
final class FileWriter {
  /// The path that errors name.
  let path: String
  /// Bytes written so far.
  private(set) var byteCount = 0
  private var descriptor: Int32
  private var buffer: [UInt8] = []
  private let systemWrite: AtomicFile.SystemWrite
  private static let bufferSize = 1 << 16

  /// A writer to an open descriptor, which it closes.
  init(descriptor: Int32, path: String, systemWrite: @escaping AtomicFile.SystemWrite) {
    self.descriptor = descriptor
    self.path = path
    self.systemWrite = systemWrite
    buffer.reserveCapacity(Self.bufferSize)
  }

  deinit { if descriptor >= 0 { _ = Self.close(descriptor) } }

  /// Adds bytes at the end.
  func write(_ bytes: UnsafeRawBufferPointer) throws(FormatError) {
    guard descriptor >= 0 else {
      throw FormatError(
        .unwritable, file: path, found: "a file that is closed already", expected: "an open one")
    }
    byteCount += bytes.count
    if bytes.count < Self.bufferSize {
      buffer.append(contentsOf: bytes)
      if buffer.count >= Self.bufferSize { try flush() }
    } else {
      try flush()
      try send(bytes)
    }
  }

  /// Hands everything to the system, asks for it to be on the disk, and closes.
  func finish() throws(FormatError) {
    try flush()
    // EINVAL and ENOTSUP: pipes and some devices have nothing to synchronise.
    if fsync(descriptor) != 0 && errno != EINVAL && errno != ENOTSUP {
      throw SystemCall.failure.writing(path)
    }
    let open = descriptor
    descriptor = -1
    if Self.close(open) != 0 { throw SystemCall.failure.writing(path) }
  }

  private func flush() throws(FormatError) {
    if buffer.isEmpty { return }
    let pending = buffer
    buffer.removeAll(keepingCapacity: true)
    try pending.withUnsafeBufferPointer { (pending) throws(FormatError) in
      try send(UnsafeRawBufferPointer(pending))
    }
  }

  private func send(_ bytes: UnsafeRawBufferPointer) throws(FormatError) {
    var sent = 0
    while sent < bytes.count {
      let count = systemWrite(
        descriptor, bytes.baseAddress! + sent, min(bytes.count - sent, 1 << 30))
      if count < 0 {
        if errno == EINTR { continue }
        throw SystemCall.failure.writing(path)
      }
      sent += count
    }
  }

  private static func close(_ descriptor: Int32) -> Int32 {
    #if canImport(Glibc)
      Glibc.close(descriptor)
    #elseif canImport(Musl)
      Musl.close(descriptor)
    #else
      Darwin.close(descriptor)
    #endif
  }
}
