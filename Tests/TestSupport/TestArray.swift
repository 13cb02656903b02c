import Arrays

/// Deterministic arrays to test with.
public enum TestArray {
  /// Arrays whose elements all differ, and stay away from 0.
  ///
  /// Between two elements of the whole list lies at least half of `range`'s width over their
  /// number, so that finite differences step over no kink and no tie.
  ///
  /// - Parameters:
  ///   - shapes: One an array.
  ///   - seed: Another order and other digits for each.
  ///   - range: Where the elements lie. If it has 0 inside, it is widened by 0.05 on both sides
  ///     and ±0.05 stays free.
  public static func several(
    _ shapes: [Shape], seed: Int = 1, in range: ClosedRange<Double> = -2...2,
    dtype: DType = .float64
  ) -> [NDArray] {
    let count = shapes.reduce(0) { $0 + $1.elementCount }
    var generator = SplitMix64(seed: seed)
    let spacing = (range.upperBound - range.lowerBound) / Double(max(count, 1))
    let gap = range.contains(0) ? 0.05 : 0
    var numbers = (0..<count).map { place -> Double in
      let jitter = generator.fraction() * 0.5 + 0.25
      let x = range.lowerBound + (Double(place) + jitter) * spacing
      return x < 0 ? x - gap : x + gap
    }
    for place in stride(from: count - 1, to: 0, by: -1) {
      numbers.swapAt(place, Int(generator.fraction() * Double(place + 1)))
    }
    var start = 0
    return shapes.map { shape in
      let end = start + shape.elementCount
      defer { start = end }
      return NDArray(Array(numbers[start..<end]), shape: shape).cast(to: dtype)
    }
  }

  /// One array whose elements all differ, and stay away from 0.
  public static func one(
    _ shape: Shape, seed: Int = 1, in range: ClosedRange<Double> = -2...2, dtype: DType = .float64
  ) -> NDArray {
    several([shape], seed: seed, in: range, dtype: dtype)[0]
  }

  /// Numbers from 0 up to, not including, `bound`, as int32, repeated ones among them.
  public static func indices(_ shape: Shape, below bound: Int, seed: Int = 1) -> NDArray {
    var generator = SplitMix64(seed: seed)
    let numbers = (0..<shape.elementCount).map { _ in
      Int32(generator.fraction() * Double(bound))
    }
    return NDArray(numbers, shape: shape)
  }
}

/// How the elements of a test array lie in memory.
public enum TestView: String, Sendable, CaseIterable {
  case rowMajor, transposed, sliced, shifted

  /// The same elements in this layout. An array without elements or axes may stay as it is.
  public func of(_ x: NDArray) -> NDArray {
    guard x.rank > 0, x.elementCount > 0 else { return x }
    let doubles = x.doubles
    switch self {
    case .rowMajor: return NDArray(doubles, shape: x.shape).cast(to: x.dtype)
    case .transposed:
      let reversed = Array((0..<x.rank).reversed())
      var copy = x.permuted(reversed)
      copy.makeUnique()
      return copy.permuted(reversed)
    case .sliced:
      // Every other column of a wider array; what lies between must not matter.
      let width = x.shape[x.rank - 1]
      var sizes = Array(x.shape)
      sizes[x.rank - 1] = 2 * width + 1
      var wide = [Double](repeating: 77, count: Shape(sizes).elementCount)
      for (index, value) in doubles.enumerated() {
        wide[index / width * (2 * width + 1) + 2 * (index % width) + 1] = value
      }
      return NDArray(wide, shape: Shape(sizes)).cast(to: x.dtype)
        .sliced(axis: -1, 1..<(2 * width + 1), step: 2)
    case .shifted:
      // All but the first of more rows: contiguous, from an offset.
      var sizes = Array(x.shape)
      let row = x.elementCount / sizes[0]
      sizes[0] += 1
      return NDArray([Double](repeating: 88, count: row) + doubles, shape: Shape(sizes))
        .cast(to: x.dtype).sliced(axis: 0, 1..<sizes[0])
    }
  }
}

/// The generator of Steele, Lea and Flood 2014, "Fast Splittable Pseudorandom Number Generators",
/// which the scripts in `Tests/References` use too.
public struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  public init(seed: Int) { state = UInt64(bitPattern: Int64(seed)) }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A number in [0, 1).
  public mutating func fraction() -> Double { Double(next() >> 11) * 0x1p-53 }
}
