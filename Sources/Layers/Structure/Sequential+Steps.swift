extension Sequential {
  /// A layer that data pass through, with its name within the model.
  public struct Step: Sendable {
    /// The name within the model, such as `features.0`.
    public let path: String
    /// The layer.
    public let layer: any Layer
  }

  /// The layers in order, each sequence inside replaced by its own layers: what a network can be cut
  /// between. A unit with branches or a shortcut is one step.
  public var steps: [Step] {
    layers.enumerated().flatMap { index, layer -> [Step] in
      let name = name(index)
      guard let inner = layer as? Sequential else { return [Step(path: name, layer: layer)] }
      return inner.steps.map { step in
        Step(path: name.isEmpty ? step.path : name + "." + step.path, layer: step.layer)
      }
    }
  }
}

extension Collection<Sequential.Step> {
  /// What these layers make of a batch, one after another.
  public func output(of x: Tensor, _ context: inout Context) -> Tensor {
    reduce(x) { value, step in context.call(step.path, step.layer, value) }
  }
}
