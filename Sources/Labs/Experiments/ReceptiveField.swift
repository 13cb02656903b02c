import Explain
import Foundation
import Plots
import Training

extension Lab {
  /// Stacks of small filters see as much as a large one, with fewer weights; the effective field
  /// is smaller (L7.3).
  static let receptiveField = Lab(
    name: "receptive-field", rows: ["L7.3"],
    title: Prose(en: "Receptive fields", zh: "感受野"),
    claim: Prose(
      en: """
        Two layers of 3 × 3 filters have the receptive field of one of 5 × 5, three that of one of \
        7 × 7, with more non-linearities and fewer parameters: 27 against 49 for each pair of \
        channels.
        """,
      zh: "两层 3 × 3 卷积与一层 5 × 5 卷积感受野相同，三层与一层 7 × 7 相同，非线性更多、参数更少：每对通道 27 个对 49 个。")
  ) { notebook in
    try compareStacks(&notebook)
    try notebook.reach(0.1)
    try measureFields(&notebook)
  }

  /// Valid convolutions of 3 × 3 with ReLU, from one channel.
  private static func stack(_ depth: Int, channels: Int) -> Sequential {
    Sequential(
      (0..<depth).flatMap { layer -> [any Layer] in
        [
          Conv2D(
            layer == 0 ? 1 : channels, channels, kernel: 3, bias: false, initializer: .heNormal),
          ReLU(),
        ]
      })
  }

  /// The squared gradient of one output by the input's pixels, adding up to 1: a random stack of
  /// that depth on a random image of just its receptive field; nil where the output is 0.
  private static func energy(_ depth: Int, seed: UInt64) -> [[Double]]? {
    let side = 2 * depth + 1
    let model = stack(depth, channels: 12).initialized(seed: seed)
    let image = NDArray.normal([1, 1, side, side], key: RandomKey(seed: seed, path: "image"))
    let (value, gradient) = valueWithGradient(at: image) { image in
      var context = Context(.evaluation)
      return model(image, &context).sum()
    }
    guard value.item != 0 else { return nil }
    let squares = gradient.cast(to: .float64).squared()
    let shares = (squares / squares.sum().item).doubles
    return (0..<side).map { Array(shares[side * $0..<side * ($0 + 1)]) }
  }

  /// A layer of large filters and a stack of small ones.
  private struct Pair {
    let size: Int
    let depth: Int
    let single: Summary
    let stack: Summary
    /// Rows of the input on which an output of a random stack depends.
    let reached: Int
  }

  private static let width = 64

  private static func field(_ summary: Summary) -> Int {
    summary.rows.last?.receptiveField?[0] ?? 0
  }

  private static func cells(_ name: String, _ summary: Summary, _ reached: String) -> [Table.Cell] {
    [
      name, "\(field(summary)) × \(field(summary))", reached, "\(summary.parameters)",
      "\(summary.parameters / width / width)",
    ].map { .digits($0) }
  }

  private static func compareStacks(_ notebook: inout Notebook) throws {
    notebook.section(Prose(en: "Stacks of small filters", zh: "小滤波器的堆叠"))
    notebook.write(
      Prose(
        en: """
          Layers from \(width) to \(width) channels without offsets. The receptive field is that of \
          the library's summary; beside it, the rows of the input on which an output of a random \
          stack depends, found from the gradient.
          """,
        zh: "各层 \(width) 个通道到 \(width) 个通道，无偏置。感受野取自库的网络概要；并由梯度找出随机网络的一个输出实际依赖多少行输入。"))
    let seeds = (0..<8).map { notebook.seed($0) }
    let pairs = try [(5, 2), (7, 3)].map { size, depth in
      let single = Sequential { Conv2D(width, width, kernel: size, bias: false) }
      let stack = Sequential((0..<depth).map { _ in Conv2D(width, width, kernel: 3, bias: false) })
      let found = seeds.lazy.compactMap { energy(depth, seed: $0) }.first ?? []
      let shape: Shape = [1, width, 14, 14]
      return Pair(
        size: size, depth: depth, single: try single.summary(input: shape),
        stack: try stack.summary(input: shape),
        reached: found.count { row in row.contains { $0 > 0 } })
    }
    notebook.table(
      [
        Prose(en: "Layers", zh: "层"), Prose(en: "Receptive field", zh: "感受野"),
        Prose(en: "By the gradient", zh: "由梯度"), Prose(en: "Weights", zh: "权重数"),
        Prose(en: "For each pair of channels", zh: "每对通道"),
      ],
      pairs.flatMap { pair -> [[Table.Cell]] in
        [
          cells("\(pair.size) × \(pair.size)", pair.single, "–"),
          cells("\(pair.depth) · (3 × 3)", pair.stack, "\(pair.reached) × \(pair.reached)"),
        ]
      })
    notebook.note(
      Prose(
        en: """
          The notes' 27 and 49 are weights for each pair of an input and an output channel; with C \
          channels they are 27 C² and 49 C². VGG16 has 13 such convolutional layers and 3 dense \
          ones, not 16 convolutional ones.
          """,
        zh:
          "笔记中的 27 与 49 是每对输入、输出通道的权重数；C 个通道时为 27 C² 与 49 C²。VGG16 有 13 个卷积层和 3 个全连接层，而不是 16 个卷积层。")
    )
    notebook.conclude(
      "field-differences",
      Prose(
        en:
          "Fields of stacks and single layers, by summary and by gradient, differ in so many cases",
        zh: "堆叠与单层的感受野（按概要与按梯度）不一致的个数"),
      Double(
        pairs.count { pair in
          [field(pair.single), field(pair.stack), pair.reached].contains { $0 != pair.size }
        }), .atMost(0))
    notebook.conclude(
      "weight-ratio",
      Prose(
        en: "Three layers of 3 × 3 have of the weights of one of 7 × 7 a part (27/49)",
        zh: "三层 3 × 3 的权重数与一层 7 × 7 之比（27/49）"),
      Double(pairs[1].stack.parameters) / Double(pairs[1].single.parameters),
      .within(0.55...0.552))
  }

