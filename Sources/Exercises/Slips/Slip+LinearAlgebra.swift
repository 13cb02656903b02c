import Explain

// Slips of matrices and principal components.

extension Slip {
  static let linearAlgebra = [
    determinantSign,
    Slip(
      "not-divided", Words(en: "the adjugate not divided by the determinant", zh: "伴随矩阵没有除以行列式")
    ) { context in
      guard context.line.calculation.key == "inv", case .divide(let top, _) = context.formula
      else { return nil }
      return top
    },
    Slip("cofactor-sign", Words(en: "the sign of a cofactor", zh: "代数余子式的符号错误")) { context in
      guard context.line.calculation.key.hasPrefix("C") else { return nil }
      return .negate(context.formula)
    },
    Slip("not-transposed", Words(en: "the cofactors not transposed", zh: "代数余子式矩阵没有转置")) {
      context in
      guard context.line.calculation.key == "adj" else { return nil }
      return context.formula.rewriting { part in
        if part.calledFunction == "transpose", case .call(_, let arguments) = part {
          arguments[0]
        } else {
          nil
        }
      }
    },
    rootLeftOut,
  ]

  static func components(divisor: Int, other: Int) -> [Slip] {
    [
      Slip("not-centred", Words(en: "the data not centred", zh: "数据没有中心化")) { context in
        guard context.line.calculation.key == "Z", case .subtract(let data, _) = context.formula
        else { return nil }
        return data
      },
      Slip(
        "divisor",
        Words(en: "the wrong divisor, n for n − 1 or the reverse", zh: "除数错误（n 与 n − 1 混淆）")
      ) {
        context in
        guard context.line.calculation.key == "C" else { return nil }
        return context.formula.rewriting { part in
          if case .divide(let top, .number(Double(divisor))) = part {
            .divide(top, .number(Double(other)))
          } else {
            nil
          }
        }
      }, determinantSign, rootLeftOut,
    ]
  }
}
