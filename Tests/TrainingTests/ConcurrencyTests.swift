import Foundation
import Synchronization
import TestSupport
import Testing
import Training

/// Many tasks at once, on Swift's pool of threads and on the compute thread. What they compute is
/// checked here; that they do not race is for the thread sanitizer to say.
@Suite("Several tasks at once", .serialized)
struct ConcurrencyTests {
  /// Runs a body in as many tasks, at the same time as far as there are threads.
  private func together<Result: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (Int) async throws -> Result
  ) async throws -> [Result] {
    try await withThrowingTaskGroup(of: (Int, Result).self) { group in
      for number in 0..<count { group.addTask { (number, try await body(number)) } }
      var results: [Int: Result] = [:]
      for try await (number, result) in group { results[number] = result }
      return (0..<count).map { results[$0]! }
    }
  }

  @Test("tasks share arrays and change their own copies")
  func arrays() async throws {
    let shared = TestArray.one([64, 48], dtype: .float32)
    let before = shared.bytes
    let view = shared.transposed()
    let sums = try await together(8) { number in
      var own = shared
      var sum = 0.0
      for round in 0..<20 {
        own.withMutableElements(as: Float.self) { $0[(number * 20 + round) % $0.count] += 1 }
        let product = view.matmul(own)
        sum = (product + product).sum().item
        own = own * 1
      }
      let changed = zip(own.floats, shared.floats).filter { $0 != $1 }.count
      #expect(changed == 20)
      return sum
    }
    #expect(shared.bytes == before)
    #expect(sums.allSatisfy { $0.isFinite })
  }

  @Test("tasks share one graph: gradients of the same tensors are the same")
  func tensors() async throws {
    let x = Tensor.variable(TestArray.one([16, 16], dtype: .float64))
    let y = (x * x).exp().sum() + x.matmul(x).sum()
    let expected = gradients(of: y, withRespectTo: [x], keepingGraph: true)[0].array.doubles
    let found = try await together(8) { number in
      // The walk back over nodes that others walk too, and over an own extension of them.
      let z = (y * 2).sum()
      let own = gradients(of: z, withRespectTo: [x], keepingGraph: true)[0].array.doubles
      let recorded = gradients(
        of: y, withRespectTo: [x], recording: number % 2 == 0, keepingGraph: true)
      return (own, recorded[0].array.doubles)
    }
    for (own, shared) in found {
      #expect(shared == expected)
      #expect(own == expected.map { 2 * $0 })
    }
    #expect(gradients(of: y, withRespectTo: [x])[0].array.doubles == expected)
  }

  @Test("two tasks that use up one graph get an error, not each other's memory")
  func usedUp() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let x = Tensor.variable(NDArray.ones([32, 32], dtype: .float64))
      var y = x
      for _ in 0..<50 { y = y.matmul(x) * 0.03 }
      let loss = y.sum()
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<8 {
          group.addTask { _ = gradients(of: loss, withRespectTo: [x]) }
        }
      }
    }
    #expect(result?.errorText.contains("give that one keepingGraph: true") == true)
  }

  @Test("graphs are released by many tasks")
  func release() async throws {
    let x = Tensor.variable(NDArray([1.0, 2]))
    let chains = try await together(4) { number in
      var y = x
      for _ in 0..<2_000 { y = y + Double(number) }
      return y
    }
    _ = try await together(8) { number in
      // Eight tasks let go of four chains, which two hold each.
      var own: Tensor? = chains[number % 4] * 2
      let value = own!.array.doubles[0]
      own = nil
      #expect(value == 2 * (1 + 2_000 * Double(number % 4)))
    }
  }

  @Test("the pool keeps count of blocks that one task takes and another gives back")
  func pool() async throws {
    let before = MemoryPool.shared.statistics.bytesInUse
    let arrays = try await together(8) { number in
      (0..<50).map { NDArray(repeating: Double(number), shape: [($0 * 37) % 900 + 1]) }
    }
    _ = try await together(8) { number in
      var own = Array(arrays[(number + 3) % 8].reversed())
      while let last = own.popLast() {
        #expect(last.floats.allSatisfy { $0 == Float((number + 3) % 8) })
        if own.count % 10 == 0 { MemoryPool.shared.trim() }
      }
    }
    #expect(MemoryPool.shared.statistics.bytesInUse > before)
    withExtendedLifetime(arrays) {}
  }

  @Test("kernels of many shapes are made by many tasks at once")
  func kernels() async throws {
    // Shapes that no other test uses, so that tasks meet in an empty cache of primitives.
    @Sendable func compute(_ number: Int) -> [Double] {
      let size = 5 + number % 4
      let image = TestArray.one([2, 3, size + 6, size + 5], seed: number, dtype: .float32)
      let weight = TestArray.one([7, 3, 3, 3], seed: number + 1, dtype: .float32)
      let convolved = Tensor(image).convolution(weight: Tensor(weight))
      let flat = convolved.reshaped([2, -1])
      return (flat.matmul(flat.transposed()) * 0.001).softmax().array.doubles
    }
    let expected = (0..<4).map { number in NDArray(compute(number)) }
    let found = try await together(16) { NDArray(compute($0 % 4)) }
    for (number, result) in found.enumerated() {
      #expect(agree(result, expected[number % 4], within: 1e-5))
    }
  }

  @Test("two trainings, an evaluation and predictions go on at the same time")
  func training() async throws {
    let lesson = try Lesson()
    @Sendable func trained(_ rate: Double) async throws -> Trainer<Sequential> {
      let sequence = lesson.trainer(SGD(learningRate: rate, momentum: 0.9)).epochs(
        train: lesson.train, validation: lesson.validation, preparation: lesson.preparation,
        inputShape: [1, 8, 8], options: lesson.options,
        loss: { crossEntropy(logits: $0, labels: $1) })
      for try await _ in sequence {
        // Read while the next epoch has not begun.
        #expect(await sequence.trainer.position.batch == 0)
      }
      return await sequence.trainer
    }
    let alone = [try await trained(0.05), try await trained(0.01)]
    let model = alone[0].model
    async let first = trained(0.05)
    async let second = trained(0.01)
    // On the pool's threads, beside the compute thread.
    let accuracies = try await together(4) { _ in
      try evaluate(
        model, on: lesson.validation, preparation: lesson.preparation, inputShape: [1, 8, 8],
        loss: { crossEntropy(logits: $0, labels: $1) }
      ).accuracy
    }
    let served = try await together(4) { _ in
      try await Compute.run {
        try evaluate(
          model, on: lesson.validation, preparation: lesson.preparation, inputShape: [1, 8, 8],
          loss: { crossEntropy(logits: $0, labels: $1) }
        ).accuracy
      }
    }
    // Neither training has seen the other.
    #expect(differences(try await first, alone[0]) == [])
    #expect(differences(try await second, alone[1]) == [])
    #expect(Set(served).count == 1)
    // Threads of the pool may have another number of kernel threads, and so other last bits.
    for accuracy in accuracies { #expect(abs(accuracy - served[0]) < 0.03) }
  }

  @Test("synchronous trainings in tasks of their own do not meet")
  func separate() async throws {
    let lesson = try Lesson()
    @Sendable func trained() throws -> Trainer<Sequential> {
      Compute.threads = 1
      defer { Compute.useDefaultThreads() }
      var trainer = lesson.trainer(Adam(learningRate: 0.01))
      try lesson.run(&trainer)
      return trainer
    }
    let alone = try trained()
    let many = try await together(3) { _ in try trained() }
    for trainer in many { #expect(differences(trainer, alone) == []) }
  }
}
