import Explain
import Foundation
import Plots
import Training

extension Lab {
  /// Centred and normalised inputs are learned faster, and what is subtracted comes from the
  /// training data alone (L5.9).
  static let preprocessing = Lab(
    name: "preprocessing", rows: ["L5.9"],
    title: Prose(en: "Zero-centring and unit normalisation", zh: "零中心化与单位规范化"),
    claim: Prose(
      en: """
        Inputs should be zero-centred and normalised to one size, so that units do not saturate and \
        gradients do not vanish. Mean and deviation are fitted on the training data alone.
        """,
      zh: "输入应零中心化并规范到同一大小，以免单元饱和、梯度消失。均值和标准差只用训练数据来估计。")
  ) { notebook in
    try measureConditions(&notebook)
    try saturate(&notebook)
    try leak(&notebook)
  }

  /// What is done to inputs.
  private static let treatments = [
    Prose(en: "as they are", zh: "原样"), Prose(en: "centred", zh: "中心化"),
    Prose(en: "centred and normalised", zh: "中心化并规范化"),
  ]

  /// Means and deviations of the numbers that a weather station gives, in its units.
  private static let station: [(mean: Double, deviation: Double)] = [
    (15, 8),  // temperature in °C
    (1013, 10),  // pressure in hPa
    (0.6, 0.15),  // relative humidity
    (4, 2),  // wind in m/s
  ]

  /// Condition number and steps of a linear model.
  private static func measureConditions(_ notebook: inout Notebook) throws {
    let count = 500
    let limit = 100_000
    notebook.section(Prose(en: "The shape of the loss", zh: "损失的形状"))
    notebook.write(
      Prose(
        en: """
          Linear regression with an offset on \(count) samples of four inputs, as a weather station \
          gives them: temperature 15 ± 8 \("°C"), pressure 1013 ± 10 hPa, humidity 0.6 ± 0.15, wind \
          4 ± 2 \("m/s"); damp days are colder (correlation −0.7), windy ones have low pressure (−0.5). \
          The mean squared error is a quadratic function of the weights. Its Hessian's condition \
          number λ_max/λ_min says how long gradient descent takes, here with the constant η that is \
          best, until the loss is within a ten-thousandth of its start's distance from the minimum.
          """,
        zh: """
          带偏置的线性回归，\(count) 个样本，四个输入取自气象站：温度 15 ± 8 \("°C")，气压 1013 ± 10 hPa，湿度 0.6 ± 0.15，\
          风速 4 ± 2 \("m/s")；湿度与温度的相关系数为 −0.7，风速与气压为 −0.5。均方误差是权重的二次函数，其黑塞矩阵的条件数 λ_max/λ_min 决定梯度下降要走多久；\
          此处 η 取最优常数，直到损失与最小值之差降为起点的万分之一。
          """))
    var random = RandomGenerator(key: RandomKey(seed: notebook.seed, path: "station"))
    let standard = (0..<count).map { _ in
      let (temperature, pressure) = (random.normal(), random.normal())
      return [
        temperature, pressure, -0.7 * temperature + 0.51.squareRoot() * random.normal(),
        -0.5 * pressure + 0.75.squareRoot() * random.normal(),
      ]
    }
    let targets = standard.map { $0.reduce(3, +) + 0.5 * random.normal() }
    let raw = standard.map { row in zip(row, station).map { $1.mean + $1.deviation * $0 } }
    var conditions: [Double] = []
    var curves: [[Double]] = []
    for treatment in treatments.indices {
      let rows = treated(raw, treatment).map { $0 + [1] }
      let descent = try LeastSquares(rows, targets).descend(until: 1e-4, limit: limit)
      conditions.append(descent.condition)
      curves.append(descent.losses)
      try notebook.reach(0.1 * Double(treatment + 1))
    }
    notebook.table(
      [
        Prose(en: "Inputs", zh: "输入"), Prose(en: "Condition number", zh: "条件数"),
        Prose(en: "Steps", zh: "步数"),
      ],
      treatments.indices.map { index in
        let steps = curves[index].count - 1
        return [
          .prose(treatments[index]), .digits(LabNumber.text(conditions[index])),
          .digits(steps == limit ? "> \(limit)" : "\(steps)"),
        ]
      })
    try notebook.figure(
      "loss-by-step",
      Chart(
        notebook.words("Distance from the minimum", "与最小值的距离"),
        x: Axis(notebook.words("step", "步"), scale: .logarithmic),
        y: Axis(
          notebook.words("loss above its minimum, relative", "损失高出最小值的部分（相对）"),
          scale: .logarithmic),
        marks: zip(treatments, curves).map { treatment, losses in
          // Steps at even distances on the logarithmic axis.
          let last = Double(losses.count - 1)
          let places = Set((0...200).map { Int(pow(last, Double($0) / 200).rounded()) }).sorted()
          return .line(
            treatment.plain(notebook.language), x: places.map(Double.init),
            y: places.map { losses[$0] })
        }),
      caption: Prose(
        en: "Gradient descent on the same samples, each with the step size that suits it best.",
        zh: "同样的样本上的梯度下降，各用最合适的步长。"))
    notebook.conclude(
      "condition-ratio",
      Prose(
        en: "Centring and normalising lower the condition number to a part of it",
        zh: "中心化并规范化把条件数降到原来的若干分之一"),
      conditions[2] / conditions[0], .atMost(1e-4))
    notebook.conclude(
      "steps-ratio",
      Prose(
        en: "Centring alone takes a multiple of the steps, since the units of measurement differ",
        zh: "只做中心化时步数为两者都做的多少倍（各输入的单位不同）"),
      Double(curves[1].count - 1) / Double(curves[2].count - 1), .atLeast(20))
  }

