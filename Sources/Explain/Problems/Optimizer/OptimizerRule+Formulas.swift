import Autodiff

extension OptimizerRule {
  /// The rule's assignments with its letters, w any parameter and g its gradient.
  func generalFormulas(_ convention: ExplainOptions.Convention) -> [Block] {
    if case .newton = self {
      func bold(_ letter: String) -> MathNode { .symbol(Symbol(letter, isMatrix: true)) }
      let w = bold("w")
      return [
        .formula(.infix(.equals, .infix(.matrixProduct, bold("H"), bold("d")), bold("g"))),
        .formula(
          .infix(
            .assigned, w, .infix(.minus, w, .infix(.times, .symbol(Symbol("η")), bold("d"))))),
      ]
    }
    func symbol(_ name: String) -> MathNode {
      let plain = name.replacing("′", with: "")
      let scalars = Array(plain.unicodeScalars)
      if scalars.count == 2, scalars[1] == "\u{302}" {
        return .symbol(Symbol(String(scalars[0]), accent: .hat))
      }
      if plain == "β1" || plain == "β2" { return .symbol(Symbol("β", String(plain.last!))) }
      return .symbol(Symbol(plain))
    }
    let setting = MathSetting(
      variable: symbol, isMatrix: { _ in false }, number: NumberText.shortest)
    var lines: [Block] = []
    if case .nesterov = self, convention == .course {
      lines.append(
        .formula(
          .infix(
            .equals, .symbol(Symbol("w", accent: .tilde)),
            .infix(
              .plus, .symbol(Symbol("w")),
              .infix(.times, .symbol(Symbol("μ")), .symbol(Symbol("v")))))))
    }
    // t stands for the step in Adam's powers.
    for assignment in assignments(step: 1, convention: convention) {
      let text = assignment.formula.replacing("β1 ^ 1", with: "β1 ^ t")
        .replacing("β2 ^ 1", with: "β2 ^ t")
      guard let formula = try? Expression(parsing: text) else { continue }
      lines.append(.formula(.infix(.assigned, symbol(assignment.target), formula.math(setting))))
    }
    return lines
  }
}
