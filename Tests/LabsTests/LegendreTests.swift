import Labs
import Testing
import Training

@Suite struct LegendreTests {
  /// P₂ = (3x² − 1)/2 and P₃ = (5x³ − 3x)/2, times √5 and √7.
  @Test func knownPolynomials() {
    let x = 0.3
    let row = Legendre.basis([x], degree: 3).doubles
    let expected = [
      1, 3.0.squareRoot() * x, 5.0.squareRoot() * (3 * x * x - 1) / 2,
      7.0.squareRoot() * (5 * x * x * x - 3 * x) / 2,
    ]
    #expect(zip(row, expected).allSatisfy { abs($0 - $1) < 1e-14 })
  }

  /// ∫ pᵢpⱼ/2 over [−1, 1] is 1 for i = j, else 0; by the midpoints of many intervals.
  @Test func isOrthonormal() {
    let count = 20_000
    let places = (0..<count).map { (Double($0) + 0.5) / Double(count) * 2 - 1 }
    let basis = Legendre.basis(places, degree: 12)
    let products = basis.matmul(basis, transposeSelf: true) / Double(count)
    let difference = products - NDArray.identity(13, dtype: .float64)
    // The rule's error is of second order in the width, times the integrand's curvature.
    #expect(difference.absolute().maximum().item < 1e-4)
  }

  /// Points on a polynomial give it back, through places where it was not told.
  @Test func fitsExactly() throws {
    let cubic = { (x: Double) in 2 - x + 0.5 * x * x * x }
    let places = [-1, -0.6, -0.1, 0.2, 0.7, 0.95]
    let fitted = try Legendre.fit(places, places.map(cubic), degree: 3)
    let others = [-0.8, 0, 0.5]
    let values = Legendre.basis(others, degree: 3).matmul(fitted).doubles
    #expect(zip(values, others.map(cubic)).allSatisfy { abs($0 - $1) < 1e-12 })
  }

  /// The residual of least squares is orthogonal to every member of the basis.
  @Test func leavesAnOrthogonalResidual() throws {
    let places = [-0.9, -0.5, -0.2, 0.1, 0.4, 0.8]
    let values = [1.0, -2, 0.5, 3, -1, 2]
    let basis = Legendre.basis(places, degree: 2)
    let fitted = try Legendre.fit(places, values, degree: 2)
    let residual = basis.matmul(fitted) - NDArray(values, shape: [6, 1])
    let products = basis.matmul(residual, transposeSelf: true)
    #expect(products.absolute().maximum().item < 1e-12 && residual.absolute().maximum().item > 0.1)
  }
}
