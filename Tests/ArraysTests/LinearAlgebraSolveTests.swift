import Arrays
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Inverse, determinant and solution of linear systems.
///
/// Tolerances: elimination with row interchanges solves a problem whose matrix differs by
/// n·ε·‖A‖ times a small constant (the growth factor, below 10 for these matrices), so a residual
/// A·X − B is bounded by 10·n·ε·‖A‖·‖X‖ and an error by that times ‖A⁻¹‖.
@Suite struct LinearAlgebraSolveTests {
  static let sizes = [1, 2, 3, 6, 24, 65]

  /// A random matrix, its inverse, and κ = ‖A‖·‖A⁻¹‖ in the Frobenius norm.
  static func sample(_ n: Int, _ dtype: DType, seed: UInt64) throws -> (
    array: NDArray, a: TestMatrix, inverse: TestMatrix, condition: Double
  ) {
    let array = TestMatrix.random(n, n, seed: seed).array(dtype)
    let a = TestMatrix(array)
    let inverse = TestMatrix(try LinearAlgebra.inverse(array))
    return (array, a, inverse, a.frobenius * inverse.frobenius)
  }

  @Test(arguments: sizes, linearAlgebraTypes)
  func inverseTimesMatrixIsIdentity(n: Int, dtype: DType) throws {
    let (_, a, inverse, condition) = try Self.sample(n, dtype, seed: UInt64(n))
    let bound = 10 * Double(n) * dtype.ulpOfOne * condition
    #expect((a * inverse - .identity(n)).largest <= bound)
    #expect((inverse * a - .identity(n)).largest <= bound)
  }

