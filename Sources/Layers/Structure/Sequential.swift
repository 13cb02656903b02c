/// Layers one after another.
///
/// ```swift
/// let model = Sequential {
///   Dense(784, 256)
///   ReLU()
///   Dense(256, 10)
/// }
/// ```
public struct Sequential: Layer {
  /// The layers in order; their parameters are named `layers.0.weight` and so on.
  public var layers: [any Layer]

  /// Layers of a list.
  public init(_ layers: [any Layer]) { self.layers = layers }

  /// Layers written one below another.
  public init(@LayerBuilder _ layers: () -> [any Layer]) { self.layers = layers() }

  public func callAsFunction(_ x: Tensor, _ context: inout Context) -> Tensor {
    var value = x
    for (index, layer) in layers.enumerated() {
      value = context.call("layers.\(index)", layer, value)
    }
    return value
  }

  public mutating func visitParameters(_ visit: inout ParameterVisitor) {
    for index in layers.indices { visit("layers.\(index)", &layers[index]) }
  }

  public func outputShape(_ input: Shape) throws(ShapeError) -> Shape {
    var shape = input
    for layer in layers { shape = try layer.outputShape(shape) }
    return shape
  }

  public func summarize(
    _ input: Shape, into summary: inout SummaryBuilder
  ) throws(ShapeError) -> Shape {
    var shape = input
    for (index, layer) in layers.enumerated() {
      shape = try summary.inside("layers.\(index)", layer, input: shape)
    }
    return shape
  }
}

/// Puts layers written one below another into a list.
@resultBuilder
public enum LayerBuilder {
  /// A layer by itself.
  public static func buildExpression(_ layer: any Layer) -> [any Layer] { [layer] }
  /// Lines one below another.
  public static func buildBlock(_ parts: [any Layer]...) -> [any Layer] { parts.flatMap { $0 } }
  /// The layers of an `if` without `else`.
  public static func buildOptional(_ part: [any Layer]?) -> [any Layer] { part ?? [] }
  /// The layers of the branch that is taken.
  public static func buildEither(first part: [any Layer]) -> [any Layer] { part }
  /// The layers of the branch that is taken.
  public static func buildEither(second part: [any Layer]) -> [any Layer] { part }
  /// The layers of each turn of a loop.
  public static func buildArray(_ parts: [[any Layer]]) -> [any Layer] { parts.flatMap { $0 } }
}
