import Plots

/// One figure of each kind, whose names all pass through a function, to try other texts.
struct Gallery {
  var text: (String) -> String = { $0 }
  private var random = Numbers(seed: 7)

  init(text: @escaping (String) -> String = { $0 }) {
    self.text = text
  }

  static let names = [
    "lines", "logarithmic", "bars", "histogram", "scatter", "density", "contours", "contour-lines",
    "heat-map", "large-heat-map", "attention", "regions", "arrows", "pictures", "images",
    "timeline",
    "network", "wide-network", "graph", "karate", "directed", "confusion", "panels", "line-chart",
  ]

  func figure(_ name: String) -> any Figure {
    switch name {
    case "lines": lines
    case "logarithmic": logarithmic
    case "bars": bars
    case "histogram": histogram
    case "scatter": scatter
    case "density": density
    case "contours": contours
    case "contour-lines": contourLines
    case "heat-map": heatMap
    case "large-heat-map": largeHeatMap
    case "attention": attention
    case "regions": regions
    case "arrows": arrows
    case "pictures": pictures
    case "images": images
    case "timeline": timeline
    case "network": network
    case "wide-network": wideNetwork
    case "graph": graph
    case "karate": karate
    case "directed": directed
    case "confusion":
      ConfusionMatrix(
        counts: [[50, 2, 1], [3, 45, 7], [0, 4, 60]],
        labels: ["cat", "dog", "bird"].map(text))
    case "panels":
      Panels(text("Four panels"), figures: [histogram, attention, regions, network], columns: 2)
    default:
      LineChart(
        title: text("Loss"), xLabel: text("epoch"), yLabel: text("nats"),
        series: [
          Series(text("training"), values: [3, 1, 0.5]), Series(text("test"), values: [3, 2]),
        ])
    }
  }

  private var lines: Chart {
    let epochs = (1...40).map(Double.init)
    var numbers = random
    let curve = { (end: Double, rate: Double) in
      epochs.map { end + 2 / (1 + rate * $0) + 0.03 * numbers.normal() }
    }
    let (training, validation, test) = (curve(0.1, 0.6), curve(0.3, 0.5), curve(0.35, 0.4))
    return Chart(
      text("Loss of LeNet-5 on digits"), x: Axis(text("epoch")),
      y: Axis(text("loss"), unit: "nats"),
      marks: [
        .band(
          text("training"), x: epochs, lower: training.map { $0 - 0.12 },
          upper: training.map { $0 + 0.12 }),
        .line(text("training"), x: epochs, y: training),
        .line(text("validation"), x: epochs, y: validation),
        .line(text("test"), x: epochs, y: test),
        .rule(text("early stopping"), x: 27),
        .text(text("best epoch"), x: 27, y: 1.5),
      ])
  }

  private var logarithmic: Chart {
    let lengths = (1...60).map(Double.init)
    return Chart(
      text("Gradient through time"), x: Axis(text("steps back")),
      y: Axis(text("norm of the gradient"), scale: .logarithmic),
      marks: [0.8, 0.95, 1.0, 1.05, 1.2].map { value in
        .line(
          text("largest eigenvalue \(value)"), x: lengths,
          y: lengths.map { power(value, $0) })
      })
  }

  private var bars: Chart {
    Chart(
      text("Robust accuracy"),
      x: Axis(
        text("defence"), scale: .categories(["none", "crop", "training", "detector"].map(text))),
      y: Axis(text("accuracy"), unit: "%"),
      marks: [
        .bars(text("clean"), heights: [98.1, 95.2, 96.8, 97.5]),
        .bars(text("FGSM"), heights: [12.4, 41.0, 88.3, 70.2]),
        .bars(text("iterative"), heights: [0.3, 18.9, 79.1, 66.0]),
      ])
  }

  private var histogram: Chart {
    var numbers = random
    let samples = [0.5, 1.0].map { width in
      Mark.histogram(
        text("σ = \(width)"), values: (0..<2000).map { _ in width * numbers.normal() }, bins: 40,
        range: -3...3, isDensity: true)
    }
    let density = Mark.function(text("normal density"), over: -3...3) {
      power(2.718281828, -$0 * $0 / 2) / 2.5066
    }
    return Chart(
      text("Activations"), x: Axis(text("value")), y: Axis(text("density")),
      marks: samples + [density])
  }

  private var scatter: Chart {
    var numbers = random
    return Chart(
      text("Latent space"), x: "z₁", y: "z₂",
      marks: (0..<8).map { group in
        let angle = Double(group) * 0.785
        return .points(
          text("class \(group)"),
          x: (0..<40).map { _ in 2 * cosine(angle) + 0.35 * numbers.normal() },
          y: (0..<40).map { _ in 2 * sine(angle) + 0.35 * numbers.normal() })
      }, hasEqualUnits: true)
  }

  private var density: Chart {
    var numbers = random
    return Chart(
      text("100,000 points"), x: "x", y: "y",
      marks: [
        .points(
          text("samples"), x: (0..<100_000).map { _ in numbers.normal() },
          y: (0..<100_000).map { _ in numbers.normal() })
      ])
  }

