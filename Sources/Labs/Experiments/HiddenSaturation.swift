import Explain
import Plots
import Training

/// The parts of the lab of saturation that are about hidden units.
enum HiddenSaturation {
  // MARK: Depth

  /// The size of the gradient on its way through layers of one activation.
  static func depth(_ notebook: inout Notebook) throws {
    let (layers, width) = (12, 64)
    notebook.section(Prose(en: "Gradients over depth", zh: "梯度随深度的变化"))
    notebook.write(
      Prose(
        en: """
          \(layers) layers of \(width) units, Xavier's weights for sigmoid and tanh, He's for ReLU. \
          Random inputs of variance 1 go forward, a random gradient of variance 1 enters at the last \
          layer and goes back; its size is taken before every layer.
          """,
        zh: """
          共 \(layers) 层，每层 \(width) 个单元；sigmoid 和 tanh 用 Xavier 初始化，ReLU 用 He 初始化。方差为 1 的随机输入向前传播，\
          方差为 1 的随机梯度从最后一层进入并向后传播，在每层之前量出其大小。
          """))
    let activations: [(name: String, initializer: Initializer, apply: (Tensor) -> Tensor)] = [
      ("sigmoid", .xavierNormal, { $0.sigmoid() }), ("tanh", .xavierNormal, { $0.tanh() }),
      ("ReLU", .heNormal, { $0.relu() }),
    ]
    var sizes: [[Double]] = []
    for activation in activations {
      var model = Sequential(
        (0..<layers).map { _ in
          Dense(width, width, initializer: activation.initializer) as any Layer
        })
      model.initialize(seed: notebook.seed(1))
      var context = Context(.evaluation)
      let key = RandomKey(seed: notebook.seed, path: "depth")
      var values = [Tensor.variable(NDArray.normal([256, width], key: key.appending("inputs")))]
      for layer in model.layers {
        values.append(activation.apply(layer(values[values.count - 1], &context)))
      }
      let upstream = Tensor(NDArray.normal([256, width], key: key.appending("gradient")))
      let found = gradients(
        of: values[layers], withRespectTo: Array(values.dropLast()), upstream: upstream)
      sizes.append(found.map { Statistics.rootMeanSquare($0.array.doubles) })
    }
    try notebook.figure(
      "gradient-by-layer",
      Chart(
        notebook.words("Gradient before each layer", "每层之前的梯度"),
        x: Axis(notebook.words("layer", "层")),
        y: Axis(notebook.words("root mean square", "均方根"), scale: .logarithmic),
        marks: zip(activations, sizes).map { .line($0.name, values: $1) }, height: 340),
      caption: Prose(
        en: """
          To be read from right to left, as gradients go: sigmoid loses most of the gradient in each \
          layer, ReLU keeps it.
          """,
        zh: "梯度由右向左传播：sigmoid 每层都损失大部分梯度，ReLU 则基本保持。"))
    // By which factor the gradient changes on its way through one layer, on the average.
    let factors = sizes.map { Statistics.perStep($0[0] / $0[layers - 1], steps: layers - 1) }
    notebook.table(
      [
        Prose(en: "Activation", zh: "激活函数"),
        Prose(en: "Largest slope", zh: "最大斜率"),
        Prose(en: "Gradient, factor a layer", zh: "梯度每层的倍数"),
      ],
      zip(zip(activations, ["0.25", "1", "1"]), factors).map {
        [
          .prose(Prose(Prose.Run(stringLiteral: $0.0.name))), .digits($0.1),
          .digits(LabNumber.text($1)),
        ]
      })
    notebook.conclude(
      "factor-sigmoid",
      Prose(en: "Sigmoid: factor of the gradient a layer", zh: "sigmoid：梯度每层的倍数"), factors[0],
      .atMost(0.35))
    notebook.conclude(
      "factor-relu",
      Prose(en: "ReLU: factor of the gradient a layer", zh: "ReLU：梯度每层的倍数"), factors[2],
      .within(0.85...1.15))
    try notebook.reach(0.15)
  }

  // MARK: Offset

  /// σ(x) − ½: the sigmoid with its slopes, but without its offset.
  private struct CenteredSigmoid: Layer {
    func callAsFunction(_ x: Tensor, _ context: inout Context) -> Tensor { x.sigmoid() - 0.5 }
  }

