import Autodiff
import Foundation

extension LinearAlgebraSolver {
  func norm(_ key: String, _ index: String) -> Name {
    let symbol = MathNode.symbol(Symbol("‖A‖", index))
    return Name(key, whole: symbol) { _ in symbol }
  }

  mutating func norms() throws {
    writer.begin("Norms", "\(Term.norm)")
    let isVector = rows == 1 || columns == 1
    var names: [(String, String)] = []
    func put(_ key: String, _ index: String, _ text: String, _ result: String) throws {
      let formula = writer.formula(text)
      let name = norm(key, index)
      try indexed { try $0.define(name, formula, boxed: true) }
      names.append((result, key))
    }
    if isVector {
      writer.say("L1: the sum of the magnitudes.", "L1：绝对值之和。")
      try put("norm1", "1", "sum(abs(A))", "norm.l1")
      writer.say("L2: the length.", "L2：长度。")
      try put("norm2", "2", "sqrt(sum(A^2))", "norm.l2")
    } else {
      writer.say(
        "L1 of a matrix: the largest sum of magnitudes in a column.",
        "矩阵的 L1：各列绝对值之和的最大值。")
      let sums = Expression.call("sum#column", [.call("abs", [.variable("A")])])
      try indexed { try $0.define(Name("columns", Symbol("s")), sums) }
      let largest = Expression.call("maximum#all", [.variable("columns")])
      let name = norm("norm1", "1")
      try indexed { try $0.define(name, largest, boxed: true) }
      names.append(("norm.l1", "norm1"))
      writer.say(
        """
        L2 of a matrix (spectral norm): the largest \(Term.singularValue), the root of the largest \
        \(Term.eigenvalue) of AᵀA.
        """,
        """
        矩阵的 L2（谱范数）：最大的\(Term.singularValue)，即 AᵀA 最大\(Term.eigenvalue)的平方根。
        """)
      try defineSquare()
      try writer.define(norm("norm2", "2"), "σ_0", boxed: true)
      names.append(("norm.l2", "norm2"))
      writer.say(
        "The \(Term.frobenius): the root of the sum of all squares.",
        "\(Term.frobenius)：所有元素平方和的平方根。")
      try put("normF", "F", "sqrt(sum(A^2))", "norm.frobenius")
    }
    writer.say("Max: the largest magnitude.", "最大值范数：绝对值的最大值。")
    let largest = Expression.call("maximum#all", [.call("abs", [.variable("A")])])
    let name = norm("normMax", "max")
    try indexed { try $0.define(name, largest, boxed: true) }
    names.append(("norm.max", "normMax"))
    for (result, key) in names { writer.result(result, key) }
    let array = sheet.array("A")
    let values = (try? LinearAlgebra.singularValues(array).s.doubles) ?? []
    if !isVector {
      writer.compare(
        "the spectral norm against LAPACK's singular values", "谱范数与 LAPACK 的奇异值",
        [sheet.array("norm2").item], [values.first ?? .nan], tolerance: 1e-9)
    }
    writer.compare(
      "the sum of squares against the sum of squared singular values", "平方和与奇异值平方和",
      [sheet.array(isVector ? "norm2" : "normF").item],
      [values.reduce(0) { $0 + $1 * $1 }.squareRoot()])
  }

  /// AᵀA with its eigenvalues and the singular values σ.
  mutating func defineSquare() throws {
    if hasSquare { return }
    hasSquare = true
    let square = MathNode.infix(.matrixProduct, .transpose(letter("A")), letter("A"))
    try writer.define(
      Name("AtA", whole: square) { .symbol(Symbol("(AᵀA)").indexed($0.map { $0 + 1 })) },
      "matmul(transpose(A), A)")
    try writer.define(Name("eigen", Symbol("λ")), "eigenvalues(AtA)")
    try writer.define(Name("σ", Symbol("σ")), "sqrt(max(eigen, 0))")
  }

  mutating func singularValues() throws {
    writer.begin("Singular value decomposition", "\(Term.svd)")
    writer.say(
      """
      The \(Term.svd) A = U Σ Vᵀ: the columns of V are the \(Term.eigenvector)s of AᵀA, the \
      \(Term.singularValue)s the roots of its \(Term.eigenvalue)s (found numerically), and each \
      column of U is A·v/σ. The largest entry of each v is positive.
      """,
      """
      \(Term.svd) A = U Σ Vᵀ：V 的各列是 AᵀA 的\(Term.eigenvector)，\(Term.singularValue)\
      是其\(Term.eigenvalue)（用数值方法求得）的平方根，U 的各列为 A·v/σ。约定每个 v \
      绝对值最大的分量为正。
      """)
    try defineSquare()
    let values = sheet.array("σ").doubles
    guard values[0] > 0 else {
      writer.note(
        "All singular values are 0: A is the zero matrix, of rank 0.",
        "全部奇异值为 0：A 是零矩阵，秩为 0。")
      return
    }
    // AᵀA squares the condition: below √ε of the largest, a value cannot be told from 0.
    let rank = values.count { $0 > 1e-7 * values[0] }
    let width = columns
    sheet.teach("leading#") { arrays in
      let elements = arrays[0].doubles
      let size = arrays[0].shape[arrays[0].rank - 1]
      return arrays[0].rank == 1
        ? NDArray(Array(elements[0..<rank]))
        : NDArray(
          (0..<arrays[0].shape[0]).flatMap { row in
            (0..<rank).map { elements[row * size + $0] }
          }, shape: [arrays[0].shape[0], rank])
    }
    writer.symbol(
      letter("V"), "right singular vectors, columns", "右奇异向量，按列", [width, rank])
    writer.symbol(letter("U"), "left singular vectors, columns", "左奇异向量，按列", [rows, rank])
    let all = Name(matrix: "V", "V")
    if rank == width {
      try writer.define(all, "eigenvectors(AtA)", boxed: true)
    } else {
      writer.note(
        """
        The rank, the number of values above 0, is \(rank) of \(width): only so many columns are \
        needed.
        """,
        "\(width) 个值中有 \(rank) 个大于 0：秩为 \(rank)，只需相应的 \(rank) 列。")
      try writer.define(all, "leading(eigenvectors(AtA))", boxed: true)
    }
    let kept = rank == width ? "σ" : "leading(σ)"
    try writer.define(Name(matrix: "Σ", "Σ"), "diag(\(kept))", boxed: true)
    try writer.define(
      Name(matrix: "U", "U"), "matmul(matmul(A, V), diag(1 / \(kept)))", boxed: true)
    writer.solution.results.append(
      ("singular-values", Value(shape: [rank], elements: Array(values[0..<rank]))))
    writer.result("left-singular-vectors", "U")
    writer.result("right-singular-vectors", "V")
    let whole = sheet.array("U").matmul(sheet.array("Σ")).matmul(sheet.array("V").transposed())
    writer.compare(
      "U Σ Vᵀ against A", "U Σ Vᵀ 与 A", whole.doubles, sheet.array("A").doubles, tolerance: 1e-7)
    let other = (try? LinearAlgebra.singularValues(sheet.array("A")).s.doubles) ?? []
    writer.compare(
      "the singular values against LAPACK's", "奇异值与 LAPACK", Array(values[0..<rank]),
      Array(other.prefix(rank)), tolerance: 1e-8)
  }
}
