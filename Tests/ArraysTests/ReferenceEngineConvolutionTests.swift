import Arrays
import Testing

/// A convolution's sizes: everything but the batch.
struct ConvolutionCase: CustomTestStringConvertible {
  var input: Shape
  var weight: Shape
  var geometry = ConvolutionGeometry()

  var testDescription: String {
    "\(input) \(weight) stride \(geometry.stride) padding \(geometry.padding) "
      + "dilation \(geometry.dilation) groups \(geometry.groups)"
  }

  func outputShape() throws -> Shape { try geometry.outputShape(input: input, weight: weight) }

  /// Calls `body` with the offsets of each product: output, input and weight element.
  func forEachProduct(output: Shape, _ body: (Int, Int, Int) -> Void) {
    for place in places(output) {
      let group = place[1] / (weight[0] / geometry.groups)
      for tap in places([weight[1], weight[2], weight[3]]) {
        let channel = group * weight[1] + tap[0]
        let row = place[2] * geometry.stride[0] + tap[1] * geometry.dilation[0]
        let column = place[3] * geometry.stride[1] + tap[2] * geometry.dilation[1]
        let (y, x) = (row - geometry.padding[0], column - geometry.padding[1])
        guard y >= 0, y < input[2], x >= 0, x < input[3] else { continue }
        body(
          offset(place, in: output), offset([place[0], channel, y, x], in: input),
          offset([place[1]] + tap, in: weight))
      }
    }
  }

  static let all: [ConvolutionCase] = [
    ConvolutionCase(input: [1, 1, 3, 3], weight: [1, 1, 3, 3]),
    ConvolutionCase(input: [2, 3, 6, 5], weight: [4, 3, 3, 2]),
    ConvolutionCase(
      input: [2, 1, 12, 12], weight: [6, 1, 5, 5], geometry: ConvolutionGeometry(padding: [2, 2])),
    ConvolutionCase(input: [2, 5, 4, 6], weight: [7, 5, 1, 1]),
    ConvolutionCase(
      input: [1, 4, 4, 6], weight: [3, 4, 1, 1], geometry: ConvolutionGeometry(stride: [2, 3])),
    ConvolutionCase(
      input: [1, 4, 4, 4], weight: [3, 4, 1, 1], geometry: ConvolutionGeometry(padding: [1, 2])),
    ConvolutionCase(
      input: [2, 3, 7, 8], weight: [4, 3, 3, 3],
      geometry: ConvolutionGeometry(stride: [2, 3], padding: [1, 2])),
    ConvolutionCase(
      input: [1, 2, 9, 10], weight: [3, 2, 3, 2],
      geometry: ConvolutionGeometry(padding: [2, 1], dilation: [2, 3])),
    ConvolutionCase(
      input: [1, 2, 11, 9], weight: [2, 2, 3, 3],
      geometry: ConvolutionGeometry(stride: [3, 2], padding: [3, 0], dilation: [2, 2])),
    ConvolutionCase(
      input: [2, 6, 5, 5], weight: [4, 3, 3, 3],
      geometry: ConvolutionGeometry(padding: [1, 1], groups: 2)),
    ConvolutionCase(
      input: [1, 6, 4, 4], weight: [3, 2, 1, 1], geometry: ConvolutionGeometry(groups: 3)),
    ConvolutionCase(
      input: [2, 5, 6, 6], weight: [10, 1, 3, 3],
      geometry: ConvolutionGeometry(stride: [2, 2], padding: [1, 1], groups: 5)),
    ConvolutionCase(  // more padding than input
      input: [1, 1, 2, 1], weight: [2, 1, 2, 3],
      geometry: ConvolutionGeometry(padding: [5, 6], dilation: [3, 2])),
    ConvolutionCase(  // more than one tile
      input: [1, 40, 16, 16], weight: [5, 40, 3, 3], geometry: ConvolutionGeometry(padding: [1, 1])),
    ConvolutionCase(input: [0, 3, 5, 5], weight: [2, 3, 3, 3]),
    ConvolutionCase(input: [2, 3, 5, 5], weight: [0, 3, 3, 3]),
    ConvolutionCase(input: [2, 0, 5, 5], weight: [2, 0, 3, 3]),
    ConvolutionCase(
      input: [1, 2, 0, 3], weight: [2, 2, 2, 2], geometry: ConvolutionGeometry(padding: [2, 1])),
  ]
}

@Suite("Reference engine: convolutions")
struct ReferenceEngineConvolutionTests {
  static func bound(_ dtype: DType) -> Double { dtype == .float32 ? 1e-5 : 1e-13 }

