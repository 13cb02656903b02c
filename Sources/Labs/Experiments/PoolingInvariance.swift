import Explain
import Plots
import Training

extension Lab {
  /// Pooling makes features less sensitive to small shifts (L6.3).
  static let poolingInvariance = Lab(
    name: "pooling-invariance", rows: ["L6.3"],
    title: Prose(en: "Pooling and small shifts", zh: "池化与微小平移"),
    claim: Prose(
      en: """
        Pooling gathers several values into one, makes layers smaller, and lessens how far features \
        change by a small shift of the input: somewhat in windows, wholly where the window is the \
        image. One pooling does not make a linear classifier on the features insensitive.
        """,
      zh: """
        池化把多个值聚合为一个，缩小各层，并减小输入的微小位移引起的特征变化：小窗口减小一些，窗口为整张图像时完全消除。\
        只加一次池化，并不能使特征上的线性分类器对位移不敏感。
        """)
  ) { notebook in
    let digits = try FramedDigits(margin: 4, scale: 2, seed: notebook.seed)
    let filters = Sequential {
      Conv2D(1, 16, kernel: 5, padding: 2, initializer: .heNormal)
      ReLU()
    }.initialized(seed: notebook.seed(1))
    try measureChanges(&notebook, digits, filters)
    try notebook.reach(0.3)
    try classify(&notebook, digits, filters)
  }

  /// Rows and columns of a window; the last is the whole image.
  private static let windows = [1, 2, 4, 8, 24]
  private static let shifts = Array(0...4)

  private static func pooled(_ maps: NDArray, by window: Int, isMaximum: Bool = true) -> NDArray {
    LabTraining.output(
      of: isMaximum ? Sequential { MaxPool2D(window) } : Sequential { AveragePool2D(window) }, maps)
  }

  private static func name(of window: Int) -> Prose {
    switch window {
    case 1: Prose(en: "none", zh: "无")
    case windows.last: Prose(en: "global", zh: "全局")
    default: Prose(en: "\(window) × \(window)", zh: "\(window) × \(window)")
    }
  }

