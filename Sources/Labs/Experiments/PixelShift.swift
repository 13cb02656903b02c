import Explain
import Plots
import Training

extension Lab {
  /// A shift by one pixel changes a dense network's input beyond recognition, and moves a
  /// convolution's output along (L6.1).
  static let pixelShift = Lab(
    name: "pixel-shift", rows: ["L6.1"],
    title: Prose(en: "A shift by one pixel", zh: "平移一个像素"),
    claim: Prose(
      en: """
        When an image moves to the right by one pixel, the vector of its pixels changes greatly, \
        and a dense network, to which every pixel is an input of its own, is misled. A convolution \
        keeps the spatial structure: its output moves along.
        """,
      zh: "图像右移一个像素，像素向量就有很大变化；全连接网络把每个像素当作独立输入，因而会出错。卷积保留空间结构：它的输出随之平移。")
  ) { notebook in
    let digits = try FramedDigits(margin: margin, seed: notebook.seed)
    try compareInputs(&notebook, digits)
    try notebook.reach(0.1)
    try compareNetworks(&notebook, digits)
  }

  private static let margin = 3
  private static let steps = 200
  private static let repeats = 3

  /// How far the input moves, and how far a convolution's output.
  private static func compareInputs(_ notebook: inout Notebook, _ digits: FramedDigits) throws {
    notebook.section(Prose(en: "The input and a convolution's output", zh: "输入与卷积的输出"))
    notebook.write(
      Prose(
        en: """
          Digits of 8 × 8 pixels in a margin of \(margin) pixels, so that nothing is lost when they \
          move. ‖x′ − x‖/‖x‖ is the change of the vector of all pixels when the image moves to the \
          right; beside it, the same to the nearest image of another class, which is not moved. 8 \
          random filters of 3 × 3 with a ReLU answer to both; their answer to the moved image is \
          compared with their answer to the image, itself moved as far.
          """,
        zh: """
          8 × 8 像素的数字，四周留 \(margin) 像素空白，平移时不丢失内容。‖x′ − x‖/‖x‖ 是图像右移时整个像素向量的变化；\
          与之对照的是到最近的另一类图像（未平移）的同一相对距离。再用 8 个随机 3 × 3 滤波器加 ReLU，把它对平移后图像的输出与原输出平移后的结果相比较。
          """))
    let images = digits.test.sliced(axis: 0, 0..<200)
    let filters = Sequential {
      Conv2D(1, 8, kernel: 3, padding: 1)
      ReLU()
    }.initialized(seed: notebook.seed(1))
    let answers = LabTraining.output(of: filters, images)
    let other = nearestOther(images, digits.testLabels.sliced(axis: 0, 0..<200), digits)
    let shifts = Array(0...margin - 1)
    let changes = shifts.map { relativeChange(images, FramedDigits.moved(images, by: $0)) }
    let misses = shifts.map { shift in
      relativeChange(
        FramedDigits.moved(answers, by: shift),
        LabTraining.output(of: filters, FramedDigits.moved(images, by: shift)))
    }
    notebook.table(
      [
        Prose(en: "Pixels to the right", zh: "右移像素数"),
        Prose(en: "Change of the input", zh: "输入的变化"),
        Prose(en: "Convolution against its own output moved", zh: "卷积输出与原输出平移后之差"),
      ],
      shifts.indices.map {
        [
          .digits("\(shifts[$0])"), .digits(LabNumber.text(changes[$0])),
          .digits(LabNumber.text(misses[$0])),
        ]
      })
    try notebook.figure(
      "input-change",
      Chart(
        notebook.words("Change of the input vector", "输入向量的变化"),
        x: Axis(notebook.words("pixels to the right", "右移像素数")),
        y: Axis(notebook.words("relative change", "相对变化")),
        marks: [
          .line(notebook.words("moved", "平移"), values: changes, from: 0),
          .rule(notebook.words("nearest of another class", "最近的另一类图像"), y: other),
        ], height: 320),
      caption: Prose(
        en: """
          One pixel to the right changes the vector more than it takes to get to the nearest image \
          of another class.
          """,
        zh: "右移一个像素引起的变化，超过到最近另一类图像的距离。"))
    notebook.measure("other-class-distance", other)
    notebook.conclude(
      "change-against-class",
      Prose(
        en: """
          The change by one pixel is, in distances to the nearest image of another class (median)
          """,
        zh: "移动一个像素的变化，是到最近另一类图像距离的多少倍（中位数）"),
      changes[1] / other, .atLeast(1.1))
    notebook.conclude(
      "convolution-miss",
      Prose(
        en: "The convolution's output moves along with the image (largest difference)",
        zh: "卷积的输出随图像平移（最大差）"),
      misses.max()!, .atMost(1e-5))
  }

