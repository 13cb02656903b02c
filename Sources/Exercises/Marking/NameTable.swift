import Explain

/// What names in a student's writing stand for: given quantities, lines of the working, names of
/// the student's own.
struct NameTable: Sendable {
  /// Variables by names, as `AnswerText.name` has them.
  private var variables: [String: String] = [:]
  /// Lines by names.
  private var lines: [String: Int] = [:]
  /// Lines that have one symbol, in order, such as those of a network's passes.
  private var repeated: [String: [Int]] = [:]

  /// Names that stand for themselves.
  init(variables names: [String]) {
    for name in names { variables[AnswerText.name(name)] = name }
  }

  init(_ workings: Workings) {
    var claims: [String: Set<String>] = [:]
    func claim(_ name: String, _ variable: String) {
      claims[name, default: []].insert(variable)
    }
    for (symbol, variable) in workings.givenNames {
      for name in Self.names(symbol) { claim(name, variable) }
    }
    var lineClaims: [String: Set<Int>] = [:]
    for (index, line) in workings.lines.enumerated() {
      for name in Self.names(line.symbol) {
        claim(name, line.variable)
        if line.isAsked { lineClaims[name, default: []].insert(index) }
      }
    }
    // A name that could mean two things means neither.
    for (name, found) in claims where found.count == 1 { variables[name] = found.first }
    for (name, found) in lineClaims where found.count == 1 { lines[name] = found.first }
    // Where it means one quantity once more, the order tells, or a mark: L^(1) and L′ after L.
    for (name, found) in lineClaims where found.count > 1 {
      let order = found.sorted()
      let symbols = order.map { workings.lines[$0].symbol }
      guard symbols.allSatisfy({ $0 == symbols[0] }) else { continue }
      repeated[name] = order
      for (turn, index) in order.enumerated().dropFirst() {
        let variable = workings.lines[index].variable
        for marked in ["\(name)(\(turn))", name + String(repeating: "'", count: turn)]
        where claims[marked] == nil {
          variables[marked] = variable
          lines[marked] = index
        }
      }
    }
  }

  /// The line that a name stands for.
  func line(_ name: String) -> Int? { lines[AnswerText.name(name)] }

  /// The lines that a name stands for in turn; nil where it is no name of several.
  func turns(_ name: String) -> [Int]? { repeated[AnswerText.name(name)] }

  /// Whether a name is known.
  func knows(_ name: String) -> Bool { variables[AnswerText.name(name)] != nil }

  /// Gives a name of the student's own a meaning.
  mutating func define(_ name: String, _ variable: String) {
    variables[AnswerText.name(name)] = variable
  }

  /// The expression with names replaced by variables; reports names that are not known.
  func resolved(_ expression: Expression, unknown: (String) -> Void) -> Expression {
    var missing: [String] = []
    func resolve(_ part: Expression) -> Expression {
      switch part {
      case .number: return part
      case .variable(let name):
        if let variable = variables[AnswerText.name(name)] { return .variable(variable) }
        if name == "e" { return .number(2.718281828459045) }
        if name == "pi" || name == "π" { return .number(.pi) }
        missing.append(name)
        return part
      case .negate(let x): return .negate(resolve(x))
      case .add(let a, let b): return .add(resolve(a), resolve(b))
      case .subtract(let a, let b): return .subtract(resolve(a), resolve(b))
      case .multiply(let a, let b): return .multiply(resolve(a), resolve(b))
      // dL/dw is a name.
      case .divide(.variable(let top), .variable(let bottom))
      where variables[AnswerText.name("\(top)/\(bottom)")] != nil:
        return .variable(variables[AnswerText.name("\(top)/\(bottom)")]!)
      case .divide(.multiply(let a, .variable(let top)), .variable(let bottom))
      where variables[AnswerText.name("\(top)/\(bottom)")] != nil:
        return .multiply(
          resolve(a), .variable(variables[AnswerText.name("\(top)/\(bottom)")]!))
      case .divide(let a, let b): return .divide(resolve(a), resolve(b))
      // w(1) and w^(1) are names of the first iteration's weight.
      case .power(.variable(let name), .number(1))
      where variables[AnswerText.name("\(name)(1)")] != nil:
        return .variable(variables[AnswerText.name("\(name)(1)")]!)
      case .call(let name, let arguments)
      where variables[AnswerText.name("\(name)(\(arguments.map(\.description).joined()))")] != nil:
        let whole = AnswerText.name("\(name)(\(arguments.map(\.description).joined()))")
        return .variable(variables[whole]!)
      case .power(let a, let b): return .power(resolve(a), resolve(b))
      case .call(let name, let arguments):
        let known = arguments.map(resolve)
        switch (name, known.count) {
        case ("σ", 1), ("sigma", 1), ("sig", 1), ("logistic", 1): return .call("sigmoid", known)
        case ("ln", 1), ("Log", 1): return .call("log", known)
        case ("relu", 1), ("ReLU", 1), ("RELU", 1): return .call("max", [known[0], .number(0)])
        case ("sgn", 1): return .call("sign", known)
        case ("log10", 1), ("lg", 1):
          return .divide(.call("log", known), .number(2.302585092994046))
        case ("exp", 1), ("log", 1), ("sqrt", 1), ("sin", 1), ("cos", 1), ("tanh", 1),
          ("sigmoid", 1), ("abs", 1), ("sign", 1), ("max", 2...), ("min", 2...):
          return .call(name, known)
        default:
          // 2(x + 1) written without a sign has a number before it, not a name.
          missing.append(name)
          return part
        }
      }
    }
    let result = resolve(expression)
    missing.forEach(unknown)
    return result
  }