  /// Rows as they are, centred, or centred and normalised.
  private static func treated(_ rows: [[Double]], _ treatment: Int) -> [[Double]] {
    guard treatment > 0 else { return rows }
    let columns = rows[0].indices.map { column in rows.map { $0[column] } }
    let means = columns.map { Statistics.mean($0) }
    let deviations = zip(columns, means).map { column, mean in
      treatment == 1
        ? 1
        : (column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(column.count)).squareRoot()
    }
    return rows.map { row in row.indices.map { (row[$0] - means[$0]) / deviations[$0] } }
  }

  /// A layer of tanh on pixels from 0 to 16 and on prepared ones.
  private static func saturate(_ notebook: inout Notebook) throws {
    let (width, steps) = (64, 200)
    notebook.section(Prose(en: "Saturation", zh: "饱和"))
    notebook.write(
      Prose(
        en: """
          The digits, whose pixels go from 0 to 16, before a layer of \(width) tanh units and a \
          linear one, Xavier's weights: at the start the share of units beyond ±0.99 and the mean \
          slope of tanh, by which the gradient of the first layer is multiplied; then the accuracy \
          after \(steps) steps of gradient descent with η = 0.1 on mini-batches of 64.
          """,
        zh: """
          手写数字的像素值为 0 到 16，后接 \(width) 个 tanh 单元的一层和一个线性层，Xavier 权重：比较开始时超出 ±0.99 的单元比例，\
          以及 tanh 的平均斜率（第一层的梯度要乘以斜率）；再比较用小批量（64）梯度下降、η = 0.1 训练 \(steps) 步后的准确率。
          """))
    let splits = try Digits.all.splits(seed: notebook.seed)
    let plain = try InputPreparation(
      sampleShape: [1, 8, 8], maximumValue: 1, mean: [0], standardDeviation: [1])
    let centred = try InputPreparation(
      sampleShape: [1, 8, 8], maximumValue: 1,
      mean: try InputPreparation(fitting: splits.train).mean.map { $0 * splits.train.maximumValue },
      standardDeviation: [1])
    var rows: [[Table.Cell]] = []
    var shares: [Double] = []
    var slopes: [Double] = []
    var accuracies: [Double] = []
    var activations: [[Double]] = []
    for (index, preparation) in [plain, centred, try InputPreparation(fitting: splits.train)]
      .enumerated()
    {
      let digits = try DigitRows(splits, by: preparation)
      var model = Sequential {
        Dense(64, width)
        Tanh()
        Dense(width, 10)
      }
      model.initialize(seed: notebook.seed(1))
      var context = Context(.evaluation)
      let hidden = Sequential(Array(model.layers[..<2]))(Tensor(digits.train), &context).array
      let values = hidden.doubles
      activations.append(Array(values.prefix(20_000)))
      shares.append(Double(values.count { abs($0) > 0.99 }) / Double(values.count))
      digits.train(&model, by: SGD(learningRate: 0.1), steps: steps, seed: notebook.seed(2))
      slopes.append(Statistics.mean(values.map { 1 - $0 * $0 }))
      accuracies.append(digits.accuracy(of: model))
      rows.append(
        [.prose(treatments[index])]
          + [shares[index], slopes[index], accuracies[index]].map { .digits(LabNumber.text($0)) })
      try notebook.reach(0.3 + 0.15 * Double(index + 1))
    }
    notebook.table(
      [
        Prose(en: "Pixels", zh: "像素"), Prose(en: "Saturated at the start", zh: "开始时饱和的比例"),
        Prose(en: "Mean slope", zh: "平均斜率"),
        Prose(en: "Test accuracy", zh: "测试准确率"),
      ], rows)
    try notebook.figure(
      "hidden-activations",
      Chart(
        notebook.words("Hidden activations before training", "训练前的隐藏激活值"),
        x: Axis("tanh", range: -1...1), y: Axis(notebook.words("density", "密度")),
        marks: [0, 2].map {
          .histogram(
            treatments[$0].plain(notebook.language), values: activations[$0], bins: 40,
            range: -1...1, isDensity: true)
        }),
      caption: Prose(
        en: "On raw pixels most units are at the ends of tanh, where its slope is near 0.",
        zh: "用原始像素时，大多数单元处于 tanh 的两端，斜率接近 0。"))
    notebook.conclude(
      "saturation-removed",
      Prose(
        en: "Preparation takes saturated units away, of all units a share",
        zh: "预处理消除的饱和单元占全部单元的比例"),
      shares[0] - shares[2], .atLeast(0.4))
    notebook.conclude(
      "slope-ratio",
      Prose(
        en: "Preparation raises the mean slope of tanh by a factor", zh: "预处理使 tanh 的平均斜率增大的倍数"),
      slopes[2] / slopes[0], .atLeast(2))
    notebook.note(
      Prose(
        en: """
          Here the accuracy hardly shows it: \(LabNumber.text(accuracies[0])) and \
          \(LabNumber.text(accuracies[2])). The gradient of the first layer's weights is the \
          product of slope and pixel, and large pixels make up for small slopes. Layers before a \
          saturated one have no such help.
          """,
        zh: """
          这里准确率上几乎看不出差别：\(LabNumber.text(accuracies[0])) 与 \(LabNumber.text(accuracies[2]))。\
          第一层权重的梯度是斜率与像素值的乘积，大的像素值弥补了小的斜率；饱和层之前的各层则得不到这种弥补。
          """))
  }

