/// A chart's plane in a terminal: lines and marks in braille dots, areas behind them.
package struct TerminalPlane: Plane {
  package var isCoarse: Bool { true }
  package let x: Scale
  package let y: Scale
  /// In columns and rows.
  package let width: Int
  package let height: Int
  private let color: Bool
  /// Whether series are told apart by their marks' characters instead of dots.
  private let hasMarks: Bool
  private var canvas: BrailleCanvas
  private var inks: [Ink] = []
  private var ground: [Ground]
  private var letters: [Letter?]

  /// What lies behind a cell's dots.
  private struct Ground {
    var background: Int?
    var shade: Character = " "
    var ink: Ink?
  }

  private struct Letter {
    var character: Character
    var color: Int?
    /// Whether it is the second column of a wide character, which prints nothing.
    var isTail = false
  }

  /// - Parameter seriesCount: without colour, more than one are drawn with their marks.
  package init(x: Scale, y: Scale, width: Int, height: Int, color: Bool, seriesCount: Int) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
    self.color = color
    hasMarks = !color && seriesCount > 1
    canvas = BrailleCanvas(width: width, height: height)
    ground = Array(repeating: Ground(), count: width * height)
    letters = Array(repeating: nil, count: width * height)
  }

  /// Which of `count` dots a fraction of the way falls on.
  package static func dot(_ fraction: Double, of count: Int) -> Int {
    Int((fraction * Double(count - 1)).rounded())
  }

  private func dots(_ point: Series.Point) -> (x: Int, y: Int) {
    (
      TerminalPlane.dot(point.x, of: 2 * width), TerminalPlane.dot(1 - point.y, of: 4 * height)
    )
  }

  private func cell(_ point: Series.Point) -> (column: Int, row: Int) {
    let dots = dots(point)
    return (min(width - 1, max(0, dots.x / 2)), min(height - 1, max(0, dots.y / 4)))
  }

  private mutating func owner(_ ink: Ink) -> Int {
    if let index = inks.firstIndex(of: ink) { return index }
    inks.append(ink)
    return inks.count - 1
  }

  package mutating func line(_ points: [Series.Point], _ pen: Pen) {
    let owner = owner(pen.ink)
    for part in parts(points) {
      let places = part.map(dots)
      for (a, b) in zip(places, places.dropFirst() + places.suffix(1)) {
        canvas.line(from: a, to: b, owner: owner)
      }
    }
  }

  package mutating func markers(_ points: [Series.Point], series: Int, size: Double) {
    let owner = owner(.series(series))
    for point in visible(points) {
      let place = dots(point)
      canvas.set(x: place.x, y: place.y, owner: owner)
    }
  }

  package mutating func area(_ outlines: [[Series.Point]], _ filling: Filling) {
    let outlines = self.outlines(outlines)
    if case .solid(let ink) = filling {
      let owner = owner(ink)
      for (row, span) in TerminalPlane.spans(outlines, columns: 2 * width, rows: 4 * height) {
        for column in span { canvas.set(x: column, y: row, owner: owner) }
      }
    } else {
      for (row, span) in TerminalPlane.spans(outlines, columns: width, rows: height) {
        for column in span { fill(column, row, filling) }
      }
    }
  }

  package mutating func field(_ field: CellField) {
    for row in 0..<height {
      let y = self.y.value(at: 1 - (Double(row) + 0.5) / Double(height))
      guard let line = TerminalPlane.place(of: y, in: field.yEdges) else { continue }
      for column in 0..<width {
        let x = self.x.value(at: (Double(column) + 0.5) / Double(width))
        guard let place = TerminalPlane.place(of: x, in: field.xEdges) else { continue }
        fill(column, row, field.fillings[field.cells[line][place]])
      }
    }
  }

  private mutating func fill(_ column: Int, _ row: Int, _ filling: Filling) {
    let shades: [Character] = [" ", "░", "▒", "▓", "█"]
    let index = row * width + column
    switch filling {
    case .map(let color, let shade):
      if self.color {
        ground[index].background = color.terminal
      } else {
        ground[index].shade = shades[min(4, max(0, Int(shade * 5)))]
      }
    case .tint(let ink), .solid(let ink):
      if case .series(let number) = ink, hasMarks {
        ground[index].shade = shades[[1, 0, 2, 3][number % 4]]
      } else {
        ground[index].shade = "░"
      }
      ground[index].ink = ink
    }
  }

  package mutating func text(
    _ text: String, at point: Series.Point, _ place: TextPlace, ground: RGB?, room: Double?,
    ink: Ink?
  ) {
    guard let unit = unit(point), Clipping.contains(unit) else { return }
    let (column, row) = cell(unit)
    let clean = TerminalText.clean(text)
    let size = TerminalText.width(clean)
    if let room {
      let columns = abs(x.fraction(point.x + room) - unit.x) * Double(width)
      if Double(size) > columns { return }
    }
    var start: Int
    switch place {
    case .over: start = column - size / 2
    case .beside: start = column + 2 + size <= width ? column + 2 : column - size - 1
    }
    start = max(0, min(start, width - size))
    write(
      TerminalText.cut(clean, to: width - start), column: start, row: row,
      color: ink?.terminal ?? ground?.readable.terminal)
  }

  private mutating func write(_ text: String, column: Int, row: Int, color: Int?) {
    var column = column
    for character in text {
      let taken = TerminalText.width(String(character))
      guard taken > 0, column + taken <= width else { continue }
      letters[row * width + column] = Letter(
        character: character, color: self.color ? color : nil)
      if taken == 2 {
        letters[row * width + column + 1] = Letter(character: " ", isTail: true)
      }
      column += taken
    }
  }

  package mutating func ring(at point: Series.Point, _ ink: Ink, isFilled: Bool) {
    let owner = owner(ink)
    for place in visible([point]).map(dots) {
      for (dx, dy) in [(-1, 0), (1, 0), (0, -1), (0, 1)] {
        canvas.set(x: place.x + dx, y: place.y + dy, owner: owner)
      }
      if isFilled { canvas.set(x: place.x, y: place.y, owner: owner) }
    }
  }

  package mutating func head(from start: Series.Point, to end: Series.Point, _ ink: Ink) {
    guard let a = unit(start), let b = unit(end), Clipping.contains(b),
      let a = Clipping.line([a, b]).last?.first
    else { return }
    let (from, to) = (dots(a), dots(b))
    let (dx, dy) = (Double(to.x - from.x), Double(to.y - from.y))
    let length = (dx * dx + dy * dy).squareRoot()
    if length < 3 { return }
    let owner = owner(ink)
    for side in [-0.6, 0.6] {
      let back = (x: 3 * (dx - side * dy) / length, y: 3 * (dy + side * dx) / length)
      canvas.line(
        from: to, to: (to.x - Int(back.x.rounded()), to.y - Int(back.y.rounded())), owner: owner)
    }
  }

  package mutating func picture(
    _ raster: Raster, x: ClosedRange<Double>, y: ClosedRange<Double>
  ) {
    guard let low = unit(Series.Point(x: x.lowerBound, y: y.lowerBound)),
      let high = unit(Series.Point(x: x.upperBound, y: y.upperBound))
    else { return }
    for row in 0..<height {
      let v = (1 - (Double(row) + 0.5) / Double(height) - low.y) / (high.y - low.y)
      for column in 0..<width {
        let u = ((Double(column) + 0.5) / Double(width) - low.x) / (high.x - low.x)
        guard (0..<1).contains(u), (0..<1).contains(v) else { continue }
        let color = raster.color(
          row: Int((1 - v) * Double(raster.height) - 1e-9), column: Int(u * Double(raster.width)))
        fill(column, row, .map(color, shade: color.luminance.squareRoot()))
      }
    }
  }

  /// A row in characters; neighbours of one style share its escape sequences.
  package func line(_ row: Int) -> String {
    var line = ""
    var run = (text: "", ink: Int?.none, background: Int?.none)
    for column in 0..<width {
      guard let cell = cell(column: column, row: row) else { continue }
      if cell.ink != run.ink || cell.background != run.background {
        line += TerminalText.colored(run.text, run.ink, on: run.background)
        run = ("", cell.ink, cell.background)
      }
      run.text.append(cell.character)
    }
    return TerminalText.trimmed(line + TerminalText.colored(run.text, run.ink, on: run.background))
  }

  private func cell(
    column: Int, row: Int
  ) -> (character: Character, ink: Int?, background: Int?)? {
    let ground = ground[row * width + column]
    if let letter = letters[row * width + column] {
      return letter.isTail ? nil : (letter.character, letter.color, ground.background)
    }
    guard let dots = canvas.cell(column: column, row: row) else {
      let ink = color && ground.shade != " " ? ground.ink?.terminal : nil
      return (ground.shade, ink, ground.background)
    }
    let ink = inks[dots.owner % inks.count]
    if hasMarks, case .series(let number) = ink {
      return (Palette.marks[number % Palette.marks.count], nil, nil)
    }
    return (dots.character, color ? ink.terminal : nil, ground.background)
  }
}
