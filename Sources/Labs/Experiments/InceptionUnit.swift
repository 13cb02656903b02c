import Explain
import Models
import Plots
import Training

extension Lab {
  /// 1 × 1 convolutions make an Inception unit cheap (L7.4).
  static let inceptionUnit = Lab(
    name: "inception-unit", rows: ["L7.4"],
    title: Prose(en: "Inception units and 1 × 1 convolutions", zh: "Inception 单元与 1 × 1 卷积"),
    claim: Prose(
      en: """
        An Inception unit has filters of several sizes side by side; padding makes their outputs \
        equal in size, and they are put together along the depth. 1 × 1 convolutions before the \
        large filters reduce the number of channels and with it the cost of computing.
        """,
      zh: "Inception 单元让多种尺寸的滤波器并列；填充使各输出尺寸相同，再沿深度拼接。大滤波器之前的 1 × 1 卷积减少通道数，从而降低计算量。")
  ) { notebook in
    try countUnits(&notebook)
    try notebook.reach(0.2)
    try trainUnits(&notebook)
  }

  /// The widths of a unit's branches.
  private struct Widths {
    let name: String
    /// Rows of the maps.
    let side: Int
    let input: Int
    let one: Int
    let three: (reduced: Int, filters: Int)
    let five: (reduced: Int, filters: Int)
    let pool: Int

    /// Channels after the unit with reductions.
    var output: Int { one + three.filters + five.filters + pool }

    /// The branches with reductions before the larger filters and after the pooling.
    func reduced(normalized: Bool = false) -> Branches {
      Branches([
        convolution(input, one, 1, normalized),
        Sequential {
          convolution(input, three.reduced, 1, normalized)
          convolution(three.reduced, three.filters, 3, normalized)
        },
        Sequential {
          convolution(input, five.reduced, 1, normalized)
          convolution(five.reduced, five.filters, 5, normalized)
        },
        Sequential {
          MaxPool2D(3, stride: 1, padding: 1)
          convolution(input, pool, 1, normalized)
        },
      ])
    }

    /// The same filters on all input channels.
    /// - Parameter keepsDepth: Whether the pooling's channels are reduced all the same.
    func naive(normalized: Bool = false, keepsDepth: Bool = false) -> Branches {
      let pooling = MaxPool2D(3, stride: 1, padding: 1)
      return Branches([
        convolution(input, one, 1, normalized),
        convolution(input, three.filters, 3, normalized),
        convolution(input, five.filters, 5, normalized),
        keepsDepth
          ? Sequential([pooling, convolution(input, pool, 1, normalized)]) : Sequential([pooling]),
      ])
    }

    private func convolution(
      _ channels: Int, _ filters: Int, _ size: Int, _ normalized: Bool
    ) -> Sequential {
      let layer = Conv2D(
        channels, filters, kernel: size, padding: size / 2, bias: !normalized,
        initializer: .heNormal)
      return Sequential(normalized ? [layer, BatchNorm(filters), ReLU()] : [layer, ReLU()])
    }
  }

  /// The nine units of the paper's table 1.
  private static let units = [
    Widths(name: "3a", side: 28, input: 192, one: 64, three: (96, 128), five: (16, 32), pool: 32),
    Widths(name: "3b", side: 28, input: 256, one: 128, three: (128, 192), five: (32, 96), pool: 64),
    Widths(name: "4a", side: 14, input: 480, one: 192, three: (96, 208), five: (16, 48), pool: 64),
    Widths(name: "4b", side: 14, input: 512, one: 160, three: (112, 224), five: (24, 64), pool: 64),
    Widths(name: "4c", side: 14, input: 512, one: 128, three: (128, 256), five: (24, 64), pool: 64),
    Widths(name: "4d", side: 14, input: 512, one: 112, three: (144, 288), five: (32, 64), pool: 64),
    Widths(
      name: "4e", side: 14, input: 528, one: 256, three: (160, 320), five: (32, 128), pool: 128),
    Widths(
      name: "5a", side: 7, input: 832, one: 256, three: (160, 320), five: (32, 128), pool: 128),
    Widths(
      name: "5b", side: 7, input: 832, one: 384, three: (192, 384), five: (48, 128), pool: 128),
  ]

