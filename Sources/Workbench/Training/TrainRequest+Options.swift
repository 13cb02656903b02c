extension TrainRequest {
  /// The optimizer with its numbers.
  public func makeOptimizer() -> any Optimizer {
    switch optimizer {
    case .sgd: SGD(learningRate: learningRate ?? 0.1)
    case .momentum: SGD(learningRate: learningRate ?? 0.05, momentum: momentum)
    case .nesterov: SGD(learningRate: learningRate ?? 0.05, momentum: momentum, nesterov: true)
    case .deltaBarDelta: DeltaBarDelta(learningRate: learningRate ?? 0.1)
    case .adaGrad: AdaGrad(learningRate: learningRate ?? 0.01)
    case .rmsProp: RMSProp(learningRate: learningRate ?? 0.001)
    case .adam, .adamW: Adam(learningRate: learningRate ?? 0.001)
    case .amsgrad: Adam(learningRate: learningRate ?? 0.001, amsgrad: true)
    }
  }

  /// How images in files become samples, before anything is known of them.
  func images() throws -> ImageOptions {
    let largest = try Network.imageSize(of: model, text: network)
    return ImageOptions(
      size: imageSize.map { ImageOptions.Size(height: $0, width: $0) }, largest: largest,
      corrupt: corruptImages ?? .stop)
  }

  /// What training does beside optimizer and data.
  /// - Parameter model: The network that is trained.
  /// - Throws: `TrainingError` where the layers below its classifier are to be trained at another
  ///   rate, and it has no classifier.
  public func options(for model: Sequential) throws(TrainingError) -> TrainingOptions {
    TrainingOptions(
      epochs: epochs, batchSize: batchSize, seed: seed, shift: shift ?? 0,
      augmentation: augmentation, schedule: schedule ?? .constant,
      regularization: Regularization(
        l1: l1 ?? 0, l2: l2, isDecoupled: optimizer == .adamW, maxNorm: maxNorm),
      groups: try startingWeights?.groups(for: model) ?? [], clipping: clipping,
      earlyStopping: patience.map { EarlyStopping(patience: $0) },
      batchSizeChanges: batchSizeChanges ?? [], accumulation: accumulation ?? 1,
      averageDecay: averageDecay)
  }
}
