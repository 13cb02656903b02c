/// Huber's loss: ½d² for |d| ≤ δ and δ(|d| − ½δ) beyond, d = ŷ − y, mean over all elements unless
/// said otherwise.
///
/// - Shapes: both of one shape → scalar (that shape unreduced)
/// - Parameters:
///   - prediction: ŷ.
///   - target: y.
///   - delta: δ, where the square turns into a line; above 0. 1 is PyTorch's default.
///   - reduction: How the elements' losses are put together.
/// - Precondition: both of one shape; δ above 0.
/// - Source: Huber 1964, "Robust Estimation of a Location Parameter".
public func huberLoss(
  _ prediction: Tensor, _ target: Tensor, delta: Double = 1, reduction: LossReduction = .mean
) -> Tensor {
  checkSameShape(prediction, target, "huberLoss")
  guard delta > 0 else { fatalError("huberLoss: delta \(delta), expected above 0") }
  let distance = (prediction - target).absolute()
  // With c = min(|d|, δ): ½c² + δ(|d| − c) is both pieces at once.
  let capped = distance.minimum(delta)
  return reduction(capped.squared() * 0.5 + (distance - capped) * delta)
}
