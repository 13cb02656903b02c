/// Hinge loss max(0, 1 − t·s) of scores s with targets t = ±1, mean over all elements unless said
/// otherwise; the derivative at the kink is 0.
///
/// - Shapes: both of one shape → scalar (that shape unreduced)
/// - Precondition: both of one shape.
/// - Source: Cortes and Vapnik 1995, "Support-Vector Networks".
public func hingeLoss(
  scores: Tensor, targets: Tensor, reduction: LossReduction = .mean
) -> Tensor {
  checkSameShape(scores, targets, "hingeLoss")
  return reduction((1 - scores * targets).relu())
}
