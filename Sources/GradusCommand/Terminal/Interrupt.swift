import Foundation
import Synchronization

/// Ctrl-C and the system's polite request to end: the first is noted, so that work can be saved;
/// a second one ends the process at once.
///
/// A thread of its own waits for them, and all others block them: a handler must not run on a thread
/// that computes. oneDNN's sgemm (seen in 2.6.3, AVX-512) uses the stack pointer for other values
/// most of the time, and what the system writes there for a handler corrupts the heap.
enum Interrupt {
  private static let requested = Atomic<Bool>(false)

  static var isRequested: Bool { requested.load(ordering: .relaxed) }

  /// Begins to watch. Called before there are other threads, which inherit what is blocked.
  static func watch() {
    for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
    var signals = Self.signals
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    let watcher = Thread {
      var signals = Self.signals
      var number: Int32 = 0
      while sigwait(&signals, &number) != 0 {}
      requested.store(true, ordering: .relaxed)
      // From here on this thread takes them, in the usual way.
      pthread_sigmask(SIG_UNBLOCK, &signals, nil)
      while true { pause() }
    }
    watcher.name = "gradus-signals"
    watcher.start()
  }

  private static var signals: sigset_t {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    sigaddset(&signals, SIGTERM)
    return signals
  }
}
