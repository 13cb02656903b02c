import Arrays

/// Samples that a network is given at once.
public struct Batch: Sendable {
  /// `[n]` + the network's input shape, float32, prepared.
  public let inputs: NDArray
  /// `[n]` int32.
  public let labels: NDArray
  /// Which samples of the data set these are.
  public let indices: [Int]
  /// Which batch of the epoch this is, from 0.
  public let number: Int

  /// A batch of these parts.
  public init(inputs: NDArray, labels: NDArray, indices: [Int], number: Int) {
    self.inputs = inputs
    self.labels = labels
    self.indices = indices
    self.number = number
  }

  /// The number of samples.
  public var count: Int { indices.count }
}
