/// The maximum of each channel over the whole image; the gradient goes to the first of equal
/// elements.
///
/// - Shapes: [N, C, H, W] → [N, C]
public struct GlobalMaxPool2D: Layer {
  /// The layer; it has no parameters.
  public init() {}

  public func callAsFunction(_ x: Tensor, _ context: inout Context) -> Tensor {
    x.globalMaximumPool()
  }

  public func outputShape(_ input: Shape) throws(ShapeError) -> Shape {
    guard input.rank == 4 else {
      throw ShapeError(
        operation: "GlobalMaxPool2D", shapes: [input], reason: "expected [N, C, H, W]")
    }
    return [input[0], input[1]]
  }
}
