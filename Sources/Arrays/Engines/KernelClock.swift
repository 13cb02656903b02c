import Synchronization

/// What the kernels of a stretch of work take by themselves.
///
/// While a measurement runs, each kernel is started again on the operands that it has just had, and
/// that time alone counts: neither allocation nor layout nor anything else around it. What a step
/// takes above the sum of its kernels is the framework's share. Conversions between layouts, copies
/// and concatenations are not timed, and so belong to that share.
///
/// A kernel that is run again finds in the caches what it has just read and written. What it took the
/// first time, in its place, is therefore kept, too.
package enum KernelClock {
  /// The calls of one kernel.
  package struct Entry: Sendable, Equatable {
    package fileprivate(set) var calls = 0
    /// Their times added up, run again alone.
    package fileprivate(set) var seconds = 0.0
    /// Their times added up, in their places.
    package fileprivate(set) var secondsInPlace = 0.0
  }

  private static let isRunning = Atomic(false)
  private static let entries = Mutex<[String: Entry]>([:])

  /// Runs the work and returns its kernels' times by their names. One measurement at a time.
  package static func measure(_ work: () throws -> Void) rethrows -> [String: Entry] {
    entries.withLock { $0 = [:] }
    isRunning.store(true, ordering: .relaxed)
    defer { isRunning.store(false, ordering: .relaxed) }
    try work()
    return entries.withLock { $0 }
  }

  /// Runs a kernel, and again where a measurement wants its time.
  /// - Parameters:
  ///   - name: What the kernel computes.
  ///   - isRepeatable: Whether it gives the same again; else the only run is timed.
  @inline(__always)
  package static func run(
    _ name: @autoclosure () -> String, isRepeatable: Bool = true, _ kernel: () -> Void
  ) {
    if isRunning.load(ordering: .relaxed) {
      time(name(), isRepeatable: isRepeatable, kernel)
    } else {
      kernel()
    }
  }

  private static func time(_ name: String, isRepeatable: Bool, _ kernel: () -> Void) {
    let clock = ContinuousClock()
    let inPlace = clock.measure(kernel) / .seconds(1)
    let seconds = isRepeatable ? clock.measure(kernel) / .seconds(1) : inPlace
    entries.withLock {
      $0[name, default: Entry()].calls += 1
      $0[name, default: Entry()].seconds += seconds
      $0[name, default: Entry()].secondsInPlace += inPlace
    }
  }
}
