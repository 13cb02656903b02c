import Plots
import Testing

/// Data at the edge of what can be drawn.
@Suite struct EdgeCaseTests {
  private static let far = Chart(
    x: Axis(range: 0...1), y: Axis(range: 0...1e-9),
    marks: [
      .line(x: [-1e300, 1e300], y: [-1e300, 1e300]), .points(x: [1e300], y: [1e300]),
      .arrows(x: [-1e300], y: [0], dx: [1e300], dy: [0]),
      .arrows(x: [0.5], y: [0], dx: [0], dy: [5e-10]),
      .band(x: [-1e300, 1e300], lower: [-1e300, -1e300], upper: [1e300, 1e300]),
      .text("away", x: 5, y: 5), .image(Raster(gray: [[0]]), x: 2...3, y: 2...3),
      .bars(heights: [1e300]), .trajectory(x: [0.1, .nan, .infinity], y: [0, 0, 0]),
    ])

  static let figures: [any Figure] = [
    Chart(marks: [.points(x: [3], y: [3])]), Chart(marks: [.line(values: [2])]),
    Chart(marks: [.line(values: [0.98, 0.98, 0.98])]),
    Chart(y: Axis(scale: .logarithmic), marks: [.line(values: [5, 5])]),
    Chart(
      x: Axis(scale: .logarithmic), y: Axis(scale: .logarithmic),
      marks: [.points(x: [1e-300, 1e300], y: [1e-300, 1e300])]),
    Chart(x: Axis(isReversed: true), y: Axis(isReversed: true), marks: [.bars(heights: [1, -1])]),
    Chart(marks: [.bars(x: [2, 2], heights: [1, 3])]), Chart(marks: [.bars(heights: [0])]),
    Chart(marks: [.histogram(values: [4, 4, 4])]),
    Chart(marks: [.histogram(values: [1, 2], range: 10...11)]),
    Chart(marks: [.histogram(values: [-1e300, 1e300], isDensity: true)]),
    Chart(marks: [.intervals(x: [1], lower: [2], upper: [2])]),
    Chart(marks: [.arrows(x: [0], y: [0], dx: [0], dy: [0])]), Chart(marks: [.rule(y: 3)]),
    Chart(marks: [.heatMap(Grid([[7]]), decimals: 3)], hasEqualUnits: true),
    Chart(marks: [.heatMap(Grid([[0, 0], [0, 0]]), colors: .diverging)]),
    Chart(marks: [.heatMap(Grid([[-1e300, 1e300]]))]),
    Chart(
      x: Axis(range: 10...20), y: Axis(range: 5...9),
      marks: [.heatMap(Grid(x: 0...40, y: 0...40, columns: 80, rows: 80) { $0 * $1 })]),
    Chart(
      x: Axis(scale: .logarithmic),
      marks: [.contours(Grid(x: [0.1, 1, 10], y: [0, 1], values: [[1, 2, 3], [4, 5, 6]]))]),
    Chart(marks: [.contours(Grid([[1, 1], [1, 1]]))]),
    Chart(marks: [.contours(Grid([[1, 1], [1, 1]]), levels: .logarithmic(.max))]),
    Chart(marks: [.contours(Grid([[0, 1], [1, 2]]), levels: .about(.max), isFilled: false)]),
    Chart(marks: [.contours(Grid([[0, 1], [1, 2]]), levels: .values([]))]),
    Chart(marks: [.contours(Grid([[0, 1], [1, 2]]), levels: .values([-5, 0, 1, 2, 9]))]),
    Chart(marks: [.contours(Grid([[0, 1], [.nan, 2]]), isFilled: false)]),
    Chart(marks: [.regions(Grid([[0, 0], [0, 0]]), names: ["only"])]), far,
    Chart(marks: [.line(values: [1, 2])], width: .nan, height: -.infinity),
    Chart(marks: [.line(values: [1, 2])], hasEqualUnits: true, width: 1, height: 1e9),
    Chart.matrix(values: [[1], [2]], rows: ["a"], columns: []),
    Timeline(events: [.init(1, "")], width: .nan),
    Timeline(events: Array(repeating: .init(2000, "same"), count: 9)),
    NetworkDiagram(layers: [.init(count: 1)], width: -1, height: .infinity),
    NetworkDiagram(layers: [.init(count: 9), .init(count: 2)], unitLimit: -4),
    NetworkDiagram(layers: [.init(count: 1), .init(count: 1)], weights: [[[0]]]),
    GraphDiagram(nodes: [.init()], edges: [.init(from: 0, to: 0)], isDirected: true),
    GraphDiagram(
      nodes: [.init("a"), .init("b")], edges: [.init(from: 0, to: 1, weight: 0)],
      layout: .places([.init(x: 1, y: 1), .init(x: 1, y: 1)])),
    GraphDiagram(nodes: Array(repeating: .init("alone"), count: 40), edges: [], width: .nan),
    ImageGrid(images: [Raster(gray: [[0.5]])], columns: -3, width: .nan),
    ImageGrid(images: [Raster([[0, 0]]), Raster(gray: Array(repeating: [1], count: 500))]),
    Panels(figures: [Chart(marks: [.rule(x: 1)])], columns: 0),
  ]

  @Test(arguments: figures.indices) func thereIsAPictureWithinItsFrame(index: Int) throws {
    let figure = Self.figures[index]
    let text = try figure.svg(description: "")
    let svg = try SVGReader(text)
    let (width, height) = (svg.elements[0].number("width"), svg.elements[0].number("height"))
    #expect((100...20_100).contains(width) && (20...20_100).contains(height))
    for element in svg.elements {
      for (name, value) in element.attributes where name != "href" {
        #expect(
          !value.contains("nan") && !value.contains("inf") && !value.contains("e+"), "\(name)")
      }
      if let data = element.attributes["d"] {
        for start in data.matches(of: /M([-0-9.]+) ([-0-9.]+)/) {
          let (x, y) = (Double(start.1) ?? .nan, Double(start.2) ?? .nan)
          #expect((-10...width + 10).contains(x) && (-10...height + 10).contains(y), "\(start.0)")
        }
      }
    }
    for color in [false, true] {
      #expect(PlotsTests.width(try figure.terminal(width: 40, color: color)) <= 40)
    }
    #expect(parseCSV(try figure.csv()).count > 1)
    #expect(try !figure.json().isEmpty)
  }

  @Test func whatIsFarOutsideIsNotDrawn() throws {
    let svg = try SVGReader(Self.far.svg(description: ""))
    #expect(!svg.texts.contains("away") && svg["image"].isEmpty)
  }
}
