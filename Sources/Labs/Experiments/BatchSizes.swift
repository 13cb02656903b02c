import Explain
import Foundation
import Plots
import Training

extension Lab {
  /// Batch, stochastic and mini-batch gradient descent on one task (L5.1).
  static let batchSizes = Lab(
    name: "batch-sizes", rows: ["L5.1"],
    title: Prose(
      en: "Batch, stochastic and mini-batch gradient descent", zh: "批量、随机与小批量梯度下降"),
    claim: Prose(
      en: """
        Batch gradient descent takes the exact gradient of all samples for each update; stochastic \
        gradient descent updates after every single sample, along a noisy gradient, and has improved \
        long before the first pass is over; mini-batches are the middle way: little noise, many \
        updates, and products that run in parallel. The noise falls with 1/√B, B the size of the \
        batch.
        """,
      zh: """
        批量梯度下降每次更新都用全部样本的精确梯度；随机梯度下降每看一个样本就更新，梯度有噪声，但第一轮还没结束就已有很大改进；\
        小批量是折中：噪声小、更新多、便于并行计算。噪声按 1/√B 下降，B 为批的大小。
        """)
  ) { notebook in
    let digits = try LabDigits.parts([0.7, 0.3], seed: notebook.seed)[0]
    notebook.section(Prose(en: "The task", zh: "任务"))
    notebook.write(
      Prose(
        en: """
          \(digits.count) digits of 8 × 8 pixels, one layer with softmax, cross-entropy: a loss \
          without local minima, so that nothing but the size of the batch differs. All begin at \
          weights of zero and take steps w ← w − η·g at the rate η = \(LabNumber.chosen(rate)), g the \
          mean gradient of a batch; each pass goes over the samples in a new order.
          """,
        zh: """
          \(digits.count) 个 8 × 8 像素的数字，单层加 softmax，交叉熵损失：没有局部极小值，差别只来自批的大小。权重都从零开始，\
          按 w ← w − η·g 更新，学习率 η = \(LabNumber.chosen(rate))，g 为一批样本的平均梯度；每轮以新的顺序遍历样本。
          """))
    try noise(digits, &notebook)
    try descent(digits, &notebook)
    try time(digits, &notebook)
  }

  private static let rate = 0.2

  private static func classifier() -> Sequential {
    var model = Sequential { Dense(64, 10, initializer: .zeros) }
    model.initialize()
    return model
  }

  /// All numbers of the mean gradient of some samples.
  private static func gradient(
    of model: Sequential, _ rows: NDArray, _ labels: NDArray
  ) -> [Double] {
    var context = Context(.training)
    return valueWithGradients(of: model, &context) { model, context in
      crossEntropy(logits: model(Tensor(rows), &context), labels: labels)
    }.gradients.entries.flatMap { $0.array.doubles }
  }

  // MARK: Noise

  private static func noise(_ digits: LabDigits, _ notebook: inout Notebook) throws {
    let draws = 100
    let sizes = [1, 4, 16, 64, 256]
    notebook.section(Prose(en: "The gradient's noise", zh: "梯度的噪声"))
    notebook.write(
      Prose(
        en: """
          After 20 steps on all samples the model stands still. For each size, \(draws) batches are \
          drawn with replacement; the noise is the root of the mean squared distance of their \
          gradients from the gradient of all samples.
          """,
        zh: """
          在全部样本上走 20 步后固定模型。对每种大小有放回地抽取 \(draws) 批；噪声是各批梯度与全部样本梯度之间距离的均方根。
          """))
    var model = classifier()
    var optimizer = SGD(learningRate: rate)
    for _ in 0..<20 {
      LabTraining.step(&model, &optimizer, inputs: digits.rows, labels: digits.labels)
    }
    let exact = gradient(of: model, digits.rows, digits.labels)
    let length = exact.reduce(0) { $0 + $1 * $1 }.squareRoot()
    var random = RandomGenerator(key: RandomKey(seed: notebook.seed, path: "noise"))
    let noises = sizes.map { size in
      let squares = (0..<draws).map { _ in
        let chosen = NDArray((0..<size).map { _ in Int32(random.integer(below: digits.count)) })
        let found = gradient(of: model, digits.rows.gather(chosen), digits.labels.gather(chosen))
        return zip(found, exact).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      }
      return Statistics.mean(squares).squareRoot()
    }
    try notebook.reach(0.2)
    let places = sizes.map(Double.init)
    let lawPlaces = (0...64).map { pow(places.last!, Double($0) / 64) }
    try notebook.figure(
      "noise",
      Chart(
        notebook.words("Noise of the gradient", "梯度的噪声"),
        x: Axis(notebook.words("size of the batch B", "批的大小 B"), scale: .logarithmic),
        y: Axis(notebook.words("noise", "噪声"), scale: .logarithmic),
        marks: [
          .points(notebook.words("measured", "测得"), x: places, y: noises),
          .line(
            notebook.words("that of 1 sample, divided by √B", "单样本的噪声除以 √B"), x: lawPlaces,
            y: lawPlaces.map { noises[0] / $0.squareRoot() }),
          .rule(notebook.words("length of the exact gradient", "精确梯度的长度"), y: length),
        ], height: 340),
      caption: Prose(
        en: """
          A single sample's gradient is off by many times the gradient's length; four times the \
          samples halve the noise.
          """,
        zh: "单个样本的梯度偏差是精确梯度长度的许多倍；样本增至四倍，噪声减半。"))
    notebook.conclude(
      "noise-exponent",
      Prose(
        en: "The noise is a power of the batch's size, with the exponent",
        zh: "噪声是批大小的幂，指数为"),
      Statistics.exponent(x: places, y: noises), .within(-0.55 ... -0.45))
  }

