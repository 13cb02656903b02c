extension Batch {
  /// The mean loss of a model's scores of this batch: of a mixed one λ times that by its own labels
  /// and 1 − λ times that by the partners', which for cross-entropy is that by the mixed
  /// distributions of labels.
  func loss(of scores: Tensor, by loss: (Tensor, NDArray) -> Tensor) -> Tensor {
    guard let mixing, let partnerLabels else { return loss(scores, labels) }
    return loss(scores, labels) * mixing.share + loss(scores, partnerLabels) * (1 - mixing.share)
  }
}
