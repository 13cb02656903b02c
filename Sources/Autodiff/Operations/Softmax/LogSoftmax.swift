/// Logarithm of the softmax along an axis, yᵢ = xᵢ − ln Σⱼ e^xⱼ; ∂L/∂x = u − e^y · Σ u.
struct LogSoftmax: UnaryOperation {
  static let name = "logSoftmax"
  let axis: Int
  var formula: Formula {
    let axis = axis
    return Formula(
      value: "x - log(sum(exp(x)))", gradient: "u - exp(y) * sum(u)",
      functions: ["sum": { $0[0].sum(axes: [axis], keepingAxes: true) }])
  }
  var saves: Saves { .output }

  func value(_ x: NDArray) -> NDArray { engine(for: x.dtype).logSoftmax(x, axis: axis) }

  func gradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    upstream - saved.y.exp() * upstream.sum(axes: [axis], keepingAxes: true)
  }

  func fusedGradient(_ upstream: NDArray, _ saved: Saved) -> NDArray? {
    engine(for: upstream.dtype).logSoftmaxGradient(upstream, value: saved.y.array, axis: axis)
  }
}

extension Tensor {
  /// ln softmax, yₖ = xₖ − ln Σⱼ e^xⱼ, along an axis, without overflow or loss of small
  /// probabilities.
  public func logSoftmax(axis: Int = -1) -> Tensor {
    apply(LogSoftmax(axis: shape.normalizedAxis(axis)), self)
  }
}
