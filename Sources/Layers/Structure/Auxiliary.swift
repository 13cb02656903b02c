/// A classifier half-way through a network, which brings a gradient to the layers before it: passes
/// its input on and, in training, leaves its head's output in the context.
///
/// ``Context/totalLoss(of:_:)`` adds weight · ℓ(head(x)) to the network's loss ℓ(y). In evaluation
/// the head does nothing; its parameters count in summaries and stand in checkpoints.
///
/// - Shapes: any that the head takes → the same
/// - Source: Szegedy et al. 2015, "Going Deeper with Convolutions", section 5.
public struct Auxiliary: Layer {
  /// The classifier; it adds nothing to the names inside.
  public var head: any Layer
  /// The share of its loss, at least 0.
  public let weight: Double

  /// A classifier beside the network.
  /// - Parameters:
  ///   - head: Gives scores of the shape of the network's output.
  ///   - weight: The share of its loss, at least 0; 0.3 as in the paper.
  public init(_ head: any Layer, weight: Double = 0.3) {
    guard weight >= 0, weight.isFinite else {
      fatalError("Auxiliary: weight \(weight), expected at least 0")
    }
    self.head = head
    self.weight = weight
  }

  public func callAsFunction(_ x: Tensor, _ context: inout Context) -> Tensor {
    if context.mode == .training {
      let output = context.call("", head, x)
      context.auxiliaryOutputs.append((output, weight))
    }
    return x
  }

  public mutating func visitParameters(_ visit: inout ParameterVisitor) { visit("", &head) }

  public func outputShape(_ input: Shape) throws(ShapeError) -> Shape {
    _ = try head.outputShape(input)
    return input
  }

  public func summarize(
    _ input: Shape, into summary: inout SummaryBuilder
  ) throws(ShapeError) -> Shape {
    try summary.aside(head, input: input)
    return input
  }
}
