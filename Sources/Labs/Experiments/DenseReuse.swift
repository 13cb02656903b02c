import Explain
import Models
import Plots
import Training

extension Lab {
  /// Layers of a dense block use the features of all before them (L7.9).
  static let denseReuse = Lab(
    name: "dense-reuse", rows: ["L7.9"],
    title: Prose(en: "Dense connections and reused features", zh: "稠密连接与特征复用"),
    claim: Prose(
      en: """
        In a DenseNet each layer of a block takes the outputs of all layers before it. Features are \
        used again, so that each layer adds few, and the network needs few parameters.
        """,
      zh: "DenseNet 的块中，每层以前面所有层的输出为输入。特征得到复用，每层只需添加少量特征，网络参数也少。")
  ) { notebook in
    try compareSizes(&notebook)
    try notebook.reach(0.1)
    try useAgain(&notebook)
  }

  private static let depth = 6
  private static let growth = 6
  private static let start = 12
  private static let steps = [320, 80]

  /// Where the outputs of each source stand among a layer's inputs: the block's input and the
  /// layers before.
  private static func channels(of source: Int) -> Range<Int> {
    source == 0 ? 0..<start : start + (source - 1) * growth..<start + source * growth
  }

  /// A convolution, a block of six layers without bottlenecks, and a classifier on the means.
  private static func denseNetwork() -> Sequential {
    var layers: [any Layer] = [
      Conv2D(1, start, kernel: 3, padding: 1, bias: false, initializer: .heNormal),
      AveragePool2D(2),
    ]
    for layer in 0..<depth {
      let width = start + layer * growth
      layers.append(
        Branches(
          [
            Sequential {
              BatchNorm(width)
              ReLU()
              Conv2D(width, growth, kernel: 3, padding: 1, bias: false, initializer: .heNormal)
            }
          ], includesInput: true))
    }
    let width = start + depth * growth
    return Sequential(layers + [BatchNorm(width), ReLU(), GlobalAveragePool2D(), Dense(width, 10)])
  }

  /// The same depth, every layer as wide as the block's output.
  private static func plainNetwork() -> Sequential {
    let width = start + depth * growth
    func layer(from channels: Int) -> [any Layer] {
      [
        Conv2D(channels, width, kernel: 3, padding: 1, bias: false, initializer: .heNormal),
        BatchNorm(width), ReLU(),
      ]
    }
    let block = (0..<depth).flatMap { _ in layer(from: width) }
    return Sequential(
      layer(from: 1) + [AveragePool2D(2)] + block + [GlobalAveragePool2D(), Dense(width, 10)])
  }

  /// Parameters at equal depth and width.
  private static func compareSizes(_ notebook: inout Notebook) throws {
    notebook.section(Prose(en: "Parameters", zh: "参数量"))
    let width = start + depth * growth
    notebook.write(
      Prose(
        en: """
          After a first convolution and a pooling of 2 × 2, a block of \(depth) layers that add \(growth) channels each to the first \(start), so \
          that \(width) come out, against a plain network of the same depth whose layers are all \
          \(width) wide. Both are trained below on digits. And two networks of the papers, by \
          their layers' shapes.
          """,
        zh: """
          先一个卷积和 2 × 2 池化，再一个 \(depth) 层的块，在最初 \(start) 个通道上每层添加 \(growth) 个，最后共 \(width) 个通道；\
          与同样深、各层都宽 \(width) 的普通网络对照，二者在下面用数字训练。另附论文中的两个网络，由各层形状计数。
          """))
    let image: Shape = [1, 3, 224, 224]
    let summaries = [
      try denseNetwork().summary(input: [1, 1, 8, 8]),
      try plainNetwork().summary(input: [1, 1, 8, 8]),
      try denseNet().summary(input: image), try resNet(.layers50).summary(input: image),
    ]
    let names = [
      Prose(en: "dense block", zh: "稠密块"), Prose(en: "plain, as wide", zh: "普通，同宽"),
      Prose(en: "DenseNet-121", zh: "DenseNet-121"), Prose(en: "ResNet-50", zh: "ResNet-50"),
    ]
    notebook.table(
      [
        Prose(en: "Network", zh: "网络"), Prose(en: "Parameters", zh: "参数量"),
        Prose(en: "Multiplications, millions", zh: "乘法（百万）"),
      ],
      zip(names, summaries).map { name, summary in
        [
          .prose(name), .digits("\(summary.parameters)"),
          .digits(LabNumber.text(Double(summary.multiplyAdds) / 1e6)),
        ]
      })
    notebook.conclude(
      "parameter-ratio",
      Prose(
        en: "The plain network has so many times the dense one's parameters",
        zh: "普通网络的参数量是稠密网络的倍数"),
      Double(summaries[1].parameters) / Double(summaries[0].parameters), .atLeast(8))
  }