  @Test(arguments: ConvolutionCase.all, floatingTypes)
  func value(_ convolution: ConvolutionCase, dtype: DType) throws {
    let output = try convolution.outputShape()
    let x = draw(convolution.input, dtype, seed: 1)
    let weight = draw(convolution.weight, dtype, seed: 2)
    let bias = draw([convolution.weight[0]], dtype, seed: 3)
    let (inputs, weights, biases) = (numbers(x), numbers(weight), numbers(bias))
    var plain = [Double](repeating: 0, count: output.elementCount)
    convolution.forEachProduct(output: output) { plain[$0] += inputs[$1] * weights[$2] }
    let shifted = zip(places(output), plain).map { $1 + biases[$0[1]] }
    for (x, weight) in [(x, weight), (reversedLayout(x), reversedLayout(weight))] {
      let value = reference.convolution(
        x, weight: weight, bias: nil, geometry: convolution.geometry, shape: output)
      expect(value, plain, shape: output, dtype: dtype, within: Self.bound(dtype))
      let withBias = reference.convolution(
        x, weight: weight, bias: bias, geometry: convolution.geometry, shape: output)
      expect(withBias, shifted, shape: output, dtype: dtype, within: Self.bound(dtype))
    }
  }

  @Test(arguments: ConvolutionCase.all, floatingTypes)
  func gradients(_ convolution: ConvolutionCase, dtype: DType) throws {
    let output = try convolution.outputShape()
    let x = draw(convolution.input, dtype, seed: 1)
    let weight = draw(convolution.weight, dtype, seed: 2)
    let upstream = draw(output, dtype, seed: 4)
    let (inputs, weights, ups) = (numbers(x), numbers(weight), numbers(upstream))
    var inputGradient = [Double](repeating: 0, count: inputs.count)
    var weightGradient = [Double](repeating: 0, count: weights.count)
    convolution.forEachProduct(output: output) { output, input, weight in
      inputGradient[input] += ups[output] * weights[weight]
      weightGradient[weight] += ups[output] * inputs[input]
    }
    var biasGradient = [Double](repeating: 0, count: convolution.weight[0])
    for (place, up) in zip(places(output), ups) { biasGradient[place[1]] += up }

    for turned in [false, true] {
      let u = turned ? reversedLayout(upstream) : upstream
      let byInput = reference.convolutionInputGradient(
        u, weight: turned ? reversedLayout(weight) : weight, geometry: convolution.geometry,
        inputShape: convolution.input)
      expect(
        byInput, inputGradient, shape: convolution.input, dtype: dtype, within: Self.bound(dtype))
      let parameters = reference.convolutionParameterGradients(
        u, input: turned ? reversedLayout(x) : x, geometry: convolution.geometry,
        weightShape: convolution.weight)
      expect(
        parameters.weight, weightGradient, shape: convolution.weight, dtype: dtype,
        within: Self.bound(dtype))
      expect(
        parameters.bias, biasGradient, shape: [convolution.weight[0]], dtype: dtype,
        within: Self.bound(dtype))
    }
  }

  /// The transposed convolution puts each element's window onto the result; rows and columns of
  /// output padding that no window reaches stay zero.
  @Test(arguments: [
    ([1, 1], [1, 1], [0, 0], [0, 0]), ([2, 2], [1, 1], [1, 1], [1, 0]),
    ([3, 2], [1, 1], [0, 1], [2, 1]),
    ([1, 1], [2, 3], [1, 0], [0, 0]),
  ])
  func transposed(_ stride: [Int], _ dilation: [Int], _ padding: [Int], _ extra: [Int]) throws {
    let geometry = ConvolutionGeometry(stride: stride, padding: padding, dilation: dilation)
    let x = draw([2, 3, 4, 5], seed: 1)
    let weight = draw([3, 2, 3, 3], seed: 2)
    let shape = try geometry.transposedOutputShape(
      input: x.shape, weight: weight.shape, outputPadding: extra)
    var expected = [Double](repeating: 0, count: shape.elementCount)
    let (inputs, weights) = (numbers(x), numbers(weight))
    for place in places(x.shape) {
      for tap in places([2, 3, 3]) {
        let row = place[2] * stride[0] + tap[1] * dilation[0] - padding[0]
        let column = place[3] * stride[1] + tap[2] * dilation[1] - padding[1]
        guard row >= 0, row < shape[2], column >= 0, column < shape[3] else { continue }
        expected[offset([place[0], tap[0], row, column], in: shape)] +=
          inputs[offset(place, in: x.shape)] * weights[offset([place[1]] + tap, in: weight.shape)]
      }
    }
    let value = reference.convolutionInputGradient(
      x, weight: weight, geometry: geometry, inputShape: shape)
    expect(value, expected, shape: shape, dtype: .float64)
  }
}
