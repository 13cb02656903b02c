import CKernels

extension Compute {
  /// Covers the numbers 0 to `count` − 1 by ranges, which run at once on the threads that kernels
  /// started from here use; returns when all are done.
  ///
  /// For work that is many times the microsecond in which a team gathers. The body must bear being
  /// called by several threads, and start no kernels but those it finds worth a single thread.
  /// - Parameters:
  ///   - count: How many numbers there are, at least 0.
  ///   - grain: The fewest numbers that are worth a thread, at least 1.
  ///   - body: Called with each range.
  package static func forEachRange(
    of count: Int, grain: Int = 1, _ body: (Range<Int>) -> Void
  ) {
    withoutActuallyEscaping(body) { body in
      withUnsafePointer(to: body) { body in
        gk_parallel_items(
          count, grain,
          { body, begin, end in
            body!.assumingMemoryBound(to: ((Range<Int>) -> Void).self).pointee(begin..<end)
          }, UnsafeMutableRawPointer(mutating: body))
      }
    }
  }
}
