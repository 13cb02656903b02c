/// Leaky rectified linear unit, element-wise: y = x for x > 0, else αx; the derivative at 0 is α.
///
/// - Source: Maas, Hannun and Ng 2013, "Rectifier Nonlinearities Improve Neural Network Acoustic
///   Models", section 2.
struct LeakyReLU: UnaryOperation {
  static let name = "leakyRelu"
  let slope: Double
  var formula: Formula {
    let text = Expression.text(of: slope)
    return Formula(
      value: "max(x, 0) + (\(text)) * min(x, 0)",
      gradient: "u * (step(x) + (\(text)) * atmost(x, 0))")
  }
  var saves: Saves { .first }

  func value(_ x: NDArray) -> NDArray { x.unary(.leakyRelu, alpha: slope) }

  func gradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    upstream * (saved.x.isPositive() * (1 - slope) + slope)
  }

  func fusedGradient(_ upstream: NDArray, _ saved: Saved) -> NDArray? {
    engine(for: upstream.dtype).unaryGradient(
      .leakyReluFromInput, upstream: upstream, saved: saved.x.array, alpha: slope)
  }
}

extension Tensor {
  /// x for x > 0, else slope · x, element-wise; the derivative at 0 is the slope.
  public func leakyRelu(slope: Double = 0.01) -> Tensor { apply(LeakyReLU(slope: slope), self) }

  /// 1 where the element is above 0, else 0: a constant.
  func isPositive() -> Tensor {
    let zero = NDArray.zeros(.scalar, dtype: dtype)
    return Tensor(array.isGreater(than: zero).cast(to: dtype))
  }
}
