import Autodiff
import TestSupport
import Testing

/// Operations between convolutions, which pass arrays on in oneDNN's blocked layout: value and
/// gradients in float32 against float64, with channels that fill the blocks and ones that do not.
@Suite struct BlockedLayoutTests {
  struct Operation: Sendable, CustomTestStringConvertible {
    let name: String
    let body: @Sendable (_ x: Tensor, _ other: Tensor) -> Tensor
    var testDescription: String { name }

    init(_ name: String, _ body: @escaping @Sendable (Tensor, Tensor) -> Tensor) {
      self.name = name
      self.body = body
    }
  }

  static let operations: [Operation] = [
    Operation("nothing") { x, _ in x },
    Operation("relu") { x, _ in x.relu() },
    Operation("leaky relu") { x, _ in x.leakyRelu(slope: 0.2) },
    Operation("sigmoid") { x, _ in x.sigmoid() },
    Operation("tanh") { x, _ in x.tanh() },
    Operation("gelu") { x, _ in x.gelu() },
    Operation("gelu by tanh") { x, _ in x.gelu(.tanh) },
    Operation("softplus") { x, _ in x.softplus() },
    Operation("exp") { x, _ in (x * 0.2).exp() },
    Operation("plus 1") { x, _ in x + 1 },
    Operation("residual") { x, other in x + other },
    Operation("difference") { x, other in x - other },
    Operation("product") { x, other in x * other },
    Operation("quotient") { x, other in x / (other.squared() + 1) },
    Operation("maximum") { x, other in x.maximum(other) },
    Operation("concatenation") { x, other in
      Tensor.concatenate([x, other], axis: 1).sliced(axis: 1, 0..<x.shape[1])
    },
    Operation("concatenation, all of it") { x, other in
      Tensor.concatenate([x, other, x.relu()], axis: 1).sliced(
        axis: 1, x.shape[1]..<(2 * x.shape[1]))
        + x
    },
    Operation("parts of a concatenation") { x, other in
      let all = Tensor.concatenate([x, other, x * other], axis: 1)
      let count = x.shape[1]
      return all.sliced(axis: 1, 0..<count) * all.sliced(axis: 1, (2 * count)..<(3 * count))
    },
    Operation("rectified sum") { x, other in x.rectifiedSum(other) },
    Operation("rectified batch normalisation") { x, _ in
      let ones = Tensor(repeating: 1.5, shape: [x.shape[1]], dtype: x.dtype)
      return x.batchNormalization(scale: ones, offset: ones * 0.3, rectifies: true).value
    },
    Operation("maximum pool") { x, _ in x.maximumPool(.init(window: [2, 2])) },
    Operation("maximum pool, padded") { x, _ in
      x.maximumPool(.init(window: [3, 3], stride: [2, 2], padding: [1, 1]))
    },
    Operation("average pool") { x, _ in x.averagePool(.init(window: [2, 2])) },
    Operation("average pool, padded") { x, _ in
      x.averagePool(.init(window: [3, 3], stride: [2, 2], padding: [1, 1], countsPadding: false))
    },
    Operation("batch normalisation") { x, _ in
      let ones = Tensor(repeating: 1.5, shape: [x.shape[1]], dtype: x.dtype)
      return x.batchNormalization(scale: ones, offset: ones).value
    },
    Operation("sum of the squares") { x, other in
      x * (other.squared().mean(axes: [1, 2, 3], keepingAxes: true))
    },
    Operation("mean of the planes") { x, _ in
      x * x.globalAveragePool().reshaped([x.shape[0], x.shape[1], 1, 1])
    },
    Operation("softmax over channels") { x, _ in x.softmax(axis: 1) },
    Operation("scale of channels") { x, _ in
      x * Tensor(TestArray.one([x.shape[1], 1, 1], dtype: x.dtype))
    },
    Operation("permuted and back") { x, other in
      (x.permuted([0, 2, 3, 1]) + other.permuted([0, 2, 3, 1])).permuted([0, 3, 1, 2])
    },
    Operation("padded") { x, _ in x.padded(before: [0, 0, 1, 0], after: [0, 0, 0, 1]) },
    Operation("sliced") { x, _ in x.sliced(axis: 2, 1..<4).sliced(axis: 3, 0..<5, step: 2) },
  ]

  @Test(arguments: operations, [1, 3, 6, 16, 24])
  func singlePrecisionAgreesWithDouble(_ operation: Operation, _ channels: Int) {
    let arrays = TestArray.several(
      [[2, 2, 6, 6], [channels, 2, 3, 3], [channels, 2, 1, 1], [4, channels, 3, 3]],
      in: -0.5...0.5)
    func evaluate(_ dtype: DType, recording: Bool) -> [NDArray] {
      let inputs = arrays.map { Tensor.variable($0.cast(to: dtype)) }
      let around = ConvolutionGeometry(padding: [1, 1])
      let x = inputs[0].convolution(weight: inputs[1], geometry: around)
      let other = inputs[0].convolution(weight: inputs[2])
      let y = operation.body(x, other).convolution(weight: inputs[3], geometry: around)
      let upstream = Tensor(TestArray.one(y.shape, seed: 3, dtype: dtype))
      let found = gradients(
        of: y, withRespectTo: inputs, upstream: upstream, recording: recording)
      return [y.array] + found.map(\.array)
    }
    let double = evaluate(.float64, recording: false)
    for recording in [false, true] {
      let single = evaluate(.float32, recording: recording)
      for (index, (a, b)) in zip(single, double).enumerated() {
        #expect(relativeDifference(a, b) < 2e-5, "result \(index), recording \(recording)")
      }
    }
  }
}
