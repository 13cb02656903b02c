import Arrays
import Datasets
import Foundation
import Synchronization
import Testing

@Suite(.serialized) struct BatchLoaderTests {
  private static let dataset = Digits.splits.test  // 359 samples
  private static let preparation = digitsPreparation

  private func batches(
    of dataset: Dataset = dataset, size: Int = 50, seed: UInt64? = 7, epoch: Int = 2,
    from start: Int = 0, prefetch: Int, pause: Duration = .zero
  ) throws -> [Batch] {
    let loader = try BatchLoader(
      dataset: dataset, preparation: Self.preparation, inputShape: [1, 32, 32], batchSize: size,
      shuffleSeed: seed, epoch: epoch, startBatch: start, prefetch: prefetch)
    var batches: [Batch] = []
    while let batch = try loader.next() {
      batches.append(batch)
      if pause > .zero { Thread.sleep(forTimeInterval: pause / .seconds(1)) }
    }
    #expect(try loader.next() == nil)
    return batches
  }

  private func areEqual(_ a: [Batch], _ b: [Batch]) -> Bool {
    a.count == b.count
      && zip(a, b).allSatisfy {
        $0.number == $1.number && $0.indices == $1.indices
          && $0.inputs.floats == $1.inputs.floats && $0.labels.integers == $1.labels.integers
      }
  }

  @Test func everySampleOnce() throws {
    let batches = try batches(prefetch: 2)
    #expect(batches.map(\.count) == [50, 50, 50, 50, 50, 50, 50, 9])
    #expect(batches.map(\.number) == Array(0..<8))
    #expect(batches.flatMap(\.indices).sorted() == Array(0..<359))
    #expect(batches[7].inputs.shape == [9, 1, 32, 32])
    let all = try Self.preparation.prepared(Self.dataset.inputs, for: [1, 32, 32]).floats
    let labels = Self.dataset.labels.integers
    for batch in batches {
      #expect(batch.labels.integers == batch.indices.map { labels[$0] })
      #expect(
        batch.inputs.floats == batch.indices.flatMap { all[($0 * 1024)..<(($0 + 1) * 1024)] })
    }
  }

  @Test func sameWhateverTheTiming() throws {
    let plain = try batches(prefetch: 0)
    for prefetch in [1, 2, 4, 100] {
      #expect(areEqual(try batches(prefetch: prefetch), plain))
      #expect(areEqual(try batches(prefetch: prefetch, pause: .milliseconds(2)), plain))
    }
  }

  @Test func startedWithin() throws {
    let whole = try batches(prefetch: 0)
    for start in [1, 5, 8] {
      for prefetch in [0, 3] {
        #expect(areEqual(try batches(from: start, prefetch: prefetch), Array(whole[start...])))
      }
    }
  }

  @Test func epochsDiffer() throws {
    func order(_ seed: UInt64?, _ epoch: Int) throws -> [Int] {
      try batches(seed: seed, epoch: epoch, prefetch: 0).flatMap(\.indices)
    }
    #expect(try order(7, 0) != order(7, 1))
    #expect(try order(7, 0) != order(8, 0))
    #expect(try order(nil, 0) == Array(0..<359))
    #expect(try order(nil, 5) == Array(0..<359))
  }

  @Test func oneBatch() throws {
    #expect(try batches(size: 1000, prefetch: 2).map(\.count) == [359])
    let one = try Self.dataset.prefix(1)
    #expect(try batches(of: one, size: 1, prefetch: 2).map(\.count) == [1])
  }

  @Test(arguments: [
    (0, 0, 0, 0, "batches: found a batch size of 0, expected at least 1"),
    (1, -1, 0, 0, "batches: found epoch -1, expected at least 0"),
    (100, 0, 5, 0, "batches: found the start at batch 5, expected 0 to 4"),
    (100, 0, -1, 0, "batches: found the start at batch -1, expected 0 to 4"),
    (1, 0, 0, -1, "batches: found -1 batches ahead, expected at least 0"),
  ])
  func wrongNumbers(_ size: Int, _ epoch: Int, _ start: Int, _ ahead: Int, _ expected: String) {
    #expect(
      message {
        _ = try BatchLoader(
          dataset: Self.dataset, preparation: Self.preparation, inputShape: [64], batchSize: size,
          epoch: epoch, startBatch: start, prefetch: ahead)
      } == expected)
  }

  @Test func otherSamples() {
    #expect(
      message {
        _ = try BatchLoader(
          dataset: countingImages(4), preparation: Self.preparation, inputShape: [64],
          batchSize: 1)
      } == "counting: found samples of shape [1, 2, 3], expected [1, 8, 8], as the training "
        + "samples were")
  }

  @Test func cancelled() throws {
    let loader = try BatchLoader(
      dataset: Self.dataset, preparation: Self.preparation, inputShape: [64], batchSize: 1)
    #expect(try loader.next()?.number == 0)
    loader.cancel()
    #expect(try loader.next() == nil)
    loader.cancel()
  }
}

