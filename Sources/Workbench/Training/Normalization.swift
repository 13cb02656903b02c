/// By which numbers images are normalised before a network sees them.
public enum Normalization: String, Sendable, Codable, CaseIterable {
  /// The means and deviations of the training samples.
  case data
  /// Those of ImageNet, for weights that were trained with them.
  case imageNet = "imagenet"

  /// The preparation of samples like those of a training set.
  /// - Throws: `DatasetError` where ImageNet's is asked for other than images of three channels.
  func preparation(for training: Dataset) throws(DatasetError) -> InputPreparation {
    switch self {
    case .imageNet:
      try .imageNet(sampleShape: training.sampleShape, maximumValue: training.maximumValue)
    case .data: try InputPreparation(fitting: training)
    }
  }
}
