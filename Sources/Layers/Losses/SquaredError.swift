/// Where the factors of the squared error go; the field differs.
public enum SquaredErrorForm: String, Sendable, Codable, CaseIterable {
  /// Mean over all elements (PyTorch's and most libraries' MSE).
  case mean
  /// Sum over all elements.
  case sum
  /// ½ of the sum over outputs, mean over samples (the course's form, whose gradient is ŷ − y).
  case half
}

/// The squared error Σ (ŷ − y)², averaged or halved by `form`.
///
/// - Shapes: both [N, ..] → scalar
/// - Parameters:
///   - prediction: ŷ.
///   - target: y.
///   - form: Where the factors go; the mean over all elements by default, as in PyTorch.
/// - Precondition: both of one shape.
public func meanSquaredError(
  _ prediction: Tensor, _ target: Tensor, form: SquaredErrorForm = .mean
) -> Tensor {
  checkSameShape(prediction, target, "meanSquaredError")
  let squares = (prediction - target).squared()
  switch form {
  case .mean: return squares.mean()
  case .sum: return squares.sum()
  case .half: return squares.sum() * (0.5 / Double(max(prediction.shape.first ?? 1, 1)))
  }
}

func checkSameShape(_ a: Tensor, _ b: Tensor, _ name: String) {
  guard a.shape == b.shape else {
    fatalError("\(name): prediction \(a.shape) and target \(b.shape) differ")
  }
}
