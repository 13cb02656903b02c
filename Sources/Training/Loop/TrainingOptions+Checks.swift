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

  /// The first number about batches and averages that will not do.
  var batchProblem: ConfigurationProblem<CodingKeys>? {
    let ascending = zip(batchSizeChanges, batchSizeChanges.dropFirst()).allSatisfy {
      $0.epoch < $1.epoch
    }
    let areInRange = batchSizeChanges.allSatisfy {
      (2...1_000_000_000).contains($0.epoch) && (1...1_000_000_000).contains($0.size)
    }
    return .first(
      (
        ascending && areInRange, .batchSizeChanges,
        batchSizeChanges.map { "\($0.size) from epoch \($0.epoch)" }.joined(separator: ", "),
        "sizes of at least 1 from ascending epochs on, the first of them at least 2"
      ),
      ((1...1_000_000).contains(accumulation), .accumulation, accumulation, "from 1 to 1000000"),
      (
        averageDecay.map { $0 >= 0 && $0 < 1 } ?? true, .averageDecay, averageDecay ?? 0,
        "from 0 to below 1"
      ))
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
    if let problem = batchProblem {
      throw .unsuitable(
        option: problem.key.stringValue, found: problem.found, expected: problem.expected)
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
    let smallest = batchSizes(from: 0).min() ?? batchSize
    if let reason = optimizer.reasonForWholeBatch, (samples - 1) / accumulation >= smallest {
      throw .unsuitable(
        option: "batchSize", found: "\(smallest) of \(samples) samples",
        expected: "all of them: \(reason)")
    }
  }

  /// Refuses batches of one sample for a model that normalises a single number by itself, which
  /// leaves nothing of it.
  func checkNormalization(
    of summary: Summary, samples: Int, epoch: Int
  ) throws(TrainingError) {
    let single = batchSizes(from: epoch).first { samples % $0 == 1 || $0 == 1 || samples == 1 }
    guard let size = single, let path = summary.singleValueNormalization else { return }
    throw .loneSample(
      at: path, which: size == 1 ? "" : ", the last of \(samples) by \(size)")
  }
}

extension Summary {
  /// The path of the first batch normalisation that sees one value a channel of each sample, so that of
  /// a single sample nothing is left but its shift β; nil where there is none.
  var singleValueNormalization: String? {
    rows.first { $0.kind == "BatchNorm" && $0.output.dropFirst(2).reduce(1, *) == 1 }?.path
  }
}

extension TrainingError {
  /// The error of a batch of one sample under the batch normalisation at a path.
  static func loneSample(at path: String, which: String) -> TrainingError {
    .unsuitable(
      option: "batchSize",
      found: "a batch of 1 sample\(which), in which \(path) (BatchNorm) sees one value a channel",
      expected: "at least 2 samples in every batch, for it to have a variance")
  }
}
