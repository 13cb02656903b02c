/// Writes how far a piece of work has come as one line of text; showing it is the caller's.
///
/// ```text
/// epoch 3/30 ███      50 %  12.4k images/s  ETA 0:12  loss 0.03421  accuracy 98.3 %
/// ```
public struct ProgressBar: Sendable, Hashable {
  /// A number shown beside the bar.
  public struct Field: Sendable, Hashable {
    /// How a field's value is written.
    public enum Style: Sendable, Hashable {
      /// Four significant digits.
      case number
      /// A fraction 0…1 as a percentage with one decimal.
      case percent
    }

    /// Stands before the value.
    public var name: String
    /// What is not a number is written as `nan` or `–`.
    public var value: Double
    /// How the value is written.
    public var style: Style

    /// A field; see the properties of the same names.
    public init(_ name: String, _ value: Double, style: Style = .number) {
      self.name = name
      self.value = value
      self.style = style
    }

    fileprivate var text: String {
      let number =
        switch style {
        case .number: NumberText.significant(value, digits: 4)
        case .percent: NumberText.percent(value)
        }
      return TerminalText.clean(name) + " " + number
    }
  }

  /// Stands in front; may be empty.
  public var title: String

  /// What is counted, in the plural; where it is empty, the rate is left out.
  public var unit: String

  /// A bar; see the properties of the same names.
  public init(title: String = "", unit: String = "items") {
    self.title = title
    self.unit = unit
  }

  /// The line, without a line break.
  ///
  /// What does not fit is left out: first the bar, then the rate, the remaining time, and fields
  /// from the last one on.
  ///
  /// - Parameters:
  ///   - done: items finished, 0…`total`.
  ///   - total: items in all; 0 where it is not known, and then there is no bar.
  ///   - seconds: the time that `done` items took.
  ///   - fields: numbers shown behind the bar, the most important first.
  ///   - width: the most columns that the line may take.
  public func line(
    done: Int, total: Int, seconds: Double, fields: [Field] = [], width: Int = 80
  ) -> String {
    let done = max(0, total > 0 ? min(done, total) : done)
    let share = total > 0 ? Double(done) / Double(total) : 0
    let head = TerminalText.clean(title)
    let count =
      total > 0
      ? TerminalText.right(NumberText.fixed((100 * share).rounded(.down), decimals: 0), 3) + " %"
      : unit.isEmpty ? "\(done)" : "\(done) \(TerminalText.clean(unit))"
    let rate = rateText(done: done, seconds: seconds)
    let time = timeText(done: done, total: total, seconds: seconds)

    var texts = fields.map(\.text)
    var optional = unit.isEmpty ? [time] : [rate, time]
    func joined() -> String { ([count] + optional + texts).joined(separator: "  ") }
    let room = width - (head.isEmpty ? 0 : TerminalText.width(head) + 1)
    let free = room - TerminalText.width(joined()) - 2
    if total > 0, free >= 5 {
      let columns = min(30, free)
      let bar = TerminalText.left(HorizontalBars.bar(share, width: columns), columns)
      return (head.isEmpty ? "" : head + " ") + bar + "  " + joined()
    }
    while TerminalText.width(joined()) > room && !(optional.isEmpty && texts.isEmpty) {
      if optional.isEmpty { texts.removeLast() } else { optional.removeFirst() }
    }
    return TerminalText.cut((head.isEmpty ? "" : head + " ") + joined(), to: width)
  }

  /// `12.4k images/s`, in a width that changes little.
  private func rateText(done: Int, seconds: Double) -> String {
    let rate = Double(done) / seconds
    guard rate.isFinite, rate > 0 else { return "– \(TerminalText.clean(unit))/s" }
    let (scaled, suffix) =
      rate >= 1e9
      ? (rate / 1e9, "G")
      : rate >= 1e6
        ? (rate / 1e6, "M")
        : rate >= 1e4 ? (rate / 1e3, "k") : (rate, "")
    let decimals = scaled >= 100 ? 0 : scaled >= 10 ? 1 : 2
    return NumberText.fixed(scaled, decimals: decimals) + suffix
      + " \(TerminalText.clean(unit))/s"
  }

  /// What remains at the present rate, or what it took.
  private func timeText(done: Int, total: Int, seconds: Double) -> String {
    if total == 0 || done == total { return "in " + ProgressBar.duration(seconds) }
    guard done > 0 else { return "ETA –" }
    return "ETA " + ProgressBar.duration(seconds / Double(done) * Double(total - done))
  }

  /// `0:07`, `12:34`, `1:02:03`; `–` where it is none or above 999 hours.
  package static func duration(_ seconds: Double) -> String {
    guard seconds >= 0, seconds < 3_600_000 else { return "–" }
    let whole = Int(seconds.rounded())
    let two = { (value: Int) in (value < 10 ? "0" : "") + String(value) }
    let (hours, minutes) = (whole / 3600, whole / 60 % 60)
    return hours > 0
      ? "\(hours):\(two(minutes)):\(two(whole % 60))" : "\(minutes):\(two(whole % 60))"
  }
}
