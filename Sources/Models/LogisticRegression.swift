/// Linear scores under a softmax, trained with cross-entropy: the logistic regression of several
/// classes.
///
/// - Shapes: [N, ..] with `inputs` elements a sample → [N, classes]
/// - Parameters:
///   - inputs: Size of a sample once flattened.
///   - classes: Number of classes.
/// - Source: Bishop 2006, "Pattern Recognition and Machine Learning", section 4.3.4.
public func logisticRegression(inputs: Int, classes: Int) -> Sequential {
  Sequential {
    Flatten()
    Dense(inputs, classes, initializer: .zeros)
  }
}