  /// Statistics that the test's samples have a part in.
  private static func leak(_ notebook: inout Notebook) throws {
    notebook.section(Prose(en: "Training data alone", zh: "只用训练数据"))
    notebook.write(
      Prose(
        en: """
          Softmax regression on the digits, with a mean and a deviation for each pixel, 200 steps \
          of Adam. First, what a leak is: one image of the test is spoilt, all its pixels 100 \
          times those of full ink, and the model is trained again. Where mean and deviation are \
          fitted on the training data alone, the weights cannot change; where the test's images \
          have a part in them, they do. Second, what testing must not do: the test's images come \
          one class at a time and are prepared by their own mean and deviation.
          """,
        zh: """
          在手写数字上做 softmax 回归，每个像素各有均值和标准差，用 Adam 训练 200 步。第一，什么是泄漏：把一张测试图像弄坏，\
          所有像素变为满墨值的 100 倍，再训练一次。若均值和标准差只由训练数据估计，权重不会变；若测试图像也参与，权重就变了。\
          第二，测试时不该做的事：测试图像按类别分批到来，并用各批自己的均值和标准差预处理。
          """))
    let splits = try Digits.all.splits(seed: notebook.seed)
    let parts = DatasetSplits(
      train: try features(splits.train), validation: try features(splits.validation),
      test: try features(splits.test))
    let spoilt = try spoiling(parts.test)
    let fitted = try InputPreparation(fitting: parts.train)
    let model = try trained(parts, by: fitted, seed: notebook.seed(3))
    let again = try trained(
      DatasetSplits(train: parts.train, validation: parts.validation, test: spoilt), by: fitted,
      seed: notebook.seed(3))
    let leaking = try [parts.test, spoilt].map { test in
      try trained(
        parts, by: try InputPreparation(fitting: joined(parts.train, test)), seed: notebook.seed(3))
    }
    let changes = [change(from: model, to: again), change(from: leaking[0], to: leaking[1])]
    try notebook.reach(0.9)
    var right = [0.0, 0.0]
    for label in parts.classNames.indices {
      let members = parts.test.labels.integers.indices.filter {
        parts.test.labels.integers[$0] == label
      }
      let part = try parts.test.subset(members)
      for (index, preparation) in [fitted, try InputPreparation(fitting: part)].enumerated() {
        let inputs = try preparation.prepared(part.inputs, for: [64])
        right[index] +=
          LabData.accuracy(of: model, inputs, part.labels) * Double(part.count)
          / Double(parts.test.count)
      }
    }
    notebook.table(
      [
        Prose(en: "Statistics of", zh: "统计量来自"),
        Prose(en: "Change of the weights by the spoilt image", zh: "坏图像引起的权重相对变化"),
        Prose(en: "Accuracy, class by class", zh: "逐类测试的准确率"),
      ],
      [
        [
          .prose(Prose(en: "the training images", zh: "训练图像")), .digits(LabNumber.text(changes[0])),
          .digits(LabNumber.text(right[0])),
        ],
        [
          .prose(Prose(en: "training and test images", zh: "训练和测试图像")),
          .digits(LabNumber.text(changes[1])), .digits("–"),
        ],
        [
          .prose(Prose(en: "each batch of the test", zh: "测试的各批")), .digits("–"),
          .digits(LabNumber.text(right[1])),
        ],
      ])
    notebook.conclude(
      "change-by-leak",
      Prose(
        en: "Where the test has a part in the statistics, one image changes the weights by a share",
        zh: "测试数据参与统计时，一张测试图像使权重变化的比例"),
      changes[1], .atLeast(0.1))
    notebook.conclude(
      "accuracy-lost",
      Prose(
        en: "Statistics of the test's own batches cost accuracy", zh: "用测试批自己的统计量损失的准确率"),
      right[0] - right[1], .atLeast(0.3))
  }

