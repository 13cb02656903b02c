/// A model in training: the model, its optimizer, and how far they have come.
///
/// A run is a pure function of model, optimizer, data and options: the same bits on the same
/// machine, engine and number of threads, whether it goes on in one piece or is saved and resumed.
public struct Trainer<Model: Layer>: Sendable {
  /// The model as it is now.
  public var model: Model
  /// The rule of its updates, with what it carries from step to step.
  public var optimizer: any Optimizer
  /// How far the run has come.
  public var position: TrainingPosition
  /// Parameters and statistics of the best epoch so far, where early stopping is to go back to them.
  public internal(set) var best: [(path: String, array: NDArray)] = []
  /// Parameters and statistics after the last step, where the run has ended and gone back to the best
  /// epoch: what it goes on from where it is given more epochs.
  public internal(set) var last: [(path: String, array: NDArray)] = []
  /// The moving average after the last step, beside `last`.
  public internal(set) var lastAverage: [(path: String, array: NDArray)] = []
  /// The moving average of the parameters by path, where `TrainingOptions.averageDecay` asks for one
  /// and a step has been done; in the order in which the model visits them.
  public internal(set) var average: [(path: String, array: NDArray)] = []

  /// A trainer before its first step.
  ///
  /// - Parameters:
  ///   - model: Initialised.
  ///   - optimizer: The rule of its updates.
  ///   - classes: Number of classes that the model tells apart; at least 1.
  public init(model: Model, optimizer: any Optimizer, classes: Int) {
    self.model = model
    self.optimizer = optimizer
    position = TrainingPosition(classes: classes)
  }

  /// Trains from the present position to the last epoch.
  ///
  /// In a task that is cancelled it stops before the next step or batch of validation; the trainer
  /// then stands after the last whole step and can go on from there.
  ///
  /// - Parameters:
  ///   - train: The training set.
  ///   - validation: Evaluated after each epoch; may be empty.
  ///   - preparation: Turns samples into the model's input.
  ///   - inputShape: The shape of one input of the model, without the batch axis.
  ///   - options: Epochs, batch size, seed and so on.
  ///   - logger: Told of each epoch (info), each step (trace) and a loss that is not finite (error).
  ///   - classWeights: The weights by which the loss counts classes, so that the means that are reported
  ///     weigh batches by their sums; nil where it counts all alike.
  ///   - loss: Mean loss of a batch from scores [N, K] and labels [N].
  ///   - observe: Called after each step and epoch, with the trainer as it then is; may save it.
  /// - Returns: Whether the run finished or was stopped by `observe`.
  /// - Throws: `TrainingError` where an option does not go with the rest or the loss is not finite,
  ///   `OutOfMemoryError` with the largest batch that would fit, `DatasetError` where samples do not fit the input shape or an option is
  ///   out of range, `CancellationError`, or what `observe` throws.
  public mutating func run(
    train: Dataset, validation: Dataset?, preparation: InputPreparation, inputShape: Shape,
    options: TrainingOptions, logger: Logger = .silent, classWeights: [Double]? = nil,
    loss: @Sendable (Tensor, NDArray) -> Tensor,
    observe: (TrainingEvent, Trainer<Model>) throws -> TrainingControl
  ) throws -> TrainingOutcome {
    let data = TrainingData(
      train: train, validation: validation, preparation: preparation, inputShape: inputShape,
      options: options, logger: logger, classWeights: classWeights)
    let settings = try begin(data)
    while !isFinished(options) {
      let loader = try data.loader(from: position)
      defer { loader.cancel() }
      while let report = try advance(loader, data, settings, loss: loss) {
        // The last step of an epoch is reported, but stopping waits for its validation.
        if try observe(.step(report), self) == .stop, position.batch < report.batches {
          return .stopped
        }
      }
      let record = try finishEpoch(data, loss: loss)
      if try observe(.epoch(record), self) == .stop, !isFinished(options) {
        return .stopped
      }
    }
    return .finished
  }

  /// Whether the last epoch is done or early stopping has ended the run.
  func isFinished(_ options: TrainingOptions) -> Bool {
    position.epoch >= options.epochs || options.earlyStopping?.isOver(position.history) == true
  }

  /// Refuses a model with a NaN or an infinity, so that no checkpoint is made of one.
  /// - Throws: `TrainingError` naming the first parameter or statistic that has any.
  public func requireFinite() throws(TrainingError) {
    guard let place = model.firstNonFiniteState else { return }
    throw .diverged(loss: .nan, step: position.step, epoch: position.epoch + 1, place: place)
  }
}
