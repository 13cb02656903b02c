/// The seam between arrays and the code that computes on them.
///
/// Every function takes arrays in any layout and returns new ones. Shapes have been checked before;
/// axes are counted from the front. `Tests/ArraysTests` reads this list: each function is run on
/// both engines.
package protocol Engine: Sendable {
  /// The same elements, row-major.
  func copy(_ x: NDArray) -> NDArray
  /// The same elements converted to `dtype`; to integers towards zero, saturating, NaN to 0.
  func cast(_ x: NDArray, to dtype: DType) -> NDArray

  func unary(_ function: UnaryFunction, _ x: NDArray, alpha: Double) -> NDArray
  /// The fused rule on the upstream gradient and what the function saved, of equal shapes.
  func unaryGradient(
    _ function: UnaryGradient, upstream: NDArray, saved: NDArray, alpha: Double
  ) -> NDArray
  /// Broadcasts both to `shape`.
  func binary(_ function: BinaryFunction, _ a: NDArray, _ b: NDArray, shape: Shape) -> NDArray
  func compare(_ comparison: Comparison, _ a: NDArray, _ b: NDArray, shape: Shape) -> NDArray
  /// a where the condition (bool) holds, else b; all broadcast to `shape`.
  func select(_ condition: NDArray, _ a: NDArray, _ b: NDArray, shape: Shape) -> NDArray

  /// Reduces the axes (ascending, distinct, at least one); the result keeps them with size 1.
  /// A sum over nothing is 0; other reductions over nothing are NaN.
  func reduce(_ reduction: Reduction, _ x: NDArray, axes: [Int]) -> NDArray
  /// The place (int32) of the largest element along the axis, the first where several are; the
  /// axis is removed. A NaN counts as the largest.
  func argumentOfMaximum(_ x: NDArray, axis: Int) -> NDArray

  /// Matrix product over the last two axes, [.., M, K] × [.., K, N] → [.., M, N], of operands that
  /// are transposed (their last two axes swapped) first where said; leading axes broadcast.
  func matmul(
    _ a: NDArray, _ b: NDArray, transposeA: Bool, transposeB: Bool, shape: Shape
  ) -> NDArray

  /// x [N, C, H, W], weight [O, C/groups, h, w], bias [O] → [N, O, H′, W′]
  func convolution(
    _ x: NDArray, weight: NDArray, bias: NDArray?, geometry: ConvolutionGeometry, shape: Shape
  ) -> NDArray
  /// max(convolution, 0).
  func trackedRectifiedConvolution(
    _ x: NDArray, weight: NDArray, bias: NDArray?, geometry: ConvolutionGeometry, shape: Shape
  ) -> NDArray
  /// The convolution where no gradient will be taken, so that layouts need suit this pass only.
  func untrackedConvolution(
    _ x: NDArray, weight: NDArray, bias: NDArray?, geometry: ConvolutionGeometry, shape: Shape
  ) -> NDArray
  /// The weight in the layout that such a convolution without a gradient likes best, to be used in its
  /// place: often, and for nothing else.
  func packedWeight(
    _ weight: NDArray, geometry: ConvolutionGeometry, input: Shape, output: Shape
  ) -> NDArray
  /// max(convolution, 0) where no gradient will be taken.
  func rectifiedConvolution(
    _ x: NDArray, weight: NDArray, bias: NDArray?, geometry: ConvolutionGeometry, shape: Shape
  ) -> NDArray
  /// The gradient by the input, of shape `inputShape`; also the transposed convolution.
  func convolutionInputGradient(
    _ upstream: NDArray, weight: NDArray, geometry: ConvolutionGeometry, inputShape: Shape
  ) -> NDArray
  /// The gradient by the weight.
  func convolutionWeightGradient(
    _ upstream: NDArray, input: NDArray, geometry: ConvolutionGeometry, weightShape: Shape
  ) -> NDArray
  /// The gradients by weight and bias.
  func convolutionParameterGradients(
    _ upstream: NDArray, input: NDArray, geometry: ConvolutionGeometry, weightShape: Shape
  ) -> (weight: NDArray, bias: NDArray)

  /// The maximum of each window and its place: row · W + column of the input plane (int32); the
  /// first in row-major order where several are equal.
  func maximumPool(_ x: NDArray, geometry: PoolingGeometry, shape: Shape) -> (
    value: NDArray, places: NDArray
  )
  /// Adds each upstream element [N, C, H′, W′] at its place in zeros of `inputShape`.
  func maximumPoolGradient(_ upstream: NDArray, places: NDArray, inputShape: Shape) -> NDArray
  /// The elements of x [N, C, H, W] at the places [N, C, H′, W′].
  func takeAtPlaces(_ x: NDArray, places: NDArray) -> NDArray
  func averagePool(_ x: NDArray, geometry: PoolingGeometry, shape: Shape) -> NDArray
  func averagePoolGradient(
    _ upstream: NDArray, geometry: PoolingGeometry, inputShape: Shape
  ) -> NDArray

  func softmax(_ x: NDArray, axis: Int) -> NDArray
  func logSoftmax(_ x: NDArray, axis: Int) -> NDArray
  /// y · (u − Σ u·y) along the axis
  func softmaxGradient(_ upstream: NDArray, value: NDArray, axis: Int) -> NDArray
  /// u − exp(y) · Σ u along the axis
  func logSoftmaxGradient(_ upstream: NDArray, value: NDArray, axis: Int) -> NDArray
  /// −log softmax(logits)[label] for each row: logits [N, K], labels [N] int32 → [N] and the
  /// softmax [N, K].
  func crossEntropy(logits: NDArray, labels: NDArray) -> (loss: NDArray, probabilities: NDArray)
  /// (p − onehot(label)) · u, u [N] a row.
  func crossEntropyGradient(
    _ upstream: NDArray, probabilities: NDArray, labels: NDArray
  ) -> NDArray

  /// Normalises each channel of x [N, C, …] by its own mean and variance (divisor n), scale and
  /// offset [C]; also returns mean and variance [C].
  func batchNormalization(_ x: NDArray, scale: NDArray, offset: NDArray, epsilon: Double) -> (
    value: NDArray, mean: NDArray, variance: NDArray
  )
  /// Normalises each channel by a given mean and variance.
  func batchNormalizationInference(
    _ x: NDArray, scale: NDArray, offset: NDArray, mean: NDArray, variance: NDArray,
    epsilon: Double
  ) -> NDArray
  func batchNormalizationGradient(
    _ upstream: NDArray, input: NDArray, scale: NDArray, mean: NDArray, variance: NDArray,
    epsilon: Double
  ) -> (input: NDArray, scale: NDArray, offset: NDArray)
  /// The three above with max(·, 0) of the result.
  func rectifiedBatchNormalization(
    _ x: NDArray, scale: NDArray, offset: NDArray, epsilon: Double
  ) -> (value: NDArray, mean: NDArray, variance: NDArray)
  func rectifiedBatchNormalizationInference(
    _ x: NDArray, scale: NDArray, offset: NDArray, mean: NDArray, variance: NDArray,
    epsilon: Double
  ) -> NDArray
  func rectifiedBatchNormalizationGradient(
    _ upstream: NDArray, input: NDArray, scale: NDArray, offset: NDArray, mean: NDArray,
    variance: NDArray, epsilon: Double
  ) -> (input: NDArray, scale: NDArray, offset: NDArray)
  /// Normalises over the last `scale.rank` axes; mean and reciprocal standard deviation have one
  /// element a row.
  func layerNormalization(_ x: NDArray, scale: NDArray, offset: NDArray, epsilon: Double) -> (
    value: NDArray, mean: NDArray, reciprocalDeviation: NDArray
  )
  func layerNormalizationGradient(
    _ upstream: NDArray, input: NDArray, scale: NDArray, mean: NDArray,
    reciprocalDeviation: NDArray
  ) -> (input: NDArray, scale: NDArray, offset: NDArray)

  /// Rows along an axis by number: the axis is replaced by the axes of `indices` (int32).
  func gather(_ x: NDArray, indices: NDArray, axis: Int) -> NDArray
  /// Zeros of `shape` with the updates added along the axis at the indices: gather's transpose.
  func scatterAdd(_ updates: NDArray, indices: NDArray, axis: Int, shape: Shape) -> NDArray
  /// One element a place along the axis: indices (int32) have x's shape except along the axis.
  func takeAlong(_ x: NDArray, indices: NDArray, axis: Int) -> NDArray
  /// Zeros of `shape` with the updates added at takeAlong's places: its transpose.
  func addAlong(_ updates: NDArray, indices: NDArray, axis: Int, shape: Shape) -> NDArray
  /// 1 at the index along a new last axis of the given depth, else 0.
  func oneHot(_ indices: NDArray, depth: Int, dtype: DType) -> NDArray
  /// The k largest elements along the last axis, descending, the first of equal ones first, and
  /// their places (int32).
  func topK(_ x: NDArray, count: Int) -> (values: NDArray, indices: NDArray)

  /// Arrays put one after another along the axis.
  func concatenate(_ arrays: [NDArray], axis: Int, shape: Shape) -> NDArray
  /// Some channels of x [N, C, H, W] as an array in the layout that x has, where that takes no more
  /// than a copy; nil where a view will do or x has to be converted.
  func channels(_ x: NDArray, _ range: Range<Int>) -> NDArray?
  /// `value` added around x: before and after each axis.
  func pad(_ x: NDArray, before: [Int], after: [Int], value: Double) -> NDArray
}

