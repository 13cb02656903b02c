/// Gradients by parameter, in the order in which the model visits its trainable parameters.
public struct Gradients: Sendable {
  /// Path and gradient of each trainable parameter.
  public var entries: [(path: String, array: NDArray)]

  /// Gradients with their paths, in the order in which the model visits its trainable parameters.
  public init(_ entries: [(path: String, array: NDArray)]) { self.entries = entries }

  /// The gradient of the parameter at a path, or nil where there is no such trainable parameter.
  public subscript(path: String) -> NDArray? {
    entries.first { $0.path == path }?.array
  }

  /// √(Σ g²) over all elements of all gradients, in double precision.
  public var globalNorm: Double {
    entries.reduce(0.0) { total, entry in
      total + entry.array.cast(to: .float64).squared().sum().item
    }.squareRoot()
  }
}

/// A model's loss and the gradient of every trainable parameter.
///
/// The body gets a copy of the model whose parameters are variables; when the call returns the
/// tape is gone, so that an optimizer changes the model in place.
///
/// - Parameters:
///   - model: The model; it is not changed.
///   - context: Mode and random state; collects statistics.
///   - body: Computes a scalar loss.
/// - Returns: The loss, a scalar array, and the gradient of each trainable parameter.
/// - Precondition: the model has been initialised; the body's result has one element.
public func valueWithGradients<Model: Layer>(
  of model: Model, _ context: inout Context,
  _ body: (Model, inout Context) throws -> Tensor
) rethrows -> (value: NDArray, gradients: Gradients) {
  var tracked = model
  var variables: [Tensor] = []
  var paths: [String] = []
  tracked.forEachParameter { parameter in
    guard parameter.isTrainable else { return }
    let variable = Tensor.variable(parameter.tensor.array)
    parameter.value = variable
    variables.append(variable)
    paths.append(parameter.path)
  }
  let loss = try body(tracked, &context)
  context.auxiliaryOutputs = []  // they hold the tape
  let found = gradients(of: loss, withRespectTo: variables)
  return (
    loss.array, Gradients(zip(paths, found).map { (path: $0, array: $1.array) })
  )
}