  private static let rates = [0.25, 0.5, 1, 2, 4, 8]

  static func offset(_ notebook: inout Notebook) throws {
    let steps = 120
    notebook.section(Prose(en: "The sigmoid's offset", zh: "sigmoid 的偏移"))
    notebook.write(
      Prose(
        en: """
          Networks of two hidden layers of 64 units on 898 digits, Xavier's weights, \(steps) steps \
          of gradient descent on all digits, at each of \(rates.count) learning rates. Beside sigmoid \
          and tanh stands σ(x) − ½, which has the slopes of the one and the mean of the other. The \
          curvature is the largest eigenvalue of the mean of h·hᵀ, h the outputs of the first hidden \
          layer before training and a further 1 for the offset: how bent the loss is in the next \
          layer's weights, which bounds the learning rate.
          """,
        zh: """
          网络有两个隐藏层，各 64 个单元，在 898 个数字上训练：Xavier 初始化，在全部数字上做 \(steps) 步梯度下降，\
          试 \(rates.count) 种学习率。除 sigmoid 和 tanh 外还有 σ(x) − ½：斜率同前者，均值同后者。曲率是 h·hᵀ 均值的最大特征值，\
          h 为训练前第一隐藏层的输出加上偏置的 1；它表示损失关于下一层权重的弯曲程度，限制了学习率。
          """))
    let digits = try LabDigits.parts([0.5, 0.5], seed: notebook.seed)[0]
    let activations: [(name: String, make: () -> any Layer)] = [
      ("sigmoid", { Sigmoid() }), ("sigmoid − ½", { CenteredSigmoid() }), ("tanh", { Tanh() }),
    ]
    var rows: [[Table.Cell]] = []
    var outcomes: [(mean: Double, curvature: Double, losses: [Double])] = []
    for (number, activation) in activations.enumerated() {
      var start = Sequential {
        Dense(64, 64)
        activation.make()
        Dense(64, 64)
        activation.make()
        Dense(64, 10)
      }
      start.initialize(seed: notebook.seed(2))
      let hidden = LabTraining.output(of: Sequential(Array(start.layers.prefix(2))), digits.rows)
      var losses: [Double] = []
      for (place, rate) in rates.enumerated() {
        var model = start
        var optimizer = SGD(learningRate: rate)
        for _ in 0..<steps {
          LabTraining.step(&model, &optimizer, inputs: digits.rows, labels: digits.labels)
        }
        losses.append(
          LabTraining.loss(of: model, inputs: digits.rows, labels: digits.labels))
        let done = Double(number) + Double(place + 1) / Double(rates.count)
        try notebook.reach(0.15 + 0.35 * done / 3)
      }
      let outcome = (
        mean: hidden.mean().item, curvature: try curvature(hidden), losses: losses
      )
      outcomes.append(outcome)
      rows.append(
        [.prose(Prose(Prose.Run(stringLiteral: activation.name)))]
          + [outcome.mean, outcome.curvature, losses.min() ?? .nan]
          .map { .digits(LabNumber.text($0)) })
    }
    notebook.table(
      [
        Prose(en: "Activation", zh: "激活函数"), Prose(en: "Mean output", zh: "输出均值"),
        Prose(en: "Curvature", zh: "曲率"),
        Prose(en: "Loss at the best rate", zh: "最佳学习率下的损失"),
      ], rows)
    try notebook.figure(
      "loss-by-rate",
      Chart(
        notebook.words("Loss after \(steps) steps", "\(steps) 步后的损失"),
        x: Axis(notebook.words("learning rate", "学习率"), scale: .logarithmic),
        y: Axis(notebook.words("loss", "损失"), scale: .logarithmic),
        marks: zip(activations, outcomes).map { .line($0.name, x: rates, y: $1.losses) },
        height: 340),
      caption: Prose(
        en: """
          At small rates sigmoid is equally slow with its offset and without: its slope is at most a \
          quarter of tanh's. At larger rates, by which it could make up for that, the offset holds \
          it back.
          """,
        zh: """
          学习率小时，有无偏移的 sigmoid 一样慢：它的最大斜率只有 tanh 的四分之一。增大学习率本可弥补这一点，\
          偏移却使它从中获益有限。
          """))
    notebook.note(
      Prose(
        en: """
          The notes blame the offset for directions of the gradient that are confused. At one small \
          rate the offset changes little; what it does is to make one direction of the weights much \
          steeper than all others, which limits the rate for all.
          """,
        zh: "笔记把收敛慢归因于偏移造成的梯度方向混乱。在同一个小学习率下，偏移影响不大；它真正的作用是使权重的某一个方向比其他方向陡得多，从而限制了整体的学习率。"
      ))
    notebook.conclude(
      "mean-sigmoid",
      Prose(en: "The mean output of hidden sigmoid units", zh: "sigmoid 隐藏单元的输出均值"),
      outcomes[0].mean, .within(0.4...0.6))
    notebook.conclude(
      "mean-tanh", Prose(en: "The mean output of hidden tanh units", zh: "tanh 隐藏单元的输出均值"),
      outcomes[2].mean, .within(-0.15...0.15))
    notebook.conclude(
      "curvature-ratio",
      Prose(
        en: "The offset alone makes the curvature larger: ratio with and without it",
        zh: "偏移本身使曲率变大：有与无之比"),
      outcomes[0].curvature / outcomes[1].curvature, .atLeast(5))
    notebook.conclude(
      "loss-ratio-centred",
      Prose(
        en: "Each at its best rate, sigmoid without its offset is ahead of itself: ratio of losses",
        zh: "各取最佳学习率时，去掉偏移的 sigmoid 领先于原来的 sigmoid：损失之比"),
      (outcomes[1].losses.min() ?? .nan) / (outcomes[0].losses.min() ?? .nan), .atMost(0.6))
    notebook.conclude(
      "loss-ratio",
      Prose(
        en: "Each at its best rate, tanh is ahead of sigmoid: ratio of the losses",
        zh: "各取最佳学习率时 tanh 领先于 sigmoid：损失之比"),
      (outcomes[2].losses.min() ?? .nan) / (outcomes[0].losses.min() ?? .nan), .atMost(0.6))
  }

