import Autodiff

extension AdversarialExampleSolver {
  mutating func linear() throws {
    guard case .dense(let weight, let bias, _) = problem.layers[0] else { return }
    let count = problem.input.count
    writer.begin("Given", "已知")
    writer.give(inputs("x", Symbol("x")), NDArray(problem.input))
    writer.give(inputs("w", Symbol("w")), NDArray(weight[0]))
    if let bias { writer.give(Name(scalar: "b", Symbol("b")), NDArray(bias[0])) }
    writer.give(Name(scalar: "ε", Symbol("ε")), NDArray(problem.epsilon))
    let function = bias == nil ? "sum(w * x)" : "sum(w * x) + b"

    writer.begin("The linear case", "线性情况")
    writer.say(
      "The response of a \(Term.linearClassifier) f = wᵀx:", "\(Term.linearClassifier) f = wᵀx 的响应："
    )
    try writer.define(Name(scalar: "f", Symbol("f")), function)
    writer.say(
      """
      Its gradient by x is w itself. Of all changes of at most ε an entry, wᵀr is largest where every \
      entry of r has the sign of its weight:
      """,
      """
      f 对 x 的梯度就是 w。在每个分量的改变不超过 ε 的约束下，当 r 的每个分量与对应权重同号时 \
      wᵀr 最大：
      """)
    try writer.define(inputs("r", Symbol("r")), "ε * sign(w)")
    try writer.define(inputs("moved", Self.x(1)), "x + r", boxed: true)
    if let range = problem.range { try clip("moved", to: range, "x1") }
    let moved = problem.range == nil ? "moved" : "x1"
    try writer.define(
      Name(scalar: "f1", Symbol("f", iteration: 1)),
      writer.formula(
        function, ["x": moved]), boxed: true)
    writer.say("The gain:", "增量：")
    try writer.define(Name(scalar: "gain", Symbol("Δf")), "f1 - f", boxed: true)
    writer.say(
      """
      By the formula: with d inputs and the mean magnitude m of the weights the gain is ε·d·m. It \
      grows with the dimension d, however small ε is: many tiny changes add up.
      """,
      """
      按公式：设输入维数为 d、权重绝对值的平均为 m，则增量为 ε·d·m。无论 ε 多小，\
      增量都随维数 d 增大：许多微小的改变会累积。
      """)
    writer.give(Name(scalar: "d", Symbol("d")), NDArray(Double(count)))
    try writer.define(Name(scalar: "m", Symbol("m")), "sum(abs(w)) / \(count)")
    try writer.define(
      Name(scalar: "bound", Symbol("ε·d·m")), "ε * d * m", boxed: true)
    writer.result("response", "f")
    writer.result("adversarial-response", "f1")
    writer.result("adversarial-input", moved)
    writer.result("perturbation", "r")
    writer.result("gain", "gain")
    if problem.range == nil {
      writer.compare(
        "the gain against ε·d·m", "增量与 ε·d·m", [sheet.array("gain").item],
        [sheet.array("bound").item], tolerance: 1e-9)
    } else {
      writer.note(
        "The limits of x can make the gain smaller than ε·d·m.", "x 的取值范围可能使增量小于 ε·d·m。")
    }
    if weight[0].contains(0) {
      writer.note(
        "sign(0) = 0: an input of weight 0 is left as it is.", "sign(0) = 0：权重为 0 的输入不变。")
    }
    let snapshot = GraphSnapshot(of: [("x", sheet.array("x"))]) {
      ($0[0] * Tensor(NDArray(weight[0]))).sum()
    }
    writer.compare(
      "the tape's gradient of f by x against w", "计算带上 f 对 x 的梯度与 w",
      snapshot.nodes.first { $0.name == "x" }?.gradient?.doubles ?? [], weight[0])
  }

  /// min(max(x, lower), upper)
  mutating func clip(
    _ key: String, to range: ClosedRange<Double>, _ result: String, step: Int = 1
  ) throws {
    writer.say(
      "Clipped to what an input may be, \(NumberText.brief(range.lowerBound)) to \(NumberText.brief(range.upperBound)):",
      "截断到输入的取值范围 \(NumberText.brief(range.lowerBound)) 到 \(NumberText.brief(range.upperBound))：")
    let formula = Expression.call(
      "min",
      [
        .call("max", [.variable(key), .number(range.lowerBound)]), .number(range.upperBound),
      ])
    try writer.define(inputs(result, Self.x(step)), formula, boxed: true)
  }
}
