import Arrays
import Foundation
import Testing

@Suite("Reference engine: element-wise")
struct ReferenceEngineElementwiseTests {
  /// By its definition, in double precision.
  static func value(_ function: UnaryFunction, _ x: Double, _ alpha: Double) -> Double {
    switch function {
    case .negate: -x
    case .absolute: abs(x)
    case .sign: x > 0 ? 1 : x < 0 ? -1 : x
    case .reciprocal: 1 / x
    case .square: x * x
    case .exp: exp(x)
    case .log: log(x)
    case .sqrt: sqrt(x)
    case .sin: sin(x)
    case .cos: cos(x)
    case .erf: erf(x)
    case .tanh: tanh(x)
    case .sigmoid: 1 / (1 + exp(-x))
    case .relu: x.isNaN ? x : max(x, 0)
    case .leakyRelu: x > 0 ? x : alpha * x
    case .gelu: x * (1 + erf(x / sqrt(2))) / 2
    case .geluTanh: 0.5 * x * (1 + tanh(sqrt(2 / .pi) * (x + 0.044715 * pow(x, 3))))
    case .softplus: log(1 + exp(x))
    case .addScalar: x + alpha
    case .multiplyScalar: x * alpha
    case .subtractFromScalar: alpha - x
    case .divideIntoScalar: alpha / x
    case .powerScalar: pow(x, alpha)
    case .maximumScalar: x.isNaN ? x : max(x, alpha)
    case .minimumScalar: x.isNaN ? x : min(x, alpha)
    }
  }

  @Test(arguments: UnaryFunction.allCases, floatingTypes)
  func unary(function: UnaryFunction, dtype: DType) {
    let needsPositive = [.log, .sqrt, .powerScalar].contains(function)
    let key = RandomKey(seed: 1)
    let x = NDArray.uniform(
      [3, 5, 7], in: (needsPositive ? 0.1 : -4)..<4, key: key, dtype: dtype)
    for alpha in [0.7, 2] {
      let expected = numbers(x).map { Self.value(function, $0, alpha) }
      expect(
        reference.unary(function, x, alpha: alpha), expected, shape: x.shape, dtype: dtype)
      expect(
        reference.unary(function, reversedLayout(x), alpha: alpha), expected, shape: x.shape,
        dtype: dtype)
    }
    let empty = NDArray.zeros([2, 0, 3], dtype: dtype)
    expect(reference.unary(function, empty, alpha: 1), [], shape: [2, 0, 3], dtype: dtype)
    let scalar = NDArray(repeating: 0.5, shape: .scalar, dtype: dtype)
    expect(
      reference.unary(function, scalar, alpha: 1), [Self.value(function, 0.5, 1)], shape: .scalar,
      dtype: dtype)
  }

  @Test(arguments: UnaryFunction.allCases, floatingTypes)
  func zeroIsPreservedWhereSaid(function: UnaryFunction, dtype: DType) {
    for alpha in [-1.5, 0, 0.5, 3] where function.preservesZero(alpha: alpha) {
      #expect(reference.unary(function, .zeros([1], dtype: dtype), alpha: alpha).item == 0)
    }
  }

  @Test(arguments: UnaryFunction.allCases, floatingTypes)
  func notANumberStays(function: UnaryFunction, dtype: DType) {
    let x = NDArray(repeating: .nan, shape: [9], dtype: dtype)
    let y = numbers(reference.unary(function, x, alpha: 0.5))
    #expect(y.allSatisfy { $0.isNaN }, "\(y)")
  }

