import Plots
import Testing

@Suite struct FigureErrorTests {
  private static let point = Mark.points("a", x: [1], y: [1])
  private static let logarithmic = Axis(scale: .logarithmic)

  static let cases: [(any Figure, String)] = [
    (Chart("Loss", marks: []), "chart 'Loss': found no marks, expected at least one"),
    (
      Chart("Loss", marks: [.line("training", values: [])]),
      "chart 'Loss', mark 'training': found no points, expected at least one"
    ),
    (
      Chart("Loss", marks: [.line(values: [.nan, .infinity])]),
      """
      chart 'Loss', mark 1: found no point of 2 that the axes have a place for, expected at least \
      one
      """
    ),
    (
      Chart("c", y: logarithmic, marks: [.line("a", values: [0, -1])]),
      """
      chart 'c', mark 'a': found no point of 2 that the axes have a place for, expected at least \
      one
      """
    ),
    (
      Chart("c", marks: [.points("a", x: [], y: [])]),
      "chart 'c', mark 'a': found no points, expected at least one"
    ),
    (
      Chart("c", marks: [.points("a", x: [1, 2], y: [3])]),
      "chart 'c', mark 'a', y: found 1 numbers, expected 2, one for each x"
    ),
    (
      Chart("c", marks: [.points("a", x: [1, 2], y: [3, .nan])]),
      "chart 'c', mark 'a': found nan, expected finite numbers up to 1e300"
    ),
    (
      Chart("c", x: logarithmic, marks: [.points("a", x: [0, 2], y: [3, 3])]),
      "chart 'c', mark 'a': found 0.0, expected numbers above 0 for a logarithmic axis"
    ),
    (
      Chart("c", y: logarithmic, marks: [.bars("a", heights: [1, 2])]),
      "chart 'c', mark 'a': found 0.0, expected numbers above 0 for a logarithmic axis"
    ),
    (
      Chart("c", marks: [.bars("a", heights: [])]),
      "chart 'c', mark 'a': found no points, expected at least one"
    ),
    (
      Chart("c", marks: [.histogram("a", values: [])]),
      "chart 'c', mark 'a': found no numbers, expected at least one"
    ),
    (
      Chart("c", marks: [.histogram("a", values: [1, -.infinity])]),
      "chart 'c', mark 'a', values[1]: found -inf, expected a finite number up to 1e300"
    ),
    (
      Chart("c", x: Axis(range: 1...1), marks: [point]),
      "chart 'c', axis x: found the range 1.0...1.0, expected two finite numbers that differ"
    ),
    (
      Chart("c", y: Axis(scale: .logarithmic, range: 0...1), marks: [point]),
      "chart 'c', axis y: found the range 0.0...1.0, expected two numbers above 0"
    ),
    (
      Chart("c", x: Axis(scale: .categories([])), marks: [point]),
      "chart 'c', axis x: found no categories, expected at least one"
    ),
    (
      Chart("c", marks: [.contours(Grid([[1, 2]]))]),
      "chart 'c', mark 1: found 2 columns and 1 rows, expected at least 2 of each"
    ),
    (
      Chart("c", marks: [.contours(Grid([[1, 2], [3, .nan]]))]),
      "chart 'c', mark 1, row 1, column [1]: found nan, expected a finite number up to 1e300"
    ),
    (
      Chart("c", marks: [.contours(Grid([[1, 2], [3, 4]]), levels: .values([3, 2]))]),
      "chart 'c', mark 1, levels: found [3.0, 2.0], expected them ascending"
    ),
    (
      Chart("c", marks: [.contours(Grid([[-1, -2], [-3, 0]]), levels: .logarithmic(5))]),
      "chart 'c', mark 1: found no number above 0, expected some for logarithmic levels"
    ),
    (
      Chart("c", marks: [.heatMap(Grid([]), label: "h")]),
      "chart 'c', mark 'h': found 0 columns and 0 rows, expected at least 1 of each"
    ),
    (
      Chart("c", marks: [.heatMap(Grid(x: [0, 1], y: [0], values: [[1]]))]),
      "chart 'c', mark 1, row 0: found 1 numbers, expected 2, one for each x"
    ),
    (
      Chart("c", marks: [.heatMap(Grid(x: [1, 1], y: [0], values: [[1, 2]]))]),
      "chart 'c', mark 1, x[1]: found 1.0, expected more than 1.0, the one before"
    ),
    (
      Chart("c", marks: [.regions(Grid([[0, 2]]), names: ["a", "b"])]),
      "chart 'c', mark 1: found class 2, expected 0 to 1, the classes that have names"
    ),
    (
      Chart("c", marks: [.arrows("a", x: [1], y: [1], dx: [1], dy: [])]),
      "chart 'c', mark 'a', dy: found 0 numbers, expected 1, one for each x"
    ),
    (ImageGrid("i", images: []), "image grid 'i': found no images, expected at least one"),
    (
      ImageGrid("i", images: [Raster(gray: [[0, .nan]])]),
      "image grid 'i', image 0, pixels[1]: found nan, expected a finite number up to 1e300"
    ),
    (
      ImageGrid("i", images: [Raster(gray: [])]),
      "image grid 'i', image 0: found 0 × 0 pixels, expected at least one"
    ),
    (
      ImageGrid("i", images: [Raster(gray: [[0]])], captions: ["a", "b"]),
      "image grid 'i': found 2 captions, expected 1, one for each image, or none"
    ),
    (Timeline("t", events: []), "timeline 't': found no events, expected at least one"),
    (
      Timeline("t", events: [.init(.nan, "x")]),
      "timeline 't', events[0]: found nan, expected a finite number up to 1e300"
    ),
    (NetworkDiagram("n", layers: []), "network 'n': found no layers, expected at least one"),
    (
      NetworkDiagram("n", layers: [.init(count: 2), .init(count: 0)]),
      "network 'n', layer 1: found no units, expected at least one"
    ),
    (
      NetworkDiagram("n", layers: [.init(count: 2), .init(count: 1)], weights: [[[1]]]),
      "network 'n', weights[0]: found 1 rows of 1 numbers, expected 1 rows of 2"
    ),
    (
      NetworkDiagram("n", layers: [.init(count: 2)], weights: [[[1, 1]]]),
      """
      network 'n': found 1 matrices of weights, expected 0, one for each layer but the first, or \
      none
      """
    ),
    (
      NetworkDiagram("n", layers: [.init(count: 1), .init(count: 1)], weights: [[[.nan]]]),
      "network 'n', weights[0][0][0]: found nan, expected a finite number up to 1e300"
    ),
    (GraphDiagram("g", nodes: [], edges: []), "graph 'g': found no nodes, expected at least one"),
    (
      GraphDiagram("g", nodes: [.init("a")], edges: [.init(from: 0, to: 1)]),
      "graph 'g', edge 0: found node 1, expected 0 to 0"
    ),
    (
      GraphDiagram("g", nodes: [.init("a")], edges: [.init(from: 0, to: 0, weight: .nan)]),
      "graph 'g', edge 0: found the weight nan, expected a finite number up to 1e300"
    ),
    (
      GraphDiagram("g", nodes: [.init("a")], edges: [], layout: .places([])),
      "graph 'g': found 0 places, expected 1, one for each node"
    ),
    (
      GraphDiagram("g", nodes: Array(repeating: .init(), count: 5001), edges: []),
      "graph 'g': found 5001 nodes, expected at most 5000"
    ),
    (Panels("p", figures: []), "panels 'p': found no figures, expected at least one"),
    (
      Panels("p", figures: [Chart("Loss", marks: [])]),
      "chart 'Loss': found no marks, expected at least one"
    ),
    (
      ConfusionMatrix(counts: [[0, 0], [0, 0]]),
      "confusion matrix: found no samples of 2 classes, expected at least one"
    ),
  ]

  @Test(arguments: cases.indices) func whatCannotBeDrawnIsSaid(index: Int) {
    let (figure, message) = Self.cases[index]
    let calls: [() throws -> String] = [
      { try figure.svg(description: nil) }, { try figure.terminal(width: 80, color: false) },
      { try figure.json() }, { try figure.csv() },
    ]
    for call in calls {
      do {
        _ = try call()
        Issue.record("no error: \(message)")
      } catch {
        #expect("\(error)" == message)
      }
    }
  }
}
