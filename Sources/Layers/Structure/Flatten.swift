/// All axes but the first made one.
///
/// - Shapes: [N, ..] → [N, product of the rest]
public struct Flatten: Layer {
  /// The layer; it has no parameters.
  public init() {}

  public func callAsFunction(_ x: Tensor, _ context: inout Context) -> Tensor { x.flattened() }

  public func outputShape(_ input: Shape) throws(ShapeError) -> Shape {
    guard input.rank >= 1 else {
      throw ShapeError(operation: "Flatten", shapes: [input], reason: "expected [N, ..]")
    }
    return [input[0], input.dropFirst().reduce(1, *)]
  }
}
