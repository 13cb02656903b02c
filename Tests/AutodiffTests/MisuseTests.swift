import Autodiff
import TestSupport
import Testing

/// What a program must not do ends it with an error that names the operation and what it was given.
@Suite struct MisuseTests {
  @Test func graphUsedTwice() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let x = Tensor.variable(NDArray([1.0, 2]))
      let y = x.exp().sum()
      _ = gradients(of: y, withRespectTo: [x])
      _ = gradients(of: y, withRespectTo: [x])
    }
    let message =
      "gradients: what 'exp' saved went with an earlier call; give that one keepingGraph: true"
    #expect(result?.errorText.contains(message) == true)
  }

  @Test func gradientOfAConstant() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = gradients(of: Tensor(1.0), withRespectTo: [Tensor(1.0)])
    }
    let message = "gradients: a tensor that is asked for is a constant; use Tensor.variable"
    #expect(result?.errorText.contains(message) == true)
  }

  @Test func gradientOfSeveralNumbers() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let x = Tensor.variable(NDArray([1.0, 2]))
      _ = gradients(of: x * 2, withRespectTo: [x])
    }
    let message = "gradients: the result has shape [2]; a scalar or an upstream is needed"
    #expect(result?.errorText.contains(message) == true)
  }

  @Test func upstreamOfAnotherShape() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let x = Tensor.variable(NDArray([1.0, 2]))
      _ = gradients(of: x * 2, withRespectTo: [x], upstream: Tensor([1.0, 2, 3]))
    }
    #expect(result?.errorText.contains("gradients: upstream [3] for a result of shape [2]") == true)
  }

  @Test func vectorsOfCoincidingEigenvalues() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let x = Tensor.variable(NDArray.identity(3, dtype: .float64))
      let vectors = try x.symmetricEigen().vectors
      _ = gradients(of: vectors.sum(), withRespectTo: [x])
    }
    let message =
      "symmetricEigen: eigenvalues 0 and 1 of matrix 0 coincide at 1.0, so their vectors have no "
      + "gradient"
    #expect(result?.errorText.contains(message) == true)
  }

  @Test func secondDerivativeOfCoincidingEigenvalues() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = try hessian(at: NDArray.identity(2, dtype: .float64)) {
        try $0.symmetricEigen().values.squared().sum()
      }
    }
    #expect(result?.errorText.contains("symmetricEigen: eigenvalues 0 and 1") == true)
  }

  @Test func vectorsOfCoincidingSingularValues() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let x = Tensor.variable(NDArray.identity(2, dtype: .float32))
      let u = try x.singularValues().u
      _ = gradients(of: u.sum(), withRespectTo: [x])
    }
    #expect(
      result?.errorText.contains("singularValues: singular values 0 and 1 of matrix 0 coincide")
        == true)
  }

  @Test func vectorsOfASingularValueOfZero() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let x = Tensor.variable(NDArray([1.0, 0, 0, 0, 0, 0], shape: [3, 2]))
      let u = try x.singularValues().u
      _ = gradients(of: u.sum(), withRespectTo: [x])
    }
    #expect(
      result?.errorText.contains("singularValues: a singular value of a matrix that is not square")
        == true)
  }

  @Test func secondDerivativeOfADeterminantOfZero() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = try hessian(at: NDArray([1.0, 2, 2, 4], shape: [2, 2])) { try $0.determinant() }
    }
    #expect(
      result?.errorText.contains("determinant: a gradient to be differentiated again at a singular")
        == true)
  }

  @Test func shapesThatDoNotBroadcast() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Tensor([1.0, 2]) + Tensor([1.0, 2, 3])
    }
    #expect(
      result?.errorText.contains(
        "add: [2] × [3], sizes 2 and 3 do not broadcast (equal, or one of them 1)") == true)
  }

  @Test func innerSizesThatDiffer() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Tensor(repeating: 1, shape: [64, 784]).matmul(Tensor(repeating: 1, shape: [512, 10]))
    }
    #expect(
      result?.errorText.contains(
        "matmul: [64, 784] × [512, 10], inner sizes 784 and 512 differ") == true)
  }
}
