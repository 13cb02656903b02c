/// Layer normalisation: each row, the last axes taken together, is brought to mean 0 and variance
/// 1 (divisor n), then scaled by γ and shifted by β element by element.
///
/// - Source: Ba, Kiros and Hinton 2016, "Layer Normalization", equation 4.
struct LayerNormalization: GeneralOperation {
  static let name = "layerNormalization"
  let epsilon: Double
  let rank: Int
  let normalizedRank: Int
  var axes: [Int] { Array((rank - normalizedRank)..<rank) }
  var formula: Formula {
    let axes = axes
    let leading = Array(0..<(rank - normalizedRank))
    let normalized = "(x - mean(x)) / sqrt(mean((x - mean(x)) ^ 2) + \(epsilon))"
    return Formula(
      ["x", "gamma", "beta"], value: "gamma * \(normalized) + beta",
      gradients: [
        "x": "(u * gamma - mean(u * gamma) - \(normalized) * mean(u * gamma * \(normalized))) / "
          + "sqrt(mean((x - mean(x)) ^ 2) + \(epsilon))",
        "gamma": "total(u * \(normalized))", "beta": "total(u)",
      ],
      functions: [
        "mean": { $0[0].mean(axes: axes, keepingAxes: true) },
        "total": { $0[0].sum(axes: leading) },
      ])
  }
  var savedInputs: [Int] { [0, 1] }

  func evaluate(_ inputs: [NDArray]) -> (outputs: [NDArray], kept: [NDArray]) {
    let (value, mean, reciprocal) = engine(for: inputs[0].dtype).layerNormalization(
      inputs[0], scale: inputs[1], offset: inputs[2], epsilon: epsilon)
    return ([value], [mean, reciprocal])
  }

  func gradients(_ upstream: [Tensor?], _ saved: GeneralSaved) -> [Tensor?] {
    guard let upstream = upstream[0] else { return [nil, nil, nil] }
    let x = saved.input(0)
    let scale = saved.input(1)
    if !saved.recording {
      let gradients = engine(for: upstream.dtype).layerNormalizationGradient(
        upstream.array, input: x.array, scale: scale.array, mean: saved.kept(0),
        reciprocalDeviation: saved.kept(1))
      return [Tensor(gradients.input), Tensor(gradients.scale), Tensor(gradients.offset)]
    }
    let deviation = x - x.mean(axes: axes, keepingAxes: true)
    let variance = deviation.squared().mean(axes: axes, keepingAxes: true)
    let reciprocal = (variance + epsilon).power(-0.5)
    let normalized = deviation * reciprocal
    let scaled = upstream * scale
    let centred =
      scaled - scaled.mean(axes: axes, keepingAxes: true)
      - normalized * (scaled * normalized).mean(axes: axes, keepingAxes: true)
    return [
      centred * reciprocal, (upstream * normalized).summed(to: scale.shape),
      upstream.summed(to: scale.shape),
    ]
  }
}

extension Tensor {
  /// Each row, the last axes taken together, normalised by its own mean and variance (divisor n),
  /// y = scale · (x − mean) / √(variance + ε) + offset.
  ///
  /// - Shapes: self [.., S], scale and offset of shape S → [.., S]
  /// - Parameters:
  ///   - scale: γ.
  ///   - offset: β.
  ///   - epsilon: ε, above 0.
  /// - Precondition: those shapes; S has at least one axis.
  /// - Source: Ba, Kiros and Hinton 2016, "Layer Normalization", equation 4.
  public func layerNormalization(scale: Tensor, offset: Tensor, epsilon: Double = 1e-5) -> Tensor {
    guard scale.rank >= 1, rank >= scale.rank, Shape(shape.suffix(scale.rank)) == scale.shape,
      offset.shape == scale.shape
    else {
      fatalError("layerNormalization: x \(shape), scale \(scale.shape), offset \(offset.shape)")
    }
    return apply(
      LayerNormalization(epsilon: epsilon, rank: rank, normalizedRank: scale.rank),
      [self, scale, offset])[0]
  }
}
