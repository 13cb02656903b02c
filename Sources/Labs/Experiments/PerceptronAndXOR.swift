import Explain
import Models
import Plots
import Training

extension Lab {
  /// What a perceptron learns, how soon, and what it cannot (L1.1, L1.2).
  static let perceptronAndXOR = Lab(
    name: "perceptron-and-xor", rows: ["L1.1", "L1.2"],
    title: Prose(en: "The perceptron and XOR", zh: "感知机与 XOR 问题"),
    claim: Prose(
      en: """
        Rosenblatt's rule finds a separating line wherever there is one, after at most (R/γ)² \
        updates: R is the length of the longest sample, γ the margin. XOR has no such line: a \
        perceptron has at most three of its four cases right, whatever its weights. A multilayer \
        perceptron has all four.
        """,
      zh: """
        只要数据线性可分，Rosenblatt 学习规则就能找到分界线，更新次数不超过 (R/γ)²，其中 R 是最长样本的长度，γ 是间隔。\
        XOR 没有这样的直线：无论权重如何，感知机在四种情形中最多答对三种；多层感知机（MLP）则全部答对。
        """)
  ) { notebook in
    gates(&notebook)
    try convergence(&notebook)
    try corners(&notebook)
    try clouds(&notebook)
  }

  // MARK: McCulloch and Pitts

  /// Whether a neuron of McCulloch and Pitts fires.
  private static func fires(_ weights: [Int], _ inputs: [Int], threshold: Int) -> Int {
    zip(weights, inputs).reduce(0) { $0 + $1.0 * $1.1 } >= threshold ? 1 : 0
  }

  private static let rows = [[0, 0], [0, 1], [1, 0], [1, 1]]

  private static func gates(_ notebook: inout Notebook) {
    notebook.section(Prose(en: "Neurons as gates", zh: "神经元作为逻辑门"))
    notebook.write(
      Prose(
        en: """
          A neuron of McCulloch and Pitts fires where the weighted sum of its inputs reaches a \
          threshold; nothing is learned. OR has the weights 1 and 1 and the threshold 1, NAND the \
          weights −1 and −1 and the threshold −1. A third neuron, AND with the weights 1 and 1 and \
          the threshold 2, reads these two.
          """,
        zh: """
          McCulloch–Pitts 神经元在输入的加权和达到阈值时兴奋，不含学习。OR 的权重为 1 和 1，阈值为 1；NAND 的权重为 −1 和 −1，\
          阈值为 −1。第三个神经元是 AND（权重 1 和 1，阈值 2），以前两个的输出为输入。
          """))
    var right = 0
    let table = rows.map { inputs -> [Table.Cell] in
      let either = fires([1, 1], inputs, threshold: 1)
      let notBoth = fires([-1, -1], inputs, threshold: -1)
      let both = fires([1, 1], [either, notBoth], threshold: 2)
      if both == inputs[0] ^ inputs[1] { right += 1 }
      return (inputs + [either, notBoth, both]).map { .digits("\($0)") }
    }
    notebook.table(
      [
        Prose("x₁"), Prose("x₂"), Prose(Prose.Run(stringLiteral: "OR")),
        Prose(Prose.Run(stringLiteral: "NAND")),
        Prose(en: "AND of both", zh: "二者的 AND"),
      ], table)
    notebook.conclude(
      "gates-right",
      Prose(
        en: "Neurons in two layers compute XOR: rows that are right",
        zh: "两层神经元能计算 XOR：正确的行数"),
      Double(right), .within(4...4))
  }

  // MARK: Separable data

  private static let gaps = [0.4, 0.2, 0.1, 0.05, 0.025]

