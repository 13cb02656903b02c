/// By which numbers images are normalised before a network sees them.
public enum Normalization: String, Sendable, Codable, CaseIterable {
  /// The means and deviations of the training samples.
  case data
  /// Those of ImageNet, for weights that were trained with them.
  case imageNet = "imagenet"

  /// The preparation of samples like those of a training set, or of the same at another size.
  /// - Parameter sampleShape: The shape of a sample that is prepared; nil for the training set's.
  /// - Throws: `DatasetError` where ImageNet's is asked for other than images of three channels.
  func preparation(
    for training: Dataset, sampleShape: Shape? = nil
  ) throws(DatasetError) -> InputPreparation {
    let shape = sampleShape ?? training.sampleShape
    switch self {
    case .imageNet:
      return try .imageNet(sampleShape: shape, maximumValue: training.maximumValue)
    case .data:
      let fitted = try InputPreparation(fitting: training)
      return try InputPreparation(
        sampleShape: shape, maximumValue: fitted.maximumValue, mean: fitted.mean,
        standardDeviation: fitted.standardDeviation, borderLevel: fitted.borderLevel)
    }
  }
}
