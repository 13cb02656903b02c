import Explain
import Foundation
import Plots
import Training

extension Lab {
  /// Classifiers half-way bring gradients to the first layers of a deep plain network (L7.4).
  static let auxiliaryLoss = Lab(
    name: "auxiliary-loss", rows: ["L7.4"],
    title: Prose(en: "Auxiliary classifiers", zh: "辅助分类器"),
    claim: Prose(
      en: """
        In a network as deep as GoogLeNet's 22 layers gradients vanish on their way to the first \
        layers. Classifiers half-way help: total loss = real loss + 0.3 · auxiliary loss 1 + 0.3 · \
        auxiliary loss 2.
        """,
      zh:
        "像 GoogLeNet 那样 22 层深的网络，梯度传到最初几层时会消失。中间的分类器有所帮助：总损失 = 真实损失 + 0.3 · 辅助损失 1 + 0.3 · 辅助损失 2。")
  ) { notebook in
    let digits = try DigitRows(seed: notebook.seed)
    try measureDepths(&notebook, digits)
    try notebook.reach(0.1)
    try compareGradients(&notebook, digits)
    try notebook.reach(0.2)
    try compareTraining(&notebook, digits)
  }

  private static let depth = 22
  private static let width = 32
  private static let places = [8, 15]

  /// Dense layers with ReLU, with heads after two of them or none.
  private static func network(
    _ initializer: Initializer, depth: Int = depth, hasHeads: Bool
  ) -> Sequential {
    var layers: [(name: String, layer: any Layer)] = []
    for layer in 1..<depth {
      layers.append(
        ("\(layer)", Dense(layer == 1 ? 64 : width, width, initializer: initializer)))
      layers.append(("relu\(layer)", ReLU()))
      if hasHeads && places.contains(layer) {
        layers.append(("head\(layer)", Auxiliary(Dense(width, 10, initializer: initializer))))
      }
    }
    layers.append(("\(depth)", Dense(width, 10, initializer: initializer)))
    return Sequential(named: layers)
  }

  /// The root mean square of the gradient by each layer's weights, and the parts of the loss.
  private static func gradients(
    _ model: Sequential, depth: Int = depth, _ digits: DigitRows
  ) -> (byLayer: [Double], total: Double, parts: [Double]) {
    let inputs = digits.train.sliced(axis: 0, 0..<256)
    let labels = digits.trainLabels.sliced(axis: 0, 0..<256)
    var parts: [Double] = []
    var context = Context(.training)
    let (total, gradients) = valueWithGradients(of: model, &context) { model, context in
      let scores = model(Tensor(inputs), &context)
      return context.totalLoss(of: scores) { scores in
        let loss = crossEntropy(logits: scores, labels: labels)
        parts.append(loss.item)
        return loss
      }
    }
    let byLayer = (1...depth).map { layer in
      let found = gradients["\(layer).weight"]?.cast(to: .float64).squared().mean().item
      return (found ?? .nan).squareRoot()
    }
    return (byLayer, total.item, parts)
  }

  private static let draws = 9