  /// A hundred points of a square at a distance from a random line, signed by their side.
  private static func separable(gap: Double, seed: UInt64) -> [[Double]] {
    var random = RandomGenerator(key: RandomKey(seed: seed, path: "separable"))
    var (u, v) = (random.normal(), random.normal())
    let length = (u * u + v * v).squareRoot()
    (u, v) = (u / length, v / length)
    let offset = 0.6 * random.uniform() - 0.3
    var samples: [[Double]] = []
    while samples.count < 100 {
      let (x, y) = (2 * random.uniform() - 1, 2 * random.uniform() - 1)
      let side = u * x + v * y + offset
      if abs(side) >= gap {
        samples.append(PerceptronRule.signed([x, y], isPositive: side > 0))
      }
    }
    return samples
  }

  private static func convergence(_ notebook: inout Notebook) throws {
    let sets = 15
    notebook.section(Prose(en: "On separable data", zh: "在线性可分数据上"))
    notebook.write(
      Prose(
        en: """
          Each data set has 100 points of a square on either side of a random line, none nearer to \
          it than a given gap; there are \(sets) sets for each of \(gaps.count) gaps. The rule \
          w ← w + y·x (y is 1 or −1, and x has a further input 1 for the offset) runs over the \
          points in turn, from zero, until a whole pass is without an error. R and γ are measured \
          on the same points; γ is the largest margin that a search for the best line found.
          """,
        zh: """
          每个数据集为正方形内随机直线两侧的 100 个点，与直线的距离不小于给定的间隙；共 \(gaps.count) 种间隙，每种 \(sets) 个数据集。\
          学习规则 w ← w + y·x（y 取 1 或 −1，x 另加一个恒为 1 的输入作为偏置）从零开始依次处理各点，直到整轮无错。\
          R 和 γ 在同样的点上测得；γ 是搜索最优直线所得到的最大间隔。
          """))
    var converged = 0
    var ratios: [Double] = []
    var medians: [Double] = []
    var table: [[Table.Cell]] = []
    var (margins, updates, bounds): ([Double], [Double], [Double]) = ([], [], [])
    for (number, gap) in gaps.enumerated() {
      var (counts, limits): ([Double], [Double]) = ([], [])
      for set in 0..<sets {
        let samples = separable(gap: gap, seed: notebook.seed(1000 * number + set))
        let (radius, margin) = PerceptronRule.extent(of: samples)
        var rule = PerceptronRule(inputs: 2)
        var passes = 1
        while rule.pass(samples) > 0, passes < 20_000 { passes += 1 }
        if passes < 20_000 { converged += 1 }
        counts.append(Double(rule.updates))
        limits.append((radius / margin) * (radius / margin))
        margins.append(margin)
      }
      ratios += zip(counts, limits).map { $0 / $1 }
      medians.append(Statistics.median(counts))
      updates += counts
      bounds += limits
      table.append([
        .digits(LabNumber.chosen(gap)), .digits(LabNumber.text(medians[number])),
        .digits(LabNumber.text(counts.max() ?? 0)),
        .digits(LabNumber.text(Statistics.median(limits))),
      ])
      try notebook.reach(0.4 * Double(number + 1) / Double(gaps.count))
    }
    notebook.table(
      [
        Prose(en: "Gap", zh: "间隙"), Prose(en: "Updates, median", zh: "更新次数（中位数）"),
        Prose(en: "Updates, most", zh: "更新次数（最多）"),
        Prose(en: "Bound (R/γ)², median", zh: "上界 (R/γ)²（中位数）"),
      ], table)
    try notebook.figure(
      "updates-by-margin",
      Chart(
        notebook.words("Updates until no error is left", "直到无错的更新次数"),
        x: Axis(notebook.words("margin γ", "间隔 γ"), scale: .logarithmic),
        y: Axis(notebook.words("updates", "更新次数"), scale: .logarithmic),
        marks: [
          .points(notebook.words("updates of the rule", "学习规则的更新"), x: margins, y: updates),
          .points(notebook.words("bound (R/γ)²", "上界 (R/γ)²"), x: margins, y: bounds),
        ]),
      caption: Prose(
        en: "The narrower the margin, the more updates; always fewer than the bound allows.",
        zh: "间隔越窄，更新越多，但总少于上界。"))
    notebook.conclude(
      "converged",
      Prose(
        en: "The share of data sets on which the rule ends without errors",
        zh: "学习规则最终无错的数据集所占比例"),
      Double(converged) / Double(ratios.count), .atLeast(1))
    notebook.conclude(
      "updates-over-bound",
      Prose(
        en: "The updates, as a part of the bound, on the worst data set",
        zh: "更新次数与上界之比（最坏的数据集）"),
      ratios.max() ?? .nan, .atMost(1))
    notebook.conclude(
      "updates-growth",
      Prose(
        en: "A narrow margin takes more updates than a wide one: ratio of the medians",
        zh: "窄间隔比宽间隔需要更多更新：中位数之比"),
      medians[medians.count - 1] / medians[0], .atLeast(4))
  }

