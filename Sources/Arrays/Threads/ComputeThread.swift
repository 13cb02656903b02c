import Dispatch
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The process's thread for kernels: an executor that training, evaluation and serving share.
///
/// Kernels start one team of threads for each thread that calls them. A program whose tasks hop
/// between the threads of Swift's pool would start many teams, which compete for the processors;
/// from this thread there is one. Work is brought here by `Compute.run`, by the global actor
/// `ComputeActor`, or by an actor that names this executor as its own.
///
/// Jobs run in the order in which they come. Kernels block the thread while they run, so other
/// jobs wait: long work should be cut by `await Task.yield()`, as `Trainer.epochs` does after each
/// step.
///
/// Signals are blocked on it, and on the threads of its team, which inherit that: oneDNN's kernels
/// keep other values in the stack pointer, so that a handler would write into memory that is not the
/// stack's. Those that a fault raises are not, for it is too late then anyway.
public final class ComputeThread: SerialExecutor {
  /// The only one; its thread starts on first use and lasts as long as the process.
  public static let shared = ComputeThread()

  private struct State {
    var jobs: [UnownedJob] = []
    /// The first of `jobs` that has not begun.
    var next = 0
    var threads: Int
  }

  private let state = Mutex(State(threads: SystemMemory.processorCount))
  private let available = DispatchSemaphore(value: 0)

  /// Room for deep networks: bytes of address space, not of memory.
  private static let stackSize = 64 << 20

  private init() { start() }

  /// The number of threads that kernels started from this thread use, at least 1; as many as the
  /// process may use processors unless set. Takes effect from the next job on, whatever a job set
  /// `Compute.threads` to. The portable build has one thread whatever is set.
  public var threads: Int {
    get { state.withLock { $0.threads } }
    set {
      guard newValue >= 1 else {
        fatalError("ComputeThread.threads: \(newValue), expected at least 1")
      }
      state.withLock { $0.threads = newValue }
    }
  }

  /// Adds a job to those that wait, to be run in the order in which they came.
  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    state.withLock { $0.jobs.append(job) }
    available.signal()
  }

  public func asUnownedSerialExecutor() -> UnownedSerialExecutor {
    UnownedSerialExecutor(ordinary: self)
  }

  // MARK: The thread

  private func start() {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    pthread_attr_setstacksize(&attributes, Self.stackSize)
    defer { pthread_attr_destroy(&attributes) }
    let argument = Unmanaged.passRetained(self).toOpaque()
    #if canImport(Darwin)
      var thread: pthread_t?
      let code = pthread_create(&thread, &attributes, computeThreadMain, argument)
    #else
      var thread = pthread_t()
      let code = pthread_create(&thread, &attributes, computeThreadMain, argument)
    #endif
    guard code == 0 else {
      fatalError("ComputeThread: no thread could be started (\(String(cString: strerror(code))))")
    }
  }

  /// Blocks all signals on the calling thread but those that a fault of its own raises.
  private static func blockSignals() {
    var signals = sigset_t()
    sigfillset(&signals)
    for fault in [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT, SIGSYS] {
      sigdelset(&signals, fault)
    }
    pthread_sigmask(SIG_SETMASK, &signals, nil)
  }

  fileprivate func work() -> Never {
    Self.blockSignals()
    while true {
      available.wait()
      let (job, threads) = state.withLock { state in
        let job = state.jobs[state.next]
        state.next += 1
        if state.next == state.jobs.count {
          state.jobs.removeAll(keepingCapacity: true)
          state.next = 0
        }
        return (job, state.threads)
      }
      if Compute.threads != threads { Compute.threads = threads }
      job.runSynchronously(on: asUnownedSerialExecutor())
    }
  }
}

#if canImport(Darwin)
  private func computeThreadMain(_ thread: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    Unmanaged<ComputeThread>.fromOpaque(thread).takeRetainedValue().work()
  }
#else
  private func computeThreadMain(_ thread: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    Unmanaged<ComputeThread>.fromOpaque(thread!).takeRetainedValue().work()
  }
#endif
