/// A polynomial of one input, fitted in closed form in double precision.
///
/// Its basis are the Legendre polynomials P₀ … P_d of t = (2x − lowest − highest)/(highest − lowest),
/// which is from −1 to 1 on the samples: ŷ = Σ cₖ·Pₖ(t). On that interval they are orthogonal, so
/// that a fit of degree 20 is still well conditioned where powers of x have lost all digits. The
/// coefficients minimise Σ(ŷ − y)² + λΣₖ₌₁ cₖ²; of those that do equally well (a degree of as many
/// as there are different inputs, or more) they are the shortest, c₀ not counted.
///
/// A small degree is too stiff for the samples (underfitting); as it grows, the training error falls
/// and the test error falls and rises again (overfitting).
///
/// - Source: Goodfellow, Bengio and Courville 2016, *Deep Learning*, section 5.2; Abramowitz and
///   Stegun 1964, section 22.7, for the recurrence.
public struct PolynomialRegression: Sendable {
  /// d.
  public let degree: Int
  /// c₀ … c_d.
  public let coefficients: [Double]
  /// The lowest input of the samples, t = −1.
  public let lowest: Double
  /// The highest input of the samples, t = 1; t is x − lowest where the two are equal.
  public let highest: Double
  /// The number of singular values of the centred basis that count as more than 0, at most d.
  public let rank: Int

  /// The highest degree.
  public static let maximumDegree = 1000

  /// Fits samples.
  /// - Shapes: inputs and targets `[N]`, of any numeric type
  /// - Parameters:
  ///   - inputs: x of each sample.
  ///   - targets: y of each sample.
  ///   - degree: d, from 0 to 1000.
  ///   - ridge: λ, at least 0; on c₁ … c_d.
  /// - Throws: `RegressionError` for other shapes, no samples, numbers that are not finite and
  ///   numbers out of range.
  public init(
    fitting inputs: NDArray, to targets: NDArray, degree: Int, ridge: Double = 0
  ) throws(RegressionError) {
    guard (0...Self.maximumDegree).contains(degree) else {
      throw .unsuitable(
        place: "degree", found: "\(degree)", expected: "from 0 to \(Self.maximumDegree)")
    }
    guard inputs.rank == 1, inputs.elementCount > 0 else {
      throw .unsuitable(
        place: "inputs", found: "\(inputs.shape)", expected: "[samples], at least one")
    }
    guard targets.shape == inputs.shape else {
      throw .unsuitable(
        place: "targets", found: "\(targets.shape)",
        expected: "\(inputs.shape), one for each input")
    }
    let x = inputs.doubles
    if let index = x.firstIndex(where: { !$0.isFinite }) {
      throw .unsuitable(
        place: "inputs[\(index)]", found: "\(x[index])", expected: "a finite number")
    }
    let (lowest, highest) = (x.min() ?? 0, x.max() ?? 0)
    self.degree = degree
    (self.lowest, self.highest) = (lowest, highest)
    // One column at least: the regression's intercept is c₀, and P₁'s coefficient is then left out.
    let columns = max(degree, 1)
    var rows: [Double] = []
    rows.reserveCapacity(x.count * columns)
    for value in x {
      let basis = Self.basis(Self.scaled(value, lowest, highest), degree: columns)
      rows += degree == 0 ? [0] : basis.dropFirst()
    }
    let regression = try LinearRegression(
      fitting: NDArray(rows, shape: [x.count, columns]), to: targets, ridge: ridge)
    coefficients = [regression.intercept.item] + regression.weights.doubles.prefix(degree)
    rank = regression.rank
  }

  /// ŷ for each x.
  /// - Shapes: `[..]` → the same, float64
  public func predictions(for inputs: NDArray) -> NDArray {
    let values = inputs.doubles.map { x in
      zip(coefficients, Self.basis(Self.scaled(x, lowest, highest), degree: degree))
        .reduce(0) { $0 + $1.0 * $1.1 }
    }
    return NDArray(values, shape: inputs.shape)
  }

  /// The mean of (ŷ − y)²: training error on the samples that were fitted, test error on others.
  /// - Throws: `RegressionError` where there are not as many targets as inputs.
  public func meanSquaredError(
    _ inputs: NDArray, _ targets: NDArray
  ) throws(RegressionError) -> Double {
    guard targets.shape == inputs.shape, inputs.elementCount > 0 else {
      throw .unsuitable(
        place: "targets", found: "\(targets.shape)",
        expected: "\(inputs.shape), one for each input, and at least one")
    }
    let difference = predictions(for: inputs) - targets.cast(to: .float64)
    return (difference * difference).mean().item
  }

  private static func scaled(_ x: Double, _ lowest: Double, _ highest: Double) -> Double {
    // Halves first, so that no difference of finite numbers overflows.
    let half = highest / 2 - lowest / 2
    return half > 0 ? (x / 2 - lowest / 2 + (x / 2 - highest / 2)) / half : x - lowest
  }

  /// P₀(t) … P_d(t) by (k + 1)·Pₖ₊₁ = (2k + 1)·t·Pₖ − k·Pₖ₋₁.
  private static func basis(_ t: Double, degree: Int) -> [Double] {
    var values = [1.0, t]
    for k in 1..<max(degree, 1) {
      let next = (Double(2 * k + 1) * t * values[k] - Double(k) * values[k - 1]) / Double(k + 1)
      values.append(next)
    }
    return Array(values.prefix(degree + 1))
  }
}
