import Testing
import Training

/// Filters take over the blocks in which their kernel writes the gradient; nothing else changes.
@Suite("Parameters in their gradients' layout")
struct ParameterLayoutTests {
  /// Channels that fill blocks and that do not, and groups.
  private func network() -> Sequential {
    Sequential(named: [
      "first": Conv2D(16, 32, kernel: 3, padding: 1),
      "relu1": ReLU(),
      "second": Conv2D(32, 20, kernel: 3, stride: 2),
      "relu2": ReLU(),
      "grouped": Conv2D(20, 24, kernel: 3, groups: 4),
      "pool": GlobalAveragePool2D(),
      "fc": Dense(24, 5),
    ])
  }

  /// Parameters and the optimizer's state after some steps.
  private func trained(
    _ optimizer: any Optimizer, rowMajor: Bool, maxNorm: Double? = nil
  ) -> (model: Sequential, optimizer: any Optimizer) {
    var model = network().initialized(seed: 1)
    var optimizer = optimizer
    let x = Tensor(
      NDArray.normal(
        [4, 16, 12, 12], mean: 0, standardDeviation: 1, key: RandomKey(seed: 2, path: "x"),
        dtype: .float32))
    let labels = NDArray([0, 1, 2, 4] as [Int32])
    var regularization = Regularization(l1: 1e-4, l2: 1e-3)
    regularization.maxNorm = maxNorm
    let parameters = [ParameterSettings](
      repeating: ParameterSettings(regularization: regularization),
      count: 8)
    for step in 0..<4 {
      var context = Context(.training, seed: 0, step: UInt64(step))
      var (_, gradients) = valueWithGradients(of: model, &context) { model, context in
        crossEntropy(logits: model(x, &context), labels: labels)
      }
      if rowMajor {
        gradients = Gradients(gradients.entries.map { ($0.path, $0.array.rowMajor()) })
      }
      optimizer.update(
        &model, along: gradients, settings: UpdateSettings(parameters: parameters))
    }
    return (model, optimizer)
  }

  private func elements(_ arrays: [NDArray]) -> [[Float]] { arrays.map { $0.elements() } }

  @Test(arguments: [
    OptimizerConfiguration.sgd(SGD.Configuration(learningRate: 0.05, momentum: 0.9)),
    .adam(Adam.Configuration(learningRate: 0.01)),
    .adaGrad(AdaGrad.Configuration()), .rmsProp(RMSProp.Configuration()),
  ])
  func sameBits(configuration: OptimizerConfiguration) {
    let packed = trained(configuration.makeOptimizer(), rowMajor: false)
    let plain = trained(configuration.makeOptimizer(), rowMajor: true)
    #expect(
      elements(packed.model.state.map(\.array)) == elements(plain.model.state.map(\.array)))
    #expect(
      elements(packed.optimizer.state.map(\.array))
        == elements(plain.optimizer.state.map(\.array)))
    let filters = ["first", "second", "grouped"].map { name in
      (packed.model[name] as? Conv2D)?.weight.tensor.array.isRowMajor
    }
    #if OneDNN
      #expect(filters == [false, false, true])
    #else
      #expect(filters == [true, true, true])
    #endif
  }

  @Test func limitedNorms() {
    let packed = trained(SGD(learningRate: 0.05, momentum: 0.9), rowMajor: false, maxNorm: 0.5)
    let plain = trained(SGD(learningRate: 0.05, momentum: 0.9), rowMajor: true, maxNorm: 0.5)
    #expect(
      elements(packed.model.state.map(\.array)) == elements(plain.model.state.map(\.array)))
  }

  /// Of one sample, for which kernels want filters in rows, and of several.
  @Test(arguments: [1, 4])
  func evaluation(batch: Int) {
    let packed = trained(SGD(learningRate: 0.05), rowMajor: false).model
    var plain = packed
    plain.forEachParameter { $0.tensor = Tensor($0.tensor.array.rowMajor()) }
    let x = Tensor(
      NDArray.normal(
        [batch, 16, 12, 12], mean: 0, standardDeviation: 1, key: RandomKey(seed: 3, path: "x"),
        dtype: .float32))
    for _ in 0..<2 {
      var context = Context(.evaluation)
      let (a, b) = (packed(x, &context), plain(x, &context))
      #expect(a.array.elements(as: Float.self) == b.array.elements(as: Float.self))
    }
  }
}
