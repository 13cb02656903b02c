/// A rule whose state is a number of arrays for each parameter.
protocol StatefulOptimizer: Optimizer {
  /// What the rule carries from step to step.
  var states: OptimizerStates { get set }
}

extension StatefulOptimizer {
  public var steps: Int { states.steps }
  public var stateCount: Int { states.kinds.count }
  public var state: [(name: String, array: NDArray)] { states.named }

  public mutating func restore<Model: Layer>(
    _ state: [String: NDArray], steps: Int, for model: Model
  ) throws {
    try states.restore(state, steps: steps, for: model)
  }
}
