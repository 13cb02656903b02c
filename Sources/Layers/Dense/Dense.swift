/// A fully connected layer, y = x·Wᵀ + b: W has a row for each output, as in PyTorch.
///
/// - Shapes: x [N, inputs] (or [.., inputs]), W [outputs, inputs], b [outputs] → y [N, outputs]
public struct Dense: Layer {
  /// W, [outputs, inputs].
  public var weight: Parameter
  /// b, [outputs]; nil for a layer without.
  public var bias: Parameter?

  /// A layer of `outputs` units.
  ///
  /// - Parameters:
  ///   - inputs: Size of the input's last axis; at least 1.
  ///   - outputs: Number of units; at least 1.
  ///   - bias: Whether there is an offset b, which starts at 0.
  ///   - initializer: How W is drawn; Xavier's uniform form by default.
  public init(
    _ inputs: Int, _ outputs: Int, bias: Bool = true, initializer: Initializer = .xavierUniform
  ) {
    let fans = Parameter.Fans(inputs: inputs, outputs: outputs)
    weight = Parameter([outputs, inputs], initializer: initializer, fans: fans)
    self.bias = bias ? Parameter([outputs], initializer: .zeros, fans: fans) : nil
  }

  public func callAsFunction(_ x: Tensor, _ context: inout Context) -> Tensor {
    let product = x.matmul(weight.tensor, transposeOther: true)
    guard let bias else { return product }
    return product + bias.tensor
  }

  public mutating func visitParameters(_ visit: inout ParameterVisitor) {
    visit("weight", &weight)
    visit("bias", &bias)
  }

  public func outputShape(_ input: Shape) throws(ShapeError) -> Shape {
    guard input.rank >= 2, input[input.rank - 1] == weight.shape[1] else {
      throw ShapeError(
        operation: "Dense", shapes: [input, weight.shape],
        reason: "expected [.., \(weight.shape[1])]")
    }
    return Shape(input.dropLast() + [weight.shape[0]])
  }

  public func multiplyAdds(input: Shape, output: Shape) -> Int {
    weight.shape.elementCount * input.dropFirst().dropLast().reduce(1, *)
  }
}
