import CKernels
import Foundation
import Synchronization

/// Elements that are pure functions of their number, given in order and some of them made ahead, by
/// threads of the idle scheduling class.
///
/// Such a thread never takes a processor from the compute threads, which also means that on a busy
/// machine it may not run at all. So whoever asks for an element never depends on it: what no
/// thread has begun is made by the caller. What one has begun is waited for, for about the time
/// that making an element takes and then as long as that thread has at least half a processor, with
/// which it ends about as soon as the caller would; otherwise the caller makes that too, and the
/// thread's own comes too late and is dropped. The elements are the same whoever makes them.
package final class Prefetcher<Element: Sendable>: Sendable {
  private let shared: PrefetchQueue<Element>

  /// - Parameters:
  ///   - numbers: The numbers of the elements, in the order in which they are given.
  ///   - ahead: The most elements that are made before they are asked for; 0 starts no thread.
  ///   - threads: How many threads make elements, each another one, at least 1; no more than `ahead`.
  ///   - processorSeconds: Reads the thread's clock; nil says that there is none.
  ///   - make: Makes the element of a number, on the thread or the caller's.
  package init(
    _ numbers: Range<Int>, ahead: Int, threads: Int = 1,
    processorSeconds: @escaping @Sendable (ProcessorClock) -> Double? = { $0.seconds },
    make: @escaping @Sendable (Int) throws -> Element
  ) {
    shared = PrefetchQueue(
      numbers, ahead: ahead, processorSeconds: processorSeconds, make: make)
    for _ in 0..<min(threads, ahead, numbers.count) {
      // The threads hold the queue, not this object, whose end is what stops them.
      let worker = Thread { [shared] in
        _ = gk_become_idle_class()
        shared.work()
      }
      worker.name = "gradus-loader"
      worker.start()
    }
  }

  deinit { shared.cancel() }

  /// The next element; nil at the end and after `cancel`.
  /// - Throws: The error met while making it, and again whenever called after, until `cancel`.
  package func next() throws -> Element? { try shared.next() }

  /// Makes no more elements. Returns at once; the thread ends with what it is doing.
  package func cancel() { shared.cancel() }
}

/// What a `Prefetcher` and its threads share.
private final class PrefetchQueue<Element: Sendable>: Sendable {
  private struct State {
    /// The number of the next element that will be asked for.
    var next: Int
    /// The number of the next element that nobody has begun.
    var unclaimed: Int
    /// What the threads have made and nobody has taken yet.
    var ready: [Int: Result<Element, any Error>] = [:]
    /// The processor time of the thread that makes an element, by the element's number.
    var clocks: [Int: ProcessorClock] = [:]
    /// What threads are making although the caller would not wait for it.
    var dropped: Set<Int> = []
    /// Whether a thread or the caller has met an error; nothing is begun after it.
    var hasFailed = false
    /// The error that has been thrown; nothing is given after it.
    var thrown: (any Error)?
    /// The shortest time in which an element was made.
    var shortest: Duration?
    var isCancelled = false
  }

  private enum Turn {
    case end
    case ready(Result<Element, any Error>)
    case make(Int)
    case wait(Int)
  }

  /// Signalled whenever the state has changed in a way that someone may wait for; held with the
  /// state.
  private let changed = NSCondition()
  private let state: Mutex<State>
  private let end: Int
  private let ahead: Int
  private let processorSeconds: @Sendable (ProcessorClock) -> Double?
  private let make: @Sendable (Int) throws -> Element

  init(
    _ numbers: Range<Int>, ahead: Int,
    processorSeconds: @escaping @Sendable (ProcessorClock) -> Double?,
    make: @escaping @Sendable (Int) throws -> Element
  ) {
    state = Mutex(State(next: numbers.lowerBound, unclaimed: numbers.lowerBound))
    end = numbers.upperBound
    self.ahead = ahead
    self.processorSeconds = processorSeconds
    self.make = make
  }

  // MARK: The caller