  // MARK: Descent

  /// The loss of all samples on the way.
  private struct Descent {
    /// The size of the batches.
    let size: Int
    /// The loss before the first update and after each, as far as looked at.
    var losses: [(updates: Int, loss: Double)] = []

    /// The loss once so many samples have been shown.
    func loss(afterSamples samples: Int) -> Double {
      losses.last { $0.updates * size <= samples }?.loss ?? .nan
    }

    /// The mean of the losses from an update to another: that of single samples goes up and down.
    func loss(in updates: ClosedRange<Int>) -> Double {
      Statistics.mean(losses.filter { updates.contains($0.updates) }.map(\.loss))
    }

    /// The share of the first updates that raise the loss.
    func rises(of updates: Int) -> Double {
      let pairs = zip(losses, losses.dropFirst()).filter { $1.updates <= updates }
      return Double(pairs.count { $1.loss > $0.loss }) / Double(pairs.count)
    }
  }

  private static let updates = 400
  private static let passes = 5

  /// Descends until both so many updates are made and so many passes are done. Each of the first
  /// updates is looked at, later every tenth.
  private static func descend(_ digits: LabDigits, size: Int, seed: UInt64) -> Descent {
    var model = classifier()
    var optimizer = SGD(learningRate: rate)
    var random = RandomGenerator(key: RandomKey(seed: seed, path: "order"))
    var descent = Descent(size: size)
    var order: [Int] = []
    let last = max(updates, passes * digits.count / size)
    for update in 0...last {
      if update <= updates || update % 10 == 0 || update == last {
        let loss = LabTraining.loss(of: model, inputs: digits.rows, labels: digits.labels)
        descent.losses.append((update, loss))
      }
      // What is left of a pass and does not fill a batch is left out.
      if order.count < size { order = random.permutation(digits.count) }
      let chosen = NDArray(order.suffix(size).map(Int32.init))
      order.removeLast(size)
      LabTraining.step(
        &model, &optimizer, inputs: digits.rows.gather(chosen),
        labels: digits.labels.gather(chosen))
    }
    return descent
  }