  /// The names that a symbol goes by.
  static func names(_ node: MathNode) -> Set<String> {
    switch node {
    case .infix(.equals, let a, let b): return names(a).union(names(b))
    case .symbol(let symbol): return names(symbol)
    case .derivative(let top, let bottom):
      var result: Set<String> = []
      for below in names(bottom) {
        for above in names(top) {
          result.formUnion(["d\(above)/d\(below)", "d\(above)d\(below)", "grad\(below)"])
          if above == "L" || above == "E" || above == "J" {
            result.formUnion(["d\(below)", "g\(below)"])
          }
        }
      }
      return result
    case .slope(let function, let argument):
      let short = function == "sigmoid" ? ["sigmoid'", "sigma'", "σ'"] : [function + "'"]
      let spelled = names(argument).flatMap { argument in
        short.flatMap { ["\($0)(\(argument))", "\($0)\(argument)"] }
      }
      // ReLU′(z) as it is printed too.
      return Set(spelled + [AnswerText.name(MathText.text(node))])
    default: return [AnswerText.name(MathText.text(node))]
    }
  }

  /// The names that the whole goes by whose entry a symbol stands for.
  static func wholeNames(_ node: MathNode) -> Set<String> {
    switch node {
    case .infix(.equals, let a, let b): return wholeNames(a).union(wholeNames(b))
    case .symbol(var symbol):
      symbol.subscripts = []
      let small = names(symbol)
      symbol.base = symbol.base.uppercased()
      return small.union(names(symbol))
    case .derivative(let top, let bottom):
      return Set(
        wholeNames(bottom).flatMap { below in
          names(top).flatMap {
            ["d\($0)/d\(below)", "d\($0)d\(below)", "d\(below)", "grad\(below)"]
          }
        })
    default: return []
    }
  }

  private static func names(_ symbol: Symbol) -> Set<String> {
    var base = AnswerText.name(symbol.base)
    switch symbol.accent {
    case .hat: base += "hat"
    case .tilde: base += "tilde"
    case .bar: base += "bar"
    case .prime: base += "'"
    case nil: break
    }
    let joined = symbol.subscripts.joined()
    let index = symbol.subscripts.joined(separator: ",")
    var stems: Set<String> = [base + AnswerText.name(joined), base + AnswerText.name(index)]
    if let layer = symbol.layer {
      // w12[2], w[2]12, and the layer left out where that says it all.
      stems = Set(
        stems.flatMap { stem -> [String] in
          let rest = stem.dropFirst(base.count)
          return [
            "\(stem)[\(layer)]", "\(base)[\(layer)]\(rest)", "\(base)(\(layer))\(rest)", stem,
          ]
        })
    }
    if let sample = symbol.sample {
      stems = Set(stems.flatMap { ["\($0)<\(sample)>", "\($0)(\(sample))", $0] })
    }
    if let iteration = symbol.iteration {
      stems = Set(
        stems.flatMap { stem in
          ["\(stem)(\(iteration))", "\(stem)new", "new\(stem)", "\(stem)'", "\(stem)+"]
        })
    }
    // ŷ is typed as yhat, y_hat, or decomposed; the letter alone means another quantity.
    return stems
  }
}
