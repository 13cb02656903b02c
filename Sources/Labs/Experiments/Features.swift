import Explain
import Plots
import Training

extension Lab {
  /// Learned features against hand-made ones below the same classifier (L1.5).
  static let features = Lab(
    name: "features", rows: ["L1.5"],
    title: Prose(en: "Learned features and hand-made ones", zh: "学习的特征与人工特征"),
    claim: Prose(
      en: """
        Representation learning finds features from raw data. Below the same classifier, learned \
        features tell the classes apart better than as many made by hand.
        """,
      zh: "表示学习从原始数据中自动得到特征。使用同样的分类器时，学习的特征比同样数目的人工特征更能区分各个类别。")
  ) { notebook in
    notebook.section(Prose(en: "Set-up", zh: "实验设置"))
    notebook.write(
      Prose(
        en: """
          1,797 handwritten digits of 8 × 8 pixels, one half to train, the other to test; \
          \(splits) random splits, and of each number the median. Hand-made: the mean ink of 16 zones, \
          the mean ink of each row and column, histograms of gradients in 8 directions and 4 \
          quarters, and all of these together. Learned: the last hidden layer of a small \
          convolutional network (8 filters of 3 × 3, 16 more, a maximum over 2 × 2, a hidden layer \
          of 16 or 64 units, ReLU throughout), trained on the training half by 200 steps of Adam. As \
          a control the same network without training.
          """,
        zh: """
          1797 个 8 × 8 像素的手写数字，一半训练，一半测试；随机划分 \(splits) 次，各数取中位数。人工特征：16 个区域的平均墨量、\
          各行各列的平均墨量、4 个四分区内 8 个方向的梯度直方图，以及三者合并。学习的特征：一个小型卷积网络的最后一个隐藏层\
          （8 个 3 × 3 滤波器，再 16 个，2 × 2 最大池化，16 或 64 个单元的隐藏层，均用 ReLU），在训练集上做 200 步 Adam。\
          对照：同样的网络，不训练。
          """))
    notebook.write(
      Prose(
        en: """
          Every set of features is brought to mean 0 and variance 1 on the training half and given \
          to the same classifier: one layer with softmax, \(classifierSteps) steps of Adam on all \
          samples from weights of zero.
          """,
        zh: """
          每组特征都按训练集标准化为均值 0、方差 1，再交给同样的分类器：单层加 softmax，从零权重出发，\
          在全部样本上做 \(classifierSteps) 步 Adam。
          """))
    try compare(&notebook)
  }

  /// The features' names in figures.
  private static let chineseLabels = [
    "zones": "区域", "projections": "投影", "gradients": "梯度", "all by hand": "全部人工", "pixels": "像素",
    "untrained 16": "未训练 16", "untrained 64": "未训练 64", "learned 16": "学习 16",
    "learned 64": "学习 64",
  ]
  private static let splits = 3
  private static let classifierSteps = 200

  /// Features of the training and of the test half.
  private typealias Halves = (train: NDArray, test: NDArray)

  private static func compare(_ notebook: inout Notebook) throws {
    var errors: [[Double]] = []
    var names: [(name: Prose, label: String, count: Int)] = []
    for split in 0..<splits {
      let parts = try LabDigits.parts([0.5, 0.5], seed: notebook.seed(split))
      let (train, test) = (parts[0], parts[1])
      var sets = handMade(train, test)
      sets.append((Prose(en: "raw pixels", zh: "原始像素"), "pixels", (train.rows, test.rows)))
      for width in [16, 64] {
        var model = network(width)
        model.initialize(seed: notebook.seed(100 * split + width))
        sets.append(
          (
            Prose(en: "network, untrained", zh: "网络（未训练）"), "untrained \(width)",
            hidden(model, train, test)
          ))
        teach(&model, train, seed: notebook.seed(100 * split + width))
        sets.append(
          (
            Prose(en: "network, learned", zh: "网络（学习所得）"), "learned \(width)",
            hidden(model, train, test)
          ))
        try notebook.reach((Double(split) + (width == 16 ? 0.4 : 0.8)) / Double(splits))
      }
      errors.append(sets.map { error($0.halves, train.labels, test.labels) })
      names = sets.map { ($0.name, $0.label, $0.halves.train.shape[1]) }
      if split == 0 { try show(sets, test.labels, &notebook) }
    }
    let medians = names.indices.map { set in Statistics.median(errors.map { $0[set] }) }
    try report(names, medians, &notebook)
  }

