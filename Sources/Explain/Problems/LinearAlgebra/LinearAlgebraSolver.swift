import Autodiff
import Foundation

/// Writes the worked solution of calculations with a matrix.
struct LinearAlgebraSolver {
  let problem: LinearAlgebraProblem
  let tasks: [LinearAlgebraProblem.Task]
  let rows: Int
  let columns: Int
  var writer: SolutionWriter
  var sheet: Worksheet { writer.sheet }
  var hasDeterminant = false
  var hasTrace = false
  var hasSquare = false

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

  func letter(_ base: String) -> MathNode { .symbol(Symbol(base, isMatrix: true)) }

  func entries(_ key: String, _ whole: String, _ entry: String) -> Name {
    Name(key, whole: letter(whole)) { index in
      .symbol(Symbol(entry).indexed(index.map { $0 + 1 }))
    }
  }

  func call(_ key: String, _ function: String) -> Name {
    let node = MathNode.call(function, [letter("A")])
    return Name(key, whole: node) { _ in node }
  }

  /// The key of an entry of A, counted from 0.
  func a(_ row: Int, _ column: Int) -> String { "A_\(row * columns + column)" }

  var isIndexedForm: Bool {
    sheet.options.form == .indexed || sheet.options.form == .scalar
  }

  /// Lines written entry by entry.
  mutating func indexed(
    _ body: (inout SolutionWriter) throws -> Void
  ) rethrows {
    sheet.isIndexed = true
    defer { sheet.isIndexed = false }
    try body(&writer)
  }

  // MARK: Product and trace

  mutating func product() throws {
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
  mutating func renumber(_ key: String) {
    let section = writer.solution.sections.count - 1
    let last = writer.solution.sections[section].blocks.count - 1
    if case .step(var step) = writer.solution.sections[section].blocks[last], step.id == key {
      step.id = key + ".whole"
      writer.solution.sections[section].blocks[last] = .step(step)
    }
  }

  mutating func defineTrace(boxed: Bool) throws {
    if hasTrace { return }
    hasTrace = true
    let formula = writer.formula("trace(A)")
    let name = call("tr", "tr")
    try indexed { try $0.define(name, formula, boxed: boxed) }
  }

  mutating func trace() throws {
    writer.begin("Trace", "\(Term.trace)")
    writer.say(
      "The \(Term.trace) is the sum of the diagonal.", "\(Term.trace)等于对角线元素之和。")
    try defineTrace(boxed: true)
    writer.result("trace", "tr")
    writer.compare(
      "the trace against the library's", "迹与库函数", [sheet.array("tr").item],
      [(try? LinearAlgebra.trace(sheet.array("A")).item) ?? .nan])
  }
}
