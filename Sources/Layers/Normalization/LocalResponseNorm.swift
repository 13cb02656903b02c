/// Local response normalisation y = x / (k + α·Σ x²)^β, the sum over the n channels around each
/// element's own; channels beyond the first and last count as zeros.
///
/// Where `averages`, the sum is divided by n first, as in PyTorch and Caffe; the paper's α is not.
///
/// - Shapes: [N, C, ..] → the same
/// - Source: Krizhevsky, Sutskever and Hinton 2012, "ImageNet Classification with Deep
///   Convolutional Neural Networks", section 3.3.
public struct LocalResponseNorm: Layer {
  /// n, the number of channels in a sum; at least 1.
  public let size: Int
  /// α, the weight of the sum; at least 0.
  public let alpha: Double
  /// β, the exponent.
  public let beta: Double
  /// k, what the sum is added to; above 0.
  public let k: Double
  /// Whether the sum is divided by n.
  public let averages: Bool

  /// A layer with the paper's constants unless others are given.
  ///
  /// - Parameters:
  ///   - size: n, at least 1; an even number reaches one channel further down than up.
  ///   - alpha: α, at least 0.
  ///   - beta: β.
  ///   - k: k, above 0.
  ///   - averages: Whether the sum is divided by n, as in PyTorch; false as in the paper.
  public init(
    _ size: Int = 5, alpha: Double = 1e-4, beta: Double = 0.75, k: Double = 2,
    averages: Bool = false
  ) {
    guard size >= 1, alpha >= 0, k > 0 else {
      fatalError(
        "LocalResponseNorm: size \(size), alpha \(alpha), k \(k), "
          + "expected at least 1, at least 0 and above 0")
    }
    self.size = size
    self.alpha = alpha
    self.beta = beta
    self.k = k
    self.averages = averages
  }

  public func callAsFunction(_ x: Tensor, _ context: inout Context) -> Tensor {
    if x.elementCount == 0 { return x }
    var before = [Int](repeating: 0, count: x.rank)
    var after = before
    before[1] = size / 2
    after[1] = (size - 1) / 2
    // As a pooling of an image whose rows are the channels.
    let plane = x.shape.dropFirst(2).reduce(1, *)
    let means = x.squared().padded(before: before, after: after)
      .reshaped([x.shape[0], 1, x.shape[1] + size - 1, plane])
      .averagePool(PoolingGeometry(window: [size, 1], stride: [1, 1]))
      .reshaped(x.shape)
    return x / (means * (averages ? alpha : alpha * Double(size)) + k).power(beta)
  }

  public func outputShape(_ input: Shape) throws(ShapeError) -> Shape {
    guard input.rank >= 2, input[1] >= 1 else {
      throw ShapeError(
        operation: "LocalResponseNorm", shapes: [input], reason: "expected [N, C, ..]")
    }
    return input
  }
}
