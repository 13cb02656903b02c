import Plots
import Testing

/// The examples of documentation comments and of the article, between markers.
@Suite struct ExampleTests {
  @Test func figure() throws {
    // <example>
    let chart = Chart(
      "Loss", x: "epoch", y: "loss", marks: [.line("training", values: [1.9, 0.7, 0.3])])
    let picture = try chart.svg()
    let characters = try chart.terminal(width: 72, color: false)
    let numbers = try chart.csv()
    // </example>
    #expect(picture.contains("<title>Loss</title>") && characters.hasPrefix("Loss\nloss\n"))
    #expect(
      numbers == "series,epoch,loss\r\ntraining,1,1.9\r\ntraining,2,0.7\r\ntraining,3,0.3\r\n")
    #expect(
      try chart.json().split(separator: "\n").dropFirst().joined()
        == #"{"name":"training","columns":["epoch","loss"],"rows":[[1,1.9],[2,0.7],[3,0.3]]}]}"#)
  }

  @Test func chart() throws {
    // <example>
    let chart = Chart(
      "LeNet-5 on digits", x: "epoch", y: Axis("loss", unit: "nats", scale: .logarithmic),
      marks: [
        .band("training", x: [1, 2, 3], lower: [1.7, 0.6, 0.2], upper: [2.1, 0.8, 0.4]),
        .line("training", values: [1.9, 0.7, 0.3]), .line("validation", values: [1.5, 0.6, 0.4]),
      ])
    // </example>
    let svg = try SVGReader(chart.svg())
    #expect(svg.texts.contains("loss (nats)") && svg.texts.contains("0.2"))
    #expect(
      svg["desc"][0].text
        == "Chart, loss (nats) over epoch. training: band. training: 3 points, from 1.900 at 1.000 "
        + "to 0.3000 at 3.000. validation: 3 points, from 1.500 at 1.000 to 0.4000 at 3.000.")
    #expect(
      try chart.csv().hasPrefix("series,epoch,lower,upper,loss (nats)\r\ntraining,1,1.7,2.1,\r\n"))
  }

  @Test func panels() throws {
    let narrow = Chart("narrow", marks: [.line(values: [1, 2])])
    let wide = Chart("wide", marks: [.line(values: [2, 1])])
    // <example>
    let panels = Panels("Width of the hidden layer", figures: [narrow, wide], columns: 2)
    // </example>
    #expect(try SVGReader(panels.svg()).texts.contains("wide"))
  }

  @Test func timeline() throws {
    // <example>
    let timeline = Timeline(
      "Milestones", events: [.init(1943, "neural nets"), .init(1958, "perceptron")])
    // </example>
    #expect(try SVGReader(timeline.svg()).texts.contains("1958 perceptron"))
  }

  @Test func graph() throws {
    // <example>
    let path = GraphDiagram(
      "A path", nodes: [.init("1"), .init("2"), .init("3")],
      edges: [.init(from: 0, to: 1), .init(from: 1, to: 2)])
    // </example>
    #expect(try SVGReader(path.svg()).texts == ["A path", "1", "2", "3"])
  }

  @Test func network() throws {
    // <example>
    let network = NetworkDiagram(
      "XOR",
      layers: [
        .init("input", units: ["x₁", "x₂"]), .init("hidden", count: 2),
        .init("output", units: ["ŷ"]),
      ],
      weights: [[[1, 1], [-1, -1]], [[2, 2]]])
    // </example>
    #expect(try SVGReader(network.svg()).texts.contains("ŷ"))
  }

  @Test func images() throws {
    let digits = [[[0.0, 1], [1, 0]], [[1, 1], [0, 0]]]
    let labels = ["a", "b"]
    // <example>
    let grid = ImageGrid(
      "Digits", images: digits.map { Raster(gray: $0) }, captions: labels, columns: 10)
    // </example>
    #expect(try SVGReader(grid.svg())["image"].count == 2)
  }

  @Test func optimizers() throws {
    // <example>
    let valley = Grid(x: -2...2, y: -1...2, columns: 80, rows: 60) { x, y in
      (1 - x) * (1 - x) + 10 * (y - x * x) * (y - x * x)
    }
    let way = Chart(
      "Down the valley", x: "w₁", y: "w₂",
      marks: [
        .contours(valley, levels: .logarithmic(8), label: "loss"),
        .trajectory("momentum", x: [-1.5, -0.5, 0.7, 1], y: [1.5, 0.2, 0.4, 1]),
      ])
    let attention = Chart.matrix(
      "Alignment", values: [[0.9, 0.1], [0.2, 0.8]], rows: ["le", "chat"], columns: ["the", "cat"],
      label: "weight", range: 0...1, decimals: 1)
    let decisions = Chart(
      "XOR", x: "x₁", y: "x₂",
      marks: [
        .regions(names: ["0", "1"], x: -0.5...1.5, y: -0.5...1.5) { x, y in
          (x > 0.5) != (y > 0.5) ? 1 : 0
        },
        .points("0", x: [0, 1], y: [0, 1]), .points("1", x: [0, 1], y: [1, 0]),
      ], hasEqualUnits: true)
    // </example>
    for chart in [way, attention, decisions] { _ = try SVGReader(chart.svg()) }
  }
}
