/// y = x for x > 0, else slope · x, element-wise; the derivative at 0 is the slope.
///
/// - Shapes: any → the same
/// - Source: Maas, Hannun and Ng 2013, "Rectifier Nonlinearities Improve Neural Network Acoustic
///   Models", section 2.
public struct LeakyReLU: Layer {
  /// The slope below 0.
  public let slope: Double

  /// A layer with the given slope.
  /// - Parameter slope: Any number; 0.01 is the paper's.
  public init(slope: Double = 0.01) { self.slope = slope }

  public func callAsFunction(_ x: Tensor, _ context: inout Context) -> Tensor {
    x.leakyRelu(slope: slope)
  }
}
