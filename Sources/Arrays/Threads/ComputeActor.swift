/// The global actor whose code runs on the process's `ComputeThread`.
///
/// A function is put there by the attribute `@ComputeActor`.
@globalActor
public actor ComputeActor {
  public static let shared = ComputeActor()

  public nonisolated var unownedExecutor: UnownedSerialExecutor {
    ComputeThread.shared.asUnownedSerialExecutor()
  }
}

extension Compute {
  /// Runs work on the process's compute thread and waits for it without blocking a thread.
  ///
  /// The work is part of the calling task: it sees its cancellation and its task-local values.
  ///
  /// `ComputeThread.shared.threads` is the number of threads that its kernels use.
  /// - Throws: What the work throws.
  public static func run<Result: Sendable, Failure: Error>(
    _ work: @ComputeActor @Sendable () async throws(Failure) -> Result
  ) async throws(Failure) -> Result {
    try await work()
  }
}
