import Arrays

/// Samples that a network is given at once.
public struct Batch: Sendable {
  /// `[n]` + the network's input shape, float32, prepared.
  public let inputs: NDArray
  /// `[n]` int32.
  public let labels: NDArray
  /// Which samples of the data set these are.
  public let indices: [Int]
  /// How many samples are not among them because they are damaged.
  public let skipped: Int
  /// Which batch of the epoch this is, from 0.
  public let number: Int
  /// What mixup has done to the inputs; nil where they are of one sample each.
  public let mixing: Mixing?

  /// A batch of these parts.
  public init(
    inputs: NDArray, labels: NDArray, indices: [Int], number: Int, mixing: Mixing? = nil,
    skipped: Int = 0
  ) {
    self.inputs = inputs
    self.labels = labels
    self.indices = indices
    self.number = number
    self.mixing = mixing
    self.skipped = skipped
  }

  /// The number of samples; 0 where all of a batch are damaged.
  public var count: Int { indices.count }

  /// The labels of the samples that are mixed in, `[n]` int32; nil where none are.
  public var partnerLabels: NDArray? { mixing.map { labels.rows($0.partners) } }

  /// The share of each class in each input: rows of 1 and 0, or of λ and 1 − λ where samples are
  /// mixed, for losses that take probabilities. The loss of a mixed batch by these is λ times that
  /// by `labels` and 1 − λ times that by `partnerLabels` for every loss that is linear in its
  /// target, as cross-entropy is.
  ///
  /// - Shapes: [n, classes] float32
  /// - Precondition: labels below the number of classes.
  public func labelDistributions(classes: Int) -> NDArray {
    var result = NDArray.zeros([count, classes])
    func add(_ share: Float, _ labels: NDArray) {
      let labels = labels.elements(as: Int32.self)
      result.withMutableElements(as: Float.self) { rows in
        for (sample, label) in labels.enumerated() {
          guard label >= 0, Int(label) < classes else {
            fatalError("labelDistributions: label \(label) of \(classes) classes")
          }
          rows[sample * classes + Int(label)] += share
        }
      }
    }
    add(Float(mixing?.share ?? 1), labels)
    if let mixing, let partnerLabels { add(1 - Float(mixing.share), partnerLabels) }
    return result
  }
}

/// What mixup has done to a batch: its inputs are λ·x + (1 − λ)·x′, x′ the input of each sample's
/// partner.
public struct Mixing: Sendable, Hashable {
  /// λ, from ½ to 1, so that `Batch.labels` are those of the larger share.
  public let share: Double
  /// Each sample's partner, by its place in the batch.
  public let partners: [Int]

  /// Mixing of these parts.
  public init(share: Double, partners: [Int]) {
    self.share = share
    self.partners = partners
  }
}
