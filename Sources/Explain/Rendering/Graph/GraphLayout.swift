import Plots

/// Places for a graph's nodes and edges: columns from left to right by the longest path, as few
/// crossings as sweeps by barycentres find, and long edges bent around what lies between.
///
/// - Source: K. Sugiyama, S. Tagawa, M. Toda, "Methods for Visual Understanding of Hierarchical
///   System Structures", 1981.
struct GraphLayout {
  struct Point: Equatable {
    var x: Double
    var y: Double
  }

  struct PlacedNode {
    let node: GraphDrawing.Node
    let center: Point
    let width: Double
    /// Where the wire that carries the value begins, behind the node.
    let wireStart: Point
    /// Where edges to users begin.
    let wireEnd: Point
    /// The value, shortened where it is long.
    let value: String
    let gradient: String?
    /// Whether it is computed rather than given.
    let isOperation: Bool
    /// Whether no other node uses it.
    let isResult: Bool
  }

  struct Edge {
    let start: Point
    let curves: [(control1: Point, control2: Point, end: Point)]
  }

  static let nodeHeight = 34.0
  /// From one node's middle to that of the next below it, at least: room for value and gradient.
  static let rowHeight = 62.0
  private static let dummyHeight = 34.0
  private static let gap = 44.0
  private static let margin = 12.0
  static let valueSize = 13.0
  static let labelSize = 16.0
  /// The longest value that is written on a wire.
  static let longestValue = 18

  private(set) var nodes: [PlacedNode] = []
  private(set) var edges: [Edge] = []
  private(set) var width = 0.0
  private(set) var height = 0.0
  /// Whether a value was too long for its wire.
  private(set) var isShortened = false

  init(_ graph: GraphDrawing) {
    let places = Dictionary(
      graph.nodes.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    let inputs = graph.nodes.enumerated().map { place, node in
      // A node stands behind its inputs; what does not would be no graph of a computation.
      node.inputs.compactMap { places[$0] }.filter { $0 < place }
    }
    let layers = GraphLayout.layers(inputs)
    var order = LayerOrder(inputs: inputs, layers: layers)
    order.reduceCrossings()
    place(graph, inputs: inputs, order: order)
  }

  /// The column of each node: as far right as its users let an input stand.
  private static func layers(_ inputs: [[Int]]) -> [Int] {
    var layers = inputs.map { _ in 0 }
    for (place, sources) in inputs.enumerated() {
      layers[place] = sources.map { layers[$0] + 1 }.max() ?? 0
    }
    for place in inputs.indices where inputs[place].isEmpty {
      let users = inputs.indices.filter { inputs[$0].contains(place) }.map { layers[$0] }
      if let first = users.min() { layers[place] = first - 1 }
    }
    return layers
  }

  private mutating func place(_ graph: GraphDrawing, inputs: [[Int]], order: LayerOrder) {
    let used = Set(inputs.joined())
    let values = graph.nodes.map { shortened($0.value) }
    let gradients = graph.nodes.map { $0.gradient.map { shortened($0) } }
    let widths = graph.nodes.map { node in
      max(GraphLayout.nodeHeight, SVGDocument.textWidth(MathText.text(node.label), size: 15) + 14)
    }
    let wires = graph.nodes.indices.map { place in
      let texts = [values[place], gradients[place] ?? ""]
      let longest = texts.map { SVGDocument.textWidth($0, size: GraphLayout.valueSize) }.max() ?? 0
      return longest + 14
    }
    let heights = order.heights(
      node: GraphLayout.rowHeight, dummy: GraphLayout.dummyHeight)
    height = 2 * GraphLayout.margin + (heights.max() ?? 0) + GraphLayout.rowHeight

    // Columns as wide as what stands in them.
    var starts: [Double] = []
    var ends: [Double] = []
    var x = GraphLayout.margin
    for layer in order.layers {
      let columns = layer.compactMap { order.vertices[$0].node }
      let size = columns.map { widths[$0] + wires[$0] }.max() ?? 0
      starts.append(x)
      ends.append(x + size)
      x += size + GraphLayout.gap
    }
    width = max(0, x - GraphLayout.gap) + GraphLayout.margin + 8

    func y(_ vertex: Int) -> Double {
      heights[vertex] + GraphLayout.margin + GraphLayout.rowHeight / 2
    }
    var wireEnds: [Int: Point] = [:]
    var entries: [Int: Point] = [:]
    for (layer, members) in order.layers.enumerated() {
      for vertex in members {
        guard let place = order.vertices[vertex].node else { continue }
        // Nodes of a column end together, so that edges begin where all wires end.
        let left = ends[layer] - widths[place] - wires[place]
        let center = Point(x: left + widths[place] / 2, y: y(vertex))
        let start = Point(x: left + widths[place], y: center.y)
        let end = Point(x: ends[layer], y: center.y)
        wireEnds[place] = end
        entries[place] = Point(x: left, y: center.y)
        nodes.append(
          PlacedNode(
            node: graph.nodes[place], center: center, width: widths[place], wireStart: start,
            wireEnd: end, value: values[place], gradient: gradients[place],
            isOperation: !inputs[place].isEmpty, isResult: !used.contains(place)))
      }
    }

    for (place, sources) in inputs.enumerated() {
      guard let entry = entries[place] else { continue }
      // Edges arrive in the order of their sources, a little apart.
      let chains = sources.indices.map { order.chains[place]?[$0] ?? [] }
      let before = sources.indices.map { input in
        chains[input].last.map(y) ?? wireEnds[sources[input]]?.y ?? 0
      }
      let ranks = sources.indices.sorted { (before[$0], $0) < (before[$1], $1) }
      let spread = min(22, 11 * Double(max(0, sources.count - 1)))
      for (rank, input) in ranks.enumerated() {
        guard let start = wireEnds[sources[input]] else { continue }
        let share = sources.count > 1 ? Double(rank) / Double(sources.count - 1) - 0.5 : 0
        var target = Point(x: entry.x, y: entry.y + share * spread)
        target.x += GraphLayout.inset(of: target.y - entry.y)
        var curves: [(control1: Point, control2: Point, end: Point)] = []
        var last = start
        func bend(to point: Point) {
          let middle = (point.x - last.x) / 2
          curves.append(
            (
              control1: Point(x: last.x + middle, y: last.y),
              control2: Point(x: point.x - middle, y: point.y), end: point
            ))
          last = point
        }
        func run(to x: Double) {
          guard x > last.x else { return }
          let third = (x - last.x) / 3
          let end = Point(x: x, y: last.y)
          curves.append(
            (
              control1: Point(x: last.x + third, y: last.y),
              control2: Point(x: x - third, y: last.y), end: end
            ))
          last = end
        }
        for vertex in chains[input] {
          let layer = order.vertices[vertex].layer
          bend(to: Point(x: starts[layer], y: y(vertex)))
          run(to: ends[layer])
        }
        // A node that is narrower than its column is reached through the column's free part.
        let column = starts[order.vertices[place].layer]
        if column < target.x, column > last.x {
          bend(to: Point(x: column, y: target.y))
          run(to: target.x)
        } else {
          bend(to: target)
        }
        edges.append(Edge(start: start, curves: curves))
      }
    }
  }

  /// How far right a round node's edge lies, that far from its middle line.
  private static func inset(of offset: Double) -> Double {
    let radius = nodeHeight / 2
    return radius - max(0, radius * radius - offset * offset).squareRoot()
  }

  private mutating func shortened(_ text: String) -> String {
    let text = MathText.digits(text)
    let short = TerminalText.cut(text, to: GraphLayout.longestValue)
    if short != text { isShortened = true }
    return short
  }
}
