import Autodiff

/// Writes the worked solution of a principal component analysis.
struct PrincipalComponentSolver {
  let problem: PrincipalComponentProblem
  private let samples: Int
  private let dimensions: Int
  private var writer: SolutionWriter
  private var sheet: Worksheet { writer.sheet }
  /// What the covariance divides by, and how it is written.
  private let divisor: Int
  private let divisorText: String
  private var rank = 0

  init(_ problem: PrincipalComponentProblem, _ options: ExplainOptions) throws {
    try problem.validate()
    self.problem = problem
    (samples, dimensions) = (problem.data.count, problem.data[0].count)
    divisor = problem.divisor == .n ? samples : samples - 1
    divisorText = problem.divisor == .n ? "n" : "n − 1"
    writer = SolutionWriter(
      PrincipalComponentProblem.kind,
      problem.title
        ?? Prose(
          en: "Principal components of \(problem.data.count) samples",
          zh: "\(problem.data.count) 个样本的主成分"), options, isIndexed: false)
    writer.teachSymmetricEigen()
    sheet.teach("sum#column") { $0[0].sum(axes: [0]) }
    sheet.teach("trace#") { arrays in
      let size = arrays[0].shape[0]
      let elements = arrays[0].doubles
      return NDArray((0..<size).reduce(0) { $0 + elements[$1 * size + $1] })
    }
    sheet.teach("oriented#") { Self.oriented($0[0]) }
  }

  /// Columns with their entry of largest magnitude made positive.
  private static func oriented(_ array: NDArray) -> NDArray {
    let (rows, columns) = (array.shape[0], array.shape[1])
    var elements = array.doubles
    for column in 0..<columns {
      let sizes = (0..<rows).map { abs(elements[$0 * columns + column]) }
      let place = sizes.firstIndex { $0 >= sizes.max()! * (1 - 1e-8) }!
      if elements[place * columns + column] < 0 {
        for row in 0..<rows { elements[row * columns + column] *= -1 }
      }
    }
    let least = 8 * Double.ulpOfOne * (elements.map { abs($0) }.max() ?? 0)
    return NDArray(elements.map { abs($0) <= least ? 0 : $0 }, shape: array.shape)
  }

  private func letter(_ base: String, _ accent: Symbol.Accent? = nil) -> MathNode {
    .symbol(Symbol(base, accent: accent, isMatrix: true))
  }

  private mutating func indexed(_ body: (inout SolutionWriter) throws -> Void) rethrows {
    sheet.isIndexed = true
    defer { sheet.isIndexed = false }
    try body(&writer)
  }

  mutating func solve() throws -> Solution {
    try center()
    if samples < dimensions {
      try byGram()
    } else {
      try byCovariance()
    }
    try project()
    check()
    return writer.finished()
  }

  // MARK: Parts

  private mutating func center() throws {
    writer.symbol(letter("X"), "data, a row a sample", "数据，每行一个样本", [samples, dimensions])
    writer.symbol(
      .symbol(Symbol("μ", isMatrix: true)), "mean of each column", "各列的均值", [dimensions])
    writer.symbol(letter("X", .tilde), "centred data", "中心化后的数据", [samples, dimensions])
    writer.begin("Given", "已知")
    writer.say(
      """
      \(Term.pca.capitalized) looks for the directions along which the projected data have the largest \
      \(Term.variance). There are n = \(samples) samples of \(dimensions) dimensions.
      """,
      """
      \(Term.pca)寻找使投影数据\(Term.variance)最大的方向。共有 n = \(samples) 个样本，\
      维数为 \(dimensions)。
      """)
    writer.give(Name(matrix: "X", "X"), NDArray(matrix: problem.data))
    writer.begin("Centring", "中心化")
    writer.say("The mean of each column is subtracted:", "减去各列的均值：")
    let sum = Expression.call("sum#column", [.variable("X")])
    let count = samples
    try indexed {
      try $0.define(Name("μ", Symbol("μ")), .divide(sum, .number(Double(count))))
    }
    try writer.define(Name(matrix: "Z", "X", accent: .tilde), "X - μ")
  }

