/// A graph convolutional network on a small graph: the graph's matrices, each normalisation of the
/// adjacency matrix, one or two layers forward and back.
public struct GraphConvolutionProblem: Problem {
  public static let kind = "gcn"

  /// An edge; nodes count from 1.
  public struct Edge: Sendable, Hashable {
    /// The node it leaves.
    public var from: Int
    /// The node it enters.
    public var to: Int
    /// Its weight, above 0.
    public var weight: Double

    /// - Parameters:
    ///   - from: The node it leaves.
    ///   - to: The node it enters.
    ///   - weight: Its weight, above 0.
    public init(_ from: Int, _ to: Int, weight: Double = 1) {
      self.from = from
      self.to = to
      self.weight = weight
    }
  }

  /// What the layers multiply the features by.
  public enum Normalization: String, Sendable, Hashable, CaseIterable {
    /// A.
    case none
    /// Â = A + I.
    case selfLoops = "self-loops"
    /// D̂⁻¹Â.
    case mean
    /// D̂^(−½)ÂD̂^(−½).
    case symmetric
  }

  /// What follows the last layer's product.
  public enum Output: String, Sendable, Hashable, CaseIterable {
    /// ReLU.
    case relu
    /// Softmax over each node's entries.
    case softmax
    /// Nothing.
    case identity
  }

  /// The edges.
  public var edges: [Edge]
  /// How many nodes there are; the largest of the edges' where nil.
  public var nodes: Int?
  /// Whether an edge leads one way only.
  public var isDirected: Bool
  /// The features H, a row a node; the identity where nil.
  public var features: [[Double]]?
  /// The layers' weights, each `[inputs][outputs]`; none where the matrices alone are asked for.
  public var weights: [[[Double]]]
  /// What the layers multiply the features by.
  public var normalization: Normalization
  /// What follows the last layer's product.
  public var output: Output
  /// Targets, a row a node, nil for a node without a label; cross-entropy after softmax, else half
  /// the squared error. Where nil, the loss is the sum of all outputs.
  public var targets: [[Double]?]?
  /// The heading; a description of the graph where nil.
  public var title: Prose?

  /// - Parameters:
  ///   - edges: The edges.
  ///   - nodes: How many nodes there are; the largest of the edges' where nil.
  ///   - isDirected: Whether an edge leads one way only.
  ///   - features: The features H, a row a node; the identity where nil.
  ///   - weights: The layers' weights, each `[inputs][outputs]`.
  ///   - normalization: What the layers multiply the features by.
  ///   - output: What follows the last layer's product.
  ///   - targets: Targets, a row a node, nil for a node without a label.
  ///   - title: The heading.
  public init(
    edges: [Edge], nodes: Int? = nil, isDirected: Bool = false, features: [[Double]]? = nil,
    weights: [[[Double]]] = [], normalization: Normalization = .symmetric,
    output: Output = .relu, targets: [[Double]?]? = nil, title: Prose? = nil
  ) {
    self.edges = edges
    self.nodes = nodes
    self.isDirected = isDirected
    self.features = features
    self.weights = weights
    self.normalization = normalization
    self.output = output
    self.targets = targets
    self.title = title
  }

  /// Graphs beyond this cannot be shown.
  static let mostNodes = 8
  /// Features beyond this cannot be shown.
  static let mostFeatures = 6

  public func solved(_ options: ExplainOptions) throws -> Solution {
    var solver = try GraphConvolutionSolver(self, options)
    return try solver.solve()
  }
}

extension GraphConvolutionProblem {
  /// The number of nodes.
  /// - Throws: `ProblemError` for anything that does not fit.
  func validated() throws -> Int {
    guard !edges.isEmpty || nodes != nil else {
      throw ProblemError("edges", "found no edge and no number of nodes")
    }
    let largest = edges.map { max($0.from, $0.to) }.max() ?? 0
    let count = nodes ?? largest
    guard count >= 1 else { throw ProblemError("nodes", "found \(count), expected 1 or more") }
    guard count <= Self.mostNodes else {
      throw ProblemError(
        nodes == nil ? "edges" : "nodes",
        "found \(count) nodes, which is too large to show: at most \(Self.mostNodes)")
    }
    var known: Set<[Int]> = []
    for (index, edge) in edges.enumerated() {
      let place = "edges[\(index)]"
      for node in [edge.from, edge.to] where !(1...count).contains(node) {
        throw ProblemError(place, "found node \(node), expected 1 to \(count)")
      }
      guard edge.from != edge.to else {
        throw ProblemError(
          place, "found an edge from \(edge.from) to itself; self-loops are added as Â = A + I")
      }
      guard edge.weight > 0, edge.weight >= 1e-3, edge.weight <= 1e3 else {
        throw ProblemError(
          place, "found weight \(edge.weight), expected a number above 0, from 0.001 to 1000")
      }
      let ends = isDirected ? [edge.from, edge.to] : [edge.from, edge.to].sorted()
      guard known.insert(ends).inserted else {
        throw ProblemError(place, "found the edge \(edge.from)–\(edge.to) a second time")
      }
    }
    if let features {
      try ProblemError.check(
        "features", features, rowLimit: Self.mostNodes, columnLimit: Self.mostFeatures)
      guard features.count == count else {
        throw ProblemError(
          "features", "found \(features.count) rows, expected \(count), one for each node")
      }
    }
    guard weights.count <= 2 else {
      throw ProblemError("weights", "found \(weights.count) layers, expected at most 2")
    }
    var width = features?[0].count ?? count
    for (index, weight) in weights.enumerated() {
      let place = "weights[\(index)]"
      try ProblemError.check(
        place, weight, rowLimit: Self.mostNodes, columnLimit: Self.mostFeatures)
      guard weight.count == width else {
        throw ProblemError(
          place,
          "found \(weight.count) rows, expected \(width): H is \(count)×\(width), and H·W needs as "
            + "many rows of W as H has columns")
      }
      width = weight[0].count
    }
    if weights.isEmpty, targets != nil {
      throw ProblemError("target", "found targets without weights: there is no output to compare")
    }
    if let targets {
      guard targets.count == count else {
        throw ProblemError(
          "target", "found \(targets.count) rows, expected \(count), one for each node")
      }
      guard targets.contains(where: { $0 != nil }) else {
        throw ProblemError("target", "found no node with a target, expected one at least")
      }
      for (index, row) in targets.enumerated() {
        guard let row else { continue }
        guard row.count == width else {
          throw ProblemError(
            "target[\(index)]", "found \(row.count) numbers, expected \(width) as the output has")
        }
        try ProblemError.check("target[\(index)]", row)
        if output == .softmax {
          guard row.allSatisfy({ $0 >= 0 }), abs(row.reduce(0, +) - 1) < 1e-9 else {
            throw ProblemError(
              "target[\(index)]", "expected probabilities with the sum 1, such as one-hot")
          }
        }
      }
    }
    return count
  }
}
