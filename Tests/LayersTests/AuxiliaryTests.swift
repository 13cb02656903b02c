import Layers
import TestSupport
import Testing

@Suite struct AuxiliaryTests {
  private static let model = Sequential(named: [
    "body": Dense(3, 4), "tanh": Tanh(), "aux": Auxiliary(Dense(4, 2), weight: 0.3),
    "fc": Dense(4, 2),
  ])

  /// L = ℓ(y) + 0.3·ℓ(head), whose gradient is that of the sum written out.
  @Test func lossOfHeads() {
    let model = Self.model.initialized(seed: 3, dtype: .float64)
    let x = Tensor(TestArray.one([5, 3]))
    let weights = Tensor(TestArray.one([5, 2], seed: 4))
    func loss(_ scores: Tensor) -> Tensor { (scores * weights).squared().sum() }
    var context = Context(.training)
    let (value, gradients) = valueWithGradients(of: model, &context) { model, context in
      let y = model(x, &context)
      return context.totalLoss(of: y, loss)
    }
    var plain = Context(.training)
    let (expected, reference) = valueWithGradients(of: model, &plain) { model, context in
      let hidden = model["tanh"](model["body"](x, &context), &context)
      let head = (model["aux"] as! Auxiliary).head
      return loss(model["fc"](hidden, &context)) + loss(head(hidden, &context)) * 0.3
    }
    #expect(value.item == expected.item)
    #expect(gradients.entries.count == 6)
    for (path, gradient) in gradients.entries {
      #expect(agree(gradient, reference[path]!, within: 1e-14), "\(path)")
      #expect(gradient.doubles.contains { $0 != 0 }, "\(path)")
    }
    // The tape goes with the step.
    #expect(context.auxiliaryOutputs.isEmpty)
  }

  /// In evaluation a head does nothing.
  @Test func evaluationLeavesHeadsOut() {
    let model = Self.model.initialized(seed: 3, dtype: .float64)
    let x = Tensor(TestArray.one([5, 3]))
    var context = Context(.evaluation)
    let y = model(x, &context)
    #expect(context.auxiliaryOutputs.isEmpty)
    #expect(context.totalLoss(of: y) { $0.sum() }.item == y.sum().item)
    var training = Context(.training)
    #expect(model(x, &training).array.doubles == y.array.doubles)
    #expect(training.auxiliaryOutputs.map(\.weight) == [0.3])
    #expect(training.auxiliaryOutputs.map(\.output.shape) == [[5, 2]])
    #expect(training.totalLoss(of: y) { $0.sum() }.item != y.sum().item)
    #expect(training.auxiliaryOutputs.isEmpty)
  }
}
