import Foundation
import Synchronization
import TestSupport
import Testing
import Training

@Suite("Epochs as an asynchronous sequence", .serialized)
struct TrainingEpochsTests {
  let lesson: Lesson

  init() throws { lesson = try Lesson() }

  private func epochs(
    _ trainer: Trainer<Sequential>, logger: Logger = .silent,
    onStep: @escaping @Sendable (StepReport) -> Void = { _ in }
  ) -> TrainingEpochs<Sequential> {
    trainer.epochs(
      train: lesson.train, validation: lesson.validation, preparation: lesson.preparation,
      inputShape: [1, 8, 8], options: lesson.options, logger: logger,
      loss: { crossEntropy(logits: $0, labels: $1) }, onStep: onStep)
  }

  /// The trainer after `Trainer.run` to the end, on the compute thread.
  private func reference() async throws -> Trainer<Sequential> {
    let lesson = lesson
    return try await Compute.run {
      var trainer = lesson.trainer(Adam(learningRate: 0.01))
      try lesson.run(&trainer)
      return trainer
    }
  }

  @Test("give the bits of the synchronous loop, and each epoch once")
  func sameBits() async throws {
    let start = lesson.trainer(Adam(learningRate: 0.01))
    let sequence = epochs(start)
    var records: [EpochRecord] = []
    for try await record in sequence {
      records.append(record)
      // Nothing runs ahead of the loop.
      #expect(await sequence.trainer.position.history == records)
    }
    let expected = try await reference()
    #expect(records == expected.position.history)
    #expect(records.map(\.epoch) == [1, 2, 3])
    #expect(differences(await sequence.trainer, expected) == [])
    // The sequence trained a copy, and has ended for good.
    #expect(start.position.step == 0)
    #expect(try await sequence.makeAsyncIterator().next() == nil)
  }

  @Test("leaving the loop ends the training; another loop goes on to the same bits")
  func leave() async throws {
    let sequence = epochs(lesson.trainer(Adam(learningRate: 0.01)))
    for try await _ in sequence { break }
    #expect(await sequence.trainer.position.epoch == 1)
    try await Task.sleep(for: .milliseconds(50))
    #expect(await sequence.trainer.position.step == lesson.batches)
    for try await _ in sequence {}
    #expect(differences(await sequence.trainer, try await reference()) == [])
  }

  @Test(
    "cancelling stops before the next step; going on gives the same bits", arguments: [1, 4, 7, 10])
  func cancel(after steps: Int) async throws {
    let task = Mutex<Task<Int, any Error>?>(nil)
    let sequence = epochs(lesson.trainer(Adam(learningRate: 0.01))) { report in
      if report.step == steps { task.withLock { $0 }?.cancel() }
    }
    let gate = AsyncStream<Void>.makeStream()
    let running = Task {
      for await _ in gate.stream {}
      var count = 0
      for try await _ in sequence { count += 1 }
      return count
    }
    task.withLock { $0 = running }
    gate.continuation.finish()
    await #expect(throws: CancellationError.self) { try await running.value }
    let stopped = await sequence.trainer
    #expect(stopped.position.step == steps)
    // From a checkpoint, as a new process would.
    let folder = try ScratchFolder()
    try await sequence.checkpoint.write(to: folder("stopped"))
    var restored = lesson.trainer(Adam(learningRate: 0.01))
    try Checkpoint(readingFrom: folder("stopped")).restore(&restored)
    let others = epochs(restored)
    for try await _ in others {}
    // And by another loop over the sequence itself.
    task.withLock { $0 = nil }
    for try await _ in sequence {}
    let expected = try await reference()
    #expect(differences(await sequence.trainer, expected) == [])
    #expect(differences(await others.trainer, expected) == [])
    #expect(await sequence.trainer.position.history == expected.position.history)
  }

  @Test("cancelling the task stops the synchronous loop and evaluation too")
  func synchronous() async throws {
    let lesson = lesson
    let task = Task {
      while !Task.isCancelled { await Task.yield() }
      return try await Compute.run {
        var trainer = lesson.trainer(SGD())
        #expect(throws: CancellationError.self) { try lesson.run(&trainer) }
        #expect(trainer.position.step == 0)
        return try evaluate(
          trainer.model, on: lesson.validation, preparation: lesson.preparation,
          inputShape: [1, 8, 8], loss: { crossEntropy(logits: $0, labels: $1) }
        ).count
      }
    }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test("other work on the compute thread runs between steps")
  func sharing() async throws {
    let other = Mutex(0)
    let seen = Mutex<[Int]>([])
    let sequence = epochs(lesson.trainer(SGD())) { _ in
      seen.withLock { $0.append(other.withLock { $0 }) }
    }
    let serving = Task {
      while !Task.isCancelled { await Compute.run { other.withLock { $0 += 1 } } }
    }
    for try await _ in sequence {}
    serving.cancel()
    let counts = seen.withLock { $0 }
    #expect(counts.count == 3 * lesson.batches)
    // Between the first step and the last others had their turn, more than once an epoch.
    #expect(counts.last! - counts.first! > 3)
  }

  @Test("errors of training and of the data end the loop")
  func errors() async throws {
    let diverging = epochs(lesson.trainer(SGD(learningRate: 1e30)))
    await #expect(throws: TrainingError.self) { for try await _ in diverging {} }
    let sequence = lesson.trainer(SGD()).epochs(
      train: lesson.train, validation: nil, preparation: lesson.preparation, inputShape: [1, 4, 4],
      options: TrainingOptions(batchSize: 0), loss: { crossEntropy(logits: $0, labels: $1) })
    await #expect(throws: DatasetError.self) { for try await _ in sequence {} }
  }

  @Test("the logger hears of epochs, steps and failure")
  func logging() async throws {
    let log = RecordedLog()
    for try await _ in epochs(lesson.trainer(Adam(learningRate: 0.01)), logger: log.logger(.trace))
    {}
    let lines = log.lines
    #expect(lines.filter { $0.hasPrefix("trace step") }.count == 3 * lesson.batches)
    #expect(lines.filter { $0.hasPrefix("info epoch") }.count == 3)
    let last = try #require(lines.last)
    for key in ["accuracy=", "epoch=3", "loss=", "validation-accuracy=", "validation-loss="] {
      #expect(last.contains(key), "\(last)")
    }
    let quiet = RecordedLog()
    var trainer = lesson.trainer(SGD(learningRate: 1e30))
    #expect(throws: TrainingError.self) {
      try trainer.run(
        train: lesson.train, validation: nil, preparation: lesson.preparation,
        inputShape: [1, 8, 8], options: lesson.options, logger: quiet.logger(.info),
        loss: { crossEntropy(logits: $0, labels: $1) }, observe: { _, _ in .proceed })
    }
    let failure = try #require(quiet.lines.first)
    #expect(quiet.lines.count == 1 && failure.hasPrefix("error training stopped"))
    #expect(failure.contains("a smaller learning rate may do"))
  }
}