  /// The gradient that arrives at the first layer by the network's depth.
  private static func measureDepths(_ notebook: inout Notebook, _ digits: DigitRows) throws {
    notebook.section(Prose(en: "Depth", zh: "深度"))
    notebook.write(
      Prose(
        en: """
          Plain networks of dense layers of \(width) ReLU units, with Xavier's weights, as was \
          usual in 2014, or He's, which suit ReLU. The size of the first layer's gradient is the \
          root mean square of ∂L/∂W over its weights, on 256 digits before training; medians of \
          \(draws) draws.
          """,
        zh: """
          由 \(width) 个 ReLU 单元的全连接层组成的普通网络，初始权重用 2014 年常用的 Xavier，或适合 ReLU 的 He。\
          第 1 层梯度的大小是 ∂L/∂W 在其权重上的均方根，用 256 个数字、训练之前计算；取 \(draws) 次初始化的中位数。
          """))
    let depths = [2, 6, 10, 14, 18, 22]
    let ways: [(String, Initializer)] = [("Xavier", .xavierUniform), ("He", .heNormal)]
    let sizes = ways.map { _, initializer in
      depths.map { depth in
        Statistics.median(
          (0..<draws).map { draw in
            let model = network(initializer, depth: depth, hasHeads: false)
              .initialized(seed: notebook.seed(10 + draw))
            return gradients(model, depth: depth, digits).byLayer[0]
          })
      }
    }
    try notebook.figure(
      "gradient-by-depth",
      Chart(
        notebook.words("The first layer's gradient", "第 1 层的梯度"),
        x: Axis(notebook.words("layers of the network", "网络层数")),
        y: Axis(notebook.words("root mean square", "均方根"), scale: .logarithmic),
        marks: zip(ways, sizes).map { way, sizes in
          .line(way.0, x: depths.map(Double.init), y: sizes)
        }, height: 320),
      caption: Prose(
        en: "With Xavier's weights each ReLU halves the power of the gradient that comes back.",
        zh: "用 Xavier 权重时，反向传播的梯度功率每经过一个 ReLU 减半。"))
    notebook.conclude(
      "factor",
      Prose(
        en:
          "With Xavier's weights each further layer leaves of the first layer's gradient a part, √½ by theory",
        zh: "Xavier 初始化时，每多一层，第 1 层梯度变为原来的几分之几，理论为 √½"),
      Statistics.perStep(sizes[0].last! / sizes[0][0], steps: depths.last! - depths[0]),
      .within(0.6...0.8))
  }

  private static func compareGradients(_ notebook: inout Notebook, _ digits: DigitRows) throws {
    notebook.section(Prose(en: "Heads", zh: "辅助分类器"))
    notebook.write(
      Prose(
        en: """
          The network of \(depth) layers with heads of one dense layer each after layers \
          \(places[0]) and \(places[1]), or none: the size of every layer's gradient, as above.
          """,
        zh: """
          \(depth) 层网络，第 \(places[0])、\(places[1]) 层之后各有一个只含一个全连接层的辅助分类器，或没有；各层梯度的大小算法同上。
          """))
    let ways: [(name: Prose, initializer: Initializer, hasHeads: Bool)] = [
      (Prose(en: "Xavier, no heads", zh: "Xavier，无辅助"), .xavierUniform, false),
      (Prose(en: "Xavier, two heads", zh: "Xavier，两个辅助"), .xavierUniform, true),
      (Prose(en: "He, no heads", zh: "He，无辅助"), .heNormal, false),
      (Prose(en: "He, two heads", zh: "He，两个辅助"), .heNormal, true),
    ]
    var sizes: [[Double]] = []
    var furthest = 0.0
    for way in ways {
      let found = (0..<draws).map { draw in
        gradients(
          network(way.initializer, hasHeads: way.hasHeads)
            .initialized(seed: notebook.seed(10 + draw)), digits)
      }
      for one in found where way.hasHeads {
        let total = one.parts[0] + 0.3 * (one.parts[1] + one.parts[2])
        furthest = max(furthest, abs(one.total / total - 1))
      }
      sizes.append(
        (0..<depth).map { layer in Statistics.median(found.map { $0.byLayer[layer] }) })
    }
    let shown = [1, 8, 9, 15, 16, 22]
    notebook.table(
      [Prose(en: "Network", zh: "网络")] + shown.map { Prose(en: "Layer \($0)", zh: "第 \($0) 层") },
      zip(ways, sizes).map { way, sizes in
        [.prose(way.name)] + shown.map { .digits(LabNumber.text(sizes[$0 - 1])) }
      })
    try notebook.figure(
      "gradient-by-layer",
      Chart(
        notebook.words("Size of the gradient by layer", "各层梯度的大小"),
        x: Axis(notebook.words("layer", "层")),
        y: Axis(notebook.words("root mean square", "均方根"), scale: .logarithmic),
        marks: zip(ways, sizes).map { way, sizes in
          .line(notebook.words(way.name), values: sizes)
        }, height: 380),
      caption: Prose(
        en: """
          The heads lift the gradients of the layers before them. Without, they are alike in all \
          layers: what the error loses on its way back, the activations lose on their way forward, \
          and a weight's gradient is the product of both.
          """,
        zh: "辅助分类器抬高其前各层的梯度。没有它们时各层梯度一样小：误差在反向途中损失多少，激活在前向途中就损失多少，而权重的梯度是二者之积。"))
    notebook.conclude(
      "loss-difference",
      Prose(
        en: "The total loss is the real one + 0.3 of each auxiliary one (relative difference)",
        zh: "总损失等于真实损失加两个辅助损失各 0.3 倍（相对差）"),
      furthest, .atMost(1e-6))
    notebook.conclude(
      "head-ratio",
      Prose(
        en: "Heads make the first layer's gradient larger by a factor (Xavier)",
        zh: "辅助分类器使第 1 层梯度增大的倍数（Xavier）"),
      sizes[1][0] / sizes[0][0], .atLeast(3))
    notebook.measure("head-ratio-he", sizes[3][0] / sizes[2][0])
  }

