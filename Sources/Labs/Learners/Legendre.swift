import Training

/// Polynomials over [−1, 1] in Legendre's basis, whose members are uncorrelated and of one size, so
/// that least squares stays accurate at high degrees.
package enum Legendre {
  /// The values √(2j + 1)·Pⱼ(x), which are orthonormal over x drawn evenly from [−1, 1].
  ///
  /// - Shapes: n places → `[n, degree + 1]` in float64
  package static func basis(_ places: [Double], degree: Int) -> NDArray {
    var values: [Double] = []
    for x in places {
      var (before, present) = (0.0, 1.0)
      for j in 0...degree {
        values.append(Double(2 * j + 1).squareRoot() * present)
        // (j + 1)·Pⱼ₊₁ = (2j + 1)·x·Pⱼ − j·Pⱼ₋₁
        let next = (Double(2 * j + 1) * x * present - Double(j) * before) / Double(j + 1)
        (before, present) = (present, next)
      }
    }
    return NDArray(values, shape: [places.count, degree + 1])
  }

  /// The coefficients with the least squared error, from the basis' singular values.
  ///
  /// - Shapes: n places, n values → `[degree + 1, 1]` in float64
  /// - Throws: `LinearAlgebraError` where the decomposition fails.
  package static func fit(
    _ places: [Double], _ values: [Double], degree: Int
  ) throws(LinearAlgebraError) -> NDArray {
    let (u, s, vt) = try LinearAlgebra.singularValues(basis(places, degree: degree))
    let column = NDArray(values, shape: [values.count, 1])
    let parts = u.matmul(column, transposeSelf: true) / s.expanded(axis: 1)
    return vt.matmul(parts, transposeSelf: true)
  }
}
