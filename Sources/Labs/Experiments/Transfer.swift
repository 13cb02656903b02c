import Explain
import Plots
import Training

extension Lab {
  /// Features that were learned on some classes help with others (L7.10).
  static let transfer = Lab(
    name: "transfer", rows: ["L7.10"],
    title: Prose(en: "Transfer learning", zh: "迁移学习"),
    claim: Prose(
      en: """
        A trained network serves for a new task: the activations of its fully connected layer are \
        off-the-shelf features on which a new classifier is trained, or the whole network is \
        fine-tuned.
        """,
      zh: "训练好的网络可用于新任务：取其全连接层的激活作为现成特征，在其上训练新的分类器，或对整个网络微调。")
  ) { notebook in
    try transferDigits(&notebook)
  }

  /// How the new task is learned.
  private enum Way: Int, CaseIterable {
    case frozen, tuned, scratch, random

    var name: Prose {
      switch self {
      case .frozen: Prose(en: "new classifier on frozen features", zh: "冻结特征，训练新分类器")
      case .tuned: Prose(en: "fine-tuned", zh: "微调")
      case .scratch: Prose(en: "from scratch", zh: "从头训练")
      case .random: Prose(en: "classifier on random features", zh: "随机特征上的分类器")
      }
    }
  }

  private static let sizes = [1, 3, 10, 40]
  private static let steps = 450
  private static let copies = 6
  private static let draws = 4
  private static let featureCount = 64

  private static func network() -> Sequential {
    Sequential {
      Conv2D(1, 16, kernel: 3, padding: 1, initializer: .heNormal)
      ReLU()
      MaxPool2D(2)
      Conv2D(16, 32, kernel: 3, padding: 1, initializer: .heNormal)
      ReLU()
      MaxPool2D(2)
      Flatten()
      Dense(288, featureCount, initializer: .heNormal)
      ReLU()
      Dense(featureCount, 5)
    }
  }

  /// The digits of five classes, numbered from 0.
  private static func samples(
    _ images: NDArray, _ labels: NDArray, _ classes: Range<Int>
  ) -> (images: NDArray, labels: [Int]) {
    let all = labels.doubles.map { Int($0) }
    let chosen = all.indices.filter { classes.contains(all[$0]) }
    return (
      images.gather(NDArray(chosen.map { Int32($0) })),
      chosen.map { all[$0] - classes.lowerBound }
    )
  }

  /// A network for the new task with all of another's values but the classifier's.
  private static func carriedOver(_ source: Sequential, seed: UInt64) -> Sequential {
    var model = network().initialized(seed: seed)
    for (path, array) in source.state where !path.hasPrefix("layers.\(source.layers.count - 1).") {
      LabTraining.set(path, of: &model, to: array)
    }
    return model
  }

  private static func accuracy(
    _ way: Way, source: Sequential, train: (images: NDArray, labels: NDArray),
    test: (images: NDArray, labels: NDArray), seed: UInt64
  ) -> Double {
    switch way {
    case .frozen, .random:
      let model = way == .frozen ? source : network().initialized(seed: seed)
      let body = Sequential(Array(model.layers.dropLast()))
      var classifier = Sequential { Dense(featureCount, 5) }.initialized(seed: seed)
      LabTraining.train(
        &classifier, by: Adam(learningRate: 0.01),
        inputs: LabTraining.output(of: body, train.images), labels: train.labels, steps: 150,
        batchSize: 16, seed: seed)
      return LabData.accuracy(
        of: classifier, LabTraining.output(of: body, test.images), test.labels)
    case .tuned, .scratch:
      var model =
        way == .tuned ? carriedOver(source, seed: seed) : network().initialized(seed: seed)
      LabTraining.train(
        &model, by: Adam(learningRate: 0.002), inputs: train.images, labels: train.labels,
        steps: 150, batchSize: 16, seed: seed)
      return LabData.accuracy(of: model, test.images, test.labels)
    }
  }

