import Formats

/// A trained network with what it needs to be used: a run's, or a model with weights from a file.
public struct TrainedModel: Sendable {
  /// The network without values.
  public let network: Network
  /// The layers.
  public let layers: Sequential
  /// How samples become the model's input.
  public let preparation: InputPreparation
  /// The name of each class.
  public let classNames: [String]
  /// The data that it was trained on, or that were named for it.
  public let data: String?
  /// Rows and columns that images are brought to; nil where they are left as they are.
  public let imageSize: Int?
  /// Whether it was trained on image files, or such were named for it: other pictures are then
  /// prepared as these.
  public let readsImageFiles: Bool
  /// How images in files become samples.
  let images: ImageOptions
  /// How the file's weights fit; nil for a run's.
  public let weights: WeightsReport?

  /// The model of a run.
  /// - Parameters:
  ///   - run: The run's folder.
  ///   - corruptImages: What happens where an image file is damaged; nil does what the run did.
  /// - Throws: `WorkbenchError` for a folder without a trained run.
  public init(run: String, corruptImages: CorruptImages? = nil) throws {
    let description: RunDescription
    (description, network, layers) = try RunFolder(run).trainedNetwork()
    preparation = description.preparation
    classNames = description.classNames
    data = description.request.data
    readsImageFiles = description.readsImageFiles == true
    imageSize = description.request.imageSize
    var images = description.images
    if let corruptImages { images.corrupt = corruptImages }
    self.images = images
    weights = nil
  }

  /// A model with weights from a file.
  ///
  /// - Parameters:
  ///   - model: A name of the catalogue, or the path of a network file.
  ///   - weights: The file.
  ///   - data: A data set's name or path, which says how large samples are and which classes there
  ///     are; nil where the model's own size and number of classes hold, and classes are numbered.
  ///   - normalization: By which numbers images are normalised; nil takes what published weights of
  ///     the model want for images of three channels, and otherwise the data's.
  ///   - imageSize: Rows and columns that images are brought to.
  ///   - corruptImages: What happens where an image file is damaged.
  /// - Throws: `WorkbenchError` for names, files and weights that are wrong.
  public init(
    model: String, weights: StartingWeights, data: String?, normalization: Normalization? = nil,
    imageSize: Int? = nil, corruptImages: CorruptImages = .stop
  ) throws {
    do {
      let images = ImageOptions(
        size: imageSize.map { ImageOptions.Size(height: $0, width: $0) },
        largest: try Network.imageSize(of: model), corrupt: corruptImages)
      self.images = images
      var training = try data.map { try DataCatalog.splits($0, images: images).train }
      readsImageFiles = training?.isOfImageFiles == true
      if let imageSize { training = try training?.resized(to: [imageSize, imageSize]) }
      network = try Network(
        model, sample: training?.sampleShape, classes: training?.classNames.count,
        imageSize: imageSize)
      try network.requireMemory(toUse: .float32, place: model)
      var layers = network.layers.initialized()
      self.weights = try weights.load(into: &layers, trainsHeads: false)
      self.layers = layers
      let normalization = normalization ?? .published(model, channels: network.input[0])
      if let training {
        preparation = try normalization.preparation(for: training)
        classNames = training.classNames
      } else {
        guard let fixed = try normalization.fixed(sampleShape: network.input) else {
          throw WorkbenchError(
            .usage, "--data", "is missing: the data by which images are normalised")
        }
        preparation = fixed
        let output = try layers.outputShape(Shape([1] + network.input))
        classNames = (0..<(output.last ?? 1)).map { "class \($0)" }
      }
    } catch {
      throw WorkbenchError(error)
    }
    self.data = data
    self.imageSize = imageSize
  }
}
