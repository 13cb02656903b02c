extension NDArray {
  /// Reduces the axes (all where nil); `keepingAxes` leaves them with size 1.
  package func reduce(_ reduction: Reduction, axes: [Int]?, keepingAxes: Bool) -> NDArray {
    let chosen = Set((axes ?? Array(0..<rank)).map(shape.normalizedAxis)).sorted()
    if chosen.isEmpty { return reduction == .variance ? self * 0 : self }
    let kept = engine(for: dtype).reduce(reduction, self, axes: chosen)
    return keepingAxes
      ? kept : kept.reshaped(shape.reduced(along: chosen, keepingAxes: false))
  }

  /// The sum Σ x over the axes, all of them where nil; 0 over nothing.
  ///
  /// - Parameters:
  ///   - axes: Axes to sum over, negative ones counted from the last; [] leaves all as it is.
  ///   - keepingAxes: Whether those axes stay, with size 1.
  public func sum(axes: [Int]? = nil, keepingAxes: Bool = false) -> NDArray {
    reduce(.sum, axes: axes, keepingAxes: keepingAxes)
  }
  /// The arithmetic mean over the axes; NaN over nothing.
  public func mean(axes: [Int]? = nil, keepingAxes: Bool = false) -> NDArray {
    reduce(.mean, axes: axes, keepingAxes: keepingAxes)
  }
  /// The largest element over the axes; NaN where one is, and over nothing.
  public func maximum(axes: [Int]? = nil, keepingAxes: Bool = false) -> NDArray {
    reduce(.maximum, axes: axes, keepingAxes: keepingAxes)
  }
  /// The smallest element over the axes; NaN where one is, and over nothing.
  public func minimum(axes: [Int]? = nil, keepingAxes: Bool = false) -> NDArray {
    reduce(.minimum, axes: axes, keepingAxes: keepingAxes)
  }
  /// The mean squared deviation from the mean, Σ (x − x̄)² / n, over the axes, all where nil.
  ///
  /// - Parameters:
  ///   - axes: Axes to take it over, negative ones counted from the last.
  ///   - keepingAxes: Whether those axes stay, with size 1.
  ///   - unbiased: Whether to divide by n − 1; false by default, unlike PyTorch's `var`. Of one
  ///     element the unbiased variance is NaN.
  public func variance(
    axes: [Int]? = nil, keepingAxes: Bool = false, unbiased: Bool = false
  ) -> NDArray {
    let result = reduce(.variance, axes: axes, keepingAxes: keepingAxes)
    guard unbiased else { return result }
    let count = Double(elementCount) / Double(Swift.max(result.elementCount, 1))
    return result * (count / (count - 1))
  }
  /// The place (int32) of the largest element along the axis, which is removed; the first of
  /// equal ones, and a NaN counts as the largest.
  /// - Precondition: the axis is not empty.
  public func argumentOfMaximum(axis: Int = -1) -> NDArray {
    let axis = shape.normalizedAxis(axis)
    guard shape[axis] > 0 else { fatalError("argumentOfMaximum: axis \(axis) of \(shape)") }
    return engine(for: dtype).argumentOfMaximum(self, axis: axis)
  }

  /// Sums away the axes along which an array of shape `target` was stretched to this shape.
  package func summed(to target: Shape) -> NDArray {
    if target == shape { return self }
    var axes: [Int] = []
    for axis in 0..<rank {
      let from = axis - (rank - target.rank)
      if from < 0 || (target[from] == 1 && shape[axis] != 1) { axes.append(axis) }
    }
    let kept = axes.isEmpty ? self : engine(for: dtype).reduce(.sum, self, axes: axes)
    return kept.reshaped(target)
  }
}
