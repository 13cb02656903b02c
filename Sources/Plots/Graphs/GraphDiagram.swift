/// A graph: nodes with names and groups, edges with or without direction, weight and name.
///
/// ```swift
/// let path = GraphDiagram(
///   "A path", nodes: [.init("1"), .init("2"), .init("3")],
///   edges: [.init(from: 0, to: 1), .init(from: 1, to: 2)])
/// ```
public struct GraphDiagram: Figure, Hashable {
  /// A node.
  public struct Node: Sendable, Hashable {
    /// Stands in the node, or beside it where it is long; may be empty.
    public var name: String
    /// Nodes of one group, such as a class, have one colour and one entry of the legend; may be
    /// empty.
    public var group: String

    /// A node; see the properties of the same names.
    public init(_ name: String = "", group: String = "") {
      self.name = name
      self.group = group
    }
  }

  /// A join of two nodes.
  public struct Edge: Sendable, Hashable {
    /// The number of the node where it begins, from 0.
    public var from: Int
    /// The number of the node where it ends, from 0; the same for a loop.
    public var to: Int
    /// The larger its magnitude the wider the line; negative ones are dashed.
    public var weight: Double
    /// Stands beside its middle; may be empty.
    public var name: String

    /// An edge; see the properties of the same names.
    public init(from: Int, to: Int, weight: Double = 1, name: String = "") {
      self.from = from
      self.to = to
      self.weight = weight
      self.name = name
    }
  }

  /// Where the nodes stand.
  public enum Layout: Sendable, Hashable {
    /// Joined nodes near each other, the others apart; the same for the same seed.
    case springs(seed: UInt64)
    /// Around a circle, from the top to the right.
    case circle
    /// At these places, one for each node, in any unit.
    case places([Series.Point])
  }

  /// Stands above the graph; may be empty.
  public var title: String
  /// By their numbers, from 0.
  public var nodes: [Node]
  /// Drawn in this order.
  public var edges: [Edge]
  /// Whether edges have arrows.
  public var isDirected: Bool
  /// Where the nodes stand.
  public var layout: Layout
  /// In pixels; below 240 it is taken for 240.
  public var width: Double
  /// In pixels; below 180 it is taken for 180, and a long legend adds to it.
  public var height: Double

  /// A graph; see the properties of the same names.
  public init(
    _ title: String = "", nodes: [Node], edges: [Edge], isDirected: Bool = false,
    layout: Layout = .springs(seed: 1), width: Double = 560, height: Double = 460
  ) {
    self.title = title
    self.nodes = nodes
    self.edges = edges
    self.isDirected = isDirected
    self.layout = layout
    self.width = width
    self.height = height
  }

  /// The most nodes that are placed.
  public static let nodeLimit = 5000

  public var summary: String {
    "Graph, \(nodes.count) nodes and \(edges.count) \(isDirected ? "directed " : "")edges"
      + (groups.isEmpty ? "." : ", groups \(groups.joined(separator: ", ")).")
  }

  public var tables: [FigureTable] {
    [
      FigureTable(
        name: "nodes", columns: ["node", "name", "group"],
        rows: nodes.enumerated().map {
          [.number(Double($0.offset)), .text($0.element.name), .text($0.element.group)]
        }),
      FigureTable(
        name: "edges", columns: ["from", "to", "weight", "name"],
        rows: edges.map {
          [.number(Double($0.from)), .number(Double($0.to)), .number($0.weight), .text($0.name)]
        }),
    ]
  }

  public func check() throws(FigureError) {
    let place = "graph '\(title)'"
    if nodes.isEmpty {
      throw FigureError(.empty, at: place, found: "no nodes", expected: "at least one")
    }
    if nodes.count > GraphDiagram.nodeLimit {
      throw FigureError(
        .tooLarge, at: place, found: "\(nodes.count) nodes",
        expected: "at most \(GraphDiagram.nodeLimit)")
    }
    for (index, edge) in edges.enumerated() {
      for end in [edge.from, edge.to] where !nodes.indices.contains(end) {
        throw FigureError(
          .mismatched, at: "\(place), edge \(index)", found: "node \(end)",
          expected: "0 to \(nodes.count - 1)")
      }
      if !Series.isDrawable(edge.weight) {
        throw FigureError(
          .notDrawable, at: "\(place), edge \(index)", found: "the weight \(edge.weight)",
          expected: "a finite number up to 1e300")
      }
    }
    guard case .places(let places) = layout else { return }
    if places.count != nodes.count {
      throw FigureError(
        .mismatched, at: place, found: "\(places.count) places",
        expected: "\(nodes.count), one for each node")
    }
    if let error = FigureError.firstUndrawable(
      places.flatMap { [$0.x, $0.y] }, at: "\(place), places")
    {
      throw error
    }
  }

  /// The groups that have names, in the order in which they appear.
  package var groups: [String] {
    var seen: Set<String> = []
    return nodes.map(\.group).filter { !$0.isEmpty && seen.insert($0).inserted }
  }

  /// The nodes' places in the unit square, upwards.
  package var places: [Series.Point] {
    switch layout {
    case .springs(let seed):
      ForceLayout.places(
        count: nodes.count, edges: edges.map { ($0.from, $0.to) }, seed: seed,
        separation: nodes.count <= 60 ? 0.075 : 0)
    case .circle: ForceLayout.circle(count: nodes.count)
    case .places(let places): ForceLayout.fitted(places)
    }
  }
}