extension Engine {
  package func trackedRectifiedConvolution(
    _ x: NDArray, weight: NDArray, bias: NDArray?, geometry: ConvolutionGeometry, shape: Shape
  ) -> NDArray {
    let y = convolution(x, weight: weight, bias: bias, geometry: geometry, shape: shape)
    return unary(.relu, y, alpha: 0)
  }

  package func untrackedConvolution(
    _ x: NDArray, weight: NDArray, bias: NDArray?, geometry: ConvolutionGeometry, shape: Shape
  ) -> NDArray {
    convolution(x, weight: weight, bias: bias, geometry: geometry, shape: shape)
  }

  package func channels(_ x: NDArray, _ range: Range<Int>) -> NDArray? { nil }

  package func packedWeight(
    _ weight: NDArray, geometry: ConvolutionGeometry, input: Shape, output: Shape
  ) -> NDArray { weight }

  package func rectifiedConvolution(
    _ x: NDArray, weight: NDArray, bias: NDArray?, geometry: ConvolutionGeometry, shape: Shape
  ) -> NDArray {
    unary(
      .relu,
      untrackedConvolution(x, weight: weight, bias: bias, geometry: geometry, shape: shape),
      alpha: 0)
  }

  package func rectifiedBatchNormalization(
    _ x: NDArray, scale: NDArray, offset: NDArray, epsilon: Double
  ) -> (value: NDArray, mean: NDArray, variance: NDArray) {
    batchNormalizationThenRelu(x, scale: scale, offset: offset, epsilon: epsilon)
  }

