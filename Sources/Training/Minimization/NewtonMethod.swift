import Arrays
import Autodiff
import Layers

/// Newton's method, x ← x − s·(H + λI)⁻¹∇f, with the exact Hessian H.
///
/// For k numbers H takes k² numbers of memory, k + 1 backward passes to compute and k³ operations to
/// solve with, which is why networks are not trained so. Without damping it goes to any stationary
/// point, saddle points and maxima included.
///
/// - Source: Nocedal and Wright 2006, "Numerical Optimization", section 3.4 and algorithm 3.3 (added
///   multiple of the identity), algorithm 3.1 (backtracking).
public struct NewtonMethod: Sendable, Hashable, Codable {
  /// What is added to the Hessian.
  public enum Damping: Sendable, Hashable, Codable {
    /// Nothing.
    case none
    /// λI.
    case constant(Double)
    /// τI, with the least τ of a doubling sequence from 10⁻³ for which the sum is positive definite;
    /// nothing where the Hessian is that already.
    case positiveDefinite
  }

  /// What is added to the Hessian.
  public var damping: Damping
  /// Whether the step is halved until the value falls by at least 10⁻⁴ of what the slope promises,
  /// for which the direction must go down: with `positiveDefinite` damping it does.
  public var lineSearch: Bool
  /// Iterations at most.
  public var maximumIterations: Int
  /// The largest absolute element of the gradient at which a stationary point counts as reached.
  public var gradientTolerance: Double

  /// The method, by default made to go down: damped until positive definite, with a line search.
  public init(
    damping: Damping = .positiveDefinite, lineSearch: Bool = true, maximumIterations: Int = 100,
    gradientTolerance: Double = 1e-8
  ) {
    self.damping = damping
    self.lineSearch = lineSearch
    self.maximumIterations = maximumIterations
    self.gradientTolerance = gradientTolerance
  }

  /// Searches a stationary point of a function of an array: with damping and line search a minimum.
  /// - Parameters:
  ///   - start: Where to begin, float32 or float64.
  ///   - onStep: Told of the start and of each iteration; false stops.
  ///   - function: Computes a scalar, of operations that have second derivatives.
  /// - Throws: `OutOfMemoryError` before anything is computed where memory has no room for the
  ///   Hessian and its factors, `MinimizationError` for a start that will not do and for a Hessian that
  ///   cannot be solved with, and what the function throws.
  /// - Complexity: k + 1 backward passes and O(k³) an iteration.
  public func minimum(
    from start: NDArray, onStep: (MinimizationStep) throws -> Bool = { _ in true },
    of function: @escaping (Tensor) throws -> Tensor
  ) throws -> Minimum {
    var objective = try Objective(start: start, function)
    try Self.requireMemory(count: start.elementCount)
    var point = start.doubles
    var iterations = 0
    while true {
      let (value, gradient, hessian) = try objective.withHessian(point)
      guard value.isFinite, gradient.allSatisfy(\.isFinite) else {
        throw MinimizationError.notFinite(value: value)
      }
      let norm = gradient.reduce(0) { max($0, abs($1)) }
      let step = MinimizationStep(
        iteration: iterations, point: objective.array(point), value: value, gradientNorm: norm)
      func stopped(_ reason: Minimum.Reason) -> Minimum {
        Minimum(
          point: step.point, value: value,
          gradient: NDArray(gradient, shape: start.shape).cast(to: start.dtype),
          iterations: iterations, evaluations: objective.evaluations, reason: reason)
      }
      if try !onStep(step) { return stopped(.stopped) }
      if norm <= gradientTolerance { return stopped(.gradient) }
      if iterations == maximumIterations { return stopped(.iterations) }
      let direction = try direction(gradient, hessian)
      guard
        let next = try next(from: point, value, gradient, along: direction, &objective)
      else { return stopped(.lineSearch) }
      point = next
      iterations += 1
    }
  }

