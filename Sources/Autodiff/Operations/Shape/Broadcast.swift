/// Stretched to a larger shape; the gradient is summed over the stretched axes.
struct Broadcast: UnaryOperation {
  static let name = "stretch"
  let from: Shape
  let to: Shape
  var formula: Formula {
    let (from, to) = (from, to)
    return Formula(
      value: "stretch(x)", gradient: "sum(u)",
      functions: ["stretch": { $0[0].broadcast(to: to) }, "sum": { $0[0].summed(to: from) }])
  }
  var saves: Saves { [] }

  func value(_ x: NDArray) -> NDArray { x.broadcast(to: to) }

  func gradient(_ upstream: Tensor, _ saved: Saved) -> Tensor { upstream.summed(to: from) }
}

extension Tensor {
  /// Stretched to a shape that this one broadcasts to; the gradient is summed over what was
  /// stretched.
  /// - Precondition: sizes, aligned at the last axis, are the shape's or 1.
  public func broadcast(to shape: Shape) -> Tensor {
    if shape == self.shape { return self }
    return apply(Broadcast(from: self.shape, to: shape), self)
  }
}
