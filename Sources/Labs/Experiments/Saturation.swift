import Explain
import Plots
import Training

extension Lab {
  /// Where units saturate, what that does to gradients, and what helps (L3.2, L3.3).
  static let saturation = Lab(
    name: "saturation", rows: ["L3.2", "L3.3"],
    title: Prose(en: "Saturation of outputs and hidden units", zh: "输出单元与隐藏单元的饱和"),
    claim: Prose(
      en: """
        A sigmoid output that is far off has almost no slope. With the squared error the gradient \
        vanishes with it; the logarithm in the negative log-likelihood undoes the output's \
        exponential, and the gradient stays. Hidden sigmoid units shrink gradients from layer to \
        layer and have a mean far from 0, which tanh has not; ReLU does not saturate above 0, but \
        its units can die.
        """,
      zh: """
        偏离很远的 sigmoid 输出几乎没有斜率：用平方误差时梯度随之消失；负对数似然中的对数抵消输出的指数，梯度得以保留。\
        sigmoid 隐藏单元使梯度逐层缩小，且输出均值远离 0，而 tanh 没有这种偏移；ReLU 在大于 0 时不饱和，但单元可能“死亡”。
        """)
  ) { notebook in
    try slopes(&notebook)
    try training(&notebook)
    try HiddenSaturation.depth(&notebook)
    try HiddenSaturation.offset(&notebook)
    try HiddenSaturation.dead(&notebook)
  }

  // MARK: Output units

  private static func slopes(_ notebook: inout Notebook) throws {
    notebook.section(Prose(en: "Gradients at the output", zh: "输出处的梯度"))
    notebook.write(
      Prose(
        en: """
          One output ŷ = σ(z) for the target 1. The squared error ½(ŷ − 1)² has the gradient \
          (ŷ − 1)·ŷ·(1 − ŷ) with respect to z, the negative log-likelihood −ln ŷ the gradient ŷ − 1. \
          Both are taken by the tape in double precision for z from −15 (far off and sure of it) \
          to 5 (right).
          """,
        zh: """
          单个输出 ŷ = σ(z)，目标为 1。平方误差 ½(ŷ − 1)² 对 z 的梯度是 (ŷ − 1)·ŷ·(1 − ŷ)，负对数似然 −ln ŷ 的梯度是 ŷ − 1。\
          z 从 −15（错得很远且很自信）到 5（正确），两者都由计算带以双精度求出。
          """))
    let places = (0...80).map { Double($0) / 4 - 15 }
    let target = Tensor(repeating: 1, shape: [places.count], dtype: .float64)
    let squared = valueWithGradient(at: NDArray(places)) { z in
      meanSquaredError(z.sigmoid(), target, form: .sum) * 0.5
    }.gradient.doubles.map { abs($0) }
    let likelihood = valueWithGradient(at: NDArray(places)) { z in
      binaryCrossEntropy(logits: z, targets: target, reduction: .sum)
    }.gradient.doubles.map { abs($0) }
    try notebook.figure(
      "output-gradients",
      Chart(
        notebook.words("Gradient at a sigmoid output, target 1", "sigmoid 输出处的梯度（目标为 1）"),
        x: Axis(notebook.words("weighted sum z", "加权和 z")),
        y: Axis(notebook.words("size of the gradient", "梯度大小"), scale: .logarithmic),
        marks: [
          .line(notebook.words("squared error", "平方误差"), x: places, y: squared),
          .line(notebook.words("negative log-likelihood", "负对数似然"), x: places, y: likelihood),
        ], height: 360),
      caption: Prose(
        en: """
          The further off the output, the smaller the squared error's gradient; that of the negative \
          log-likelihood tends to 1.
          """,
        zh: "输出偏离越远，平方误差的梯度越小；负对数似然的梯度趋于 1。"))
    let shown = [-15.0, -10, -5, -2, 0, 2, 5]
    notebook.table(
      [
        Prose("z"), Prose(en: "Squared error", zh: "平方误差"),
        Prose(en: "Negative log-likelihood", zh: "负对数似然"),
      ],
      shown.map { z in
        let index = Int(4 * (z + 15))
        return [z, squared[index], likelihood[index]].map { .digits(LabNumber.text($0)) }
      })
    let far = Int(4 * (-10.0 + 15))
    notebook.conclude(
      "gradient-ratio",
      Prose(
        en: """
          At z = −10 the gradient of the negative log-likelihood is many times that of the squared \
          error
          """,
        zh: "z = −10 时，负对数似然的梯度是平方误差梯度的许多倍"),
      likelihood[far] / squared[far], .atLeast(1e4))
    let extreme = Tensor([Float(-120)])
    let one = Tensor(repeating: 1, shape: [1])
    let together = binaryCrossEntropy(logits: extreme, targets: one).item
    let apart = (-extreme.sigmoid().log()).sum().item
    notebook.note(
      Prose(
        en: """
          The logarithm undoes the exponential only where the two are computed together: at \
          z = −120 in single precision ln(1 + eᶻ) − z gives \(LabNumber.text(together)); first σ(z), \
          then its logarithm, gives \(LabNumber.text(apart)).
          """,
        zh: """
          只有把对数和指数合在一起计算，对数才能抵消指数：单精度下 z = −120 时，ln(1 + eᶻ) − z 得 \
          \(LabNumber.text(together))；先算 σ(z) 再取对数则得 \(LabNumber.text(apart))。
          """))
  }

