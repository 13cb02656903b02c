/// The scores of k-fold cross-validation.
public struct CrossValidation: Sendable, Hashable {
  /// One for each fold, in their order.
  public let scores: [Double]

  /// The mean of the scores.
  public var mean: Double { scores.reduce(0, +) / Double(scores.count) }

  /// The standard deviation of the scores with divisor k − 1: how much one fold's score varies, not
  /// how exact the mean is. Folds share training samples, so that no divisor makes it the mean's
  /// standard error without bias (Bengio and Grandvalet 2004).
  public var standardDeviation: Double {
    let mean = mean
    let squares = scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(scores.count - 1)).squareRoot()
  }
}

/// Trains and measures once for each of k folds, on what the fold leaves and on the fold.
///
/// Fit whatever depends on samples, an `InputPreparation` for instance, to the training part within
/// the closure.
///
/// ```swift
/// let result = try crossValidate(data, folds: 5) { train, validation, fold in
///   let preparation = try InputPreparation(fitting: train)
///   let model = try trained(on: train, preparation)
///   return try evaluate(
///     model, on: validation, preparation: preparation, inputShape: [4],
///     loss: { crossEntropy(logits: $0, labels: $1) }
///   ).accuracy
/// }
/// ```
///
/// - Parameters:
///   - dataset: All samples; each is validated on once.
///   - folds: k, from 2 to the number of samples.
///   - seed: Any number; another gives other folds.
///   - stratified: Whether each class is divided alike.
///   - score: Trains on the first part and measures on the second; told the fold's number, from 0.
/// - Throws: `DatasetError` for another k and where memory has no room for a fold's copy of the
///   samples, `CancellationError` before the next fold where the task is cancelled, and what `score`
///   throws.
/// - Source: Goodfellow, Bengio and Courville 2016, *Deep Learning*, algorithm 5.1.
public func crossValidate(
  _ dataset: Dataset, folds: Int, seed: UInt64 = 0, stratified: Bool = true,
  score: (_ training: Dataset, _ validation: Dataset, _ fold: Int) throws -> Double
) throws -> CrossValidation {
  let folds = try dataset.folds(folds, seed: seed, stratified: stratified)
  var scores: [Double] = []
  for (number, fold) in folds.enumerated() {
    try Task.checkCancellation()
    scores.append(
      try score(
        try dataset.subset(fold.training), try dataset.subset(fold.validation), number))
  }
  return CrossValidation(scores: scores)
}
