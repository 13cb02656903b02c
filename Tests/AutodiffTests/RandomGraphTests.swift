import Autodiff
import TestSupport
import Testing

/// Graphs put together at random: branches that meet again, stretched operands, operations of
/// several inputs, in orders that nobody thought of.
@Suite struct RandomGraphTests {
  @Test(arguments: 1...150)
  func gradientsAgreeWithCentralDifferences(_ seed: Int) {
    let inputs = Self.inputs(seed)
    for order in 1...2 {
      let check = gradientCheck(at: inputs, order: order) { Self.graph(seed, $0) }
      #expect(check.largestError < 1e-6, "order \(order): \(check)")
    }
  }

  @Test(arguments: 1...150)
  func fusedGradientsEqualComposedOnes(_ seed: Int) {
    func evaluate(_ dtype: DType, recording: Bool) -> [NDArray] {
      let variables = Self.inputs(seed).map { Tensor.variable($0.cast(to: dtype)) }
      let y = Self.graph(seed, variables)
      return gradients(
        of: y, withRespectTo: variables, upstream: Tensor(TestArray.one(y.shape, dtype: dtype)),
        recording: recording
      ).map(\.array)
    }
    let double = evaluate(.float64, recording: false)
    for (a, b) in zip(evaluate(.float64, recording: true), double) {
      #expect(agree(a, b, within: 1e-11))
    }
    for recording in [false, true] {
      for (a, b) in zip(evaluate(.float32, recording: recording), double) {
        #expect(agree(a, b, within: 2e-4), "recording \(recording): \(a.doubles) \(b.doubles)")
      }
    }
  }

  /// Hessians are symmetric, whatever the graph.
  @Test(arguments: 1...40)
  func hessiansAreSymmetric(_ seed: Int) {
    let inputs = Self.inputs(seed)
    let (_, _, tensor) = hessian(at: inputs[0]) { x in
      Self.graph(seed, [x] + inputs.dropFirst().map { Tensor($0) }).sum()
    }
    let size = inputs[0].elementCount
    let matrix = tensor.reshaped([size, size])
    #expect(agree(matrix, matrix.transposed(), within: 1e-11))
  }

  private static func inputs(_ seed: Int) -> [NDArray] {
    TestArray.several([[3, 4], [4], [3, 1], []], seed: seed, in: -1...1)
  }

  /// A dozen operations on what the earlier ones gave. All are smooth, and keep numbers small.
  private static func graph(_ seed: Int, _ inputs: [Tensor]) -> Tensor {
    var generator = SplitMix64(seed: seed &* 7919)
    var matrices = [inputs[0]]
    func matrix() -> Tensor { matrices[choice(matrices.count)] }
    func choice(_ count: Int) -> Int { Int(generator.fraction() * Double(count)) }
    for _ in 0..<12 {
      let x = matrix()
      let result: Tensor
      switch choice(18) {
      case 0: result = x + matrix()
      case 1: result = x - inputs[1]
      case 2: result = x * matrix()
      case 3: result = x * inputs[2]
      case 4: result = x / (matrix().squared() + 1)
      case 5: result = inputs[3] * x + matrix()
      case 6: result = x.tanh()
      case 7: result = x.sigmoid() * matrix()
      case 8: result = x.sin()
      case 9: result = x.softmax(axis: choice(2))
      case 10: result = x.gelu() - matrix().mean(axes: [0], keepingAxes: true)
      case 11: result = x.matmul(matrix(), transposeOther: true).matmul(matrix()) * 0.1
      case 12: result = x.transposed().reshaped([3, 4])
      case 13:
        result = Tensor.concatenate(
          [x.sliced(axis: 1, 1..<4), matrix().sliced(axis: 1, 0..<1)], axis: 1)
      case 14: result = x.layerNormalization(scale: inputs[1], offset: inputs[1], epsilon: 0.5)
      case 15: result = x.gather(NDArray([2, 0, 2] as [Int32]))
      case 16: result = x.variance(axes: [1], keepingAxes: true) * matrix()
      default: result = x.softplus().log() + matrix().exp() * 0.1
      }
      // Numbers that would grow are brought back.
      matrices.append(result.tanh() + matrix() * 0.1)
    }
    return matrices[matrices.count - 1] * inputs[1]
  }
}
