/// x for x > 0, else slope · x, element-wise.
public struct LeakyReLU: Layer {
  /// The slope below 0.
  public let slope: Double

  public init(slope: Double = 0.01) { self.slope = slope }

  public func callAsFunction(_ x: Tensor, _ context: inout Context) -> Tensor {
    x.leakyRelu(slope: slope)
  }
}
