/// The axes of a reduction, sorted into those kept and those folded.
struct ReductionPlan {
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

  /// Folds `source` into one number for each kept element, whose center the rule may use.
  func fold<Element: StoredElement, Rule: FoldRule>(
    _ source: UnsafePointer<Element>, into sums: UnsafeMutablePointer<Double>, by rule: Rule.Type,
    centers: UnsafePointer<Double>? = nil
  ) {
    // Without centers the rule ignores what it is given: any numbers do.
    let centers = centers ?? UnsafePointer(sums)
    for index in 0..<keptCount { sums[index] = Rule.initial }
    let keptStride = kept.innerStrides.a
    let width = kept.innerCount
    var place = 0
    if keptStride == 1 && folded.innerStrides.a != 1 && width >= 4 {
      kept.forEachRow { from, _, _, _ in
        foldRows(source + from, width, into: sums + place, centers + place, rule)
        place &+= width
      }
      return
    }
    kept.forEachRow { from, _, _, _ in
      for column in 0..<width {
        sums[place] = foldElement(source + (from &+ column &* keptStride), centers[place], rule)
        place &+= 1
      }
    }
  }

  /// Folds rows of contiguous elements into a row of sums.
  private func foldRows<Element: StoredElement, Rule: FoldRule>(
    _ source: UnsafePointer<Element>, _ width: Int, into sums: UnsafeMutablePointer<Double>,
    _ centers: UnsafePointer<Double>, _ rule: Rule.Type
  ) {
    let stride = folded.innerStrides.a
    let count = folded.innerCount
    folded.forEachRow { offset, _, _, _ in
      for row in 0..<count {
        let line = source + (offset &+ row &* stride)
        for index in 0..<width {
          sums[index] = Rule.step(sums[index], line[index].double, centers[index])
        }
      }
    }
  }

  /// Folds the elements that belong to one sum.
  private func foldElement<Element: StoredElement, Rule: FoldRule>(
    _ source: UnsafePointer<Element>, _ center: Double, _ rule: Rule.Type
  ) -> Double {
    let stride = folded.innerStrides.a
    let count = folded.innerCount
    var total = Rule.initial
    folded.forEachRow { offset, _, _, _ in
      let row = source + offset
      let sum =
        stride == 1
        ? Self.foldRow(row, count, stride: 1, by: rule, center: center)
        : Self.foldRow(row, count, stride: stride, by: rule, center: center)
      total = Rule.combine(total, sum)
    }
    return total
  }

  /// Folds a row in eight interleaved lanes and blocks of 4096, so that rounding errors grow with
  /// the length of a block, not of the row.
  @inline(__always)
  static func foldRow<Element: StoredElement, Rule: FoldRule>(
    _ row: UnsafePointer<Element>, _ count: Int, stride: Int, by rule: Rule.Type,
    center: Double = 0
  ) -> Double {
    let initial = Rule.initial
    var total = initial
    var index = 0
    while index &+ 8 <= count {
      let end = min(count &- 7, index &+ 4096)
      var (s0, s1, s2, s3) = (initial, initial, initial, initial)
      var (s4, s5, s6, s7) = (initial, initial, initial, initial)
      while index < end {
        let block = row + index &* stride
        s0 = Rule.step(s0, block[0].double, center)
        s1 = Rule.step(s1, block[stride].double, center)
        s2 = Rule.step(s2, block[2 &* stride].double, center)
        s3 = Rule.step(s3, block[3 &* stride].double, center)
        s4 = Rule.step(s4, block[4 &* stride].double, center)
        s5 = Rule.step(s5, block[5 &* stride].double, center)
        s6 = Rule.step(s6, block[6 &* stride].double, center)
        s7 = Rule.step(s7, block[7 &* stride].double, center)
        index &+= 8
      }
      let low = Rule.combine(Rule.combine(s0, s1), Rule.combine(s2, s3))
      let high = Rule.combine(Rule.combine(s4, s5), Rule.combine(s6, s7))
      total = Rule.combine(total, Rule.combine(low, high))
    }
    while index < count {
      total = Rule.step(total, row[index &* stride].double, center)
      index &+= 1
    }
    return total
  }
}

/// How a reduction takes in an element, in double precision. Types, not closures, so that each rule
/// is sure to be compiled into the loop.
protocol FoldRule {
  static var initial: Double { get }
  static func step(_ sum: Double, _ x: Double, _ center: Double) -> Double
  static func combine(_ a: Double, _ b: Double) -> Double
}

enum SumRule: FoldRule {
  @inline(__always) static var initial: Double { 0 }
  @inline(__always)
  static func step(_ sum: Double, _ x: Double, _ center: Double) -> Double { sum + x }
  @inline(__always) static func combine(_ a: Double, _ b: Double) -> Double { a + b }
}

enum SquaredDeviationRule: FoldRule {
  @inline(__always) static var initial: Double { 0 }
  @inline(__always)
  static func step(_ sum: Double, _ x: Double, _ center: Double) -> Double {
    sum + (x - center) * (x - center)
  }
  @inline(__always) static func combine(_ a: Double, _ b: Double) -> Double { a + b }
}

enum MaximumRule: FoldRule {
  @inline(__always) static var initial: Double { -.infinity }
  @inline(__always)
  static func step(_ best: Double, _ x: Double, _ center: Double) -> Double {
    ReferenceEngine.maximum(best, x)
  }
  @inline(__always)
  static func combine(_ a: Double, _ b: Double) -> Double { ReferenceEngine.maximum(a, b) }
}

enum MinimumRule: FoldRule {
  @inline(__always) static var initial: Double { .infinity }
  @inline(__always)
  static func step(_ best: Double, _ x: Double, _ center: Double) -> Double {
    ReferenceEngine.minimum(best, x)
  }
  @inline(__always)
  static func combine(_ a: Double, _ b: Double) -> Double { ReferenceEngine.minimum(a, b) }
}
