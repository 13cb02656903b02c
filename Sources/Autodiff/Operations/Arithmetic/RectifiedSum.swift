/// max(a + b, 0) of two tensors of one shape; ∂y/∂a = ∂y/∂b = 1 where a + b > 0, else 0.
struct RectifiedSum: GeneralOperation {
  static let name = "rectifiedSum"
  var formula: Formula {
    Formula(
      ["a", "b"], value: "max(a + b, 0)",
      gradients: ["a": "u * step(a + b)", "b": "u * step(a + b)"])
  }
  var savedInputs: [Int] { [] }

  func evaluate(_ inputs: [NDArray]) -> (outputs: [NDArray], kept: [NDArray]) {
    let (a, b) = (inputs[0], inputs[1])
    let y = engine(for: a.dtype).binary(.rectifiedSum, a, b, shape: a.shape)
    return ([y], [y])
  }

  func gradients(_ upstream: [Tensor?], _ saved: GeneralSaved) -> [Tensor?] {
    guard let upstream = upstream[0] else { return [nil, nil] }
    let gradient =
      saved.recording
      ? upstream * saved.output(0, keptAs: 0).isPositive()
      : Tensor(reluGradient(upstream.array, saved))
    return [gradient, gradient]
  }
}

extension Tensor {
  /// max(self + other, 0) in one pass over memory instead of two: what ends a residual unit.
  /// - Shapes: two of one shape → the same
  /// - Precondition: one type and shape.
  public func rectifiedSum(_ other: Tensor) -> Tensor {
    array.checkSameType(other.array, "rectifiedSum")
    guard shape == other.shape else {
      fatalError("rectifiedSum: shapes \(shape) and \(other.shape) differ")
    }
    return apply(RectifiedSum(), [self, other])[0]
  }
}
