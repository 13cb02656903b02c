import Foundation

/// The processor time that a thread has had, which any thread can read.
package struct ProcessorClock: Sendable {
  #if os(Linux)
    private let clock: clockid_t?
  #endif

  /// The clock of the calling thread.
  package init() {
    #if os(Linux)
      var clock = clockid_t()
      self.clock = pthread_getcpuclockid(pthread_self(), &clock) == 0 ? clock : nil
    #endif
  }

  /// Seconds so far; nil where the thread has ended, and where the system has no such clock.
  package var seconds: Double? {
    #if os(Linux)
      var time = timespec()
      guard let clock, clock_gettime(clock, &time) == 0 else { return nil }
      return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    #else
      return nil
    #endif
  }
}
