import Explain
import Plots
import Training

extension Lab {
  /// Equal weights stay equal, and the size of first weights decides how signals fare by depth
  /// (L5.8).
  static let initialization = Lab(
    name: "initialization", rows: ["L5.8"],
    title: Prose(en: "Initial weights", zh: "权重初始化"),
    claim: Prose(
      en: """
        First weights must differ, for units with the same inputs and weights are updated alike and \
        learn the same. Their size must fit too: Xavier's initialisation keeps the signal's size \
        from layer to layer with tanh, He's with ReLU.
        """,
      zh: "初始权重必须彼此不同：输入和权重都相同的单元更新也相同，学到同样的东西。大小也要合适：Xavier 初始化适合 tanh，He 初始化适合 ReLU，使信号逐层保持大小。")
  ) { notebook in
    try breakSymmetry(&notebook)
    try followSignals(&notebook)
  }

  /// One hidden layer that starts equal, zero, or random.
  private static func breakSymmetry(_ notebook: inout Notebook) throws {
    let (width, steps) = (32, 300)
    notebook.section(Prose(en: "Symmetry", zh: "对称性"))
    notebook.write(
      Prose(
        en: """
          A network with one hidden layer of \(width) tanh units, trained on the digits by \(steps) \
          steps of gradient descent on mini-batches of 64 with η = 0.1. It \
          starts with all weights 0, with all weights 0.1, or with Xavier's; beside it one with a \
          single hidden unit of Xavier's weights. The number of units that it is worth is the rank \
          of the first layer's matrix, rows that are equal counted once.
          """,
        zh: """
          一个隐藏层、\(width) 个 tanh 单元的网络，用小批量（64）梯度下降在手写数字上训练 \(steps) 步，η = 0.1。\
          初始权重分别为：全为 0、全为 0.1、Xavier；并与只有一个隐藏单元（Xavier）的网络比较。\
          网络相当于多少个单元，用第一层矩阵的秩衡量，相同的行只算一次。
          """))
    let digits = try DigitRows(seed: notebook.seed)
    let starts: [(name: Prose, units: Int, initializer: Initializer)] = [
      (Prose(en: "all 0", zh: "全为 0"), width, .zeros),
      (Prose(en: "all 0.1", zh: "全为 0.1"), width, .constant(0.1)),
      (Prose(en: "Xavier", zh: "Xavier"), width, .xavierUniform),
      (Prose(en: "one unit, Xavier", zh: "一个单元，Xavier"), 1, .xavierUniform),
    ]
    var rows: [[Table.Cell]] = []
    var marks: [Mark] = []
    var accuracies: [Double] = []
    var ranks: [Int] = []
    for (number, start) in starts.enumerated() {
      var model = Sequential {
        Dense(64, start.units, initializer: start.initializer)
        Tanh()
        Dense(start.units, 10, initializer: start.initializer)
      }
      model.initialize(seed: notebook.seed(1))
      let losses = digits.train(
        &model, by: SGD(learningRate: 0.1), steps: steps, seed: notebook.seed(2))
      let weight = model.state[0].array
      ranks.append(try rank(of: weight))
      accuracies.append(digits.accuracy(of: model))
      rows.append(
        [.prose(start.name), .digits("\(start.units)"), .digits("\(ranks.last!)")]
          + [losses.last!, accuracies.last!].map { .digits(LabNumber.text($0)) })
      let smooth = stride(from: 0, to: steps, by: 10).map { first in
        losses[first..<first + 10].reduce(0, +) / 10
      }
      marks.append(
        .line(
          start.name.plain(notebook.language), x: smooth.indices.map { Double(10 * $0 + 5) },
          y: smooth))
      try notebook.reach(0.12 * Double(number + 1))
    }
    notebook.table(
      [
        Prose(en: "Weights at the start", zh: "初始权重"), Prose(en: "Hidden units", zh: "隐藏单元数"),
        Prose(en: "Rank after training", zh: "训练后的秩"), Prose(en: "Loss", zh: "损失"),
        Prose(en: "Test accuracy", zh: "测试准确率"),
      ], rows)
    try notebook.figure(
      "loss-by-start",
      Chart(
        notebook.words("Loss by initial weights", "损失与初始权重"), x: Axis(notebook.words("step", "步")),
        y: Axis(notebook.words("training loss", "训练损失")), marks: marks),
      caption: Prose(
        en: """
          With all weights 0 nothing but the output's offsets can learn; \(width) equal units do \
          no better than one.
          """,
        zh: "权重全为 0 时只有输出层的偏置能学习；\(width) 个相同的单元并不比一个单元强。"))
    notebook.note(
      Prose(
        en: """
          The notes ask why weight "asymmetricity" is bad; it is symmetry that is bad. Offsets may \
          all start at 0, since different weights break the symmetry.
          """,
        zh: "笔记写的是 weight asymmetricity 不好，其实不好的是对称性（symmetry）。偏置可以都从 0 开始，权重不同就已打破对称。"))
    notebook.conclude(
      "rank-of-equal-units",
      Prose(
        en: "\(width) units that start equal are worth so many after training",
        zh: "\(width) 个初始相同的单元，训练后相当于多少个单元"),
      Double(ranks[1]), .atMost(1))
    notebook.conclude(
      "accuracy-lost-by-symmetry",
      Prose(
        en: "Equal weights cost accuracy against Xavier's", zh: "与 Xavier 相比，相同权重损失的准确率"),
      accuracies[2] - accuracies[1], .atLeast(0.3))
  }

