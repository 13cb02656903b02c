/// A polynomial of a few variables, as it is typed and as a prompt has it.
struct Polynomial {
  /// A product of powers with its coefficient.
  struct Term {
    let coefficient: Double
    let powers: [(String, Int)]
  }

  /// The terms in order; those with coefficient 0 are not written.
  let terms: [Term]

  /// - Parameter terms: Coefficients with the powers of variables: `(2, ["x": 2])` is 2x².
  init(_ terms: [(Double, [(String, Int)])]) {
    self.terms = terms.filter { $0.0 != 0 }.map { Term(coefficient: $0.0, powers: $0.1) }
  }

  /// The polynomial as the parser reads it: `2*x^2 - 3*x*y`.
  var typed: String {
    text(product: "*", minus: "-") { $1 == 1 ? $0 : "\($0)^\($1)" }
  }

  /// The polynomial as a prompt has it: 2x² − 3xy.
  var prompted: String {
    let raised = ["", "", "²", "³", "⁴", "⁵", "⁶"]
    return text(product: "", minus: "−") { $0 + raised[$1] }
  }

  private func text(
    product: String, minus: String, power: (String, Int) -> String
  ) -> String {
    var result = ""
    for term in terms {
      let isNegative = term.coefficient < 0
      if result.isEmpty {
        result += isNegative ? minus : ""
      } else {
        result += isNegative ? " \(minus) " : " + "
      }
      var factors = term.powers.map { power($0.0, $0.1) }
      let size = term.coefficient.magnitude
      if size != 1 || factors.isEmpty { factors.insert(size.prompted, at: 0) }
      result += factors.joined(separator: product)
    }
    return result
  }
}
