/// Softmax along an axis, yᵢ = e^xᵢ / Σⱼ e^xⱼ; ∂L/∂x = y · (u − Σ u·y).
struct Softmax: UnaryOperation {
  static let name = "softmax"
  let axis: Int
  var formula: Formula {
    let axis = axis
    return Formula(
      value: "exp(x) / sum(exp(x))", gradient: "y * (u - sum(u * y))",
      functions: ["sum": { $0[0].sum(axes: [axis], keepingAxes: true) }])
  }
  var saves: Saves { .output }

  func value(_ x: NDArray) -> NDArray { engine(for: x.dtype).softmax(x, axis: axis) }

  func gradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    let y = saved.y
    return y * (upstream - (upstream * y).sum(axes: [axis], keepingAxes: true))
  }

  func fusedGradient(_ upstream: NDArray, _ saved: Saved) -> NDArray? {
    engine(for: upstream.dtype).softmaxGradient(upstream, value: saved.y.array, axis: axis)
  }
}

extension Tensor {
  /// Softmax yₖ = e^xₖ / Σⱼ e^xⱼ along an axis; the largest element is subtracted first, so nothing
  /// overflows.
  public func softmax(axis: Int = -1) -> Tensor {
    apply(Softmax(axis: shape.normalizedAxis(axis)), self)
  }
}
