/// The perceptron criterion: the largest score less that of the right class, 0 where the right one
/// is largest; mean over samples unless said otherwise.
///
/// A step of gradient descent on one sample is Rosenblatt's rule for several classes: the right
/// class's weights gain η·x and the wrongly winning class's lose it; nothing changes where the
/// answer is right.
///
/// - Shapes: scores [N, K], labels [N] of int32 from 0 to K − 1 → scalar ([N] unreduced)
/// - Precondition: those shapes and numbers.
/// - Source: Rosenblatt 1958, "The Perceptron"; for several classes Duda, Hart and Stork 2001,
///   section 5.12.
public func perceptronLoss(
  scores: Tensor, labels: NDArray, reduction: LossReduction = .mean
) -> Tensor {
  guard scores.rank == 2, labels.shape == [scores.shape[0]] else {
    fatalError("perceptronLoss: \(scores.shape) with labels \(labels.shape)")
  }
  let right = scores.takeAlong(labels.expanded(axis: 1), axis: 1).squeezed(axis: 1)
  return reduction(scores.maximum(axes: [1]) - right)
}
