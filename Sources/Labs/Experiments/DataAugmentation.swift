import Explain
import Plots
import Training

extension Lab {
  /// Changed images help where they keep their class, and harm where they do not (L5.7).
  static let augmentation = Lab(
    name: "augmentation", rows: ["L5.7"],
    title: Prose(en: "Dataset augmentation", zh: "数据集增强"),
    claim: Prose(
      en: """
        Transformed copies of the training data, as they could occur in reality, make up for data \
        that are missing and lower the error on new data.
        """,
      zh: "通过变换训练数据来模拟真实场景，可以弥补数据不足，降低新数据上的误差。")
  ) { notebook in
    let ways = try Ways()
    try show(&notebook, ways)
    try compare(&notebook, ways)
  }

  /// A way to change images, and what the lab calls it.
  private struct Way {
    let title: Prose
    let augmentation: Augmentation?
  }

  /// The ways that are compared, and others that are only shown.
  private struct Ways {
    let none = Way(title: Prose(en: "none", zh: "无"), augmentation: nil)
    let shift, rotation, together, flip: Way
    let others: [Way]

    init() throws {
      let shift = Augmentation.Step.shift(down: -1...1, right: -1...1)
      let rotation = Augmentation.Step.rotation(degrees: -15...15)
      let scale = Augmentation.Step.scale(factor: 0.9...1.1)
      let shear = Augmentation.Step.shear(degrees: -15...15)
      let noise = Augmentation.Step.noise(deviation: 0...0.3)
      func way(_ english: String, _ chinese: String, _ steps: [Augmentation.Step]) throws -> Way {
        Way(
          title: Prose(en: "\(english)", zh: "\(chinese)"),
          augmentation: try Augmentation(steps, border: .zero))
      }
      self.shift = try way("shift", "平移", [shift])
      self.rotation = try way("rotation", "旋转", [rotation])
      together = try way("together", "合用", [rotation, scale, shear, shift, noise])
      flip = try way("flip", "左右翻转", [.flip()])
      others = [
        try way("scale", "缩放", [scale]), try way("shear", "错切", [shear]),
        try way("noise", "噪声", [noise]), try way("cutout", "遮挡", [.cutout(size: 6)]),
        Way(title: Prose("mixup"), augmentation: try Augmentation([], mixup: 10)),
      ]
    }

    var compared: [Way] { [none, shift, rotation, together, flip] }
  }

  private static let repeats = 6
  /// Twice the images' size and a margin.
  private static let side = 22
  private static let inputShape: Shape = [1, side, side]
  private static let sizes = [100, 200, 400]
  private static let steps = 1500
  private static let hiddenUnits = 64
  private static let batchSize = 20

