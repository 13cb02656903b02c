/// A picture of pixels, grey or coloured.
public struct Raster: Sendable, Hashable {
  /// In pixels.
  public let width: Int
  /// In pixels.
  public let height: Int
  /// Whether each pixel is a number, and not red, green and blue.
  package let isGray: Bool
  /// Row by row from the top, a number each or three.
  package let samples: [Double]
  /// How a pixel's number is coloured.
  private let map: ColorMap
  private let range: ClosedRange<Double>

  /// A grey picture.
  ///
  /// - Parameter rows: brightness 0 (black) … 1 (white), row by row from the top; what is beyond is
  ///   brought into that range.
  /// - Precondition: the rows are of one length.
  public init(gray rows: [[Double]]) {
    self.init(rows, colors: .gray, range: 0...1)
  }

  /// The numbers of a matrix in colours, such as the weights of a filter or a perturbation.
  ///
  /// - Parameters:
  ///   - rows: from the top.
  ///   - colors: a diverging map is white at 0.
  ///   - range: the numbers at the map's ends; nil for the least and greatest.
  /// - Precondition: the rows are of one length.
  public init(
    _ rows: [[Double]], colors: ColorMap = .diverging, range: ClosedRange<Double>? = nil
  ) {
    if let odd = rows.first(where: { $0.count != rows[0].count }) {
      fatalError("Raster: rows of \(rows[0].count) and of \(odd.count) pixels")
    }
    let finite = rows.joined().filter(Series.isDrawable)
    let known = range ?? colors.range(showing: (finite.min() ?? 0)...(finite.max() ?? 1))
    self.init(
      width: rows.first?.count ?? 0, height: rows.count, isGray: true,
      samples: Array(rows.joined()),
      map: colors, range: known)
  }

  /// A coloured picture.
  ///
  /// - Parameters:
  ///   - red: 0…1, row by row from the top; what is beyond is brought into that range.
  ///   - green: as many.
  ///   - blue: as many.
  /// - Precondition: the rows of all three are of one length.
  public init(red: [[Double]], green: [[Double]], blue: [[Double]]) {
    let width = red.first?.count ?? 0
    for channel in [red, green, blue] {
      if channel.count != red.count || channel.contains(where: { $0.count != width }) {
        fatalError(
          "Raster: red of \(red.count) × \(width) pixels and another channel of \(channel.count) "
            + "rows of \(Set(channel.map(\.count)).sorted())")
      }
    }
    var samples: [Double] = []
    samples.reserveCapacity(3 * width * red.count)
    for row in red.indices {
      for column in 0..<width {
        samples += [red[row][column], green[row][column], blue[row][column]]
      }
    }
    self.init(
      width: width, height: red.count, isGray: false, samples: samples, map: .gray, range: 0...1)
  }

  private init(
    width: Int, height: Int, isGray: Bool, samples: [Double], map: ColorMap,
    range: ClosedRange<Double>
  ) {
    self.width = width
    self.height = height
    self.isGray = isGray
    self.samples = samples
    self.map = map
    self.range = range
  }

  /// The picture in grey with a map of heat over it, each as half of the colour: where a network
  /// looks, without hiding what is there.
  ///
  /// - Parameters:
  ///   - heat: rows from the top, at least 0, each over a part of the picture, as shares of the
  ///     greatest. Between the parts' middles heat runs on.
  ///   - colors: from 0 to the greatest heat.
  public func overlaid(by heat: [[Double]], colors: ColorMap = .sequential) -> Raster {
    let greatest = heat.joined().filter(Series.isDrawable).max() ?? 1
    let field = heat.map { row in
      row.map { $0.isNaN || greatest <= 0 ? 0 : max(0, $0) / greatest }
    }
    guard let columns = field.first?.count, columns > 0 else { return self }
    let sample = { (row: Double, column: Double) -> Double in
      let r = min(Double(field.count - 1), max(0, row))
      let c = min(Double(columns - 1), max(0, column))
      let (r0, c0) = (Int(r), Int(c))
      let (r1, c1) = (min(field.count - 1, r0 + 1), min(columns - 1, c0 + 1))
      let (v, u) = (r - Double(r0), c - Double(c0))
      return (1 - v) * ((1 - u) * field[r0][c0] + u * field[r0][c1])
        + v * ((1 - u) * field[r1][c0] + u * field[r1][c1])
    }
    var overlaid: [Double] = []
    overlaid.reserveCapacity(3 * width * height)
    for row in 0..<height {
      for column in 0..<width {
        let share = sample(
          (Double(row) + 0.5) / Double(height) * Double(field.count) - 0.5,
          (Double(column) + 0.5) / Double(width) * Double(columns) - 0.5)
        let color = color(row: row, column: column)
        // Luma of ITU-R BT.601: how light the coded colour looks.
        let light =
          0.299 * Double(color.red) + 0.587 * Double(color.green) + 0.114 * Double(color.blue)
        let gray = UInt8(light.rounded())
        let mixed = RGB(gray, gray, gray).mixed(with: colors.color(share), 0.5)
        overlaid += [mixed.red, mixed.green, mixed.blue].map { Double($0) / 255 }
      }
    }
    return Raster(
      width: width, height: height, isGray: false, samples: overlaid, map: .gray, range: 0...1)
  }

  /// A pixel's colour.
  package func color(row: Int, column: Int) -> RGB {
    let index = row * width + column
    if isGray {
      let span = range.upperBound - range.lowerBound
      return map.color(span > 0 ? (samples[index] - range.lowerBound) / span : 0.5)
    }
    let bytes = samples[3 * index..<3 * index + 3].map { value in
      UInt8((255 * (value.isNaN ? 0 : min(1, max(0, value)))).rounded())
    }
    return RGB(bytes[0], bytes[1], bytes[2])
  }

  private var colors: [RGB] {
    (0..<height).flatMap { row in (0..<width).map { color(row: row, column: $0) } }
  }

  /// The picture as a file.
  package var png: [UInt8] {
    isGray && map == .gray
      ? PNGImage.gray(width: width, height: height, pixels: colors.map(\.red))
      : PNGImage.color(width: width, height: height, pixels: colors)
  }

  /// Throws what keeps the picture from being drawn.
  package func check(at place: String) throws(FigureError) {
    if width == 0 || height == 0 {
      throw FigureError(
        .empty, at: place, found: "\(width) × \(height) pixels", expected: "at least one")
    }
    if let error = FigureError.firstUndrawable(samples, at: "\(place), pixels") { throw error }
  }

  /// The numbers of the pixels.
  package func table(name: String) -> FigureTable {
    let rows = (0..<height).flatMap { row in
      (0..<width).map { column -> [FigureTable.Cell] in
        let index = row * width + column
        let values = isGray ? samples[index...index] : samples[3 * index...3 * index + 2]
        return [.number(Double(row)), .number(Double(column))] + values.map { .number($0) }
      }
    }
    let columns = isGray ? ["value"] : ["red", "green", "blue"]
    return FigureTable(name: name, columns: ["row", "column"] + columns, rows: rows)
  }
}
