import Arrays
import CKernels
import Foundation
import Testing

/// The elementary functions of CKernels against the C library's in double precision, for each
/// instruction set, in units in the last place of the exact result.
///
/// Every 2053rd of all floats is tried, 400,001 evenly spaced ones in −20...20, those next to
/// multiples of ¼, where pieces of functions meet, and those where the errors are largest. (All
/// floats were tried once, with the same bounds.) Where a result is the difference of two larger
/// numbers, units in its last place say nothing: there, an absolute error is allowed too, and said.
@Suite("Kernels: accuracy", .serialized)
struct KernelAccuracyTests {
  struct Function: Sendable, CustomTestStringConvertible {
    let name: String
    /// In units in the last place.
    let bound: Double
    /// At the levels with fused multiply-adds, where these are float32's functions of tables.h.
    let vectorBound: Double
    /// Allowed besides.
    var absolute = 0.0
    let exact: @Sendable (Double) -> Double
    let kernel: @Sendable (UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int) -> Void

    var testDescription: String { name }

    init(
      _ function: UnaryFunction, within bound: Double, vectors vectorBound: Double? = nil,
      _ exact: @escaping @Sendable (Double) -> Double
    ) {
      name = "\(function)"
      self.bound = bound
      self.vectorBound = vectorBound ?? bound
      self.exact = exact
      kernel = { gk_unary(function.rawValue, $0, $1, $2, 0) }
    }

    /// The slope, by the gradient's rule with an upstream gradient of 1.
    init(
      _ function: UnaryGradient, within bound: Double, vectors vectorBound: Double? = nil,
      absolute: Double = 0, _ exact: @escaping @Sendable (Double) -> Double
    ) {
      name = "\(function)"
      self.bound = bound
      self.vectorBound = vectorBound ?? bound
      self.absolute = absolute
      self.exact = exact
      kernel = { x, y, count in
        let ones = [Float](repeating: 1, count: count)
        gk_unary_gradient(function.rawValue, ones, x, y, count, 0)
      }
    }
  }

  static let functions: [Function] = [
    Function(.exp, within: 1) { exp($0) },
    Function(.log, within: 1) { log($0) },
    Function(.sqrt, within: 0.5) { $0.squareRoot() },
    Function(.reciprocal, within: 0.5) { 1 / $0 },
    Function(.erf, within: 0.6, vectors: 0.8) { erf($0) },
    Function(.tanh, within: 1.3) { tanh($0) },
    Function(.sigmoid, within: 2) { sigmoid($0) },
    Function(.softplus, within: 2) { max($0, 0) + log1p(exp(-abs($0))) },
    // GELU keeps its digits in the lower tail, down to the smallest numbers.
    Function(.gelu, within: 0.7, vectors: 1.8) {
      $0 < -100 ? -0.0 : $0 * erfc(-$0 / 2.squareRoot()) / 2
    },
    Function(.geluTanh, within: 0.6, vectors: 1.7) {
      $0 < -100 ? -0.0 : $0 * sigmoid(geluArgument($0))
    },
    Function(.softplusFromInput, within: 2) { sigmoid($0) },
    // GELU's slopes are sums of two terms that cancel at −0.75 and −1.4.
    Function(.geluFromInput, within: 1, vectors: 1.6, absolute: 3e-9) {
      if abs($0) > 100 { return $0 > 0 ? 1 : 0 }
      return erfc(-$0 / 2.squareRoot()) / 2 + $0 * exp(-$0 * $0 / 2) / (2 * Double.pi).squareRoot()
    },
    Function(.geluTanhFromInput, within: 1, vectors: 1.9, absolute: 3e-9) {
      if abs($0) > 100 { return $0 > 0 ? 1 : 0 }
      let z = geluArgument($0)
      let slope = (8 / Double.pi).squareRoot() * (1 + 3 * 0.044715 * $0 * $0)
      return sigmoid(z) + $0 * sigmoid(z) * sigmoid(-z) * slope
    },
  ]

  static func sigmoid(_ x: Double) -> Double {
    x < 0 ? exp(x) / (1 + exp(x)) : 1 / (1 + exp(-x))
  }

  static func geluArgument(_ x: Double) -> Double {
    (8 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)
  }

  /// Where the errors of functions computed as float32 vectors are largest, and were when their
  /// polynomials were rounded before the exponential multiplied them.
  static let worst: [Float] = [
    -2.20204282, -2.19429851, 0.213626996,  // gelu
    -2.75515676, -5.56019163, 0.213052183,  // geluTanh
    0.344632119, 1.04171491e-38,  // softplus, erf
    -0.898977816, -1.03598535,  // the slopes
  ]

  static let grid: [Float] =
    stride(from: UInt32(0), to: .max - 2053, by: 2053).map { Float(bitPattern: $0) }
    + (-200_000...200_000).map { Float($0) / 10_000 }
    + (1...128).flatMap { quarter in
      (-8...8).flatMap { step -> [Float] in
        let x = Float(bitPattern: UInt32(Int((Float(quarter) / 4).bitPattern) + step))
        return [x, -x]
      }
    } + worst

