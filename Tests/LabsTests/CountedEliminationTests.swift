import Labs
import Testing
import Training

@Suite struct CountedEliminationTests {
  /// The solution is that of the library, with rows that have to be exchanged among them.
  @Test func solves() throws {
    let matrix = NDArray(rows: [[0, 2, 1], [4, -2, 3], [1, 1, -5]] as [[Double]])
    let right = NDArray([3, -1, 7.5])
    var elimination = CountedElimination()
    let found = elimination.solve(matrix, right)
    for (one, other) in zip(found, try LinearAlgebra.solve(matrix, right).doubles) {
      #expect(abs(one - other) < 1e-12)
    }
  }

  /// By hand: ⅔·k³ + 3⁄2·k² − 7⁄6·k operations in all.
  @Test(arguments: [(1, 1), (2, 9), (3, 28), (10, 805)]) func counts(size: Int, operations: Int) {
    var elimination = CountedElimination()
    let matrix = NDArray.identity(size, dtype: .float64) + 1
    _ = elimination.solve(matrix, NDArray.ones([size], dtype: .float64))
    #expect(elimination.operations == operations)
  }
}
