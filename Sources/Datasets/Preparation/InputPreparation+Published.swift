import Arrays

extension InputPreparation {
  /// The normalisation that networks trained on ImageNet with torchvision take: means 0.485, 0.456
  /// and 0.406, deviations 0.229, 0.224 and 0.225 of red, green and blue, of values from 0 to 1.
  ///
  /// - Parameters:
  ///   - sampleShape: `[3, H, W]`.
  ///   - maximumValue: What values are divided by; 255 unless said otherwise.
  /// - Throws: `DatasetError` for samples that are no images of three channels.
  /// - Source: torchvision, "Models and pre-trained weights", the transforms of its weights.
  public static func imageNet(
    sampleShape: Shape, maximumValue: Double = 255
  ) throws(DatasetError) -> InputPreparation {
    guard sampleShape.rank == 3, sampleShape[0] == 3 else {
      throw DatasetError(
        .mismatched, at: "preparation", found: "samples of shape \(sampleShape)",
        expected: "images of 3 channels, which ImageNet's normalisation is for")
    }
    return try InputPreparation(
      sampleShape: sampleShape, maximumValue: maximumValue, mean: [0.485, 0.456, 0.406],
      standardDeviation: [0.229, 0.224, 0.225])
  }

  /// The normalisation to −1 … 1 that the Inception networks' published weights take: mean and deviation
  /// 0.5 of each channel, of values from 0 to 1.
  ///
  /// - Parameters:
  ///   - sampleShape: `[C, H, W]`.
  ///   - maximumValue: What values are divided by; 255 unless said otherwise.
  /// - Throws: `DatasetError` for samples that are no images.
  /// - Source: torchvision's `transform_input` of GoogLeNet and Inception v3, which undoes ImageNet's
  ///   normalisation to this one; timm's configuration of Inception v4.
  public static func symmetric(
    sampleShape: Shape, maximumValue: Double = 255
  ) throws(DatasetError) -> InputPreparation {
    guard sampleShape.rank == 3 else {
      throw DatasetError(
        .mismatched, at: "preparation", found: "samples of shape \(sampleShape)",
        expected: "images, which the normalisation to -1 … 1 is for")
    }
    let halves = [Double](repeating: 0.5, count: sampleShape[0])
    return try InputPreparation(
      sampleShape: sampleShape, maximumValue: maximumValue, mean: halves,
      standardDeviation: halves)
  }
}
