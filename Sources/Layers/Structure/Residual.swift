/// A branch and a shortcut added up, y = body(x) + shortcut(x); the shortcut is x itself unless
/// one is given.
///
/// - Shapes: those of the body, whose output has the shortcut's shape
/// - Source: He et al. 2016, "Deep Residual Learning for Image Recognition", equations 1 and 2.
public struct Residual: Layer {
  /// The branch; its parameters are named `body.…` unless another name was given.
  public var body: any Layer
  /// What is done to x before it is added, named `shortcut.…` unless another name was given; nil
  /// adds x itself.
  public var shortcut: (any Layer)?
  private let bodyName: String
  private let shortcutName: String

  /// A branch around which x goes.
  /// - Parameters:
  ///   - body: The branch.
  ///   - shortcut: What is done to x; nil adds x itself.
  ///   - bodyName: What names inside the branch start with; nothing where empty.
  ///   - shortcutName: What names inside the shortcut start with.
  public init(
    _ body: any Layer, shortcut: (any Layer)? = nil, bodyName: String = "body",
    shortcutName: String = "shortcut"
  ) {
    self.body = body
    self.shortcut = shortcut
    self.bodyName = bodyName
    self.shortcutName = shortcutName
  }

  /// A branch of layers one after another.
  /// - Parameters:
  ///   - shortcut: What is done to x; nil adds x itself.
  ///   - layers: The layers of the branch.
  public init(shortcut: (any Layer)? = nil, @LayerBuilder _ layers: () -> [any Layer]) {
    self.init(Sequential(layers), shortcut: shortcut)
  }

  public func callAsFunction(_ x: Tensor, _ context: inout Context) -> Tensor {
    let (value, shortcut) = parts(x, &context)
    return value + shortcut
  }

  /// What is added up.
  func parts(_ x: Tensor, _ context: inout Context) -> (body: Tensor, shortcut: Tensor) {
    let value = context.call(bodyName, body, x)
    return (value, shortcut.map { context.call(shortcutName, $0, x) } ?? x)
  }

  public mutating func visitParameters(_ visit: inout ParameterVisitor) {
    visit(bodyName, &body)
    if var layer = shortcut {
      shortcut = nil  // so that its values stay uniquely held
      visit(shortcutName, &layer)
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
      let main = try summary.inside(bodyName, body, input: input)
      let end = summary.position
      summary.position = start
      var side = input
      if let shortcut { side = try summary.inside(shortcutName, shortcut, input: input) }
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
