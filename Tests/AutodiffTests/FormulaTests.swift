import Autodiff
import TestSupport
import Testing

/// What the formulas say is what the operations do: values and gradients of every row.
@Suite struct FormulaTests {
  @Test(arguments: GradientTable.rows)
  func formulasAgreeWithValuesAndGradients(_ row: OperationRow) throws {
    let inputs = row.inputs()
    let shape = row.body(inputs.map { Tensor($0) }).shape
    let upstream = Tensor(TestArray.one(shape, seed: 9))
    let names = inputs.indices.map { "input\($0)" }
    let snapshot = GraphSnapshot(of: Array(zip(names, inputs).map { (name: $0, value: $1) })) {
      (row.body($0) * upstream).sum()
    }
    var uses = [Int](repeating: 0, count: snapshot.nodes.count)
    for node in snapshot.nodes where node.output == 0 {
      for input in node.inputs { uses[input] += 1 }
    }
    var overridden: Set<String> = []
    for node in snapshot.nodes where node.output == 0 {
      guard let formula = node.formula else { continue }
      let functions = formula.functions.merging(
        row.independent.filter { formula.functions[$0.key] != nil }
      ) { $1 }
      overridden.formUnion(row.independent.keys.filter { formula.functions[$0] != nil })
      try check(node, formula, functions, snapshot, uses)
    }
    #expect(overridden == Set(row.independent.keys), "functions that no formula has")
  }

  private func check(
    _ node: GraphSnapshot.Node, _ formula: Formula, _ functions: [String: FormulaFunction],
    _ snapshot: GraphSnapshot, _ uses: [Int]
  ) throws {
    try #require(formula.inputs.count == node.inputs.count)
    var variables: [String: NDArray] = [:]
    for (name, input) in zip(formula.inputs, node.inputs) {
      variables[name] = snapshot.nodes[input].value
    }
    let values = [formula.value] + formula.furtherValues
    var gradientFlows = false
    for (index, value) in values.enumerated() {
      let output = snapshot.nodes[node.id + index]
      try #require(output.output == index)
      let found = try value.value(variables, functions: functions)
      #expect(
        agree(found, output.value, within: 1e-12),
        "\(node.operation), output \(index): \(value) gives \(found.doubles)")
    }
    for index in values.indices {
      let output = snapshot.nodes[node.id + index]
      let suffix = index == 0 ? "" : "\(index + 1)"
      variables["y" + suffix] = output.value
      variables["u" + suffix] =
        output.gradient ?? NDArray.zeros(output.shape, dtype: output.value.dtype)
      if output.gradient != nil { gradientFlows = true }
    }
    guard gradientFlows else { return }
    for (name, input) in zip(formula.inputs, node.inputs) {
      let source = snapshot.nodes[input]
      guard source.operation != "constant", uses[input] == 1 else { continue }
      let gradient = try #require(formula.gradients[name], "\(node.operation): no ∂L/∂\(name)")
      let found = try gradient.value(variables, functions: functions).summed(to: source.shape)
      let actual = try #require(source.gradient)
      #expect(
        agree(found, actual, within: 1e-11),
        "\(node.operation), ∂L/∂\(name): \(gradient) gives \(found.doubles), not \(actual.doubles)")
    }
  }
}