  /// Images as rows of features, each pixel by itself.
  private static func features(_ images: Dataset) throws -> Dataset {
    try Dataset(
      name: images.name, inputs: images.inputs.reshaped([images.count, 64]).cast(to: .float32),
      labels: images.labels, classNames: images.classNames, maximumValue: images.maximumValue)
  }

  /// The samples with the last one's features 100 times the largest.
  private static func spoiling(_ samples: Dataset) throws -> Dataset {
    let good = samples.inputs.sliced(axis: 0, 0..<samples.count - 1)
    let bad = NDArray(repeating: 100 * samples.maximumValue, shape: [1, 64])
    return try Dataset(
      name: samples.name, inputs: NDArray.concatenate([good, bad]), labels: samples.labels,
      classNames: samples.classNames, maximumValue: samples.maximumValue)
  }

  private static func joined(_ a: Dataset, _ b: Dataset) throws -> Dataset {
    try Dataset(
      name: a.name, inputs: NDArray.concatenate([a.inputs, b.inputs]),
      labels: NDArray.concatenate([a.labels, b.labels]), classNames: a.classNames,
      maximumValue: a.maximumValue)
  }

  private static func trained(
    _ parts: DatasetSplits, by preparation: InputPreparation, seed: UInt64
  ) throws -> Sequential {
    var model = Sequential([Dense(64, parts.classNames.count)])
    model.initialize(seed: seed)
    try DigitRows(parts, by: preparation).train(
      &model, by: Adam(learningRate: 0.01), steps: 200, seed: seed)
    return model
  }

  /// The norm of the difference of weights, as a share of the norm of those before.
  private static func change(from before: Sequential, to after: Sequential) -> Double {
    let (a, b) = (before.state[0].array, after.state[0].array)
    return ((a - b).squared().sum().item / a.squared().sum().item).squareRoot()
  }
}
