/// As many samples of a batch as a model is given at once.
struct BatchPart {
  let inputs: NDArray
  let labels: NDArray
  /// The labels of the samples that are mixed in and what share the others have; nil where none are.
  let mixed: (labels: NDArray, share: Double)?

  /// The number of samples.
  var count: Int { labels.elementCount }

  /// The sum of the samples' weights by class, of a mixed part λ times that of its own labels and 1 − λ
  /// times that of the partners'; nil where all classes count alike.
  func weight(by classWeights: [Double]?) -> Double? {
    guard let classWeights else { return nil }
    let own = labels.weight(by: classWeights)
    guard let mixed else { return own }
    return own * mixed.share + mixed.labels.weight(by: classWeights) * (1 - mixed.share)
  }

  /// The mean loss of a model's scores of this part: of a mixed one λ times that by its own labels
  /// and 1 − λ times that by the partners', which for cross-entropy is that by the mixed
  /// distributions of labels.
  func loss(of scores: Tensor, by loss: (Tensor, NDArray) -> Tensor) -> Tensor {
    guard let mixed else { return loss(scores, labels) }
    return loss(scores, labels) * mixed.share + loss(scores, mixed.labels) * (1 - mixed.share)
  }
}

extension Batch {
  /// The batch in parts of so many samples, the last of which may have fewer.
  func parts(of size: Int) -> [BatchPart] {
    let partners = partnerLabels
    let share = mixing?.share ?? 1
    guard size < count else {
      return [
        BatchPart(
          inputs: inputs, labels: labels, mixed: partners.map { (labels: $0, share: share) })
      ]
    }
    return stride(from: 0, to: count, by: size).map { start in
      func part(_ array: NDArray) -> NDArray {
        array.sliced(axis: 0, start..<min(start + size, count)).rowMajor()
      }
      return BatchPart(
        inputs: part(inputs), labels: part(labels),
        mixed: partners.map { (labels: part($0), share: share) })
    }
  }
}
