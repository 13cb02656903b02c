/// By which numbers images are normalised before a network sees them.
public enum Normalization: String, Sendable, Codable, CaseIterable {
  /// The means and deviations of the training samples.
  case data
  /// Those of ImageNet, for weights that were trained with them.
  case imageNet = "imagenet"
  /// Values from −1 to 1, for the Inception networks' published weights.
  case symmetric

  /// What published weights of a model want, for inputs of three channels; else the data's.
  package static func published(_ model: String, channels: Int) -> Normalization {
    guard channels == 3 else { return .data }
    return ModelCatalog.entry(model)?.takesSymmetricPixels == true ? .symmetric : .imageNet
  }

  /// The preparation of samples like those of a training set.
  /// - Throws: `DatasetError` for samples other than the normalisation is for.
  func preparation(for training: Dataset) throws(DatasetError) -> InputPreparation {
    if let fixed = try fixed(
      sampleShape: training.sampleShape, maximumValue: training.maximumValue)
    {
      return fixed
    }
    return try InputPreparation(fitting: training)
  }

  /// The preparation whose numbers are known without data; nil for that by the data.
  /// - Throws: `DatasetError` for samples other than the normalisation is for.
  package func fixed(
    sampleShape: Shape, maximumValue: Double = 255
  ) throws(DatasetError) -> InputPreparation? {
    switch self {
    case .data: nil
    case .imageNet: try .imageNet(sampleShape: sampleShape, maximumValue: maximumValue)
    case .symmetric: try .symmetric(sampleShape: sampleShape, maximumValue: maximumValue)
    }
  }
}
