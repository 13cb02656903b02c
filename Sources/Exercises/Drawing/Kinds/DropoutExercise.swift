import Explain

extension ExerciseKind {
  /// Training and testing with dropout for a mask that is given.
  package static let dropout = ExerciseKind(
    name: DropoutProblem.kind, rows: ["L5.7"], isStarred: true,
    title: Words(en: "Dropout by hand", zh: "随机失活 (dropout) 手算题"), minutes: [3, 5, 7, 9, 12]
  ) { source, difficulty in
    let units = [3, 4, 4, 5, 7][difficulty - 1]
    let activations = Array(
      source.shuffled([-2, -1.5, -1, 0.5, 1, 1.5, 2, 2.5, 3, 4.0]).prefix(units))
    var mask = (0..<units).map { _ in source.flip() ? 1.0 : 0 }
    // One unit at least of each sort.
    let places = source.shuffled(Array(0..<units))
    mask[places[0]] = 1
    mask[places[1]] = 0
    let keep = source.pick([0.5, 0.8, 0.75, 0.4, 0.25, 0.6])
    var asked: Set = ["training", "test"]
    var parts = [
      Words(
        en:
          "for dropout without scaling in training the outputs ã_train in training and ā_test in testing",
        zh: "训练时不缩放的形式的训练输出 ã_train 与测试输出 ā_test")
    ]
    if difficulty >= 2 {
      asked.insert("inverted")
      parts.append(
        Words(
          en: "for inverted dropout the outputs ã_inv in training",
          zh: "反向缩放形式 (inverted dropout) 的训练输出 ã_inv"))
    }
    if difficulty >= 4 {
      asked.insert("expected")
      parts.append(
        Words(
          en: "the mean E of ã_train over all masks", zh: "ã_train 对所有掩码的期望 E"))
    }
    if difficulty >= 3 {
      asked.insert("∂a")
      parts.append(
        Words(
          en: "the gradients ∂L/∂a of the sum L of all numbers ã_train and ã_inv",
          zh: "∂L/∂a，其中 L 为全部 ã_train 与 ã_inv 之和"))
    }
    let list = Words.list(parts)
    return Draft(
      problem: DropoutProblem(activations: activations, mask: mask, keep: keep),
      prompt: Words(
        en: """
          Activations a, a mask m (1 keeps a unit, 0 drops it) and the probability p of keeping a unit \
          are given. Calculate \(list.english).
          """,
        zh: "给定激活值 a、掩码 m（1 保留，0 丢弃）与保留概率 p。计算\(list.chinese)。"
      ).prose, slips: Slip.dropout, isAsked: Draft.asking(asked))
  }
}
