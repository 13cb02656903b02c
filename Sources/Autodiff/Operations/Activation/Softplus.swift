/// Softplus, element-wise, y = ln(1 + eˣ); ∂y/∂x = σ(x).
struct Softplus: UnaryOperation {
  static let name = "softplus"
  static let formula = Formula(
    value: "log(1 + exp(x))", gradient: "u * sigmoid(x)")
  var formula: Formula { Self.formula }
  var saves: Saves { .first }

  func value(_ x: NDArray) -> NDArray { x.unary(.softplus) }

  func gradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    upstream * saved.x.sigmoid()
  }

  func fusedGradient(_ upstream: NDArray, _ saved: Saved) -> NDArray? {
    engine(for: upstream.dtype).unaryGradient(
      .softplusFromInput, upstream: upstream, saved: saved.x.array, alpha: 0)
  }
}

extension Tensor {
  /// ln(1 + eˣ), element-wise; no overflow for any x.
  public func softplus() -> Tensor { apply(Softplus(), self) }
}
