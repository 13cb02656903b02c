import Arrays
import CKernels
import Testing

/// What element-wise functions and reductions make of NaN, infinities, zeros and the ends of the
/// range of numbers, where loops written for speed like to differ.
@Suite("Engines agree: special values", .serialized)
struct EngineAgreementSpecialValueTests {
  static let special: [Float] = [
    .nan, -.nan, .infinity, -.infinity, 0, -0.0, 1, -1, 0.5, -0.5, 2, 3, -3, 17, 87, 88.8, 100, 104,
    -17, -87, -88.8, -100, -104, 1e-6, -1e-6, 1e20, -1e20, .greatestFiniteMagnitude,
    -.greatestFiniteMagnitude, .leastNormalMagnitude, -.leastNormalMagnitude,
    .leastNonzeroMagnitude,
    -.leastNonzeroMagnitude,
  ]

  /// All ordered pairs.
  static let pairs: (NDArray, NDArray) = (
    NDArray(special.flatMap { x in special.map { _ in x } }),
    NDArray(special.flatMap { _ in special })
  )

  /// Where NaN and infinity must be the same and other numbers agree one by one.
  static func compare(
    _ actual: NDArray, _ expected: NDArray, within tolerance: Double = 1e-6, _ place: String,
    _ operands: (Int) -> String
  ) {
    for (index, (a, b)) in zip(numbers(actual), numbers(expected)).enumerated() {
      // Below the normal numbers a unit in the last place is no small part.
      let bound = tolerance * b.magnitude + 3e-45
      let agrees = a == b || (a.isNaN && b.isNaN) || (a - b).magnitude <= bound
      #expect(agrees, "\(place) of \(operands(index)): \(a), expected \(b)")
    }
  }

  /// GELU of a large negative number is an exponential whose argument the reference rounds.
  static func tolerance(_ name: String) -> Double { name.hasPrefix("gelu") ? 3e-5 : 1e-6 }

  @Test(arguments: UnaryFunction.allCases) func unary(_ function: UnaryFunction) {
    let x = NDArray(Self.special)
    for alpha in [0.5, 2, -1, 0, .infinity, -.infinity, .nan, 1e300] {
      Self.compare(
        testedEngine.unary(function, x, alpha: alpha), reference.unary(function, x, alpha: alpha),
        within: Self.tolerance("\(function)"), "\(function), \(alpha)"
      ) { "\(Self.special[$0])" }
    }
  }

  @Test(arguments: UnaryFunction.allCases) func blockedPadding(_ function: UnaryFunction) {
    let x = OperandLayout.blocked16.apply(draw([2, 3, 2, 2], .float32))
    for alpha in [0.5, 2, -1, 0, .infinity, -.infinity, .nan, 1e300] {
      let place = "\(function), \(alpha)"
      expectZeroPadding(testedEngine.unary(function, x, alpha: alpha), place)
    }
  }

  @Test(arguments: UnaryGradient.allCases) func unaryGradient(_ function: UnaryGradient) {
    let (u, s) = Self.pairs
    for alpha in [0.5, -1, 0, .infinity] {
      Self.compare(
        testedEngine.unaryGradient(function, upstream: u, saved: s, alpha: alpha),
        reference.unaryGradient(function, upstream: u, saved: s, alpha: alpha),
        within: Self.tolerance("\(function)"), "\(function), \(alpha)"
      ) { "\(u.floats[$0]), \(s.floats[$0])" }
      let x = OperandLayout.blocked16.apply(draw([2, 3, 2, 2], .float32))
      expectZeroPadding(
        testedEngine.unaryGradient(function, upstream: x, saved: x, alpha: alpha),
        "\(function), \(alpha)")
    }
  }

