/// The mean of each channel over the whole image.
///
/// - Shapes: [N, C, H, W] → [N, C]
public struct GlobalAveragePool2D: Layer {
  /// The layer; it has no parameters.
  public init() {}

  public func callAsFunction(_ x: Tensor, _ context: inout Context) -> Tensor {
    x.globalAveragePool()
  }

  public func outputShape(_ input: Shape) throws(ShapeError) -> Shape {
    guard input.rank == 4 else {
      throw ShapeError(
        operation: "GlobalAveragePool2D", shapes: [input], reason: "expected [N, C, H, W]")
    }
    return [input[0], input[1]]
  }
}