  // MARK: XOR

  private static func corners(_ notebook: inout Notebook) throws {
    notebook.section(Prose(en: "On the four cases of XOR", zh: "在 XOR 的四种情形上"))
    notebook.write(
      Prose(
        en: """
          For XOR the four cases ask for b ≤ 0, w₁ + b > 0, w₂ + b > 0 and w₁ + w₂ + b ≤ 0. The \
          two in the middle add up to w₁ + w₂ + 2·b > 0, the first and the last to \
          w₁ + w₂ + 2·b ≤ 0: no weights do all four, so three is the most. To see it, all weights \
          and offsets from −2 to 2 in steps of ½ are tried, and the functions of two bits that \
          they compute are counted; then the rule runs for 200 passes over AND and over XOR.
          """,
        zh: """
          XOR 的四种情形要求 b ≤ 0、w₁ + b > 0、w₂ + b > 0、w₁ + w₂ + b ≤ 0。中间两式相加得 w₁ + w₂ + 2·b > 0，\
          首末两式相加得 w₁ + w₂ + 2·b ≤ 0，矛盾：没有权重能满足全部四式，最多三式。为验证这一点，把 −2 到 2 之间步长 ½ 的\
          所有权重和偏置都试一遍，统计它们能算出多少种二元布尔函数；再让学习规则在 AND 和 XOR 上各运行 200 轮。
          """))
    let steps = stride(from: -2.0, through: 2, by: 0.5)
    let target = rows.map { $0[0] ^ $0[1] }
    var functions: Set<[Int]> = []
    var most = 0
    for first in steps {
      for second in steps {
        for offset in steps {
          let answers = rows.map {
            first * Double($0[0]) + second * Double($0[1]) + offset > 0 ? 1 : 0
          }
          functions.insert(answers)
          most = max(most, zip(answers, target).count { $0 == $1 })
        }
      }
    }
    let errors = [[0, 0, 0, 1], target].map { wanted -> [Double] in
      let samples = zip(rows, wanted).map {
        PerceptronRule.signed($0.map(Double.init), isPositive: $1 == 1)
      }
      var rule = PerceptronRule(inputs: 2)
      return (0..<200).map { _ in Double(rule.pass(samples)) }
    }
    try notebook.figure(
      "errors-by-pass",
      Chart(
        notebook.words("Errors of the rule in each pass", "学习规则每轮的错误数"),
        x: Axis(notebook.words("pass", "轮次")),
        y: Axis(notebook.words("errors of 4", "4 种情形中的错误数")),
        marks: [
          .line("AND", values: Array(errors[0].prefix(25))),
          .line("XOR", values: Array(errors[1].prefix(25))),
        ], height: 300),
      caption: Prose(
        en: "On AND the errors end; on XOR they never do.", zh: "在 AND 上错误终止；在 XOR 上永不终止。"))
    notebook.conclude(
      "functions",
      Prose(
        en:
          "Of the 16 functions of two bits, a single neuron computes all but XOR and its opposite",
        zh: "16 种二元布尔函数中，除 XOR 及其反函数外，单个神经元都能计算"),
      Double(functions.count), .within(14...14))
    notebook.conclude(
      "xor-most-right",
      Prose(
        en: "The most cases of XOR that any of these weights have right",
        zh: "这些权重在 XOR 上最多答对的情形数"),
      Double(most), .within(3...3))
    notebook.conclude(
      "xor-fewest-errors",
      Prose(
        en: "The rule errs on XOR in every pass: fewest errors in a pass",
        zh: "学习规则在 XOR 上每轮都出错：单轮最少错误数"),
      errors[1].min() ?? .nan, .atLeast(1))
  }

