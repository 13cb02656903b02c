import Autodiff
import Foundation

/// Writes the worked solution of calculations with a matrix.
struct LinearAlgebraSolver {
  let problem: LinearAlgebraProblem
  let tasks: [LinearAlgebraProblem.Task]
  private let rows: Int
  private let columns: Int
  private var writer: SolutionWriter
  private var sheet: Worksheet { writer.sheet }
  private var hasDeterminant = false
  private var hasTrace = false
  private var hasSquare = false

  init(_ problem: LinearAlgebraProblem, _ options: ExplainOptions) throws {
    self.problem = problem
    tasks = try problem.validated()
    (rows, columns) = (problem.matrix.count, problem.matrix[0].count)
    writer = SolutionWriter(
      LinearAlgebraProblem.kind,
      problem.title
        ?? Prose(
          en: "Calculations with a \(problem.matrix.count)×\(problem.matrix[0].count) matrix",
          zh: "\(problem.matrix.count)×\(problem.matrix[0].count) 矩阵的手算"), options,
      isIndexed: false)
    writer.teachSymmetricEigen()
    sheet.teach("maximum#all") { NDArray($0[0].doubles.max() ?? 0) }
    sheet.teach("sum#column") { $0[0].sum(axes: [0]) }
    sheet.teach("trace#") { arrays in
      let size = arrays[0].shape[0]
      let elements = arrays[0].doubles
      return NDArray((0..<size).reduce(0) { $0 + elements[$1 * size + $1] })
    }
    sheet.teach("cofactors#") { Self.cofactors(of: $0[0]) }
    sheet.teach("root#") { arrays in
      NDArray(Self.isolatedRoot(arrays[0].item, arrays[1].item, arrays[2].item))
    }
  }

  mutating func solve() throws -> Solution {
    writer.begin("Given", "已知")
    writer.symbol(letter("A"), "the matrix", "所给矩阵", [rows, columns])
    writer.give(entries("A", "A", "a"), NDArray(matrix: problem.matrix))
    if let second = problem.second, tasks.contains(.product) {
      writer.symbol(
        letter("B"), "the second factor", "第二个因子", [second.count, second[0].count])
      writer.give(entries("B", "B", "b"), NDArray(matrix: second))
    }
    for task in tasks {
      switch task {
      case .product: try product()
      case .trace: try trace()
      case .determinant: try determinant()
      case .inverse: try inverse()
      case .eigenvalues: try eigenvalues()
      case .norms: try norms()
      case .singularValues: try singularValues()
      }
    }
    return writer.finished()
  }

  // MARK: Names

  private func letter(_ base: String) -> MathNode { .symbol(Symbol(base, isMatrix: true)) }

  private func entries(_ key: String, _ whole: String, _ entry: String) -> Name {
    Name(key, whole: letter(whole)) { index in
      .symbol(Symbol(entry).indexed(index.map { $0 + 1 }))
    }
  }

  private func call(_ key: String, _ function: String) -> Name {
    let node = MathNode.call(function, [letter("A")])
    return Name(key, whole: node) { _ in node }
  }

  /// The key of an entry of A, counted from 0.
  private func a(_ row: Int, _ column: Int) -> String { "A_\(row * columns + column)" }

  private var isIndexedForm: Bool {
    sheet.options.form == .indexed || sheet.options.form == .scalar
  }

  /// Lines written entry by entry.
  private mutating func indexed(
    _ body: (inout SolutionWriter) throws -> Void
  ) rethrows {
    sheet.isIndexed = true
    defer { sheet.isIndexed = false }
    try body(&writer)
  }

  // MARK: Product and trace

