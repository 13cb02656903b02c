/// Text that is no expression.
public struct ExpressionError: Error, Sendable, CustomStringConvertible {
  /// The text.
  public let text: String
  /// The place in it, in characters from 0.
  public let position: Int
  /// What was found and what would do.
  public let message: String

  /// The message with the text and a caret under the place.
  public var description: String {
    "\(message)\n  \(text)\n  " + String(repeating: " ", count: position) + "^"
  }
}

extension Expression {
  /// Parses an expression: numbers (`∞` too), names, `+ - * / ^` (`−`, `×`, `·`, `÷` too),
  /// parentheses and calls `name(a, b)`. `^` binds tightest and to the right; `-x^2` is `-(x^2)`.
  /// - Throws: `ExpressionError` with the place.
  public init(parsing text: String) throws(ExpressionError) {
    var parser = Parser(text: text)
    self = try parser.parse()
  }

  private struct Parser {
    let text: String
    let characters: [Character]
    var position = 0
    var depth = 0

    /// Nesting beyond this is refused, so that no input can overflow the stack.
    static let deepest = 200
    /// Longer expressions are refused for the same reason: a sum is as deep as it has terms.
    static let longest = 1000
    private var operations = 0

    init(text: String) {
      self.text = text
      characters = Array(text)
    }

    mutating func parse() throws(ExpressionError) -> Expression {
      let result = try sum()
      if let next = peek() { throw error("unexpected '\(next)'") }
      return result
    }

    private func error(_ message: String) -> ExpressionError {
      ExpressionError(text: text, position: position, message: message)
    }

    private mutating func peek() -> Character? {
      while position < characters.count, characters[position].isWhitespace { position += 1 }
      return position < characters.count ? characters[position] : nil
    }

    /// Counts an operation that is about to be added to the tree.
    private mutating func count() throws(ExpressionError) {
      operations += 1
      guard operations <= Self.longest else {
        throw error("more than \(Self.longest) operations")
      }
    }

    private mutating func take(_ options: String) -> Character? {
      guard let next = peek(), options.contains(next) else { return nil }
      position += 1
      return next
    }

    private mutating func sum() throws(ExpressionError) -> Expression {
      depth += 1
      defer { depth -= 1 }
      guard depth <= Self.deepest else { throw error("nested deeper than \(Self.deepest)") }
      var result = try product()
      while let sign = take("+-−") {
        try count()
        let next = try product()
        result = sign == "+" ? .add(result, next) : .subtract(result, next)
      }
      return result
    }

    private mutating func product() throws(ExpressionError) -> Expression {
      var result = try signed()
      while let sign = take("*×·/÷") {
        try count()
        let next = try signed()
        result = "/÷".contains(sign) ? .divide(result, next) : .multiply(result, next)
      }
      return result
    }

    private mutating func signed() throws(ExpressionError) -> Expression {
      var negative = false
      while let sign = take("+-−") { if sign != "+" { negative.toggle() } }
      if negative { try count() }
      let value = try power()
      return negative ? .negate(value) : value
    }

    private mutating func power() throws(ExpressionError) -> Expression {
      let base = try primary()
      guard take("^") != nil else { return base }
      try count()
      depth += 1
      defer { depth -= 1 }
      guard depth <= Self.deepest else { throw error("nested deeper than \(Self.deepest)") }
      return .power(base, try signed())
    }

    private mutating func primary() throws(ExpressionError) -> Expression {
      guard let next = peek() else { throw error("the expression ends where a value is expected") }
      if next == "(" {
        position += 1
        let inner = try sum()
        guard take(")") != nil else { throw error("expected ')'") }
        return inner
      }
      if next.isASCII && (next.isNumber || next == ".") { return .number(try number()) }
      if next == "∞" {
        position += 1
        return .number(.infinity)
      }
      if next.isLetter || next == "_" || next == "∂" {
        let name = identifier()
        guard take("(") != nil else { return .variable(name) }
        try count()
        var arguments: [Expression] = []
        if take(")") != nil { return .call(name, []) }
        repeat { arguments.append(try sum()) } while take(",") != nil
        guard take(")") != nil else { throw error("expected ',' or ')'") }
        return .call(name, arguments)
      }
      throw error("expected a number, a name or '(', found '\(next)'")
    }

    private mutating func identifier() -> String {
      let start = position
      while position < characters.count,
        characters[position].isLetter || characters[position].isNumber
          || "_'′∂".contains(characters[position])
      {
        position += 1
      }
      return String(characters[start..<position])
    }

    private mutating func number() throws(ExpressionError) -> Double {
      let start = position
      func digits() -> Bool {
        position < characters.count && characters[position].isASCII
          && characters[position].isNumber
      }
      while digits() { position += 1 }
      if position < characters.count, characters[position] == "." {
        position += 1
        while digits() { position += 1 }
      }
      if position < characters.count, "eE".contains(characters[position]) {
        let mark = position
        position += 1
        if position < characters.count, "+-".contains(characters[position]) { position += 1 }
        if digits() { while digits() { position += 1 } } else { position = mark }
      }
      let token = String(characters[start..<position])
      guard let value = Double(token), value.isFinite else {
        position = start
        throw error("'\(token)' is no finite number")
      }
      return value
    }
  }
}
