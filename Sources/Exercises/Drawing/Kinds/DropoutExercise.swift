import Explain

extension ExerciseKind {
  /// Dropout with a given mask, in training and in testing.
  package static let dropout = ExerciseKind(
    name: DropoutProblem.kind, rows: ["L5.7"], isStarred: true,
    title: Words(en: "Dropout by hand", zh: "随机失活手算题"), minutes: [2, 3, 3, 4, 5]
  ) { source, difficulty in
    let units = difficulty + 1
    let keep = source.pick([0.8, 0.75, 0.6, 0.4])
    let mask = source.shuffled([1, 0] + (0..<(units - 2)).map { _ in source.flip() ? 1.0 : 0 })
    return Draft(
      problem: DropoutProblem(
        activations: (0..<units).map { _ in source.decimal(0.3...3) }, mask: mask, keep: keep),
      prompt: Words(
        en: """
          The activations a of a layer, the mask m drawn in training and the probability p of keeping a unit are \
          given. Calculate the activations in training, those in testing (all units, times p), and those of the \
          inverted form in training.
          """,
        zh: "给定一层的激活值 a、训练时抽取的掩码 m 与保留概率 p。计算训练时的激活值、测试时的激活值（全部单元，乘以 p），以及倒置（inverted）形式训练时的激活值。"
      ).prose, slips: Slip.dropout,
      isAsked: { ["training", "test", "inverted"].contains($0.calculation?.key ?? "") })
  }
}
