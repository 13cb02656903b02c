import Formats
import Foundation
import Plots

/// Results go to standard output, everything else to standard error.
enum Output {
  /// Whether standard output is a terminal that takes colours.
  static let color =
    isatty(1) == 1 && environment("NO_COLOR").isEmpty && environment("TERM") != "dumb"

  /// Whether standard error is a terminal, where a line can be redrawn.
  static let redraws = isatty(2) == 1 && environment("TERM") != "dumb"

  /// The terminal's width in columns, from 40 to 120; 80 where it cannot be told.
  static var width: Int {
    var size = winsize()
    if ioctl(2, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 {
      return min(max(Int(size.ws_col), 40), 120)
    }
    return 80
  }

  private static func environment(_ name: String) -> String {
    ProcessInfo.processInfo.environment[name] ?? ""
  }

  static func print(json value: JSONValue) {
    FileHandle.standardOutput.write(Data((value.text() + "\n").utf8))
  }

  /// A line on standard error.
  static func note(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
  }

  /// Replaces the line that the cursor is on, on standard error.
  static func redraw(_ text: String) {
    FileHandle.standardError.write(Data(("\r\u{1B}[2K" + text).utf8))
  }
}

/// A progress bar that redraws itself at most ten times a second; nothing where standard error is
/// no terminal.
struct ProgressLine {
  private let bar: ProgressBar
  private let start = ContinuousClock.now
  private var last: ContinuousClock.Instant?
  private var drawn = false

  init(title: String, unit: String = "samples") {
    bar = ProgressBar(title: title, unit: unit)
  }

  mutating func update(
    done: Int, total: Int, fields: @autoclosure () -> [ProgressBar.Field] = []
  ) {
    guard Output.redraws else { return }
    let now = ContinuousClock.now
    if let last, last.duration(to: now) < .milliseconds(100), done < total { return }
    last = now
    let elapsed = start.duration(to: now).components
    Output.redraw(
      bar.line(
        done: done, total: total,
        seconds: Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18, fields: fields(),
        width: Output.width - 1))
    drawn = true
  }

  /// Removes the bar.
  mutating func clear() {
    if drawn { Output.redraw("") }
    drawn = false
  }
}