  private static func transferDigits(_ notebook: inout Notebook) throws {
    notebook.section(Prose(en: "From 0–4 to 5–9", zh: "从 0–4 到 5–9"))
    let digits = try FramedDigits(margin: 2, trainShare: 0.6, seed: notebook.seed)
    let images = [digits.train, digits.test].enumerated().map {
      FramedDigits.scattered($1, by: 2, seed: notebook.seed($0))
    }
    let many = NDArray.concatenate(
      (0..<copies).map {
        FramedDigits.scattered(digits.train, by: 2, seed: notebook.seed(30 + $0))
      })
    let manyLabels = NDArray.concatenate((0..<copies).map { _ in digits.trainLabels })
    let first = samples(many, manyLabels, 0..<5)
    let pool = samples(images[0], digits.trainLabels, 5..<10)
    let test = samples(images[1], digits.testLabels, 5..<10)
    notebook.write(
      Prose(
        en: """
          Digits of 8 × 8 pixels stand anywhere in a frame of 12 × 12. A network of two \
          convolutions, a dense layer of \(featureCount) units and a classifier learns to tell the \
          digits 0 to 4 apart from \(first.labels.count) images, by \(steps) steps of Adam. \
          The new task is to tell 5 to 9 apart from few images of each. The classifier is new; the \
          rest is frozen, trained along (fine-tuned), drawn anew and trained (from scratch), or \
          drawn anew and frozen. 150 steps of Adam on batches of 16; η = 0.01 where only the \
          classifier is trained, else 0.002. The test has \(test.labels.count) others; means of \
          \(draws) draws of the images.
          """,
        zh: """
          8 × 8 像素的数字位于 12 × 12 画框中的任意位置。一个网络（两层卷积、\(featureCount) 个单元的全连接层和分类器）\
          先用 \(first.labels.count) 张图像学习区分数字 0 到 4，做 \(steps) 步 Adam。\
          新任务是用每类很少的图像区分 5 到 9。分类器是新的；其余部分或冻结，或一起训练（微调），或重新初始化后训练（从头），或重新初始化后冻结。\
          做 150 步 Adam，批大小 16；只训练分类器时 η = 0.01，否则 0.002。测试用另外 \(test.labels.count) 张；取 \(draws) 次抽取的均值。
          """))
    var source = network().initialized(seed: notebook.seed(1))
    LabTraining.train(
      &source, by: Adam(learningRate: 0.003), inputs: first.images,
      labels: NDArray(first.labels.map { Int32($0) }), steps: steps, seed: notebook.seed(2))
    try notebook.reach(0.15)
    var accuracies = Way.allCases.map { _ in sizes.map { _ in [Double]() } }
    for draw in 0..<draws {
      var random = RandomGenerator(
        key: RandomKey(seed: notebook.seed(10 + draw), path: "few images"))
      let order = random.permutation(pool.labels.count)
      for (index, size) in sizes.enumerated() {
        // The larger sets have the smaller ones' images.
        let chosen = (0..<5).flatMap { label in
          order.filter { pool.labels[$0] == label }.prefix(size)
        }
        let few = (
          images: pool.images.gather(NDArray(chosen.map { Int32($0) })),
          labels: NDArray(chosen.map { Int32(pool.labels[$0]) })
        )
        for way in Way.allCases {
          accuracies[way.rawValue][index].append(
            accuracy(
              way, source: source, train: few,
              test: (test.images, NDArray(test.labels.map { Int32($0) })),
              seed: notebook.seed(20 + draw)))
        }
        let done = Double(draw * sizes.count + index + 1) / Double(draws * sizes.count)
        try notebook.reach(0.15 + 0.85 * done)
      }
    }
    let means = accuracies.map { $0.map { Statistics.mean($0) } }
    notebook.table(
      [Prose(en: "Images of each class", zh: "每类图像数")]
        + sizes.map { Prose(en: "\($0)", zh: "\($0)") },
      Way.allCases.map { way in
        [.prose(way.name)] + means[way.rawValue].map { .digits(LabNumber.text($0)) }
      })
    try notebook.figure(
      "accuracy-by-images",
      Chart(
        notebook.words("Accuracy on the new task", "新任务上的准确率"),
        x: Axis(notebook.words("images of each class", "每类图像数"), scale: .logarithmic),
        y: Axis(notebook.words("test accuracy", "测试准确率")),
        marks: Way.allCases.map { way in
          .line(notebook.words(way.name), x: sizes.map(Double.init), y: means[way.rawValue])
        }, height: 400),
      caption: Prose(
        en: "The fewer the images, the more the features of the other digits help.",
        zh: "图像越少，从其他数字学到的特征越有帮助。"))
    conclude(&notebook, means)
  }