  /// The path of the filters of a layer of the block, from 1.
  private static func path(_ layer: Int) -> String {
    "layers.\(layer + 1).branches.0.layers.2.weight"
  }

  /// A model without what a layer takes from sources.
  private static func cut(
    _ model: Sequential, layer: Int, from sources: [Int]
  ) -> Sequential {
    var model = model
    let path = path(layer)
    model.forEachParameter { parameter in
      guard parameter.path == path else { return }
      var weights = parameter.tensor.array.doubles.map { Float($0) }
      let inputs = parameter.shape[1]
      for (filter, channel) in (0..<growth).flatMap({ filter in
        sources.flatMap { channels(of: $0) }.map { (filter, $0) }
      }) {
        let first = 9 * (filter * inputs + channel)
        for place in first..<first + 9 { weights[place] = 0 }
      }
      parameter.tensor = Tensor(NDArray(weights, shape: parameter.shape))
    }
    return model
  }

  /// Mean |w| of a layer's weights on each source, over the largest.
  private static func norms(_ model: Sequential, layer: Int) -> [Double] {
    let path = path(layer)
    guard let weights = model.state.first(where: { $0.path == path })?.array else {
      fatalError("denseReuse: no parameter '\(path)'")
    }
    let means = (0..<layer).map { source in
      weights.sliced(axis: 1, channels(of: source)).absolute().mean().item
    }
    return means.map { $0 / means.max()! }
  }

