/// A training run as an asynchronous sequence of its epochs.
///
/// Each epoch is trained when it is asked for, on the process's `ComputeThread`: nothing runs ahead
/// of the loop, and leaving the loop ends the training. The thread is free for other work between
/// steps. The bits are those of `Trainer.run` with as many threads.
///
/// Where the task is cancelled, the loop throws `CancellationError` before the next step; `trainer`
/// then stands after the last whole step, and another loop over the same sequence goes on from
/// there.
///
/// ```swift
/// let epochs = trainer.epochs(
///   train: digits.train, validation: digits.validation, preparation: preparation,
///   inputShape: [1, 32, 32], options: TrainingOptions(epochs: 20),
///   loss: { crossEntropy(logits: $0, labels: $1) })
/// for try await epoch in epochs {
///   if epoch.validation!.accuracy > 0.9 { break }
/// }
/// let trained = await epochs.trainer.model
/// ```
public struct TrainingEpochs<Model: Layer>: AsyncSequence, Sendable {
  public typealias Element = EpochRecord

  private let session: TrainingSession<Model>

  init(_ session: TrainingSession<Model>) { self.session = session }

  /// The trainer as it stands: after the last epoch that the loop was given, or the last step of
  /// one that was cut short.
  public var trainer: Trainer<Model> { get async { await session.trainer } }

  /// The trainer as it stands, as a file can hold it, with the compute thread's number of threads.
  public var checkpoint: Checkpoint { get async { await session.checkpoint } }

  public func makeAsyncIterator() -> Iterator { Iterator(session: session) }

  /// Trains an epoch at a time.
  public struct Iterator: AsyncIteratorProtocol, Sendable {
    fileprivate let session: TrainingSession<Model>

    /// Trains the next epoch, or what is left of one; nil after the last.
    /// - Precondition: no other task is in a call of `next` for the same sequence.
    /// - Throws: As `Trainer.run` does.
    public func next() async throws -> EpochRecord? { try await session.next() }
  }
}

extension Trainer {
  /// The training from the present position to the last epoch, an epoch each time that the sequence
  /// is asked for one. It trains a copy: this trainer stays as it is.
  ///
  /// - Parameters:
  ///   - train: The training set.
  ///   - validation: Evaluated after each epoch; may be empty.
  ///   - preparation: Turns samples into the model's input.
  ///   - inputShape: The shape of one input of the model.
  ///   - options: Epochs, batch size, seed and so on.
  ///   - logger: Told of each epoch (info), each step (trace) and a loss that is not finite (error).
  ///   - classWeights: The weights by which the loss counts classes; nil where it counts all alike.
  ///   - loss: Mean loss of a batch from scores [N, K] and labels [N].
  ///   - onStep: Called after each step, on the compute thread.
  public func epochs(
    train: Dataset, validation: Dataset?, preparation: InputPreparation, inputShape: Shape,
    options: TrainingOptions, logger: Logger = .silent, classWeights: [Double]? = nil,
    loss: @escaping @Sendable (Tensor, NDArray) -> Tensor,
    onStep: @escaping @Sendable (StepReport) -> Void = { _ in }
  ) -> TrainingEpochs<Model> {
    let data = TrainingData(
      train: train, validation: validation, preparation: preparation, inputShape: inputShape,
      options: options, logger: logger, classWeights: classWeights)
    return TrainingEpochs(TrainingSession(self, data, loss: loss, onStep: onStep))
  }
}

/// A trainer that lives on the compute thread.
actor TrainingSession<Model: Layer> {
  private(set) var trainer: Trainer<Model>
  private let data: TrainingData
  private let loss: @Sendable (Tensor, NDArray) -> Tensor
  private let onStep: @Sendable (StepReport) -> Void
  private var isAdvancing = false

  init(
    _ trainer: Trainer<Model>, _ data: TrainingData,
    loss: @escaping @Sendable (Tensor, NDArray) -> Tensor,
    onStep: @escaping @Sendable (StepReport) -> Void
  ) {
    self.trainer = trainer
    self.data = data
    self.loss = loss
    self.onStep = onStep
  }

  nonisolated var unownedExecutor: UnownedSerialExecutor {
    ComputeThread.shared.asUnownedSerialExecutor()
  }

  var checkpoint: Checkpoint { Checkpoint(trainer) }

  func next() async throws -> EpochRecord? {
    guard !isAdvancing else {
      fatalError("TrainingEpochs: two tasks ask for epochs of one training at the same time")
    }
    guard !trainer.isFinished(data.options) else { return nil }
    isAdvancing = true
    defer { isAdvancing = false }
    let settings = try trainer.begin(data)
    let loader = try data.loader(from: trainer.position)
    defer { loader.cancel() }
    while let report = try trainer.advance(loader, data, settings, loss: loss) {
      onStep(report)
      await Task.yield()
    }
    return try trainer.finishEpoch(data, loss: loss)
  }
}
