import Explain

extension ExerciseKind {
  /// A computational graph with its values and gradients.
  package static let expression = ExerciseKind(
    name: ExpressionProblem.kind, rows: ["L4.1", "L4.2", "L3.4"], isStarred: true,
    title: Words(en: "A computational graph by hand", zh: "计算图手算题"), minutes: [2, 4, 6, 8, 10]
  ) { source, difficulty in
    let forms = [
      ["x * y", "x + y * y", "max(x, y) * y"],
      ["(x + y) * z", "(x + y) * max(y, z)", "x * y + max(x, z)"],
      ["sigmoid(w * x + b)", "tanh(w * x + b) * w", "(x * y + z) * max(x, z)"],
      [
        "sigmoid(w * x + b) * (x + b)", "tanh(x * y) + sigmoid(y * z)",
        "max(x * y, z) * tanh(x + z)",
      ],
      [
        "(sigmoid(w * x + b) - y) ^ 2", "exp(x * y) * max(y, z) + x * z",
        "tanh(u * sigmoid(w * x + b))",
      ],
    ]
    let form = source.pick(forms[difficulty - 1])
    let names = ["x", "y", "z", "w", "b", "u"].filter { name in
      form.contains(name) && form.split(whereSeparator: { !$0.isLetter }).contains { $0 == name }
    }
    let numbers = source.shuffled([-2, -1.5, -1, -0.5, 0.5, 1, 1.5, 2, 3])
    let values = zip(names, numbers).map { (name: $0, value: Value($1)) }
    return Draft(
      problem: ExpressionProblem("f = " + form, values: values),
      prompt: Words(
        en: """
          Draw the computational graph of f = \(form), one operation a node (q₁, q₂, … in the order of calculation), and \
          calculate every node's value and the gradient of f by every node and variable.
          """,
        zh: "画出 f = \(form) 的计算图，每个节点一个运算（按计算顺序记为 q₁、q₂ …），并计算每个节点的值以及 f 对每个节点与变量的梯度。"
      ).prose, slips: Slip.expression,
      isAsked: { step in
        guard let calculation = step.calculation else { return false }
        return calculation.expression != .number(1)
      })
  }
}
