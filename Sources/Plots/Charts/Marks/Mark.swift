/// Something drawn between a chart's axes: a line, points, bars, contours, a heat map, ….
///
/// Marks of one name belong together: they share a colour, a pattern of dashes, a shape of points
/// and an entry of the legend, as a line with its band, or a class's region with its points. The
/// first in a chart is drawn first.
public struct Mark: Sendable {
  /// What the legend says; may be empty.
  package let name: String
  package let shape: any MarkShape
  package var style: Int?

  package init(_ name: String, _ shape: any MarkShape) {
    self.name = name
    self.shape = shape
  }

  /// The mark in the colour, dashes and points of that number, such as that of the same series in
  /// the panel beside; 0 is the first.
  public func styled(_ number: Int) -> Mark {
    var mark = self
    mark.style = max(0, number)
    return mark
  }
}

/// What a kind of mark shows, and how it is drawn.
package protocol MarkShape: Sendable {
  /// The kind in words, such as `line`.
  var kind: String { get }

  /// What the axes have to show. Where gaps are allowed, those that are not finite are gaps.
  var points: [Series.Point] { get }

  /// What the axes have to show beside, on one of them.
  var reach: (x: [Double], y: [Double]) { get }

  var fit: MarkFit { get }

  /// Whether points that have no place on the axes are left out, and not refused.
  var allowsGaps: Bool { get }

  /// The names that take a style of their own, in place of the mark's own; nil for that.
  var names: [String]? { get }

  /// How the legend shows it.
  var sample: LegendSample { get }

  /// How its numbers are coloured.
  var colors: ColorScale? { get }

  /// Throws what is wrong with it beside its points.
  func check(at place: String) throws(FigureError)

  /// The numbers, under the names of the axes.
  func tables(name: String, x: String, y: String) -> [FigureTable]

  /// What it shows in words, after its name.
  var summary: String { get }

  func draw(on plane: inout some Plane, _ style: MarkStyle)
}

extension MarkShape {
  package var reach: (x: [Double], y: [Double]) { ([], []) }
  package var fit: MarkFit { .ends }
  package var allowsGaps: Bool { false }
  package var names: [String]? { nil }
  package var colors: ColorScale? { nil }
  package var summary: String { kind }
  package func check(at place: String) throws(FigureError) {}
}

/// How the axes are to end.
package enum MarkFit: Int, Sendable {
  /// The horizontal axis on the outermost point, the vertical one on a tick.
  case ends
  /// Somewhat beyond the outermost points, which have an extent.
  case beyond
  /// Both on the outermost point: the mark fills the plane.
  case filled
}

/// The style that a chart gives to a mark.
package struct MarkStyle: Sendable {
  /// For each of the mark's names the number of its style.
  package var numbers: [Int]
  /// Which of the chart's marks of this kind it is, for those that stand side by side.
  package var slot = 0
  package var slots = 1

  package var number: Int { numbers.first ?? 0 }
  package var ink: Ink { .series(number) }
  package var pen: Pen { Pen(ink, dash: Palette.dash(number)) }
}

/// The parts of a legend's sample.
package struct LegendSample: OptionSet, Sendable {
  package let rawValue: Int
  package init(rawValue: Int) { self.rawValue = rawValue }

  package static let tint = LegendSample(rawValue: 1)
  package static let line = LegendSample(rawValue: 2)
  package static let marker = LegendSample(rawValue: 4)
  package static let solid = LegendSample(rawValue: 8)
  package static let node = LegendSample(rawValue: 16)
}

/// Columns of numbers that belong together.
package enum Columns {
  package static func points(_ x: [Double], _ y: [Double]) -> [Series.Point] {
    zip(x, y).map { Series.Point(x: $0, y: $1) }
  }

  /// Throws where columns are not of one length.
  package static func check(
    _ columns: (name: String, values: [Double])..., at place: String
  ) throws(FigureError) {
    for column in columns where column.values.count != columns[0].values.count {
      throw FigureError(
        .mismatched, at: "\(place), \(column.name)", found: "\(column.values.count) numbers",
        expected: "\(columns[0].values.count), one for each \(columns[0].name)")
    }
  }
}