  /// Images of each way.
  private static func show(_ notebook: inout Notebook, _ ways: Ways) throws {
    notebook.section(Prose(en: "The changes", zh: "变换"))
    notebook.write(
      Prose(
        en: """
          Shift by up to 1 pixel along both axes, rotation by up to 15°, enlargement by 0.9 to 1.1, \
          shear by up to 15°, noise of up to 0.3 standard deviations, all of these together; a flip \
          of every other image, squares cut out, and mixtures of two images (mixup). They are drawn \
          anew whenever a network sees an image.
          """,
        zh: """
          沿两轴平移至多 1 像素，旋转至多 15°，缩放 0.9 到 1.1 倍，错切至多 15°，噪声至多 0.3 个标准差，以及以上合用；\
          一半图像左右翻转，遮挡方块，混合两张图像（mixup）。网络每次看到图像时都重新随机变换。
          """))
    let (train, _) = try parts(images: sizes[1], seed: notebook.seed(0))
    let labels = train.labels.doubles
    let digits = try train.subset((0..<10).map { labels.firstIndex(of: Double($0)) ?? 0 })
    let preparation = try InputPreparation(fitting: train)
    var images: [Raster] = []
    var captions: [String] = []
    for (number, way) in (ways.compared + ways.others).enumerated() {
      let loader = try BatchLoader(
        dataset: digits, preparation: preparation, inputShape: inputShape, batchSize: digits.count,
        shuffleSeed: nil, epoch: number, prefetch: 0, augmentation: way.augmentation)
      guard let batch = try loader.next() else { continue }
      let values = (batch.inputs * preparation.standardDeviation[0] + preparation.mean[0]).doubles
      for image in 0..<digits.count {
        images.append(
          Raster(
            gray: (0..<side).map { row in
              // Ink is 1 in the data and black on paper.
              (0..<side).map { 1 - values[side * (side * image + row) + $0] }
            }))
        captions.append(image == 0 ? notebook.words(way.title) : "")
      }
    }
    try notebook.figure(
      "samples",
      ImageGrid(
        notebook.words("Augmented digits", "增强后的数字"), images: images, captions: captions,
        columns: digits.count),
      caption: Prose(
        en: """
          One digit of each class, changed in each of the ways, a row each. A flipped 2 or 7 is no \
          digit, and a flipped 5 looks like a 2.
          """,
        zh: "每类一个数字，每行一种变换。翻转后的 2 或 7 不是数字，翻转后的 5 像 2。"))
  }

  /// So many images to train on, each class alike, and 1,000 or so to test.
  private static func parts(images: Int, seed: UInt64) throws -> (Dataset, Dataset) {
    let share = Double(images) / Double(Digits.all.count)
    let parts = try Digits.all.split(fractions: [share, 0.4 - share, 0.6], seed: seed)
    return (parts[0], parts[2])
  }

  /// The test error of a network that was trained on so many images.
  private static func error(_ way: Way, images: Int, seed: UInt64) throws -> Double {
    let (train, test) = try parts(images: images, seed: seed)
    let training = try DigitTraining(train: train, inputShape: inputShape, hiddenUnits: hiddenUnits)
    let batches = (train.count - 1) / batchSize + 1
    let trainer = try training.run(
      learningRate: 0.002,
      options: TrainingOptions(
        epochs: steps / batches, batchSize: batchSize, seed: seed, prefetch: 0,
        augmentation: way.augmentation))
    return 1 - (try training.scores(of: trainer.model, on: test)).accuracy
  }

  private static func compare(_ notebook: inout Notebook, _ ways: Ways) throws {
    notebook.section(Prose(en: "Test error", zh: "测试误差"))
    let count = sizes[1]
    let tested = try parts(images: count, seed: 0).1.count
    notebook.write(
      Prose(
        en: """
          A perceptron with a hidden layer of \(hiddenUnits) units learns about \(count) digits of \
          8 × 8 pixels, enlarged to twice their size and with a margin to \(side) × \(side), by \
          \(steps) steps of Adam, η = 0.002, on batches of \(batchSize); the test has \(tested) \
          others, which are never changed. Means over \(repeats) splits, which all ways share.
          """,
        zh: """
          含 \(hiddenUnits) 个隐藏单元的感知机学习约 \(count) 个数字（8 × 8 像素放大一倍，加边后 \(side) × \(side) 像素），\
          做 \(steps) 步 Adam，η = 0.002，批大小 \(batchSize)；测试集为另外 \(tested) 个，从不变换。取 \(repeats) 次划分的均值，各方式划分相同。
          """))
    let seeds = (0..<repeats).map { notebook.seed($0) }
    // Errors by way or size, a number a split.
    var byWay: [[Double]] = []
    for (number, way) in ways.compared.enumerated() {
      byWay.append(try seeds.map { try error(way, images: count, seed: $0) })
      try notebook.reach(0.55 * Double(number + 1) / 5)
    }
    notebook.table(
      [
        Prose(en: "Augmentation", zh: "增强"), Prose(en: "Test error", zh: "测试误差"),
        Prose(en: "Change", zh: "变化"), Prose(en: "Standard error", zh: "标准误"),
      ],
      zip(ways.compared, byWay).map { way, errors in
        let change = Statistics.estimate(zip(errors, byWay[0]).map { $0 - $1 })
        return [.prose(way.title)]
          + [Statistics.mean(errors), change.value, change.standardError].map { number in
            // Differences that cancel may leave the last bits.
            .digits(LabNumber.text(abs(number) < 1e-12 ? 0 : number))
          }
      })
    let curves = try [ways.none, ways.together].enumerated().map { number, way in
      try sizes.map { size in
        defer { try? notebook.reach(0.55 + 0.2 * Double(number + 1)) }
        if size == count { return byWay[number == 0 ? 0 : 3] }
        return try seeds.map { try error(way, images: size, seed: $0) }
      }
    }
    try draw(&notebook, ways, curves)
    conclude(&notebook, byWay, curves)
  }

