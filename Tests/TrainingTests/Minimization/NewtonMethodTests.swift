import Foundation
import TestSupport
import Testing
import Training

@Suite struct NewtonMethodTests {
  /// Rosenbrock's function by hand: gradient, and the step of its 2 × 2 Hessian by Cramer's rule.
  private func next(_ x: [Double], damping: Double) -> [Double] {
    let bend = x[1] - x[0] * x[0]
    let gradient = [-2 * (1 - x[0]) - 400 * x[0] * bend, 200 * bend]
    let a = 2 - 400 * bend + 800 * x[0] * x[0] + damping
    let b = -400 * x[0]
    let c = 200 + damping
    let determinant = a * c - b * b
    return [
      x[0] - (c * gradient[0] - b * gradient[1]) / determinant,
      x[1] - (a * gradient[1] - b * gradient[0]) / determinant,
    ]
  }

  @Test(arguments: [0.0, 2.5]) func stepsByHand(damping: Double) throws {
    var expected = [-1.2, 1.0]
    let method = NewtonMethod(
      damping: damping == 0 ? .none : .constant(damping), lineSearch: false, maximumIterations: 5)
    _ = try method.minimum(
      from: NDArray(expected),
      onStep: {
        for (x, y) in zip($0.point.doubles, expected) {
          #expect(abs(x - y) < 1e-9 * max(1, abs(y)))
        }
        expected = next(expected, damping: damping)
        return true
      }
    ) { TestFunction.rosenbrock($0) }
  }

  @Test func oneStepOnAQuadratic() throws {
    let minimum = try NewtonMethod().minimum(from: NDArray([Double](repeating: 2, count: 10))) {
      TestFunction.quadratic($0)
    }
    #expect(minimum.iterations == 1 && minimum.reason == .gradient)
    for (index, x) in minimum.point.doubles.enumerated() {
      #expect(abs(x - cos(Double(index))) < 1e-12)
    }
  }

  /// x⁴/4 − x²/2 + y²/2: a saddle point at 0, minima at x = ±1.
  @Test func saddlePoints() throws {
    func saddle(_ x: Tensor) -> Tensor {
      let square = x.squared()
      let signs = Tensor(NDArray([-0.5, 0.5]))
      let quartic = Tensor(NDArray([0.25, 0]))
      return (square * signs + square * square * quartic).sum()
    }
    let start = NDArray([0.2, 1.0])
    let plain = try NewtonMethod(damping: .none, lineSearch: false).minimum(from: start) {
      saddle($0)
    }
    #expect(plain.point.doubles.allSatisfy { abs($0) < 1e-8 } && plain.reason == .gradient)
    let damped = try NewtonMethod().minimum(from: start) { saddle($0) }
    #expect(abs(damped.point.doubles[0] - 1) < 1e-8 && abs(damped.point.doubles[1]) < 1e-8)
    // Up the slope there is no step that lowers the value.
    let stuck = try NewtonMethod(damping: .none).minimum(from: NDArray([0.2, 0.0])) { saddle($0) }
    #expect(stuck.reason == .lineSearch && stuck.iterations == 0)
  }

  @Test func theValueNeverRises() throws {
    var values: [Double] = []
    let minimum = try NewtonMethod().minimum(
      from: NDArray([-1.2, 1, -1.2, 1.0]),
      onStep: {
        values.append($0.value)
        return true
      }
    ) { TestFunction.rosenbrock($0) }
    #expect(minimum.reason == .gradient && minimum.point.doubles.allSatisfy { abs($0 - 1) < 1e-6 })
    #expect(values.count > 5 && zip(values, values.dropFirst()).allSatisfy { $0 >= $1 })
  }

  @Test func aSingularHessian() throws {
    let error = #expect(throws: MinimizationError.self) {
      _ = try NewtonMethod(damping: .none).minimum(from: NDArray([1.0, 2.0])) {
        $0.sum().squared()
      }
    }
    #expect(error?.description.contains("singular") == true)
    #expect(error?.description.hasSuffix("damping or another method would do") == true)
    let damped = try NewtonMethod(damping: .constant(0.1)).minimum(from: NDArray([1.0, 2.0])) {
      $0.sum().squared()
    }
    #expect(damped.reason == .gradient && abs(damped.value) < 1e-12)
  }

  /// A million parameters would need 32 TB: refused before anything is computed.
  @Test func absurdMemory() throws {
    var computed = false
    let error = #expect(throws: OutOfMemoryError.self) {
      _ = try NewtonMethod().minimum(from: NDArray.zeros([1_000_000], dtype: .float32)) {
        computed = true
        return $0.sum()
      }
    }
    #expect(!computed && error?.needed == 32_000_000_000_000)
    #expect(
      error?.purpose.contains("the Hessian of 1000000 parameters, 1000000² numbers") == true)
  }

  /// Logistic regression by Newton's method is iteratively reweighted least squares.
  @Test func logisticRegression() throws {
    let count = 30
    let rows = (0..<count).map { [cos(Double($0 * $0)), sin(Double(3 * $0)), 1] }
    let labels = (0..<count).map { $0 % 3 == 0 || rows[$0][0] > 0.6 ? 1.0 : 0 }
    var model = Dense(2, 1)
    model.initialize(seed: 2, dtype: .float64)
    model.weight.tensor = Tensor(NDArray.zeros([1, 2], dtype: .float64))
    let inputs = NDArray(rows.flatMap { $0.prefix(2) }, shape: [count, 2])
    let targets = Tensor(NDArray(labels, shape: [count, 1]))
    _ = try NewtonMethod(damping: .none, lineSearch: false, maximumIterations: 3).minimize(&model) {
      model in
      var context = Context(.evaluation)
      let z = model(Tensor(inputs), &context)
      return (z.softplus() - targets * z).sum()
    }
    var weights = [0.0, 0, 0]
    for _ in 0..<3 {
      var normal = [Double](repeating: 0, count: 9)
      var right = [0.0, 0, 0]
      for (row, label) in zip(rows, labels) {
        let z = zip(row, weights).reduce(0) { $0 + $1.0 * $1.1 }
        let p = 1 / (1 + exp(-z))
        for i in 0..<3 {
          right[i] += row[i] * (p * (1 - p) * z + label - p)
          for j in 0..<3 { normal[i * 3 + j] += p * (1 - p) * row[i] * row[j] }
        }
      }
      weights = try LinearAlgebra.solve(
        NDArray(normal, shape: [3, 3]), NDArray(right, shape: [3, 1])
      ).doubles
    }
    let found = model.weight.tensor.array.doubles + (model.bias?.tensor.array.doubles ?? [])
    #expect(zip(found, weights).allSatisfy { abs($0 - $1) < 1e-10 })
  }
}