  private mutating func byCovariance() throws {
    writer.begin("Covariance", "\(Term.covariance)")
    writer.say(
      """
      The \(Term.covariance), divided by \(divisorText) = \(divisor)\(problem.divisor == .n ? "" : ", which makes it unbiased"):
      """,
      """
      \(Term.covariance)，除以 \(divisorText) = \(divisor)\(problem.divisor == .n ? "" : "（无偏估计）")：
      """)
    writer.symbol(
      letter("C"), "\(Term.covariance)", "\(Term.covariance)", [dimensions, dimensions])
    try writer.define(
      Name(matrix: "C", "C"), "matmul(transpose(Z), Z) / \(divisor)", boxed: true)
    writer.result("covariance", "C")

    writer.begin("Eigenvalues and eigenvectors", "特征值与特征向量")
    writer.say(
      """
      The variance along a unit vector v is vᵀ C v. It is largest for the \(Term.eigenvector) of the \
      largest \(Term.eigenvalue), and the eigenvalue is that variance: C v = λ v.
      """,
      """
      沿单位向量 v 的方差为 vᵀ C v。它在最大\(Term.eigenvalue)的\(Term.eigenvector)方向上取最大值，\
      特征值就是该方差：C v = λ v。
      """)
    if dimensions == 2 {
      writer.say(
        "From the characteristic polynomial λ² − tr(C)·λ + det(C) = 0:",
        "由特征多项式 λ² − tr(C)·λ + det(C) = 0：")
      func call(_ key: String, _ function: String) -> Name {
        let node = MathNode.call(function, [letter("C")])
        return Name(key, whole: node) { _ in node }
      }
      try writer.define(call("tr", "tr"), "C_0 + C_3")
      try writer.define(call("det", "det"), "C_0 * C_3 - C_1 * C_2")
      try writer.define(
        Name(scalar: "root", Symbol("s")), "sqrt(max(tr^2 - 4 * det, 0))")
      try writer.define(Name(scalar: "λ1", Symbol("λ", "1")), "(tr + root) / 2")
      try writer.define(Name(scalar: "λ2", Symbol("λ", "2")), "(tr - root) / 2")
      writer.say("The same, and the vectors, numerically:", "用数值方法得到相同的特征值及特征向量：")
    }
    try writer.define(Name("all", Symbol("λ")), "eigenvalues(C)")
    try keep()
    let vectors = rank == dimensions ? "eigenvectors(C)" : "leading(eigenvectors(C))"
    try writer.define(Name(matrix: "V", "V"), vectors, boxed: true)
    signs()
  }

  private mutating func describeComponents() {
    writer.symbol(
      .symbol(Symbol("λ", isMatrix: true)), "\(Term.eigenvalue)s, from the largest",
      "\(Term.eigenvalue)，由大到小",
      [rank])
    writer.symbol(
      letter("V"), "\(Term.component)s, columns", "\(Term.component)，按列", [dimensions, rank])
  }

  /// The eigenvalues above 0, or as many as are asked for.
  private mutating func keep() throws {
    let values = sheet.array("all").doubles
    let above = values.count { $0 > 1e-10 * values[0] }
    rank = min(problem.components ?? above, above)
    let count = rank
    describeComponents()
    sheet.teach("leading#") { arrays in
      let elements = arrays[0].doubles
      let size = arrays[0].shape[arrays[0].rank - 1]
      return arrays[0].rank == 1
        ? NDArray(Array(elements[0..<count]))
        : NDArray(
          (0..<arrays[0].shape[0]).flatMap { row in
            (0..<count).map { elements[row * size + $0] }
          }, shape: [arrays[0].shape[0], count])
    }
    if count < values.count {
      writer.say(
        "The leading \(count) of the \(values.count) are kept (“leading” takes the first ones):",
        "保留 \(values.count) 个中的前 \(count) 个（leading）：")
      try writer.define(Name("λ", Symbol("λ")), "leading(all)")
    } else {
      sheet.alias("λ", to: "all")
    }
    for index in 1..<max(count, 1) where values[index - 1] - values[index] < 1e-9 * values[0] {
      writer.note(
        "Two eigenvalues are equal: any basis of their plane would do.",
        "有两个特征值相等：其平面内任何一组基都可以。")
      break
    }
  }

  private mutating func signs() {
    writer.note(
      """
      A vector's sign is free. By convention here the entry of largest magnitude is positive; another \
      book's V may have columns times −1.
      """,
      """
      特征向量的符号可任取。此处约定绝对值最大的分量为正；其他教材的 V 可能相差一个负号。
      """)
  }

  private mutating func byGram() throws {
    writer.begin("The XXᵀ trick", "XXᵀ 技巧")
    writer.say(
      """
      There are fewer samples (\(samples)) than dimensions (\(dimensions)). The covariance X̃ᵀX̃ would \
      be \(dimensions)×\(dimensions); X̃X̃ᵀ is only \(samples)×\(samples) and has the same \
      \(Term.eigenvalue)s other than 0, for X̃X̃ᵀu = cu gives X̃ᵀX̃(X̃ᵀu) = c(X̃ᵀu).
      """,
      """
      样本数（\(samples)）少于维数（\(dimensions)）。协方差 X̃ᵀX̃ 为 \(dimensions)×\(dimensions)，\
      而 X̃X̃ᵀ 只有 \(samples)×\(samples)，且非零\(Term.eigenvalue)相同：由 X̃X̃ᵀu = cu 可得 \
      X̃ᵀX̃(X̃ᵀu) = c(X̃ᵀu)。
      """)
    writer.say("Divided by \(divisorText) = \(divisor):", "除以 \(divisorText) = \(divisor)：")
    writer.symbol(
      letter("K"), "X̃X̃ᵀ over \(divisorText)", "X̃X̃ᵀ 除以 \(divisorText)", [samples, samples])
    try writer.define(
      Name(matrix: "K", "K"), "matmul(Z, transpose(Z)) / \(divisor)", boxed: true)
    writer.say(
      "The \(Term.eigenvalue)s of K are the roots of det(K − λI) = 0, the largest first:",
      "K 的\(Term.eigenvalue)是 det(K − λI) = 0 的根，由大到小：")
    try writer.define(Name("all", Symbol("λ")), "eigenvalues(K)")
    writer.say(
      "Centred data have rank \(samples - 1) at most, so the last eigenvalue is 0.",
      "中心化数据的秩至多为 \(samples - 1)，所以最后一个特征值为 0。")
    try keep()
    writer.symbol(
      letter("U"), "unit \(Term.eigenvector)s of K, columns", "K 的单位\(Term.eigenvector)，按列",
      [samples, rank])
    writer.say(
      "Their unit \(Term.eigenvector)s u, solutions of (K − λI)u = 0, are the columns of U:",
      "相应的单位\(Term.eigenvector) u 是 (K − λI)u = 0 的解，构成 U 的各列：")
    try writer.define(Name(matrix: "U", "U"), "leading(eigenvectors(K))")
    writer.say(
      """
      Back to the \(Term.eigenvector)s of the covariance: v = X̃ᵀu, over its length √(\(problem.divisor == .n ? "n" : "(n − 1)")·λ), \
      oriented so that the entry of largest magnitude is positive.
      """,
      """
      换回协方差的\(Term.eigenvector)：v = X̃ᵀu，除以其长度 √(\(problem.divisor == .n ? "n" : "(n − 1)")·λ)，\
      并取绝对值最大的分量为正。
      """)
    try writer.define(
      Name(matrix: "V", "V"),
      "oriented(matmul(matmul(transpose(Z), U), diag(1 / sqrt(\(divisor) * λ))))", boxed: true)
    signs()
  }

