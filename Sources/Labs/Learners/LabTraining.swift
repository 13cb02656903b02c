import Training

/// Training step by step, for experiments that look at every one.
enum LabTraining {
  /// A step of an optimizer along the gradient of a loss.
  /// - Returns: The loss before the step.
  @discardableResult
  static func step<Chosen: Optimizer>(
    _ model: inout Sequential, _ optimizer: inout Chosen,
    loss: (Sequential, inout Context) -> Tensor
  ) -> Double {
    var context = Context(.training)
    let (value, gradients) = valueWithGradients(of: model, &context, loss)
    optimizer.update(&model, along: gradients)
    return value.item
  }

  /// A step along the gradient of the cross-entropy on these samples.
  @discardableResult
  static func step<Chosen: Optimizer>(
    _ model: inout Sequential, _ optimizer: inout Chosen, inputs: NDArray, labels: NDArray
  ) -> Double {
    step(&model, &optimizer) { model, context in
      crossEntropy(logits: model(Tensor(inputs), &context), labels: labels)
    }
  }

  /// Trains a classifier by mini-batches that are drawn with replacement; losses of auxiliary heads
  /// are added with their shares.
  /// - Parameters:
  ///   - optimizer: Before its first step.
  ///   - inputs: The samples, along the first axis.
  ///   - labels: Their classes.
  ///   - seed: Fixes the batches and what layers draw.
  ///   - observe: Gets the model and the number of steps done, after each.
  /// - Returns: The loss of every step, before its update.
  @discardableResult
  static func train<Chosen: Optimizer>(
    _ model: inout Sequential, by optimizer: Chosen, inputs: NDArray, labels: NDArray, steps: Int,
    batchSize: Int = 64, seed: UInt64, observe: (Sequential, Int) -> Void = { _, _ in }
  ) -> [Double] {
    var optimizer = optimizer
    var random = RandomGenerator(key: RandomKey(seed: seed, path: "batches"))
    return (0..<steps).map { step in
      let chosen = NDArray(
        (0..<batchSize).map { _ in Int32(random.integer(below: inputs.shape[0])) })
      let (batch, classes) = (inputs.gather(chosen), labels.gather(chosen))
      var context = Context(.training, seed: seed, step: UInt64(step))
      let (loss, gradients) = valueWithGradients(of: model, &context) { model, context in
        let scores = model(Tensor(batch), &context)
        return context.totalLoss(of: scores) { crossEntropy(logits: $0, labels: classes) }
      }
      model.apply(statisticsOf: context)
      optimizer.update(&model, along: gradients)
      observe(model, step + 1)
      return loss.item
    }
  }

  /// A model's cross-entropy on samples, without a gradient.
  static func loss(of model: Sequential, inputs: NDArray, labels: NDArray) -> Double {
    crossEntropy(logits: Tensor(output(of: model, inputs)), labels: labels).item
  }

  /// What a model answers to inputs.
  static func output(of model: Sequential, _ inputs: NDArray) -> NDArray {
    var context = Context(.evaluation)
    return model(Tensor(inputs), &context).array
  }

  /// Gives a model's parameter other values.
  /// - Precondition: there is a parameter at the path, and the values have its shape.
  static func set(_ path: String, of model: inout Sequential, to values: NDArray) {
    var isFound = false
    model.forEachParameter { parameter in
      guard parameter.path == path else { return }
      parameter.tensor = Tensor(values)
      isFound = true
    }
    guard isFound else { fatalError("LabTraining.set: no parameter '\(path)'") }
  }
}