  private func valley(_ x: Double, _ y: Double) -> Double {
    (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x)
  }

  private var contours: Chart {
    let grid = Grid(x: -1.6...1.6, y: -0.6...1.8, columns: 80, rows: 80, valley)
    func path(
      from start: (Double, Double), rate: Double, momentum: Double, steps: Int
    ) -> (x: [Double], y: [Double]) {
      var (x, y, vx, vy) = (start.0, start.1, 0.0, 0.0)
      var path = (x: [x], y: [y])
      for _ in 0..<steps {
        let gx = -2 * (1 - x) - 400 * x * (y - x * x)
        let gy = 200 * (y - x * x)
        vx = momentum * vx - rate * gx
        vy = momentum * vy - rate * gy
        (x, y) = (x + vx, y + vy)
        path.x.append(x)
        path.y.append(y)
      }
      return path
    }
    let descent = path(from: (-1.2, 1.5), rate: 0.001, momentum: 0, steps: 30)
    let momentum = path(from: (0.2, 1.2), rate: 0.0004, momentum: 0.9, steps: 300)
    let other = path(from: (1.3, 0), rate: 0.0005, momentum: 0.5, steps: 60)
    return Chart(
      text("Three optimizers in Rosenbrock's valley"), x: "w₁", y: "w₂",
      marks: [
        .contours(grid, levels: .logarithmic(9), label: text("loss")),
        .trajectory(text("descent"), x: descent.x, y: descent.y),
        .trajectory(text("momentum"), x: momentum.x, y: momentum.y),
        .trajectory(text("other"), x: other.x, y: other.y),
      ])
  }

  private var contourLines: Chart {
    Chart(
      text("A saddle"), x: "x", y: "y",
      marks: [
        .contours(
          Grid(x: -2...2, y: -2...2, columns: 41, rows: 41) { $0 * $0 - $1 * $1 },
          label: "x² − y²", isFilled: false, colors: .diverging)
      ], hasEqualUnits: true)
  }

  private var heatMap: Chart {
    var numbers = random
    let rows = (0..<4).map { _ in (0..<6).map { _ in numbers.normal() } }
    return Chart.matrix(
      text("Weights of a layer"), values: rows, x: text("input"), y: text("unit"),
      label: text("weight"),
      colors: .diverging, decimals: 2)
  }

  private var largeHeatMap: Chart {
    let rows = (0..<64).map { position in
      (0..<64).map { index -> Double in
        let angle = Double(position) / power(10000, Double(index / 2 * 2) / 64)
        return index.isMultiple(of: 2) ? sine(angle) : cosine(angle)
      }
    }
    return Chart.matrix(
      text("Positional encoding"), values: rows, x: text("dimension"), y: text("position"),
      label: text("value"), colors: .diverging)
  }

  private var attention: Chart {
    let source = ["the", "agreement", "on", "the", "European", "Economic", "Area"]
    let target = ["l'", "accord", "sur", "la", "zone", "économique", "européenne"]
    let order = [0, 1, 2, 3, 6, 5, 4]
    let weights = order.map { place in
      source.indices.map { $0 == place ? 0.8 : abs($0 - place) == 1 ? 0.09 : 0.01 }
    }
    return Chart.matrix(
      text("Alignment"), values: weights, rows: target.map(text), columns: source.map(text),
      x: text("source"), y: text("translation"), label: text("weight"), range: 0...1)
  }

  private var regions: Chart {
    let names = ["no", "yes"].map(text)
    return Chart(
      text("XOR by an MLP"), x: "x₁", y: "x₂",
      marks: [
        .regions(names: names, x: -0.5...1.5, y: -0.5...1.5) { x, y in
          (x - 0.5) * (y - 0.5) < 0.03 * sine(9 * x) ? 1 : 0
        }, .points(names[0], x: [0, 1], y: [0, 1]), .points(names[1], x: [0, 1], y: [1, 0]),
      ], hasEqualUnits: true)
  }

  private var arrows: Chart {
    let places = (0..<9).flatMap { row in (0..<9).map { (Double($0) - 4, Double(row) - 4) } }
    return Chart(
      text("Gradients"), x: "θ₁", y: "θ₂",
      marks: [
        .arrows(
          text("simultaneous descent"), x: places.map(\.0), y: places.map(\.1),
          dx: places.map { -0.2 * $0.1 }, dy: places.map { 0.2 * $0.0 })
      ], hasEqualUnits: true)
  }

  /// A ring of a radius, brighter to the right.
  private func ring(_ radius: Double, side: Int = 28) -> [[Double]] {
    (0..<side).map { row in
      (0..<side).map { column in
        let (x, y) = (Double(column) - Double(side) / 2, Double(row) - Double(side) / 2)
        let off = (x * x + y * y).squareRoot() - radius
        return max(0, 1 - off * off / 6) * (0.7 + 0.3 * x / Double(side))
      }
    }
  }

  private var pictures: Chart {
    Chart(
      text("Manifold"), x: "z₁", y: "z₂",
      marks: (0..<5).map { index in
        let x = Double(index)
        return .image(
          Raster(gray: ring(2 + 2 * x)), x: x - 0.4...x + 0.4, y: x / 2 - 0.4...x / 2 + 0.4)
      })
  }

