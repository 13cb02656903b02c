import Autodiff
import Foundation

extension LinearAlgebraSolver {
  static let lambda = MathNode.symbol(Symbol("λ"))

  mutating func eigenvalues() throws {
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

  var polynomial: MathNode {
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
  mutating func roots(
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

  mutating func report(_ real: [String]) {
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

  var isSymmetric: Bool {
    (0..<rows).allSatisfy { row in
      (0..<row).allSatisfy { problem.matrix[row][$0] == problem.matrix[$0][row] }
    }
  }

  mutating func eigenvaluesOfTwo() throws {
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

  mutating func eigenvector(
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

  mutating func eigenvaluesOfThree() throws {
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
}
