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
    case .sum:
      plan.fold(source, into: sums, from: 0, { sum, x, _ in sum + x }, { $0 + $1 })
    case .mean:
      plan.fold(source, into: sums, from: 0, { sum, x, _ in sum + x }, { $0 + $1 })
      for index in 0..<plan.keptCount { sums[index] *= share }
    case .maximum:
      plan.fold(source, into: sums, from: -.infinity, { best, x, _ in maximum(best, x) }, maximum)
    case .minimum:
      plan.fold(source, into: sums, from: .infinity, { best, x, _ in minimum(best, x) }, minimum)
    case .variance:
      plan.fold(source, into: sums, from: 0, { sum, x, _ in sum + x }, { $0 + $1 })
      let memory = Storage(byteCount: plan.keptCount * 8)
      defer { withExtendedLifetime(memory) {} }
      let means = memory.pointer.assumingMemoryBound(to: Double.self)
      for index in 0..<plan.keptCount { means[index] = sums[index] * share }
      plan.fold(
        source, into: sums, from: 0, centers: means,
        { sum, x, mean in sum + (x - mean) * (x - mean) }, { $0 + $1 })
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

/// The axes of a reduction, sorted into those kept and those folded.
private struct ReductionPlan {
  /// The result's shape: folded axes have size 1.
  let shape: Shape
  let keptCount: Int
  /// Elements folded into one.
  let count: Int
  private let kept: ReferenceLoops
  private let folded: ReferenceLoops

  init(_ x: NDArray, axes: [Int]) {
    let strides = x.elementStrides
    var keptSizes = SIMD8<Int>(repeating: 0)
    var keptStrides = SIMD8<Int>(repeating: 0)
    var foldedSizes = SIMD8<Int>(repeating: 0)
    var foldedStrides = SIMD8<Int>(repeating: 0)
    var lanes = x.shape.lanes
    var keptRank = 0
    var foldedRank = 0
    for axis in 0..<x.shape.rank {
      if foldedRank < axes.count && axes[foldedRank] == axis {
        foldedSizes[foldedRank] = lanes[axis]
        foldedStrides[foldedRank] = strides[axis]
        lanes[axis] = 1
        foldedRank += 1
      } else {
        keptSizes[keptRank] = lanes[axis]
        keptStrides[keptRank] = strides[axis]
        keptRank += 1
      }
    }
    shape = Shape(lanes: lanes, rank: x.shape.rank)
    let keptShape = Shape(lanes: keptSizes, rank: keptRank)
    let foldedShape = Shape(lanes: foldedSizes, rank: foldedRank)
    keptCount = keptShape.elementCount
    count = foldedShape.elementCount
    kept = ReferenceLoops(keptShape, keptStrides)
    folded = ReferenceLoops(foldedShape, foldedStrides)
  }

  /// Folds `source` into one number for each kept element; `step` also sees that element's center.
  @inline(__always)
  func fold<Element: StoredElement>(
    _ source: UnsafePointer<Element>, into sums: UnsafeMutablePointer<Double>,
    from initial: Double, centers: UnsafePointer<Double>? = nil,
    _ step: (_ sum: Double, _ x: Double, _ center: Double) -> Double,
    _ combine: (Double, Double) -> Double
  ) {
    let count = folded.innerCount
    let stride = folded.innerStrides.a
    let keptStride = kept.innerStrides.a
    let width = kept.innerCount
    var place = 0
    if keptStride == 1 && stride != 1 && width >= 4 {  // rows of sums
      for index in 0..<keptCount { sums[index] = initial }
      kept.forEachRow { from, _, _, _ in
        let sums = sums + place
        let centers = centers.map { $0 + place } ?? UnsafePointer(sums)
        folded.forEachRow { offset, _, _, _ in
          for row in 0..<count {
            let line = source + (from &+ offset &+ row &* stride)
            for index in 0..<width {
              sums[index] = step(sums[index], line[index].double, centers[index])
            }
          }
        }
        place &+= width
      }
      return
    }
    kept.forEachRow { from, _, _, _ in
      for column in 0..<width {
        let origin = source + (from &+ column &* keptStride)
        let center = centers.map { $0[place] } ?? 0
        var total = initial
        folded.forEachRow { offset, _, _, _ in
          let sum = foldRow(origin + offset, count, stride, initial, center, step, combine)
          total = combine(total, sum)
        }
        sums[place] = total
        place &+= 1
      }
    }
  }

  /// Folds a row in eight interleaved lanes and blocks of 4096, so that rounding errors grow with
  /// the length of a block, not of the row.
  @inline(__always)
  private func foldRow<Element: StoredElement>(
    _ row: UnsafePointer<Element>, _ count: Int, _ stride: Int, _ initial: Double,
    _ center: Double, _ step: (Double, Double, Double) -> Double,
    _ combine: (Double, Double) -> Double
  ) -> Double {
    var total = initial
    var index = 0
    while index &+ 8 <= count {
      let end = min(count &- 7, index &+ 4096)
      var (s0, s1, s2, s3) = (initial, initial, initial, initial)
      var (s4, s5, s6, s7) = (initial, initial, initial, initial)
      while index < end {
        let block = row + index &* stride
        s0 = step(s0, block[0].double, center)
        s1 = step(s1, block[stride].double, center)
        s2 = step(s2, block[2 &* stride].double, center)
        s3 = step(s3, block[3 &* stride].double, center)
        s4 = step(s4, block[4 &* stride].double, center)
        s5 = step(s5, block[5 &* stride].double, center)
        s6 = step(s6, block[6 &* stride].double, center)
        s7 = step(s7, block[7 &* stride].double, center)
        index &+= 8
      }
      let low = combine(combine(s0, s1), combine(s2, s3))
      total = combine(total, combine(low, combine(combine(s4, s5), combine(s6, s7))))
    }
    while index < count {
      total = step(total, row[index &* stride].double, center)
      index &+= 1
    }
    return total
  }
}
