import Explain

extension ExerciseKind {
  /// A computational graph with its values and gradients.
  package static let expression = ExerciseKind(
    name: ExpressionProblem.kind, rows: ["L4.1", "L4.2", "L3.4"], isStarred: true,
    title: Words(en: "A computational graph by hand", zh: "计算图手算题"), minutes: [2, 4, 6, 9, 14]
  ) { source, difficulty in
    let (form, names) = source.pick(forms[difficulty - 1])
    let numbers = source.shuffled([-2, -1.5, -1, -0.5, 0.5, 1, 1.5, 2, 3])
    let values = zip(names.split(separator: " "), numbers).map {
      (name: String($0), value: Value($1))
    }
    let prompted = form.replacing(" * ", with: "·").replacing(" ^ 2", with: "²")
      .replacing("-", with: "−")
    return Draft(
      problem: ExpressionProblem("f = " + form, values: values),
      prompt: Words(
        en: """
          Draw the computational graph of f = \(prompted), one operation a node (q₁, q₂, … in the order of \
          calculation, the parts of an operation from left to right), and calculate every node's value and the \
          gradient of f by every node and variable.
          """,
        zh: """
          画出 f = \(prompted) 的计算图，每个节点一个运算（按计算顺序记为 q₁、q₂ …，一个运算的各部分从左到右），\
          并计算每个节点的值以及 f 对每个节点与变量的梯度。
          """
      ).prose, slips: Slip.expression,
      isAsked: { $0.calculation.map { $0.expression != .number(1) } ?? false })
  }

  /// Expressions with their variables, a list for each difficulty.
  private static let forms: [[(String, String)]] = [
    [
      ("(x + y) * z", "x y z"), ("x * y", "x y"), ("x + y * y", "x y"), ("max(x, y) * y", "x y"),
      ("x * y - z", "x y z"),
    ],
    [
      ("(x + y) * max(y, z)", "x y z"), ("x * y + max(x, z)", "x y z"),
      ("(x - y) * (y + z)", "x y z"),
      ("(x * y + z) ^ 2", "x y z"), ("max(x, y) * (y - z)", "x y z"),
    ],
    [
      ("sigmoid(w * x + b)", "w x b"), ("tanh(w * x + b) * w", "w x b"),
      ("(x * y + z) * max(x, z)", "x y z"), ("(w * x + b - y) ^ 2", "w x b y"),
      ("max(x * y, z) * (x + z)", "x y z"), ("(x + y) / z + x", "x y z"),
    ],
    [
      ("sigmoid(w * x + b) * (x + b)", "w x b"), ("tanh(x * y) + sigmoid(y * z)", "x y z"),
      ("max(x * y, z) * tanh(x + z)", "x y z"), ("2 * (x * y + max(z, w))", "x y z w"),
      ("(sigmoid(w * x) - y) ^ 2", "w x y"),
    ],
    [
      ("1 / (1 + exp(-(u * x + v * y + b)))", "u x v y b"),
      ("(sigmoid(w * x + b) - y) ^ 2", "w x b y"),
      ("exp(x * y) * max(y, z) + x * z", "x y z"), ("tanh(u * sigmoid(w * x + b))", "u w x b"),
      ("(u * max(w * x + b, y) - z) ^ 2", "u w x b y z"),
    ],
  ]
}
