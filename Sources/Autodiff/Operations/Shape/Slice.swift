/// Some elements along one axis; the gradient is zero elsewhere.
struct Slice: UnaryOperation {
  static let name = "slice"
  let axis: Int
  let range: Range<Int>
  let step: Int
  let shape: Shape
  var formula: Formula {
    let slice = self
    return Formula(
      value: "slice(x)", gradient: "place(u)",
      functions: ["slice": { slice.value($0[0]) }, "place": { slice.placed(Tensor($0[0])).array }])
  }
  var saves: Saves { [] }

  func value(_ x: NDArray) -> NDArray { x.sliced(axis: axis, range, step: step) }

  func gradient(_ upstream: Tensor, _ saved: Saved) -> Tensor { placed(upstream) }

  private func placed(_ upstream: Tensor) -> Tensor {
    if step == 1 {
      var before = [Int](repeating: 0, count: shape.rank)
      var after = before
      before[axis] = range.lowerBound
      after[axis] = shape[axis] - range.upperBound
      return upstream.padded(before: before, after: after)
    }
    let places = stride(from: range.lowerBound, to: range.upperBound, by: step).map { Int32($0) }
    return Tensor.scatterAdd(upstream, indices: NDArray(places), axis: axis, shape: shape)
  }
}

extension Tensor {
  /// Elements `range` along one axis, every `step`th of them.
  /// - Precondition: the range lies within the axis; the step is at least 1.
  public func sliced(axis: Int, _ range: Range<Int>, step: Int = 1) -> Tensor {
    apply(
      Slice(axis: shape.normalizedAxis(axis), range: range, step: step, shape: shape), self)
  }

  /// The element `index` of an axis, which is removed.
  /// - Precondition: 0 ≤ index < the axis's size.
  public func selecting(axis: Int, index: Int) -> Tensor {
    sliced(axis: axis, index..<(index + 1)).squeezed(axis: axis)
  }
}
