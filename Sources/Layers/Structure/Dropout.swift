/// Sets elements to 0 at random in training; passes them in evaluation.
///
/// The inverted form: what is kept is divided by the probability of keeping, so that nothing
/// changes in evaluation. The course's form keeps values in training and multiplies by that
/// probability in evaluation; expectations are equal.
///
/// - Shapes: any → the same
/// - Source: Srivastava et al. 2014, "Dropout", sections 4 and 10.
public struct Dropout: Layer {
  /// Probability of dropping an element, 0 ≤ p < 1.
  public let probability: Double
  var stream = RandomStream()

  /// A layer that drops each element by itself.
  /// - Parameter probability: Of dropping (not of keeping) an element, 0 ≤ p < 1.
  public init(_ probability: Double) {
    guard probability >= 0, probability < 1 else {
      fatalError("Dropout: probability \(probability) of dropping, expected 0 ≤ p < 1")
    }
    self.probability = probability
  }

  public func callAsFunction(_ x: Tensor, _ context: inout Context) -> Tensor {
    if context.mode == .evaluation || probability == 0 { return x }
    let keep = 1 - probability
    let mask = NDArray.bernoulli(
      x.shape, probability: keep, key: context.key(for: stream), dtype: x.dtype)
    return x * Tensor(mask * (1 / keep))
  }

  public mutating func visitParameters(_ visit: inout ParameterVisitor) {
    visit("mask", &stream)
  }
}