  /// Searches a stationary point of a model's loss over its trainable parameters, which have one type.
  /// - Parameters:
  ///   - model: The model, which has the parameters of the point afterwards.
  ///   - onStep: Told of the start and of each iteration; false stops.
  ///   - loss: Computes a scalar over the whole data, without randomness.
  /// - Throws: As for a function of an array.
  /// - Precondition: the model has been initialised.
  public func minimize<Model: Layer>(
    _ model: inout Model, onStep: (MinimizationStep) throws -> Bool = { _ in true },
    loss: @escaping (Model) throws -> Tensor
  ) throws -> Minimum {
    try Self.requireMemory(count: model.trainableCount)
    let origin = model
    let minimum = try minimum(from: origin.trainableVector(), onStep: onStep) {
      try loss(origin.withTrainableVector($0))
    }
    model = origin.withTrainableVector(Tensor(minimum.point))
    return minimum
  }

  /// −(H + λI)⁻¹∇f.
  private func direction(
    _ gradient: [Double], _ hessian: NDArray
  ) throws(MinimizationError) -> [Double] {
    let count = gradient.count
    let right = NDArray(gradient.map { -$0 }, shape: [count, 1])
    func solved(_ added: Double) throws(LinearAlgebraError) -> [Double] {
      try LinearAlgebra.solve(Self.adding(added, to: hessian), right).doubles
    }
    do throws(LinearAlgebraError) {
      switch damping {
      case .none: return try solved(0)
      case .constant(let added): return try solved(added)
      case .positiveDefinite: return try solved(try Self.addedForDescent(to: hessian))
      }
    } catch {
      throw .singularHessian(error)
    }
  }

  /// The first τ for which H + τI is positive definite.
  private static func addedForDescent(to hessian: NDArray) throws(LinearAlgebraError) -> Double {
    let count = hessian.shape[0]
    let elements = hessian.doubles
    let least = (0..<count).map { elements[$0 * count + $0] }.min() ?? 0
    var added = least > 0 ? 0 : 1e-3 - least
    while true {
      do throws(LinearAlgebraError) {
        _ = try LinearAlgebra.cholesky(adding(added, to: hessian))
        return added
      } catch {
        guard case .notPositiveDefinite = error.reason, added < .greatestFiniteMagnitude / 2
        else { throw error }
        added = max(2 * added, 1e-3)
      }
    }
  }

  private static func adding(_ number: Double, to matrix: NDArray) -> NDArray {
    var result = matrix
    let count = matrix.shape[0]
    result.withMutableElements(as: Double.self) { elements in
      for index in 0..<count { elements[index * count + index] += number }
    }
    return result
  }

  /// The next point; nil where no step along the direction lowers the value as it should.
  private func next(
    from point: [Double], _ value: Double, _ gradient: [Double], along direction: [Double],
    _ objective: inout Objective
  ) throws -> [Double]? {
    func moved(_ step: Double) -> [Double] { zip(point, direction).map { $0 + step * $1 } }
    guard lineSearch else { return moved(1) }
    let slope = dot(gradient, direction)
    guard slope < 0 else { return nil }
    var step = 1.0
    while step > 1e-12 {
      let next = moved(step)
      if try objective.value(next) <= value + 1e-4 * step * slope { return next }
      step /= 2
    }
    return nil
  }

  /// - Throws: `OutOfMemoryError` where memory has no room for the Hessian, its symmetric form, its
  ///   factors and a copy.
  private static func requireMemory(count: Int) throws(OutOfMemoryError) {
    let (square, tooMany) = count.multipliedReportingOverflow(by: count)
    let (bytes, tooLarge) = square.multipliedReportingOverflow(by: 4 * DType.float64.byteCount)
    try MemoryPool.shared.require(
      byteCount: tooMany || tooLarge ? .max : bytes,
      for: "Newton's method: the Hessian of \(count) parameters, \(count)² numbers, and its factors"
    )
  }
}
