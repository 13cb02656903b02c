import Autodiff
import Foundation

extension LinearAlgebraSolver {
  /// The cofactor C_ij as a formula of entries.
  func cofactor(_ row: Int, _ column: Int) -> String {
    let others = (0..<rows).filter { $0 != row }
    let rest = (0..<rows).filter { $0 != column }
    let sign = (row + column) % 2 == 0 ? "" : "-"
    if rows == 2 { return sign + a(others[0], rest[0]) }
    return sign
      + "(\(a(others[0], rest[0])) * \(a(others[1], rest[1])) - \(a(others[0], rest[1])) * \(a(others[1], rest[0])))"
  }

  func cofactorName(_ row: Int, _ column: Int) -> Name {
    Name(scalar: "C\(row)\(column)", Symbol("C", "\(row + 1)", "\(column + 1)"))
  }

  mutating func defineDeterminant(boxed: Bool) throws {
    if hasDeterminant { return }
    hasDeterminant = true
    let name = call("det", "det")
    switch rows {
    case 1: try writer.define(name, a(0, 0), boxed: boxed)
    case 2:
      try writer.define(
        name, "\(a(0, 0)) * \(a(1, 1)) - \(a(0, 1)) * \(a(1, 0))", boxed: boxed)
    default:
      for column in 0..<rows { try writer.define(cofactorName(0, column), cofactor(0, column)) }
      try writer.define(
        name, (0..<rows).map { "\(a(0, $0)) * C0\($0)" }.joined(separator: " + "), boxed: boxed)
    }
  }

  mutating func determinant() throws {
    writer.begin("Determinant", "\(Term.determinant)")
    switch rows {
    case 3:
      writer.say(
        """
        The \(Term.determinant), expanded along the first row: each entry times its \
        \(Term.cofactor), which is the 2×2 determinant that is left without the entry's row and \
        column, with the sign (−1)^(i+j).
        """,
        """
        按第一行展开\(Term.determinant)：每个元素乘以它的\(Term.cofactor)，\
        即划去该元素所在行列后剩下的 2×2 行列式，符号为 (−1)^(i+j)。
        """)
    case 2:
      writer.say(
        "The \(Term.determinant): product of the diagonal minus product of the other diagonal.",
        "\(Term.determinant)：主对角线之积减去副对角线之积。")
    default: break
    }
    try defineDeterminant(boxed: true)
    writer.result("determinant", "det")
    writer.compare(
      "the determinant against LAPACK's LU factorisation", "行列式与 LAPACK 的 LU 分解",
      [sheet.array("det").item],
      [(try? LinearAlgebra.determinant(sheet.array("A")).item) ?? .nan],
      tolerance: 1e-12 * max(1, hadamardBound))
  }

  /// What the determinant's terms are up to: the product of the rows' lengths.
  var hadamardBound: Double {
    problem.matrix.map { row in row.reduce(0) { $0 + $1 * $1 }.squareRoot() }.reduce(1, *)
  }

  static func cofactors(of array: NDArray) -> NDArray {
    let size = array.shape[0]
    let elements = array.doubles
    func minor(_ row: Int, _ column: Int) -> Double {
      let rows = (0..<size).filter { $0 != row }
      let columns = (0..<size).filter { $0 != column }
      func at(_ i: Int, _ j: Int) -> Double { elements[rows[i] * size + columns[j]] }
      switch size {
      case 1: return 1
      case 2: return at(0, 0)
      default: return at(0, 0) * at(1, 1) - at(0, 1) * at(1, 0)
      }
    }
    return NDArray(
      (0..<size * size).map { place in
        let (row, column) = (place / size, place % size)
        return (row + column) % 2 == 0 ? minor(row, column) : -minor(row, column)
      }, shape: [size, size])
  }

  mutating func inverse() throws {
    writer.begin("Inverse", "\(Term.inverse)")
    try defineDeterminant(boxed: false)
    let determinant = sheet.array("det").item
    guard abs(determinant) > 1e-13 * hadamardBound else {
      writer.note(
        """
        The \(Term.determinant) is 0: the matrix is \(Term.singular), its rows are linearly \
        dependent, and it has no \(Term.inverse).
        """,
        """
        \(Term.determinant)为 0：矩阵\(Term.singular)，各行线性相关，没有\(Term.inverse)。
        """)
      return
    }
    if rows > 1 {
      writer.say("All \(Term.cofactor)s:", "全部\(Term.cofactor)：")
      for row in 0..<rows {
        for column in 0..<rows where !(rows == 3 && row == 0) {
          try writer.define(cofactorName(row, column), cofactor(row, column))
        }
      }
    }
    writer.say(
      """
      The \(Term.adjugate) is the transposed matrix of the cofactors; the \(Term.inverse) is the \
      adjugate over the determinant.
      """,
      "\(Term.adjugate)是代数余子式矩阵的转置；\(Term.inverse)等于伴随矩阵除以行列式。")
    try writer.define(Name("cof", Symbol("C")), "cofactors(A)")
    try writer.define(call("adj", "adj"), "transpose(cof)")
    let name = Name("inv", whole: .power(letter("A"), .number("-1"))) { index in
      .symbol(Symbol("(A⁻¹)").indexed(index.map { $0 + 1 }))
    }
    try writer.define(name, "1 / det * adj", boxed: true)
    writer.say(
      "Proof: A times its inverse is the identity, up to rounding.", "验证：A 乘以逆矩阵得单位矩阵（在舍入误差内）。")
    let product = MathNode.infix(.matrixProduct, letter("A"), name.whole)
    try writer.define(Name("unit", whole: product) { _ in product }, "matmul(A, inv)")
    writer.result("inverse", "inv")
    // Errors of an inverse grow with the condition number.
    let scale = problem.matrix.flatMap { $0 }.map { abs($0) }.max()!
    let condition = scale * sheet.array("inv").doubles.map { abs($0) }.max()! * Double(rows)
    writer.compare(
      "the inverse against LAPACK's", "逆矩阵与 LAPACK", sheet.array("inv").doubles,
      (try? LinearAlgebra.inverse(sheet.array("A")).doubles) ?? [],
      tolerance: max(1e-12, 1e-14 * condition))
    let gradient = determinantGradient
    writer.compare(
      "the cofactors against the tape's gradient of det(A)",
      "代数余子式与计算带上 det(A) 的梯度", sheet.array("cof").doubles, gradient,
      tolerance: max(1e-12, 1e-14 * condition))
  }

  var determinantGradient: [Double] {
    let snapshot = try? GraphSnapshot(of: [("A", sheet.array("A"))]) { try $0[0].determinant() }
    return snapshot?.nodes.first { $0.name == "A" }?.gradient?.doubles ?? []
  }
}
