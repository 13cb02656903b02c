import Models
import Training

/// Classifiers of few digits, trained by a `Trainer`.
package struct DigitTraining: Sendable {
  /// What is trained on.
  package let train: Dataset
  /// What decides when to stop; nil where nothing does.
  package let validation: Dataset?
  /// Fitted to what is trained on.
  package let preparation: InputPreparation
  /// The shape of an input: `[64]`, or `[1, H, W]` where images are enlarged first.
  package let inputShape: Shape
  /// Units of the hidden layer.
  package let hiddenUnits: Int

  /// Training on samples as they are.
  /// - Throws: `DatasetError` for samples that cannot be read.
  package init(
    train: Dataset, validation: Dataset? = nil, inputShape: Shape = [64], hiddenUnits: Int = 128
  ) throws(DatasetError) {
    self.train = train
    self.validation = validation
    self.inputShape = inputShape
    self.hiddenUnits = hiddenUnits
    preparation = try InputPreparation(fitting: train)
  }

  /// A perceptron with one hidden layer, trained by Adam.
  /// - Parameters:
  ///   - options: Their seed fixes the first weights too.
  ///   - observe: Called after each epoch.
  package func run(
    learningRate: Double, options: TrainingOptions,
    observe: (Trainer<Sequential>) throws -> Void = { _ in }
  ) throws -> Trainer<Sequential> {
    var trainer = Trainer(
      model: mlp(inputs: inputShape.elementCount, hidden: [hiddenUnits], classes: 10)
        .initialized(seed: options.seed),
      optimizer: Adam(learningRate: learningRate), classes: 10)
    _ = try trainer.run(
      train: train, validation: validation, preparation: preparation, inputShape: inputShape,
      options: options, loss: { crossEntropy(logits: $0, labels: $1) },
      observe: { event, trainer in
        if case .epoch = event { try observe(trainer) }
        return .proceed
      })
    return trainer
  }

  /// Loss and accuracy of a model on samples.
  package func scores(of model: Sequential, on samples: Dataset) throws -> Scores {
    Scores(
      try evaluate(
        model, on: samples, preparation: preparation, inputShape: inputShape,
        loss: { crossEntropy(logits: $0, labels: $1) }))
  }
}

extension Dataset {
  /// The samples with a share of wrong labels, each other class as likely.
  /// - Parameter share: From 0 to 1; so many labels, rounded, are wrong.
  package func mislabeled(share: Double, seed: UInt64) throws -> Dataset {
    var random = RandomGenerator(key: RandomKey(seed: seed, path: "wrong labels"))
    var labels = labels.doubles.map { Int32($0) }
    let wrong = random.permutation(count).prefix(Int((share * Double(count)).rounded()))
    for sample in wrong {
      let step = 1 + random.integer(below: classNames.count - 1)
      labels[sample] = Int32((Int(labels[sample]) + step) % classNames.count)
    }
    return try Dataset(
      name: name, inputs: inputs, labels: NDArray(labels), classNames: classNames,
      maximumValue: maximumValue)
  }
}
