/// What a line, an area or a mark is drawn with.
package enum Ink: Sendable, Hashable {
  /// The colour of a series by its number.
  case series(Int)
  /// A colour, such as one of a colour map.
  case color(RGB)
  /// Grey: what only helps to read.
  case neutral

  package var rgb: RGB {
    switch self {
    case .series(let index): Palette.color(index)
    case .color(let color): color
    case .neutral: RGB("#555555")
    }
  }

  /// The nearest of the terminal's 256 colours.
  package var terminal: Int {
    switch self {
    case .series(let index): Palette.terminal[index % Palette.terminal.count]
    case .color(let color): color.terminal
    case .neutral: 245
    }
  }
}

/// How a line is drawn.
package struct Pen: Sendable {
  package var ink: Ink
  package var width = 2.0
  /// Its pattern of dashes as SVG writes it; empty for none.
  package var dash = ""
  /// Whether it has a white seam, to be seen on any ground.
  package var hasSeam = false

  package init(_ ink: Ink, width: Double = 2, dash: String = "", hasSeam: Bool = false) {
    self.ink = ink
    self.width = width
    self.dash = dash
    self.hasSeam = hasSeam
  }
}

/// How an area is filled.
package enum Filling: Sendable {
  /// Thinly, so that what lies below can be seen.
  case tint(Ink)
  case solid(Ink)
  /// By a colour map, and where there are no colours by a shade, 0…1.
  case map(RGB, shade: Double)

  package var ink: Ink {
    switch self {
    case .tint(let ink), .solid(let ink): ink
    case .map(let color, _): .color(color)
    }
  }
}

/// Cells between columns and rows, each filled in one of a few ways.
package struct CellField: Sendable {
  /// The bounds of the columns and of the rows, ascending.
  package var xEdges: [Double]
  package var yEdges: [Double]
  /// For each row the numbers of the cells' fillings.
  package var cells: [[Int]]
  package var fillings: [Filling]
}

/// Where the text at a place stands.
package enum TextPlace: Sendable, Hashable {
  /// Its middle on the place.
  case over
  /// To the right of it, or where there is no room to the left.
  case beside
}

/// The area between a chart's axes, on which marks are drawn in the units of their data.
///
/// What lies outside of the axes' ranges is left out, and so is what is not finite.
package protocol Plane {
  var x: Scale { get }
  var y: Scale { get }

  /// Whether there is no room for what only helps to read.
  var isCoarse: Bool { get }

  /// A line through the points.
  mutating func line(_ points: [Series.Point], _ pen: Pen)

  /// An area by its outlines, filled by the even-odd rule.
  mutating func area(_ outlines: [[Series.Point]], _ filling: Filling)

  mutating func field(_ field: CellField)

  /// Marks of a series by its number: their shapes differ as well as their colours.
  ///
  /// - Parameter size: the radius in pixels.
  mutating func markers(_ points: [Series.Point], series: Int, size: Double)

  /// A ring or a disc, such as at a line's start and end.
  mutating func ring(at point: Series.Point, _ ink: Ink, isFilled: Bool)

  /// A text.
  ///
  /// - Parameters:
  ///   - ground: the colour that is behind it, where it is a filled cell.
  ///   - room: how far it may reach, in the units of x; nil for as far as the chart.
  ///   - ink: its colour, where it is not that of all texts.
  mutating func text(
    _ text: String, at point: Series.Point, _ place: TextPlace, ground: RGB?, room: Double?,
    ink: Ink?)

  /// An arrow's head at the end of a line.
  mutating func head(from start: Series.Point, to end: Series.Point, _ ink: Ink)

  /// A picture between two corners.
  mutating func picture(_ raster: Raster, x: ClosedRange<Double>, y: ClosedRange<Double>)
}

extension Plane {
  package mutating func text(
    _ text: String, at point: Series.Point, _ place: TextPlace, ground: RGB?, room: Double?
  ) {
    self.text(text, at: point, place, ground: ground, room: room, ink: nil)
  }

  /// The place in the unit square; nil where the axes have none.
  package func unit(_ point: Series.Point) -> Series.Point? {
    guard x.hasPlace(for: point.x), y.hasPlace(for: point.y) else { return nil }
    let place = Series.Point(x: x.fraction(point.x), y: y.fraction(point.y))
    return place.isDrawable ? place : nil
  }

  /// The visible parts of a line in the unit square, broken where a point has no place.
  package func parts(_ points: [Series.Point]) -> [[Series.Point]] {
    points.map(unit).split { $0 == nil }.flatMap { Clipping.line($0.compactMap { $0 }) }
  }

  /// The visible parts of outlines in the unit square.
  package func outlines(_ outlines: [[Series.Point]]) -> [[Series.Point]] {
    outlines.map { Clipping.area($0.compactMap(unit)) }.filter { $0.count > 2 }
  }

  /// The visible points in the unit square.
  package func visible(_ points: [Series.Point]) -> [Series.Point] {
    points.compactMap(unit).filter(Clipping.contains)
  }
}
