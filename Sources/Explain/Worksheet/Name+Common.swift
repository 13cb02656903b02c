extension Name {
  /// Rows of samples or tokens: entries carry unit j as subscript and, where there are several
  /// rows, the row as ⟨n⟩.
  static func rows(
    _ key: String, _ base: String, count: Int, accent: Symbol.Accent? = nil
  ) -> Name {
    let whole = Symbol(base.uppercased(), accent: accent, isMatrix: true)
    return Name(key, whole: .symbol(whole)) { index in
      .symbol(
        Symbol(
          base, "\(index.last! + 1)", accent: accent, sample: count > 1 ? index[0] + 1 : nil))
    }
  }

  /// A number of each unit, such as a mean.
  static func units(_ key: String, _ base: String, power: Int? = nil) -> Name {
    func node(_ symbol: Symbol) -> MathNode {
      power.map { .power(.symbol(symbol), .number("\($0)")) } ?? .symbol(symbol)
    }
    return Name(key, whole: node(Symbol(base, isMatrix: true))) { index in
      node(Symbol(base, "\(index.last! + 1)"))
    }
  }

  /// A number of each row, such as a sum.
  static func perRow(_ key: String, _ base: String, count: Int) -> Name {
    Name(key, whole: .symbol(Symbol(base, isMatrix: true))) { index in
      .symbol(Symbol(base, sample: count > 1 ? index[0] + 1 : nil))
    }
  }

  /// Images [N, C, H, W]: entries carry row and column, the channel before them where there are
  /// several.
  static func image(_ key: String, _ base: String, channels: Int) -> Name {
    Name(key, whole: .symbol(Symbol(base.uppercased(), isMatrix: true))) { index in
      var symbol = Symbol(base)
      symbol.subscripts = index.suffix(channels > 1 ? 3 : 2).map { "\($0 + 1)" }
      return .symbol(symbol)
    }
  }

  /// The same where the gradient goes by another symbol than ∂L/∂name.
  func withGradient(
    _ whole: MathNode, _ entry: @escaping ([Int]) -> MathNode
  ) -> Name {
    var copy = self
    copy.gradient = { index in index.map(entry) ?? whole }
    return copy
  }
}

extension Array where Element == Step {
  /// The steps as blocks, boxed where they are results.
  func blocks(boxed: Bool = false) -> [Block] {
    map { step in
      var step = step
      step.isBoxed = boxed
      return .step(step)
    }
  }
}

extension CheckReport.Line {
  /// The comparison that every kind with derivatives makes.
  static func differences(_ disagreement: Double) -> CheckReport.Line {
    CheckReport.Line(
      what: Prose(
        en: "gradients of the tape against \(Term.centralDifference)s",
        zh: "计算带的梯度与\(Term.centralDifference)"),
      disagreement: disagreement, tolerance: DifferenceCheck.tolerance)
  }

  /// A comparison with another way to the same numbers.
  static func numbers(
    _ what: Prose, _ own: [Double], _ other: [Double], tolerance: Double = 1e-12
  ) -> CheckReport.Line {
    let scale = Swift.max(1, other.map { abs($0) }.max() ?? 0)
    var worst = own.count == other.count ? 0.0 : .infinity
    for (a, b) in zip(own, other) where !(abs(a - b) / scale <= worst) {
      worst = abs(a - b) / scale
    }
    return CheckReport.Line(what: what, disagreement: worst, tolerance: tolerance)
  }
}

extension ProblemError {
  /// An error where a number is not finite or too large to calculate with.
  static func checkFinite(_ numbers: [Double], _ place: String) throws {
    if let wrong = numbers.first(where: { !$0.isFinite || abs($0) > 1e12 }) {
      throw ProblemError(place, "found \(wrong), expected numbers from -1e12 to 1e12")
    }
  }
}
