import Formats

extension TrainingOptions {
  /// The settings of a model's trainable parameters, in its order; none where all are trained as
  /// the optimizer has it.
  /// - Throws: `TrainingError` where a group names no parameter.
  public func parameterSettings<Model: Layer>(
    of model: Model
  ) throws(TrainingError) -> [ParameterSettings] {
    guard !groups.isEmpty || regularization != Regularization() else { return [] }
    var copy = model
    var parameters: [Parameter] = []
    copy.forEachParameter { parameters.append($0) }
    for (index, group) in groups.enumerated() {
      for path in group.paths
      where !parameters.contains(where: { ParameterGroup(paths: [path]).contains($0.path) }) {
        throw .unsuitable(
          option: "groups[\(index)].paths",
          found: Excerpt.quoted(path) + ", which no parameter has",
          expected: "paths of the model's parameters, such as "
            + (parameters.first?.path ?? "layers.0.weight"))
      }
    }
    return parameters.filter(\.isTrainable).map { parameter in
      let group = groups.first { $0.contains(parameter.path) }
      let usual = parameter.shape.rank < 2 ? Regularization() : regularization
      return ParameterSettings(
        rateFactor: group?.rateFactor ?? 1, regularization: group?.regularization ?? usual)
    }
  }

  /// Refuses numbers out of range and what does not go with optimizer and data.
  func check(
    optimizer: any Optimizer, samples: Int, hasValidation: Bool
  ) throws(TrainingError) {
    func refuse<Key>(_ problem: ConfigurationProblem<Key>?, _ place: String) throws(TrainingError) {
      guard let problem else { return }
      throw .unsuitable(
        option: "\(place).\(problem.key.stringValue)", found: problem.found,
        expected: problem.expected)
    }
    try refuse(schedule.problem, "schedule")
    try refuse(regularization.problem, "regularization")
    for (index, group) in groups.enumerated() {
      try refuse(group.problem, "groups[\(index)]")
      try refuse(group.regularization?.problem, "groups[\(index)].regularization")
    }
    try refuse(clipping?.problem, "clipping")
    try refuse(earlyStopping?.problem, "earlyStopping")
    var metrics: [(option: String, metric: TrainingMetric)] = []
    if let earlyStopping { metrics.append(("earlyStopping.metric", earlyStopping.metric)) }
    if case .plateau(let plateau) = schedule.rule {
      metrics.append(("schedule.metric", plateau.metric))
    }
    for (option, metric) in metrics where metric.needsValidation && !hasValidation {
      throw .unsuitable(
        option: option, found: "\(metric.rawValue) without a validation set",
        expected: "a validation set, or a metric of training")
    }
    if let reason = optimizer.reasonForWholeBatch, batchSize < samples {
      throw .unsuitable(
        option: "batchSize", found: "\(batchSize) of \(samples) samples",
        expected: "all of them: \(reason)")
    }
  }
}
