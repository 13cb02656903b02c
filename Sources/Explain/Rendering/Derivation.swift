import Plots

/// A step as lines of equal things: formula, numbers put in, value.
struct Derivation {
  /// A relation and what stands right of it.
  struct Line {
    let relation: MathNode.Operator
    let node: MathNode
    /// Whether it is the value.
    var isResult = false
    /// Which slice of an array of three or more axes it is.
    var slice: String?
  }

  let symbol: MathNode
  let lines: [Line]

  /// Whether it is read best in a single line.
  var isShort: Bool {
    !lines.contains { $0.node.containsMatrix || $0.slice != nil }
      && lines.reduce(symbol.setWidth) { $0 + 3 + $1.node.setWidth } <= 50
  }

  /// The value that rounding has changed, with more digits.
  let exact: [(slice: String?, node: MathNode)]

  init(_ step: Step) {
    symbol = step.symbol
    var lines: [Line] = []
    let results = Value.laidOut(step.digits, shape: step.value.shape)
    for node in [step.formula, step.substituted] {
      let repeats = node == step.symbol || lines.last?.node == node
      if !repeats && !(results.count == 1 && Derivation.isSame(node, results[0].node)) {
        lines.append(Line(relation: .equals, node: node))
      }
    }
    for (slice, node) in results {
      lines.append(
        Line(
          relation: step.isExact ? .equals : .approximately, node: node, isResult: true,
          slice: slice))
    }
    self.lines = lines
    if let rounded = step.rounded, rounded.elements != step.value.elements {
      exact = Value.laidOut(
        step.value.elements.map { NumberText.significant($0, digits: 8) }, shape: step.value.shape)
    } else {
      exact = []
    }
  }

  /// Whether two formulas are written alike: −1 may be the negative of 1 or the number.
  private static func isSame(_ a: MathNode, _ b: MathNode) -> Bool {
    if a == b { return true }
    guard case .negate(.number(let digits)) = a, case .number(let whole) = b else { return false }
    return whole == "-" + digits
  }
}

extension Value {
  /// The numbers as they are given.
  var laidOut: [(slice: String?, node: MathNode)] {
    Value.laidOut(elements.map(NumberText.shortest), shape: shape)
  }

  /// Digits as a number, a row, rows, or one such matrix a slice, named by its place from 1.
  static func laidOut(_ digits: [String], shape: [Int]) -> [(slice: String?, node: MathNode)] {
    guard let width = shape.last else {
      return [(nil, .number(digits.first ?? ""))]
    }
    guard shape.count > 1 else { return [(nil, .matrix([digits.map { .number($0) }]))] }
    let height = shape[shape.count - 2]
    let outer = shape.dropLast(2)
    return (0..<outer.reduce(1, *)).map { slice in
      let rows = (0..<height).map { row in
        (0..<width).compactMap { column -> MathNode? in
          let place = (slice * height + row) * width + column
          return place < digits.count ? .number(digits[place]) : nil
        }
      }
      if outer.isEmpty { return (nil, .matrix(rows)) }
      var rest = slice
      var index: [String] = []
      for size in outer.reversed() {
        index.insert("\(rest % size + 1)", at: 0)
        rest /= size
      }
      return ("[" + (index + [":", ":"]).joined(separator: ", ") + "]", .matrix(rows))
    }
  }

  /// A shape in words: `2×3`.
  static func shapeText(_ shape: [Int]) -> String { shape.map(String.init).joined(separator: "×") }
}

extension Section {
  /// Blocks in order, with given quantities that follow each other put together.
  var groups: [Group] {
    var result: [Group] = []
    for block in blocks {
      guard case .given(let symbol, let value) = block else {
        result.append(.block(block))
        continue
      }
      if case .given(let before)? = result.last {
        result[result.count - 1] = .given(before + [(symbol, value)])
      } else {
        result.append(.given([(symbol, value)]))
      }
    }
    return result
  }

  enum Group {
    case given([(symbol: MathNode, value: Value)])
    case block(Block)
  }
}