  /// The error in units in the last place of the exact value rounded to float32.
  static func error(_ y: Float, _ exact: Double, absolute: Double) -> Double {
    if exact.isNaN || y.isNaN { return exact.isNaN && y.isNaN ? 0 : .infinity }
    let rounded = Float(exact)
    if rounded.isInfinite || y.isInfinite { return y == rounded ? 0 : .infinity }
    let unit = max(Double(Float(abs(exact)).ulp), Double(Float.leastNonzeroMagnitude))
    return max(0, abs(Double(y) - exact) - absolute) / unit
  }

  @Test(arguments: functions) func errors(of function: Function) {
    let exact = Self.grid.map { function.exact(Double($0)) }
    defer { gk_limit_level(2) }
    for level in Int32(0)...2 where gk_limit_level(level) == level {
      var y = [Float](repeating: 0, count: Self.grid.count)
      function.kernel(Self.grid, &y, y.count)
      var worst = 0.0
      var place: Float = 0
      for index in y.indices {
        let error = Self.error(y[index], exact[index], absolute: function.absolute)
        if error > worst { (worst, place) = (error, Self.grid[index]) }
      }
      #expect(
        worst <= (level == 0 ? function.bound : function.vectorBound),
        "\(function.name), level \(level): \(worst) ulp at \(place)")
    }
  }

  /// Steps of the optimizers against their formulas in double precision.
  @Test(arguments: [Int32(0), 1, 2]) func optimizers(level: Int32) {
    gk_limit_level(level)
    defer { gk_limit_level(2) }
    let count = 1003
    let start = spread([count], -1..<1, seed: 1).floats
    for step in [StepRule.plain, .momentum, .nesterov, .adam] {
      var weights = start
      var exact = start.map { Double($0) }
      var (first, second) = (
        [Float](repeating: 0, count: count), [Float](repeating: 0, count: count)
      )
      var (m, v) = (first.map { Double($0) }, second.map { Double($0) })
      for number in 1...5 {
        let gradient = spread([count], -1..<1, seed: UInt64(number + 1)).floats
        step.run(&weights, gradient, &first, &second, number)
        for index in 0..<count {
          step.exact(&exact[index], Double(gradient[index]), &m[index], &v[index], number)
        }
      }
      for (index, (w, e)) in zip(weights, exact).enumerated() {
        #expect(abs(Double(w) - e) < 2e-6, "\(step), element \(index): \(w), expected \(e)")
      }
    }
  }
}

/// An optimizer of CKernels and the formula of its comment.
enum StepRule {
  case plain, momentum, nesterov, adam

  private static let (rate, decay, mass, dampening) = (0.05, 0.01, 0.9, 0.1)
  private static let (beta1, beta2, epsilon) = (0.9, 0.999, 1e-8)

  func run(
    _ weights: inout [Float], _ gradient: [Float], _ first: inout [Float],
    _ second: inout [Float], _ step: Int
  ) {
    weights.withUnsafeMutableBytes { w in
      gradient.withUnsafeBytes { g in
        first.withUnsafeMutableBytes { m in
          second.withUnsafeMutableBytes { v in
            var parameter = gk_parameter()
            parameter.value = w.baseAddress
            parameter.gradient = g.baseAddress
            parameter.state = (m.baseAddress, v.baseAddress, nil)
            parameter.count = gradient.count
            parameter.rate_factor = 2
            parameter.weight_decay = Self.decay
            var rule = gk_update()
            rule.rule = self == .adam ? GK_ADAM : GK_SGD
            rule.rate = Self.rate
            (rule.beta1, rule.beta2, rule.epsilon) = (Self.beta1, Self.beta2, Self.epsilon)
            (rule.momentum, rule.dampening) = (self == .plain ? 0 : Self.mass, Self.dampening)
            (rule.nesterov, rule.first, rule.step) = (self == .nesterov, step == 1, step)
            gk_update_f32(&parameter, 1, &rule)
          }
        }
      }
    }
  }

  func exact(
    _ w: inout Double, _ gradient: Double, _ m: inout Double, _ v: inout Double, _ step: Int
  ) {
    let (rate, g) = (2 * Self.rate, gradient + Self.decay * w)
    switch self {
    case .plain: w -= rate * g
    case .momentum, .nesterov:
      m = step == 1 ? g : Self.mass * m + (1 - Self.dampening) * g
      w -= rate * (self == .nesterov ? g + Self.mass * m : m)
    case .adam:
      m = Self.beta1 * m + (1 - Self.beta1) * g
      v = Self.beta2 * v + (1 - Self.beta2) * g * g
      let (a, b) = (
        m / (1 - pow(Self.beta1, Double(step))), v / (1 - pow(Self.beta2, Double(step)))
      )
      w -= rate * a / (b.squareRoot() + Self.epsilon)
    }
  }
}