  /// The units of GoogLeNet with and without reductions.
  private static func countUnits(_ notebook: inout Notebook) throws {
    notebook.section(Prose(en: "The units of GoogLeNet", zh: "GoogLeNet 的单元"))
    notebook.write(
      Prose(
        en: """
          Each of the nine units as in the paper, and with the same filters on all input channels, \
          the pooling's passed on as they are: multiplications for one image and the depth that \
          comes out, from the layers' shapes. The first are compared with the units in the \
          library's GoogLeNet.
          """,
        zh: """
          九个单元，一按论文，二把同样的滤波器直接作用于全部输入通道、池化结果原样传下。\
          由各层形状得出处理一张图像的乘法次数和输出深度；前者与库中 GoogLeNet 的单元对照。
          """))
    let network = try googLeNet(.paper).summary(input: [1, 3, 224, 224])
    var counts: [(reduced: Summary, naive: Summary)] = []
    var different = 0
    for unit in units {
      let shape: Shape = [1, unit.input, unit.side, unit.side]
      let summaries = (
        reduced: try unit.reduced().summary(input: shape),
        naive: try unit.naive().summary(input: shape)
      )
      counts.append(summaries)
      let rows = network.rows.filter { $0.path.hasPrefix("inception\(unit.name).") }
      let known = rows.reduce(0) { $0 + $1.multiplyAdds }
      let sizes = Set(rows.map { [$0.output[2], $0.output[3]] })
      if known != summaries.reduced.multiplyAdds || sizes != [[unit.side, unit.side]] {
        different += 1
      }
    }
    notebook.table(
      [
        Prose(en: "Unit", zh: "单元"), Prose(en: "Depth in", zh: "输入深度"),
        Prose(en: "Depth out", zh: "输出深度"), Prose(en: "without 1 × 1", zh: "不用 1 × 1"),
        Prose(en: "Multiplications, millions", zh: "乘法（百万）"),
        Prose(en: "without 1 × 1", zh: "不用 1 × 1"), Prose(en: "Ratio", zh: "之比"),
      ],
      zip(units, counts).map { unit, count in
        let (few, many) = (count.reduced.multiplyAdds, count.naive.multiplyAdds)
        return [
          unit.name, "\(unit.input)", "\(count.reduced.output[1])", "\(count.naive.output[1])",
          LabNumber.text(Double(few) / 1e6), LabNumber.text(Double(many) / 1e6),
          LabNumber.text(Double(many) / Double(few)),
        ].map { .digits($0) }
      })
    try notebook.figure(
      "multiplications",
      Chart(
        notebook.words("Multiplications of each unit", "各单元的乘法次数"),
        x: Axis(notebook.words("unit", "单元"), scale: .categories(units.map(\.name))),
        y: Axis(notebook.words("millions", "百万次")),
        marks: [
          .bars(
            notebook.words("with 1 × 1 reduction", "用 1 × 1 降维"),
            heights: counts.map { Double($0.reduced.multiplyAdds) / 1e6 }),
          .bars(
            notebook.words("without", "不用"),
            heights: counts.map { Double($0.naive.multiplyAdds) / 1e6 }),
        ], height: 340),
      caption: Prose(
        en: """
          The same filters on all channels cost several times as much, though the units' input is \
          taken as it is with reductions; without them it would grow from unit to unit.
          """,
        zh: "同样的滤波器作用于全部通道要贵数倍；这还是按降维后的输入计算的，不降维时输入会逐单元变深。"))
    let sums = counts.reduce((0, 0)) {
      ($0.0 + $1.reduced.multiplyAdds, $0.1 + $1.naive.multiplyAdds)
    }
    notebook.conclude(
      "different-units",
      Prose(
        en:
          "Units that cost other than in the library's GoogLeNet, or whose branches differ in size",
        zh: "与库中 GoogLeNet 计算量不同、或各分支尺寸不一的单元数"),
      Double(different), .atMost(0))
    notebook.conclude(
      "cost-ratio",
      Prose(
        en: "Without 1 × 1 convolutions the nine units cost so many times as much",
        zh: "不用 1 × 1 卷积时，九个单元的计算量是原来的倍数"),
      Double(sums.1) / Double(sums.0), .atLeast(3))
    notebook.conclude(
      "least-growth",
      Prose(
        en: "Without them each unit's depth out is at least so many times its depth in",
        zh: "不用时，每个单元的输出深度至少是输入深度的倍数"),
      zip(units, counts).map { Double($1.naive.output[1]) / Double($0.input) }.min()!,
      .atLeast(1.4))
  }