  /// The median of ‖b − a‖/‖a‖ over samples.
  private static func relativeChange(_ a: NDArray, _ b: NDArray) -> Double {
    let change = (b - a).squared().sum(axes: [1, 2, 3]).squareRoot()
    let size = a.squared().sum(axes: [1, 2, 3]).squareRoot()
    return Statistics.median((change / size).doubles)
  }

  /// The median relative distance from images to the nearest of another class to train on.
  private static func nearestOther(
    _ images: NDArray, _ labels: NDArray, _ digits: FramedDigits
  ) -> Double {
    let rows = images.reshaped([images.shape[0], digits.side * digits.side])
    let others = digits.train.reshaped([digits.train.shape[0], digits.side * digits.side])
    let sizes = rows.squared().sum(axes: [1])
    // ‖a − b‖² = ‖a‖² + ‖b‖² − 2 a·b; images of the same class are put out of reach.
    let isSame = labels.expanded(axis: 1).isEqual(to: digits.trainLabels.expanded(axis: 0))
    let distances =
      sizes.expanded(axis: 1) + others.squared().sum(axes: [1]).expanded(axis: 0)
      - rows.matmul(others, transposeOther: true) * 2 + isSame.cast(to: .float32) * 1e6
    return Statistics.median((distances.minimum(axes: [1]) / sizes).squareRoot().doubles)
  }