  private static func draw(
    _ notebook: inout Notebook, _ ways: Ways, _ curves: [[[Double]]]
  ) throws {
    let x = sizes.map(Double.init)
    let means = curves.map { $0.map { Statistics.estimate($0) } }
    let titles = [ways.none, ways.together].map { notebook.words($0.title) }
    try notebook.figure(
      "error-by-images",
      Chart(
        notebook.words("Test error by training images", "测试误差与训练图像数"),
        x: Axis(notebook.words("training images", "训练图像数"), scale: .logarithmic),
        y: Axis(notebook.words("test error", "测试误差")),
        marks: zip(titles, means).flatMap { title, means in
          [
            Mark.intervals(
              title, x: x, lower: means.map { $0.value - $0.standardError },
              upper: means.map { $0.value + $0.standardError }),
            .line(title, x: x, y: means.map(\.value)),
          ]
        }, height: 340),
      caption: Prose(
        en: "Without augmentation and with all changes that keep the class, with standard errors.",
        zh: "无增强，以及保持类别的变换合用，附标准误。"))
  }

  private static func conclude(
    _ notebook: inout Notebook, _ byWay: [[Double]], _ curves: [[[Double]]]
  ) {
    let means = curves.map { $0.map { Statistics.mean($0) } }
    let ratios = zip(means[0], means[1]).map { $1 / $0 }
    for (size, ratio) in zip(sizes, ratios) { notebook.measure("ratio-\(size)", ratio) }
    notebook.note(
      Prose(
        en: """
          With \(sizes.map(String.init).joined(separator: ", ")) images the error with augmentation \
          is \(ratios.map { LabNumber.text($0) }.joined(separator: ", ")) of that without. A change \
          helps where it leads to images that could occur: these digits were set into their frame, \
          so that hardly one is turned or stands beside its place.
          """,
        zh: """
          训练图像为 \(sizes.map(String.init).joined(separator: "、")) 个时，有增强的误差是无增强的 \
          \(ratios.map { LabNumber.text($0) }.joined(separator: "、")) 倍。变换得到的图像在现实中可能出现时才有帮助：\
          这些数字已按画框对齐，几乎没有旋转或偏离位置的。
          """))
    notebook.conclude(
      "error-ratio",
      Prose(
        en: """
          With \(sizes[0]) and \(sizes[1]) images changes that keep the class leave of the error a \
          part (mean)
          """,
        zh: "有 \(sizes[0]) 和 \(sizes[1]) 个图像时，保持类别的变换使误差降为原来的几分之几（均值）"),
      Statistics.mean([ratios[0], ratios[1]]), .atMost(0.95))
    notebook.conclude(
      "flip-ratio",
      Prose(
        en: "The flip, which does not keep it, makes the error a multiple",
        zh: "不保持类别的翻转使误差变为原来的多少倍"),
      Statistics.mean(byWay[4]) / Statistics.mean(byWay[0]), .atLeast(1.1))
  }
}
