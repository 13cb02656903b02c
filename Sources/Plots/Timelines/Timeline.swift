/// Events at their places in time, with names that do not overlap.
///
/// ```swift
/// let timeline = Timeline(
///   "Milestones", events: [.init(1943, "neural nets"), .init(1958, "perceptron")])
/// ```
public struct Timeline: Figure, Hashable {
  /// Something that happened.
  public struct Event: Sendable, Hashable {
    /// When, such as a year; its whole part is shown before the name.
    public var time: Double
    /// What happened.
    public var name: String

    /// An event; see the properties of the same names.
    public init(_ time: Double, _ name: String) {
      self.time = time
      self.name = name
    }

    /// `1943 neural nets`
    package var text: String { FigureText.number(time) + " " + name }

    /// The text as far as a drawing has room for it.
    package var label: String { TerminalText.cut(text, to: 44) }
  }

  /// Stands above the line; may be empty.
  public var title: String
  /// In any order.
  public var events: [Event]
  /// In pixels; below 480 it is taken for 480. The height follows from the events.
  public var width: Double

  /// A line of events; see the properties of the same names.
  public init(_ title: String = "", events: [Event], width: Double = 860) {
    self.title = title
    self.events = events
    self.width = width
  }

  public var summary: String {
    "Timeline, \(events.count) events: " + sorted.map(\.text).joined(separator: "; ") + "."
  }

  public var tables: [FigureTable] {
    [
      FigureTable(
        name: title, columns: ["time", "event"],
        rows: sorted.map { [.number($0.time), .text($0.name)] })
    ]
  }

  public func check() throws(FigureError) {
    let place = "timeline '\(title)'"
    if events.isEmpty {
      throw FigureError(.empty, at: place, found: "no events", expected: "at least one")
    }
    if let error = FigureError.firstUndrawable(events.map(\.time), at: "\(place), events") {
      throw error
    }
  }

  /// By time; those of one time in the order given.
  package var sorted: [Event] {
    events.enumerated().sorted {
      ($0.element.time, $0.offset) < ($1.element.time, $1.offset)
    }.map(\.element)
  }

  /// An event's name as it is drawn.
  package struct Label {
    package var event: Event
    /// Where its line stands.
    package var x: Double
    package var width: Double
    /// How many lines of text it is away from the axis, at least 1.
    package var lane: Int
    package var isAbove: Bool
  }

  /// The names to the right of their lines, by turns above and below the axis.
  ///
  /// From the last to the first each takes the nearest lane beyond those of all lines that its name
  /// would cross; so no name touches another one or its line.
  package func labels(
    from left: Double, to right: Double
  ) -> (labels: [Label], ticks: [(x: Double, text: String)]) {
    let events = sorted
    let widths = events.map { SVGDocument.textWidth($0.label, size: Timeline.size) + 10 }
    // The line ends where the last names still have room.
    var end = right
    var scale = Scale(showing: events.map(\.time), about: 8, extent: .inside)
    for _ in 0..<4 {
      let count = max(2, Int((end - left) / 70))
      scale = Scale(showing: events.map(\.time), about: count, extent: .around)
      let over = zip(events, widths).map { event, width in
        left + scale.fraction(event.time) * (end - left) + width - right
      }
      end = max(left + 120, end - max(0, over.max() ?? 0))
    }
    var labels = zip(events, widths).enumerated().map { index, pair in
      Label(
        event: pair.0, x: left + scale.fraction(pair.0.time) * (end - left), width: pair.1, lane: 1,
        isAbove: index.isMultiple(of: 2))
    }
    for index in labels.indices.reversed() {
      let one = labels[index]
      let crossed = labels[(index + 1)...].filter {
        $0.isAbove == one.isAbove && $0.x <= one.x + one.width
      }
      labels[index].lane = (crossed.map(\.lane).max() ?? 0) + 1
    }
    let ticks = zip(scale.ticks.values, scale.ticks.labels).map {
      (x: left + scale.fraction($0.0) * (end - left), text: $0.1)
    }
    return (labels, ticks)
  }

  /// Of the names' letters.
  private static let size = 13.0

  public func drawing() -> SVGDocument {
    let width = SVGDocument.side(width, least: 480)
    let (left, right) = (30.0, width - 16)
    let (labels, ticks) = labels(from: left, to: right)
    let lane = 20.0
    let lanes = { (isAbove: Bool) in
      labels.filter { $0.isAbove == isAbove }.map(\.lane).max() ?? 0
    }
    let axis = (title.isEmpty ? 14.0 : 48) + Double(lanes(true)) * lane + 12
    let height = axis + 34 + Double(lanes(false)) * lane + 14
    var image = SVGDocument(width: width, height: height)
    if !title.isEmpty {
      image.write(title, x: 20, y: 30, size: 17, color: "#111111", bold: true, room: width - 40)
    }
    image.line(x1: left - 12, y1: axis, x2: width - 12, y2: axis, color: "#777777", width: 2)
    for tick in ticks {
      image.line(x1: tick.x, y1: axis, x2: tick.x, y2: axis + 5, color: "#777777")
      image.write(tick.text, x: tick.x, y: axis + 19, size: 12, anchor: .middle, color: "#666666")
    }
    // Lines first, so that names lie on top.
    for label in labels {
      let y = Timeline.baseline(label, axis: axis, lane: lane)
      let end = label.isAbove ? y - 10 : y + 3
      image.line(x1: label.x, y1: axis, x2: label.x, y2: end, color: "#9AA7B0")
    }
    for label in labels {
      image.circle(x: label.x, y: axis, radius: 4.5, color: Palette.blue)
      image.write(
        label.event.label, x: label.x + 4, y: Timeline.baseline(label, axis: axis, lane: lane),
        size: Timeline.size, color: "#222222", hasSeam: true, room: right - label.x)
    }
    return image
  }

  private static func baseline(_ label: Label, axis: Double, lane: Double) -> Double {
    label.isAbove
      ? axis - 12 - Double(label.lane - 1) * lane
      : axis + 40 + Double(label.lane - 1) * lane
  }

  /// A line for each event, times before the axis; a gap for each longer pause.
  public func characters(width: Int, color: Bool) -> String {
    let events = sorted
    let margin = events.map { FigureText.number($0.time).count }.max() ?? 0
    let times = events.map(\.time)
    let span = (times.last ?? 0) - (times.first ?? 0)
    var lines = title.isEmpty ? [] : [TerminalText.cut(title, to: width)]
    var previous: Event?
    for event in events {
      if let previous {
        let pause = span > 0 ? (event.time - previous.time) / span * 16 : 0
        let gap = String(repeating: " ", count: margin) + " │"
        lines += Array(repeating: gap, count: min(4, max(0, Int(pause.rounded()) - 1)))
      }
      let isSame = previous?.time == event.time
      let time = isSame ? "" : FigureText.number(event.time)
      let dot = TerminalText.colored("●", color ? Palette.terminal[0] : nil)
      lines.append(
        TerminalText.right(time, margin) + " " + (isSame ? "│" : dot) + " "
          + TerminalText.cut(event.name, to: width - margin - 3))
      previous = event
    }
    return lines.joined(separator: "\n")
  }
}
