import Plots

/// A graph in lines of text.
struct TextGraph {
  let graph: GraphDrawing

  /// A node as a line of a table.
  struct Row {
    let label: MathNode
    /// `[4]`, which tells an operation from others of its kind; empty for an input.
    let mark: String
    /// The marks or names of the nodes that it is computed from.
    let inputs: [String]
    let value: String
    let gradient: String?
  }

  /// The nodes in order.
  static func numbered(_ graph: GraphDrawing) -> [Row] {
    let names = Dictionary(
      graph.nodes.map { node in
        (node.id, node.inputs.isEmpty ? MathText.text(node.label) : "[\(node.id)]")
      }, uniquingKeysWith: { first, _ in first })
    return graph.nodes.map { node in
      Row(
        label: node.label, mark: node.inputs.isEmpty ? "" : "[\(node.id)]",
        inputs: node.inputs.map { names[$0] ?? "[\($0)]" }, value: MathText.digits(node.value),
        gradient: node.gradient.map(MathText.digits))
    }
  }

  /// A tree, each node above what it is computed from: node, value and gradient of each line. A node that several others use stands in full where it
  /// comes first.
  func rows() -> [[String]] {
    let used = Set(graph.nodes.flatMap(\.inputs))
    let byID = Dictionary(graph.nodes.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    var shown: Set<Int> = []
    var result: [[String]] = []
    func show(_ node: GraphDrawing.Node, prefix: String, branch: String, below: String) {
      let label = TextMath.line(node.label)
      let isKnown = !shown.insert(node.id).inserted
      // A repeated operation has no name of its own: its number tells which one is meant.
      let mark = node.inputs.isEmpty ? "" : " [\(node.id)]"
      let more = isKnown && !node.inputs.isEmpty ? " ↑" : ""
      result.append([
        prefix + branch + label + mark + more, MathText.digits(node.value),
        node.gradient.map(MathText.digits) ?? "–",
      ])
      if isKnown { return }
      let inputs = node.inputs.compactMap { byID[$0] }
      for (index, input) in inputs.enumerated() {
        let isLast = index == inputs.count - 1
        show(
          input, prefix: prefix + below, branch: isLast ? "└ " : "├ ", below: isLast ? "  " : "│ ")
      }
    }
    for node in graph.nodes.reversed() where !used.contains(node.id) {
      show(node, prefix: "", branch: "", below: "")
    }
    return result
  }
}
