import TestSupport
import Testing
import Training

/// Tasks that compute at the same time share the pool, the kernels' cache, data and values, and
/// come to the bits that each comes to alone. The thread sanitizer runs these too.
@Suite("Tasks come to the bits of each alone") struct ConcurrencyBitsTests {
  /// What a task does, on the calling thread.
  enum Work: CaseIterable {
    case adam, momentum, double, evaluation, gradients, arrays

    func bits(_ lesson: Lesson, _ shared: Sequential) throws -> [UInt64] {
      let threads = Compute.threads
      Compute.threads = 1
      defer { Compute.threads = threads }
      switch self {
      case .adam: return try Self.trained(lesson, Adam(), .float32, shared)
      case .momentum:
        return try Self.trained(lesson, SGD(learningRate: 0.05, momentum: 0.9), .float32, shared)
      case .double:
        return try Self.trained(lesson, SGD(learningRate: 0.1), .float64, shared)
      case .evaluation:
        let metrics = try evaluate(
          shared, on: lesson.validation, preparation: lesson.preparation, inputShape: [1, 8, 8],
          batchSize: 16, loss: { crossEntropy(logits: $0, labels: $1) })
        return [metrics.loss.bitPattern, metrics.accuracy.bitPattern]
      case .gradients: return Self.gradients(lesson, shared)
      case .arrays: return Self.arrays(shared)
      }
    }

    /// Trains a copy of the shared model, whose values are the shared ones until the first step.
    private static func trained(
      _ lesson: Lesson, _ optimizer: any Optimizer, _ dtype: DType, _ shared: Sequential
    ) throws -> [UInt64] {
      var model = shared
      if dtype != .float32 { model.cast(to: dtype) }
      var trainer = Trainer(model: model, optimizer: optimizer, classes: 10)
      try lesson.run(&trainer)
      return trainer.model.state.flatMap { $0.array.doubles.map(\.bitPattern) }
    }

    private static func gradients(_ lesson: Lesson, _ shared: Sequential) -> [UInt64] {
      var found: [UInt64] = []
      for step in 0..<4 {
        var context = Context(.training, seed: 1, step: UInt64(step))
        let images = lesson.train.inputs.cast(to: .float32)
        let (value, gradients) = valueWithGradients(of: shared, &context) { model, context in
          crossEntropy(logits: model(Tensor(images), &context), labels: lesson.train.labels)
        }
        found.append(value.item.bitPattern)
        found += gradients.entries.flatMap { $0.array.doubles.map(\.bitPattern) }
      }
      return found
    }

    /// Copies that are written while others read the array they were copied from.
    private static func arrays(_ shared: Sequential) -> [UInt64] {
      var found: [UInt64] = []
      for entry in shared.state {
        var copy = entry.array
        copy.withMutableElements(as: Float.self) { for index in $0.indices { $0[index] += 1 } }
        let sum = (copy * entry.array).sum() + copy.sum()
        found += [sum.item.bitPattern, copy.doubles.reduce(0, +).bitPattern]
      }
      return found
    }
  }

  @Test(.timeLimit(.minutes(10)))
  func bitsAreThoseOfEachAlone() async throws {
    let lesson = try Lesson()
    let shared = Lesson.network()
    let alone = try Work.allCases.map { try $0.bits(lesson, shared) }
    let inUse = MemoryPool.shared.statistics.bytesInUse
    try await withThrowingTaskGroup(of: (Int, [UInt64]).self) { group in
      for round in 0..<3 {
        for (index, work) in Work.allCases.enumerated() {
          group.addTask(priority: round == 0 ? .high : .medium) {
            (index, try work.bits(lesson, shared))
          }
        }
      }
      for try await (index, bits) in group {
        #expect(bits == alone[index], "\(Work.allCases[index]) differs")
      }
    }
    // A thread lets go of what its job held a moment after the job's end has been told.
    let deadline = ContinuousClock.now + .seconds(10)
    while MemoryPool.shared.statistics.bytesInUse != inUse, ContinuousClock.now < deadline {
      try await Task.sleep(for: .milliseconds(1))
    }
    #expect(MemoryPool.shared.statistics.bytesInUse == inUse)
    let isFinite = shared.state.allSatisfy { $0.array.doubles.allSatisfy(\.isFinite) }
    #expect(isFinite)
  }

  @Test func loadersSharedByTasks() async throws {
    let lesson = try Lesson()
    let loader = try BatchLoader(
      dataset: lesson.train, preparation: lesson.preparation, inputShape: [1, 8, 8], batchSize: 3,
      shuffleSeed: 4, prefetch: 3)
    var seen: [Int] = []
    try await withThrowingTaskGroup(of: [Int].self) { group in
      for _ in 0..<4 {
        group.addTask {
          var indices: [Int] = []
          while let batch = try loader.next() {
            let isFinite = batch.inputs.doubles.allSatisfy(\.isFinite)
            #expect(isFinite)
            indices += batch.indices
          }
          return indices
        }
      }
      for try await indices in group { seen += indices }
    }
    #expect(seen.sorted() == Array(0..<lesson.train.count))
  }

  /// With one thread the kernels would be run by the task alone.
  @Test func kernelsOfSeveralThreads() async throws {
    await withTaskGroup(of: Double.self) { group in
      for _ in 0..<3 {
        group.addTask {
          let threads = Compute.threads
          Compute.threads = 2
          defer { Compute.threads = threads }
          var x = NDArray(repeating: 0.5, shape: [300, 1000], dtype: .float32)
          for _ in 0..<5 {
            x = (x + x).tanh() * x
            x = Tensor(x).softmax(axis: 1).array + x.mean(axes: [1], keepingAxes: true)
          }
          return x.sum().item
        }
      }
      var found: Set<UInt64> = []
      for await sum in group { found.insert(sum.bitPattern) }
      #expect(found.count == 1)
    }
  }
}
