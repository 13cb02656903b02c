/// A multi-layer perceptron with ReLU hidden layers; weights by He's initialiser.
///
/// - Shapes: [N, ..] with `inputs` elements a sample → [N, classes]
/// - Parameters:
///   - inputs: Size of a sample once flattened.
///   - hidden: Units of each hidden layer, none for a linear model.
///   - classes: Number of classes.
///   - dropout: Probability of dropping a hidden unit in training, 0 ≤ p < 1; 0 leaves the dropout
///     layers out.
/// - Source: Rumelhart, Hinton and Williams 1986, "Learning representations by back-propagating
///   errors".
public func mlp(
  inputs: Int, hidden: [Int] = [512, 256], classes: Int, dropout: Double = 0
) -> Sequential {
  var layers: [any Layer] = [Flatten()]
  var width = inputs
  for units in hidden {
    layers.append(Dense(width, units, initializer: .heNormal))
    layers.append(ReLU())
    if dropout > 0 { layers.append(Dropout(dropout)) }
    width = units
  }
  layers.append(Dense(width, classes))
  return Sequential(layers)
}
