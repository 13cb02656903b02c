extension MemoryPool {
  /// The most samples, at most `most`, that fit beside what is in use; 0 where not one does.
  /// - Parameters:
  ///   - most: The batch that is wanted.
  ///   - byteCount: What a batch of so many samples needs; never less for more of them.
  /// - Complexity: O(log `most`) calls of `byteCount`.
  public func largestBatch(upTo most: Int, byteCount: (Int) -> Int) -> Int {
    let (inUse, limit) = (statistics.bytesInUse, self.limit)
    func fits(_ batch: Int) -> Bool {
      let (sum, overflow) = inUse.addingReportingOverflow(byteCount(batch))
      return !overflow && sum <= limit
    }
    if most < 1 || fits(most) { return max(most, 0) }
    var (fitting, failing) = (0, most)
    while failing - fitting > 1 {
      let middle = (fitting + failing) / 2
      if fits(middle) { fitting = middle } else { failing = middle }
    }
    return fitting
  }

  /// Checks, before work starts, that a batch fits beside what is in use.
  /// - Parameters:
  ///   - batch: Samples, at least 1.
  ///   - purpose: What it is for, as the error says it: "a training step".
  ///   - byteCount: What a batch of so many samples needs; never less for more of them.
  /// - Throws: `OutOfMemoryError` with the largest batch that would fit.
  public func require(
    batch: Int, for purpose: String, byteCount: (Int) -> Int
  ) throws(OutOfMemoryError) {
    do {
      try require(byteCount: byteCount(batch), for: purpose)
    } catch {
      var error = error
      error.largestBatch = largestBatch(upTo: batch - 1, byteCount: byteCount)
      throw error
    }
  }
}
