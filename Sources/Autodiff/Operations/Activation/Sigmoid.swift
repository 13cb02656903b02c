/// Logistic sigmoid, element-wise, y = 1 / (1 + e⁻ˣ); ∂y/∂x = y (1 − y).
struct Sigmoid: UnaryOperation {
  static let name = "sigmoid"
  static let formula = Formula(
    value: "sigmoid(x)", gradient: "u * y * (1 - y)")
  var formula: Formula { Self.formula }
  var saves: Saves { .output }

  func value(_ x: NDArray) -> NDArray { x.sigmoid() }

  func gradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    upstream * saved.y * (1 - saved.y)
  }

  func fusedGradient(_ upstream: NDArray, _ saved: Saved) -> NDArray? {
    engine(for: upstream.dtype).unaryGradient(
      .sigmoidFromValue, upstream: upstream, saved: saved.y.array, alpha: 0)
  }
}

extension Tensor {
  /// 1 / (1 + e⁻ˣ), element-wise; no overflow for any x.
  public func sigmoid() -> Tensor { apply(Sigmoid(), self) }
}