  private static func conclude(_ notebook: inout Notebook, _ means: [[Double]]) {
    let gains = Way.allCases.map { way in
      zip(means[way.rawValue], means[Way.scratch.rawValue]).map { $0 - $1 }
    }
    for way in [Way.frozen, .tuned] {
      for (size, gain) in zip(sizes, gains[way.rawValue]) {
        notebook.measure("gain-\(way)-\(size)", gain)
      }
    }
    let (frozen, tuned) = (means[Way.frozen.rawValue], means[Way.tuned.rawValue])
    notebook.note(
      Prose(
        en: """
          What carries over are features that tell digits apart wherever they stand. With 1 image \
          of each class fine-tuning is above training from scratch by \
          \(LabNumber.text(gains[Way.tuned.rawValue][0])), the frozen features by \
          \(LabNumber.text(gains[Way.frozen.rawValue][0])); with \(sizes[3]) by \
          \(LabNumber.text(gains[Way.tuned.rawValue][3])) and \
          \(LabNumber.text(gains[Way.frozen.rawValue][3])): features of other digits are not made \
          for these, and with enough images it pays to let them change.
          """,
        zh: """
          迁移过来的是无论数字在何处都能区分它的特征。每类 1 张图像时，微调比从头训练高 \
          \(LabNumber.text(gains[Way.tuned.rawValue][0]))，冻结特征高 \(LabNumber.text(gains[Way.frozen.rawValue][0]))；\
          \(sizes[3]) 张时分别为 \(LabNumber.text(gains[Way.tuned.rawValue][3])) 与 \(LabNumber.text(gains[Way.frozen.rawValue][3]))：\
          其他数字的特征并非为这些数字而学，图像足够时，让它们随之改变更好。
          """))
    notebook.conclude(
      "frozen-gain",
      Prose(
        en:
          "With 1 or 3 images of each class, frozen features are above training from scratch by (mean)",
        zh: "每类 1 或 3 张图像时，冻结特征比从头训练的准确率高出（均值）"),
      Statistics.mean(Array(gains[Way.frozen.rawValue].prefix(2))), .atLeast(0.03))
    notebook.conclude(
      "learned-gain",
      Prose(
        en: "There, features learned on other digits are above random ones by (mean)",
        zh: "此时，从其他数字学到的特征比随机特征高出（均值）"),
      Statistics.mean(
        zip(frozen, means[Way.random.rawValue]).prefix(2).map { $0 - $1 }), .atLeast(0.04))
    notebook.conclude(
      "tuned-gain",
      Prose(
        en: "Fine-tuning is above training from scratch by (mean over all numbers of images)",
        zh: "微调比从头训练高出（对各图像数取均值）"),
      Statistics.mean(gains[Way.tuned.rawValue]), .atLeast(0.01))
    notebook.conclude(
      "tuned-frozen",
      Prose(
        en: "With 40 images of each class fine-tuning is above frozen features by",
        zh: "每类 40 张图像时，微调比冻结特征高出"),
      tuned[3] - frozen[3], .atLeast(0.08))
  }
}
