/// A computation written down: every node with its operation, formula, values and gradients, in
/// the order in which it was computed.
public struct GraphSnapshot: Sendable {
  /// An array of the graph: an input, a constant, or an operation's output.
  public struct Node: Sendable {
    /// The place in `nodes`.
    public let id: Int
    /// The operation, "input" or "constant".
    public let operation: String
    /// The name given to an input.
    public let name: String?
    /// The operation's formula; its inputs are those below, in order.
    public let formula: Formula?
    /// The ids of the operation's inputs.
    public let inputs: [Int]
    /// Which of the operation's outputs this is.
    public let output: Int
    /// The forward value.
    public let value: NDArray
    /// The gradient of the result by this node; nil where none flowed.
    public let gradient: NDArray?

    /// Sizes along each axis.
    public var shape: Shape { value.shape }
  }

  /// The nodes, inputs before their users.
  public let nodes: [Node]
  /// The id of the result.
  public let result: Int
  /// The ids of the tensors that `body` pointed out, by the key it gave.
  package let marked: [String: Int]

  /// Evaluates `body` on variables with the given names and values, differentiates its result,
  /// and writes everything down.
  ///
  /// - Parameters:
  ///   - inputs: Names and values of the variables.
  ///   - body: Computes a scalar from the variables, in the order given.
  public init(
    of inputs: [(name: String, value: NDArray)], _ body: ([Tensor]) throws -> Tensor
  ) rethrows {
    try self.init(of: inputs) { variables, _ in try body(variables) }
  }

  /// The same, where `body` points out tensors on the way, each by a key.
  package init(
    of inputs: [(name: String, value: NDArray)],
    marking body: ([Tensor], inout [String: Tensor]) throws -> Tensor
  ) rethrows {
    let trace = Trace()
    var marks: [String: Tensor] = [:]
    let variables = inputs.map { Tensor($0.value, node: LeafNode(trace: trace)) }
    for variable in variables { trace.recordLeaf(variable) }
    let result = try body(variables, &marks)
    if result.node != nil {
      _ = gradients(of: result, withRespectTo: variables)
    }
    var names: [UInt64: String] = [:]
    for (variable, input) in zip(variables, inputs) {
      names[variable.node!.serial] = input.name
    }
    var nodes: [Node] = []
    var places: [UInt64: Int] = [:]  // id of a recorded node's first output
    for entry in trace.ordered {
      let sources = entry.inputs.map { input -> Int in
        if let serial = input.serial, let place = places[serial] { return place + input.output }
        nodes.append(
          Node(
            id: nodes.count, operation: "constant", name: nil, formula: nil, inputs: [], output: 0,
            value: input.array, gradient: nil))
        return nodes.count - 1
      }
      places[entry.serial] = nodes.count
      for (output, value) in entry.outputs.enumerated() {
        nodes.append(
          Node(
            id: nodes.count, operation: entry.name == "leaf" ? "input" : entry.name,
            name: names[entry.serial], formula: entry.formula, inputs: sources, output: output,
            value: value, gradient: entry.gradients[output]))
      }
    }
    if let node = result.node, let place = places[node.serial] {
      self.result = place + result.output
    } else {
      nodes.append(
        Node(
          id: nodes.count, operation: "constant", name: nil, formula: nil, inputs: [], output: 0,
          value: result.array, gradient: nil))
      self.result = nodes.count - 1
    }
    self.nodes = nodes
    marked = marks.compactMapValues { tensor in
      tensor.node.flatMap { places[$0.serial] }.map { $0 + tensor.output }
    }
  }
}
