/// Rectified linear unit, element-wise, y = max(x, 0); ∂y/∂x = 1 for x > 0, else 0.
struct ReLU: UnaryOperation {
  static let name = "relu"
  static let formula = Formula(
    value: "max(x, 0)", gradient: "u * step(x)")
  var formula: Formula { Self.formula }
  var saves: Saves { .output }

  func value(_ x: NDArray) -> NDArray { x.relu() }

  func gradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    upstream * saved.y.isPositive()
  }

  func fusedGradient(_ upstream: NDArray, _ saved: Saved) -> NDArray? {
    engine(for: upstream.dtype).unaryGradient(
      .reluFromValue, upstream: upstream, saved: saved.y.array, alpha: 0)
  }
}

/// The gradient before a ReLU whose value is the last that an operation kept; in that value's memory
/// where nothing else uses it.
func reluGradient(_ upstream: NDArray, _ saved: GeneralSaved) -> NDArray {
  var gradient = saved.takeLastKept()
  gradient.becomeReLUGradient(upstream)
  return gradient
}

extension Tensor {
  /// max(x, 0), element-wise; the derivative at 0 is 0.
  public func relu() -> Tensor { apply(ReLU(), self) }
}
