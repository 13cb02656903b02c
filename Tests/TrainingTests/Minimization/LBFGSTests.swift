import Foundation
import TestSupport
import Testing
import Training

/// The functions of `Tests/References/minimizers.py`, written again.
enum TestFunction {
  static func rosenbrock(_ x: Tensor) -> Tensor {
    let count = x.elementCount
    let a = x.sliced(axis: 0, 0..<(count - 1))
    let b = x.sliced(axis: 0, 1..<count)
    return ((1 - a).squared() + 100 * (b - a.squared()).squared()).sum()
  }

  static func quadratic(_ x: Tensor) -> Tensor {
    let count = x.elementCount
    let curvature = (0..<count).map { pow(10, -1 + 3 * Double($0) / Double(count - 1)) }
    let target = (0..<count).map { cos(Double($0)) }
    return 0.5 * (Tensor(NDArray(curvature)) * (x - Tensor(NDArray(target))).squared()).sum()
  }

  static func coupled(_ x: Tensor) -> Tensor {
    let count = x.elementCount
    let target = (0..<count).map { 3 * sin(Double($0)) }
    let before = Tensor.concatenate(
      [x.sliced(axis: 0, (count - 1)..<count), x.sliced(axis: 0, 0..<(count - 1))], axis: 0)
    return (0.3 * (x - before)).exp().sum() + 0.5 * (x - Tensor(NDArray(target))).squared().sum()
  }

  static func named(_ name: String) -> ((Tensor) -> Tensor)? {
    ["rosenbrock": rosenbrock, "quadratic": quadratic, "coupled": coupled][name]
  }
}

@Suite struct LBFGSTests {
  static let cases = (try? References("minimizers"))?.cases ?? []

  @Test func theCasesAreRead() {
    #expect(Self.cases.count == 11)
  }

  /// Every iterate is SciPy's.
  @Test(arguments: cases) func agreesWithSciPy(_ item: References.Case) throws {
    let references = try References("minimizers")
    let points = try #require(try references.tensor("points", of: item))
    let function = try #require(TestFunction.named(item.operation))
    var box: Box?
    if let lower = try references.tensor("lower", of: item),
      let upper = try references.tensor("upper", of: item)
    {
      func bounds(_ array: NDArray) -> NDArray {
        NDArray(array.doubles.map { abs($0) < 1e30 ? $0 : $0 * .infinity })
      }
      box = Box(lower: bounds(lower), upper: bounds(upper))
    }
    let (count, size) = (points.shape[0], points.shape[1])
    let expected = points.doubles
    let history = try #require(item.parameters["history"]?.double)
    var path: [[Double]] = []
    let minimum = try LBFGS(
      history: Int(history), maximumIterations: count - 1, gradientTolerance: 1e-9,
      decreaseTolerance: 0
    ).minimum(
      from: NDArray(Array(expected[..<size])), within: box,
      onStep: {
        path.append($0.point.doubles)
        return true
      }, of: function)
    #expect(path.count == count)
    var worst = 0.0
    for (index, point) in path.enumerated() where index < count {
      for element in 0..<size {
        worst = max(worst, abs(point[element] - expected[index * size + element]))
      }
    }
    #expect(minimum.iterations == count - 1)
    #expect(worst < 1e-6)
  }
}

/// What holds of the method beside the reference.
@Suite struct LBFGSBehaviourTests {
  @Test func singlePrecision() throws {
    let start = NDArray([Float(-1.2), 1])
    let minimum = try LBFGS(decreaseTolerance: 0).minimum(from: start) {
      TestFunction.rosenbrock($0)
    }
    #expect(minimum.point.dtype == .float32 && minimum.gradient.dtype == .float32)
    #expect(minimum.point.doubles.allSatisfy { abs($0 - 1) < 1e-3 })
  }

  /// Outside of the unit interval the function has no value: the search stays within.
  @Test func functionsThatAreNotDefinedEverywhere() throws {
    let minimum = try LBFGS().minimum(from: NDArray([1e-3, 0.9])) { x in
      // Its minimum is at ⅓ in each element.
      (-1 * x.log() - 2 * (1 - x).log()).sum()
    }
    #expect(minimum.reason.isConverged)
    #expect(minimum.point.doubles.allSatisfy { abs($0 - 1.0 / 3) < 1e-5 })
  }

  @Test func stopsWhenAsked() throws {
    var seen: [Int] = []
    let minimum = try LBFGS().minimum(
      from: NDArray([-1.2, 1.0]),
      onStep: {
        seen.append($0.iteration)
        return $0.iteration < 3
      }
    ) { TestFunction.rosenbrock($0) }
    #expect(seen == [0, 1, 2, 3] && minimum.reason == .stopped && minimum.iterations == 3)
  }