  /// A perceptron and a multilayer perceptron on points around the four corners.
  private static func clouds(_ notebook: inout Notebook) throws {
    notebook.section(Prose(en: "Decision boundaries", zh: "决策边界"))
    notebook.write(
      Prose(
        en: """
          400 points around the corners of a square, the class that of XOR. The perceptron follows \
          Rosenblatt's rule, 10 passes over the points one by one; the multilayer perceptron has 8 \
          ReLU units in its hidden layer and takes 300 steps of Adam on all points.
          """,
        zh: """
          正方形四角附近的 400 个点，类别按 XOR。感知机按 Rosenblatt 规则逐点学习 10 轮；多层感知机的隐藏层有 8 个 ReLU 单元，\
          在全部点上做 300 步 Adam。
          """))
    let (points, labels) = LabData.exclusiveOr(count: 400, spread: 0.2, seed: notebook.seed)
    var single = perceptron(inputs: 2, classes: 2)
    single.initialize(seed: notebook.seed)
    var plain = SGD(learningRate: 1)
    var best = 0.0
    for pass in 0..<10 {
      for index in 0..<400 {
        let range = index..<index + 1
        let (x, y) = (points.sliced(axis: 0, range), labels.sliced(axis: 0, range))
        LabTraining.step(&single, &plain) { model, context in
          perceptronLoss(scores: model(Tensor(x), &context), labels: y)
        }
        if index % 20 == 0 { best = max(best, LabData.accuracy(of: single, points, labels)) }
      }
      try notebook.reach(0.4 + 0.04 * Double(pass + 1))
    }
    var deep = mlp(inputs: 2, hidden: [8], classes: 2)
    deep.initialize(seed: notebook.seed(1))
    var adam = Adam(learningRate: 0.03)
    for step in 0..<300 {
      LabTraining.step(&deep, &adam, inputs: points, labels: labels)
      if step % 50 == 0 { try notebook.reach(0.8 + 0.2 * Double(step) / 300) }
    }
    try notebook.figure(
      "regions-perceptron",
      LabData.regions(
        of: single, points, labels, title: notebook.words("Perceptron", "感知机"), range: -2...2),
      caption: Prose(
        en: "The perceptron's border is a straight line, at the end of training as at any time.",
        zh: "感知机的边界是一条直线，训练结束时如此，任何时候都如此。"))
    try notebook.figure(
      "regions-mlp",
      LabData.regions(
        of: deep, points, labels, title: notebook.words("Multilayer perceptron", "多层感知机"),
        range: -2...2),
      caption: Prose(
        en: "The hidden units bend the border around the corners.", zh: "隐藏单元使边界绕过各个角。"))
    notebook.conclude(
      "accuracy-perceptron",
      Prose(
        en: "The perceptron's best accuracy during training is that of three corners",
        zh: "感知机在训练中的最高准确率不超过三个角的水平"),
      best, .atMost(0.78))
    notebook.conclude(
      "accuracy-mlp",
      Prose(en: "The multilayer perceptron's accuracy", zh: "多层感知机的准确率"),
      LabData.accuracy(of: deep, points, labels), .atLeast(0.98))
  }
}
