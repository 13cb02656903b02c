/// A table of vectors looked up by number.
///
/// - Shapes: x [N, ..] of int32 from 0 to count − 1, table [count, size] → [N, .., size]
public struct Embedding: Layer {
  /// The table, [count, size]: row i is the vector of number i.
  public var weight: Parameter

  /// A table of `count` vectors.
  ///
  /// - Parameters:
  ///   - count: Number of vectors; at least 1.
  ///   - size: Length of each; at least 1.
  ///   - initializer: How the table is drawn; N(0, 1) by default, as in PyTorch.
  public init(
    count: Int, size: Int,
    initializer: Initializer = .normal(mean: 0, standardDeviation: 1)
  ) {
    weight = Parameter(
      [count, size], initializer: initializer, fans: .init(inputs: count, outputs: size))
  }

  public func callAsFunction(_ x: Tensor, _ context: inout Context) -> Tensor {
    weight.tensor.gather(x.array)
  }

  public mutating func visitParameters(_ visit: inout ParameterVisitor) {
    visit("weight", &weight)
  }

  public func outputShape(_ input: Shape) throws(ShapeError) -> Shape {
    guard input.rank >= 1, input.rank < Shape.maximumRank else {
      throw ShapeError(
        operation: "Embedding", shapes: [input], reason: "expected [N, ..] of numbers")
    }
    return Shape(input + [weight.shape[1]])
  }
}
