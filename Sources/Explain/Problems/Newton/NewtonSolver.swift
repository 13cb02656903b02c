import Autodiff

/// Writes the worked solution of Newton's method.
struct NewtonSolver {
  let problem: NewtonProblem
  let tree: Expression
  let result: String
  let names: [String]
  var writer: SolutionWriter
  var sheet: Worksheet { writer.sheet }
  var gradientError = 0.0
  var hessianError = 0.0
  var stepError = 0.0

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

  func symbol(_ name: String, _ step: Int) -> MathNode {
    var symbol = Symbol(typed: name)
    symbol.iteration = step
    return .symbol(symbol)
  }

  func key(_ name: String, _ step: Int) -> String { "t\(step).\(name)" }

  func scalar(_ key: String, _ node: MathNode) -> Name {
    Name(key, whole: node) { _ in node }
  }

  func plain(_ name: String) -> MathNode { .symbol(Symbol(typed: name)) }

  /// A formula of the variables, at the point of a step.
  func at(_ step: Int, _ formula: Expression) -> Expression {
    formula.replacing(
      Dictionary(uniqueKeysWithValues: names.map { ($0, .variable(key($0, step))) }))
  }

  func gradientSymbol(_ index: Int) -> MathNode {
    .derivative(plain(result), plain(names[index]))
  }

  func hessianSymbol(_ row: Int, _ column: Int) -> MathNode {
    .symbol(Symbol("H", names[row], names[column]))
  }

  func h(_ row: Int, _ column: Int, _ step: Int) -> Expression {
    .variable("t\(step).H\(min(row, column))\(max(row, column))")
  }

  func g(_ index: Int, _ step: Int) -> Expression { .variable("t\(step).g\(index)") }

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

  mutating func describe() {
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

  func mark(_ step: Int) -> Prose.Run {
    problem.iterations > 1 ? " (\(step + 1))" : ""
  }

  mutating func gradient(_ step: Int) throws {
    writer.begin("Value and gradient\(mark(step))", "函数值与\(Term.gradient)\(mark(step))")
    try writer.define(scalar("t\(step).f", symbol(result, step)), at(step, tree.simplified))
    for index in names.indices {
      let formula = tree.derivative(by: names[index])
      try writer.define(
        scalar("t\(step).g\(index)", gradientSymbol(index)), at(step, formula), .backward)
    }
  }

  mutating func hessian(_ step: Int) throws {
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
  func matrix(_ step: Int) -> [[Double]] {
    names.indices.map { row in
      names.indices.map { column in
        if case .variable(let key) = h(row, column, step) { return sheet.array(key).item }
        return .nan
      }
    }
  }

  func slopes(_ step: Int) -> [Double] {
    names.indices.map { sheet.array("t\(step).g\($0)").item }
  }

  mutating func move(_ step: Int) throws {
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
  mutating func defineDeterminant(_ step: Int, _ numbers: [[Double]]) throws {
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

  func c(_ row: Int, _ column: Int, _ step: Int) -> Expression {
    .variable("t\(step).C\(min(row, column))\(max(row, column))")
  }

  func stepFormula(_ index: Int, _ step: Int) -> Expression {
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
  mutating func shape(_ numbers: [[Double]]) {
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
}
