import Layers
import TestSupport
import Testing

@Suite struct SequentialTests {
  private func network(normalized: Bool, wide: Bool, hidden: Int) -> Sequential {
    Sequential {
      Flatten()
      for _ in 0..<hidden {
        Dense(4, 4)
        if normalized { BatchNorm(4) }
        ReLU()
      }
      if wide {
        Dense(4, 9)
      } else {
        Dense(4, 2)
        Softmax()
      }
    }
  }

  @Test func builderTakesConditionsAndLoops() {
    func kinds(_ model: Sequential) -> [String] { model.layers.map(\.kind) }
    #expect(
      kinds(network(normalized: true, wide: true, hidden: 2))
        == ["Flatten", "Dense", "BatchNorm", "ReLU", "Dense", "BatchNorm", "ReLU", "Dense"])
    #expect(
      kinds(network(normalized: false, wide: false, hidden: 1))
        == ["Flatten", "Dense", "ReLU", "Dense", "Softmax"])
    #expect(kinds(network(normalized: false, wide: true, hidden: 0)) == ["Flatten", "Dense"])
    #expect(kinds(Sequential([])) == [])
  }

  /// An empty network passes its input.
  @Test func emptyNetworkIsTheIdentity() throws {
    let x = Tensor(TestArray.one([2, 3]))
    var context = Context()
    let empty = Sequential {}
    #expect(empty(x, &context).array.doubles == x.array.doubles)
    #expect(try empty.outputShape([2, 3]) == [2, 3])
    #expect(empty.parameterCount == 0)
  }

  /// A network is its layers one after another.
  @Test func callsInOrder() {
    let model = network(normalized: false, wide: true, hidden: 1).initialized(dtype: .float64)
    let x = Tensor(TestArray.one([3, 2, 2]))
    var context = Context()
    var y = x
    for layer in model.layers { y = layer(y, &context) }
    #expect(model(x, &context).array.doubles == y.array.doubles)
  }

  @Test func residualAddsItsShortcut() {
    let plain = Residual(Dense(4, 4)).initialized(seed: 1, dtype: .float64)
    let projected = Residual(Dense(4, 2), shortcut: Dense(4, 2, bias: false))
      .initialized(seed: 1, dtype: .float64)
    let x = Tensor(TestArray.one([3, 4]))
    var context = Context()
    let body = plain.body(x, &context)
    #expect(plain(x, &context).array.doubles == (body + x).array.doubles)
    let sum = projected.body(x, &context) + projected.shortcut!(x, &context)
    #expect(projected(x, &context).array.doubles == sum.array.doubles)
  }

  /// Layers by name, to read and to put others in their places.
  @Test func layersByName() throws {
    var model = Sequential(named: [
      "features": Sequential.numbered([Dense(4, 3), ReLU()]), "fc": Dense(3, 10),
    ])
    #expect((model["fc"] as? Dense)?.weight.shape == [10, 3])
    model["fc"] = Dense(3, 2)
    #expect(try model.outputShape([5, 4]) == [5, 2])
    #expect(
      (try model.summary(input: [5, 4])).rows.map(\.path) == ["features.0", "features.1", "fc"])
    #expect(Sequential { ReLU() }["layers.0"] is ReLU)
    // A layer beyond the names is named by its number.
    model.layers.append(Dense(2, 2))
    #expect(
      model.initialized().state.map(\.path).suffix(2) == ["layers.2.weight", "layers.2.bias"])
  }

  /// The branches' channels in order, after the input's where it is included.
  @Test func branchesAreConcatenated() {
    let plain = Branches([Tanh(), ReLU()])
    let dense = Branches(named: ["a": Tanh()], includesInput: true)
    let x = Tensor(TestArray.one([3, 2, 2]))
    var context = Context()
    let expected = Tensor.concatenate([x.tanh(), x.relu()], axis: 1)
    #expect(plain(x, &context).array.doubles == expected.array.doubles)
    let second = Tensor.concatenate([x, x.tanh()], axis: 1)
    #expect(dense(x, &context).array.doubles == second.array.doubles)
  }

  /// Outputs are kept under the names of the innermost layers, only where asked for.
  @Test func contextObservesOutputs() {
    let model = Sequential {
      Dense(3, 3)
      Residual(shortcut: Dense(3, 3)) {
        Dense(3, 3)
        ReLU()
      }
    }.initialized()
    let x = Tensor(TestArray.one([2, 3], dtype: .float32))
    var context = Context()
    let y = model(x, &context)
    #expect(context.outputs.isEmpty)
    context.observesOutputs = true
    #expect(model(x, &context).array.doubles == y.array.doubles)
    #expect(
      context.outputs.map(\.path) == [
        "layers.0", "layers.1.body.layers.0", "layers.1.body.layers.1", "layers.1.shortcut",
      ])
    #expect(context.outputs.map(\.kind) == ["Dense", "Dense", "ReLU", "Dense"])
    let named = Sequential(named: [
      "a": Dense(3, 3), "": Branches(named: ["": Sequential(named: ["b": ReLU()]), "c": Tanh()]),
      "d": ReLU(),
    ]).initialized()
    var second = Context()
    second.observesOutputs = true
    _ = named(x, &second)
    #expect(second.outputs.map(\.path) == ["a", "b", "c", "d"])
  }
}
