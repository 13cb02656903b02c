/// A branch and a shortcut added up, y = body(x) + shortcut(x); the shortcut is x itself unless
/// one is given.
///
/// - Shapes: those of the body, whose output has the shortcut's shape
/// - Source: He et al. 2016, "Deep Residual Learning for Image Recognition", equations 1 and 2.
public struct Residual: Layer {
  /// The branch; its parameters are named `body.…`.
  public var body: any Layer
  /// What is done to x before it is added, named `shortcut.…`; nil adds x itself.
  public var shortcut: (any Layer)?

  /// A branch around which x goes.
  /// - Parameters:
  ///   - body: The branch.
  ///   - shortcut: What is done to x; nil adds x itself.
  public init(_ body: any Layer, shortcut: (any Layer)? = nil) {
    self.body = body
    self.shortcut = shortcut
  }

  /// A branch of layers one after another.
  /// - Parameters:
  ///   - shortcut: What is done to x; nil adds x itself.
  ///   - layers: The layers of the branch.
  public init(shortcut: (any Layer)? = nil, @LayerBuilder _ layers: () -> [any Layer]) {
    self.init(Sequential(layers), shortcut: shortcut)
  }

  public func callAsFunction(_ x: Tensor, _ context: inout Context) -> Tensor {
    let value = context.call("body", body, x)
    guard let shortcut else { return value + x }
    return value + context.call("shortcut", shortcut, x)
  }

  public mutating func visitParameters(_ visit: inout ParameterVisitor) {
    visit("body", &body)
    if var layer = shortcut {
      shortcut = nil  // so that its values stay uniquely held
      visit("shortcut", &layer)
      shortcut = layer
    }
  }

  public func outputShape(_ input: Shape) throws(ShapeError) -> Shape {
    let main = try body.outputShape(input)
    guard let shortcut else { return try check(main, input) }
    return try check(main, shortcut.outputShape(input))
  }

  public func summarize(
    _ input: Shape, into summary: inout SummaryBuilder
  ) throws(ShapeError) -> Shape {
    try summary.branches(input: input) { (summary) throws(ShapeError) in
      let start = summary.position
      let main = try summary.inside("body", body, input: input)
      let end = summary.position
      summary.position = start
      var side = input
      if let shortcut { side = try summary.inside("shortcut", shortcut, input: input) }
      summary.position = end.united(with: summary.position)
      do throws(ShapeError) {
        return try check(main, side)
      } catch {
        throw summary.placed(error)
      }
    }
  }

  private func check(_ body: Shape, _ shortcut: Shape) throws(ShapeError) -> Shape {
    guard body == shortcut else {
      throw ShapeError(
        operation: "Residual", shapes: [body, shortcut],
        reason: "the branch and the shortcut have different shapes")
    }
    return body
  }
}