  func next() throws -> Element? {
    switch takeTurn() {
    case .end: return nil
    case .ready(let result): return try finish(result)
    case .make(let number): return try finish(made(number))
    case .wait(let number): return try finish(awaited(number) ?? made(number))
    }
  }

  private func takeTurn() -> Turn {
    changed.lock()
    defer { changed.unlock() }
    return state.withLock { state in
      if state.isCancelled { return .end }
      if let error = state.thrown { return .ready(.failure(error)) }
      if state.next >= end { return .end }
      let number = state.next
      state.next += 1
      changed.broadcast()  // there is room for one more
      if let result = state.ready.removeValue(forKey: number) { return .ready(result) }
      if number < state.unclaimed { return .wait(number) }
      state.unclaimed = number + 1
      return .make(number)
    }
  }

  /// What a thread has begun, unless it takes too long and is hardly let run.
  private func awaited(_ number: Int) -> Result<Element, any Error>? {
    changed.lock()
    defer { changed.unlock() }
    var pause = min(state.withLock { $0.shortest ?? .zero } / .seconds(1), 0.1)
    while true {
      // Whatever comes between two readings speaks for the thread.
      let before = seconds(making: number)
      let start = ContinuousClock.now
      let deadline = Date(timeIntervalSinceNow: pause)
      repeat {
        if let result = state.withLock({ $0.ready.removeValue(forKey: number) }) { return result }
      } while changed.wait(until: deadline)
      let elapsed = (ContinuousClock.now - start) / .seconds(1)
      var isRunning = false
      if let before, let after = seconds(making: number) {
        isRunning = after - before >= elapsed / 2
      }
      let (result, isOver) = state.withLock { state in
        let result = state.ready.removeValue(forKey: number)
        let isOver = result != nil || !isRunning
        if result == nil && isOver { state.dropped.insert(number) }
        return (result, isOver)
      }
      if isOver { return result }
      pause = min(max(2 * pause, 0.001), 0.1)
    }
  }

  /// The processor time of the thread that makes an element.
  private func seconds(making number: Int) -> Double? {
    state.withLock { $0.clocks[number] }.flatMap(processorSeconds)
  }

  private func finish(_ result: Result<Element, any Error>) throws -> Element {
    if case .failure(let error) = result {
      changed.lock()
      state.withLock { state in
        state.hasFailed = true
        if state.thrown == nil { state.thrown = error }
      }
      changed.broadcast()
      changed.unlock()
    }
    return try result.get()
  }

  func cancel() {
    changed.lock()
    state.withLock { state in
      state.isCancelled = true
      state.ready = [:]
    }
    changed.broadcast()
    changed.unlock()
  }

  // MARK: Both

  private func made(_ number: Int) -> Result<Element, any Error> {
    let start = ContinuousClock.now
    let result = Result { try make(number) }
    let duration = ContinuousClock.now - start
    state.withLock { $0.shortest = min($0.shortest ?? duration, duration) }
    return result
  }

  // MARK: A thread

  func work() {
    let clock = ProcessorClock()
    while let number = claimed(by: clock) {
      let result = made(number)
      changed.lock()
      state.withLock { state in
        state.clocks[number] = nil
        if state.dropped.remove(number) != nil {
          // Too late: the caller has made it.
        } else if !state.isCancelled {
          state.ready[number] = result
          if case .failure = result { state.hasFailed = true }
        }
      }
      changed.broadcast()
      changed.unlock()
    }
  }

  /// The next number to make, once there is room; nil at the end.
  private func claimed(by clock: ProcessorClock) -> Int? {
    changed.lock()
    defer { changed.unlock() }
    while true {
      let (number, isOver): (Int?, Bool) = state.withLock { state in
        if state.isCancelled || state.hasFailed || state.unclaimed >= end {
          return (nil, true)
        }
        guard state.unclaimed < state.next + ahead else { return (nil, false) }
        let number = state.unclaimed
        state.unclaimed += 1
        state.clocks[number] = clock
        return (number, false)
      }
      if isOver || number != nil { return number }
      changed.wait()
    }
  }
}
