import Autodiff

/// Writes the worked solution of Newton's method.
struct NewtonSolver {
  let problem: NewtonProblem
  private let tree: Expression
  private let result: String
  private let names: [String]
  private var writer: SolutionWriter
  private var sheet: Worksheet { writer.sheet }
  private var gradientError = 0.0
  private var hessianError = 0.0
  private var stepError = 0.0

  init(_ problem: NewtonProblem, _ options: ExplainOptions) throws {
    self.problem = problem
    (tree, result) = try problem.validated()
    let used = tree.variables
    names = problem.values.map(\.name).filter { used.contains($0) }
    writer = SolutionWriter(
      NewtonProblem.kind,
      problem.title
        ?? Prose(
          en: "Newton's method on \(tree.typed)", zh: "\(tree.typed) 的牛顿法"), options,
      isIndexed: true)
  }

  // MARK: Names

  private func symbol(_ name: String, _ step: Int) -> MathNode {
    var symbol = Symbol(typed: name)
    symbol.iteration = step
    return .symbol(symbol)
  }

  private func key(_ name: String, _ step: Int) -> String { "t\(step).\(name)" }

  private func scalar(_ key: String, _ node: MathNode) -> Name {
    Name(key, whole: node) { _ in node }
  }

  private func plain(_ name: String) -> MathNode { .symbol(Symbol(typed: name)) }

  /// A formula of the variables, at the point of a step.
  private func at(_ step: Int, _ formula: Expression) -> Expression {
    formula.replacing(
      Dictionary(uniqueKeysWithValues: names.map { ($0, .variable(key($0, step))) }))
  }

  private func gradientSymbol(_ index: Int) -> MathNode {
    .derivative(plain(result), plain(names[index]))
  }

  private func hessianSymbol(_ row: Int, _ column: Int) -> MathNode {
    .symbol(Symbol("H", names[row], names[column]))
  }

  private func h(_ row: Int, _ column: Int, _ step: Int) -> Expression {
    .variable("t\(step).H\(min(row, column))\(max(row, column))")
  }

  private func g(_ index: Int, _ step: Int) -> Expression { .variable("t\(step).g\(index)") }

  // MARK: The solution

  mutating func solve() throws -> Solution {
    describe()
    for step in 0..<problem.iterations {
      try gradient(step)
      try hessian(step)
      try move(step)
      check(step)
    }
    try conclude()
    return writer.finished()
  }

  private mutating func describe() {
    for name in names {
      writer.symbol(plain(name), "variable", "变量")
    }
    writer.symbol(plain(result), "the function", "目标函数")
    writer.symbol(
      .symbol(Symbol("H", isMatrix: true)), "\(Term.hessian), the second derivatives",
      "\(Term.hessian)，即二阶导数", [names.count, names.count])
    writer.symbol(.symbol(Symbol("p", isMatrix: true)), "step", "牛顿步", [names.count])
    writer.begin("Given", "已知")
    writer.add(.formula(.infix(.equals, plain(result), tree.typed)))
    for (name, value) in problem.values where names.contains(name) {
      writer.give(scalar(key(name, 0), symbol(name, 0)), NDArray(value))
    }
    writer.begin("The method", "方法")
    writer.say(
      """
      \(Term.newton) replaces the function by its parabola at the point, from \(Term.gradient) and \
      \(Term.curvature), and jumps to that parabola's stationary point: it solves H p = −∇f.
      """,
      """
      \(Term.newton)用当前点的\(Term.gradient)与\(Term.curvature)把函数近似为抛物面，\
      并直接跳到其驻点：解方程 H p = −∇f。
      """)
    let x = MathNode.symbol(Symbol("x", isMatrix: true))
    writer.add(
      .formula(
        .infix(
          .assigned, x,
          .infix(
            .minus, x,
            .infix(
              .matrixProduct, .power(.symbol(Symbol("H", isMatrix: true)), .number("-1")),
              .symbol(Symbol("∇f")))))))
    writer.say(
      """
      There is no learning rate. The price: k parameters have k² second derivatives, and solving costs \
      O(k³), so it is not used for large networks.
      """,
      """
      不需要学习率。代价是：k 个参数有 k² 个二阶导数，求解需 O(k³)，因此不用于大型网络。
      """)
  }

