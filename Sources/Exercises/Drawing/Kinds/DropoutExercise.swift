import Explain

extension ExerciseKind {
  /// Training and testing with dropout for a mask that is given.
  package static let dropout = ExerciseKind(
    name: DropoutProblem.kind, rows: ["L5.7"], isStarred: true,
    title: Words(en: "Dropout by hand", zh: "随机失活 (dropout) 手算题"), minutes: [3, 5, 7, 9, 12]
  ) { source, difficulty in
    let units = [3, 4, 4, 5, 7][difficulty - 1]
    let activations = (0..<units).map { _ in
      source.pick([-2, -1.5, -1, 0.5, 1, 1.5, 2, 2.5, 3, 4.0])
    }
    var mask = (0..<units).map { _ in source.flip() ? 1.0 : 0 }
    // One unit at least of each sort.
    let places = source.shuffled(Array(0..<units))
    mask[places[0]] = 1
    mask[places[1]] = 0
    let keep = source.pick([0.5, 0.8, 0.75, 0.4, 0.25, 0.6])
    var asked: Set = ["training", "test"]
    var english =
      "the outputs in training ã_train and in testing ā_test in the form without scaling in training"
    var chinese = "训练时不缩放的形式下，训练输出 ã_train 与测试输出 ā_test"
    if difficulty >= 2 {
      asked.insert("inverted")
      english += ", the outputs in training of inverted dropout ã_inv"
      chinese += "、反向缩放形式 (inverted dropout) 的训练输出 ã_inv"
    }
    if difficulty >= 4 {
      asked.insert("expected")
      english += ", the mean E of the first form's output in training over all masks"
      chinese += "、第一种形式的训练输出对所有掩码的期望 E"
    }
    if difficulty >= 3 {
      asked.insert("∂a")
      english += """
        , and the gradients ∂L/∂a for the loss L that is the sum of all outputs in training of both \
        forms
        """
      chinese += "，以及 ∂L/∂a，其中 L 为两种形式的全部训练输出之和"
    }
    return Draft(
      problem: DropoutProblem(activations: activations, mask: mask, keep: keep),
      prompt: Words(
        en: """
          Activations a, a mask m (1 keeps a unit, 0 drops it) and the probability p of keeping a unit \
          are given. Calculate \(english).
          """,
        zh: "给定激活值 a、掩码 m（1 保留，0 丢弃）与保留概率 p。计算\(chinese)。"
      ).prose, slips: Slip.dropout, isAsked: Draft.asking(asked))
  }
}