  @Test func stopsAtLimits() throws {
    let start = NDArray([-1.2, 1.0])
    let few = try LBFGS(maximumIterations: 5).minimum(from: start) { TestFunction.rosenbrock($0) }
    #expect(few.reason == .iterations && few.iterations == 5)
    let values = try LBFGS(maximumEvaluations: 7).minimum(from: start) {
      TestFunction.rosenbrock($0)
    }
    #expect(values.reason == .evaluations && (7...27).contains(values.evaluations))
  }

  /// The value never rises, and the point never leaves the box.
  @Test func everyIterationLowersTheValue() throws {
    var values: [Double] = []
    let minimum = try LBFGS().minimum(
      from: NDArray([Double](repeating: 3, count: 12)),
      within: Box(-2.5...0.5, shape: [12]),
      onStep: {
        values.append($0.value)
        let isInside = $0.point.doubles.allSatisfy { (-2.5...0.5).contains($0) }
        #expect(isInside)
        return true
      }
    ) { TestFunction.coupled($0) }
    #expect(values.count == minimum.iterations + 1 && values.count > 3)
    #expect(zip(values, values.dropFirst()).allSatisfy { $0 >= $1 })
    // At the minimum of a box an element's gradient is 0, or pushes against its bound.
    for (x, slope) in zip(minimum.point.doubles, minimum.gradient.doubles) {
      #expect(abs(slope) < 1e-4 || (x == -2.5 && slope > 0) || (x == 0.5 && slope < 0))
    }
  }

  @Test func whatIsRefused() throws {
    func message(_ start: NDArray, _ box: Box? = nil) -> String? {
      do {
        _ = try LBFGS().minimum(from: start, within: box) { $0.log().sum() }
        return nil
      } catch {
        return "\(error)"
      }
    }
    #expect(
      message(NDArray([Int32(1)]))
        == "start of int32 [1], expected float32 or float64 and at least one element")
    #expect(
      message(NDArray([Double]()))
        == "start of float64 [0], expected float32 or float64 and at least one element")
    #expect(
      message(NDArray([-1.0]))
        == "the start has the value inf or a gradient that is not finite; "
        + "expected a point where both are finite numbers")
    #expect(
      message(NDArray([1.0, 2.0]), Box(0...1, shape: [3]))
        == "bounds of shape [3] for a start of shape [2]")
    #expect(
      message(NDArray([1.0, 2.0]), Box(lower: NDArray([0.0, 3.0]), upper: NDArray([1.0, 2.0])))
        == "bounds of element 1: from 3.0 to 2.0, expected lower ≤ upper")
    #expect(
      message(NDArray([1.0]), Box(lower: NDArray([Double.nan]), upper: NDArray([1.0])))
        == "bounds of element 0: from nan to 1.0, expected lower ≤ upper")
  }

  @Test func errorsOfTheFunctionPass() throws {
    struct Refusal: Error {}
    #expect(throws: Refusal.self) {
      _ = try LBFGS().minimum(from: NDArray([1.0])) { _ in throw Refusal() }
    }
  }

  /// The parameters of a model, against the closed form of least squares.
  @Test func linearRegression() throws {
    let inputs = NDArray((0..<40).map { cos(Double($0 * $0)) }, shape: [20, 2])
    let targets = NDArray(
      (0..<20).map { sin(3 * Double($0)) + 0.5 * Double($0 % 3) }, shape: [20, 1])
    var model = Dense(2, 1)
    model.initialize(seed: 1, dtype: .float64)
    let minimum = try LBFGS(gradientTolerance: 1e-12, decreaseTolerance: 0).minimize(&model) {
      model in
      var context = Context(.evaluation)
      return meanSquaredError(model(Tensor(inputs), &context), Tensor(targets))
    }
    #expect(minimum.reason == .gradient || minimum.reason == .lineSearch)
    let one = NDArray(repeating: 1, shape: [20, 1], dtype: .float64)
    let ones = NDArray.concatenate([inputs, one], axis: 1)
    let normal = ones.transposed().matmul(ones)
    let exact = try LinearAlgebra.solve(normal, ones.transposed().matmul(targets)).doubles
    let found = model.weight.tensor.array.doubles + (model.bias?.tensor.array.doubles ?? [])
    #expect(zip(found, exact).allSatisfy { abs($0 - $1) < 1e-9 })
  }
}