  /// A trained block, with its connections cut one by one.
  private static func useAgain(_ notebook: inout Notebook) throws {
    notebook.section(Prose(en: "Whose features a layer uses", zh: "各层用谁的特征"))
    let digits = try FramedDigits(seed: notebook.seed)
    notebook.write(
      Prose(
        en: """
          Both networks learn \(digits.train.shape[0]) digits by \(steps[0]) steps of Adam with \
          η = 0.005 and \(steps[1]) with 0.0005, \
          on batches of 32. Then, in the dense one, the weights of one layer on the outputs of one \
          source are set to 0, pair by pair: how much larger does the training loss become? Beside \
          it, the mean |w| of those weights over the largest of the layer, as in the paper's \
          figure 5. Source 0 is the block's input.
          """,
        zh: """
          两个网络都学习 \(digits.train.shape[0]) 个数字，做 \(steps[0]) 步 Adam（η = 0.005），再做 \(steps[1]) 步（0.0005），批大小 32。\
          然后在稠密网络中，逐对地把某层作用于某个来源输出的权重置 0：训练损失增大多少？\
          并列出这些权重的平均 |w|（除以该层最大者），如论文图 5。来源 0 为块的输入。
          """))
    var accuracies: [Double] = []
    var dense = denseNetwork()
    for network in [dense, plainNetwork()] {
      var model = network.initialized(seed: notebook.seed(1))
      for (part, rate) in [0.005, 0.0005].enumerated() {
        LabTraining.train(
          &model, by: Adam(learningRate: rate), inputs: digits.train, labels: digits.trainLabels,
          steps: steps[part], batchSize: 32, seed: notebook.seed(2 + part))
      }
      if accuracies.isEmpty { dense = model }
      accuracies.append(digits.accuracy(of: model))
      try notebook.reach(0.1 + [0.3, 0.7][accuracies.count - 1])
    }
    let inputs = digits.train.sliced(axis: 0, 0..<500)
    let labels = digits.trainLabels.sliced(axis: 0, 0..<500)
    let loss = LabTraining.loss(of: dense, inputs: inputs, labels: labels)
    // Rows are layers, columns sources; a layer has no later sources.
    var increases = [[Double]](repeating: [Double](repeating: 0, count: depth), count: depth)
    var weights = increases
    for layer in 1...depth {
      weights[layer - 1].replaceSubrange(0..<layer, with: norms(dense, layer: layer))
      for source in 0..<layer {
        let without = cut(dense, layer: layer, from: [source])
        increases[layer - 1][source] =
          LabTraining.loss(of: without, inputs: inputs, labels: labels) - loss
      }
      try Task.checkCancellation()
    }
    var chain = dense
    for layer in 2...depth { chain = cut(chain, layer: layer, from: Array(0..<layer - 1)) }
    let chainAccuracy = digits.accuracy(of: chain)
    let names = (0..<depth).map(String.init)
    let rows = (1...depth).map(String.init)
    func matrix(_ title: String, _ values: [[Double]], _ label: String) -> Chart {
      var chart = Chart.matrix(
        title, values: values, rows: rows, columns: names, x: notebook.words("source", "来源"),
        y: notebook.words("layer", "层"), label: label, decimals: 2)
      chart.width = 420
      chart.height = 380
      return chart
    }
    try notebook.figure(
      "sources",
      Panels(
        figures: [
          matrix(
            notebook.words("Loss added by a cut", "切断后损失的增加"), increases,
            notebook.words("nats", "奈特")),
          matrix(
            notebook.words("Mean |w|", "平均 |w|"), weights,
            notebook.words("over the layer's largest", "与该层最大值之比")),
        ], columns: 2),
      caption: Prose(
        en: """
          Left: the loss of \(LabNumber.text(loss)) grows where a layer loses an early source, not \
          its neighbour alone. Right: the weights' size. Zeros above the diagonal: there is no such \
          connection.
          """,
        zh: """
          左：原损失 \(LabNumber.text(loss))；切断一层与较早来源的连接时损失也增大，不只是切断与相邻层的连接时。\
          右：权重的大小。对角线以上为零：没有这样的连接。
          """))
    let distant = (1...depth).flatMap { layer in
      (0..<layer - 1).map { increases[layer - 1][$0] }
    }
    let used = Double(distant.count { $0 > loss / 2 }) / Double(distant.count)
    notebook.note(
      Prose(
        en: """
          The paper reads reuse from the weights' sizes. Those start alike for all sources, by the \
          draw, so that they alone would not show it; the cuts do.
          """,
        zh: "论文由权重大小看出复用。但权重初始时对各来源就一样大，单凭大小不足为据；切断实验才说明问题。"))
    notebook.measure("accuracy-dense", accuracies[0])
    notebook.measure("accuracy-plain", accuracies[1])
    notebook.conclude(
      "used-share",
      Prose(
        en:
          "Of the connections to sources further back than the neighbour, cutting one raises the loss by half or more for a share",
        zh: "与非相邻来源的连接中，切断一条就使损失增大一半以上的比例"),
      used, .atLeast(0.25))
    notebook.conclude(
      "chain-loss",
      Prose(
        en: "With all of these cut at once the accuracy falls by", zh: "同时切断所有这些连接时，准确率下降"),
      accuracies[0] - chainAccuracy, .atLeast(0.3))
    notebook.conclude(
      "accuracy-difference",
      Prose(
        en: "The plain network of many more parameters is better by", zh: "参数多得多的普通网络准确率高出"),
      accuracies[1] - accuracies[0], .atMost(0.04))
  }
}
