/// Batch normalisation by the batch's own statistics: each channel of x [N, C, …] is brought to
/// mean 0 and variance 1 (divisor n), then scaled by γ and shifted by β. Its second and third
/// outputs are mean and variance [C], which training averages; no gradient flows through those.
/// Where it rectifies, its first output is max(·, 0) of that.
///
/// - Source: Ioffe and Szegedy 2015, "Batch Normalization", algorithm 1 and section 3.
struct BatchNormalization: GeneralOperation {
  static let name = "batchNormalization"
  let epsilon: Double
  let rank: Int
  var rectifies = false
  /// Every axis but the channels'.
  var axes: [Int] { (0..<rank).filter { $0 != 1 } }
  var formula: Formula {
    let (axes, rank) = (axes, rank)
    let normalized = "(x - mean(x)) / sqrt(mean((x - mean(x)) ^ 2) + \(epsilon))"
    let result = "c(gamma) * \(normalized) + c(beta)"
    let u = rectifies ? "(u * step(\(result)))" : "u"
    return Formula(
      ["x", "gamma", "beta"], value: rectifies ? "max(\(result), 0)" : result,
      furtherValues: ["channel(mean(x))", "channel(mean((x - mean(x)) ^ 2))"],
      gradients: [
        "x": "c(gamma) / sqrt(mean((x - mean(x)) ^ 2) + \(epsilon)) * "
          + "(\(u) - mean(\(u)) - \(normalized) * mean(\(u) * \(normalized)))",
        "gamma": "total(\(u) * \(normalized))", "beta": "total(\(u))",
      ],
      functions: [
        "mean": { $0[0].mean(axes: axes, keepingAxes: true) },
        "total": { $0[0].sum(axes: axes) },
        "c": { Self.channels($0[0], rank) },
        "channel": { $0[0].reshaped([$0[0].elementCount]) },
      ])
  }
  var savedInputs: [Int] { rectifies ? [0, 1, 2] : [0, 1] }

  func evaluate(_ inputs: [NDArray]) -> (outputs: [NDArray], kept: [NDArray]) {
    let engine = engine(for: inputs[0].dtype)
    let (value, mean, variance) =
      rectifies
      ? engine.rectifiedBatchNormalization(
        inputs[0], scale: inputs[1], offset: inputs[2], epsilon: epsilon)
      : engine.batchNormalization(
        inputs[0], scale: inputs[1], offset: inputs[2], epsilon: epsilon)
    return ([value, mean, variance], [mean, variance])
  }

  func gradients(_ upstream: [Tensor?], _ saved: GeneralSaved) -> [Tensor?] {
    guard var upstream = upstream[0] else { return [nil, nil, nil] }
    let x = saved.input(0)
    let scale = saved.input(1)
    if x.elementCount == 0 {
      // Statistics of nothing are NaN, yet the sums over it are 0.
      let zeros = Tensor(NDArray.zeros(scale.shape, dtype: x.dtype))
      return [upstream, zeros, zeros]
    }
    if !saved.recording {
      let engine = engine(for: upstream.dtype)
      let gradients =
        rectifies
        ? engine.rectifiedBatchNormalizationGradient(
          upstream.array, input: x.array, scale: scale.array, offset: saved.input(2).array,
          mean: saved.kept(0), variance: saved.kept(1), epsilon: epsilon)
        : engine.batchNormalizationGradient(
          upstream.array, input: x.array, scale: scale.array, mean: saved.kept(0),
          variance: saved.kept(1), epsilon: epsilon)
      return [Tensor(gradients.input), Tensor(gradients.scale), Tensor(gradients.offset)]
    }
    let deviation = x - x.mean(axes: axes, keepingAxes: true)
    let variance = deviation.squared().mean(axes: axes, keepingAxes: true)
    let reciprocal = (variance + epsilon).power(-0.5)
    let normalized = deviation * reciprocal
    let shape = Shape([1, scale.elementCount] + [Int](repeating: 1, count: rank - 2))
    if rectifies {
      let value = normalized * scale.reshaped(shape) + saved.input(2).reshaped(shape)
      upstream = upstream * value.isPositive()
    }
    let centred =
      upstream - upstream.mean(axes: axes, keepingAxes: true)
      - normalized * (upstream * normalized).mean(axes: axes, keepingAxes: true)
    return [
      scale.reshaped(shape) * reciprocal * centred,
      (upstream * normalized).sum(axes: axes), upstream.sum(axes: axes),
    ]
  }