  /// A unit on digits with and without reductions.
  private static func trainUnits(_ notebook: inout Notebook) throws {
    let steps = [240, 60]
    let repeats = 3
    let unit = Widths(
      name: "", side: 8, input: 24, one: 8, three: (10, 16), five: (6, 8), pool: 4)
    notebook.section(Prose(en: "What it costs in accuracy", zh: "准确率的代价"))
    notebook.write(
      Prose(
        en: """
          A small network learns the digits: one 3 × 3 convolution to \(unit.input) channels, one \
          Inception unit with batch normalisation, the mean of each map and a dense layer; \
          \(steps[0]) steps of Adam with η = 0.005 and \(steps[1]) with 0.0005, on batches of 32. The \
          unit has reductions to \(unit.three.reduced) and \
          \(unit.five.reduced) channels, or none but after the pooling, so that the depth is the \
          same. Medians of \(repeats) splits.
          """,
        zh: """
          用小网络学习手写数字：一个 3 × 3 卷积得到 \(unit.input) 个通道，一个带批规范化的 Inception 单元，\
          每个特征图取均值，再接全连接层；做 \(steps[0]) 步 Adam（η = 0.005），再做 \(steps[1]) 步（0.0005），批大小 32。单元先降到 \(unit.three.reduced) 与 \(unit.five.reduced) 个通道，\
          或仅在池化后降维以使深度相同。取 \(repeats) 次划分的中位数。
          """))
    var accuracies: [[Double]] = [[], []]
    var costs: [Int] = []
    for draw in 0..<repeats {
      let digits = try FramedDigits(seed: notebook.seed(draw))
      for isReduced in [true, false] {
        let branches =
          isReduced
          ? unit.reduced(normalized: true) : unit.naive(normalized: true, keepsDepth: true)
        var model = Sequential {
          Conv2D(1, unit.input, kernel: 3, padding: 1, bias: false, initializer: .heNormal)
          BatchNorm(unit.input)
          ReLU()
          branches
          GlobalAveragePool2D()
          Dense(unit.output, 10)
        }.initialized(seed: notebook.seed(10 + draw))
        if draw == 0 {
          costs.append(
            try branches.summary(input: [1, unit.input, unit.side, unit.side]).multiplyAdds)
        }
        for (part, rate) in [0.005, 0.0005].enumerated() {
          LabTraining.train(
            &model, by: Adam(learningRate: rate), inputs: digits.train, labels: digits.trainLabels,
            steps: steps[part], batchSize: 32, seed: notebook.seed(20 + 10 * part + draw))
        }
        accuracies[isReduced ? 0 : 1].append(digits.accuracy(of: model))
        let done = Double(2 * draw + (isReduced ? 1 : 2)) / Double(2 * repeats)
        try notebook.reach(0.2 + 0.8 * done)
      }
    }
    let means = accuracies.map { Statistics.median($0) }
    notebook.table(
      [
        Prose(en: "1 × 1 reduction", zh: "1 × 1 降维"),
        Prose(en: "Multiplications of the unit", zh: "单元的乘法次数"),
        Prose(en: "Test accuracy", zh: "测试准确率"),
      ],
      [0, 1].map {
        [
          .prose($0 == 0 ? Prose(en: "yes", zh: "有") : Prose(en: "no", zh: "无")),
          .digits("\(costs[$0])"), .digits(LabNumber.text(means[$0])),
        ]
      })
    notebook.conclude(
      "small-cost-ratio",
      Prose(
        en: "Without it the small unit costs so many times as much", zh: "不降维时，小单元的计算量是原来的倍数"),
      Double(costs[1]) / Double(costs[0]), .atLeast(2))
    notebook.conclude(
      "accuracy-cost",
      Prose(
        en: "The reduction costs of the accuracy on digits", zh: "降维在手写数字上损失的准确率"),
      means[1] - means[0], .atMost(0.04))
    notebook.conclude(
      "reduced-accuracy",
      Prose(en: "With it the accuracy is", zh: "降维时的准确率"), means[0], .atLeast(0.9))
  }
}
