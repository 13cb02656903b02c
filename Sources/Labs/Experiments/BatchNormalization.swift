import Explain
import Foundation
import Plots
import Training

extension Lab {
  /// Batch normalisation trains where plain networks do not, and tests by running statistics
  /// (L5.10).
  static let batchNormalization = Lab(
    name: "batch-normalization", rows: ["L5.10"],
    title: Prose(en: "Batch normalisation", zh: "批规范化"),
    claim: Prose(
      en: """
        Normalising each layer's sums over the mini-batch makes training faster and steadier. In \
        testing the mean and variance gathered in training are used, not those of the test's batch.
        """,
      zh: "在小批量上规范化每层的线性输出，使训练更快更稳。测试时使用训练中累积的均值和方差，而不是测试批的统计量。")
  ) { notebook in
    try normalize(&notebook)
    try compareRates(&notebook)
    try compareStatistics(&notebook)
  }

  /// The formula, right and as the notes print it first.
  private static func normalize(_ notebook: inout Notebook) throws {
    notebook.section(Prose(en: "The formula", zh: "公式"))
    notebook.write(
      Prose(
        en: """
          10,000 numbers of mean 3 and different standard deviations, normalised with γ = 1, \
          β = 0, ε = 10⁻⁵. The result should have a standard deviation of 1 whatever the input's.
          """,
        zh: "10000 个均值为 3、标准差不同的数，取 γ = 1、β = 0、ε = 10⁻⁵ 作规范化。无论输入如何，结果的标准差应为 1。"))
    var layer = BatchNorm(1)
    layer.initialize(seed: notebook.seed, dtype: .float64)
    var rows: [[Table.Cell]] = []
    var furthest = 0.0
    for deviation in [0.1, 1, 10] {
      let z = NDArray.normal(
        [10_000, 1], mean: 3, standardDeviation: deviation,
        key: RandomKey(seed: notebook.seed, path: "sums"), dtype: .float64)
      var context = Context(.training)
      let right = layer(Tensor(z), &context).array.variance().item.squareRoot()
      let centred = z - z.mean()
      let printed = centred / (layer.epsilon.squareRoot() + centred.squared().mean().item)
      furthest = max(furthest, abs(right - 1))
      rows.append(
        [.digits(LabNumber.chosen(deviation))]
          + [right, printed.variance().item.squareRoot()].map { .digits(LabNumber.text($0)) })
    }
    notebook.table(
      [
        Prose(en: "Input's deviation σ", zh: "输入的标准差 σ"),
        Prose(en: "Divided by √(σ² + ε)", zh: "除以 √(σ² + ε)"),
        Prose(en: "As first printed", zh: "笔记首次所印"),
      ], rows)
    notebook.note(
      Prose(
        en: """
          The notes' first formula divides by √ε + mean(Z̃²), which lacks the root over the \
          variance; it gives about 1/σ. Their derivation below it has the right one, √(σ² + ε).
          """,
        zh: "笔记的第一个公式除以 √ε + mean(Z̃²)，方差没有开方，结果约为 1/σ。其下的推导是对的：√(σ² + ε)。"))
    notebook.conclude(
      "deviation-off",
      Prose(
        en: "By the right formula the standard deviation is 1 (largest difference)",
        zh: "用正确公式时标准差为 1（最大差）"),
      furthest, .atMost(0.01))
  }

  private static let rates = (-4...1).map { pow(10, Double($0) / 2) }
  private static let depth = 8
  private static let steps = 200
  private static let draws = 3
  private static let goal = 0.8

  /// A deep network, with or without batch normalisation before each ReLU.
  private static func network(_ initializer: Initializer, isNormalized: Bool) -> Sequential {
    var layers: [any Layer] = []
    for layer in 0..<depth {
      // β takes the place of the dense layer's offset, which the mean would take away.
      layers.append(
        Dense(layer == 0 ? 64 : 48, 48, bias: !isNormalized, initializer: initializer))
      if isNormalized { layers.append(BatchNorm(48)) }
      layers.append(ReLU())
    }
    layers.append(Dense(48, 10, initializer: initializer))
    return Sequential(layers)
  }

