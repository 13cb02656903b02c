/// A layer of a kind known only at run time, such as one read from a file. It adds nothing to the
/// names inside.
public struct AnyLayer: Layer {
  /// The layer inside.
  public var base: any Layer

  /// A wrapper of a layer.
  public init(_ base: any Layer) { self.base = base }

  public func callAsFunction(_ x: Tensor, _ context: inout Context) -> Tensor {
    base(x, &context)
  }

  public mutating func visitParameters(_ visit: inout ParameterVisitor) {
    base.visitParameters(&visit)
  }

  public func outputShape(_ input: Shape) throws(ShapeError) -> Shape {
    try base.outputShape(input)
  }

  public func summarize(
    _ input: Shape, into summary: inout SummaryBuilder
  ) throws(ShapeError) -> Shape {
    try base.summarize(input, into: &summary)
  }
}
