/// A constant added around; the gradient is that of the part in the middle.
struct Pad: UnaryOperation {
  static let name = "pad"
  let before: [Int]
  let after: [Int]
  let constant: Double
  let shape: Shape
  var formula: Formula {
    let pad = self
    return Formula(
      value: "pad(x)", gradient: "middle(u)",
      functions: ["pad": { pad.value($0[0]) }, "middle": { pad.middle(Tensor($0[0])).array }])
  }
  var saves: Saves { [] }

  func value(_ x: NDArray) -> NDArray { x.padded(before: before, after: after, value: constant) }

  func gradient(_ upstream: Tensor, _ saved: Saved) -> Tensor { middle(upstream) }

  private func middle(_ upstream: Tensor) -> Tensor {
    var result = upstream
    for axis in 0..<shape.rank where before[axis] + after[axis] > 0 {
      result = result.sliced(axis: axis, before[axis]..<(before[axis] + shape[axis]))
    }
    return result
  }
}

extension Tensor {
  /// `value` added before and after each axis.
  /// - Precondition: one number an axis, none negative.
  public func padded(before: [Int], after: [Int], value: Double = 0) -> Tensor {
    apply(Pad(before: before, after: after, constant: value, shape: shape), self)
  }
}
