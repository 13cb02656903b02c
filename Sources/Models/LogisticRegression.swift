/// Linear scores under a softmax, trained with cross-entropy: the logistic regression of several
/// classes.
///
/// - Source: Bishop 2006, "Pattern Recognition and Machine Learning", section 4.3.4.
/// - Parameters:
///   - inputs: Size of a sample once flattened.
///   - classes: Number of classes.
public func logisticRegression(inputs: Int, classes: Int) -> Sequential {
  Sequential {
    Flatten()
    Dense(inputs, classes, initializer: .zeros)
  }
}