  /// A unit that begins far on the wrong side.
  private static func training(_ notebook: inout Notebook) throws {
    notebook.section(Prose(en: "In training", zh: "训练中"))
    notebook.write(
      Prose(
        en: """
          One sigmoid unit learns whether a digit is a zero, on 898 digits. Its weights begin at 0 \
          and its offset at 10, so that it says yes to all, wrongly for nine in ten. 200 steps of \
          gradient descent on all digits at a learning rate of 1, by each loss.
          """,
        zh: """
          一个 sigmoid 单元在 898 个数字上学习判断“是否为零”。权重从 0 开始，偏置从 10 开始，因而对所有数字都回答“是”，\
          其中九成是错的。分别用两种损失，在全部数字上做 200 步梯度下降，学习率为 1。
          """))
    let digits = try LabDigits.parts([0.5, 0.5], seed: notebook.seed)[0]
    let wanted = digits.labels.integers.map { Float($0 == 0 ? 1 : 0) }
    let targets = Tensor(NDArray(wanted, shape: [digits.count, 1]))
    let outcomes = [false, true].map { isLikelihood -> [Double] in
      var model = Sequential { Dense(64, 1, initializer: .zeros) }
      model.initialize()
      LabTraining.set("layers.0.bias", of: &model, to: NDArray([Float(10)]))
      var optimizer = SGD(learningRate: 1)
      return (0..<200).map { _ in
        var right = 0
        LabTraining.step(&model, &optimizer) { model, context in
          let z = model(Tensor(digits.rows), &context)
          right = zip(z.array.doubles, wanted).count { ($0 > 0) == ($1 == 1) }
          return isLikelihood
            ? binaryCrossEntropy(logits: z, targets: targets)
            : meanSquaredError(z.sigmoid(), targets, form: .half)
        }
        return Double(right) / Double(digits.count)
      }
    }
    try notebook.figure(
      "saturated-start",
      Chart(
        notebook.words("Learning from a saturated start", "从饱和的起点开始学习"),
        x: Axis(notebook.words("step", "步")),
        y: Axis(notebook.words("share right", "正确率"), range: 0...1),
        marks: [
          .line(notebook.words("squared error", "平方误差"), values: outcomes[0], from: 0),
          .line(
            notebook.words("negative log-likelihood", "负对数似然"), values: outcomes[1], from: 0),
        ], height: 340),
      caption: Prose(
        en: "The squared error does not move the unit; the negative log-likelihood does at once.",
        zh: "平方误差推不动这个单元；负对数似然立刻就能。"))
    notebook.conclude(
      "accuracy-squared",
      Prose(
        en: "Share right after 200 steps by the squared error", zh: "平方误差训练 200 步后的正确率"),
      outcomes[0][199], .atMost(0.2))
    notebook.conclude(
      "accuracy-likelihood",
      Prose(
        en: "Share right after 200 steps by the negative log-likelihood",
        zh: "负对数似然训练 200 步后的正确率"),
      outcomes[1][199], .atLeast(0.95))
    try notebook.reach(0.1)
  }
}