  /// How many singular values are more than the rounding of single precision.
  private static func rank(of matrix: NDArray) throws -> Int {
    let values = try LinearAlgebra.singularValues(matrix).s.doubles
    return values.count { $0 > 1e-3 * max(values[0], 1e-30) }
  }

  private static let depth = 10
  private static let width = 256
  private static let draws = 5

  private struct Start {
    let name: Prose
    let initializer: Initializer
    let isRectified: Bool
  }

  private static let small = Prose(en: "small", zh: "小")
  private static let large = Prose(en: "large", zh: "大")
  private static let xavier = Prose(en: "Xavier", zh: "Xavier")

  private static let starts = [
    Start(name: Prose(en: "zero", zh: "零"), initializer: .zeros, isRectified: false),
    Start(name: small, initializer: .normal(mean: 0, standardDeviation: 0.01), isRectified: false),
    Start(name: large, initializer: .normal(mean: 0, standardDeviation: 1), isRectified: false),
    Start(name: xavier, initializer: .xavierUniform, isRectified: false),
    Start(name: small, initializer: .normal(mean: 0, standardDeviation: 0.01), isRectified: true),
    Start(name: xavier, initializer: .xavierUniform, isRectified: true),
    Start(name: Prose(en: "He", zh: "He"), initializer: .heNormal, isRectified: true),
  ]

  /// The size of activations by layer.
  private static func followSignals(_ notebook: inout Notebook) throws {
    notebook.section(Prose(en: "The signal by depth", zh: "信号随深度的变化"))
    notebook.write(
      Prose(
        en: """
          \(depth) layers of \(width) units, not trained, on 256 inputs of N(0, 1). The size of a \
          layer is the root mean square of its activations; a unit of tanh is called saturated \
          beyond ±0.99, where its slope is below 0.02. “Small” weights are from N(0, 0.01²), \
          “large” ones from N(0, 1); Xavier's from U(±√(6/(m+n))), He's from N(0, 2/m), with m \
          inputs and n outputs. Medians over \(draws) draws.
          """,
        zh: """
          \(depth) 层，每层 \(width) 个单元，未经训练，输入为 256 个 N(0, 1) 样本。一层的大小指其激活值的均方根；\
          tanh 单元超出 ±0.99 即算饱和，此处斜率低于 0.02。“小”权重取自 N(0, 0.01²)，“大”权重取自 N(0, 1)；\
          Xavier 取自 U(±√(6/(m+n)))，He 取自 N(0, 2/m)，m 为输入数，n 为输出数。取 \(draws) 次抽取的中位数。
          """))
    let inputs = NDArray.normal(
      [256, width], key: RandomKey(seed: notebook.seed, path: "signals"))
    var sizes: [[Double]] = []
    var saturated: [Double] = []
    var last: [[Double]] = []
    for (number, start) in starts.enumerated() {
      var layers = [[Double]](repeating: [], count: depth)
      var shares: [Double] = []
      for draw in 0..<draws {
        let outputs = activations(start, inputs, seed: notebook.seed(100 + draw))
        for (layer, output) in outputs.enumerated() {
          layers[layer].append(output.squared().mean().item.squareRoot())
        }
        let ends = outputs.last!.floats
        shares.append(Double(ends.count { abs($0) > 0.99 }) / Double(ends.count))
        if draw == 0 { last.append(ends.prefix(20_000).map(Double.init)) }
      }
      sizes.append(layers.map(Statistics.median))
      saturated.append(Statistics.median(shares))
      try notebook.reach(0.5 + 0.5 * Double(number + 1) / Double(starts.count))
    }
    notebook.table(
      [
        Prose(en: "Activation", zh: "激活函数"), Prose(en: "Weights", zh: "权重"),
        Prose(en: "Size of layer 1", zh: "第 1 层的大小"),
        Prose(en: "Size of layer \(depth)", zh: "第 \(depth) 层的大小"),
        Prose(en: "Saturated in layer \(depth)", zh: "第 \(depth) 层饱和比例"),
      ],
      starts.indices.map { index in
        let start = starts[index]
        return [activation(start), start.name].map { .prose($0) }
          + [sizes[index].first!, sizes[index].last!].map { .digits(LabNumber.text($0)) }
          + [.digits(start.isRectified ? "–" : LabNumber.text(saturated[index]))]
      })
    try draw(&notebook, sizes, last)
    let ratios = sizes.map { $0.last! / $0.first! }
    notebook.conclude(
      "small-tanh-ratio",
      Prose(
        en: "With small weights and tanh the signal dies: the last layer's size over the first's",
        zh: "小权重加 tanh，信号消失：末层与首层大小之比"),
      ratios[1], .atMost(1e-4))
    notebook.conclude(
      "large-tanh-saturated",
      Prose(
        en: "With large weights and tanh, units of the last layer are saturated, a share",
        zh: "大权重加 tanh，末层单元饱和的比例"),
      saturated[2], .atLeast(0.7))
    notebook.conclude(
      "xavier-tanh-ratio",
      Prose(
        en: "With Xavier's and tanh it falls slowly: the last layer's size over the first's",
        zh: "Xavier 加 tanh，信号下降缓慢：末层与首层大小之比"),
      ratios[3], .within(0.2...1))
    notebook.conclude(
      "he-relu-ratio",
      Prose(
        en: "With He's and ReLU it lasts: the last layer's size over the first's",
        zh: "He 加 ReLU，信号得以保持：末层与首层大小之比"),
      ratios[6], .within(0.5...2))
    notebook.conclude(
      "xavier-relu-ratio",
      Prose(
        en: """
          Xavier's is too small for ReLU, which halves the mean square in every layer: the last \
          layer's size over the first's
          """,
        zh: "Xavier 对 ReLU 偏小，每层均方减半：末层与首层大小之比"),
      ratios[5], .atMost(0.1))
  }