  private static func report(
    _ names: [(name: Prose, label: String, count: Int)], _ errors: [Double],
    _ notebook: inout Notebook
  ) throws {
    notebook.section(Prose(en: "Errors", zh: "错误率"))
    let order = errors.indices.sorted { errors[$0] > errors[$1] }
    try notebook.figure(
      "errors",
      Chart(
        notebook.words("Test error of the same classifier", "同一分类器的测试错误率"),
        x: Axis(
          scale: .categories(
            order.map {
              notebook.words(names[$0].label, chineseLabels[names[$0].label] ?? names[$0].label)
            })),
        y: Axis(notebook.words("test error", "测试错误率"), unit: "%"),
        marks: [.bars(heights: order.map { 100 * errors[$0] })], height: 340),
      caption: Prose(
        en: "With as many numbers, learned features leave far fewer errors than hand-made ones.",
        zh: "数目相同时，学习的特征留下的错误远少于人工特征。"))
    notebook.table(
      [
        Prose(en: "Features", zh: "特征"), Prose(en: "Count", zh: "数目"),
        Prose(en: "Test error, %", zh: "测试错误率（%）"),
      ],
      order.map {
        [
          .prose(names[$0].name), .digits("\(names[$0].count)"),
          .digits(LabNumber.text(100 * errors[$0])),
        ]
      })
    func error(_ label: String) -> Double {
      names.firstIndex { $0.label == label }.map { errors[$0] } ?? .nan
    }
    for (index, name) in names.enumerated() {
      notebook.measure("error-" + name.label.replacing(" ", with: "-"), errors[index])
    }
    notebook.conclude(
      "learned-16-ratio",
      Prose(
        en: "16 learned features against the best 16 made by hand: ratio of the errors",
        zh: "16 个学习的特征与最好的 16 个人工特征：错误率之比"),
      error("learned 16") / min(error("zones"), error("projections")), .atMost(0.6))
    notebook.conclude(
      "learned-64-ratio",
      Prose(
        en: "64 learned features against all 64 made by hand: ratio of the errors",
        zh: "64 个学习的特征与全部 64 个人工特征：错误率之比"),
      error("learned 64") / error("all by hand"), .atMost(0.8))
    notebook.conclude(
      "learning-ratio",
      Prose(
        en: "It is learning that does it, not the network's form: 16 learned against 16 untrained",
        zh: "起作用的是学习而不是网络结构：16 个学习的特征与 16 个未训练的特征之比"),
      error("learned 16") / error("untrained 16"), .atMost(0.5))
    notebook.note(
      Prose(
        en: """
          The learned features come from the labels of the same training half, which the zones and \
          histograms never saw. That is the point of learning the features together with the \
          classifier; where there are few labels, features made by hand can be ahead.
          """,
        zh: "学习的特征来自同一训练集的标签，而区域特征和直方图从未见过标签。这正是把特征与分类器一起学习的意义；标签很少时，人工特征可能更好。"
      ))
  }

  // MARK: Parts

  private static func handMade(
    _ train: LabDigits, _ test: LabDigits
  ) -> [(name: Prose, label: String, halves: Halves)] {
    func halves(_ features: ([Double]) -> [Double]) -> Halves {
      let arrays = [train, test].map { digits in
        let pixels = digits.images.doubles
        return NDArray(
          rows: (0..<digits.count).map { index in
            features(Array(pixels[64 * index..<64 * index + 64])).map(Float.init)
          })
      }
      return (arrays[0], arrays[1])
    }
    return [
      (
        Prose(en: "zones, by hand", zh: "区域（人工）"), "zones",
        halves(HandMadeFeatures.zones)
      ),
      (
        Prose(en: "projections, by hand", zh: "投影（人工）"), "projections",
        halves(HandMadeFeatures.projections)
      ),
      (
        Prose(en: "gradient histograms, by hand", zh: "梯度直方图（人工）"), "gradients",
        halves(HandMadeFeatures.gradientHistograms)
      ),
      (
        Prose(en: "all by hand", zh: "全部人工特征"), "all by hand",
        halves {
          HandMadeFeatures.zones($0) + HandMadeFeatures.projections($0)
            + HandMadeFeatures.gradientHistograms($0)
        }
      ),
    ]
  }

  private static func network(_ width: Int) -> Sequential {
    Sequential {
      Conv2D(1, 8, kernel: 3, padding: 1, initializer: .heNormal)
      ReLU()
      Conv2D(8, 16, kernel: 3, padding: 1, initializer: .heNormal)
      ReLU()
      MaxPool2D(2)
      Flatten()
      Dense(256, width, initializer: .heNormal)
      ReLU()
      Dense(width, 10)
    }
  }

