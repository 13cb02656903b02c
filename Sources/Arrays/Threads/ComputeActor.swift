/// The global actor whose code runs on the process's `ComputeThread`.
///
/// ```swift
/// @ComputeActor func serve(_ x: NDArray) -> NDArray { … }
/// ```
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
  /// ```swift
  /// ComputeThread.shared.threads = 4
  /// let metrics = try await Compute.run { try evaluate(model, on: digits.test, …) }
  /// ```
  /// - Throws: What the work throws.
  public static func run<Result: Sendable, Failure: Error>(
    _ work: @ComputeActor @Sendable () async throws(Failure) -> Result
  ) async throws(Failure) -> Result {
    try await work()
  }
}
