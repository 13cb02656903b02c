import Labs
import Testing
import Training

@Suite struct LeastSquaresTests {
  private static let rows = [[1.0, 2], [0.5, -1], [-2, 1], [3, 0.2]]
  private static let targets = [1.0, -2, 0.3, 4]

  /// The distances are those of gradient descent step by step.
  @Test func followsGradientDescent() throws {
    let error = LeastSquares(Self.rows, Self.targets)
    let descent = try error.descend(until: 0, limit: 12)
    let inputs = NDArray(rows: Self.rows)
    let targets = NDArray(Self.targets, shape: [4, 1])
    let loss = { (w: NDArray) in (inputs.matmul(w) - targets).squared().mean().item / 2 }
    let slope = inputs.matmul(targets, transposeSelf: true) / 4
    let least = loss(try LinearAlgebra.solve(error.hessian, slope))
    let eigenvalues = try LinearAlgebra.symmetricEigen(error.hessian).values.doubles
    #expect(abs(descent.condition - eigenvalues[1] / eigenvalues[0]) < 1e-12)
    var w = NDArray.zeros([2, 1], dtype: .float64)
    let start = loss(w) - least
    #expect(descent.losses.count == 13)
    for expected in descent.losses {
      #expect(abs((loss(w) - least) / start - expected) < 1e-12)
      w = w - (error.hessian.matmul(w) - slope) * (2 / (eigenvalues[0] + eigenvalues[1]))
    }
  }

  @Test func stopsAtThePart() throws {
    let losses = try LeastSquares(Self.rows, Self.targets).descend(until: 0.01, limit: 1000).losses
    #expect(losses.last! <= 0.01 && losses.dropLast().allSatisfy { $0 > 0.01 })
  }
}
