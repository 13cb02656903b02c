import Arrays
import Autodiff
import Layers

/// The method of Broyden, Fletcher, Goldfarb and Shanno with limited memory, in a box or without
/// one.
///
/// Each iteration goes along −B⁻¹∇f, where B approximates the Hessian by the last `history` steps,
/// as far as the strong Wolfe conditions ask; in a box towards a point at which the quadratic model
/// is small. Wants the whole data in each value: mini-batches make its differences of gradients
/// noise.
///
/// - Source: Liu and Nocedal 1989, "On the limited memory BFGS method for large scale optimization";
///   Byrd, Lu, Nocedal and Zhu 1995, "A limited memory algorithm for bound constrained optimization".
///   The iterates are those of SciPy's `minimize(method="L-BFGS-B")`.
public struct LBFGS: Sendable, Hashable, Codable {
  /// Steps remembered, at least 1.
  public var history: Int
  /// Iterations at most.
  public var maximumIterations: Int
  /// Computations of value and gradient at most.
  public var maximumEvaluations: Int
  /// The largest absolute element of the (projected) gradient at which a minimum counts as reached.
  public var gradientTolerance: Double
  /// The fall of the value in an iteration, relative to the value where that is above 1, below which
  /// a minimum counts as reached.
  public var decreaseTolerance: Double

  /// The method with SciPy's limits.
  public init(
    history: Int = 10, maximumIterations: Int = 15_000, maximumEvaluations: Int = 15_000,
    gradientTolerance: Double = 1e-5, decreaseTolerance: Double = 2.220446049250313e-9
  ) {
    self.history = history
    self.maximumIterations = maximumIterations
    self.maximumEvaluations = maximumEvaluations
    self.gradientTolerance = gradientTolerance
    self.decreaseTolerance = decreaseTolerance
  }

  /// Minimises a function of an array.
  ///
  /// ```swift
  /// let valley = try LBFGS().minimum(from: NDArray([-1.2, 1.0])) { x in
  ///   let (a, b) = (x.selecting(axis: 0, index: 0), x.selecting(axis: 0, index: 1))
  ///   return (1 - a).squared() + 100 * (b - a.squared()).squared()
  /// }
  /// // valley.point is [1, 1] to four digits
  /// ```
  ///
  /// - Parameters:
  ///   - start: Where to begin, float32 or float64; brought into the box first.
  ///   - box: Bounds on the elements.
  ///   - onStep: Told of the start and of each iteration; false stops.
  ///   - function: Computes a scalar.
  /// - Throws: `MinimizationError` for a start or bounds that will not do, and what the function
  ///   throws.
  /// - Precondition: `history` is at least 1.
  public func minimum(
    from start: NDArray, within box: Box? = nil,
    onStep: (MinimizationStep) throws -> Bool = { _ in true },
    of function: @escaping (Tensor) throws -> Tensor
  ) throws -> Minimum {
    guard history >= 1 else { fatalError("LBFGS: history \(history), expected at least 1") }
    var objective = try Objective(start: start, function)
    let bounds = try Bounds(box, start: start)
    var state = LBFGSState(
      try LBFGSState.Place(bounds.projected(start.doubles), of: &objective), history: history)
    guard state.place.value.isFinite else {
      throw MinimizationError.notFinite(value: state.place.value)
    }
    var iterations = 0
    func isGoingOn() throws -> Bool {
      try onStep(
        MinimizationStep(
          iteration: iterations, point: objective.array(state.place.point),
          value: state.place.value,
          gradientNorm: bounds.projectedNorm(state.place.gradient, at: state.place.point)))
    }
    var reason: Minimum.Reason?
    if try !isGoingOn() { reason = .stopped }
    if bounds.projectedNorm(state.place.gradient, at: state.place.point) <= gradientTolerance {
      reason = reason ?? .gradient
    }
    while reason == nil {
      if iterations == maximumIterations {
        reason = .iterations
      } else if objective.evaluations >= maximumEvaluations {
        reason = .evaluations
      } else {
        let before = state.place.value
        guard try state.advance(bounds, isFirst: iterations == 0, &objective) else {
          reason = .lineSearch
          break
        }
        iterations += 1
        let place = state.place
        let fall = before - place.value
        if try !isGoingOn() {
          reason = .stopped
        } else if bounds.projectedNorm(place.gradient, at: place.point) <= gradientTolerance {
          reason = .gradient
        } else if fall <= decreaseTolerance * max(abs(before), abs(place.value), 1) {
          reason = .decrease
        }
      }
    }
    return Minimum(
      point: objective.array(state.place.point), value: state.place.value,
      gradient: NDArray(state.place.gradient, shape: start.shape).cast(to: start.dtype),
      iterations: iterations, evaluations: objective.evaluations, reason: reason ?? .iterations)
  }

  /// Minimises a model's loss over its trainable parameters, which have one type.
  /// - Parameters:
  ///   - model: The model, which has the parameters of the minimum afterwards.
  ///   - onStep: Told of the start and of each iteration; false stops.
  ///   - loss: Computes a scalar over the whole data, without randomness.
  /// - Throws: As for a function of an array.
  /// - Precondition: the model has been initialised.
  public func minimize<Model: Layer>(
    _ model: inout Model, onStep: (MinimizationStep) throws -> Bool = { _ in true },
    loss: @escaping (Model) throws -> Tensor
  ) throws -> Minimum {
    let origin = model
    let minimum = try minimum(from: origin.trainableVector(), onStep: onStep) {
      try loss(origin.withTrainableVector($0))
    }
    model = origin.withTrainableVector(Tensor(minimum.point))
    return minimum
  }
}