@Suite(.serialized) struct PrefetcherTests {
  /// Held by what makes elements, so that its end shows when everything is let go of.
  private final class Token: Sendable {}

  private struct Failure: Error {}

  /// Waits up to ten seconds.
  private func eventually(_ condition: () -> Bool) -> Bool {
    for _ in 0..<1000 {
      if condition() { return true }
      Thread.sleep(forTimeInterval: 0.01)
    }
    return condition()
  }

  @Test func threadStopsAndLetsGo() throws {
    for taken in [0, 1, 5] {
      var token: Token? = Token()
      weak let trace = token
      do {
        let held = token
        let prefetcher = Prefetcher(0..<1_000_000, ahead: 3) { number in
          withExtendedLifetime(held) { number }
        }
        for number in 0..<taken { #expect(try prefetcher.next() == number) }
      }
      token = nil
      #expect(eventually { trace == nil })
    }
  }

  @Test func neverMoreAheadThanAllowed() throws {
    let most = Mutex(0)
    let asked = Mutex(0)
    let prefetcher = Prefetcher(0..<200, ahead: 3) { number in
      let ahead = number - asked.withLock { $0 }
      most.withLock { $0 = max($0, ahead) }
      return number
    }
    for number in 0..<200 {
      asked.withLock { $0 = number + 1 }
      #expect(try prefetcher.next() == number)
      if number % 10 == 0 { Thread.sleep(forTimeInterval: 0.002) }
    }
    #expect(most.withLock { $0 } <= 3)
  }

  /// The thread is held up in the middle of its element: the caller makes that one and goes on.
  @Test func doesNotWaitForAStalledThread() throws {
    let caller = pthread_self()
    let isStalled = Mutex(false)
    let mayGoOn = DispatchSemaphore(value: 0)
    let prefetcher = Prefetcher(0..<10, ahead: 2) { number in
      let isCaller = pthread_equal(pthread_self(), caller) != 0
      if !isCaller && !isStalled.withLock({ $0 }) {
        isStalled.withLock { $0 = true }
        mayGoOn.wait()
      }
      return number * number
    }
    #expect(eventually { isStalled.withLock { $0 } })
    for number in 0..<5 { #expect(try prefetcher.next() == number * number) }
    mayGoOn.signal()
    for number in 5..<10 { #expect(try prefetcher.next() == number * number) }
    #expect(try prefetcher.next() == nil)
  }

  /// An element that takes far longer than those before it is made once, as long as the thread's clock
  /// says that it is let run; it may not be on a busy machine, so that here the clock is the wall's.
  @Test func waitsForAThreadThatRuns() throws {
    let caller = pthread_self()
    let begun = DispatchSemaphore(value: 0)
    let makers = Mutex<[Bool]>([])
    let prefetcher = Prefetcher(
      0..<4, ahead: 3, processorSeconds: { _ in ProcessInfo.processInfo.systemUptime },
      make: { number in
        if number == 2 {
          makers.withLock { $0.append(pthread_equal(pthread_self(), caller) != 0) }
          begun.signal()
          Thread.sleep(forTimeInterval: 0.4)
        }
        return number
      })
    // The first two are quick, so that patience alone would be short.
    for number in 0..<2 { #expect(try prefetcher.next() == number) }
    begun.wait()
    for number in 2..<4 { #expect(try prefetcher.next() == number) }
    #expect(makers.withLock { $0 } == [false])
  }

  /// Each of three threads holds an element until all three have begun one.
  @Test func severalThreadsMakeAnElementEach() throws {
    let begun = Mutex<Set<Int>>([])
    let makers = Mutex<Set<UInt>>([])
    let prefetcher = Prefetcher(
      0..<30, ahead: 6, threads: 3,
      processorSeconds: { _ in ProcessInfo.processInfo.systemUptime },
      make: { number in
        makers.withLock { _ = $0.insert(UInt(pthread_self())) }
        if number < 3 {
          begun.withLock { _ = $0.insert(number) }
          while begun.withLock({ $0.count }) < 3 { Thread.sleep(forTimeInterval: 0.001) }
        }
        return number * number
      })
    #expect(eventually { begun.withLock { $0.count } == 3 })
    for number in 0..<30 { #expect(try prefetcher.next() == number * number) }
    #expect(try prefetcher.next() == nil)
    #expect(makers.withLock { $0.count } >= 3)
  }

  /// Two of three threads are held up, whose elements the caller makes.
  @Test func stalledThreadsHoldUpNobody() throws {
    let caller = pthread_self()
    let stalled = Mutex(0)
    let mayGoOn = DispatchSemaphore(value: 0)
    let prefetcher = Prefetcher(0..<40, ahead: 4, threads: 3) { number in
      let isCaller = pthread_equal(pthread_self(), caller) != 0
      if !isCaller && number < 2 {
        stalled.withLock { $0 += 1 }
        mayGoOn.wait()
      }
      return -number
    }
    #expect(eventually { stalled.withLock { $0 } == 2 })
    for number in 0..<20 { #expect(try prefetcher.next() == -number) }
    mayGoOn.signal()
    mayGoOn.signal()
    for number in 20..<40 { #expect(try prefetcher.next() == -number) }
    #expect(try prefetcher.next() == nil)
  }

  @Test func processorClock() throws {
    let clock = ProcessorClock()
    let before = try #require(clock.seconds)
    Thread.sleep(forTimeInterval: 0.05)
    let rested = try #require(clock.seconds)
    #expect(rested - before < 0.04)
    while clock.seconds ?? .infinity < rested + 0.01 {}
    let seen = Mutex<Double?>(nil)
    Thread.detachNewThread { seen.withLock { $0 = clock.seconds ?? -1 } }
    #expect(eventually { seen.withLock { $0 != nil } })
    #expect(try #require(seen.withLock { $0 }) >= rested + 0.01)
  }

  /// The caller meets an error when the thread has made what comes after: that is not given, and the
  /// error is thrown again, until the end.
  @Test func nothingAfterAnError() throws {
    let caller = pthread_self()
    let (isMaking, isAhead) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    let prefetcher = Prefetcher(0..<10, ahead: 4) { number in
      let isCaller = pthread_equal(pthread_self(), caller) != 0
      if number == 0 && isCaller {
        isMaking.signal()
        _ = isAhead.wait(timeout: .now() + 10)
        throw Failure()
      }
      // Where the thread was first, it comes too late.
      if number == 0 { isMaking.wait() }
      if number == 2 { isAhead.signal() }
      return number
    }
    for _ in 0..<3 { #expect(throws: Failure.self) { try prefetcher.next() } }
    prefetcher.cancel()
    #expect(try prefetcher.next() == nil)
  }

  @Test(arguments: [(0, 1), (1, 1), (4, 1), (4, 3)])
  func errorsComeInTheirTurn(_ ahead: Int, _ threads: Int) {
    let prefetcher = Prefetcher(0..<10, ahead: ahead, threads: threads) { number in
      if number >= 3 { throw Failure() }
      return number
    }
    for number in 0..<3 { #expect((try? prefetcher.next()) == number) }
    #expect(throws: Failure.self) { try prefetcher.next() }
    #expect(throws: Failure.self) { try prefetcher.next() }
  }

  @Test func nothingToMake() throws {
    let prefetcher = Prefetcher(5..<5, ahead: 2) { $0 }
    #expect(try prefetcher.next() == nil)
  }

  @Test func manyOneAfterAnother() throws {
    func threads() -> Int {
      (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count) ?? 0
    }
    let before = threads()
    for _ in 0..<200 {
      let prefetcher = Prefetcher(0..<20, ahead: 4, threads: 2) { $0 }
      for number in 0..<7 { #expect(try prefetcher.next() == number) }
    }
    #expect(eventually { threads() <= before + 2 })
  }
}