  @Test func inverseOfKnownMatrix() throws {
    let a = NDArray(rows: [[4.0, 7], [2, 6]])
    let expected = [0.6, -0.7, -0.2, 0.4]
    let inverse = try LinearAlgebra.inverse(a)
    #expect(inverse.shape == [2, 2] && inverse.dtype == .float64)
    #expect(
      (TestMatrix(inverse) - TestMatrix(rows: 2, columns: 2) { expected[$0 * 2 + $1] }).largest
        < 1e-15)
    #expect(a.elements(as: Double.self) == [4, 7, 2, 6])  // the argument is as it was
  }

  @Test func inverseNeedsRowInterchange() throws {
    let a = NDArray(rows: [[0.0, 2], [4, 0]])
    #expect(try LinearAlgebra.inverse(a).elements() == [0, 0.25, 0.5, 0])
  }

  /// The inverse of Hilbert's matrix has whole numbers and the determinant is 1/266716800000; its
  /// condition number is 4.8·10⁵, and the rounding of 1/3, 1/5, … alone costs n·ε·κ.
  @Test func hilbertMatrixOfOrderFive() throws {
    let exact: [Double] = [
      25, -300, 1050, -1400, 630,
      -300, 4800, -18900, 26880, -12600,
      1050, -18900, 79380, -117_600, 56700,
      -1400, 26880, -117_600, 179_200, -88200,
      630, -12600, 56700, -88200, 44100,
    ]
    let hilbert = TestMatrix.hilbert(5).array()
    let inverse = try LinearAlgebra.inverse(hilbert).doubles
    let tolerance = 5 * Double.ulpOfOne * 4.8e5
    let error = zip(inverse, exact).map { abs($0 - $1) }.max()!
    #expect(error <= tolerance * 179_200)
    let determinant = try LinearAlgebra.determinant(hilbert).item
    #expect(abs(determinant * 266_716_800_000 - 1) <= tolerance)
    let (sign, logarithm) = try LinearAlgebra.logarithmicDeterminant(hilbert)
    #expect(sign.item == 1)
    #expect(abs(logarithm.item - -26.309_453_258_276_445) <= tolerance)
  }

  @Test func knownDeterminants() throws {
    let matrices: [([[Double]], Double)] = [
      ([[3]], 3), ([[1, 2], [3, 4]], -2), ([[0, 1], [1, 0]], -1),
      ([[2, 0, 0], [0, 3, 0], [0, 0, 4]], 24),
      ([[0, 1, 0], [0, 0, 1], [1, 0, 0]], 1),
      ([[1, 2], [2, 4]], 0), ([[0, 0], [0, 0]], 0),
    ]
    for (rows, expected) in matrices {
      let determinant = try LinearAlgebra.determinant(NDArray(rows: rows))
      #expect(determinant.shape == .scalar)
      #expect(abs(determinant.item - expected) <= 1e-15 * max(1, abs(expected)))
    }
  }

  /// log det moves by ‖A⁻¹‖·‖Δ‖ when A moves by Δ. The matrices are I + R/(2√n), whose singular
  /// values lie around 1, so that the law means something in float32 too.
  @Test(arguments: sizes, linearAlgebraTypes)
  func determinantOfProductIsProduct(n: Int, dtype: DType) throws {
    func matrix(_ seed: UInt64) -> TestMatrix {
      let random = TestMatrix.random(n, n, seed: seed + UInt64(n))
      return TestMatrix(
        TestMatrix(rows: n, columns: n) {
          random[$0, $1] / (2 * Double(n).squareRoot()) + ($0 == $1 ? 1 : 0)
        }.array(dtype))
    }
    func logarithm(_ a: TestMatrix) throws -> (sign: Double, value: Double, bound: Double) {
      let array = a.array(dtype)
      let condition = a.frobenius * TestMatrix(try LinearAlgebra.inverse(array)).frobenius
      let (sign, logarithm) = try LinearAlgebra.logarithmicDeterminant(array)
      let determinant = try LinearAlgebra.determinant(array).item
      let exact = sign.item * exp(logarithm.item)
      #expect(
        abs(determinant - exact) <= 4 * dtype.ulpOfOne * abs(exact) * (1 + abs(logarithm.item)))
      return (sign.item, logarithm.item, 10 * Double(n) * dtype.ulpOfOne * condition)
    }
    let (first, second) = (matrix(100), matrix(200))
    let (a, b) = (try logarithm(first), try logarithm(second))
    let product = try logarithm(first * second)
    #expect(product.sign == a.sign * b.sign)
    #expect(abs(product.value - a.value - b.value) <= product.bound + a.bound + b.bound)
    let transposed = try logarithm(first.transposed)
    #expect(transposed.sign == a.sign && abs(transposed.value - a.value) <= 2 * a.bound)
  }

  @Test func determinantBeyondIntermediateRange() throws {
    let mixed = TestMatrix.diagonal([1e200, 1e200, 1e-200, -1e-200]).array()
    #expect(abs(try LinearAlgebra.determinant(mixed).item + 1) <= 1e-14)
    let huge = TestMatrix.diagonal([1e200, -1e200]).array()
    #expect(try LinearAlgebra.determinant(huge).item == -.infinity)
    let tiny = TestMatrix.diagonal([1e-200, -1e-200]).array()
    #expect(try LinearAlgebra.determinant(tiny).item == 0)
    let logarithmOfTen = 2.302_585_092_994_046
    for (matrix, exponent) in [(huge, 400.0), (tiny, -400.0)] {
      let (sign, logarithm) = try LinearAlgebra.logarithmicDeterminant(matrix)
      #expect(sign.item == -1)
      #expect(abs(logarithm.item - exponent * logarithmOfTen) <= 1e-12)
    }
    let subnormal = TestMatrix.diagonal([.leastNonzeroMagnitude, 1]).array()
    #expect(try LinearAlgebra.determinant(subnormal).item == .leastNonzeroMagnitude)
  }

  @Test func logarithmicDeterminantOfSingularMatrix() throws {
    let (sign, logarithm) = try LinearAlgebra.logarithmicDeterminant(
      NDArray(rows: [[1.0, 2], [2, 4]]))
    #expect(sign.item == 0)
    #expect(logarithm.item == -.infinity)
  }

  @Test(arguments: sizes, linearAlgebraTypes)
  func solutionSolves(n: Int, dtype: DType) throws {
    let a = TestMatrix.random(n, n, seed: 300 + UInt64(n)).array(dtype)
    for columns in [1, 5] {
      let b = TestMatrix.random(n, columns, seed: 400 + UInt64(n)).array(dtype)
      let x = try LinearAlgebra.solve(a, b)
      #expect(x.shape == b.shape && x.dtype == dtype)
      let (left, solution) = (TestMatrix(a), TestMatrix(x))
      let bound = 10 * Double(n) * dtype.ulpOfOne * left.frobenius * solution.frobenius
      #expect((left * solution - TestMatrix(b)).largest <= bound)
    }
  }

  @Test func solutionOfKnownSystem() throws {
    // x + 2y = 5, 3x + 4y = 11 → x = 1, y = 2
    let a = NDArray(rows: [[1.0, 2], [3, 4]])
    let b = NDArray([5.0, 11])
    let vector = try LinearAlgebra.solve(a, b)
    #expect(vector.shape == [2])
    #expect(zip(vector.doubles, [1, 2]).allSatisfy { abs($0 - $1) < 1e-14 })
    #expect(b.elements(as: Double.self) == [5, 11])
    let matrix = try LinearAlgebra.solve(a, NDArray(rows: [[5.0, 1], [11, 3]]))
    #expect(zip(matrix.doubles, [1, 1, 2, 0]).allSatisfy { abs($0 - $1) < 1e-14 })
  }

  /// Each matrix of a batch gives what it gives alone, bit for bit.
  @Test(arguments: linearAlgebraTypes)
  func batchesAreMatrices(dtype: DType) throws {
    let n = 4
    let matrices = (0..<6).map { TestMatrix.random(n, n, seed: 500 + UInt64($0)) }
    let right = (0..<6).map { TestMatrix.random(n, 2, seed: 600 + UInt64($0)) }
    let a = NDArray.batch(matrices.flatMap(\.elements), [2, 3, n, n], dtype)
    let b = NDArray.batch(right.flatMap(\.elements), [2, 3, n, 2], dtype)
    let inverse = try LinearAlgebra.inverse(a)
    let determinant = try LinearAlgebra.determinant(a)
    let logarithms = try LinearAlgebra.logarithmicDeterminant(a)
    let solution = try LinearAlgebra.solve(a, b)
    #expect(inverse.shape == [2, 3, n, n] && determinant.shape == [2, 3])
    #expect(logarithms.sign.shape == [2, 3] && logarithms.logarithm.shape == [2, 3])
    #expect(solution.shape == [2, 3, n, 2])
    for (index, matrix) in matrices.enumerated() {
      let single = matrix.array(dtype)
      let alone = try LinearAlgebra.inverse(single)
      #expect(TestMatrix(inverse, matrix: index).elements == alone.doubles)
      #expect(determinant.doubles[index] == (try LinearAlgebra.determinant(single).item))
      let (sign, logarithm) = try LinearAlgebra.logarithmicDeterminant(single)
      #expect(logarithms.sign.doubles[index] == sign.item)
      #expect(logarithms.logarithm.doubles[index] == logarithm.item)
      let aloneSolution = try LinearAlgebra.solve(single, right[index].array(dtype))
      #expect(TestMatrix(solution, matrix: index).elements == aloneSolution.doubles)
    }
    let vectors = NDArray.batch(right.flatMap(\.elements), [2, 6, n], dtype)
    let stacked = a.view([2, 6, n, n], strides: [3 * n * n, 0, n, 1])
    let vectorSolution = try LinearAlgebra.solve(stacked, vectors)
    #expect(vectorSolution.shape == [2, 6, n])
    let last = try LinearAlgebra.solve(
      matrices[3].array(dtype), NDArray.batch(Array(right[5].elements.suffix(n)), [n], dtype))
    #expect(Array(vectorSolution.doubles.suffix(n)) == last.doubles)
  }

  @Test(arguments: linearAlgebraTypes)
  func viewsAreArrays(dtype: DType) throws {
    let whole = TestMatrix.random(6, 7, seed: 9)
    // Every second row from 1, columns from 2, transposed.
    let view = whole.array(dtype).view([3, 3], offset: 9, strides: [1, 14])
    let copy = TestMatrix(rows: 3, columns: 3) { whole[1 + 2 * $1, 2 + $0] }.array(dtype)
    #expect(try LinearAlgebra.inverse(view).doubles == LinearAlgebra.inverse(copy).doubles)
    #expect(try LinearAlgebra.determinant(view).item == LinearAlgebra.determinant(copy).item)
    #expect(try LinearAlgebra.solve(view, view).doubles == LinearAlgebra.solve(copy, copy).doubles)
    #expect(try LinearAlgebra.trace(view).item == LinearAlgebra.trace(copy).item)
  }

  /// float32 differs from float64 by the forward error of float32: 10·n·ε·κ of the largest element.
  @Test(arguments: sizes) func precisionsAgree(n: Int) throws {
    let single = TestMatrix.random(n, n, seed: 700 + UInt64(n)).array(.float32)
    let double = NDArray(single.doubles, shape: single.shape)
    let exact = TestMatrix(try LinearAlgebra.inverse(double))
    let condition = TestMatrix(double).frobenius * exact.frobenius
    let bound = 10 * Double(n) * DType.float32.ulpOfOne * condition
    #expect(
      (TestMatrix(try LinearAlgebra.inverse(single)) - exact).largest <= bound * exact.frobenius)
    let determinant = try LinearAlgebra.determinant(double).item
    #expect(
      abs(try LinearAlgebra.determinant(single).item - determinant) <= bound * abs(determinant))
    let b = TestMatrix.random(n, 1, seed: 800).array(.float32)
    let x = TestMatrix(try LinearAlgebra.solve(double, NDArray(b.doubles, shape: b.shape)))
    #expect((TestMatrix(try LinearAlgebra.solve(single, b)) - x).largest <= bound * x.frobenius)
  }

  @Test(arguments: linearAlgebraTypes)
  func emptyMatrices(dtype: DType) throws {
    let empty = NDArray.zeros([2, 0, 0], dtype: dtype)
    #expect(try LinearAlgebra.inverse(empty).shape == [2, 0, 0])
    #expect(try LinearAlgebra.determinant(empty).doubles == [1, 1])
    let (sign, logarithm) = try LinearAlgebra.logarithmicDeterminant(empty)
    #expect(sign.doubles == [1, 1] && logarithm.doubles == [0, 0])
    #expect(try LinearAlgebra.trace(empty).doubles == [0, 0])
    let solution = try LinearAlgebra.solve(empty, NDArray.zeros([2, 0, 3], dtype: dtype))
    #expect(solution.shape == [2, 0, 3])
    #expect(try LinearAlgebra.solve(empty, NDArray.zeros([2, 0], dtype: dtype)).shape == [2, 0])
    let none = NDArray.zeros([0, 3, 3], dtype: dtype)
    #expect(try LinearAlgebra.inverse(none).shape == [0, 3, 3])
    #expect(try LinearAlgebra.determinant(none).shape == [0])
    #expect(try LinearAlgebra.solve(none, NDArray.zeros([0, 3], dtype: dtype)).shape == [0, 3])
    let noColumns = try LinearAlgebra.solve(
      TestMatrix.identity(3).array(dtype), NDArray.zeros([3, 0], dtype: dtype))
    #expect(noColumns.shape == [3, 0])
  }

  /// LAPACK keeps no state: results of tasks that run together are those of one that runs alone.
  @Test func concurrentCallsAgree() async throws {
    let a = TestMatrix.random(24, 24, seed: 77).array()
    let expected = try LinearAlgebra.inverse(a).doubles
    let values = try LinearAlgebra.singularValues(a).s.doubles
    let agree = try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<16 {
        group.addTask {
          try LinearAlgebra.inverse(a).doubles == expected
            && LinearAlgebra.singularValues(a).s.doubles == values
        }
      }
      return try await group.reduce(true) { $0 && $1 }
    }
    #expect(agree)
  }
}