  private var images: ImageGrid {
    let gray = (0..<6).map { Raster(gray: ring(2 + Double($0) * 2)) }
    let color = (0..<3).map { index in
      Raster(red: ring(4), green: ring(6 + Double(index)), blue: ring(10))
    }
    let signed = Raster(ring(8).map { row in row.map { $0 - 0.5 } })
    let looked = Raster(red: ring(5), green: ring(7), blue: ring(9))
      .overlaid(by: [[0.1, 0.2, 0.1], [0.1, 0.9, 0.3], [0, 0, 0.1]])
    return ImageGrid(
      text("Images"), images: gray + color + [signed, looked],
      captions: (0..<11).map { text("image \($0)") }, columns: 6,
      legend: .init(text("share of the greatest")))
  }

  private var timeline: Timeline {
    Timeline(
      text("Milestones of neural networks"),
      events: [
        (1943, "neural nets (McCulloch, Pitts)"), (1958, "perceptron (Rosenblatt)"),
        (1969, "XOR critique"), (1986, "MLP and back-propagation"), (1990, "first LeNet"),
        (1997, "LSTM"), (1998, "LeNet-5"), (2012, "AlexNet"), (2014, "GAN"), (2014, "VGG"),
        (2014, "GoogLeNet"), (2015, "ResNet"),
      ].map { Timeline.Event($0.0, text($0.1)) })
  }

  private var network: NetworkDiagram {
    NetworkDiagram(
      text("A network for XOR"),
      layers: [
        .init(text("input"), units: ["x₁", "x₂"]),
        .init(text("hidden"), units: ["h₁", "h₂", "h₃"]),
        .init(text("output"), units: ["ŷ"]),
      ], weights: [[[1.2, 1], [-1, -1.4], [0.2, -0.5]], [[2, -2, 0.4]]])
  }

  private var wideNetwork: NetworkDiagram {
    NetworkDiagram(
      text("MLP"),
      layers: [
        .init(text("pixels"), count: 784), .init(text("hidden"), count: 32),
        .init(text("classes"), units: (0..<10).map(String.init)),
      ])
  }

  private var graph: GraphDiagram {
    GraphDiagram(
      text("A weighted graph"),
      nodes: ["1", "2", "3", "4", "5"].map {
        GraphDiagram.Node($0, group: text($0 < "3" ? "left" : "right"))
      },
      edges: [
        .init(from: 0, to: 1, weight: 2, name: "2"),
        .init(from: 1, to: 2, weight: 0.5, name: "0.5"),
        .init(from: 2, to: 3, weight: -1, name: "−1"), .init(from: 3, to: 4, weight: 3, name: "3"),
        .init(from: 0, to: 0, weight: 1),
      ])
  }

  private var karate: GraphDiagram {
    GraphDiagram(
      text("Zachary's karate club"),
      nodes: (1...34).map { number in
        GraphDiagram.Node(
          "\(number)",
          group: text(Gallery.officers.contains(number) ? "officer" : "Mr. Hi"))
      },
      edges: Gallery.club.map { .init(from: $0.0 - 1, to: $0.1 - 1) })
  }

  private var directed: GraphDiagram {
    GraphDiagram(
      text("Links"),
      nodes: ["home", "research", "publications", "people", "contact"].map {
        GraphDiagram.Node(text($0))
      },
      edges: [(0, 1), (1, 0), (1, 2), (2, 3), (3, 1), (0, 4), (4, 4)].map {
        .init(from: $0.0, to: $0.1)
      }, isDirected: true, layout: .circle)
  }

  private static let officers: Set = [
    9, 10, 15, 16, 19, 21, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34,
  ]

  /// W. Zachary, "An Information Flow Model for Conflict and Fission in Small Groups", 1977.
  private static let club: [(Int, Int)] = [
    (1, [2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 18, 20, 22, 32]),
    (2, [3, 4, 8, 14, 18, 20, 22, 31]),
    (3, [4, 8, 9, 10, 14, 28, 29, 33]), (4, [8, 13, 14]), (5, [7, 11]), (6, [7, 11, 17]), (7, [17]),
    (9, [31, 33, 34]), (10, [34]), (14, [34]), (15, [33, 34]), (16, [33, 34]), (19, [33, 34]),
    (20, [34]), (21, [33, 34]), (23, [33, 34]), (24, [26, 28, 30, 33, 34]), (25, [26, 28, 32]),
    (26, [32]), (27, [30, 34]), (28, [34]), (29, [32, 34]), (30, [33, 34]), (31, [33, 34]),
    (32, [33, 34]), (33, [34]),
  ].flatMap { from, ends in ends.map { (from, $0) } }
}

/// Numbers from a seed.
struct Numbers {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// In 0..<1, by a linear congruence.
  mutating func next() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 11) / 9_007_199_254_740_992
  }

  /// Nearly normal: the sum of twelve.
  mutating func normal() -> Double { (0..<12).reduce(-6) { sum, _ in sum + next() } }
}
