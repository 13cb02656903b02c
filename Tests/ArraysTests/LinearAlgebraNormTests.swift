import Arrays
import Testing

@Suite struct LinearAlgebraNormTests {
  @Test(arguments: linearAlgebraTypes)
  func knownVectorNorms(dtype: DType) throws {
    let x = NDArray.batch([3, -4, 0, 0, 0, 0], [2, 3], dtype)
    #expect(try LinearAlgebra.vectorNorm(x, .l1).doubles == [7, 0])
    #expect(try LinearAlgebra.vectorNorm(x, .l2).doubles == [5, 0])
    #expect(try LinearAlgebra.vectorNorm(x, .maximum).doubles == [4, 0])
    #expect(try LinearAlgebra.vectorNorm(x).shape == [2])
    #expect(try LinearAlgebra.vectorNorm(x).dtype == dtype)
    #expect(try LinearAlgebra.vectorNorm(NDArray.batch([3, 4], [2], dtype)).shape == .scalar)
  }

  @Test(arguments: linearAlgebraTypes)
  func knownMatrixNorms(dtype: DType) throws {
    let a = NDArray.batch([1, -2, 2, 3, 4, -4], [2, 3], dtype)
    #expect(try LinearAlgebra.matrixNorm(a, .l1).item == 6)
    #expect(try LinearAlgebra.matrixNorm(a, .infinity).item == 11)
    #expect(try LinearAlgebra.matrixNorm(a, .maximum).item == 4)
    #expect(abs(try LinearAlgebra.matrixNorm(a).item - 50.0.squareRoot()) <= 8 * dtype.ulpOfOne)
    // AAᵀ = [[9, −13], [−13, 41]]: eigenvalues 25 ± √(16² + 13²)
    let spectral = (25 + 425.0.squareRoot()).squareRoot()
    #expect(abs(try LinearAlgebra.matrixNorm(a, .l2).item - spectral) <= 100 * dtype.ulpOfOne)
  }

  /// ‖A‖₂ ≤ ‖A‖_F ≤ √k ‖A‖₂, ‖A‖₂² ≤ ‖A‖₁·‖A‖∞, ‖A‖₁ of Aᵀ is ‖A‖∞, and the triangle.
  @Test(arguments: linearAlgebraTypes)
  func normsAreOrdered(dtype: DType) throws {
    for (m, n) in [(1, 1), (4, 6), (6, 4), (24, 3)] {
      let a = TestMatrix.random(m, n, seed: UInt64(m * 31 + n))
      let b = TestMatrix.random(m, n, seed: UInt64(m * 37 + n))
      let sum = TestMatrix(rows: m, columns: n) { a[$0, $1] + b[$0, $1] }
      let slack = 1 + 10 * Double(m + n) * dtype.ulpOfOne
      func norm(_ a: TestMatrix, _ kind: MatrixNorm) throws -> Double {
        try LinearAlgebra.matrixNorm(a.array(dtype), kind).item
      }
      let (spectral, frobenius) = (try norm(a, .l2), try norm(a, .frobenius))
      #expect(spectral <= frobenius * slack)
      #expect(frobenius <= Double(min(m, n)).squareRoot() * spectral * slack)
      #expect(try spectral * spectral <= norm(a, .l1) * norm(a, .infinity) * slack)
      #expect(try norm(a, .l1) == norm(a.transposed, .infinity))
      #expect(try norm(a, .maximum) <= spectral * slack)
      for kind in MatrixNorm.allCases {
        #expect(try norm(sum, kind) <= (norm(a, kind) + norm(b, kind)) * slack)
      }
    }
  }

