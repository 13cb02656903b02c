import Formats

/// Another number of samples a batch, from an epoch on.
public struct BatchSizeChange: Sendable, Hashable, Codable {
  /// The first epoch with that many, counted from 1; above 1.
  public var epoch: Int
  /// Samples a batch; at least 1.
  public var size: Int

  /// A change; see the properties of the same names.
  public init(epoch: Int, size: Int) {
    self.epoch = epoch
    self.size = size
  }
}

extension TrainingOptions {
  /// Samples a batch in an epoch.
  /// - Parameter epoch: Counted from 0.
  func batchSize(inEpoch epoch: Int) -> Int {
    batchSizeChanges.last { $0.epoch - 1 <= epoch }?.size ?? batchSize
  }

  /// Samples a step in an epoch: those of the batches whose gradients are added up.
  /// - Parameter epoch: Counted from 0.
  func stepSize(inEpoch epoch: Int) -> Int {
    let (size, overflows) = batchSize(inEpoch: epoch).multipliedReportingOverflow(by: accumulation)
    return overflows ? .max : size
  }

  /// All sizes of batches from an epoch on.
  /// - Parameter epoch: Counted from 0.
  func batchSizes(from epoch: Int) -> [Int] {
    [batchSize(inEpoch: epoch)] + batchSizeChanges.filter { $0.epoch - 1 > epoch }.map(\.size)
  }

  /// Steps of all epochs before one, the sum stopping at the largest number.
  /// - Parameters:
  ///   - epoch: Counted from 0.
  ///   - samples: Samples an epoch; at least 1.
  package func steps(before epoch: Int, samples: Int) -> Int {
    let edges = [0] + batchSizeChanges.map { min($0.epoch - 1, epoch) } + [epoch]
    var total = 0
    for (start, end) in zip(edges, edges.dropFirst()) where end > start {
      let steps = (samples - 1) / stepSize(inEpoch: start) + 1
      let (count, overflows) = steps.multipliedReportingOverflow(by: end - start)
      total = overflows || count > Int.max - total ? .max : total + count
    }
    return total
  }
}
