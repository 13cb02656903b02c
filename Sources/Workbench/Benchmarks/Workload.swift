/// One step of work whose time is measured: the same model, batch, loss and optimizer as the
/// comparisons with other frameworks use.
public struct Workload: Sendable {
  /// The name, as in `gradus bench NAME`.
  public let name: String
  /// What one step is.
  public let summary: String
  /// Samples a step.
  public let items: Int
  /// Makes the step; what it needs beside the work itself is made here, outside the timer.
  let prepare: @Sendable () -> () -> Double

  /// All workloads.
  public static let all: [Workload] =
    [
      mlp, leNet5Training, fgsm, leNet5Inference, adam, adamLarge,
    ] + convolutional

  static let mlp = Workload(
    name: "mlp", summary: "784-512-256-10 ReLU, batch 128, Adam, train", items: 128,
    prepare: {
      training(
        Models.mlp(inputs: 784, classes: 10), input: [128, 784], optimizer: Adam(learningRate: 1e-3)
      )
    })

  static let leNet5Training = Workload(
    name: "lenet5",
    summary: "LeNet-5 (tanh, average pool), batch 64 of 1×32×32, SGD momentum, train", items: 64,
    prepare: {
      training(
        leNet5(), input: [64, 1, 32, 32], optimizer: SGD(learningRate: 0.01, momentum: 0.9))
    })

  static let fgsm = Workload(
    name: "fgsm", summary: "one FGSM step on LeNet-5, batch 256", items: 256,
    prepare: {
      let model = leNet5().initialized(seed: 0)
      let x = NDArray.uniform([256, 1, 32, 32], in: 0..<1, key: key("x"), dtype: .float32)
      let labels = randomLabels(256)
      return {
        let variable = Tensor.variable(x)
        var context = Context(.evaluation)
        let loss = crossEntropy(logits: model(variable, &context), labels: labels)
        let gradient = gradients(of: loss, withRespectTo: [variable])[0]
        let moved = (Tensor(x) + gradient.sign() * 0.1).clamped(0...1)
        return moved.array.elementCount == x.elementCount ? loss.item : .nan
      }
    })

  static let leNet5Inference = Workload(
    name: "lenet5-infer-1", summary: "one forward pass of LeNet-5 without gradients, batch 1",
    items: 1,
    prepare: {
      inference(leNet5(), input: [1, 1, 32, 32])
    })

  static let adam = Workload(
    name: "adam-1m", summary: "one step of Adam over 1,000,000 parameters", items: 1_000_000,
    prepare: { adamStep(inputs: 1000, outputs: 1000) })

  static let adamLarge = Workload(
    name: "adam-50m", summary: "one step of Adam over 50,000,000 parameters", items: 50_000_000,
    prepare: { adamStep(inputs: 5000, outputs: 10_000) })

  /// The update alone, along a gradient that stays the same.
  private static func adamStep(inputs: Int, outputs: Int) -> () -> Double {
    var model = Dense(inputs, outputs, bias: false).initialized(seed: 0)
    var optimizer = Adam()
    let gradients = Gradients([
      (
        "weight",
        NDArray.uniform([outputs, inputs], in: -1..<1, key: key("gradient"), dtype: .float32)
      )
    ])
    return {
      optimizer.update(&model, along: gradients)
      return model.weight.tensor.array.withElements(as: Float.self) { Double($0[0]) }
    }
  }

  private static func key(_ name: String) -> RandomKey { RandomKey(seed: 0, path: "bench.\(name)") }

  private static func randomLabels(_ count: Int, classes: Int = 10) -> NDArray {
    var generator = RandomGenerator(key: key("labels"))
    return NDArray((0..<count).map { _ in Int32(generator.integer(below: classes)) })
  }

  /// A forward pass without gradients on a fixed batch.
  static func inference(_ layers: Sequential, input: Shape) -> () -> Double {
    let model = layers.initialized(seed: 0)
    let x = Tensor(
      NDArray.normal(input, mean: 0, standardDeviation: 1, key: key("x"), dtype: .float32))
    return {
      var context = Context(.evaluation)
      let scores = model(x, &context)
      return Double(scores.array.withElements(as: Float.self) { $0[0] })
    }
  }

  /// Zeroed gradients, forward pass, loss, backward pass and update on a fixed batch.
  static func training(
    _ layers: Sequential, input: Shape, classes: Int = 10, optimizer: any Optimizer
  ) -> () -> Double {
    var model = layers.initialized(seed: 0)
    var optimizer = optimizer
    let x = Tensor(
      NDArray.normal(input, mean: 0, standardDeviation: 1, key: key("x"), dtype: .float32))
    let labels = randomLabels(input[0], classes: classes)
    var step: UInt64 = 0
    return {
      var context = Context(.training, seed: 0, step: step)
      let (loss, gradients) = valueWithGradients(of: model, &context) { model, context in
        let scores = model(x, &context)
        return context.totalLoss(of: scores) { crossEntropy(logits: $0, labels: labels) }
      }
      optimizer.update(&model, along: gradients)
      step += 1
      return loss.item
    }
  }
}
