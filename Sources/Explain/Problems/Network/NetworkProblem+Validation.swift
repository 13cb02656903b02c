extension NetworkProblem {
  /// Sizes beyond these cannot be shown as a hand calculation.
  static let mostUnits = 64
  static let mostSamples = 32
  static let mostParameters = 2000
  static let mostIterations = 20

  /// What follows from the problem's shapes.
  struct Geometry {
    /// The shape before each layer and after the last, samples left out: [features] or [C, H, W].
    var shapes: [[Int]]
    /// Number of samples.
    var samples: Int
    /// Paths and shapes of the parameters in order.
    var parameters: [(path: String, shape: [Int])]
  }

  /// Checks that everything fits and can be shown.
  /// - Throws: `ProblemError` with the place, what was found and what would do.
  func validated() throws -> Geometry {
    guard input.shape.count == 2 || input.shape.count == 4 else {
      throw ProblemError(
        "input", "found \(input.shape.count) axes, expected rows of features or [N, C, H, W] images"
      )
    }
    let samples = input.shape[0]
    guard samples >= 1, input.elements.count >= 1 else {
      throw ProblemError("input", "found no sample, expected at least one")
    }
    guard samples <= Self.mostSamples else {
      throw ProblemError(
        "input", "found \(samples) samples, which is too large to show: at most \(Self.mostSamples)"
      )
    }
    try finite(input.elements, "input")
    guard target.count == samples else {
      throw ProblemError("target", "found \(target.count) rows for \(samples) samples")
    }
    guard !layers.isEmpty else { throw ProblemError("layers", "found none, expected at least one") }
    guard (1...Self.mostIterations).contains(iterations) else {
      throw ProblemError(
        "iterations", "found \(iterations), expected from 1 to \(Self.mostIterations)")
    }
    if case .newton = optimizer {
      throw ProblemError(
        "optimizer",
        "found newton, which needs the second derivatives of all weights; the kind 'optimizer' shows "
          + "it on a function")
    }
    var shape = Array(input.shape.dropFirst())
    var geometry = Geometry(shapes: [shape], samples: samples, parameters: [])
    for (index, layer) in layers.enumerated() {
      let place = "layers[\(index)]"
      shape = try output(of: layer, index, shape, samples, place, &geometry)
      guard shape.reduce(1, *) <= 4 * Self.mostUnits else {
        throw ProblemError(
          place,
          "found an output of \(shape.reduce(1, *)) numbers a sample, which is too large to show: "
            + "at most \(4 * Self.mostUnits)")
      }
      geometry.shapes.append(shape)
    }
    let count = geometry.parameters.reduce(0) { $0 + $1.shape.reduce(1, *) }
    guard count <= Self.mostParameters else {
      throw ProblemError(
        "layers",
        "found \(count) parameters, which is too large to show: at most \(Self.mostParameters)")
    }
    guard shape.count == 1 else {
      throw ProblemError(
        "layers", "the last output has shape \(shape), expected a vector: put 'flatten' before it")
    }
    try validateTarget(outputs: shape[0])
    try validatePenalties(geometry)
    return geometry
  }

  private func finite(_ numbers: [Double], _ place: String) throws {
    if let wrong = numbers.first(where: { !$0.isFinite || abs($0) > 1e12 }) {
      throw ProblemError(place, "found \(wrong), expected numbers from -1e12 to 1e12")
    }
  }

  private func output(
    of layer: Layer, _ index: Int, _ shape: [Int], _ samples: Int, _ place: String,
    _ geometry: inout Geometry
  ) throws -> [Int] {
    func images() throws {
      guard shape.count == 3 else {
        throw ProblemError(place, "found input of shape \(shape), expected images [C, H, W]")
      }
    }
    if layer.activation == .softmax, index != layers.count - 1, loss == .crossEntropy {
      throw ProblemError(place, "found softmax before the last layer, expected it at the end")
    }
    switch layer {
    case .dense(let weight, let bias, _):
      guard shape.count == 1 else {
        throw ProblemError(
          place, "found input of shape \(shape), expected a vector: put 'flatten' before it")
      }
      guard !weight.isEmpty else {
        throw ProblemError("\(place).weight", "found no rows, expected one for each output")
      }
      guard weight.count <= Self.mostUnits else {
        throw ProblemError(
          "\(place).weight",
          "found \(weight.count) units, which is too large to show: at most \(Self.mostUnits)")
      }
      for (row, numbers) in weight.enumerated() where numbers.count != shape[0] {
        throw ProblemError(
          "\(place).weight[\(row)]",
          "found \(numbers.count) numbers, expected \(shape[0]), one for each input of the layer")
      }
      try finite(weight.flatMap { $0 }, "\(place).weight")
      geometry.parameters.append(("layers.\(index).weight", [weight.count, shape[0]]))
      if let bias {
        guard bias.count == weight.count else {
          throw ProblemError(
            "\(place).bias", "found \(bias.count) numbers, expected \(weight.count), one a unit")
        }
        try finite(bias, "\(place).bias")
        geometry.parameters.append(("layers.\(index).bias", [bias.count]))
      }
      return [weight.count]
    case .convolution(let weight, let bias, let stride, let padding, _):
      try images()
      guard let first = weight.first, let channel = first.first, let line = channel.first,
        !line.isEmpty
      else { throw ProblemError("\(place).weight", "found no numbers, expected a filter") }
      let size = [weight.count, first.count, channel.count, line.count]
      guard
        weight.allSatisfy({ filter in
          filter.count == size[1]
            && filter.allSatisfy { $0.count == size[2] && $0.allSatisfy { $0.count == size[3] } }
        })
      else {
        throw ProblemError("\(place).weight", "found filters of different shapes")
      }
      guard size[1] == shape[0] else {
        throw ProblemError(
          "\(place).weight", "found filters of \(size[1]) channels, expected \(shape[0])")
      }
      guard stride >= 1, padding >= 0, padding <= 16 else {
        throw ProblemError(place, "found stride \(stride) and padding \(padding)")
      }
      let rows = (shape[1] + 2 * padding - size[2]) / stride + 1
      let columns = (shape[2] + 2 * padding - size[3]) / stride + 1
      guard shape[1] + 2 * padding >= size[2], shape[2] + 2 * padding >= size[3] else {
        throw ProblemError(
          "\(place).weight",
          "found a filter of \(size[2])×\(size[3]) for an image of \(shape[1])×\(shape[2]) "
            + "with padding \(padding)")
      }
      try finite(weight.flatMap { $0.flatMap { $0.flatMap { $0 } } }, "\(place).weight")
      geometry.parameters.append(("layers.\(index).weight", size))
      if let bias {
        guard bias.count == size[0] else {
          throw ProblemError(
            "\(place).bias", "found \(bias.count) numbers, expected \(size[0]), one a filter")
        }
        try finite(bias, "\(place).bias")
        geometry.parameters.append(("layers.\(index).bias", [bias.count]))
      }
      return [size[0], rows, columns]
    case .maximumPool(let window, let stride), .averagePool(let window, let stride):
      try images()
      guard window >= 1, stride >= 1, shape[1] >= window, shape[2] >= window else {
        throw ProblemError(
          place,
          "found window \(window) and stride \(stride) for an image of \(shape[1])×\(shape[2])")
      }
      return [shape[0], (shape[1] - window) / stride + 1, (shape[2] - window) / stride + 1]
    case .flatten:
      return [shape.reduce(1, *)]
    case .batchNorm(let scale, let shift, let epsilon):
      guard scale.count == shape[0], shift.count == shape[0] else {
        throw ProblemError(
          place,
          "found \(scale.count) scales and \(shift.count) shifts, expected \(shape[0]) of each")
      }
      guard epsilon >= 0, epsilon <= 1 else {
        throw ProblemError("\(place).epsilon", "found \(epsilon), expected from 0 to 1")
      }
      guard samples * shape.dropFirst().reduce(1, *) > 1 else {
        throw ProblemError(
          place, "found one value a unit, whose variance is 0; expected two samples or more")
      }
      try finite(scale + shift, place)
      geometry.parameters.append(("layers.\(index).weight", [scale.count]))
      geometry.parameters.append(("layers.\(index).bias", [shift.count]))
      return shape
    case .dropout(let mask, let keep):
      guard keep > 0, keep <= 1 else {
        throw ProblemError("\(place).keep", "found \(keep), expected above 0 and at most 1")
      }
      let size = shape.reduce(1, *)
      guard mask.count == samples || mask.count == 1, mask.allSatisfy({ $0.count == size }) else {
        throw ProblemError(
          "\(place).mask", "expected \(samples) rows of \(size) ones and zeros, or one row for all")
      }
      guard mask.joined().allSatisfy({ $0 == 0 || $0 == 1 }) else {
        throw ProblemError("\(place).mask", "expected ones and zeros")
      }
      return shape
    case .activation(let activation):
      if activation == .softmax, shape.count != 1 {
        throw ProblemError(place, "softmax: found input of shape \(shape), expected a vector")
      }
      return shape
    }
  }

  private func validateTarget(outputs: Int) throws {
    for (row, numbers) in target.enumerated() {
      guard numbers.count == outputs else {
        throw ProblemError(
          "target[\(row)]",
          "found \(numbers.count) numbers, expected \(outputs), one for each output")
      }
      try finite(numbers, "target[\(row)]")
      switch loss {
      case .crossEntropy:
        guard numbers.allSatisfy({ $0 >= 0 && $0 <= 1 }), abs(numbers.reduce(0, +) - 1) < 1e-6
        else {
          throw ProblemError(
            "target[\(row)]", "found \(numbers), expected probabilities that add up to 1")
        }
      case .binaryCrossEntropy:
        guard numbers.allSatisfy({ $0 >= 0 && $0 <= 1 }) else {
          throw ProblemError("target[\(row)]", "found \(numbers), expected numbers from 0 to 1")
        }
      case .halfSquaredError, .meanSquaredError: break
      }
    }
  }

  private func validatePenalties(_ geometry: Geometry) throws {
    for (index, penalty) in penalties.enumerated() {
      let place = "regularization[\(index)]"
      guard geometry.parameters.contains(where: { $0.path == penalty.parameter }) else {
        throw ProblemError(
          "\(place).parameter",
          "unknown parameter '\(penalty.parameter)'; known: "
            + geometry.parameters.map(\.path).joined(separator: ", "))
      }
      guard penalty.l1 >= 0, penalty.l2 >= 0, penalty.l1 <= 1e6, penalty.l2 <= 1e6 else {
        throw ProblemError(place, "found a negative or huge λ, expected from 0 to 1e6")
      }
    }
  }
}