  private static func descent(_ digits: LabDigits, _ notebook: inout Notebook) throws {
    notebook.section(Prose(en: "The descent", zh: "下降过程"))
    notebook.write(
      Prose(
        en: """
          Batches of 1, of 32 and of all samples. Counted by updates, everything in a batch may run \
          at the same time; counted by samples, one after the other. What a machine takes lies in \
          between.
          """,
        zh: "批的大小取 1、32 和全部样本。按更新次数比较，相当于一批内的样本完全并行；按样本数比较，相当于逐个计算。实际机器的耗时介于两者之间。"))
    let sizes = [1, 32, digits.count]
    let names = [
      notebook.words("1 sample", "1 个样本"), notebook.words("32 samples", "32 个样本"),
      notebook.words("all samples", "全部样本"),
    ]
    let lossAxis = Axis(notebook.words("loss of all samples", "全部样本的损失"), scale: .logarithmic)
    var descents: [Descent] = []
    for (number, size) in sizes.enumerated() {
      descents.append(descend(digits, size: size, seed: notebook.seed(number)))
      try notebook.reach(0.2 + 0.6 * Double(number + 1) / 3)
    }
    try notebook.figure(
      "loss-by-updates",
      Chart(
        notebook.words("Loss by updates", "损失与更新次数"),
        x: Axis(notebook.words("updates", "更新次数")), y: lossAxis,
        marks: zip(names, descents).map { name, descent in
          let shown = descent.losses.filter { $0.updates <= updates }
          return .line(name, x: shown.map { Double($0.updates) }, y: shown.map(\.loss))
        }, height: 360),
      caption: Prose(
        en: "Update by update 32 samples are as good as all; a single one makes the loss jump.",
        zh: "按更新次数看，32 个样本与全部样本一样好；单个样本则使损失上下跳动。"))
    let samples = passes * digits.count
    try notebook.figure(
      "loss-by-samples",
      Chart(
        notebook.words("Loss by samples", "损失与样本数"),
        x: Axis(notebook.words("samples shown", "用过的样本数")), y: lossAxis,
        marks: zip(names, descents).map { name, descent in
          let shown = descent.losses.filter { $0.updates * descent.size <= samples }
          return .line(
            name, x: shown.map { Double($0.updates * descent.size) }, y: shown.map(\.loss))
        }, height: 360),
      caption: Prose(
        en: """
          In \(passes) passes the whole batch takes \(passes) steps, single samples take \(samples).
          """,
        zh: "遍历 \(passes) 轮，整批只走 \(passes) 步，单样本走 \(samples) 步。"))
    let tail = (updates - 49)...updates
    notebook.table(
      [
        Prose(en: "Batch", zh: "批大小"),
        Prose(en: "Loss after \(passes) passes", zh: "\(passes) 轮后的损失"),
        Prose(en: "Loss after \(updates) updates", zh: "\(updates) 次更新后的损失"),
        Prose(en: "Updates that raise the loss", zh: "使损失上升的更新所占比例"),
      ],
      descents.map { descent in
        [
          Double(descent.size), descent.loss(afterSamples: samples), descent.loss(in: tail),
          descent.rises(of: updates),
        ].map { .digits(LabNumber.text($0)) }
      })
    notebook.conclude(
      "samples-ratio",
      Prose(
        en: "After as many samples the whole batch's loss is many times that of single samples",
        zh: "样本数相同时，整批的损失是单样本的许多倍"),
      descents[2].loss(afterSamples: samples) / descents[0].loss(afterSamples: samples),
      .atLeast(5))
    notebook.conclude(
      "mini-batch-samples-ratio",
      Prose(
        en: "After as many samples the whole batch's loss is also a multiple of the mini-batch's",
        zh: "样本数相同时，整批的损失也是小批量的数倍"),
      descents[2].loss(afterSamples: samples) / descents[1].loss(afterSamples: samples),
      .atLeast(2.5))
    notebook.conclude(
      "mini-batch-updates-ratio",
      Prose(
        en: "After as many updates the mini-batch is as far as the whole batch: ratio",
        zh: "更新次数相同时，小批量与整批进展相同：比值"),
      descents[1].loss(in: tail) / descents[2].loss(in: tail), .within(0.9...1.1))
    notebook.conclude(
      "rises-batch",
      Prose(
        en: "Batch gradient descent: share of updates that raise the loss",
        zh: "批量梯度下降：使损失上升的更新所占比例"),
      descents[2].rises(of: updates), .atMost(0))
    notebook.conclude(
      "rises-single",
      Prose(
        en: "Stochastic gradient descent: share of updates that raise the loss",
        zh: "随机梯度下降：使损失上升的更新所占比例"),
      descents[0].rises(of: updates), .atLeast(0.25))
  }

  // MARK: Time

  private static func time(_ digits: LabDigits, _ notebook: inout Notebook) throws {
    let turns = 200
    notebook.section(Prose(en: "Time", zh: "时间"))
    notebook.write(
      Prose(
        en: """
          How long this machine takes for a sample's share of an update: the shortest of \(turns) \
          turns, which other work on the machine did not lengthen. These are the only numbers here \
          that another run does not repeat.
          """,
        zh: """
          本机完成一次更新时每个样本分摊的时间，取 \(turns) 次中最短的一次，即未受机器上其他任务拖慢的一次。\
          本报告中只有这些数字不能在另一次运行中重现。
          """))
    let sizes = [1, 32, digits.count]
    let batches = sizes.map { size in
      (
        rows: digits.rows.sliced(axis: 0, 0..<size),
        labels: digits.labels.sliced(axis: 0, 0..<size)
      )
    }
    var shortest = [Double](repeating: .infinity, count: sizes.count)
    // Sizes take turns, so that a slow moment of the machine does not fall on one of them.
    for _ in 0..<turns {
      for (index, batch) in batches.enumerated() {
        var model = classifier()
        var optimizer = SGD(learningRate: rate)
        let start = ContinuousClock.now
        LabTraining.step(&model, &optimizer, inputs: batch.rows, labels: batch.labels)
        shortest[index] = min(shortest[index], (ContinuousClock.now - start) / .microseconds(1))
      }
    }
    let microseconds = zip(shortest, sizes).map { $0 / Double($1) }
    notebook.table(
      [
        Prose(en: "Batch", zh: "批大小"), Prose(en: "Microseconds a sample", zh: "每个样本的微秒数"),
      ],
      zip(sizes, microseconds).map {
        [.digits("\($0)"), .digits(LabNumber.text($1))]
      })
    notebook.conclude(
      "time-ratio",
      Prose(
        en: "A sample by itself takes many times as long as one in a batch of 32",
        zh: "单独计算一个样本的耗时是 32 个一批时的许多倍"),
      microseconds[0] / microseconds[1], .atLeast(5))
    notebook.note(
      Prose(
        en: """
          The notes repeat the definition of stochastic gradient descent under mini-batches: a step \
          there takes the mean gradient of a batch. They also say that the noise leads out of local \
          minima and against overfitting; this loss has no local minima, so that is not shown here.
          """,
        zh: "笔记在小批量一节重复了随机梯度下降的定义：小批量的一步用的是一批样本的平均梯度。笔记还说噪声有助于跳出局部极小值、防止过拟合；本实验的损失没有局部极小值，因此未涉及这一点。"
      ))
  }
}