  private mutating func project() throws {
    writer.begin("Projection", "投影")
    writer.say(
      "The \(Term.score)s are the coordinates along the components:",
      "\(Term.score)是数据沿各主成分的坐标：")
    writer.symbol(letter("T"), "\(Term.score)s", "\(Term.score)", [samples, rank])
    try writer.define(Name(matrix: "T", "T"), "matmul(Z, V)", boxed: true)
    writer.symbol(.symbol(Symbol("S")), "total variance", "总方差")
    writer.symbol(
      .symbol(Symbol("ρ")), "share of each component in S", "各主成分在 S 中的比例", [rank])
    writer.begin("Explained variance", "\(Term.explainedVariance)")
    writer.say(
      """
      The \(Term.explainedVariance) of a component is its eigenvalue's share in the total variance, \
      the sum of all eigenvalues:
      """,
      "每个主成分的\(Term.explainedVariance)是其特征值在总方差（全部特征值之和）中所占的比例：")
    let sum = Expression.call("sum#", [.variable("all")])
    try indexed {
      try $0.define(Name(scalar: "total", Symbol("S")), sum)
      try $0.define(
        Name("ratio", Symbol("ρ")), .divide(.variable("λ"), .variable("total")), boxed: true)
    }
    if rank < sheet.array("all").elementCount, problem.components != nil {
      let kept = sheet.array("ratio").doubles.reduce(0, +)
      writer.say(
        "Together the \(rank) kept explain \(NumberText.brief(kept)) of the variance.",
        "保留的 \(rank) 个主成分共解释方差的 \(NumberText.brief(kept))。")
    }
    writer.result("mean", "μ")
    writer.result("eigenvalues", "λ")
    writer.result("components", "V")
    writer.result("scores", "T")
    writer.result("explained-variance-ratio", "ratio")
  }

  // MARK: Check

  private mutating func check() {
    let z = sheet.array("Z")
    let v = sheet.array("V")
    let values = sheet.array("λ").doubles
    let covariance = z.transposed().matmul(z) / NDArray(Double(divisor))
    let left = covariance.matmul(v)
    let elements = v.doubles
    let right = elements.indices.map { elements[$0] * values[$0 % rank] }
    let scale = max(1, values[0])
    writer.check(
      "C·V against V·diag(λ)", "C·V 与 V·diag(λ)",
      zip(left.doubles, right).map { abs($0 - $1) }.max()! / scale, tolerance: 1e-9)
    // In X̃ᵀu/√λ the rounding of the largest directions weighs on the smallest.
    let spread = max(1e-9, 1e-14 * values[0] / values[rank - 1])
    let unit = v.transposed().matmul(v).doubles
    writer.compare(
      "VᵀV against the identity", "VᵀV 与单位矩阵", unit,
      unit.indices.map { $0 / rank == $0 % rank ? 1 : 0 }, tolerance: spread)
    let singular = (try? LinearAlgebra.singularValues(z).s.doubles) ?? []
    writer.compare(
      "the eigenvalues against LAPACK's squared singular values of X̃",
      "特征值与 LAPACK 求得的 X̃ 奇异值的平方", values,
      singular.prefix(rank).map { $0 * $0 / Double(divisor) }, tolerance: 1e-9)
    if dimensions == 2, samples >= dimensions {
      let both = [sheet.array("λ1").item, sheet.array("λ2").item]
      writer.compare(
        "the polynomial's zeros against the eigenvalues", "特征多项式的根与特征值",
        Array(both.prefix(rank)), values, tolerance: 1e-7)
    }
  }
}
