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
