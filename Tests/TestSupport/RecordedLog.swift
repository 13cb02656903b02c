import Logging
import Synchronization

/// What a logger was told, a line each: `info epoch accuracy=0.5 epoch=1`.
public final class RecordedLog: Sendable {
  private let recorded = Mutex<[String]>([])

  public init() {}

  /// The lines so far, metadata sorted by key.
  public var lines: [String] { recorded.withLock { $0 } }

  /// A logger that writes here what is at least of this level.
  public func logger(_ level: Logger.Level) -> Logger {
    Logger(label: "test") { _ in Handler(log: self, logLevel: level) }
  }

  private func add(
    _ level: Logger.Level, _ message: Logger.Message, _ metadata: Logger.Metadata?
  ) {
    let pairs = (metadata ?? [:]).map { "\($0.key)=\($0.value)" }.sorted()
    recorded.withLock { $0.append("\(level) \(message) \(pairs.joined(separator: " "))") }
  }

  private struct Handler: LogHandler {
    let log: RecordedLog
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    // The versions of swift-log that Swift 6.1 can build have the older form alone.
    #if compiler(>=6.2)
      func log(event: LogEvent) { log.add(event.level, event.message, event.metadata) }
    #else
      func log(
        level: Logger.Level, message: Logger.Message, metadata: Logger.Metadata?, source: String,
        file: String, function: String, line: UInt
      ) {
        log.add(level, message, metadata)
      }
    #endif
  }
}