  /// Squares that overflow or vanish do not matter while the norm itself is in range.
  @Test func extremeMagnitudes() throws {
    for scale in [0x1p1000, 0x1p700, 1, 0x1p-700, 0x1p-1030] {
      let norm = try LinearAlgebra.vectorNorm(NDArray([3 * scale, 4 * scale])).item
      #expect(abs(norm - 5 * scale) <= 1e-15 * 5 * scale + 2 * .leastNonzeroMagnitude)
      let matrix = NDArray([3 * scale, 0, 0, 4 * scale], shape: [2, 2])
      let frobenius = try LinearAlgebra.matrixNorm(matrix).item
      #expect(abs(frobenius - 5 * scale) <= 1e-15 * 5 * scale + 2 * .leastNonzeroMagnitude)
    }
    #expect(try LinearAlgebra.vectorNorm(NDArray([Float(3e38), 1e38])).item < 3.2e38)
    #expect(try LinearAlgebra.vectorNorm(NDArray([Float(0x3p-140), 0x4p-140])).item == 0x5p-140)
    #expect(try LinearAlgebra.vectorNorm(NDArray([1.5e308, 1.5e308])).item == .infinity)
  }

  @Test func notFiniteElementsPassThrough() throws {
    for kind in VectorNorm.allCases {
      #expect(try LinearAlgebra.vectorNorm(NDArray([1, .nan, 2.0]), kind).item.isNaN)
      #expect(try LinearAlgebra.vectorNorm(NDArray([1.0, -.infinity]), kind).item == .infinity)
    }
    for kind in MatrixNorm.allCases where kind != .l2 {
      #expect(
        try LinearAlgebra.matrixNorm(NDArray(rows: [[1, .nan], [2.0, 5]]), kind).item.isNaN)
      #expect(
        try LinearAlgebra.matrixNorm(NDArray(rows: [[1.0, -.infinity]]), kind).item == .infinity)
    }
    #expect(
      try LinearAlgebra.trace(NDArray(rows: [[1, .nan], [0, .infinity]])).item == .infinity)
  }

  @Test func knownTraces() throws {
    #expect(try LinearAlgebra.trace(NDArray(rows: [[1.0, 2], [3, 4]])).item == 5)
    let batch = NDArray((1...8).map { Float($0) }, shape: [2, 2, 2])
    let traces = try LinearAlgebra.trace(batch)
    #expect(traces.shape == [2] && traces.dtype == .float32)
    #expect(traces.doubles == [5, 13])
  }

  @Test(arguments: linearAlgebraTypes)
  func batchesAndViews(dtype: DType) throws {
    let values = TestMatrix.random(6, 20, seed: 5)
    let batch = NDArray.batch(values.elements, [2, 3, 4, 5], dtype)
    let swapped = batch.view([2, 3, 5, 4], strides: [60, 20, 1, 5])
    for kind in MatrixNorm.allCases {
      let norms = try LinearAlgebra.matrixNorm(batch, kind)
      #expect(norms.shape == [2, 3] && norms.dtype == dtype)
      for index in 0..<6 {
        let alone = try LinearAlgebra.matrixNorm(
          TestMatrix(batch, matrix: index).array(dtype), kind)
        #expect(norms.doubles[index] == alone.item)
      }
    }
    #expect(
      try LinearAlgebra.matrixNorm(swapped, .l1).doubles
        == LinearAlgebra.matrixNorm(batch, .infinity).doubles)
    let rows = try LinearAlgebra.vectorNorm(batch.view([5, 6], offset: 1, strides: [1, 20]), .l1)
    let expected = (0..<5).map { start in
      (0..<6).reduce(0.0) { $0 + abs(batch.doubles[1 + start + 20 * $1]) }
    }
    #expect(zip(rows.doubles, expected).allSatisfy { abs($0 - $1) <= 10 * dtype.ulpOfOne })
  }

  @Test(arguments: linearAlgebraTypes)
  func emptyArrays(dtype: DType) throws {
    for kind in VectorNorm.allCases {
      let norms = try LinearAlgebra.vectorNorm(NDArray.zeros([2, 0], dtype: dtype), kind)
      #expect(norms.doubles == [0, 0])
      #expect(try LinearAlgebra.vectorNorm(NDArray.zeros([0, 2], dtype: dtype), kind).shape == [0])
    }
    for kind in MatrixNorm.allCases {
      for shape: Shape in [[2, 0, 0], [2, 3, 0], [2, 0, 3]] {
        let norms = try LinearAlgebra.matrixNorm(NDArray.zeros(shape, dtype: dtype), kind)
        #expect(norms.doubles == [0, 0])
      }
    }
  }
}
