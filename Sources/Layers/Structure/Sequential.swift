/// Layers one after another.
///
/// ```swift
/// let model = Sequential {
///   Dense(784, 256)
///   ReLU()
///   Dense(256, 10)
/// }
/// ```
///
/// Parameters are named `layers.0.weight` and so on. Networks whose weights come from elsewhere give
/// the names that stand there:
///
/// ```swift
/// let model = Sequential(named: [
///   "features": Sequential.numbered {  // features.0.weight
///     Conv2D(3, 8, kernel: 3)
///     ReLU()
///   },
///   "pool": GlobalAveragePool2D(),
///   "fc": Dense(8, 10),
/// ])
/// ```
public struct Sequential: Layer {
  /// The layers in order.
  public var layers: [any Layer]
  private let naming: Naming

  fileprivate enum Naming: Sendable {
    case listed, numbered
    case named([String])
  }

  fileprivate init(_ layers: [any Layer], _ naming: Naming) {
    self.layers = layers
    self.naming = naming
  }

  /// Layers of a list, named `layers.0` and so on.
  public init(_ layers: [any Layer]) { self.init(layers, .listed) }

  /// Layers written one below another, named `layers.0` and so on.
  public init(@LayerBuilder _ layers: () -> [any Layer]) { self.init(layers(), .listed) }

  /// Layers with names; an empty name adds nothing to the names inside.
  public init(named layers: [(name: String, layer: any Layer)]) {
    self.init(layers.map(\.layer), .named(layers.map(\.name)))
  }

  /// Layers with names, written as a dictionary; an empty name adds nothing to the names inside.
  public init(named layers: KeyValuePairs<String, any Layer>) {
    self.init(layers.map(\.value), .named(layers.map(\.key)))
  }

  func name(_ index: Int) -> String {
    switch naming {
    case .numbered: "\(index)"
    case .named(let names) where index < names.count: names[index]
    case .named, .listed: "layers.\(index)"
    }
  }

  /// The layer of that name, such as `fc`.
  /// - Precondition: There is one.
  public subscript(name: String) -> any Layer {
    get { layers[index(of: name)] }
    set { layers[index(of: name)] = newValue }
  }

  private func index(of name: String) -> Int {
    guard let index = layers.indices.first(where: { self.name($0) == name }) else {
      let names = layers.indices.map { self.name($0) }
      fatalError("Sequential: no layer '\(name)' among \(names.joined(separator: ", "))")
    }
    return index
  }

  public func callAsFunction(_ x: Tensor, _ context: inout Context) -> Tensor {
    var value = x
    var index = 0
    while index < layers.count {
      if let fused = fused(at: index, value, &context) {
        value = fused.value
        index += fused.count
      } else {
        value = context.call(name(index), layers[index], value)
        index += 1
      }
    }
    return value
  }

  public mutating func visitParameters(_ visit: inout ParameterVisitor) {
    for index in layers.indices { visit(name(index), &layers[index]) }
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
      let output = try summary.inside(name(index), layer, input: shape)
      if let convolution = layer as? Conv2D, index + 1 < layers.count,
        layers[index + 1] is BatchNorm
      {
        summary.addNormalized(convolution, input: shape, output: output)
      }
      if index > 0, layer is ReLU, isRectified(at: index - 1) { summary.joinRectifier() }
      shape = output
    }
    return shape
  }
}

extension Sequential {
  /// Layers of a list, named by their numbers alone: `0`, `1` and so on.
  public static func numbered(_ layers: [any Layer]) -> Sequential {
    Sequential(layers, .numbered)
  }

  /// Layers written one below another, named by their numbers alone: `0`, `1` and so on.
  public static func numbered(@LayerBuilder _ layers: () -> [any Layer]) -> Sequential {
    numbered(layers())
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