  package func rectifiedBatchNormalizationInference(
    _ x: NDArray, scale: NDArray, offset: NDArray, mean: NDArray, variance: NDArray,
    epsilon: Double
  ) -> NDArray {
    batchNormalizationInferenceThenRelu(
      x, scale: scale, offset: offset, mean: mean, variance: variance, epsilon: epsilon)
  }

  package func rectifiedBatchNormalizationGradient(
    _ upstream: NDArray, input: NDArray, scale: NDArray, offset: NDArray, mean: NDArray,
    variance: NDArray, epsilon: Double
  ) -> (input: NDArray, scale: NDArray, offset: NDArray) {
    reluThenBatchNormalizationGradient(
      upstream, input: input, scale: scale, offset: offset, mean: mean, variance: variance,
      epsilon: epsilon)
  }

  // MARK: Rectified batch normalisation as two operations

  func batchNormalizationThenRelu(
    _ x: NDArray, scale: NDArray, offset: NDArray, epsilon: Double
  ) -> (value: NDArray, mean: NDArray, variance: NDArray) {
    let (value, mean, variance) = batchNormalization(
      x, scale: scale, offset: offset, epsilon: epsilon)
    return (unary(.relu, value, alpha: 0), mean, variance)
  }

  func batchNormalizationInferenceThenRelu(
    _ x: NDArray, scale: NDArray, offset: NDArray, mean: NDArray, variance: NDArray,
    epsilon: Double
  ) -> NDArray {
    unary(
      .relu,
      batchNormalizationInference(
        x, scale: scale, offset: offset, mean: mean, variance: variance, epsilon: epsilon),
      alpha: 0)
  }

