import Arrays
import Formats

/// Where a network looks for a class, by gradients: the feature maps Aₖ of a layer, each weighted by
/// the mean of the score's gradient over it, αₖ = mean ∂score/∂Aₖ, as far as they speak for the
/// class: ReLU(Σₖ αₖ·Aₖ).
///
/// - Source: Selvaraju et al. 2017, "Grad-CAM: Visual Explanations from Deep Networks via
///   Gradient-based Localization", equations 1 and 2.
public struct GradCAM: Sendable {
  /// The layer's name within the model.
  public let path: String
  /// Where the network looks, at least 0: [N, h, w] of the layer's size.
  public let map: NDArray

  /// Takes the gradients.
  ///
  /// - Shapes: x [N, C, H, W], classes [N] of int32
  /// - Parameters:
  ///   - model: Initialised; used in evaluation mode. Its scores [N, K] come before any softmax.
  ///   - path: One of the model's `steps` whose output is [N, C, h, w], or the name above several,
  ///     which means the last of them; nil takes the last step with more than one pixel.
  ///   - x: Prepared images of the model's type.
  ///   - classes: The class whose score is asked about for each image, from 0 to K − 1.
  /// - Throws: `TrainingError` where the model has no such layer.
  public init(
    of model: Sequential, at path: String? = nil, _ x: NDArray, classes: NDArray
  ) throws(TrainingError) {
    let steps = model.steps
    let index = try path.map { path throws(TrainingError) in try model.stepIndex(path) }
    var context = Context(.evaluation)
    var value = Tensor(x)
    var found: (index: Int, maps: NDArray)?
    for (place, step) in steps.enumerated().prefix(index.map { $0 + 1 } ?? steps.count) {
      value = context.call(step.path, step.layer, value)
      let isImage = value.rank == 4 && (place == index || value.shape[2] * value.shape[3] > 1)
      if isImage && (index == nil || place == index) { found = (place, value.array) }
    }
    guard let found, found.index + 1 < steps.count else {
      throw .unsuitable(
        option: "layer", found: path.map { Excerpt.quoted($0) } ?? "a model without feature maps",
        expected: "a layer before the last that gives [N, C, h, w]")
    }
    let maps = Tensor.variable(found.maps)
    let scores = steps[(found.index + 1)...].output(of: maps, &context)
    let gradient = gradients(of: classScores(scores, classes), withRespectTo: [maps])[0].array
    let weights = gradient.mean(axes: [2, 3], keepingAxes: true)
    self.path = steps[found.index].path
    map = Tensor((weights * found.maps).sum(axes: [1])).relu().array
  }
}

extension Sequential {
  /// The place of a layer among `steps`; of a name above several, such as `features.17`, the last of
  /// them, whose output is that of the whole.
  /// - Throws: `TrainingError` with the nearest name where there is none of that path.
  func stepIndex(_ path: String) throws(TrainingError) -> Int {
    let paths = steps.map(\.path)
    if let index = paths.firstIndex(of: path)
      ?? paths.lastIndex(where: { $0.hasPrefix(path + ".") })
    {
      return index
    }
    // What is inside of a step, such as a residual unit, has no place among them.
    let nearest =
      paths.first { path.hasPrefix($0 + ".") } ?? nearestName(path, among: paths.withThoseAbove)
    throw .unsuitable(
      option: "layer", found: Excerpt.quoted(path),
      expected: (nearest.map { "\($0), or " } ?? "") + "one of " + paths.overview)
  }

  /// Whether a layer before the last gives feature maps of more than one pixel, which `GradCAM` can
  /// weigh; a perceptron, which flattens images first, has none.
  /// - Parameter input: The shape of a batch.
  /// - Throws: `ShapeError` naming the layer that does not take its input.
  public func hasFeatureMaps(for input: Shape) throws(ShapeError) -> Bool {
    var shape = input
    for step in steps.dropLast() {
      shape = try step.layer.outputShape(shape)
      if shape.rank == 4 && shape[2] * shape[3] > 1 { return true }
    }
    return false
  }

  /// What a layer gives for a batch, in evaluation: its feature maps [N, C, h, w] where it works on
  /// images.
  /// - Parameters:
  ///   - path: The name of one of `steps`, or one above several, which means the last of them.
  ///   - x: Prepared inputs of the model's type.
  /// - Throws: `TrainingError` where the model has no such layer.
  public func featureMaps(at path: String, for x: NDArray) throws(TrainingError) -> NDArray {
    let index = try stepIndex(path)
    var context = Context(.evaluation)
    return steps[...index].output(of: Tensor(x), &context).array
  }

  /// The filters of the first convolution, [filters, C, h, w], with its parameter's path; nil where
  /// there is none. The model has been initialised.
  public var firstFilters: (path: String, array: NDArray)? {
    state.first { $0.array.rank == 4 }
  }
}

/// Names of layers.
extension [String] {
  /// These and what stands above them, in their order.
  fileprivate var withThoseAbove: [String] {
    var names: [String] = []
    for path in self {
      let parts = path.split(separator: ".")
      for count in parts.indices {
        let name = parts[...count].joined(separator: ".")
        if !names.contains(name) { names.append(name) }
      }
    }
    return names
  }

  /// The first two parts of each, consecutive numbers put together:
  /// `features.0 to features.18, classifier.0, classifier.1`.
  fileprivate var overview: String {
    var runs: [(stem: String, numbers: ClosedRange<Int>?)] = []
    for path in self {
      let parts = path.split(separator: ".").prefix(2)
      let number = parts.count == 2 ? Int(parts[1]) : nil
      let stem = number == nil ? parts.joined(separator: ".") : String(parts[0])
      if let run = runs.last, run.stem == stem {
        if run.numbers?.upperBound == number { continue }
        if let number, let numbers = run.numbers, numbers.upperBound == number - 1 {
          runs[runs.count - 1].numbers = numbers.lowerBound...number
          continue
        }
      }
      runs.append((stem, number.map { $0...$0 }))
    }
    return runs.map { stem, numbers in
      guard let numbers else { return stem }
      return numbers.count < 3
        ? numbers.map { "\(stem).\($0)" }.joined(separator: ", ")
        : "\(stem).\(numbers.lowerBound) to \(stem).\(numbers.upperBound)"
    }.joined(separator: ", ")
  }
}
