import Autodiff
import TestSupport
import Testing

@Suite struct LinearAlgebraTests {
  // MARK: Errors

  struct Refusal: Sendable, CustomTestStringConvertible {
    let message: String
    let body: @Sendable () throws -> Void
    var testDescription: String { message }
  }

  private static let singular = Tensor.variable(NDArray([1.0, 2, 2, 4], shape: [2, 2]))
  private static let wide = Tensor.variable(NDArray([1.0, 2, 2, 4, 5, 6], shape: [2, 3]))

  static let refusals: [Refusal] = [
    Refusal(message: "inverse: [2, 2], singular: pivot 2 of 2 is zero") {
      _ = try singular.inverse()
    },
    Refusal(message: "inverse: [2, 3], not square: 2 rows and 3 columns") {
      _ = try wide.inverse()
    },
    Refusal(message: "determinant: [2, 3], not square: 2 rows and 3 columns") {
      _ = try wide.determinant()
    },
    Refusal(message: "solve: [2, 2] × [2, 1], singular: pivot 2 of 2 is zero") {
      _ = try singular.solve(Tensor([1.0, 1], shape: [2, 1]))
    },
    Refusal(message: "solve: [2, 2] × [3], 2 rows of a and 3 of b differ") {
      _ = try singular.solve(Tensor([1.0, 1, 1]))
    },
    Refusal(
      message: "cholesky: [2, 2], not positive definite: the leading minor of order 2 of 2 is not "
        + "positive"
    ) { _ = try singular.cholesky() },
    Refusal(
      message: "symmetricEigen: [2, 2], not symmetric: elements [0, 1] and [1, 0] differ"
    ) { _ = try Tensor([1.0, 2, 3, 4], shape: [2, 2]).symmetricEigen() },
    Refusal(message: "singularValues: [2], expected a matrix [.., m, n]") {
      _ = try Tensor([1.0, 2]).singularValues()
    },
    Refusal(message: "inverse: [1, 1], element [0, 0] is not a finite number") {
      _ = try Tensor([Double.nan], shape: [1, 1]).inverse()
    },
  ]

  @Test(arguments: refusals)
  func errorsAreThrown(_ refusal: Refusal) {
    let error = #expect(throws: LinearAlgebraError.self) { try refusal.body() }
    #expect(error?.description == refusal.message)
  }

  // MARK: Singular matrices

  /// The gradient of the determinant is the matrix of cofactors, at singular matrices too.
  static let singularMatrices: [(elements: [Double], shape: Shape, cofactors: [Double])] = [
    ([1, 2, 2, 4], [2, 2], [4, -2, -2, 1]), ([0, 0, 0, 0], [2, 2], [0, 0, 0, 0]),
    ([0], [1, 1], [1]),
    ([1, 2, 3, 2, 4, 6, 0, 1, 1], [3, 3], [-2, -2, 2, 1, 1, -1, 0, 0, 0]),
    ([1, 2, 3, 2, 4, 6, 3, 6, 9], [3, 3], [0, 0, 0, 0, 0, 0, 0, 0, 0]),
    ([1, 2, 2, 4, 3, 0, 0, 2], [2, 2, 2], [4, -2, -2, 1, 2, 0, 0, 3]),
  ]

  @Test(arguments: singularMatrices.indices, [DType.float64, .float32])
  func determinantOfASingularMatrix(_ index: Int, _ dtype: DType) throws {
    let (elements, shape, cofactors) = Self.singularMatrices[index]
    let x = Tensor.variable(NDArray(elements, shape: shape).cast(to: dtype))
    let gradient = gradients(of: try x.determinant().sum(), withRespectTo: [x])[0]
    let expected = NDArray(cofactors, shape: shape)
    let tolerance = dtype == .float64 ? 1e-14 : 1e-6
    for (found, cofactor) in zip(gradient.array.doubles, expected.doubles) {
      #expect(abs(found - cofactor) < tolerance * 40)
    }
  }

  // MARK: Laws

  /// tr Aᵏ by the eigenvalues has the gradient k·Aᵏ⁻¹ᵀ, whether or not eigenvalues coincide.
  @Test func spectralFunctionsAtCoincidingEigenvalues() throws {
    for a in [
      NDArray.identity(3, dtype: .float64) * 2,
      NDArray([2.0, 1, 1, 1, 2, 1, 1, 1, 2], shape: [3, 3]),
    ] {
      let x = Tensor.variable(a)
      let trace = try x.symmetricEigen().values.power(3).sum()
      let found = gradients(of: trace, withRespectTo: [x])[0].array
      #expect(relativeDifference(found, a.matmul(a) * 3) < 1e-14)
    }
  }

  /// log det A by Cholesky's factor has the gradient A⁻¹ and, along B, the second −A⁻¹·B·A⁻¹.
  @Test func derivativesOfTheLogarithmicDeterminant() throws {
    let half = TestArray.one([3, 3])
    let a = half.matmul(half, transposeOther: true) + NDArray.identity(3, dtype: .float64)
    let direction = NDArray([1.0, 2, 3, 2, 5, 0, 3, 0, -1], shape: [3, 3])
    func logarithm(_ x: Tensor) throws -> Tensor {
      let eye = Tensor(NDArray.identity(3, dtype: .float64))
      return try (x.cholesky() * eye).sum(axes: [1]).log().sum() * 2
    }
    let inverse = try LinearAlgebra.inverse(a)
    let (_, gradient) = try valueWithGradient(at: a, logarithm)
    #expect(relativeDifference(gradient, inverse) < 1e-13)
    let second = try hessianVectorProduct(at: a, vector: direction, logarithm)
    let expected = -(inverse.matmul(direction).matmul(inverse))
    #expect(relativeDifference(second, expected) < 1e-12)
  }

  /// The nuclear norm Σ s has the gradient U·Vᵀ.
  @Test func gradientOfTheNuclearNorm() throws {
    let a = TestArray.one([2, 4, 3])
    let (_, gradient) = try valueWithGradient(at: a) { try $0.singularValues().s.sum() }
    let (u, _, vt) = try LinearAlgebra.singularValues(a)
    #expect(relativeDifference(gradient, u.matmul(vt)) < 1e-14)
  }

  @Test func solutionAndInverseAgree() throws {
    let a = TestArray.one([3, 3]) + NDArray.identity(3, dtype: .float64) * 4
    let b = TestArray.one([3, 2], seed: 2)
    let (_, bySolve) = try valueWithGradients(at: [a, b]) {
      try $0[0].solve($0[1]).squared().sum()
    }
    let (_, byInverse) = try valueWithGradients(at: [a, b]) {
      try $0[0].inverse().matmul($0[1]).squared().sum()
    }
    for (one, other) in zip(bySolve, byInverse) { #expect(relativeDifference(one, other) < 1e-13) }
  }
}
