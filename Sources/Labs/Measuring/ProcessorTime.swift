import Foundation

/// The time that work takes on its thread's processor. Other programs that run meanwhile do not
/// lengthen it, as they do the time on a clock.
package enum ProcessorTime {
  /// Seconds that the calling thread computed while it did the work.
  package static func seconds(_ work: () throws -> Void) rethrows -> Double {
    let start = now
    try work()
    return now - start
  }

  private static var now: Double {
    var time = timespec()
    guard clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) == 0 else {
      fatalError("ProcessorTime: the thread has no clock")
    }
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
