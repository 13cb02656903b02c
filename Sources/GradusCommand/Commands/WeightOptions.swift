import ArgumentParser
import Workbench

/// Weights from a file, as several verbs take them.
struct WeightOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Weights from this safetensors file, such as torchvision's.", valueName: "file"))
  var weights: String?
  @Flag(help: "Go on with the weights that fit, where others are missing or of another shape.")
  var partial = false

  /// The weights to begin with, or nil where no file is given.
  func starting() throws -> StartingWeights? {
    guard let weights else {
      if partial {
        throw WorkbenchError(.usage, "--partial", "found without --weights, expected with it")
      }
      return nil
    }
    return StartingWeights(file: weights, isPartial: partial)
  }
}

/// How images are brought to a network, as several verbs take it.
struct PictureOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Bring images to N × N pixels, which the network then takes. [of image files: the size that "
        + "most have, or the model's where that is smaller]",
      discussion: """
        Without it, images that are smaller than the model's input are enlarged by a whole factor, as \
        often as leaves a quarter for a margin, and padded with zeros to it. A network file with an \
        'input' takes no other size.
        """))
  var imageSize: Int?
  @Option(
    help: ArgumentHelp(
      "By which means and deviations images are normalised: data, those of the training samples; "
        + "imagenet or symmetric (to -1 … 1), for weights that were trained so. [train: data; "
        + "transfer, and --weights of evaluate and predict: symmetric for googlenet, inception3 and "
        + "inception4, imagenet for other models of 3 channels, otherwise data]"))
  var normalization: String?
  @Option(
    help: ArgumentHelp(
      "What a damaged image file does: stop, or skip to leave it out. [stop; evaluate RUN: as in "
        + "training]",
      discussion:
        "Counts of samples and balanced class weights count such files too. An image that "
        + "they leave alone in a batch of training is left out too, and counted, where batch "
        + "normalisation would see a single number a channel."))
  var corruptImages: String?

  func chosenNormalization() throws -> Normalization? {
    try normalization.map { try choice("--normalization", $0, Normalization.allCases) }
  }

  func chosenCorruptImages() throws -> CorruptImages? { try corruptImages.map(CorruptImages.named) }
}

extension CorruptImages {
  /// The way that an option's value names.
  /// - Throws: `WorkbenchError` that lists the ways.
  static func named(_ name: String) throws -> CorruptImages {
    guard let way = CorruptImages(rawValue: name) else {
      throw WorkbenchError.unknown(
        "way with damaged images", name, among: allCases.map(\.rawValue),
        option: "--corrupt-images")
    }
    return way
  }
}