  private mutating func product() throws {
    let second = problem.second!
    writer.begin("Product A·B", "矩阵乘积 A·B")
    writer.say(
      """
      Entry i, j is row i of A times column j of B. The inner sizes agree: \
      [\(rows)×\(columns)] · [\(second.count)×\(second[0].count)].
      """,
      """
      第 i 行第 j 列等于 A 的第 i 行与 B 的第 j 列的内积。内侧维度相同：\
      [\(rows)×\(columns)] · [\(second.count)×\(second[0].count)]。
      """)
    let formula = writer.formula("matmul(A, B)")
    let node = MathNode.infix(.matrixProduct, letter("A"), letter("B"))
    let name = Name("AB", whole: node) { .symbol(Symbol("(AB)").indexed($0.map { $0 + 1 })) }
    try indexed { try $0.define(name, formula) }
    try writer.define(name, formula, boxed: true)
    renumber("AB")
    writer.result("product", "AB")
    let own = sheet.array("AB").doubles
    var other: [Double] = []
    for row in problem.matrix {
      for column in second[0].indices {
        other.append(zip(row, second).reduce(0) { $0 + $1.0 * $1.1[column] })
      }
    }
    writer.compare("A·B against a plain triple loop", "A·B 与逐元素求和", own, other)
  }

  /// Gives the last step an id of its own, where the entries already had the plain ones.
  private mutating func renumber(_ key: String) {
    let section = writer.solution.sections.count - 1
    let last = writer.solution.sections[section].blocks.count - 1
    if case .step(var step) = writer.solution.sections[section].blocks[last], step.id == key {
      step.id = key + ".whole"
      writer.solution.sections[section].blocks[last] = .step(step)
    }
  }

  private mutating func defineTrace(boxed: Bool) throws {
    if hasTrace { return }
    hasTrace = true
    let formula = writer.formula("trace(A)")
    let name = call("tr", "tr")
    try indexed { try $0.define(name, formula, boxed: boxed) }
  }

  private mutating func trace() throws {
    writer.begin("Trace", "\(Term.trace)")
    writer.say(
      "The \(Term.trace) is the sum of the diagonal.", "\(Term.trace)等于对角线元素之和。")
    try defineTrace(boxed: true)
    writer.result("trace", "tr")
    writer.compare(
      "the trace against the library's", "迹与库函数", [sheet.array("tr").item],
      [(try? LinearAlgebra.trace(sheet.array("A")).item) ?? .nan])
  }

  // MARK: Determinant and inverse

  /// The cofactor C_ij as a formula of entries.
  private func cofactor(_ row: Int, _ column: Int) -> String {
    let others = (0..<rows).filter { $0 != row }
    let rest = (0..<rows).filter { $0 != column }
    let sign = (row + column) % 2 == 0 ? "" : "-"
    if rows == 2 { return sign + a(others[0], rest[0]) }
    return sign
      + "(\(a(others[0], rest[0])) * \(a(others[1], rest[1])) - \(a(others[0], rest[1])) * \(a(others[1], rest[0])))"
  }

  private func cofactorName(_ row: Int, _ column: Int) -> Name {
    Name(scalar: "C\(row)\(column)", Symbol("C", "\(row + 1)", "\(column + 1)"))
  }