  private func mark(_ step: Int) -> Prose.Run {
    problem.iterations > 1 ? " (\(step + 1))" : ""
  }

  private mutating func gradient(_ step: Int) throws {
    writer.begin("Value and gradient\(mark(step))", "函数值与\(Term.gradient)\(mark(step))")
    try writer.define(scalar("t\(step).f", symbol(result, step)), at(step, tree.simplified))
    for index in names.indices {
      let formula = tree.derivative(by: names[index])
      try writer.define(
        scalar("t\(step).g\(index)", gradientSymbol(index)), at(step, formula), .backward)
    }
  }

  private mutating func hessian(_ step: Int) throws {
    writer.begin("Hessian\(mark(step))", "\(Term.hessian)\(mark(step))")
    writer.say(
      "The entries are the derivatives of the gradient; H is symmetric.",
      "各元素是梯度的导数；H 是对称矩阵。")
    for row in names.indices {
      for column in row..<names.count {
        let formula = tree.derivative(by: names[row]).derivative(by: names[column])
        if step == 0 {
          writer.add(
            .formula(
              .infix(
                .equals, hessianSymbol(row, column),
                .derivative(
                  .parentheses(gradientSymbol(row)), plain(names[column])))))
        }
        try writer.define(
          scalar("t\(step).H\(row)\(column)", hessianSymbol(row, column)), at(step, formula),
          .backward)
      }
    }
  }

  /// The Hessian's numbers.
  private func matrix(_ step: Int) -> [[Double]] {
    names.indices.map { row in
      names.indices.map { column in
        if case .variable(let key) = h(row, column, step) { return sheet.array(key).item }
        return .nan
      }
    }
  }

  private func slopes(_ step: Int) -> [Double] {
    names.indices.map { sheet.array("t\(step).g\($0)").item }
  }

  private mutating func move(_ step: Int) throws {
    writer.begin("The step\(mark(step))", "牛顿步\(mark(step))")
    let numbers = matrix(step)
    try defineDeterminant(step, numbers)
    shape(numbers)
    for index in names.indices {
      try writer.define(
        scalar("t\(step).p\(index)", .symbol(Symbol("p", names[index]))), stepFormula(index, step),
        .update)
    }
    for (index, name) in names.enumerated() {
      try writer.define(
        scalar(key(name, step + 1), symbol(name, step + 1)),
        .add(.variable(key(name, step)), .variable("t\(step).p\(index)")), .update, boxed: true)
    }
  }

  /// Cofactors of the symmetric matrix and its determinant.
  private mutating func defineDeterminant(_ step: Int, _ numbers: [[Double]]) throws {
    func product(_ a: Expression, _ b: Expression) -> Expression { .multiply(a, b) }
    let determinant: Expression
    switch names.count {
    case 1: determinant = h(0, 0, step)
    case 2:
      writer.say(
        "The system of two equations, solved by the \(Term.determinant):",
        "两个方程的方程组，用\(Term.determinant)求解：")
      determinant = .subtract(
        product(h(0, 0, step), h(1, 1, step)), .power(h(0, 1, step), .number(2)))
    default:
      writer.say(
        "The system of three equations, solved by cofactors C and the \(Term.determinant):",
        "三个方程的方程组，用代数余子式 C 与\(Term.determinant)求解：")
      for row in 0..<3 {
        for column in row..<3 {
          let rows = (0..<3).filter { $0 != row }
          let columns = (0..<3).filter { $0 != column }
          let minor = Expression.subtract(
            product(h(rows[0], columns[0], step), h(rows[1], columns[1], step)),
            product(h(rows[0], columns[1], step), h(rows[1], columns[0], step)))
          try writer.define(
            scalar(
              "t\(step).C\(row)\(column)",
              .symbol(Symbol("C", names[row], names[column]))),
            (row + column) % 2 == 0 ? minor : .negate(minor), .update)
        }
      }
      determinant = .add(
        .add(product(h(0, 0, step), c(0, 0, step)), product(h(0, 1, step), c(0, 1, step))),
        product(h(0, 2, step), c(0, 2, step)))
    }
    let node = MathNode.call("det", [.symbol(Symbol("H", isMatrix: true))])
    if names.count > 1 {
      try writer.define(scalar("t\(step).det", node), determinant, .update)
    }
    let value = names.count > 1 ? sheet.array("t\(step).det").item : numbers[0][0]
    let bound = numbers.map { row in row.reduce(0) { $0 + $1 * $1 }.squareRoot() }.reduce(1, *)
    guard abs(value) > 1e-12 * bound, bound > 1e-100 else {
      throw ProblemError(
        "expression",
        "step \(step + 1): the Hessian is singular (determinant \(NumberText.brief(value))), so there "
          + "is no Newton step from here")
    }
  }

