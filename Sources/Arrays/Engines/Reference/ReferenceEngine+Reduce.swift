extension ReferenceEngine {
  package func reduce(_ reduction: Reduction, _ x: NDArray, axes: [Int]) -> NDArray {
    switch x.dtype {
    case .float32: Self.reduce(reduction, x, axes, Float.self)
    case .float64: Self.reduce(reduction, x, axes, Double.self)
    case .int32: Self.reduce(reduction, x, axes, Int32.self)
    case .int64: Self.reduce(reduction, x, axes, Int64.self)
    default: Self.unsupported("\(reduction)", x.dtype)
    }
  }

  private static func reduce<Element: StoredElement>(
    _ reduction: Reduction, _ x: NDArray, _ axes: [Int], _ type: Element.Type
  ) -> NDArray {
    let x = readable(x)
    let plan = ReductionPlan(x, axes: axes)
    let result = NDArray(uninitialized: plan.shape, dtype: x.dtype)
    let target = result.firstElement(as: type)
    if plan.count == 0 {
      let value = Element(converting: reduction == .sum ? 0 : .nan)
      for index in 0..<plan.keptCount { target[index] = value }
      return result
    }
    let source = UnsafePointer(x.firstElement(as: type))
    let totals = Storage(byteCount: plan.keptCount * 8)
    defer { withExtendedLifetime(totals) {} }
    let sums = totals.pointer.assumingMemoryBound(to: Double.self)
    let share = 1 / Double(plan.count)
    switch reduction {
    case .sum: plan.fold(source, into: sums, by: SumRule.self)
    case .maximum: plan.fold(source, into: sums, by: MaximumRule.self)
    case .minimum: plan.fold(source, into: sums, by: MinimumRule.self)
    case .mean:
      plan.fold(source, into: sums, by: SumRule.self)
      for index in 0..<plan.keptCount { sums[index] *= share }
    case .variance:
      plan.fold(source, into: sums, by: SumRule.self)
      let memory = Storage(byteCount: plan.keptCount * 8)
      defer { withExtendedLifetime(memory) {} }
      let means = memory.pointer.assumingMemoryBound(to: Double.self)
      for index in 0..<plan.keptCount { means[index] = sums[index] * share }
      plan.fold(source, into: sums, by: SquaredDeviationRule.self, centers: means)
      for index in 0..<plan.keptCount { sums[index] *= share }
    }
    for index in 0..<plan.keptCount { target[index] = Element(converting: sums[index]) }
    return result
  }

  package func argumentOfMaximum(_ x: NDArray, axis: Int) -> NDArray {
    switch x.dtype {
    case .float32: Self.argumentOfMaximum(x, axis, Float.self)
    case .float64: Self.argumentOfMaximum(x, axis, Double.self)
    case .int32: Self.argumentOfMaximum(x, axis, Int32.self)
    case .int64: Self.argumentOfMaximum(x, axis, Int64.self)
    case .uint8: Self.argumentOfMaximum(x, axis, UInt8.self)
    default: Self.unsupported("argumentOfMaximum", x.dtype)
    }
  }

  private static func argumentOfMaximum<Element: StoredElement>(
    _ x: NDArray, _ axis: Int, _ type: Element.Type
  ) -> NDArray {
    let x = ordered(x)
    let (outer, count, inner) = split(x.shape, at: axis)
    let result = NDArray(
      uninitialized: x.shape.reduced(along: [axis], keepingAxes: false), dtype: .int32)
    if outer * inner == 0 { return result }
    guard count > 0 else {
      fatalError("argumentOfMaximum: axis \(axis) of \(x.shape) has no elements")
    }
    let source = x.firstElement(as: type)
    let target = result.firstElement(as: Int32.self)
    for row in 0..<outer {
      for column in 0..<inner {
        let line = source + (row &* count &* inner &+ column)
        var best = line[0]
        var place = 0
        for index in 1..<max(count, 1) where best == best {  // a NaN stays
          let value = line[index &* inner]
          if value > best || value != value {
            best = value
            place = index
          }
        }
        target[row &* inner &+ column] = Int32(place)
      }
    }
    return result
  }
}
