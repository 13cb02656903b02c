/// A derivation as rows of `aligned`: symbol & = formula \\ & = numbers put in \\ & = value.
struct LaTeXDerivation {
  let math: LaTeXMath
  /// The longest row, in digits.
  static let longest = 72

  /// The rows of a step, with the result in a box where the step says so.
  ///
  /// - Parameters:
  ///   - step: The step.
  ///   - exact: What stands before the digits that rounding has changed, as LaTeX.
  func text(_ step: Step, exact: String) -> String {
    let work = Derivation(step)
    let left = math.text(work.symbol)
    let room = LaTeXDerivation.longest - work.symbol.setWidth - 3
    func remark(_ slice: String?, _ node: MathNode) -> String {
      "\\text{(\(exact)}\\;\(slice.map(Self.index) ?? "")\(math.text(node))\\text{)}"
    }
    if work.isShort {
      let lines = work.lines.map { line in
        let value = math.text(line.node)
        return math.text(line.relation, isNumeric: false)
          + (line.isResult && step.isBoxed ? "\\boxed{\(value)}" : value)
      }
      return left + lines.joined()
        + work.exact.map { "\\quad " + remark($0.slice, $0.node) }.joined()
    }
    var rows: [String] = []
    for line in work.lines {
      let sign = line.slice.map(Self.index) ?? ""
      let relation = "&\(sign)\(math.text(line.relation, isNumeric: false))"
      if line.isResult {
        let value = math.text(line.node)
        rows.append(relation + (step.isBoxed ? "\\boxed{\(value)}" : value))
      } else {
        rows += broken(line.node, room: room).enumerated().map { index, row in
          index == 0 ? relation + row : "&\\quad " + row
        }
      }
    }
    for (slice, node) in work.exact {
      let row = remark(slice, node)
      if case .number = node {
        rows[rows.count - 1] += "\\quad " + row
      } else {
        rows.append("&\\quad " + row)
      }
    }
    return aligned([left + " " + (rows.first ?? "&")] + rows.dropFirst())
  }

  /// The place of a slice, small.
  static func index(_ slice: String) -> String {
    "{\\scriptstyle \(slice.replacing(":", with: "\\mathord{:}"))}"
  }

  /// A formula, with the sides of an equation below each other where they are long.
  func text(_ node: MathNode) -> String {
    let sides = node.sides
    guard node.setWidth > LaTeXDerivation.longest else { return math.text(node) }
    guard sides.count > 1 else {
      let rows = broken(node, room: LaTeXDerivation.longest)
      return aligned(rows.enumerated().map { $0 == 0 ? "&" + $1 : "&\\quad " + $1 })
    }
    let room = LaTeXDerivation.longest - sides[0].node.setWidth - 3
    let rows = sides.dropFirst().flatMap { side in
      broken(side.node, room: room).enumerated().map { index, row in
        index == 0
          ? "&" + math.text(side.relation ?? .equals, isNumeric: false) + row : "&\\quad " + row
      }
    }
    return aligned([math.text(sides[0].node) + " " + rows[0]] + rows.dropFirst())
  }

  /// A formula in rows, broken before operators.
  func broken(_ node: MathNode, room: Int) -> [String] {
    guard node.setWidth > room else { return [math.text(node)] }
    var rows: [String] = []
    var row = ""
    var used = 0
    for part in node.parts {
      let needed = part.node.setWidth + 3
      if !row.isEmpty, used + needed > room {
        rows.append(row)
        (row, used) = ("", 0)
      }
      row += part.sign.map { math.text($0, isNumeric: part.isNumeric) } ?? ""
      row += math.text(part.node)
      used += needed
    }
    return rows + [row]
  }

  private func aligned(_ rows: [String]) -> String {
    "\\begin{aligned}\n" + rows.joined(separator: " \\\\\n") + "\n\\end{aligned}"
  }
}