  private static func curvature(_ hidden: NDArray) throws -> Double {
    let count = hidden.shape[0]
    let rows = NDArray.concatenate([hidden, NDArray.ones([count, 1])], axis: 1)
      .cast(to: .float64)
    let products = rows.transposed().matmul(rows) / Double(count)
    return try LinearAlgebra.symmetricEigen(products).values.maximum().item
  }

  // MARK: Dead units

  /// The share of hidden units that are 0 for every sample.
  private static func deadUnits(_ model: Sequential, _ rows: NDArray) -> [Bool] {
    LabTraining.output(of: Sequential(Array(model.layers.prefix(2))), rows)
      .maximum(axes: [0]).doubles.map { $0 <= 0 }
  }

  private static func share(_ dead: [Bool]) -> Double {
    Double(dead.count { $0 }) / Double(dead.count)
  }

  /// A network of one hidden layer whose offsets begin at a number, after some steps.
  private static func train(
    _ activation: any Layer, rate: Double, offset: Double, _ digits: LabDigits, seed: UInt64
  ) -> (before: Sequential, after: Sequential) {
    var model = Sequential {
      Dense(64, 100, initializer: .heNormal)
      activation
      Dense(100, 10)
    }
    model.initialize(seed: seed)
    LabTraining.set(
      "layers.0.bias", of: &model, to: NDArray(repeating: offset, shape: [100]))
    let before = model
    var random = RandomGenerator(key: RandomKey(seed: seed, path: "batches"))
    var optimizer = SGD(learningRate: rate)
    for _ in 0..<300 {
      let chosen = NDArray((0..<32).map { _ in Int32(random.integer(below: digits.count)) })
      LabTraining.step(
        &model, &optimizer, inputs: digits.rows.gather(chosen),
        labels: digits.labels.gather(chosen))
    }
    return (before, model)
  }

