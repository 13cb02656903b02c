import Arrays

/// Who prepares the samples of a batch. They are the same whoever does.
enum BatchWorkers: Sendable {
  /// The calling thread alone, which may be a loader's: no kernel is run.
  case callingThread
  /// The threads that kernels started from the calling thread use.
  case team

  /// Covers the numbers 0 to `count` − 1 by ranges; returns when all are done.
  /// - Parameter grain: The fewest numbers that are worth a thread.
  func forEachRange(of count: Int, grain: Int = 1, _ body: (Range<Int>) -> Void) {
    switch self {
    case .callingThread: body(0..<count)
    case .team: Compute.forEachRange(of: count, grain: grain, body)
    }
  }
}