  /// Every layer's output, on inputs that are not trained on.
  private static func activations(_ start: Start, _ inputs: NDArray, seed: UInt64) -> [NDArray] {
    var value = Tensor(inputs)
    var context = Context(.evaluation)
    return (0..<depth).map { layer in
      var dense = Dense(width, width, initializer: start.initializer)
      dense.initialize(seed: seed &+ UInt64(layer) &* 1009)
      let sum = dense(value, &context)
      value = start.isRectified ? sum.relu() : sum.tanh()
      return value.array
    }
  }

  private static func activation(_ start: Start) -> Prose {
    start.isRectified ? Prose(en: "ReLU", zh: "ReLU") : Prose(en: "tanh", zh: "tanh")
  }

  private static func draw(
    _ notebook: inout Notebook, _ sizes: [[Double]], _ last: [[Double]]
  ) throws {
    let sizeAxis = Axis(
      notebook.words("root mean square of activations", "激活值的均方根"), scale: .logarithmic)
    for (name, isRectified) in [("tanh", false), ("ReLU", true)] {
      let shown = starts.indices.filter {
        starts[$0].isRectified == isRectified && sizes[$0].last! > 0
      }
      try notebook.figure(
        "size-by-layer-\(name.lowercased())",
        Chart(
          notebook.words("Size by layer, \(name)", "各层大小，\(name)"),
          x: Axis(notebook.words("layer", "层")), y: sizeAxis,
          marks: shown.map {
            .line(starts[$0].name.plain(notebook.language), values: sizes[$0])
          }),
        caption: isRectified
          ? Prose(
            en:
              "ReLU drops half of the signal; He's weights are larger than Xavier's by √2 for it.",
            zh: "ReLU 丢掉一半信号；He 的权重因此比 Xavier 大 √2 倍。")
          : Prose(
            en: """
              Weights of 0 give activations of 0, which a logarithmic axis does not show. Large \
              weights keep the size near 1, but only since tanh is saturated.
              """,
            zh: "权重为 0 时激活值为 0，对数轴上画不出。大权重使大小接近 1，但那只是因为 tanh 已饱和。"))
    }
    try notebook.figure(
      "last-layer-tanh",
      Chart(
        notebook.words("Activations of layer \(depth), tanh", "第 \(depth) 层的激活值，tanh"),
        x: Axis(notebook.words("activation", "激活值"), range: -1...1),
        y: Axis(notebook.words("density", "密度")),
        marks: [2, 3].map { index in
          .histogram(
            starts[index].name.plain(notebook.language), values: last[index], bins: 40,
            range: -1...1, isDensity: true)
        }),
      caption: Prose(
        en: "Large weights drive units to the ends of tanh, where the gradient vanishes.",
        zh: "大权重把单元推到 tanh 的两端，那里梯度消失。"))
  }
}