  @Test(arguments: BinaryFunction.allCases) func binary(_ function: BinaryFunction) {
    let (a, b) = Self.pairs
    Self.compare(
      testedEngine.binary(function, a, b, shape: a.shape),
      reference.binary(function, a, b, shape: a.shape), "\(function)"
    ) { "\(a.floats[$0]), \(b.floats[$0])" }
    // With either operand stretched, loops differ.
    for value in Self.special {
      let one = NDArray(value)
      let all = NDArray(Self.special)
      for (a, b) in [(one, all), (all, one)] {
        Self.compare(
          testedEngine.binary(function, a, b, shape: all.shape),
          reference.binary(function, a, b, shape: all.shape), "\(function) with \(value)"
        ) { "\(Self.special[$0])" }
      }
    }
  }

  @Test(arguments: Comparison.allCases) func compare(_ comparison: Comparison) {
    let (a, b) = Self.pairs
    Self.compare(
      testedEngine.compare(comparison, a, b, shape: a.shape),
      reference.compare(comparison, a, b, shape: a.shape), "\(comparison)"
    ) { "\(a.floats[$0]), \(b.floats[$0])" }
  }

  /// A NaN is found wherever it stands: in a loop's lanes or in what they leave over.
  @Test(arguments: Reduction.allCases) func notANumberIsFound(_ reduction: Reduction) {
    for count in [1, 2, 5, 31, 32, 33, 64, 71] {
      for place in 0..<count {
        var elements = [Float](repeating: -1, count: count)
        elements[place] = .nan
        let row = NDArray(elements, shape: [1, count])
        #expect(testedEngine.reduce(reduction, row, axes: [1]).item.isNaN)
        // Columns, of which only the middle one has it.
        let columns = NDArray(elements.flatMap { [-1, $0, 1] as [Float] }, shape: [count, 3])
        let result = numbers(testedEngine.reduce(reduction, columns, axes: [0]))
        #expect(result.map(\.isNaN) == [false, true, false], "\(count), \(place)")
      }
    }
  }

  @Test(arguments: Reduction.allCases) func infinities(_ reduction: Reduction) {
    let rows: [[Float]] = [
      [.infinity, 1, 2, 3], [-.infinity, 1, 2, 3], [.infinity, -.infinity, 0, 0],
      [-.infinity, -.infinity, -.infinity, -.infinity], [.infinity, .infinity, .infinity, 1],
      [.nan, .infinity, 0, 0], [3e38, 3e38, -3e38, -3e38], [-0.0, -0.0, -0.0, -0.0],
    ]
    let x = NDArray(rows: rows)
    for axis in 0...1 {
      Self.compare(
        testedEngine.reduce(reduction, x, axes: [axis]),
        reference.reduce(reduction, x, axes: [axis]),
        "\(reduction) along \(axis)"
      ) { "\(axis == 1 ? rows[$0] : rows.map { row in row[0] })" }
    }
  }

  /// What padding hides in a window must not be taken for the maximum.
  @Test func poolingBelowZero() {
    let x = NDArray(repeating: -5, shape: [1, 3, 4, 4])
    let geometry = PoolingGeometry(window: [3, 3], stride: [2, 2], padding: [1, 1])
    let (value, _) = testedEngine.maximumPool(x, geometry: geometry, shape: [1, 3, 2, 2])
    #expect(numbers(value).allSatisfy { $0 == -5 })
  }
}

/// The loops of CKernels for lesser processors: the same cases once more for each instruction set.
@Suite("Engines agree: instruction sets", .serialized)
struct EngineAgreementLevelTests {
  @Test(arguments: [0, 1]) func lesserProcessors(level: Int32) {
    #expect(gk_limit_level(level) <= level)
    let threads = Compute.threads
    Compute.threads = 1
    defer {
      gk_limit_level(2)
      Compute.threads = threads
    }
    for row in Agreement.elementwise + Agreement.reductions + Agreement.softmax { row.check() }
    for row in Agreement.normalization + Agreement.indexing + Agreement.assembly { row.check() }
    for row in Agreement.pooling { row.check() }
  }
}
