import Arrays
import Foundation
import Testing

@Suite("Reference engine: two operands")
struct ReferenceEngineBinaryTests {
  static func value(_ function: BinaryFunction, _ a: Double, _ b: Double) -> Double {
    switch function {
    case .add: a + b
    case .subtract: a - b
    case .multiply: a * b
    case .divide: a / b
    case .maximum: a.isNaN || b.isNaN ? .nan : max(a, b)
    case .minimum: a.isNaN || b.isNaN ? .nan : min(a, b)
    case .power: pow(a, b)
    case .rectifiedSum: a + b <= 0 ? 0 : a + b
    }
  }

  static let pairs: [(Shape, Shape)] = [
    ([7], [7]), ([3, 4], [3, 4]), ([3, 4], []), ([], [3, 4]), ([], []), ([3, 4], [1]),
    ([3, 4], [4]), ([4], [3, 4]), ([3, 4], [3, 1]), ([3, 1], [1, 4]), ([2, 3, 4], [3, 1]),
    ([2, 1, 4, 1], [3, 1, 5]), ([2, 8, 3, 3], [1, 8, 1, 1]), ([0, 4], [4]), ([3, 1], [3, 0]),
    ([1, 1, 1, 1, 1, 1, 1, 2], [2, 1, 1, 1, 1, 1, 1, 1]),
  ]

  @Test(arguments: BinaryFunction.allCases, floatingTypes)
  func broadcasting(function: BinaryFunction, dtype: DType) throws {
    for (first, second) in Self.pairs {
      let shape = try Shape.broadcast(first, second, operation: "test")
      let key = RandomKey(seed: 7)
      let a = NDArray.uniform(first, in: 0.5..<3, key: key, dtype: dtype)
      let b = NDArray.uniform(second, in: 0.5..<3, key: key.at(step: 1), dtype: dtype)
      let (x, y) = (numbers(a), numbers(b))
      let expected = places(shape).map { place in
        Self.value(function, x[offset(place, in: first)], y[offset(place, in: second)])
      }
      for one in [a, reversedLayout(a)] {
        for other in [b, reversedLayout(b)] {
          expect(
            reference.binary(function, one, other, shape: shape), expected, shape: shape,
            dtype: dtype)
        }
      }
    }
  }

  @Test(arguments: floatingTypes)
  func largestAndSmallestKeepNaN(dtype: DType) {
    let a = reference.cast(NDArray([.nan, 1, .nan, 2, -.infinity] as [Double]), to: dtype)
    let b = reference.cast(NDArray([1, .nan, .nan, 3, .infinity] as [Double]), to: dtype)
    for function in [BinaryFunction.maximum, .minimum] {
      let y = numbers(reference.binary(function, a, b, shape: [5]))
      #expect(y[..<3].allSatisfy { $0.isNaN })
      #expect(y[3] == (function == .maximum ? 3 : 2))
      #expect(y[4] == (function == .maximum ? .infinity : -.infinity))
    }
  }

  @Test func integers() {
    let a = NDArray([7, -7, 1, .max, 0] as [Int32])
    let b = NDArray([2, 2, 0, 1, 0] as [Int32])
    func values(_ function: BinaryFunction) -> [Double] {
      let result = reference.binary(function, a, b, shape: [5])
      #expect(result.dtype == .int32)
      return numbers(result)
    }
    #expect(values(.add) == [9, -5, 1, -2_147_483_648, 0])  // wraps around
    #expect(values(.subtract) == [5, -9, 1, 2_147_483_646, 0])
    #expect(values(.multiply) == [14, -14, 0, 2_147_483_647, 0])
    #expect(values(.divide) == [3, -3, 2_147_483_647, 2_147_483_647, 0])  // towards zero
    #expect(values(.maximum) == [7, 2, 1, 2_147_483_647, 0])
    #expect(values(.minimum) == [2, -7, 0, 1, 0])
    #expect(values(.power) == [49, 49, 1, 2_147_483_647, 1])
  }

  @Test(arguments: Comparison.allCases, DType.allCases)
  func comparisons(comparison: Comparison, dtype: DType) {
    let a = reference.cast(NDArray([0.0, 1, 1, 0]), to: dtype)
    let b = reference.cast(NDArray([0.0, 0, 1, 1]), to: dtype)
    let expected: [Double] =
      switch comparison {
      case .equal: [1, 0, 1, 0]
      case .notEqual: [0, 1, 0, 1]
      case .less: [0, 0, 0, 1]
      case .lessOrEqual: [1, 0, 1, 1]
      case .greater: [0, 1, 0, 0]
      case .greaterOrEqual: [1, 1, 1, 0]
      }
    expectExactly(
      reference.compare(comparison, a, b, shape: [4]), expected, shape: [4], dtype: .bool)
  }

  @Test(arguments: Comparison.allCases)
  func comparisonsWithNaN(comparison: Comparison) {
    for (a, b) in [(Double.nan, 1.0), (1, .nan), (.nan, .nan)] {
      let holds = reference.compare(comparison, NDArray([a]), NDArray([b]), shape: [1]).item
      #expect(holds == (comparison == .notEqual ? 1 : 0))
    }
  }

  @Test(arguments: DType.allCases)
  func selection(dtype: DType) {
    let condition = NDArray([true, false, true], shape: [3, 1])
    let a = reference.cast(NDArray([1.0, 0, 1, 1], shape: [4]), to: dtype)
    let b = reference.cast(NDArray(0.0), to: dtype)
    let expected: [Double] = [1, 0, 1, 1, 0, 0, 0, 0, 1, 0, 1, 1]
    expectExactly(
      reference.select(condition, a, b, shape: [3, 4]), expected, shape: [3, 4], dtype: dtype)
  }

  @Test func selectionDoesNotMixInTheOtherBranch() {
    let condition = NDArray([true, false])
    let y = reference.select(
      condition, NDArray([1, Double.nan]), NDArray([Double.nan, 2]), shape: [2])
    #expect(y.elements() == [1.0, 2])
  }
}