  /// Accuracy by learning rate, with good and with small first weights.
  private static func compareRates(_ notebook: inout Notebook) throws {
    notebook.section(Prose(en: "Which learning rates train", zh: "哪些学习率能训练"))
    notebook.write(
      Prose(
        en: """
          A network of \(depth) hidden layers of 48 ReLU units on the digits, with batch \
          normalisation before each ReLU or without, \(steps) steps of gradient descent on \
          mini-batches of 32. First weights are He's, or small ones of N(0, 0.02²); the test's \
          accuracy is the median of \(draws) draws. A rate trains where it comes to \
          \(LabNumber.chosen(goal)).
          """,
        zh: """
          在手写数字上训练 \(depth) 个隐藏层、每层 48 个 ReLU 单元的网络，每个 ReLU 前有或没有批规范化，\
          用小批量（32）梯度下降训练 \(steps) 步。初始权重为 He，或取自 N(0, 0.02²) 的小权重。\
          测试准确率取 \(draws) 次初始化的中位数，达到 \(LabNumber.chosen(goal)) 即算该学习率能训练。
          """))
    let digits = try DigitRows(seed: notebook.seed)
    let starts: [(Prose, Initializer)] = [
      (Prose(en: "He", zh: "He"), .heNormal),
      (Prose(en: "small", zh: "小权重"), .normal(mean: 0, standardDeviation: 0.02)),
    ]
    var rows: [[Table.Cell]] = []
    var marks: [Mark] = []
    var trained: [[Double]] = []
    var accuracies: [[Double]] = []
    for (name, initializer) in starts {
      for isNormalized in [false, true] {
        let found = try rates.map { rate in
          let draws = try (0..<draws).map { draw in
            var model = network(initializer, isNormalized: isNormalized)
            model.initialize(seed: notebook.seed(10 * draw + 1))
            digits.train(
              &model, by: SGD(learningRate: rate), steps: steps, batchSize: 32,
              seed: notebook.seed(10 * draw + 2))
            try Task.checkCancellation()
            return digits.accuracy(of: model)
          }
          return Statistics.median(draws)
        }
        accuracies.append(found)
        trained.append(zip(rates, found).filter { $1 >= goal }.map(\.0))
        marks.append(
          .line(
            name.plain(notebook.language)
              + (isNormalized
                ? notebook.words(", normalised", "，批规范化") : notebook.words(", plain", "，普通")),
            x: rates, y: found))
        let last = trained.last!
        rows.append([
          .prose(name),
          .prose(
            isNormalized ? Prose(en: "yes", zh: "有") : Prose(en: "no", zh: "无")),
          .digits("\(last.count)"),
          .digits(
            last.isEmpty
              ? "–" : "\(LabNumber.chosen(last.first!)) … \(LabNumber.chosen(last.last!))"),
          .digits(LabNumber.text(found.max()!)),
        ])
        try notebook.reach(0.2 * Double(accuracies.count))
      }
    }
    notebook.table(
      [
        Prose(en: "First weights", zh: "初始权重"),
        Prose(en: "Batch normalisation", zh: "批规范化"),
        Prose(en: "Of \(rates.count) rates train", zh: "\(rates.count) 个学习率中能训练的个数"),
        Prose(en: "From … to", zh: "范围"),
        Prose(en: "Best accuracy", zh: "最高准确率"),
      ], rows)
    try notebook.figure(
      "accuracy-by-rate",
      Chart(
        notebook.words("Accuracy by learning rate", "准确率与学习率"),
        x: Axis(notebook.words("learning rate", "学习率"), scale: .logarithmic),
        y: Axis(notebook.words("test accuracy", "测试准确率"), range: 0...1), marks: marks),
      caption: Prose(
        en: """
          Normalised networks bear higher rates, and train from weights that stop a plain network \
          dead.
          """,
        zh: "带批规范化的网络能承受更高的学习率；小权重使普通网络完全学不动，它却照样能训练。"))
    notebook.note(
      Prose(
        en: """
          With He's weights normalisation moves the range upwards rather than widening it: at the \
          rate \(LabNumber.chosen(rates[0])) the accuracy is \(LabNumber.text(accuracies[1][0])) with \
          it and \(LabNumber.text(accuracies[0][0])) without. That it works by reducing the \
          internal covariate shift, as the notes say, is the idea of its authors, which later \
          measurements (Santurkar et al., 2018) put in doubt.
          """,
        zh: """
          初始权重为 He 时，批规范化主要是把可用范围上移，而不是加宽：学习率 \(LabNumber.chosen(rates[0])) 时，\
          有它的准确率为 \(LabNumber.text(accuracies[1][0]))，没有它为 \(LabNumber.text(accuracies[0][0]))。\
          笔记说它减少内部协变量偏移，这是提出者的解释；后来的测量（Santurkar 等，2018）对此提出了疑问。
          """))
    notebook.conclude(
      "largest-rate-ratio",
      Prose(
        en: "With He's weights the largest rate that trains is higher by a factor",
        zh: "初始权重为 He 时，能训练的最大学习率提高的倍数"),
      (trained[1].last ?? 0) / (trained[0].last ?? .infinity), .atLeast(3))
    notebook.conclude(
      "rates-plain-small",
      Prose(
        en: "With small weights a plain network trains at so many of the rates",
        zh: "小权重时，普通网络能训练的学习率个数"),
      Double(trained[2].count), .atMost(0))
    notebook.conclude(
      "accuracy-normalized-small",
      Prose(
        en: "A normalised one does: accuracy at its best rate", zh: "带批规范化的网络则能：最佳学习率下的准确率"),
      accuracies[3].max()!, .atLeast(0.85))
  }