  private static func teach(_ model: inout Sequential, _ digits: LabDigits, seed: UInt64) {
    var random = RandomGenerator(key: RandomKey(seed: seed, path: "batches"))
    var optimizer = Adam(learningRate: 0.004)
    for _ in 0..<200 {
      let chosen = NDArray((0..<64).map { _ in Int32(random.integer(below: digits.count)) })
      LabTraining.step(
        &model, &optimizer, inputs: digits.images.gather(chosen),
        labels: digits.labels.gather(chosen))
    }
  }

  /// The outputs of the last hidden layer.
  private static func hidden(
    _ model: Sequential, _ train: LabDigits, _ test: LabDigits
  ) -> Halves {
    let trunk = Sequential(Array(model.layers.dropLast()))
    return (
      LabTraining.output(of: trunk, train.images), LabTraining.output(of: trunk, test.images)
    )
  }

  /// Both halves by the training half's means and deviations.
  private static func standardized(_ halves: Halves) -> Halves {
    let mean = halves.train.mean(axes: [0], keepingAxes: true)
    // A feature that is constant in training stays 0 there.
    let deviation = (halves.train.variance(axes: [0], keepingAxes: true) + 1e-8).squareRoot()
    return ((halves.train - mean) / deviation, (halves.test - mean) / deviation)
  }

  /// The share of test samples that the common classifier has wrong.
  private static func error(_ halves: Halves, _ train: NDArray, _ test: NDArray) -> Double {
    let inputs = standardized(halves)
    var model = Sequential { Dense(halves.train.shape[1], 10, initializer: .zeros) }
    model.initialize()
    var optimizer = Adam(learningRate: 0.05)
    for _ in 0..<classifierSteps {
      LabTraining.step(&model, &optimizer, inputs: inputs.train, labels: train)
    }
    return 1 - LabData.accuracy(of: model, inputs.test, test)
  }

  /// Two sets of features, seen along the two directions in which they vary most.
  private static func show(
    _ sets: [(name: Prose, label: String, halves: Halves)], _ labels: NDArray,
    _ notebook: inout Notebook
  ) throws {
    notebook.section(Prose(en: "What the features tell apart", zh: "特征能区分什么"))
    notebook.write(
      Prose(
        en: """
          The digits 1, 8 and 9 of the first split's test half, each a point in the two directions \
          of its 16 features that tell the three apart best (Fisher's); the unit is the standard \
          deviation within a digit.
          """,
        zh: """
          第一次划分的测试集中的数字 1、8、9，各为一点，横纵轴是 16 个特征中最能区分这三个数字的两个方向（Fisher 判别方向）；\
          单位为同一数字内的标准差。
          """))
    let captions = [
      "zones": Prose(
        en: "Sixteen zones: the groups of the digits run into one another.",
        zh: "16 个区域：各数字的点群彼此相连。"),
      "learned 16": Prose(
        en: "Sixteen learned features: the groups are further apart.",
        zh: "16 个学习的特征：各数字的点群相距更远。"),
    ]
    for (label, name) in [("zones", "features-zones"), ("learned 16", "features-learned")] {
      guard let set = sets.first(where: { $0.label == label }), let caption = captions[label] else {
        fatalError("Lab.features: no features '\(label)'")
      }
      let shown = labels.integers.indices.filter { [1, 8, 9].contains(labels.integers[$0]) }
      let digits = shown.map { labels.integers[$0] }
      let rows = standardized(set.halves).test.gather(NDArray(shown.map(Int32.init)))
        .cast(to: .float64)
      let places = try FisherDirections.places(of: rows, classes: digits)
      try notebook.figure(
        name,
        Chart(
          label == "zones"
            ? notebook.words("16 zones", "16 个区域")
            : notebook.words("16 learned features", "16 个学习的特征"),
          x: Axis(notebook.words("first direction", "第一方向")),
          y: Axis(notebook.words("second direction", "第二方向")),
          marks: [1, 8, 9].map { digit in
            let chosen = digits.indices.filter { digits[$0] == digit }
            return .points(
              "\(digit)", x: chosen.map { places[2 * $0] }, y: chosen.map { places[2 * $0 + 1] })
          }, hasEqualUnits: true, width: 480, height: 400),
        caption: caption)
    }
  }
}
