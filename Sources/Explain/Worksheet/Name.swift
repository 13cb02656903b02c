import Autodiff

/// What an array of a calculation is called.
struct Name {
  /// The key, without another like it in the worksheet.
  let key: String
  /// The array as a whole.
  let whole: MathNode
  /// An entry by its index; called with an empty index for a scalar.
  let entry: ([Int]) -> MathNode
  /// The gradient of the loss by the array; nil where it is not written down.
  var gradient: ((_ index: [Int]?) -> MathNode)?
  /// The activation function, where its slope is written down on a line of its own.
  var slope: (function: String, argument: (_ index: [Int]?) -> MathNode)?

  /// - Parameters:
  ///   - key: The key, without another like it in the worksheet.
  ///   - whole: The array as a whole.
  ///   - entry: An entry by its index, counted from 0.
  init(_ key: String, whole: MathNode, entry: @escaping ([Int]) -> MathNode) {
    self.key = key
    self.whole = whole
    self.entry = entry
  }

  /// A symbol whose entries carry their indices, counted from 1, as subscripts.
  init(_ key: String, _ symbol: Symbol) {
    var whole = symbol
    whole.isMatrix = true
    self.init(key, whole: .symbol(whole)) { .symbol(symbol.indexed($0.map { $0 + 1 })) }
  }

  /// A scalar.
  init(scalar key: String, _ symbol: Symbol) {
    self.init(key, whole: .symbol(symbol)) { _ in .symbol(symbol) }
  }

  /// The same with ∂L/∂name as the gradient's name.
  func withGradient(of loss: Symbol = Symbol("L")) -> Name {
    var copy = self
    let (whole, entry) = (whole, entry)
    copy.gradient = { index in
      .derivative(.symbol(loss), index.map(entry) ?? whole)
    }
    return copy
  }
}
