/// Layer normalisation y = γ·(x − mean) / √(variance + ε) + β with mean and variance (divisor n)
/// over each sample's last axes; γ and β have an element each of those.
///
/// - Shapes: x [.., shape], γ and β of `shape` → the shape of x
/// - Source: Ba, Kiros and Hinton 2016, "Layer Normalization", equation 4.
public struct LayerNorm: Layer {
  /// γ, of the shape that is normalised; starts at 1.
  public var weight: Parameter
  /// β, of the shape that is normalised; starts at 0.
  public var bias: Parameter
  /// Added to the variance under the root; above 0.
  public let epsilon: Double

  /// A layer over the last axes.
  ///
  /// - Parameters:
  ///   - shape: Their sizes; they are normalised together.
  ///   - epsilon: ε, above 0; 10⁻⁵ as in PyTorch.
  public init(_ shape: Shape, epsilon: Double = 1e-5) {
    let fans = Parameter.Fans(inputs: shape.elementCount, outputs: shape.elementCount)
    weight = Parameter(shape, initializer: .ones, fans: fans)
    bias = Parameter(shape, initializer: .zeros, fans: fans)
    self.epsilon = epsilon
  }

  public func callAsFunction(_ x: Tensor, _ context: inout Context) -> Tensor {
    x.layerNormalization(scale: weight.tensor, offset: bias.tensor, epsilon: epsilon)
  }

  public mutating func visitParameters(_ visit: inout ParameterVisitor) {
    visit("weight", &weight)
    visit("bias", &bias)
  }

  public func outputShape(_ input: Shape) throws(ShapeError) -> Shape {
    let shape = weight.shape
    guard input.rank > shape.rank, Shape(input.suffix(shape.rank)) == shape else {
      throw ShapeError(
        operation: "LayerNorm", shapes: [input],
        reason: "expected the last axes to be \(shape)")
    }
    return input
  }
}
