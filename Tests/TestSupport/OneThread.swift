import Arrays

/// Calls `body` with kernels on one thread: several wait for each other where other work fills the
/// processors.
public func onOneThread<Result>(_ body: () throws -> Result) rethrows -> Result {
  let threads = Compute.threads
  Compute.threads = 1
  defer { Compute.threads = threads }
  return try body()
}
