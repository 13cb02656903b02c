/// A data set in three parts that share no sample.
public struct DatasetSplits: Sendable {
  /// What the network learns from.
  public var train: Dataset
  /// What decisions during training are based on, such as when to stop.
  public var validation: Dataset
  /// What the result is measured on, once.
  public var test: Dataset

  /// Three parts; that they share no sample is the caller's to see to.
  public init(train: Dataset, validation: Dataset, test: Dataset) {
    self.train = train
    self.validation = validation
    self.test = test
  }

  /// The data set's name.
  public var name: String { train.name }
  /// The name of each class.
  public var classNames: [String] { train.classNames }
}

extension Dataset {
  /// Splits at random in the proportion 70 : 10 : 20, each class alike.
  /// - Throws: `DatasetError` where there are too few samples for three parts.
  public func splits(seed: UInt64 = 0) throws(DatasetError) -> DatasetSplits {
    let parts = try split(fractions: [0.7, 0.1, 0.2], seed: seed)
    return DatasetSplits(train: parts[0], validation: parts[1], test: parts[2])
  }

  /// Splits at random, each class alike; see `stratifiedSplit`.
  /// - Throws: `DatasetError` for fractions that are none, where a part would be empty, and where memory has
  ///   no room for a copy.
  public func split(fractions: [Double], seed: UInt64) throws(DatasetError) -> [Dataset] {
    let parts = try stratifiedSplit(labels: labels, fractions: fractions, seed: seed)
    for (place, part) in parts.enumerated() where part.isEmpty {
      throw DatasetError(
        .malformed, at: name,
        found: "\(count) \(count == 1 ? "sample" : "samples"), of which part \(place + 1) of "
          + "\(parts.count) would get none",
        expected: "enough samples for every part of the split")
    }
    try requireMemory(samples: count)
    return parts.map { selecting($0) }
  }
}
