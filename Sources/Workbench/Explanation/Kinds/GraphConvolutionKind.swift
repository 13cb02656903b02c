import Explain
import Formats

extension ProblemKind {
  /// Graph convolutional networks.
  static let graphConvolution = ProblemKind(
    name: GraphConvolutionProblem.kind,
    summary: "A graph's matrices, each normalisation, and GCN layers forward and back.",
    keys: [
      .required("edges", "a list of [from, to] or [from, to, weight]; nodes count from 1"),
      .optional("nodes", "how many nodes there are; the largest number among the edges"),
      .optional("directed", "true where an edge leads one way; false"),
      .optional("features", "H, a row a node; the identity"),
      .optional("weights", "a list of one or two matrices, W of each layer, a row an input"),
      .optional("normalization", "none, self-loops, mean (D̂⁻¹Â) or symmetric; symmetric"),
      .optional("output", "what follows the last layer: relu, softmax or identity; relu"),
      .optional(
        "target", "a row a node, [] for a node without a label; no target: the outputs' sum"),
    ],
    example: """
      kind: gcn
      edges: [[1, 2], [2, 3]]
      features: [[1, 0], [0, 1], [1, 1]]
      weights: [[[0.5, -0.2], [0.3, 0.4]]]
      """,
    read: { members in
      let entries = try members["edges"]!.list("a list of [from, to]")
      guard entries.count <= 1000 else { throw members["edges"]!.expected("at most 1000 edges") }
      let edges = try entries.map { entry in
        let parts = try entry.list("[from, to] or [from, to, weight]")
        guard (2...3).contains(parts.count) else {
          throw entry.error(
            "found \(parts.count) numbers, expected [from, to] or [from, to, weight]")
        }
        return GraphConvolutionProblem.Edge(
          try parts[0].integer(1...10000), try parts[1].integer(1...10000),
          weight: parts.count == 3 ? try parts[2].problemNumber() : 1)
      }
      return GraphConvolutionProblem(
        edges: edges, nodes: try members.integer("nodes", 1...1_000_000),
        isDirected: try members["directed"]?.boolean() ?? false,
        features: try members.matrix("features"),
        weights: try members["weights"]?.list("a list of matrices").map { try $0.matrix() } ?? [],
        normalization: try members["normalization"]?.choice(
          "normalization", GraphConvolutionProblem.Normalization.allCases.map { ($0.rawValue, $0) })
          ?? .symmetric,
        output: try members["output"]?.choice(
          "output", GraphConvolutionProblem.Output.allCases.map { ($0.rawValue, $0) }) ?? .relu,
        targets: try members["target"]?.list("rows of targets").map { row in
          let numbers = try row.vector()
          return numbers.isEmpty ? nil : numbers
        }, title: try members.title())
    })
}
