import Autodiff
import TestSupport
import Testing

@Suite struct GraphSnapshotTests {
  /// f = (x + y) · max(y, z) at (1, 2, 0).
  @Test func sumTimesMaximum() throws {
    let snapshot = GraphSnapshot(of: [
      ("x", NDArray(1.0)), ("y", NDArray(2.0)), ("z", NDArray(0.0)),
    ]) { ($0[0] + $0[1]) * $0[1].maximum($0[2]) }
    #expect(snapshot.nodes.map(\.id) == [0, 1, 2, 3, 4, 5])
    #expect(
      snapshot.nodes.map(\.operation) == ["input", "input", "input", "add", "max", "multiply"])
    #expect(snapshot.nodes.map(\.name) == ["x", "y", "z", nil, nil, nil])
    #expect(snapshot.nodes.map(\.value.item) == [1, 2, 0, 3, 2, 6])
    #expect(snapshot.nodes.map { $0.gradient?.item } == [2, 5, 0, 2, 3, 1])
    #expect(snapshot.nodes.map(\.inputs) == [[], [], [], [0, 1], [1, 2], [3, 4]])
    #expect(snapshot.nodes.allSatisfy { $0.output == 0 && $0.shape == [] })
    #expect(snapshot.result == 5)
    let formula = try #require(snapshot.nodes[5].formula)
    #expect(formula.value.description == "a * b")
    #expect(formula.gradients.mapValues(\.description) == ["a": "u * b", "b": "u * a"])
    #expect(snapshot.nodes[0].formula == nil)
  }

  /// Constants are shown as one would write them.
  @Test func formulasWithConstants() {
    func formulas(_ body: (Tensor) -> Tensor) -> [String] {
      GraphSnapshot(of: [("x", NDArray(3.0))]) { body($0[0]) }.nodes.compactMap {
        $0.formula.map { "\($0.value), \($0.gradients["x"]!)" }
      }
    }
    let found = formulas { 2 / (1 - ((($0 + 2 - 1.5) * 4 * -3 / 49).power(2)).maximum(-1)) }
    #expect(
      found == [
        "x + 2, u", "x - 1.5, u", "x * 4, u * 4", "x * -3, u * -3", "x / 49, u / 49",
        "x ^ 2, u * 2 * x ^ 1", "max(x, -1), u * atleast(x, -1)", "1 - x, -u", "2 / x, -u * y / x",
      ])
    #expect((Tensor(49.0) / 49).item == 1 && (NDArray(49.0) / 49).item == 1)
  }

  @Test func constantsAreNodes() {
    let snapshot = GraphSnapshot(of: [("x", NDArray([1.0, 2]))]) {
      ($0[0] * Tensor([3.0, 4])).sum()
    }
    #expect(snapshot.nodes.map(\.operation) == ["input", "constant", "multiply", "sum", "reshape"])
    #expect(snapshot.nodes[1].value.doubles == [3, 4])
    #expect(snapshot.nodes[1].gradient == nil)
    #expect(snapshot.nodes[2].inputs == [0, 1])
    #expect(snapshot.nodes[0].gradient?.doubles == [3, 4])
  }

  @Test func constantResult() {
    let snapshot = GraphSnapshot(of: [("x", NDArray(1.0))]) { _ in Tensor(7.0) }
    #expect(snapshot.nodes.map(\.operation) == ["input", "constant"])
    #expect(snapshot.result == 1)
    #expect(snapshot.nodes[1].value.item == 7)
    #expect(snapshot.nodes.allSatisfy { $0.gradient == nil })
  }

  @Test func resultThatIsAnInput() {
    let snapshot = GraphSnapshot(of: [("x", NDArray(3.0))]) { $0[0] }
    #expect(snapshot.nodes.count == 1 && snapshot.result == 0)
    #expect(snapshot.nodes[0].gradient?.item == 1)
  }

  @Test func unusedInputHasNoGradient() {
    let snapshot = GraphSnapshot(of: [("x", NDArray(3.0)), ("y", NDArray(4.0))]) { $0[0] * 2 }
    #expect(snapshot.nodes.map { $0.gradient?.item } == [2, nil, 1])
  }

  @Test func severalOutputsAreNodes() throws {
    let a = NDArray([2.0, 1, 1, 3], shape: [2, 2])
    let snapshot = try GraphSnapshot(of: [("a", a)]) {
      let (values, vectors) = try $0[0].symmetricEigen()
      return (vectors * values).sum()
    }
    #expect(
      snapshot.nodes.map(\.operation)
        == ["input", "symmetricEigen", "symmetricEigen", "multiply", "sum", "reshape"])
    #expect(snapshot.nodes.map(\.output) == [0, 0, 1, 0, 0, 0])
    #expect(snapshot.nodes[3].inputs == [2, 1])
    #expect(snapshot.nodes[1].shape == [2] && snapshot.nodes[2].shape == [2, 2])
    #expect(
      snapshot.nodes[1].gradient?.shape == [2] && snapshot.nodes[2].gradient?.shape == [2, 2])
  }

  @Test func gradientsOfBranchesAreWholeWhenWritten() {
    let snapshot = GraphSnapshot(of: [("x", NDArray(3.0))]) { x in
      let square = x[0] * x[0]
      return square * square + square
    }
    #expect(snapshot.nodes.map { $0.gradient?.item } == [114, 19, 1, 1])
  }

  @Test func namesAndInputsOfFormulasMatch() {
    for row in GradientTable.rows.filter({ $0.title.contains("transposed") }) {
      let inputs = row.inputs().enumerated().map { (name: "x\($0.offset)", value: $0.element) }
      let snapshot = GraphSnapshot(of: inputs) { row.body($0).sum() }
      for node in snapshot.nodes {
        #expect((node.formula == nil) == ["input", "constant"].contains(node.operation))
        guard let formula = node.formula else { continue }
        #expect(formula.inputs.count == node.inputs.count)
        #expect(Set(formula.gradients.keys) == Set(formula.inputs))
        #expect(node.inputs.allSatisfy { $0 < node.id })
      }
    }
  }
}