  private func c(_ row: Int, _ column: Int, _ step: Int) -> Expression {
    .variable("t\(step).C\(min(row, column))\(max(row, column))")
  }

  private func stepFormula(_ index: Int, _ step: Int) -> Expression {
    let determinant = Expression.variable("t\(step).det")
    switch names.count {
    case 1: return .negate(.divide(g(0, step), h(0, 0, step)))
    case 2:
      let other = 1 - index
      return .negate(
        .divide(
          .subtract(
            .multiply(h(other, other, step), g(index, step)),
            .multiply(h(0, 1, step), g(other, step))), determinant))
    default:
      let sum = (1..<3).reduce(Expression.multiply(c(index, 0, step), g(0, step))) {
        .add($0, .multiply(c(index, $1, step), g($1, step)))
      }
      return .negate(.divide(sum, determinant))
    }
  }

  /// Whether the parabola has a minimum, a maximum or a saddle.
  private mutating func shape(_ numbers: [[Double]]) {
    let values =
      (try? LinearAlgebra.symmetricEigen(NDArray(matrix: numbers)).values.doubles) ?? []
    if values.allSatisfy({ $0 > 0 }) {
      writer.say(
        "H is \(Term.positiveDefinite): the parabola has a minimum, and the step goes to it.",
        "H \(Term.positiveDefinite)：抛物面有极小值，牛顿步走向该点。")
    } else if values.allSatisfy({ $0 < 0 }) {
      writer.note(
        "H is negative definite: the step goes to a maximum, not to a minimum.",
        "H 负定：牛顿步走向极大值，而不是极小值。")
    } else {
      writer.note(
        """
        H has eigenvalues of both signs: the step goes to a \(Term.saddlePoint). \(Term.newton) is drawn \
        to any stationary point, which is one of its weaknesses.
        """,
        """
        H 的特征值有正有负：牛顿步走向\(Term.saddlePoint)。\(Term.newton)会被任何驻点吸引，\
        这是它的弱点之一。
        """)
    }
  }

  // MARK: Checks

  private static func run(_ part: Expression, _ variables: [String: Tensor]) -> Tensor {
    func number(_ part: Expression) -> Double? {
      switch part {
      case .number(let value): value
      case .negate(.number(let value)): -value
      default: nil
      }
    }
    func apply(_ operation: String, _ parts: [Expression]) -> Tensor {
      ExpressionOperations.apply(
        operation, parts.map { run($0, variables) }, parts.map { number($0) })
    }
    switch part {
    case .number(let value): return Tensor(NDArray(value))
    case .variable(let name): return variables[name]!
    case .negate(let x): return apply("negate", [x])
    case .add(let a, let b): return apply("add", [a, b])
    case .subtract(let a, let b): return apply("subtract", [a, b])
    case .multiply(let a, let b): return apply("multiply", [a, b])
    case .divide(let a, let b): return apply("divide", [a, b])
    case .power(let a, let b): return apply("power", [a, b])
    case .call(let name, let arguments): return apply(name, arguments)
    }
  }

