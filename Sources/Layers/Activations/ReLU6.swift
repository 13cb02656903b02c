/// y = min(max(x, 0), 6), element-wise; the derivative at 0 is 0, at 6 it is 1.
///
/// - Shapes: any → the same
/// - Source: Krizhevsky 2010, "Convolutional Deep Belief Networks on CIFAR-10", section 3.
public struct ReLU6: Layer {
  /// The layer; it has no parameters.
  public init() {}

  public func callAsFunction(_ x: Tensor, _ context: inout Context) -> Tensor {
    value(ofRectified: x.relu())
  }
}
