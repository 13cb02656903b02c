extension TrainRequest {
  /// Checks every number.
  /// - Throws: `WorkbenchError` naming the option.
  public func validate() throws(WorkbenchError) {
    func require(
      _ holds: Bool, _ option: String, _ found: some CustomStringConvertible, _ expected: String
    ) throws(WorkbenchError) {
      if !holds {
        throw WorkbenchError(.usage, option, "found \(found), expected \(expected)")
      }
    }
    try require((1...1_000_000).contains(epochs), "--epochs", epochs, "from 1 to 1000000")
    try require(
      (1...10_000_000).contains(batchSize), "--batch-size", batchSize, "from 1 to 10000000")
    if let rate = learningRate {
      try require(rate > 0 && rate.isFinite, "--learning-rate", rate, "a number above 0")
    }
    try require(
      momentum >= 0 && momentum < 1, "--momentum", momentum, "from 0 to below 1")
    try require(
      momentum > 0 || (optimizer != .momentum && optimizer != .nesterov), "--momentum", momentum,
      "above 0 for \(optimizer.rawValue)")
    try require(l2 >= 0 && l2.isFinite, "--l2", l2, "a number of at least 0")
    if let dropout {
      try require(dropout >= 0 && dropout < 1, "--dropout", dropout, "from 0 to below 1")
    }
    try require(
      precision == .float32 || precision == .float64, "--precision", precision,
      "float32 or float64")
    if let limit = limitTrain {
      try require(limit >= 1, "--limit-train", limit, "at least 1")
    }
    if let every = checkpointEvery {
      try require(every >= 1, "--checkpoint-every", every, "at least 1")
    }
    if let shift {
      try require((0...1000).contains(shift), "--shift", shift, "from 0 to 1000")
    }
    if let l1 { try require(l1 >= 0 && l1.isFinite, "--l1", l1, "a number of at least 0") }
    if let maxNorm {
      try require(maxNorm > 0 && maxNorm.isFinite, "--max-norm", maxNorm, "a number above 0")
    }
    if let clipping {
      let option = clipping.measure == .value ? "--clip-value" : "--clip-norm"
      try require(
        clipping.limit > 0 && clipping.limit.isFinite, option, clipping.limit, "a number above 0")
    }
    if let labelSmoothing {
      try require(
        (0...1).contains(labelSmoothing), "--label-smoothing", labelSmoothing, "from 0 to 1")
    }
    for change in batchSizeChanges ?? [] {
      try require(
        (1...10_000_000).contains(change.size) && (2...1_000_000).contains(change.epoch),
        "--batch-size", "\(change.size)@\(change.epoch)",
        "sizes from 1 to 10000000 from epochs 2 to 1000000 on")
    }
    if let accumulation {
      try require(
        (1...1_000_000).contains(accumulation), "--accumulate", accumulation, "from 1 to 1000000")
    }
    if let averageDecay {
      try require(averageDecay >= 0 && averageDecay < 1, "--ema", averageDecay, "from 0 to below 1")
    }
    try Self.checkImageSize(imageSize)
    if let rate = startingWeights?.rateBelow {
      try require(rate >= 0 && rate.isFinite, "--rate-below", rate, "a number of at least 0")
    }
    if let patience { try require(patience >= 1, "--patience", patience, "at least 1") }
  }

  /// Refuses what a network's loss cannot take.
  func check(_ loss: ModelCatalog.Loss) throws(WorkbenchError) {
    let isPlain = labelSmoothing ?? 0 == 0 && classWeights == nil
    guard isPlain || loss.takesLabelSmoothing else {
      throw WorkbenchError(
        .usage, classWeights == nil ? "--label-smoothing" : "--class-weights",
        "found with the loss \(loss.rawValue), expected a model trained by "
          + "\(ModelCatalog.Loss.crossEntropy.rawValue)")
    }
  }

  /// Refuses to move images that fill the network's input, or samples that are no images.
  func checkShift(_ preparation: InputPreparation, input: Shape) throws {
    guard let shift, shift > 0, try !preparation.transform(to: input).hasMargin else { return }
    throw WorkbenchError(
      .usage, "--shift",
      preparation.sampleShape.rank == 3
        ? "found \(shift), but images of \(preparation.sampleShape) have no margin in the network's "
          + "input \(input) to be moved in; expected 0, or '--augment shift=\(shift)', which moves what "
          + "is on them"
        : "found \(shift), expected 0 for samples that are no images")
  }

  /// Refuses rows and columns of images that are none.
  static func checkImageSize(_ size: Int?) throws(WorkbenchError) {
    if let size, !(1...ImageOptions.mostPixels).contains(size) {
      throw WorkbenchError(
        .usage, "--image-size", "found \(size), expected from 1 to \(ImageOptions.mostPixels)")
    }
  }
}