  /// The tape's gradient of an expression at a point.
  private func tapeGradient(_ point: [Double], of tree: Expression) -> [Double] {
    let snapshot = GraphSnapshot(of: zip(names, point).map { ($0, NDArray($1)) }) { variables in
      Self.run(tree, Dictionary(uniqueKeysWithValues: zip(names, variables)))
    }
    return names.map { name in
      snapshot.nodes.first { $0.name == name }?.gradient?.item ?? 0
    }
  }

  private func point(_ step: Int) -> [Double] { names.map { sheet.array(key($0, step)).item } }

  private mutating func check(_ step: Int) {
    func relative(_ own: [Double], _ other: [Double]) -> Double {
      let scale = max(1, other.map { abs($0) }.max() ?? 0)
      return zip(own, other).map { abs($0 - $1) / scale }.reduce(0) {
        $0.isNaN || $1.isNaN ? .nan : max($0, $1)
      }
    }
    let x = point(step)
    gradientError = max(gradientError, relative(slopes(step), tapeGradient(x, of: tree)))
    let numbers = matrix(step)
    for row in names.indices {
      let own = tapeGradient(x, of: tree.derivative(by: names[row]))
      hessianError = max(hessianError, relative(numbers[row], own))
    }
    let solution =
      (try? LinearAlgebra.solve(
        NDArray(matrix: numbers), NDArray(slopes(step).map { -$0 }, shape: [names.count, 1])
      ).doubles) ?? [.nan]
    let own = names.indices.map { sheet.array("t\(step).p\($0)").item }
    let size = numbers.flatMap { $0 }.map { abs($0) }.max() ?? 1
    let inverse = (try? LinearAlgebra.inverse(NDArray(matrix: numbers)).doubles) ?? []
    let condition = size * (inverse.map { abs($0) }.max() ?? 1)
    stepError = max(stepError, relative(own, solution) / max(1, condition))
  }

  private mutating func conclude() throws {
    let last = problem.iterations
    writer.begin("Result", "结果")
    try writer.define(
      scalar("t\(last).f", symbol(result, last)), at(last, tree.simplified), boxed: true)
    writer.add(
      .table(
        Table(
          headings: [.prose(Prose(en: "step", zh: "步"))] + names.map { .math(plain($0)) }
            + [.math(plain(result))],
          rows: (0...last).map { step in
            [.digits("\(step)")]
              + names.map { .digits(sheet.writtenDigits(key($0, step))[0]) }
              + [.digits(sheet.writtenDigits("t\(step).f")[0])]
          })))
    let (before, after) = (sheet.array("t0.f").item, sheet.array("t\(last).f").item)
    if after > before {
      writer.note(
        "The value has grown: far from a minimum the parabola can mislead, and nothing limits the step.",
        "函数值反而增大：远离极小值时抛物面近似可能失效，而步长没有限制。")
    }
    writer.solution.results.append(("gradient", Value(shape: [names.count], elements: slopes(0))))
    writer.solution.results.append(
      (
        "hessian",
        Value(shape: [names.count, names.count], elements: matrix(0).flatMap { $0 })
      ))
    writer.solution.results.append(
      (
        "points",
        Value(shape: [last + 1, names.count], elements: (0...last).flatMap { point($0) })
      ))
    writer.solution.results.append(
      (
        "values",
        Value(
          shape: [last + 1], elements: (0...last).map { sheet.array("t\($0).f").item })
      ))
    writer.check(
      "the gradient against the tape's", "梯度与计算带", gradientError, tolerance: 1e-9)
    writer.check(
      "the Hessian against the tape's gradients of ∂f/∂x, …", "Hessian 与计算带上 ∂f/∂x 等的梯度",
      hessianError, tolerance: 1e-9)
    writer.check(
      "the step against LAPACK's solution, by the condition number",
      "牛顿步与 LAPACK 的解（按条件数计）", stepError, tolerance: 1e-11)
  }
}
