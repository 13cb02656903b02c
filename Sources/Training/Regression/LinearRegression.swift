/// Linear regression in closed form, ŷ = x·w + b, in double precision.
///
/// w and b minimise Σ(ŷ − y)² + λΣw², the sums over samples and weights; b has no penalty, so that
/// moving all targets moves the predictions alike. λ = 0 is least squares. Where several w do
/// equally well (fewer samples than inputs, or inputs that depend on each other), it is the
/// shortest of them.
///
/// It is computed from the singular value decomposition of the centred inputs, X = U·diag(s)·Vᵀ, as
/// w = V·diag(s/(s² + λ))·Uᵀ·y, without the square of X's condition number that XᵀX has.
///
/// - Source: Golub and Van Loan 2013, *Matrix Computations*, section 5.5; Hastie, Tibshirani and
///   Friedman 2009, *The Elements of Statistical Learning*, section 3.4.1.
public struct LinearRegression: Sendable {
  /// w, `[inputs]`, or `[inputs, targets]` where a sample has several targets; float64.
  public let weights: NDArray
  /// b, a scalar, or `[targets]`; float64. 0 without an intercept.
  public let intercept: NDArray
  /// λ.
  public let ridge: Double
  /// The number of singular values that count as more than 0.
  public let rank: Int
  /// The singular values of the inputs, centred where there is an intercept, descending.
  public let singularValues: [Double]

  /// Fits samples.
  ///
  /// Singular values of at most ε·max(N, inputs) times the largest count as 0, ε = 2⁻⁵², as in
  /// NumPy's `lstsq`.
  ///
  /// - Shapes: inputs `[N, F]`, targets `[N]` or `[N, T]`, of any numeric type
  /// - Parameters:
  ///   - inputs: A row for each sample.
  ///   - targets: A number, or a row of numbers, for each sample.
  ///   - ridge: λ, at least 0.
  ///   - hasIntercept: Whether b is fitted; else it is 0.
  /// - Throws: `RegressionError` for other shapes, no samples, no inputs, numbers that are not finite
  ///   and a negative λ.
  /// - Complexity: about 6·N·F·min(N, F) operations.
  public init(
    fitting inputs: NDArray, to targets: NDArray, ridge: Double = 0, hasIntercept: Bool = true
  ) throws(RegressionError) {
    try Self.check(inputs, targets)
    guard ridge >= 0, ridge.isFinite else {
      throw .unsuitable(place: "ridge", found: "\(ridge)", expected: "a number of at least 0")
    }
    let (samples, features) = (inputs.shape[0], inputs.shape[1])
    var x = inputs.cast(to: .float64)
    var y = targets.cast(to: .float64).reshaped([samples, targets.elementCount / samples])
    let zero = NDArray.zeros([1, features], dtype: .float64)
    let center = hasIntercept ? x.mean(axes: [0], keepingAxes: true) : zero
    let level =
      hasIntercept
      ? y.mean(axes: [0], keepingAxes: true) : .zeros([1, y.shape[1]], dtype: .float64)
    if hasIntercept { (x, y) = (x - center, y - level) }
    let factors: (u: NDArray, s: NDArray, vt: NDArray)
    do throws(LinearAlgebraError) {
      factors = try LinearAlgebra.singularValues(x)
    } catch {
      throw .failed(error)
    }
    let values = factors.s.doubles
    let least = Double.ulpOfOne * Double(max(samples, features)) * (values.first ?? 0)
    let shares = values.map { $0 > least ? $0 / ($0 * $0 + ridge) : 0 }
    let scaled =
      factors.u.matmul(y, transposeSelf: true) * NDArray(shares, shape: [shares.count, 1])
    let w = factors.vt.matmul(scaled, transposeSelf: true)
    let b = level - center.matmul(w)
    let isVector = targets.rank == 1
    weights = isVector ? w.reshaped([features]) : w
    intercept = b.reshaped(isVector ? .scalar : [b.elementCount])
    self.ridge = ridge
    rank = values.filter { $0 > least }.count
    singularValues = values
  }

  /// ŷ = x·w + b.
  /// - Shapes: inputs `[N, F]` → `[N]`, or `[N, T]`, float64
  /// - Throws: `RegressionError` for another number of inputs.
  public func predictions(for inputs: NDArray) throws(RegressionError) -> NDArray {
    let features = weights.shape[0]
    guard inputs.rank == 2, inputs.shape[1] == features else {
      throw .unsuitable(
        place: "inputs", found: "\(inputs.shape)", expected: "[N, \(features)], as were fitted")
    }
    let targets = weights.elementCount / features
    let y =
      inputs.cast(to: .float64).matmul(weights.reshaped([features, targets]))
      + intercept.reshaped([1, targets])
    return weights.rank == 1 ? y.reshaped([inputs.shape[0]]) : y
  }

  /// The mean of (ŷ − y)² over samples and targets: training error on the samples that were fitted,
  /// test error on others.
  /// - Throws: `RegressionError` for shapes other than those fitted.
  public func meanSquaredError(
    _ inputs: NDArray, _ targets: NDArray
  ) throws(RegressionError) -> Double {
    try Self.check(inputs, targets)
    let difference = try predictions(for: inputs) - Self.fitting(targets, like: weights)
    return (difference * difference).mean().item
  }

  /// Targets as float64, checked to be as many for a sample as those of the weights.
  private static func fitting(
    _ targets: NDArray, like weights: NDArray
  ) throws(RegressionError) -> NDArray {
    guard targets.shape.dropFirst().elementsEqual(weights.shape.dropFirst()) else {
      throw .unsuitable(
        place: "targets", found: "\(targets.shape)",
        expected: Shape([targets.shape[0]] + weights.shape.dropFirst()).description
          + ", as were fitted")
    }
    return targets.cast(to: .float64)
  }

  private static func check(_ inputs: NDArray, _ targets: NDArray) throws(RegressionError) {
    guard inputs.rank == 2, inputs.elementCount > 0 else {
      throw .unsuitable(
        place: "inputs", found: "\(inputs.shape)",
        expected: "[samples, inputs], at least one of both")
    }
    guard targets.rank == 1 || targets.rank == 2, targets.shape[0] == inputs.shape[0],
      targets.elementCount > 0
    else {
      throw .unsuitable(
        place: "targets", found: "\(targets.shape)",
        expected: "[\(inputs.shape[0])] or [\(inputs.shape[0]), targets], as many as samples")
    }
    for (place, array) in [("inputs", inputs), ("targets", targets)] {
      if let index = array.doubles.firstIndex(where: { !$0.isFinite }) {
        let width = array.elementCount / array.shape[0]
        throw .unsuitable(
          place: "\(place)[\(index / width)]" + (array.rank == 2 ? "[\(index % width)]" : ""),
          found: "\(array.doubles[index])", expected: "a finite number")
      }
    }
  }
}