  static func dead(_ notebook: inout Notebook) throws {
    notebook.section(Prose(en: "Dead ReLU units", zh: "死亡的 ReLU 单元"))
    notebook.write(
      Prose(
        en: """
          A hidden layer of 100 ReLU units on 898 digits, 300 steps on batches of 32. A unit is dead \
          that is 0 for every digit: its gradient is 0 then, and so it stays. Counted after training \
          at several learning rates, and with offsets that begin at −3; beside that a leaky ReLU of \
          slope 0.1 below 0, for which dead means: below 0 for every digit.
          """,
        zh: """
          隐藏层有 100 个 ReLU 单元，在 898 个数字上以 32 个一批训练 300 步。对所有数字输出都为 0 的单元是死亡的：它的梯度也为 0，\
          因而不会再变。统计不同学习率下训练后的死亡单元，以及偏置从 −3 开始的情形；并与负半轴斜率为 0.1 的 Leaky ReLU 相比较\
          （其“死亡”指对所有数字都小于 0）。
          """))
    let digits = try LabDigits.parts([0.5, 0.5], seed: notebook.seed)[0]
    let rates = [0.05, 0.2, 1, 3, 5]
    var rows: [[Table.Cell]] = []
    func row(
      _ name: Prose, _ rate: Double, _ offset: Double, _ outcome: (Sequential, Sequential)
    ) -> (before: [Bool], after: [Bool], accuracy: Double) {
      let (before, after) = (
        deadUnits(outcome.0, digits.rows), deadUnits(outcome.1, digits.rows)
      )
      let accuracy = LabData.accuracy(of: outcome.1, digits.rows, digits.labels)
      rows.append(
        [.prose(name)]
          + [rate, offset, share(before), share(after)].map { .digits(LabNumber.chosen($0)) }
          + [.digits(LabNumber.text(accuracy))])
      return (before, after, accuracy)
    }
    let plain = Prose(Prose.Run(stringLiteral: "ReLU"))
    let leaky = Prose(Prose.Run(stringLiteral: "Leaky ReLU"))
    var shares: [Double] = []
    for (number, rate) in rates.enumerated() {
      let outcome = train(ReLU(), rate: rate, offset: 0, digits, seed: notebook.seed(3))
      shares.append(share(row(plain, rate, 0, outcome).after))
      try notebook.reach(0.5 + 0.35 * Double(number + 1) / Double(rates.count))
    }
    let bad = train(ReLU(), rate: 0.2, offset: -3, digits, seed: notebook.seed(3))
    let badRow = row(plain, 0.2, -3, bad)
    let leak = train(LeakyReLU(slope: 0.1), rate: 0.2, offset: -3, digits, seed: notebook.seed(3))
    let leakRow = row(leaky, 0.2, -3, leak)
    notebook.table(
      [
        Prose(en: "Activation", zh: "激活函数"), Prose(en: "Learning rate", zh: "学习率"),
        Prose(en: "First offset", zh: "初始偏置"),
        Prose(en: "Dead before", zh: "训练前死亡"), Prose(en: "Dead after", zh: "训练后死亡"),
        Prose(en: "Share right", zh: "正确率"),
      ], rows)
    try notebook.figure(
      "dead-by-rate",
      Chart(
        notebook.words("Dead units after training", "训练后死亡的单元"),
        x: Axis(notebook.words("learning rate", "学习率"), scale: .logarithmic),
        y: Axis(notebook.words("share of hidden units", "占隐藏单元的比例")),
        marks: [.line(x: rates, y: shares)], height: 300),
      caption: Prose(
        en: "A step that is too long carries units beyond all samples, from where nothing returns.",
        zh: "步子过大会把单元推到所有样本之外，再也回不来。"))
    notebook.conclude(
      "dead-small-rate",
      Prose(en: "Dead units at a small learning rate", zh: "小学习率下死亡单元的比例"), shares[0],
      .atMost(0.15))
    notebook.conclude(
      "dead-large-rate",
      Prose(en: "Dead units at a large learning rate", zh: "大学习率下死亡单元的比例"),
      shares[rates.count - 1], .atLeast(0.9))
    notebook.conclude(
      "stayed-dead",
      Prose(
        en: "With offsets of −3, units that are dead before training and stay so: share",
        zh: "偏置为 −3 时，训练前已死亡、训练后仍死亡的单元比例"),
      share(zip(badRow.before, badRow.after).map { $0 && $1 }), .atLeast(0.9))
    notebook.conclude(
      "leaky-gain",
      Prose(
        en: "With the same offsets a leaky ReLU learns more: gain in the share right",
        zh: "同样的偏置下 Leaky ReLU 学得更多：正确率之差"),
      leakRow.accuracy - badRow.accuracy, .atLeast(0.3))
  }
}