  func reluThenBatchNormalizationGradient(
    _ upstream: NDArray, input: NDArray, scale: NDArray, offset: NDArray, mean: NDArray,
    variance: NDArray, epsilon: Double
  ) -> (input: NDArray, scale: NDArray, offset: NDArray) {
    let value = batchNormalizationInference(
      input, scale: scale, offset: offset, mean: mean, variance: variance, epsilon: epsilon)
    return batchNormalizationGradient(
      unaryGradient(.reluFromValue, upstream: upstream, saved: value, alpha: 0), input: input,
      scale: scale, mean: mean, variance: variance, epsilon: epsilon)
  }
}

/// The engine that computes on arrays of this type: oneDNN for float32 where it was built in, the
/// reference otherwise.
@inline(__always)
package func engine(for dtype: DType) -> any Engine {
  #if OneDNN
    if dtype == .float32 { return OneDNNEngine.shared }
  #endif
  return ReferenceEngine.shared
}

/// The most memory of our own, in bytes, that a matrix product with so many elements in its second
/// operand packs into: oneDNN's packing is not from the pool.
package func productScratch(elements: Int, dtype: DType) -> Int {
  #if OneDNN
    if dtype == .float32 { return 0 }
  #endif
  let most =
    dtype == .float64 ? MatrixKernel<Double>.largestScratch : MatrixKernel<Float>.largestScratch
  let (bytes, overflow) = elements.multipliedReportingOverflow(by: dtype.byteCount)
  return overflow ? most : min(bytes, most)
}

/// What a convolution is about, the shapes with any number of samples.
package struct ConvolutionSizes: Sendable {
  package let input, weight, output: Shape
  package let geometry: ConvolutionGeometry

  package init(input: Shape, weight: Shape, output: Shape, geometry: ConvolutionGeometry) {
    (self.input, self.weight, self.output, self.geometry) = (input, weight, output, geometry)
  }

  /// The most bytes that its passes work with, for so many samples, beside what they read and write.
  package func workspaceBytes(samples: Int, dtype: DType) -> Int {
    #if OneDNN
      func batch(_ shape: Shape) -> Shape { Shape([samples] + shape.dropFirst()) }
      let (input, output) = (batch(input), batch(output))
      guard dtype == .float32, isCountable([weight, input, output]),
        let sizes = WinogradSizes(input: input, weight: weight, output: output, geometry),
        sizes.isFaster, !Compute.isConvolutionExact
      else { return 0 }
      return sizes.workspaceBytes
    #else
      return 0
    #endif
  }
}

#if OneDNN
  /// What is too large to be counted is refused before it runs.
  private func isCountable(_ shapes: [Shape]) -> Bool {
    shapes.allSatisfy { $0.checkedElementCount.map { $0 < 1 << 31 } ?? false }
  }
#endif

/// Whether the filters of a float32 convolution are kept in their kernel's layout, too, once it has run
/// without a gradient.
package func keepsPackedWeight(
  _ weight: Shape, geometry: ConvolutionGeometry, input: Shape, output: Shape
) -> Bool {
  #if OneDNN
    return isCountable([weight, input, output])
      && OneDNNEngine.isGeneral(input: input, weight: weight, output: output, geometry)
  #else
    return false
  #endif
}
