import Formats
import Plots

/// Figures of what a network makes of a picture: `class.svg` with the picture as the network sees it,
/// where single pixels count for the class that it answers (saliency), and where it looks for that
/// (Grad-CAM); `feature-maps.svg`, what the layers before give; `filters.svg` of the first convolution.
struct Explanations {
  private let model: TrainedModel
  private let input: NDArray
  private let answer: Int
  private let layer: String?

  /// - Parameters:
  ///   - input: [1, C, H, W], prepared.
  ///   - scores: [1, K] of that input.
  ///   - layer: The name of a layer that gives images; nil takes the last such for Grad-CAM and the
  ///     first convolution for feature maps.
  init(_ model: TrainedModel, _ input: NDArray, scores: NDArray, layer: String?) {
    self.model = model
    self.input = input
    self.layer = layer
    answer = scores.doubles.indices.max { scores.doubles[$0] < scores.doubles[$1] } ?? 0
  }

  /// Writes the figures.
  /// - Throws: `WorkbenchError` for a model that sees no images or a layer that gives none.
  func write(to folder: String) throws {
    guard input.rank == 4 else {
      throw WorkbenchError(
        .usage, "--explain",
        "\(model.network.name) sees its input as numbers in a row, not as images")
    }
    try RunFolder(folder).create()
    let x = input.cast(to: model.layers.dtype)
    let classes = NDArray([Int32(answer)])
    let name = model.classNames[answer]
    let cam = try GradCAM(of: model.layers, at: layer, x, classes: classes)
    let picture = Raster.picture(
      model.preparation.restored(input.selecting(axis: 0, index: 0)), maximum: 1)
    let saliency = saliency(of: model.layers, x, classes: classes).selecting(axis: 0, index: 0)
    let largest = saliency.doubles.max() ?? 0
    try AtomicFile.write(
      ImageGrid(
        "Why \(name)",
        images: [
          picture,
          Raster(saliency.rows, colors: .sequential, range: 0...max(largest, 1e-30)),
          picture.dimmed(by: cam.map.selecting(axis: 0, index: 0).rows),
        ],
        captions: ["what the network sees", "saliency", "Grad-CAM, \(cam.path)"], columns: 3
      ).svg(), to: folder + "/class.svg")
    if let filters = model.layers.firstFilters {
      let steps = model.layers.steps.map(\.path)
      let path = layer ?? steps.first { filters.path.hasPrefix($0 + ".") } ?? cam.path
      let maps = try model.layers.featureMaps(at: path, for: x)
      try AtomicFile.write(
        grid("Feature maps of \(path)", maps.selecting(axis: 0, index: 0), colors: .gray).svg(),
        to: folder + "/feature-maps.svg")
      try AtomicFile.write(Self.filters(filters).svg(), to: folder + "/filters.svg")
    }
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
