import Arrays
import Testing

/// Eigenvalues, singular values and Cholesky factors.
///
/// Tolerances: LAPACK's orthogonal transformations are backward stable, so decompositions
/// reconstruct a matrix within 10·n·ε·‖A‖ and their bases are orthogonal within 10·n·ε; by Weyl's
/// theorem values move no more than the matrix does.
@Suite struct LinearAlgebraDecompositionTests {
  static let sizes = [1, 2, 3, 6, 24, 65]
  static let shapes = [(1, 1), (2, 5), (5, 2), (1, 7), (7, 1), (24, 24), (40, 6), (6, 40), (3, 90)]

  /// Whether the column's component of largest magnitude is positive.
  static func followsConvention(_ vector: [Double], _ dtype: DType) -> Bool {
    let largest = vector.map { abs($0) }.max() ?? 0
    let threshold = largest * (1 - dtype.ulpOfOne.squareRoot())
    return vector.first { abs($0) >= threshold } ?? 1 > 0
  }

  @Test(arguments: sizes, linearAlgebraTypes)
  func eigenvectorsSatisfyTheirEquation(n: Int, dtype: DType) throws {
    let array = TestMatrix.random(n, n, seed: UInt64(n)).symmetrized.array(dtype)
    let a = TestMatrix(array)
    let (values, vectors) = try LinearAlgebra.symmetricEigen(array)
    #expect(values.shape == [n] && vectors.shape == [n, n])
    #expect(values.dtype == dtype && vectors.dtype == dtype)
    let (lambda, v) = (values.doubles, TestMatrix(vectors))
    let bound = 10 * Double(n) * dtype.ulpOfOne
    #expect((a * v - v * .diagonal(lambda)).largest <= bound * a.frobenius)
    #expect((v.transposed * v - .identity(n)).largest <= bound)
    #expect(zip(lambda, lambda.dropFirst()).allSatisfy { $0 <= $1 })
    for column in 0..<n {
      #expect(Self.followsConvention((0..<n).map { v[$0, column] }, dtype))
    }
    let trace = try LinearAlgebra.trace(array).item
    #expect(abs(trace - lambda.reduce(0, +)) <= bound * a.frobenius * Double(n))
    let determinant = try LinearAlgebra.determinant(array.float64).item
    let product = try LinearAlgebra.symmetricEigen(array.float64).values.doubles.reduce(1, *)
    let condition = a.frobenius / lambda.map { abs($0) }.min()!
    #expect(abs(determinant - product) <= 10 * Double(n) * 2.3e-16 * condition * abs(product))
  }

  @Test func knownEigenvalues() throws {
    // [[2, 1], [1, 2]]: 1 with (1, −1)/√2 and 3 with (1, 1)/√2
    let (values, vectors) = try LinearAlgebra.symmetricEigen(NDArray(rows: [[2.0, 1], [1, 2]]))
    let half = 0.5.squareRoot()
    #expect(zip(values.doubles, [1, 3]).allSatisfy { abs($0 - $1) < 1e-15 })
    #expect(zip(vectors.doubles, [half, half, -half, half]).allSatisfy { abs($0 - $1) < 1e-15 })
    // The chain of springs: 2 − 2 cos(kπ/(n + 1))
    let chain = TestMatrix(rows: 3, columns: 3) { $0 == $1 ? 2 : abs($0 - $1) == 1 ? -1 : 0 }
    let root = 2.0.squareRoot()
    let chainValues = try LinearAlgebra.symmetricEigen(chain.array()).values.doubles
    #expect(zip(chainValues, [2 - root, 2, 2 + root]).allSatisfy { abs($0 - $1) < 1e-14 })
    // A diagonal matrix has the unit vectors
    let (sorted, units) = try LinearAlgebra.symmetricEigen(TestMatrix.diagonal([3, -1, 2]).array())
    #expect(sorted.doubles == [-1, 2, 3])
    #expect(units.doubles == [0, 0, 1, 1, 0, 0, 0, 1, 0])
  }

  @Test(arguments: shapes, linearAlgebraTypes)
  func singularVectorsReconstruct(shape: (Int, Int), dtype: DType) throws {
    let (m, n) = shape
    let k = min(m, n)
    let array = TestMatrix.random(m, n, seed: UInt64(m * 100 + n)).array(dtype)
    let a = TestMatrix(array)
    let bound = 10 * Double(max(m, n)) * dtype.ulpOfOne
    for full in [false, true] {
      let (u, s, vt) = try LinearAlgebra.singularValues(array, full: full)
      #expect(u.shape == (full ? [m, m] : [m, k]))
      #expect(s.shape == [k] && s.dtype == dtype)
      #expect(vt.shape == (full ? [n, n] : [k, n]))
      let (left, right, values) = (TestMatrix(u), TestMatrix(vt), s.doubles)
      let middle = TestMatrix(rows: left.columns, columns: right.rows) { $0 == $1 ? values[$0] : 0 }
      #expect((left * middle * right - a).largest <= bound * a.frobenius)
      #expect((left.transposed * left - .identity(left.columns)).largest <= bound)
      #expect((right * right.transposed - .identity(right.rows)).largest <= bound)
      #expect(values.allSatisfy { $0 >= 0 })
      #expect(zip(values, values.dropFirst()).allSatisfy { $0 >= $1 })
      for column in 0..<left.columns {
        #expect(Self.followsConvention((0..<m).map { left[$0, column] }, dtype))
      }
      for row in k..<max(k, right.rows) {
        #expect(Self.followsConvention((0..<n).map { right[row, $0] }, dtype))
      }
    }
  }

