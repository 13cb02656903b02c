import TestSupport
import Testing
import Training

/// Training and evaluation that memory cannot hold are refused, and with the batch that is named
/// they go through. The limit is the process's, so that each test lowers it in a process of its own.
@Suite("Memory limit") struct MemoryLimitTests {
  #if compiler(>=6.2)
    @Test func training() async {
      await #expect(processExitsWith: .success) {
        var lesson = try Lesson()
        lesson.options = TrainingOptions(epochs: 1, batchSize: 200, prefetch: 1)
        var trainer = lesson.trainer(Adam())
        try Self.halve { try lesson.run(&trainer) }
        let error = try #require(throws: OutOfMemoryError.self) { try lesson.run(&trainer) }
        let largest = try #require(error.largestBatch)
        #expect((20..<200).contains(largest))
        #expect(error.purpose == "a batch of 200 in training")
        #expect(
          error.description.hasSuffix("; the largest batch that would fit is \(largest)"))
        var again = lesson.trainer(Adam())
        lesson.options.batchSize = largest + 1
        #expect(throws: OutOfMemoryError.self) { try lesson.run(&again) }
        #expect(again.position.step == 0)
        lesson.options.batchSize = largest
        #expect(try lesson.run(&again) == .finished)
        MemoryPool.shared.limit = MemoryPool.shared.statistics.bytesInUse + 1000
        let none = try #require(throws: OutOfMemoryError.self) {
          lesson.options.epochs = 2
          try lesson.run(&again)
        }
        #expect(none.largestBatch == 0)
        #expect(none.description.hasSuffix("; not even a batch of 1 would fit"))
      }
    }

    @Test func epochs() async {
      await #expect(processExitsWith: .success) {
        var lesson = try Lesson()
        lesson.options = TrainingOptions(epochs: 1, batchSize: 200, prefetch: 1)
        var trainer = lesson.trainer(Adam())
        try Self.halve { try lesson.run(&trainer) }
        func first() async throws {
          let sequence = lesson.trainer(Adam()).epochs(
            train: lesson.train, validation: nil, preparation: lesson.preparation,
            inputShape: [1, 8, 8], options: lesson.options,
            loss: { crossEntropy(logits: $0, labels: $1) })
          for try await _ in sequence { return }
        }
        let error = await #expect(throws: OutOfMemoryError.self) { try await first() }
        lesson.options.batchSize = try #require(error?.largestBatch)
        try await first()
      }
    }

    /// A batch that was asked for is refused; the usual one becomes smaller.
    @Test func evaluation() async {
      await #expect(processExitsWith: .success) {
        let lesson = try Lesson()
        let model = Lesson.network()
        func metrics(_ batch: Int?) throws -> ClassificationMetrics {
          try evaluate(
            model, on: lesson.train, preparation: lesson.preparation, inputShape: [1, 8, 8],
            batchSize: batch, loss: { crossEntropy(logits: $0, labels: $1) })
        }
        let free = try metrics(nil)
        try Self.halve { _ = try metrics(200) }
        let error = try #require(throws: OutOfMemoryError.self) { _ = try metrics(200) }
        let largest = try #require(error.largestBatch)
        #expect((20..<200).contains(largest))
        for batch in [nil, largest] {
          let tight = try metrics(batch)
          #expect(tight.count == 200 && tight.confusion == free.confusion)
          #expect(abs(tight.loss - free.loss) < 1e-5)
        }
        MemoryPool.shared.limit = MemoryPool.shared.statistics.bytesInUse + 1000
        #expect(throws: OutOfMemoryError.self) { _ = try metrics(nil) }
      }
    }

    /// Leaves half of what the work has needed beside what is in use.
    private static func halve(_ work: () throws -> Void) rethrows {
      let pool = MemoryPool.shared
      pool.resetPeak()
      try work()
      let statistics = pool.statistics
      pool.trim()
      pool.limit = (statistics.bytesInUse + statistics.peakBytesInUse) / 2
    }
  #endif
}
