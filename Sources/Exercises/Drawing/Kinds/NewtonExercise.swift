import Explain

extension ExerciseKind {
  /// Newton's method on small functions.
  package static let newton = ExerciseKind(
    name: NewtonProblem.kind, rows: ["L5.5"], isStarred: false,
    title: Words(en: "Newton's method by hand", zh: "牛顿法手算题"), minutes: [3, 4, 6, 8, 12]
  ) { source, difficulty in
    let a = source.integer(2...4)
    let b = source.integer(1...3)
    let form: String
    switch difficulty {
    case 1: form = "\(a) * x^2 + \(b) * x"
    case 2: form = "x^4 + \(a) * x^2 - \(b) * x"
    case 3: form = "\(a) * x^2 + x * y + \(b) * y^2"
    case 4: form = "x^4 + x * y + \(a) * y^2 - \(b) * y"
    default: form = "x^4 + \(a) * x * y + y^4 + \(b) * x"
    }
    let names = difficulty < 3 ? ["x"] : ["x", "y"]
    let values = names.map { (name: $0, value: source.pick([-1.5, -1, -0.5, 0.5, 1, 1.5])) }
    return Draft(
      problem: NewtonProblem("f = " + form, values: values),
      prompt: Words(
        en: """
          Calculate one step of Newton's method on f = \(form): the value, the gradient, the matrix H of second \
          derivatives, the step p = −H⁻¹g and the new point.
          """,
        zh: "对 f = \(form) 手算牛顿法的一步：函数值、梯度、二阶导数矩阵 H、步 p = −H⁻¹g 与新的点。"
      ).prose, slips: Slip.newton,
      isAsked: { $0.calculation?.expression.isConstant == false })
  }
}

extension Expression {
  /// Whether it has nothing to calculate with.
  var isConstant: Bool { if case .number = self { true } else { false } }
}
