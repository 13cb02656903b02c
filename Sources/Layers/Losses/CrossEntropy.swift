/// How a loss puts the losses of samples, or of elements, together.
public enum LossReduction: String, Sendable, Codable, CaseIterable {
  /// Their mean: the default of every loss.
  case mean
  /// Their sum.
  case sum
  /// Each by itself.
  case none

  func callAsFunction(_ losses: Tensor) -> Tensor {
    switch self {
    case .mean: losses.mean()
    case .sum: losses.sum()
    case .none: losses
    }
  }
}

/// Categorical cross-entropy −ln softmax(logits)[label], natural logarithm, stable for logits of
/// any size; mean over samples unless said otherwise.
///
/// Smoothed by ε, the label's share is 1 − ε and ε is spread evenly over all K classes.
///
/// - Shapes: logits [N, K], labels [N] of int32 from 0 to K − 1 → scalar ([N] unreduced)
/// - Parameters:
///   - logits: A row of scores for each sample.
///   - labels: The class of each sample.
///   - labelSmoothing: ε, from 0 to 1; 0 leaves the labels as they are.
///   - reduction: How the samples' losses are put together.
/// - Precondition: those shapes and numbers.
/// - Source: Szegedy et al. 2016, "Rethinking the Inception Architecture for Computer Vision",
///   section 7, for the smoothing.
public func crossEntropy(
  logits: Tensor, labels: NDArray, labelSmoothing: Double = 0, reduction: LossReduction = .mean
) -> Tensor {
  guard (0...1).contains(labelSmoothing) else {
    fatalError("crossEntropy: label smoothing \(labelSmoothing), expected from 0 to 1")
  }
  let losses = logits.softmaxCrossEntropy(labels: labels)
  guard labelSmoothing > 0 else { return reduction(losses) }
  let even = -logits.logSoftmax(axis: -1).mean(axes: [-1])
  return reduction(losses * (1 - labelSmoothing) + even * labelSmoothing)
}

/// Categorical cross-entropy in which each class counts by its weight: Σ w[label]·ℓ ÷ Σ w[label] with
/// ℓ = −ln softmax(logits)[label], as PyTorch has it.
///
/// Smoothed by ε, a sample's loss is (1 − ε)·w[label]·ℓ − ε/K·Σₖ wₖ ln softmax(logits)ₖ; the mean
/// divides by Σ w[label] all the same.
///
/// - Shapes: logits [N, K], labels [N] of int32 from 0 to K − 1 → scalar ([N] unreduced)
/// - Parameters:
///   - logits: A row of scores for each sample.
///   - labels: The class of each sample.
///   - classWeights: wₖ of each of the K classes, above 0.
///   - labelSmoothing: ε, from 0 to 1; 0 leaves the labels as they are.
///   - reduction: How the samples' losses are put together; of the mean's weights the sum is 1.
/// - Precondition: those shapes and numbers.
/// - Source: King and Zeng 2001, "Logistic Regression in Rare Events Data", section 4.2.
public func crossEntropy(
  logits: Tensor, labels: NDArray, classWeights: [Double], labelSmoothing: Double = 0,
  reduction: LossReduction = .mean
) -> Tensor {
  guard logits.rank == 2, classWeights.count == logits.shape[1],
    classWeights.allSatisfy({ $0 > 0 && $0.isFinite }), (0...1).contains(labelSmoothing)
  else {
    fatalError(
      "crossEntropy: class weights \(classWeights) for scores \(logits.shape), label smoothing "
        + "\(labelSmoothing)")
  }
  let own = labels.elements(as: Int32.self).map { classWeights[Int($0)] }
  func constant(_ numbers: [Double]) -> Tensor { Tensor(NDArray(numbers).cast(to: logits.dtype)) }
  var losses = logits.softmaxCrossEntropy(labels: labels) * constant(own)
  if labelSmoothing > 0 {
    let even = -(logits.logSoftmax(axis: -1) * constant(classWeights)).sum(axes: [-1])
    losses =
      losses * (1 - labelSmoothing) + even * (labelSmoothing / Double(classWeights.count))
  }
  guard reduction == .mean else { return reduction(losses) }
  return losses.sum() * (1 / own.reduce(0, +))
}

/// Categorical cross-entropy −Σ pₖ ln softmax(logits)ₖ with rows of probabilities (or one-hot
/// rows), natural logarithm; mean over samples unless said otherwise.
///
/// - Shapes: both [N, K] → scalar ([N] unreduced)
/// - Precondition: both of one shape.
public func crossEntropy(
  logits: Tensor, probabilities: Tensor, reduction: LossReduction = .mean
) -> Tensor {
  checkSameShape(logits, probabilities, "crossEntropy")
  return reduction(-(logits.logSoftmax(axis: -1) * probabilities).sum(axes: [-1]))
}

/// Negative log-likelihood −logProbabilities[label], mean over samples unless said otherwise.
///
/// - Shapes: logProbabilities [N, K], labels [N] of int32 from 0 to K − 1 → scalar ([N] unreduced)
/// - Precondition: those shapes and numbers; natural logarithms, as `logSoftmax` gives.
public func negativeLogLikelihood(
  logProbabilities: Tensor, labels: NDArray, reduction: LossReduction = .mean
) -> Tensor {
  guard logProbabilities.rank == 2, labels.shape == [logProbabilities.shape[0]] else {
    fatalError("negativeLogLikelihood: \(logProbabilities.shape) with labels \(labels.shape)")
  }
  let picked = logProbabilities.takeAlong(labels.expanded(axis: 1), axis: 1)
  return reduction(-picked.squeezed(axis: 1))
}

/// Binary cross-entropy −(t·ln σ(x) + (1 − t)·ln(1 − σ(x))) from logits x, mean over all elements
/// unless said otherwise; computed as softplus(x) − x·t, which is stable for any x.
///
/// - Shapes: both of one shape, targets from 0 to 1 → scalar (that shape unreduced)
/// - Precondition: both of one shape.
public func binaryCrossEntropy(
  logits: Tensor, targets: Tensor, reduction: LossReduction = .mean
) -> Tensor {
  checkSameShape(logits, targets, "binaryCrossEntropy")
  return reduction(logits.softplus() - logits * targets)
}
