@_exported import Logging

extension Logger {
  /// A logger that drops what it is given: the default wherever a logger can be passed in. Gradus
  /// prints nothing by itself.
  public static var silent: Logger {
    Logger(label: "gradus") { _ in SwiftLogNoOpLogHandler() }
  }
}
