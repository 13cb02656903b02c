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
        + "most have, or the model's where that is smaller]"))
  var imageSize: Int?
  @Option(
    help: ArgumentHelp(
      "By which means and deviations images are normalised: data, or imagenet for weights that were "
        + "trained so."))
  var normalization: String?

  func chosenNormalization() throws -> Normalization? {
    try normalization.map { try choice("--normalization", $0, Normalization.allCases) }
  }
}
