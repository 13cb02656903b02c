/// Cross-entropy of a row of logits with its class, −ln softmax(x)[label]; ∂L/∂x = (p − onehot)·u.
struct SoftmaxCrossEntropy: GeneralOperation {
  static let name = "crossEntropy"
  /// One class a row, int32.
  let labels: NDArray
  var formula: Formula {
    let labels = labels
    return Formula(
      value: "log(sum(exp(x))) - pick(x)",
      gradient: "column(u) * (exp(x) / column(sum(exp(x))) - chosen(x))",
      functions: [
        "sum": { $0[0].sum(axes: [1]) },
        "column": { $0[0].expanded(axis: 1) },
        "pick": { $0[0].takeAlong(labels.expanded(axis: 1), axis: 1).squeezed(axis: 1) },
        "chosen": { labels.oneHot(depth: $0[0].shape[1], dtype: $0[0].dtype) },
      ])
  }
  var savedInputs: [Int] { [0] }

  func evaluate(_ inputs: [NDArray]) -> (outputs: [NDArray], kept: [NDArray]) {
    let x = inputs[0]
    let (loss, probabilities) = engine(for: x.dtype).crossEntropy(logits: x, labels: labels)
    return ([loss], [probabilities])
  }

  func gradients(_ upstream: [Tensor?], _ saved: GeneralSaved) -> [Tensor?] {
    guard let upstream = upstream[0] else { return [nil] }
    if !saved.recording {
      return [
        Tensor(
          engine(for: upstream.dtype).crossEntropyGradient(
            upstream.array, probabilities: saved.kept(0), labels: labels))
      ]
    }
    let x = saved.input(0)
    let chosen = Tensor(labels.oneHot(depth: x.shape[1], dtype: x.dtype))
    return [(x.softmax(axis: 1) - chosen) * upstream.expanded(axis: 1)]
  }
}

extension Tensor {
  /// −ln softmax(logits)[label] for each row, stable for logits of any size.
  ///
  /// - Shapes: self [N, K], labels [N] of int32 from 0 to K − 1 → [N]
  /// - Precondition: those shapes and numbers.
  public func softmaxCrossEntropy(labels: NDArray) -> Tensor {
    guard rank == 2, labels.shape == [shape[0]] else {
      fatalError("softmaxCrossEntropy: logits \(shape) with labels \(labels.shape)")
    }
    labels.checkIndices(below: shape[1], "softmaxCrossEntropy")
    return apply(SoftmaxCrossEntropy(labels: labels), [self])[0]
  }
}