  private mutating func defineDeterminant(boxed: Bool) throws {
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

  private mutating func determinant() throws {
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
  private var hadamardBound: Double {
    problem.matrix.map { row in row.reduce(0) { $0 + $1 * $1 }.squareRoot() }.reduce(1, *)
  }

  private static func cofactors(of array: NDArray) -> NDArray {
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

  private mutating func inverse() throws {
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

  private var determinantGradient: [Double] {
    let snapshot = try? GraphSnapshot(of: [("A", sheet.array("A"))]) { try $0[0].determinant() }
    return snapshot?.nodes.first { $0.name == "A" }?.gradient?.doubles ?? []
  }

  // MARK: Eigenvalues

  private static let lambda = MathNode.symbol(Symbol("λ"))

  private mutating func eigenvalues() throws {
    writer.begin("Eigenvalues", "\(Term.eigenvalue)")
    writer.say(
      """
      A v = λ v has a solution v ≠ 0 where det(A − λI) = 0: the \(Term.eigenvalue)s are the zeros \
      of the \(Term.characteristicPolynomial).
      """,
      """
      A v = λ v 有非零解 v 当且仅当 det(A − λI) = 0：\(Term.eigenvalue)是\
      \(Term.characteristicPolynomial)的根。
      """)
    try defineTrace(boxed: false)
    try defineDeterminant(boxed: false)
    switch rows {
    case 1:
      try writer.define(Name(scalar: "λ1", Symbol("λ", "1")), "det", boxed: true)
      writer.result("eigenvalues", "λ1")
    case 2: try eigenvaluesOfTwo()
    default: try eigenvaluesOfThree()
    }
  }

  private var polynomial: MathNode {
    func minus(_ a: MathNode, _ b: MathNode) -> MathNode { .infix(.minus, a, b) }
    let square = MathNode.power(Self.lambda, .number("2"))
    let (trace, determinant) = (
      MathNode.call("tr", [letter("A")]), MathNode.call("det", [letter("A")])
    )
    let right =
      rows == 2
      ? MathNode.infix(.plus, minus(square, .infix(.times, trace, Self.lambda)), determinant)
      : minus(
        .infix(
          .plus,
          minus(.power(Self.lambda, .number("3")), .infix(.times, trace, square)),
          .infix(.times, .symbol(Symbol("c")), Self.lambda)), determinant)
    return .infix(.equals, .call("p", [Self.lambda]), right)
  }

  /// λ = ½(sum ± √Δ), or the real and the imaginary part where Δ < 0.
  /// - Returns: the keys of the real ones.
  private mutating func roots(
    sum: String, product: String, first: Int
  ) throws -> [String] {
    let delta = Name(scalar: "Δ", Symbol("Δ"))
    try writer.define(delta, "\(sum)^2 - 4 * \(product)")
    let (one, two) = ("λ\(first)", "λ\(first + 1)")
    let value = sheet.array("Δ").item
    func name(_ number: Int) -> Name {
      Name(scalar: "λ\(number)", Symbol("λ", "\(number)"))
    }
    if value >= 0 {
      try writer.define(name(first), "(\(sum) + sqrt(Δ)) / 2", boxed: true)
      try writer.define(name(first + 1), "(\(sum) - sqrt(Δ)) / 2", boxed: true)
      return [one, two]
    }
    writer.note(
      """
      Δ < 0: the two \(Term.eigenvalue)s are complex conjugates, Re ± Im·i. A rotation is in the \
      matrix, and no real direction is kept.
      """,
      """
      Δ < 0：两个\(Term.eigenvalue)互为共轭复数 Re ± Im·i。矩阵含有旋转，没有实的不变方向。
      """)
    try writer.define(
      Name(scalar: "re", Symbol("Re")), "(\(sum)) / 2", boxed: true)
    try writer.define(Name(scalar: "im", Symbol("Im")), "sqrt(-Δ) / 2", boxed: true)
    return []
  }

  private mutating func report(_ real: [String]) {
    let hasComplex = real.count < rows
    var parts = real.map { (sheet.array($0).item, 0.0) }
    if hasComplex {
      let (re, im) = (sheet.array("re").item, sheet.array("im").item)
      parts += [(re, im), (re, -im)]
    }
    writer.solution.results.append(
      ("eigenvalues.real", Value(shape: [rows], elements: parts.map(\.0))))
    writer.solution.results.append(
      ("eigenvalues.imaginary", Value(shape: [rows], elements: parts.map(\.1))))
    let square = sheet.array("A").matmul(sheet.array("A")).doubles
    let sum = parts.reduce(0) { $0 + $1.0 * $1.0 - $1.1 * $1.1 }
    let trace = (0..<rows).reduce(0) { $0 + square[$1 * rows + $1] }
    let size = square.map { abs($0) }.max() ?? 1
    writer.compare(
      "the sum of λ² against tr(A²)", "λ² 之和与 tr(A²)", [sum], [trace],
      tolerance: 1e-10 * max(1, size / max(1, abs(trace))))
    if !hasComplex, isSymmetric {
      let own = parts.map(\.0).sorted()
      let other = (try? LinearAlgebra.symmetricEigen(sheet.array("A")).values.doubles) ?? []
      // Equal eigenvalues are zeros of higher order, known to the square root of the precision.
      writer.compare(
        "the eigenvalues against LAPACK's", "特征值与 LAPACK", own, other, tolerance: 1e-7)
    }
  }

  private var isSymmetric: Bool {
    (0..<rows).allSatisfy { row in
      (0..<row).allSatisfy { problem.matrix[row][$0] == problem.matrix[$0][row] }
    }
  }

  private mutating func eigenvaluesOfTwo() throws {
    writer.add(.formula(polynomial))
    let real = try roots(sum: "tr", product: "det", first: 1)
    report(real)
    if real.isEmpty { return }
    writer.say(
      """
      The \(Term.eigenvector) of λ solves (A − λI) v = 0. It is scaled to length 1, its entry of \
      largest magnitude positive.
      """,
      """
      λ 的\(Term.eigenvector)满足 (A − λI) v = 0。取单位长度，并使绝对值最大的分量为正。
      """)
    let values = real.map { sheet.array($0).item }
    let scale = problem.matrix.flatMap { $0 }.map { abs($0) }.max()!
    let isDouble = abs(values[0] - values[1]) <= 1e-7 * max(scale, 1e-300)
    let (b, c) = (problem.matrix[0][1], problem.matrix[1][0])
    if isDouble, b == 0, c == 0 {
      writer.note(
        "A is a multiple of the identity: every vector is an \(Term.eigenvector).",
        "A 是单位矩阵的倍数：任何非零向量都是\(Term.eigenvector)。")
      return
    }
    for (index, key) in real.enumerated() {
      if index == 1, isDouble {
        writer.note(
          "Both eigenvalues are equal, and there is but one direction: A cannot be diagonalised.",
          "两个特征值相等而特征方向只有一个：A 不能对角化。")
        break
      }
      try eigenvector(key, values[index], index + 1, b, c)
    }
  }

  private mutating func eigenvector(
    _ key: String, _ value: Double, _ number: Int, _ b: Double, _ c: Double
  ) throws {
    // From row 1: (b, λ − a); from row 2: (λ − d, c). The longer one has lost less to cancellation.
    let (a11, a22) = (problem.matrix[0][0], problem.matrix[1][1])
    let first = (b, value - a11)
    let second = (value - a22, c)
    let takesFirst =
      first.0 * first.0 + first.1 * first.1 >= second.0 * second.0 + second.1 * second.1
    let (x, y) = takesFirst ? first : second
    var texts =
      takesFirst
      ? (a(0, 1), "(\(key) - \(a(0, 0)))") : ("(\(key) - \(a(1, 1)))", a(1, 0))
    let isNegative = abs(x) >= abs(y) * (1 - 1e-12) ? x < 0 : y < 0
    let norm = Name("n\(number)", whole: .symbol(Symbol("n", "\(number)"))) { _ in
      .symbol(Symbol("n", "\(number)"))
    }
    try writer.define(norm, "sqrt(\(texts.0)^2 + \(texts.1)^2)")
    if isNegative { texts = ("-\(texts.0)", "-\(texts.1)") }
    for (entry, text) in [texts.0, texts.1].enumerated() {
      try writer.define(
        Name(
          scalar: "v\(number)\(entry)", Symbol("v", "\(number)", "\(entry + 1)")),
        "\(text) / n\(number)", boxed: true)
    }
    let elements = [0, 1].map { sheet.array("v\(number)\($0)").item }
    writer.solution.results.append(
      ("eigenvector.\(number)", Value(shape: [2], elements: elements)))
    let left = problem.matrix.map { $0[0] * elements[0] + $0[1] * elements[1] }
    writer.compare(
      "A·v against λ·v, number \(number)", "A·v 与 λ·v，第 \(number) 个", left,
      elements.map { $0 * value }, tolerance: 1e-10)
  }

  private mutating func eigenvaluesOfThree() throws {
    writer.add(.formula(polynomial))
    writer.say(
      "c is the sum of the 2×2 determinants along the diagonal:",
      "c 是沿对角线的三个 2×2 主子式之和：")
    func minor(_ i: Int, _ j: Int) -> String {
      "(\(a(i, i)) * \(a(j, j)) - \(a(i, j)) * \(a(j, i)))"
    }
    try writer.define(
      Name(scalar: "c", Symbol("c")),
      [minor(0, 1), minor(0, 2), minor(1, 2)].joined(separator: " + "))
    writer.say(
      """
      A cubic's zero is found numerically (by trial, bisection or Newton's method); dividing by \
      (λ − λ₁) leaves a quadratic with the sum s and the product q of the other two.
      """,
      """
      三次方程的一个根用数值方法求出（试根、二分法或牛顿法）；除以 (λ − λ₁) 后剩下二次方程，\
      其余两根之和为 s、之积为 q。
      """)
    try writer.define(
      Name(scalar: "λ1", Symbol("λ", "1")), "root(tr, c, det)", boxed: true)
    try writer.define(
      Name(scalar: "p1", Symbol("p(λ₁)")), "λ1^3 - tr * λ1^2 + c * λ1 - det",
      remark: Prose(en: "0 up to rounding", zh: "在舍入误差内为 0"))
    try writer.define(Name(scalar: "s", Symbol("s")), "tr - λ1")
    try writer.define(Name(scalar: "q", Symbol("q")), "c - λ1 * s")
    let others = try roots(sum: "s", product: "q", first: 2)
    report(["λ1"] + others)
  }

  /// The zero of λ³ − tλ² + cλ − d that is farthest from the others.
  static func isolatedRoot(_ t: Double, _ c: Double, _ d: Double) -> Double {
    let shift = t / 3
    let p = c - t * t / 3
    let q = -2 * t * t * t / 27 + t * c / 3 - d
    var root: Double
    let discriminant = q * q / 4 + p * p * p / 27
    if discriminant > 0 || p >= 0 {
      // One real zero (or a triple one); the larger of the two cube roots is free of cancellation.
      let r = max(discriminant, 0).squareRoot()
      let u = cbrt(-q / 2 + (q > 0 ? -r : r))
      root = u == 0 ? shift : u - p / (3 * u) + shift
    } else {
      let m = 2 * (-p / 3).squareRoot()
      let angle = acos(max(-1, min(1, 3 * q / (p * m)))) / 3
      let zeros = (0..<3).map { m * cos(angle - 2 * .pi * Double($0) / 3) + shift }
      func distance(_ index: Int) -> Double {
        zeros.indices.filter { $0 != index }.map { abs(zeros[$0] - zeros[index]) }.min()!
      }
      root = zeros[zeros.indices.max { distance($0) < distance($1) }!]
    }
    for _ in 0..<4 {
      let value = ((root - t) * root + c) * root - d
      let slope = (3 * root - 2 * t) * root + c
      if slope == 0 || value == 0 { break }
      let next = root - value / slope
      if !next.isFinite || abs(((next - t) * next + c) * next - d) >= abs(value) { break }
      root = next
    }
    return root
  }

  // MARK: Norms

  private func norm(_ key: String, _ index: String) -> Name {
    let symbol = MathNode.symbol(Symbol("‖A‖", index))
    return Name(key, whole: symbol) { _ in symbol }
  }

  private mutating func norms() throws {
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

  // MARK: Singular values

  /// AᵀA with its eigenvalues and the singular values σ.
  private mutating func defineSquare() throws {
    if hasSquare { return }
    hasSquare = true
    let square = MathNode.infix(.matrixProduct, .transpose(letter("A")), letter("A"))
    try writer.define(
      Name("AtA", whole: square) { .symbol(Symbol("(AᵀA)").indexed($0.map { $0 + 1 })) },
      "matmul(transpose(A), A)")
    try writer.define(Name("eigen", Symbol("λ")), "eigenvalues(AtA)")
    try writer.define(Name("σ", Symbol("σ")), "sqrt(max(eigen, 0))")
  }

  private mutating func singularValues() throws {
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