  @Test(arguments: floatingTypes)
  func largeArguments(dtype: DType) {
    let x = reference.cast(
      NDArray([-1000, -100, 100, 1000, -.infinity, .infinity] as [Double]), to: dtype)
    func values(_ function: UnaryFunction) -> [Double] {
      numbers(reference.unary(function, x, alpha: 0))
    }
    let sigmoid = values(.sigmoid)
    #expect(sigmoid[0] == 0 && sigmoid[2...3] == [1, 1] && sigmoid[4] == 0 && sigmoid[5] == 1)
    if dtype == .float64 { #expect(abs(sigmoid[1] / exp(-100) - 1) < 1e-15) }
    #expect(values(.softplus) == [0, values(.softplus)[1], 100, 1000, 0, .infinity])
    #expect(values(.tanh) == [-1, -1, 1, 1, -1, 1])
    #expect(values(.erf) == [-1, -1, 1, 1, -1, 1])
    #expect(values(.relu) == [0, 0, 100, 1000, 0, .infinity])
    #expect(values(.gelu)[1...3] == [0, 100, 1000])
    #expect(values(.geluTanh)[1...3] == [0, 100, 1000])
    // The lower tail of GELU keeps its digits: x · Φ(x) at −8.
    let tail = reference.unary(.gelu, NDArray([-8.0]), alpha: 0).item
    #expect(abs(tail / (-8 * 6.220_960_574_271_785e-16) - 1) < 1e-13)
  }

  @Test func kinks() {
    #expect(reference.unary(.sign, NDArray([0.0]), alpha: 0).item == 0)
    let zero = NDArray([0.0])
    let one = NDArray([1.0])
    let relu = reference.unaryGradient(.reluFromValue, upstream: one, saved: zero, alpha: 0)
    #expect(relu.item == 0)
    let leaky = reference.unaryGradient(
      .leakyReluFromInput, upstream: one, saved: zero, alpha: 0.25)
    #expect(leaky.item == 0.25)
  }

  @Test(arguments: UnaryGradient.allCases)
  func gradientsAreDerivatives(rule: UnaryGradient) {
    let (function, savesValue): (UnaryFunction, Bool) =
      switch rule {
      case .tanhFromValue: (.tanh, true)
      case .sigmoidFromValue: (.sigmoid, true)
      case .reluFromValue: (.relu, true)
      case .leakyReluFromInput: (.leakyRelu, false)
      case .geluFromInput: (.gelu, false)
      case .geluTanhFromInput: (.geluTanh, false)
      case .softplusFromInput: (.softplus, false)
      }
    let x = NDArray.uniform([4, 6], in: -4..<4, key: RandomKey(seed: 2), dtype: .float64)
    let upstream = draw([4, 6], seed: 3)
    let alpha = 0.3
    let step = 1e-5
    let up = reference.unary(.addScalar, x, alpha: step)
    let down = reference.unary(.addScalar, x, alpha: -step)
    let high = numbers(reference.unary(function, up, alpha: alpha))
    let low = numbers(reference.unary(function, down, alpha: alpha))
    let expected = zip(numbers(upstream), zip(high, low)).map { u, pair in
      u * (pair.0 - pair.1) / (2 * step)
    }
    let saved = savesValue ? reference.unary(function, x, alpha: alpha) : x
    let gradient = reference.unaryGradient(rule, upstream: upstream, saved: saved, alpha: alpha)
    expect(gradient, expected, shape: [4, 6], dtype: .float64, within: 1e-9)
    let views = reference.unaryGradient(
      rule, upstream: reversedLayout(upstream), saved: saved, alpha: alpha)
    expectExactly(views, numbers(gradient), shape: [4, 6], dtype: .float64)
    let single = reference.unaryGradient(
      rule, upstream: reference.cast(upstream, to: .float32),
      saved: reference.cast(saved, to: .float32), alpha: alpha)
    expect(single, expected, shape: [4, 6], dtype: .float32)
  }

  @Test func integers() {
    let x = NDArray([-3, 0, 5, .min] as [Int32])
    func values(_ function: UnaryFunction, _ alpha: Double = 0) -> [Double] {
      let result = reference.unary(function, x, alpha: alpha)
      #expect(result.dtype == .int32)
      return numbers(result)
    }
    #expect(values(.negate) == [3, 0, -5, 2_147_483_647])  // saturates
    #expect(values(.absolute) == [3, 0, 5, 2_147_483_647])
    #expect(values(.sign) == [-1, 0, 1, -1])
    #expect(values(.addScalar, 2)[..<3] == [-1, 2, 7])
    #expect(values(.multiplyScalar, -2)[..<3] == [6, 0, -10])
    #expect(values(.maximumScalar, 1)[..<3] == [1, 1, 5])
  }

  @Test func typesWithoutArithmeticTrap() async {
    await #expect(processExitsWith: .failure) {
      _ = reference.unary(.exp, NDArray([Int32(1)]), alpha: 0)
    }
    await #expect(processExitsWith: .failure) {
      _ = reference.binary(.add, NDArray([true]), NDArray([true]), shape: [1])
    }
  }
}