  /// How far features move with the image, in distances between images.
  private static func measureChanges(
    _ notebook: inout Notebook, _ digits: FramedDigits, _ filters: Sequential
  ) throws {
    let images = digits.test.sliced(axis: 0, 0..<200)
    let features = shifts.map {
      LabTraining.output(of: filters, FramedDigits.moved(images, by: $0))
    }
    let count = features[0].shape[1]
    notebook.section(Prose(en: "Change of the features", zh: "特征的变化"))
    notebook.write(
      Prose(
        en: """
          200 digits of 8 × 8 pixels, enlarged to 16 × 16, in a margin of 4 pixels. \(count) random \
          filters of 5 × 5 with a ReLU give maps, which are pooled by windows side by side to \
          features f. The change by a shift to the right, ‖f(x′) − f(x)‖, is divided by the \
          distance between two different images, ‖f(y) − f(x)‖, for pooling makes all distances \
          smaller; medians of both, by kind of pooling and pixels of the shift.
          """,
        zh: """
          200 个 8 × 8 的数字，放大到 16 × 16，四周留 4 像素。\(count) 个随机 5 × 5 滤波器加 ReLU 得到特征图，用互不重叠的窗口池化成特征 f。\
          右移引起的变化 ‖f(x′) − f(x)‖ 除以两张不同图像的距离 ‖f(y) − f(x)‖，因为池化会缩小一切距离；二者都取中位数，按池化种类与位移像素数列出。
          """))
    // By kind, window and shift.
    let changes = [true, false].map { isMaximum in
      windows.map { window in
        let answers = features.map { pooled($0, by: window, isMaximum: isMaximum) }
        let next = NDArray.concatenate([
          answers[0].sliced(axis: 0, 1..<200), answers[0].sliced(axis: 0, 0..<1),
        ])
        let others = Statistics.median(distances(next, answers[0]))
        return answers.map { Statistics.median(distances($0, answers[0])) / others }
      }
    }
    notebook.table(
      [Prose(en: "Window", zh: "窗口"), Prose(en: "Numbers", zh: "数值个数")]
        + shifts.dropFirst().map { Prose(en: "Max, \($0)", zh: "最大，\($0)") }
        + [Prose(en: "Average, 1", zh: "平均，1")],
      windows.indices.map { index in
        let places = digits.side / windows[index]
        return [.prose(name(of: windows[index])), .digits("\(count * places * places)")]
          + shifts.dropFirst().map { .digits(LabNumber.text(changes[0][index][$0])) }
          + [.digits(LabNumber.text(changes[1][index][1]))]
      })
    try notebook.figure(
      "change-by-window",
      Chart(
        notebook.words("Change of the features by a shift", "平移引起的特征变化"),
        x: Axis(
          notebook.words("window", "窗口"),
          scale: .categories(windows.map { notebook.words(name(of: $0)) })),
        y: Axis(notebook.words("change, relative to other images", "相对于不同图像的变化")),
        marks: [(0, 1), (1, 1), (0, 4)].map { kind, shift in
          .line(
            notebook.words(
              "\(kind == 0 ? "max" : "average"), shift of \(shift)",
              "\(kind == 0 ? "最大" : "平均")，移 \(shift)"),
            x: windows.indices.map(Double.init), y: changes[kind].map { $0[shift] })
        }, height: 360),
      caption: Prose(
        en: """
          Pooling lessens the change by a shift of one pixel, averages more than maxima do; windows \
          beyond 4 × 4 add little until the window is the whole image. A shift of 4 pixels changes \
          the features as much as another image would.
          """,
        zh: "池化减小移动一个像素引起的变化，平均池化比最大池化更甚；窗口超过 4 × 4 后，除非大到整张图像，改善很少。移动 4 个像素时，变化与换一张图像相当。"))
    let aligned = pooled(features[2], by: 2)
    let moved = FramedDigits.moved(pooled(features[0], by: 2), by: 1)
    notebook.note(
      Prose(
        en: """
          Pooling with a stride is insensitive, not invariant: a shift by the stride moves the \
          output by one place exactly, a shift in between changes which values share a window. \
          Only global pooling gives the same for every shift that keeps the image in its frame.
          """,
        zh: "带步长的池化只是不敏感，并非严格不变：平移一个步长，输出恰好移动一格；不足一个步长的平移会改变哪些值同在一个窗口。只有全局池化对保持在画框内的任何平移都给出相同结果。"))
    notebook.conclude(
      "change-maximum",
      Prose(
        en: "At a shift of one pixel, max pooling of 4 × 4 leaves of the change a part",
        zh: "移动一个像素时，4 × 4 最大池化使变化降为原来的几分之几"),
      changes[0][2][1] / changes[0][0][1], .atMost(0.97))
    notebook.conclude(
      "change-average",
      Prose(
        en: "Average pooling of 4 × 4 leaves a part", zh: "4 × 4 平均池化使它降为几分之几"),
      changes[1][2][1] / changes[1][0][1], .atMost(0.85))
    notebook.conclude(
      "large-shift",
      Prose(
        en: """
          A shift of 4 pixels changes the features max-pooled by 2 × 2, in distances between images, by
          """,
        zh: "移动 4 个像素时，2 × 2 最大池化后特征的变化（以不同图像的距离为单位）"),
      changes[0][1][4], .atLeast(0.9))
    notebook.conclude(
      "stride-shift",
      Prose(
        en: "A shift by the stride of 2 moves the pooled maps by one place (largest difference)",
        zh: "移动一个步长（2）时，池化后的特征图恰移动一格（最大差）"),
      (aligned - moved).absolute().maximum().item, .atMost(1e-5))
    notebook.conclude(
      "global-change",
      Prose(
        en: "Global pooling's change at any shift, in distances between images",
        zh: "全局池化在任何平移下的变化（以不同图像的距离为单位）"),
      changes[0][4].max()!, .atMost(1e-5))
  }

  private static func distances(_ a: NDArray, _ b: NDArray) -> [Double] {
    let count = a.shape[0]
    return (a - b).reshaped([count, a.elementCount / count]).squared().sum(axes: [1])
      .squareRoot().doubles
  }