  static func channels(_ x: NDArray, _ rank: Int) -> NDArray {
    x.reshaped(Shape([1, x.elementCount] + [Int](repeating: 1, count: rank - 2)))
  }
}

extension Tensor {
  /// Each channel normalised by its own mean and variance (divisor n), y = scale · (x − mean) /
  /// √(variance + ε) + offset; mean and variance are returned too.
  ///
  /// - Shapes: self [N, C, ..], scale and offset [C] → value [N, C, ..], mean and variance [C]
  /// - Parameters:
  ///   - scale: γ.
  ///   - offset: β.
  ///   - epsilon: ε, above 0.
  ///   - rectifies: Whether y is max(·, 0) of that, in one pass over memory instead of two.
  /// - Precondition: those shapes.
  /// - Source: Ioffe and Szegedy 2015, "Batch Normalization", algorithm 1.
  public func batchNormalization(
    scale: Tensor, offset: Tensor, epsilon: Double = 1e-5, rectifies: Bool = false
  ) -> (value: Tensor, mean: NDArray, variance: NDArray) {
    checkChannels(scale, offset, "batchNormalization")
    let outputs = apply(
      BatchNormalization(epsilon: epsilon, rank: rank, rectifies: rectifies),
      [self, scale, offset])
    return (outputs[0], outputs[1].array, outputs[2].array)
  }

  /// Each channel normalised by a given mean and variance, which are constants.
  ///
  /// - Shapes: self [N, C, ..], scale, offset, mean and variance [C] → [N, C, ..]
  /// - Parameters:
  ///   - scale: γ.
  ///   - offset: β.
  ///   - mean: Such as a running mean.
  ///   - variance: Such as a running variance; at least 0.
  ///   - epsilon: ε, above 0.
  ///   - rectifies: Whether max(·, 0) of that is wanted.
  /// - Precondition: those shapes.
  /// - Source: Ioffe and Szegedy 2015, "Batch Normalization", algorithm 2.
  public func batchNormalization(
    scale: Tensor, offset: Tensor, mean: NDArray, variance: NDArray, epsilon: Double = 1e-5,
    rectifies: Bool = false
  ) -> Tensor {
    checkChannels(scale, offset, "batchNormalization")
    if node == nil && scale.node == nil && offset.node == nil {
      let engine = engine(for: dtype)
      return Tensor(
        rectifies
          ? engine.rectifiedBatchNormalizationInference(
            array, scale: scale.array, offset: offset.array, mean: mean, variance: variance,
            epsilon: epsilon)
          : engine.batchNormalizationInference(
            array, scale: scale.array, offset: offset.array, mean: mean, variance: variance,
            epsilon: epsilon))
    }
    let shape = Shape([1, scale.elementCount] + [Int](repeating: 1, count: rank - 2))
    let reciprocal = Tensor(((variance + epsilon).power(-0.5)).reshaped(shape))
    let centred = self - Tensor(mean.reshaped(shape))
    let value = centred * reciprocal * scale.reshaped(shape) + offset.reshaped(shape)
    return rectifies ? value.relu() : value
  }

  private func checkChannels(_ scale: Tensor, _ offset: Tensor, _ operation: String) {
    guard rank >= 2, scale.shape == [shape[1]], offset.shape == [shape[1]] else {
      fatalError("\(operation): x \(shape), scale \(scale.shape), offset \(offset.shape)")
    }
  }
}
