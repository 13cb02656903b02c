import Formats
import Plots

/// Figures of what a network makes of a picture: `class.svg` with the picture as the network sees it,
/// where single pixels count for the class that it answers (saliency), and where it looks for that
/// (Grad-CAM); `feature-maps.svg`, what the layers before give; `filters.svg` of the first convolution.
/// A network that sees its input as numbers in a row has `class.svg` with saliency alone.
struct Explanations {
  private let model: TrainedModel
  private let input: NDArray
  private let answer: Int
  private let probability: Double
  private let layer: String?

  /// - Parameters:
  ///   - input: [1, C, H, W] or, of images as numbers in a row, [1, F]; prepared.
  ///   - scores: [1, K] of that input.
  ///   - layer: The name of a layer that gives images; nil takes the last such for Grad-CAM and the
  ///     first convolution for feature maps.
  init(_ model: TrainedModel, _ input: NDArray, scores: NDArray, layer: String?) {
    self.model = model
    self.input = input
    self.layer = layer
    let probabilities = Tensor(scores).softmax(axis: -1).array.doubles
    answer = probabilities.indices.max { probabilities[$0] < probabilities[$1] } ?? 0
    probability = probabilities[answer]
  }

  /// Writes the figures; nothing is there where one cannot be drawn.
  /// - Returns: What is not drawn and why, a sentence each.
  /// - Throws: `WorkbenchError` or `TrainingError` for a layer that does not give images.
  func write(to folder: String) throws -> [String] {
    let isFlat = input.rank == 2
    let image = isFlat ? input.reshaped([1] + model.preparation.sampleShape) : input
    let x = image.cast(to: model.layers.dtype)
    let layers = isFlat ? Sequential([Flatten(), model.layers]) : model.layers
    let classes = NDArray([Int32(answer)])
    let saliency = saliency(of: layers, x, classes: classes).selecting(axis: 0, index: 0)
    let largest = saliency.doubles.max() ?? 0
    let picture = Raster.picture(
      model.preparation.restored(image.selecting(axis: 0, index: 0)), maximum: 1)
    var images = [
      picture, Raster(saliency.rows, colors: .sequential, range: 0...max(largest, 1e-30)),
    ]
    var captions = ["what the network sees", "saliency"]
    var figures: [(name: String, grid: ImageGrid)] = []
    var notes: [String] = []
    if try layers.hasFeatureMaps(for: x.shape) {
      let cam = try GradCAM(of: layers, at: layer, x, classes: classes)
      images.append(picture.overlaid(by: cam.map.selecting(axis: 0, index: 0).rows))
      captions.append("Grad-CAM, \(cam.path)")
      if let filters = layers.firstFilters {
        let first = layers.steps.map(\.path).first { filters.path.hasPrefix($0 + ".") }
        let path = layer == nil ? first ?? cam.path : cam.path
        let maps = try layers.featureMaps(at: path, for: x).selecting(axis: 0, index: 0)
        figures.append(("feature-maps", grid("Feature maps of \(path)", maps, colors: .gray)))
        figures.append(("filters", Self.filters(filters)))
      }
    } else {
      let lack =
        layers.firstFilters == nil
        ? "sees its input as numbers in a row and has no feature maps"
        : "has no feature maps of more than one pixel"
      let reason = "\(model.network.name) \(lack) to explain by Grad-CAM"
      guard layer == nil else {
        throw WorkbenchError(.usage, "--layer", reason + "; without --layer its saliency is drawn")
      }
      notes.append(reason)
    }
    let percent = NumberText.fixed(100 * probability, decimals: 1)
    let why = ImageGrid(
      "Why \(model.classNames[answer]), probability \(percent) %", images: images,
      captions: captions, columns: 3, legend: .init("share of the greatest"))
    try RunFolder(folder).create()
    for (name, grid) in [("class", why)] + figures {
      try AtomicFile.write(grid.svg(), to: "\(folder)/\(name).svg")
    }
    return notes
  }

  /// The first 64 channels, each from its least to its greatest number.
  private func grid(_ title: String, _ maps: NDArray, colors: ColorMap) -> ImageGrid {
    let count = min(maps.shape[0], 64)
    return ImageGrid(
      title + (count < maps.shape[0] ? ", the first \(count) of \(maps.shape[0])" : ""),
      images: (0..<count).map { Raster(maps.selecting(axis: 0, index: $0).rows, colors: colors) },
      columns: 8)
  }

  /// Filters that see three channels in colour, about grey for 0; others by their first channel.
  private static func filters(_ filters: (path: String, array: NDArray)) -> ImageGrid {
    let array = filters.array
    let limit = max(array.doubles.map(abs).max() ?? 0, 1e-30)
    let images = (0..<min(array.shape[0], 64)).map { index -> Raster in
      let filter = array.selecting(axis: 0, index: index)
      guard filter.shape[0] == 3 else {
        return Raster(filter.selecting(axis: 0, index: 0).rows, range: -limit...limit)
      }
      return Raster.picture(filter * (0.5 / limit) + 0.5, maximum: 1)
    }
    return ImageGrid("Filters of \(filters.path)", images: images, columns: 8)
  }
}

extension NDArray {
  /// The numbers of a matrix, row by row.
  fileprivate var rows: [[Double]] {
    let (values, width) = (doubles, shape[1])
    return (0..<shape[0]).map { Array(values[($0 * width)..<(($0 + 1) * width)]) }
  }
}

extension Raster {
  /// A picture [C, H, W] of numbers from 0 to a largest: in colour where it has three channels,
  /// otherwise the mean of its channels in grey.
  static func picture(_ sample: NDArray, maximum: Double) -> Raster {
    let values = sample.cast(to: .float64) / maximum
    guard sample.shape[0] == 3 else { return Raster(gray: values.mean(axes: [0]).rows) }
    let channels = (0..<3).map { values.selecting(axis: 0, index: $0).rows }
    return Raster(red: channels[0], green: channels[1], blue: channels[2])
  }
}

extension InputPreparation {
  /// An input [C, H, W] of a network as it was before normalisation, from 0 to 1.
  fileprivate func restored(_ input: NDArray) -> NDArray {
    // One channel of samples may have been copied to several.
    let channels = (0..<input.shape[0]).map { min($0, mean.count - 1) }
    let shape: Shape = [channels.count, 1, 1]
    return input.cast(to: .float64) * NDArray(channels.map { standardDeviation[$0] }, shape: shape)
      + NDArray(channels.map { mean[$0] }, shape: shape)
  }
}