  /// A trained network on batches of different sizes, by their statistics and by the running ones.
  private static func compareStatistics(_ notebook: inout Notebook) throws {
    notebook.section(Prose(en: "Whose mean and variance", zh: "用谁的均值和方差"))
    notebook.write(
      Prose(
        en: """
          The normalised network with He's weights, trained at the rate 0.1 as above. The test's \
          images come in batches of different sizes and are normalised by their own batch, as in \
          training; or by the running mean and variance, for which the batch does not matter.
          """,
        zh: """
          取上面带批规范化、初始权重为 He 的网络，学习率 0.1。测试图像以不同大小的批到来，像训练时那样用各批自己的统计量规范化；\
          或用累积的均值和方差，此时批的大小无关紧要。
          """))
    let digits = try DigitRows(seed: notebook.seed)
    var model = network(.heNormal, isNormalized: true)
    model.initialize(seed: notebook.seed(1))
    digits.train(
      &model, by: SGD(learningRate: 0.1), steps: steps, batchSize: 32, seed: notebook.seed(2))
    let order = NDArray.permutation(
      digits.test.shape[0], key: RandomKey(seed: notebook.seed, path: "order"))
    let (inputs, labels) = (digits.test.gather(order), digits.testLabels.gather(order))
    let sizes = [1, 2, 4, 8, 16, 32, 64]
    let own = sizes.map { accuracy(of: model, inputs, labels, batchSize: $0) }
    let running = LabData.accuracy(of: model, inputs, labels)
    let x = sizes.map(Double.init)
    try notebook.figure(
      "accuracy-by-batch",
      Chart(
        notebook.words("Accuracy by the test's batch size", "准确率与测试批的大小"),
        x: Axis(notebook.words("images in a batch", "一批的图像数"), scale: .logarithmic),
        y: Axis(notebook.words("test accuracy", "测试准确率"), range: 0...1),
        marks: [
          .line(notebook.words("batch's statistics", "批的统计量"), x: x, y: own),
          .rule(notebook.words("running statistics", "累积统计量"), y: running),
        ]),
      caption: Prose(
        en: """
          A batch of one is its own mean: every normalised sum is 0, and each image gets the same \
          answer. Small batches have poor statistics.
          """,
        zh: "只有一张图像的批，均值就是它自己：规范化后全为 0，每张图像得到同样的答案。小批的统计量也不准。"))
    var context = Context(.evaluation)
    let together = model(Tensor(inputs), &context).array
    let alone = (0..<50).map { index in
      model(Tensor(inputs.sliced(axis: 0, index..<index + 1)), &context).array
    }
    let difference = (NDArray.concatenate(alone) - together.sliced(axis: 0, 0..<50)).absolute()
      .maximum().item
    notebook.conclude(
      "accuracy-lost-alone",
      Prose(
        en: "By its own statistics a single image costs accuracy",
        zh: "单张图像用自己的统计量损失的准确率"),
      running - own[0], .atLeast(0.6))
    notebook.conclude(
      "alone-or-together",
      Prose(
        en: """
          By running statistics an image alone and in a batch has the same output (difference, \
          relative)
          """,
        zh: "用累积统计量时，图像单独与成批的输出相同（相对差）"),
      difference / together.absolute().maximum().item, .atMost(1e-4))
  }

  /// The accuracy in training mode, over whole batches.
  private static func accuracy(
    of model: Sequential, _ inputs: NDArray, _ labels: NDArray, batchSize: Int
  ) -> Double {
    let batches = inputs.shape[0] / batchSize
    let found = (0..<batches).flatMap { batch in
      let range = batch * batchSize..<(batch + 1) * batchSize
      var context = Context(.training)
      return model(Tensor(inputs.sliced(axis: 0, range)), &context).array
        .argumentOfMaximum(axis: 1).integers
    }
    let right = zip(found, labels.integers).count { $0 == $1 }
    return Double(right) / Double(found.count)
  }
}