  private static let depths = [2, 4, 8, 16, 32]
  private static let draws = 96

  /// The standard deviation of places along an axis, mean over both axes.
  private static func radius(_ energy: [[Double]]) -> Double {
    let side = energy.count
    let rows = energy.map { $0.reduce(0, +) }
    let columns = (0..<side).map { column in energy.reduce(0) { $0 + $1[column] } }
    let variances = [rows, columns].map { shares in
      let mean = shares.enumerated().reduce(0) { $0 + Double($1.offset) * $1.element }
      return shares.enumerated().reduce(0) {
        $0 + (Double($1.offset) - mean) * (Double($1.offset) - mean) * $1.element
      }
    }
    return Statistics.mean(variances).squareRoot()
  }

  /// The effective field by depth.
  private static func measureFields(_ notebook: inout Notebook) throws {
    notebook.section(Prose(en: "The effective receptive field", zh: "有效感受野"))
    notebook.write(
      Prose(
        en: """
          How much does a pixel count? The squared gradient of an output by each pixel of its \
          receptive field, in stacks of 3 × 3 filters, 12 channels, ReLU, He's random weights and \
          random images, each adding up to 1; the mean of \(draws) draws. Its radius σ is the \
          standard deviation of places along an axis (Luo et al., 2016).
          """,
        zh: """
          一个像素有多大作用？取输出对其感受野中各像素梯度的平方（3 × 3 滤波器堆叠，12 个通道，ReLU，He 随机权重，随机图像），\
          每次归一化为总和 1，再取 \(draws) 次的均值。半径 σ 为沿一轴的位置标准差（Luo 等，2016）。
          """))
    var fields: [[[Double]]] = []
    for (number, depth) in depths.enumerated() {
      let side = 2 * depth + 1
      let found = (0..<draws).compactMap { energy(depth, seed: notebook.seed(100 + $0)) }
      fields.append(
        (0..<side).map { row in
          (0..<side).map { column in Statistics.mean(found.map { $0[row][column] }) }
        })
      try notebook.reach(0.1 + 0.9 * pow(4, Double(number - depths.count + 1)))
    }
    let radii = fields.map(radius)
    let inner = zip(depths, fields).map { depth, field in
      // The middle third along each axis: a ninth of the area.
      let third = (2 * depth + 1) / 3
      let middle = depth - third / 2...depth + third / 2
      return middle.reduce(0.0) { sum, row in sum + field[row][middle].reduce(0, +) }
    }
    notebook.table(
      [
        Prose(en: "Layers n", zh: "层数 n"), Prose(en: "Field 2n + 1", zh: "感受野 2n + 1"),
        Prose(en: "Radius σ", zh: "半径 σ"), Prose(en: "√(2n/3)", zh: "√(2n/3)"),
        Prose(en: "Share in the middle ninth", zh: "中央九分之一的占比"),
      ],
      depths.indices.map { index in
        let depth = depths[index]
        return [.digits("\(depth)"), .digits("\(2 * depth + 1)")]
          + [radii[index], (2 * Double(depth) / 3).squareRoot(), inner[index]]
          .map { .digits(LabNumber.text($0)) }
      })
    let shown = [1, 4]
    try notebook.figure(
      "fields",
      Panels(
        figures: shown.map { index in
          let side = fields[index].count
          let most = fields[index].joined().max() ?? 1
          var chart = Chart.matrix(
            notebook.words(
              "\(depths[index]) layers: \(side) × \(side)", "\(depths[index]) 层：\(side) × \(side)"),
            values: fields[index].map { $0.map { $0 / most } },
            label: notebook.words("share of the largest", "与最大值之比"))
          chart.width = 400
          chart.height = 340
          return chart
        }, columns: 2),
      caption: Prose(
        en: "In a deep stack the pixels at the edge of the receptive field hardly count.",
        zh: "层数多时，感受野边缘的像素几乎不起作用。"))
    let n = depths.map(Double.init)
    try notebook.figure(
      "radius-by-depth",
      Chart(
        notebook.words("Radius by depth", "半径与深度"),
        x: Axis(notebook.words("layers", "层数"), scale: .logarithmic),
        y: Axis(notebook.words("pixels", "像素"), scale: .logarithmic),
        marks: [
          .points(notebook.words("measured σ", "测得 σ"), x: n, y: radii),
          .line("√(2n/3)", x: n, y: n.map { (2 * $0 / 3).squareRoot() }),
          .line(notebook.words("half the field, n", "感受野之半 n"), x: n, y: n),
        ], height: 360),
      caption: Prose(
        en: """
          The field grows as n, its effective radius as √n: paths through the layers are random \
          walks of steps −1, 0, 1, whose variance is 2/3 a layer.
          """,
        zh: "感受野按 n 增长，有效半径按 √n 增长：穿过各层的路径是步长 −1、0、1 的随机游走，每层方差 2/3。"))
    let exponent = Statistics.exponent(x: n, y: radii)
    notebook.conclude(
      "radius-exponent",
      Prose(
        en: "The radius grows as a power of the depth, ½ by theory", zh: "半径随深度增长的幂次，理论为 ½"),
      exponent, .within(0.42...0.58))
    notebook.conclude(
      "middle-share",
      Prose(
        en: "Of 32 layers' gradient the middle ninth of the field has the share",
        zh: "32 层时，感受野中央九分之一所占的梯度份额"),
      inner[4], .atLeast(0.85))
  }
}