  /// Linear classifiers on the features, tested on moved digits.
  private static func classify(
    _ notebook: inout Notebook, _ digits: FramedDigits, _ filters: Sequential
  ) throws {
    notebook.section(Prose(en: "Classifiers on the features", zh: "特征上的分类器"))
    let steps = 300
    notebook.write(
      Prose(
        en: """
          A linear classifier on the features after max pooling learns \(digits.train.shape[0]) \
          digits in the middle, \(steps) steps of Adam on batches of 32; the filters stay as they \
          were drawn. The test has \(digits.test.shape[0]) others, moved to the right.
          """,
        zh: """
          在最大池化后的特征上训练线性分类器，学习 \(digits.train.shape[0]) 个居中的数字，做 \(steps) 步 Adam，批大小 32；滤波器保持随机初值。\
          测试用另外 \(digits.test.shape[0]) 个数字，向右平移。
          """))
    let train = LabTraining.output(of: filters, digits.train)
    let tests = shifts.map {
      LabTraining.output(of: filters, FramedDigits.moved(digits.test, by: $0))
    }
    var accuracies: [[Double]] = []
    for window in windows {
      let inputs = pooled(train, by: window)
      let width = inputs.elementCount / inputs.shape[0]
      var model = Sequential {
        Flatten()
        Dense(width, 10)
      }.initialized(seed: notebook.seed(2))
      LabTraining.train(
        &model, by: Adam(learningRate: width > 1000 ? 0.001 : 0.01), inputs: inputs,
        labels: digits.trainLabels, steps: steps, batchSize: 32, seed: notebook.seed(3))
      accuracies.append(
        tests.map { LabData.accuracy(of: model, pooled($0, by: window), digits.testLabels) })
      try notebook.reach(0.3 + 0.14 * Double(accuracies.count))
    }
    notebook.table(
      [Prose(en: "Window", zh: "窗口")] + shifts.map { Prose(en: "Shift of \($0)", zh: "移 \($0)") },
      zip(windows, accuracies).map { window, accuracies in
        [.prose(name(of: window))] + accuracies.map { .digits(LabNumber.text($0)) }
      })
    try notebook.figure(
      "accuracy-by-shift",
      Chart(
        notebook.words("Accuracy on moved digits", "平移后的准确率"),
        x: Axis(notebook.words("pixels to the right", "右移像素数")),
        y: Axis(notebook.words("test accuracy", "测试准确率"), range: 0...1),
        marks: zip(windows, accuracies).map { window, accuracies in
          .line(notebook.words(name(of: window)), values: accuracies, from: 0)
        }, height: 360),
      caption: Prose(
        en: """
          Global pooling of one random layer is the same at all shifts and keeps too little of the \
          digit: what is insensitive to more tells less apart.
          """,
        zh: "对单层随机特征做全局池化，各种平移下都一样，但丢失过多：越不敏感，能区分的也越少。"))
    let gains = accuracies.map { $0[2] - accuracies[0][2] }
    notebook.note(
      Prose(
        en: """
          One pooling between fixed filters and a linear classifier helps little against shifts: at \
          2 pixels the accuracy changes, with windows of 2, 4 and 8, by \
          \(gains[1...3].map { LabNumber.text($0) }.joined(separator: ", ")). The classifier still \
          has a weight of its own for every place. What pooling does at once is to make the layer \
          smaller and keep what matters.
          """,
        zh: """
          在固定滤波器与线性分类器之间只加一次池化，对平移帮助不大：移动 2 像素时，窗口 2、4、8 使准确率变化 \
          \(gains[1...3].map { LabNumber.text($0) }.joined(separator: "、"))。分类器对每个位置仍有各自的权重。\
          池化立即见效之处，是缩小层而保留重要信息。
          """))
    notebook.conclude(
      "accuracy-cost",
      Prose(
        en:
          "Max pooling of 4 × 4, with one sixteenth of the numbers, costs of the accuracy in the middle",
        zh: "4 × 4 最大池化只留十六分之一的数值，居中时损失的准确率"),
      accuracies[0][0] - accuracies[2][0], .atMost(0.05))
    notebook.conclude(
      "shift-accuracy",
      Prose(
        en: "With max pooling of 4 × 4 the accuracy on digits moved by one pixel is",
        zh: "4 × 4 最大池化时，移动一个像素后的准确率"),
      accuracies[2][1], .atLeast(0.65))
    notebook.conclude(
      "shift-gain",
      Prose(
        en: "At 2 pixels it changes the accuracy, up or down, by",
        zh: "移动 2 像素时，它使准确率变化（不计升降）"),
      abs(gains[2]), .atMost(0.15))
    notebook.conclude(
      "shift-loss",
      Prose(
        en: "A shift of 4 pixels costs the classifier on max pooling of 4 × 4 of its accuracy",
        zh: "移动 4 像素使 4 × 4 最大池化后的分类器损失的准确率"),
      accuracies[2][0] - accuracies[2][4], .atLeast(0.5))
    notebook.conclude(
      "global-spread",
      Prose(
        en: "With global pooling the accuracy is the same at all shifts (difference)",
        zh: "全局池化在各种平移下准确率相同（差）"),
      accuracies[4].max()! - accuracies[4].min()!, .atMost(0.01))
  }
}
