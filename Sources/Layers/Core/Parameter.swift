@_exported import Autodiff

/// Numbers of a layer that training changes.
///
/// A parameter knows its shape and how to draw its first values; the values themselves come with
/// `initialize(seed:dtype:)` or from a file, so that a network can be described without memory.
public struct Parameter: Sendable {
  /// Sizes along each axis.
  public let shape: Shape
  /// How the first values are drawn.
  public var initializer: Initializer
  /// Number of inputs and outputs of a unit, which initialisers scale by.
  public let fans: Fans
  /// Whether gradients are taken of it and optimizers change it.
  public var isTrainable = true
  /// The name within the model, such as `layers.0.weight`; set by `initialize`.
  public internal(set) var path = ""
  /// The values and, while a gradient is taken, their history; nil before `initialize`.
  var value: Tensor?

  /// Number of inputs and outputs of a unit.
  public struct Fans: Sendable, Hashable {
    /// Inputs of a unit, m in the literature.
    public let inputs: Int
    /// Outputs of a unit, n in the literature.
    public let outputs: Int

    /// Numbers of inputs and outputs; initialisers take those below 1 as 1.
    public init(inputs: Int, outputs: Int) {
      self.inputs = inputs
      self.outputs = outputs
    }
  }

  /// A parameter without values.
  /// - Parameters:
  ///   - shape: Sizes along each axis.
  ///   - initializer: How the first values are drawn.
  ///   - fans: What initialisers scale by.
  public init(_ shape: Shape, initializer: Initializer, fans: Fans) {
    self.shape = shape
    self.initializer = initializer
    self.fans = fans
  }

  /// The values.
  /// - Precondition: the model has been initialised; new values have the parameter's shape.
  public var tensor: Tensor {
    get {
      guard let value else {
        fatalError(
          "parameter \(path.isEmpty ? "of shape \(shape)" : path) has no values yet; "
            + "call initialize(seed:) on the model")
      }
      return value
    }
    set {
      guard newValue.shape == shape else {
        fatalError("parameter \(path): values of shape \(newValue.shape), expected \(shape)")
      }
      value = newValue
    }
  }

  /// Whether the parameter has values.
  public var isInitialized: Bool { value != nil }

  /// Calls `body` with the values, for changes in place: no copy is made where nothing else uses
  /// them.
  package mutating func withMutableArray<Result>(_ body: (inout NDArray) -> Result) -> Result {
    var array = tensor.array
    value = nil
    defer { value = Tensor(array) }
    return body(&array)
  }
}

/// Numbers of a layer that are measured rather than learned, such as a running mean.
public struct Statistic: Sendable {
  /// Sizes along each axis.
  public let shape: Shape
  /// The value of every element at the start.
  public let initial: Double
  /// The name within the model; set by `initialize`.
  public internal(set) var path = ""
  var value: NDArray?

  /// A statistic without values.
  /// - Parameters:
  ///   - shape: Sizes along each axis.
  ///   - initial: The value of every element at the start.
  public init(_ shape: Shape, initial: Double) {
    self.shape = shape
    self.initial = initial
  }

  /// The values.
  /// - Precondition: the model has been initialised; new values have the statistic's shape.
  public var array: NDArray {
    get {
      guard let value else {
        fatalError("statistic \(path) has no values yet; call initialize(seed:) on the model")
      }
      return value
    }
    set {
      guard newValue.shape == shape else {
        fatalError("statistic \(path): values of shape \(newValue.shape), expected \(shape)")
      }
      value = newValue
    }
  }
}

/// The name under which a layer draws random numbers, such as dropout's mask.
public struct RandomStream: Sendable {
  /// The name within the model; set by `initialize`.
  public internal(set) var path = ""

  /// A stream without a name.
  public init() {}
}