  @Test func knownSingularValues() throws {
    // [[3, 0], [4, 5]]: √45 and √5, U = [[1, 3], [3, −1]]/√10, V = [[1, 1], [1, −1]]/√2
    let (u, s, vt) = try LinearAlgebra.singularValues(NDArray(rows: [[3.0, 0], [4, 5]]))
    let root = 5.0.squareRoot()
    let (a, b, c) = (1 / 10.0.squareRoot(), 3 / 10.0.squareRoot(), 0.5.squareRoot())
    #expect(
      zip(s.doubles, [3 * root, root]).allSatisfy { abs($0 - $1) < 1e-14 })
    #expect(zip(u.doubles, [a, b, b, -a]).allSatisfy { abs($0 - $1) < 1e-14 })
    #expect(zip(vt.doubles, [c, c, c, -c]).allSatisfy { abs($0 - $1) < 1e-14 })
    // A matrix of rank one, and one of zeros
    let one = try LinearAlgebra.singularValues(NDArray(rows: [[1.0, 2], [2, 4], [2, 4]])).s.doubles
    #expect(abs(one[0] - 45.0.squareRoot()) < 1e-14 && one[1] < 1e-15)
    #expect(
      try LinearAlgebra.singularValues(NDArray.zeros([2, 3], dtype: .float64)).s.doubles == [0, 0])
  }

  /// The eigenvalues of AᵀA are the squares of A's singular values.
  @Test(arguments: linearAlgebraTypes)
  func singularValuesAreRootsOfEigenvalues(dtype: DType) throws {
    let array = TestMatrix.random(9, 5, seed: 3).array(dtype)
    let a = TestMatrix(array)
    let squares = try LinearAlgebra.singularValues(array).s.doubles.map { $0 * $0 }
    let gram = (a.transposed * a).array(dtype)
    let eigenvalues = try LinearAlgebra.symmetricEigen(gram).values.doubles.reversed()
    let bound = 10 * 9 * dtype.ulpOfOne * TestMatrix(gram).frobenius
    #expect(zip(squares, eigenvalues).allSatisfy { abs($0 - $1) <= bound })
  }

  @Test(arguments: sizes, linearAlgebraTypes)
  func choleskyFactorReconstructs(n: Int, dtype: DType) throws {
    let root = TestMatrix.random(n, n + 2, seed: 50 + UInt64(n))
    let array = (root * root.transposed).array(dtype)
    let a = TestMatrix(array)
    let factor = try LinearAlgebra.cholesky(array)
    #expect(factor.shape == [n, n] && factor.dtype == dtype)
    let l = TestMatrix(factor)
    #expect((l * l.transposed - a).largest <= 10 * Double(n) * dtype.ulpOfOne * a.frobenius)
    for row in 0..<n {
      #expect(l[row, row] > 0)
      #expect(((row + 1)..<n).allSatisfy { l[row, $0] == 0 })
    }
  }

  @Test func knownCholeskyFactor() throws {
    let a = NDArray(rows: [[4.0, 12, -16], [12, 37, -43], [-16, -43, 98]])
    #expect(try LinearAlgebra.cholesky(a).elements() == [2.0, 0, 0, 6, 1, 0, -8, 5, 3])
    #expect(a.doubles == [4, 12, -16, 12, 37, -43, -16, -43, 98])
  }

  /// Each matrix of a batch gives what it gives alone, bit for bit.
  @Test(arguments: linearAlgebraTypes)
  func batchesAreMatrices(dtype: DType) throws {
    let n = 5
    let roots = (0..<6).map { TestMatrix.random(n, n + 1, seed: 900 + UInt64($0)) }
    let grams = roots.map { $0 * $0.transposed }
    let a = NDArray.batch(grams.flatMap(\.elements), [2, 3, n, n], dtype)
    let b = NDArray.batch(roots.flatMap(\.elements), [2, 3, n, n + 1], dtype)
    let eigen = try LinearAlgebra.symmetricEigen(a)
    let factor = try LinearAlgebra.cholesky(a)
    #expect(eigen.values.shape == [2, 3, n] && eigen.vectors.shape == [2, 3, n, n])
    #expect(factor.shape == [2, 3, n, n])
    for full in [false, true] {
      let (u, s, vt) = try LinearAlgebra.singularValues(b, full: full)
      #expect(u.shape == [2, 3, n, n] && s.shape == [2, 3, n])
      #expect(vt.shape == [2, 3, full ? n + 1 : n, n + 1])
      for (index, root) in roots.enumerated() {
        let alone = try LinearAlgebra.singularValues(root.array(dtype), full: full)
        #expect(TestMatrix(u, matrix: index).elements == alone.u.doubles)
        #expect(Array(s.doubles[(index * n)..<((index + 1) * n)]) == alone.s.doubles)
        #expect(TestMatrix(vt, matrix: index).elements == alone.vt.doubles)
      }
    }
    for (index, gram) in grams.enumerated() {
      let alone = try LinearAlgebra.symmetricEigen(gram.array(dtype))
      #expect(Array(eigen.values.doubles[(index * n)..<((index + 1) * n)]) == alone.values.doubles)
      #expect(TestMatrix(eigen.vectors, matrix: index).elements == alone.vectors.doubles)
      #expect(
        TestMatrix(factor, matrix: index).elements
          == (try LinearAlgebra.cholesky(gram.array(dtype)).doubles))
    }
  }

  @Test func viewsAreArrays() throws {
    let whole = TestMatrix.random(4, 6, seed: 12)
    let view = whole.array().view([3, 2], offset: 6, strides: [2, 6])
    let copy = TestMatrix(rows: 3, columns: 2) { whole[1 + $1, 2 * $0] }.array()
    let (viewed, copied) = (
      try LinearAlgebra.singularValues(view), try LinearAlgebra.singularValues(copy)
    )
    #expect(viewed.u.doubles == copied.u.doubles)
    #expect(viewed.s.doubles == copied.s.doubles && viewed.vt.doubles == copied.vt.doubles)
    let unit = NDArray([2.0, 0]).view([2, 2], strides: [0, 0])  // [[2, 2], [2, 2]]
    let values = try LinearAlgebra.symmetricEigen(unit).values.doubles
    #expect(zip(values, [0, 4]).allSatisfy { abs($0 - $1) < 1e-15 })
  }

  /// float32 moves values by 10·n·ε·‖A‖ at most.
  @Test(arguments: sizes) func precisionsAgree(n: Int) throws {
    let single = TestMatrix.random(n, n, seed: 60 + UInt64(n)).symmetrized.array(.float32)
    let double = single.float64
    let bound = 10 * Double(n) * DType.float32.ulpOfOne * TestMatrix(double).frobenius
    let eigenvalues = zip(
      try LinearAlgebra.symmetricEigen(single).values.doubles,
      try LinearAlgebra.symmetricEigen(double).values.doubles)
    #expect(eigenvalues.allSatisfy { abs($0 - $1) <= bound })
    let singularValues = zip(
      try LinearAlgebra.singularValues(single).s.doubles,
      try LinearAlgebra.singularValues(double).s.doubles)
    #expect(singularValues.allSatisfy { abs($0 - $1) <= bound })
  }

  @Test func vectorsOfEqualComponentsKeepTheirSign() throws {
    // Every eigenvector of this matrix has components of equal magnitude, up to rounding.
    let a = TestMatrix(rows: 4, columns: 4) { [4.0, 1, 0.5, 0.25][$0 ^ $1] }
    let (values, vectors) = try LinearAlgebra.symmetricEigen(a.array())
    #expect(zip(values.doubles, [2.75, 3.25, 4.25, 5.75]).allSatisfy { abs($0 - $1) < 1e-14 })
    let v = TestMatrix(vectors)
    for column in 0..<4 { #expect(abs(v[0, column] - 0.5) < 1e-14) }
  }

  @Test(arguments: linearAlgebraTypes)
  func emptyMatrices(dtype: DType) throws {
    let empty = NDArray.zeros([2, 0, 0], dtype: dtype)
    let (values, vectors) = try LinearAlgebra.symmetricEigen(empty)
    #expect(values.shape == [2, 0] && vectors.shape == [2, 0, 0])
    #expect(try LinearAlgebra.cholesky(empty).shape == [2, 0, 0])
    let none = try LinearAlgebra.symmetricEigen(NDArray.zeros([0, 3, 3], dtype: dtype))
    #expect(none.values.shape == [0, 3] && none.vectors.shape == [0, 3, 3])
    for (m, n) in [(0, 0), (0, 3), (3, 0)] {
      let matrix = NDArray.zeros([2, m, n], dtype: dtype)
      let thin = try LinearAlgebra.singularValues(matrix)
      #expect(thin.u.shape == [2, m, 0] && thin.s.shape == [2, 0] && thin.vt.shape == [2, 0, n])
      let full = try LinearAlgebra.singularValues(matrix, full: true)
      #expect(full.u.shape == [2, m, m] && full.s.shape == [2, 0] && full.vt.shape == [2, n, n])
      for index in 0..<2 {
        #expect(TestMatrix(full.u, matrix: index).elements == TestMatrix.identity(m).elements)
        #expect(TestMatrix(full.vt, matrix: index).elements == TestMatrix.identity(n).elements)
      }
    }
  }
}

extension NDArray {
  fileprivate var float64: NDArray { NDArray(doubles, shape: shape) }
}
