import Layers
import TestSupport
import Testing

/// What holds for layers whatever their numbers.
@Suite struct LayerLawTests {
  private func apply(_ layer: some Layer, _ x: NDArray) -> NDArray {
    var context = Context()
    return layer(Tensor(x), &context).array
  }

  /// A translated image gives a translated feature map: a shift by the stride is a shift by one.
  @Test(arguments: [1, 2, 3])
  func translation(_ stride: Int) {
    let x = TestArray.one([2, 4, 15, 15])
    let layers: [any Layer] = [
      Conv2D(4, 3, kernel: 3, stride: stride).initialized(dtype: .float64),
      Conv2D(4, 6, kernel: [2, 3], stride: [stride, stride], dilation: [2, 1], groups: 2)
        .initialized(dtype: .float64),
      MaxPool2D(2, stride: stride), AveragePool2D(3, stride: stride),
    ]
    for layer in layers {
      for axis in [2, 3] {
        let shifted = apply(layer, x.sliced(axis: axis, stride..<15))
        let whole = apply(layer, x)
        let expected = whole.sliced(axis: axis, 1..<(1 + shifted.shape[axis]))
        #expect(relativeDifference(shifted, expected) < 1e-12, "\(layer.kind), axis \(axis)")
      }
    }
  }

  /// ⟨Conv2D x, u⟩ = ⟨x, ConvTranspose2D u⟩ with the same weight.
  @Test func transposedConvolutionIsTheTranspose() {
    for (stride, padding, groups) in [(1, 0, 1), (2, 1, 1), (3, 1, 2)] {
      let convolution = Conv2D(
        4, 6, kernel: 3, stride: stride, padding: padding, groups: groups, bias: false
      ).initialized(dtype: .float64)
      let x = TestArray.one([2, 4, 8, 7])
      let y = apply(convolution, x)
      let extra = (0..<2).map { (x.shape[$0 + 2] + 2 * padding - 3) % stride }
      var transposed = ConvTranspose2D(
        6, 4, kernel: [3, 3], stride: [stride, stride], padding: [padding, padding],
        outputPadding: extra, groups: groups, bias: false
      ).initialized(dtype: .float64)
      transposed.weight.tensor = convolution.weight.tensor
      let u = TestArray.one(y.shape, seed: 2)
      let left = (y * u).sum().item
      let right = (x * apply(transposed, u)).sum().item
      #expect(abs(left - right) < 1e-10 * max(1, abs(left)))
    }
  }

  /// A dense layer without an offset is linear.
  @Test func denseIsLinear() {
    let layer = Dense(5, 3, bias: false).initialized(dtype: .float64)
    let (x, y) = (TestArray.one([4, 5], seed: 1), TestArray.one([4, 5], seed: 2))
    let combined = apply(layer, x * 2 + y * -3)
    #expect(relativeDifference(combined, apply(layer, x) * 2 + apply(layer, y) * -3) < 1e-12)
  }

  /// Normalised layers do not see scale and offset of what comes in.
  @Test func normalizationIgnoresScaleAndOffset() {
    let x = TestArray.one([6, 8])
    let layer = LayerNorm([8], epsilon: 1e-12).initialized(dtype: .float64)
    let batch = BatchNorm(8, epsilon: 1e-12).initialized(dtype: .float64)
    #expect(relativeDifference(apply(layer, x * 3 + 5), apply(layer, x)) < 1e-9)
    var context = Context(.training)
    let (a, b) = (batch(Tensor(x * 3 + 5), &context), batch(Tensor(x), &context))
    #expect(relativeDifference(a.array, b.array) < 1e-9)
    // And give mean 0 and variance 1.
    let y = apply(layer, x)
    #expect(y.mean(axes: [1]).absolute().maximum().item < 1e-12)
    let variance = y.squared().mean(axes: [1])
    #expect((variance - 1).absolute().maximum().item < 1e-9)
  }

  /// An embedding takes rows of its table, and gradients of a row taken twice add up.
  @Test func embeddingTakesRows() {
    let layer = Embedding(count: 5, size: 3).initialized(seed: 1, dtype: .float64)
    let table = layer.weight.tensor.array
    let numbers = NDArray([Int32(4), 0, 4, 2], shape: [2, 2])
    let y = apply(layer, numbers)
    #expect(y.shape == [2, 2, 3])
    for (place, number) in [4, 0, 4, 2].enumerated() {
      let row = Array(y.doubles[place * 3..<place * 3 + 3])
      #expect(row == table.selecting(axis: 0, index: number).doubles)
    }
    var context = Context(.training)
    let (_, gradients) = valueWithGradients(of: layer, &context) { layer, context in
      layer(Tensor(numbers), &context).sum()
    }
    #expect(
      gradients["weight"]!.doubles == [1, 0, 1, 0, 2].flatMap { [Double](repeating: $0, count: 3) })
  }

  /// √Σg² over all parameters.
  @Test func globalNorm() {
    let gradients = Gradients([
      ("a", NDArray([Float(3), 0])), ("b", NDArray([Float(0), 4])),
    ])
    #expect(gradients.globalNorm == 5)
    #expect(gradients["b"]?.doubles == [0, 4])
    #expect(gradients["c"] == nil)
  }
}