  private static func compareTraining(_ notebook: inout Notebook, _ digits: DigitRows) throws {
    let (steps, draws, rate) = (800, 7, 0.01)
    notebook.section(Prose(en: "Training", zh: "训练"))
    notebook.write(
      Prose(
        en: """
          Both networks with Xavier's weights are trained by \(steps) steps of gradient descent \
          with momentum 0.9, η = \(LabNumber.chosen(rate)), on batches of 64. In testing the heads \
          are off. Means of \(draws) draws.
          """,
        zh: """
          两个 Xavier 初始化的网络用动量 0.9、η = \(LabNumber.chosen(rate)) 的梯度下降训练 \(steps) 步，批大小 64。\
          测试时不用辅助分类器。取 \(draws) 次初始化的均值。
          """))
    let marked = Array(stride(from: 0, through: steps, by: 100))
    var accuracies: [[Double]] = []
    for hasHeads in [false, true] {
      var found: [[Double]] = []
      for draw in 0..<draws {
        var model = network(.xavierUniform, hasHeads: hasHeads)
          .initialized(seed: notebook.seed(30 + draw))
        var course = [digits.accuracy(of: model)]
        LabTraining.train(
          &model, by: SGD(learningRate: rate, momentum: 0.9), inputs: digits.train,
          labels: digits.trainLabels, steps: steps, seed: notebook.seed(40 + draw)
        ) { model, step in
          if marked.contains(step) { course.append(digits.accuracy(of: model)) }
        }
        found.append(course)
        let done = Double((hasHeads ? draws : 0) + draw + 1) / Double(2 * draws)
        try notebook.reach(0.2 + 0.8 * done)
      }
      accuracies.append(marked.indices.map { part in Statistics.mean(found.map { $0[part] }) })
    }
    try notebook.figure(
      "accuracy-by-step",
      Chart(
        notebook.words("Accuracy in training", "训练中的准确率"),
        x: Axis(notebook.words("steps", "步数")),
        y: Axis(notebook.words("test accuracy", "测试准确率"), range: 0...1),
        marks: [
          .line(
            notebook.words("no heads", "无辅助"), x: marked.map(Double.init), y: accuracies[0]),
          .line(
            notebook.words("two heads", "两个辅助"), x: marked.map(Double.init), y: accuracies[1]),
        ], height: 340),
      caption: Prose(
        en: "Accuracy of the last layer's scores, the heads left out.",
        zh: "最后一层输出的准确率，不计辅助分类器。"))
    notebook.note(
      Prose(
        en: """
          What heads are worth depends on the first weights. GoogLeNet had neither He's weights \
          nor batch normalisation; with them the gradients arrive by themselves, and the authors \
          later found that heads did not speed up the start of training but acted as a regulariser \
          (Szegedy et al., 2016, section 4).
          """,
        zh: """
          辅助分类器的价值取决于初始权重。GoogLeNet 既没有 He 初始化，也没有批规范化；有了它们，梯度自己就能传到。\
          作者后来发现辅助分类器并不加快训练初期，而是起正则化作用（Szegedy 等，2016，第 4 节）。
          """))
    notebook.measure("accuracy-plain", accuracies[0].last!)
    notebook.measure("accuracy-heads", accuracies[1].last!)
    notebook.conclude(
      "accuracy-gain",
      Prose(
        en: "With heads the accuracy, in the mean over the course of training, is higher by",
        zh: "有辅助分类器时，整个训练过程中的平均准确率高出"),
      Statistics.mean(zip(accuracies[0], accuracies[1]).map { $1 - $0 }), .atLeast(0.05))
  }
}
