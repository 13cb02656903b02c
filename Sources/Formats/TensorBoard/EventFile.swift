#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file of numbers by step, as TensorBoard reads them while they are written.
///
/// ```swift
/// let events = try EventFile(folder: folder)
/// try events.add([("loss/training", 0.31), ("loss/validation", 0.28)], step: 1000)
/// ```
///
/// A run that goes on has a file of its own, whose first step tells TensorBoard what of the earlier
/// files counts no more. Each call's entries are in the file when it returns.
public final class EventFile {
  /// The path: `events.out.tfevents.SECONDS.gradus` in the folder, with a number more where that is
  /// taken.
  public let path: String
  private let descriptor: Int32

  /// A new file.
  /// - Parameters:
  ///   - folder: The folder, which is there already.
  ///   - step: Where the run goes on; 0 for a new run.
  ///   - wallTime: The moment, in seconds since 1970.
  /// - Throws: `FormatError` where the file cannot be made or written.
  public init(
    folder: String, step: Int = 0, wallTime: Double = EventFile.now
  ) throws(FormatError) {
    let name = "\(folder)/events.out.tfevents.\(Int(wallTime)).gradus"
    try SystemCall.check(path: name)
    var (path, number) = (name, 1)
    var descriptor: Int32
    repeat {
      descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o666)
      if descriptor >= 0 || errno != EEXIST { break }
      path = "\(name).\(number)"
      number += 1
    } while number < 10_000
    guard descriptor >= 0 else { throw SystemCall.failure.writing(path) }
    self.path = path
    self.descriptor = descriptor
    var records = [EventRecord(wallTime: wallTime, step: 0, content: .version)]
    if step > 0 { records.append(EventRecord(wallTime: wallTime, step: step, content: .start)) }
    try write(records)
  }

  deinit { close(descriptor) }

  /// Adds numbers at a step.
  /// - Parameters:
  ///   - scalars: Names, in which a slash groups charts, and numbers, which are kept as float32.
  ///   - step: The optimizer's step.
  ///   - wallTime: The moment, in seconds since 1970.
  /// - Throws: `FormatError` where the file cannot be written.
  public func add(
    _ scalars: [(tag: String, value: Double)], step: Int,
    wallTime: Double = EventFile.now
  ) throws(FormatError) {
    try write([EventRecord(wallTime: wallTime, step: step, content: .scalars(scalars))])
  }

  private func write(_ records: [EventRecord]) throws(FormatError) {
    let bytes = records.flatMap(\.bytes)
    var done = 0
    while done < bytes.count {
      let count = bytes[done...].withUnsafeBytes {
        Self.send(descriptor, $0)
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw SystemCall.failure.writing(path) }
      done += count
    }
  }

  private static func send(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    #if canImport(Glibc)
      Glibc.write(descriptor, bytes.baseAddress, bytes.count)
    #elseif canImport(Musl)
      Musl.write(descriptor, bytes.baseAddress, bytes.count)
    #else
      Darwin.write(descriptor, bytes.baseAddress, bytes.count)
    #endif
  }

  /// The moment, in seconds since 1970.
  public static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
