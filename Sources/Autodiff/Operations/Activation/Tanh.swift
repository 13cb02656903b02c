/// Hyperbolic tangent, element-wise; ∂y/∂x = 1 − y².
struct Tanh: UnaryOperation {
  static let name = "tanh"
  static let formula = Formula(
    value: "tanh(x)", gradient: "u * (1 - y ^ 2)")
  var formula: Formula { Self.formula }
  var saves: Saves { .output }

  func value(_ x: NDArray) -> NDArray { x.tanh() }

  func gradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    upstream * (1 - saved.y.squared())
  }

  func fusedGradient(_ upstream: NDArray, _ saved: Saved) -> NDArray? {
    engine(for: upstream.dtype).unaryGradient(
      .tanhFromValue, upstream: upstream, saved: saved.y.array, alpha: 0)
  }
}

extension Tensor {
  /// tanh x, element-wise.
  public func tanh() -> Tensor { apply(Tanh(), self) }
}