  /// Accuracy on moved images of networks that saw none moved.
  private static func compareNetworks(
    _ notebook: inout Notebook, _ digits: FramedDigits
  ) throws {
    notebook.section(Prose(en: "Networks on moved digits", zh: "网络面对平移的数字"))
    let side = digits.side
    let networks: [(name: Prose, model: Sequential)] = [
      (
        Prose(en: "dense", zh: "全连接"),
        Sequential {
          Flatten()
          Dense(side * side, 64, initializer: .heNormal)
          ReLU()
          Dense(64, 10)
        }
      ),
      (
        Prose(en: "convolutions, dense", zh: "卷积，全连接"),
        Sequential {
          convolutions(stride: 1)
          Flatten()
          Dense(16 * side * side, 10)
        }
      ),
      (
        Prose(en: "convolutions, global pooling", zh: "卷积，全局池化"),
        Sequential {
          convolutions(stride: 1)
          GlobalMaxPool2D()
          Dense(16, 10)
        }
      ),
      (
        Prose(en: "the same with a stride of 2", zh: "同上，步长 2"),
        Sequential {
          convolutions(stride: 2)
          GlobalMaxPool2D()
          Dense(16, 10)
        }
      ),
    ]
    notebook.write(
      Prose(
        en: """
          Four networks learn \(digits.train.shape[0]) digits in their middle position, by \
          \(steps) steps of Adam on batches of 32: a perceptron of 64 hidden units; two \
          convolutions, of 8 filters of 3 × 3 and 16 of 5 × 5, and a dense layer on all their \
          outputs; the same convolutions and a dense layer on the maximum of each map; and that \
          with a step of 2 in the second convolution. The test's \(digits.test.shape[0]) others \
          come moved to the right or to the left; medians of \(repeats) trainings.
          """,
        zh: """
          四个网络只学习位置居中的 \(digits.train.shape[0]) 个数字，做 \(steps) 步 Adam，批大小 32：含 64 个隐藏单元的感知机；\
          两层卷积（8 个 3 × 3 与 16 个 5 × 5 滤波器）后对全部输出接全连接层；同样的卷积，但全连接层只接每个特征图的最大值；\
          以及第二层卷积步长为 2 的同样网络。测试用另外 \(digits.test.shape[0]) 个数字，左右平移；取 \(repeats) 次训练的中位数。
          """))
    let shifts = Array(-margin...margin)
    var accuracies: [[Double]] = []
    for (number, network) in networks.enumerated() {
      var found: [[Double]] = []
      for draw in 0..<repeats {
        var model = network.model.initialized(seed: notebook.seed(10 + draw))
        LabTraining.train(
          &model, by: Adam(learningRate: 0.005), inputs: digits.train, labels: digits.trainLabels,
          steps: steps, batchSize: 32, seed: notebook.seed(20 + draw))
        found.append(shifts.map { digits.accuracy(of: model, movedBy: $0) })
        let done = Double(number * repeats + draw + 1) / Double(networks.count * repeats)
        try notebook.reach(0.1 + 0.9 * done)
      }
      accuracies.append(
        shifts.indices.map { shift in Statistics.median(found.map { $0[shift] }) })
    }
    let shown = [0, 1, 2, 3]
    notebook.table(
      [Prose(en: "Network", zh: "网络"), Prose(en: "Parameters", zh: "参数量")]
        + shown.map { Prose(en: "Moved by \($0)", zh: "移 \($0) 像素") },
      zip(networks, accuracies).map { network, accuracies in
        [.prose(network.name), .digits("\(network.model.parameterCount)")]
          + shown.map { .digits(LabNumber.text(accuracies[margin + $0])) }
      })
    try notebook.figure(
      "accuracy-by-shift",
      Chart(
        notebook.words("Accuracy on moved digits", "平移后的准确率"),
        x: Axis(notebook.words("pixels to the right", "右移像素数")),
        y: Axis(notebook.words("test accuracy", "测试准确率"), range: 0...1),
        marks: zip(networks, accuracies).map { network, accuracies in
          .line(notebook.words(network.name), x: shifts.map(Double.init), y: accuracies)
        }, height: 380),
      caption: Prose(
        en: """
          All learned digits in the middle alone. A dense layer on a convolution's outputs depends \
          on places again; global pooling does not.
          """,
        zh: "各网络都只学过居中的数字。卷积输出后再接全连接层，又依赖位置；全局池化则不然。"))
    let (middle, beside) = (
      accuracies[3][margin], (accuracies[3][margin - 1] + accuracies[3][margin + 1]) / 2
    )
    notebook.note(
      Prose(
        en: """
          A convolution alone makes no network insensitive to shifts: its output moves with the \
          image (equivariance), and what follows must not care about the place, as global pooling \
          does not. With a step of 2 only shifts by even numbers move the output as a whole; after \
          a shift by 1 other places are sampled, and the accuracy is \(LabNumber.text(beside)) \
          in place of \(LabNumber.text(middle)) (Zhang, 2019).
          """,
        zh: """
          仅有卷积，网络对平移仍不是不变的：输出随图像移动（等变性），其后的层须不在乎位置，全局池化正是如此。\
          步长为 2 时，只有偶数像素的平移使输出整体移动；移动 1 像素时采样位置不同，\
          准确率由 \(LabNumber.text(middle)) 变为 \(LabNumber.text(beside))（Zhang，2019）。
          """))
    let (dense, pooled) = (accuracies[0], accuracies[2])
    notebook.conclude(
      "dense-loss",
      Prose(
        en:
          "The dense network's accuracy falls, when the digits move by one pixel, by (mean of both sides)",
        zh: "数字移动一个像素时，全连接网络准确率的下降（左右平均）"),
      dense[margin] - (dense[margin - 1] + dense[margin + 1]) / 2, .atLeast(0.15))
    notebook.conclude(
      "pooled-loss",
      Prose(
        en: "That of convolutions with global pooling falls, at any shift, by at most",
        zh: "卷积加全局池化的网络，任何平移下准确率至多下降"),
      pooled[margin] - pooled.min()!, .atMost(0.05))
    notebook.conclude(
      "pooled-accuracy",
      Prose(
        en: "It is not for lack of skill: its accuracy on digits in the middle",
        zh: "并非因为它本来就差：它在居中数字上的准确率"),
      pooled[margin], .atLeast(0.85))
    let strided = accuracies[3]
    notebook.conclude(
      "strided-loss-1",
      Prose(
        en: "With a step of 2 the accuracy falls, when the digits move by one pixel, by",
        zh: "步长为 2 时，数字移动一个像素使准确率下降"),
      middle - beside, .atLeast(0.1))
    notebook.conclude(
      "strided-loss-2",
      Prose(
        en: "A shift by 2 pixels changes it by at most",
        zh: "移动 2 个像素则至多改变"),
      max(abs(middle - strided[margin - 2]), abs(middle - strided[margin + 2])),
      .atMost(0.03))
  }

  private static func convolutions(stride: Int) -> Sequential {
    Sequential {
      Conv2D(1, 8, kernel: 3, padding: 1, initializer: .heNormal)
      ReLU()
      Conv2D(8, 16, kernel: 5, stride: stride, padding: 2, initializer: .heNormal)
      ReLU()
    }
  }
}
