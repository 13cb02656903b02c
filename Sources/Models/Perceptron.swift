@_exported import Layers

/// One layer of linear units without a hidden layer; the answer is the unit with the largest
/// score. Trained with `perceptronLoss` it follows Rosenblatt's rule.
///
/// - Shapes: [N, ..] with `inputs` elements a sample → [N, classes]
/// - Parameters:
///   - inputs: Size of a sample once flattened.
///   - classes: Number of units.
/// - Source: Rosenblatt 1958, "The Perceptron: A Probabilistic Model for Information Storage and
///   Organization in the Brain".
public func perceptron(inputs: Int, classes: Int) -> Sequential {
  Sequential {
    Flatten()
    Dense(inputs, classes, initializer: .zeros)
  }
}
