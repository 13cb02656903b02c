import Explain
import Foundation
import Plots
import Training

extension Lab {
  /// Both forms of dropout have the same expectation in training and in testing (L5.7).
  static let dropoutExpectation = Lab(
    name: "dropout-expectation", rows: ["L5.7"],
    title: Prose(en: "Dropout and its expectation", zh: "Dropout 与期望"),
    claim: Prose(
      en: """
        In training each unit is kept with probability p; in testing all units are used and their \
        activations multiplied by p, so that the expected output is the same.
        """,
      zh: "训练时每个单元以概率 p 保留；测试时使用全部单元，并把激活值乘以 p，使两者输出的期望相同。")
  ) { notebook in
    try averageMasks(&notebook)
    try trainNetwork(&notebook)
  }

  private static let keeps = [0.2, 0.5, 0.8]
  private static let unitCount = 64
  private static let outputCount = 10
  private static let maskCount = 4000

  /// A linear layer behind dropout, over many masks.
  private static func averageMasks(_ notebook: inout Notebook) throws {
    notebook.section(Prose(en: "A linear layer over many masks", zh: "线性层在大量掩码上的平均"))
    notebook.write(
      Prose(
        en: """
          \(unitCount) activations h of one sample, \(outputCount) outputs y = W·h with random W, \
          \(maskCount) masks for each p. The notes' form gives W·(m ⊙ h) in training, with m = 1 \
          where a unit is kept and else 0, and W·(p·h) in testing. The inverted form, the \
          library's, gives W·(m ⊙ h)/p in training and W·h in testing. The last column is the \
          largest distance of the ten means from the outputs in testing, in standard errors of the \
          means: up to about 3 is chance.
          """,
        zh: """
          一个样本的 \(unitCount) 个激活值 h，\(outputCount) 个输出 y = W·h，W 随机；每个 p 用 \(maskCount) 个掩码。\
          笔记的形式：训练时为 W·(m ⊙ h)，保留的单元 m = 1，否则为 0；测试时为 W·(p·h)。反向形式（inverted dropout，\
          本库所用）：训练时为 W·(m ⊙ h)/p，测试时为 W·h。最后一列是十个均值与测试输出的最大差距，以均值的标准误为单位：约 3 以内属于偶然。
          """))
    let key = RandomKey(seed: notebook.seed, path: "layer")
    let h = NDArray.normal([1, unitCount], key: key.appending("h"), dtype: .float64).absolute()
    let weight = NDArray.normal(
      [unitCount, outputCount], standardDeviation: 0.125, key: key.appending("w"), dtype: .float64)
    let copies = h.broadcast(to: [maskCount, unitCount])
    let full = h.matmul(weight).doubles
    var rows: [[Table.Cell]] = []
    var furthest = 0.0
    var shown: (notes: [Double], inverted: [Double]) = ([], [])
    var ratio = 0.0
    for keep in keeps {
      let mask = NDArray.bernoulli(
        [maskCount, unitCount], probability: keep, key: key.appending("\(keep)"), dtype: .float64)
      var layer = Dropout(1 - keep)
      layer.initialize(seed: notebook.seed)
      var context = Context(.training, seed: notebook.seed(Int(keep * 10)))
      let outputs = [
        ("notes", (mask * copies).matmul(weight), full.map { keep * $0 }),
        ("inverted", layer(Tensor(copies), &context).array.matmul(weight), full),
      ]
      for (form, trained, tested) in outputs {
        let columns = (0..<outputCount).map { trained.selecting(axis: 1, index: $0).doubles }
        let means = columns.map { Statistics.estimate($0) }
        let distances = zip(means, tested).map { abs($0.value - $1) / $0.standardError }
        furthest = max(furthest, distances.max()!)
        rows.append(
          [
            .digits(LabNumber.chosen(keep)),
            .prose(
              form == "notes"
                ? Prose(en: "notes", zh: "笔记") : Prose(en: "inverted", zh: "反向")),
          ]
            + [means[0].value, means[0].standardError, tested[0], distances.max()!].map {
              .digits(LabNumber.text($0))
            })
        guard keep == 0.5 else { continue }
        if form == "notes" {
          shown.notes = columns[0]
          // The slope of the uncorrected output over the mean, for all outputs together.
          let squares = means.reduce(0) { $0 + $1.value * $1.value }
          ratio = zip(means, full).reduce(0) { $0 + $1.0.value * $1.1 } / squares
        } else {
          shown.inverted = columns[0]
        }
      }
    }
    notebook.table(
      [
        Prose(en: "p", zh: "p"), Prose(en: "Form", zh: "形式"),
        Prose(en: "Mean of y₁", zh: "y₁ 的均值"),
        Prose(en: "Standard error", zh: "标准误"),
        Prose(en: "y₁ in testing", zh: "测试时的 y₁"),
        Prose(en: "Largest distance", zh: "最大距离"),
      ], rows)
    try drawMeans(&notebook, shown.notes, shown.inverted, full[0])
    notebook.note(
      Prose(
        en: """
          The notes write p once for the probability of closing a unit and once for that of \
          keeping it. The factor in testing is the probability of keeping.
          """,
        zh: "笔记中的 p 一处指关闭的概率，一处指保留的概率；测试时所乘的因子是保留的概率。"))
    notebook.conclude(
      "largest-distance",
      Prose(
        en:
          "In both forms training's mean is testing's output (largest distance in standard errors)",
        zh: "两种形式下，训练时的均值都等于测试时的输出（最大距离，以标准误计）"),
      furthest, .atMost(5))
    notebook.conclude(
      "uncorrected-ratio",
      Prose(
        en: "Without the factor, testing's output at p = 0.5 is a multiple of training's mean",
        zh: "不乘因子时，p = 0.5 的测试输出是训练均值的多少倍"),
      ratio, .within(1.9...2.1))
    try notebook.reach(0.2)
  }

  /// The mean over the first masks, for both forms.
  private static func drawMeans(
    _ notebook: inout Notebook, _ notes: [Double], _ inverted: [Double], _ full: Double
  ) throws {
    let counts = (2...80).map { Int(pow(Double(maskCount), Double($0) / 80).rounded()) }
      .filter { $0 >= 10 }
    var marks: [Mark] = []
    for (name, values, tested) in [
      (notebook.words("notes", "笔记"), notes, 0.5 * full),
      (notebook.words("inverted", "反向"), inverted, full),
    ] {
      let means = counts.map { Statistics.estimate(Array(values.prefix($0))) }
      let x = counts.map(Double.init)
      marks.append(
        .band(
          name, x: x, lower: means.map { $0.value - 2 * $0.standardError },
          upper: means.map { $0.value + 2 * $0.standardError }))
      marks.append(.line(name, x: x, y: means.map(\.value)))
      marks.append(.rule(notebook.words("\(name), in testing", "\(name)，测试时"), y: tested))
    }
    try notebook.figure(
      "mean-over-masks",
      Chart(
        notebook.words("Mean over masks, p = 0.5", "掩码上的均值，p = 0.5"),
        x: Axis(notebook.words("masks", "掩码数"), scale: .logarithmic), y: "y₁", marks: marks),
      caption: Prose(
        en: """
          The mean of the first output over more and more masks, with twice its standard error \
          shaded: each form's mean goes to what that form computes in testing.
          """,
        zh: "第一个输出随掩码数增多的均值，阴影为两倍标准误：每种形式的均值都趋于该形式测试时的输出。"))
  }

  /// A trained network, in which dropout stands before a non-linearity.
  private static func trainNetwork(_ notebook: inout Notebook) throws {
    let passes = 400
    notebook.section(Prose(en: "A network with a non-linearity behind", zh: "其后带非线性的网络"))
    notebook.write(
      Prose(
        en: """
          Two hidden layers of 64 ReLU units, dropout with p = 0.5 behind each, trained on the \
          digits by 500 steps of Adam. Then, on the test's images, the mean over \(passes) masks \
          beside the one pass without. Behind the last dropout stands a linear layer alone; behind \
          the first one a ReLU too, of which the mean is not the ReLU of the mean.
          """,
        zh: """
          两个隐藏层各 64 个 ReLU 单元，其后各有 p = 0.5 的 dropout，用 Adam 在手写数字上训练 500 步。\
          然后在测试图像上，把 \(passes) 个掩码的均值与不用掩码的一次计算比较。最后一个 dropout 之后只有线性层；\
          第一个之后还有 ReLU，而 ReLU 的均值不等于均值的 ReLU。
          """))
    let digits = try DigitRows(seed: notebook.seed)
    var model = Sequential {
      Dense(64, 64, initializer: .heNormal)
      ReLU()
      Dropout(0.5)
      Dense(64, 64, initializer: .heNormal)
      ReLU()
      Dropout(0.5)
      Dense(64, 10)
    }
    model.initialize(seed: notebook.seed(1))
    digits.train(&model, by: Adam(learningRate: 0.003), steps: 500, seed: notebook.seed(2))
    try notebook.reach(0.5)
    let hidden = Sequential(Array(model.layers[..<5]))
    let output = Sequential(Array(model.layers[5...]))
    var context = Context(.evaluation)
    let features = hidden(Tensor(digits.test), &context).array
    let linear = moments(of: output, features, passes: passes, seed: notebook.seed(3))
    let distances = ((linear.mean - linear.tested) / linear.standardError).doubles
    let spread = Statistics.mean(distances.map { $0 * $0 }).squareRoot()
    let bent = moments(of: hidden, digits.test, passes: passes, seed: notebook.seed(4))
    let excess = (bent.mean - bent.tested).sum().item / bent.tested.sum().item
    try notebook.reach(0.75)
    let whole = Sequential(model.layers + [Softmax()])
    let probabilities = moments(of: whole, digits.test, passes: passes, seed: notebook.seed(5))
    let classes = [probabilities.mean, probabilities.tested].map {
      $0.argumentOfMaximum(axis: 1).integers
    }
    let labels = digits.testLabels.integers
    func share(_ a: [Int], _ b: [Int]) -> Double {
      Double(zip(a, b).count { $0 == $1 }) / Double(a.count)
    }
    notebook.table(
      [
        Prose(en: "", zh: ""),
        Prose(en: "Mean over masks", zh: "掩码均值"), Prose(en: "One pass without", zh: "不用掩码的一次计算"),
      ],
      [
        [.prose(Prose(en: "Accuracy on the test's images", zh: "测试图像上的准确率"))]
          + classes.map { .digits(LabNumber.text(share($0, labels))) }
      ]
    )
    try draw(&notebook, bent)
    notebook.conclude(
      "linear-distance",
      Prose(
        en: """
          Behind the last dropout the two differ by chance alone (root mean square of the \
          distances in standard errors, by chance 1)
          """,
        zh: "最后一个 dropout 之后，两者之差只是偶然（以标准误计的距离的均方根，偶然时为 1）"),
      spread, .within(0.85...1.15))
    notebook.conclude(
      "relu-excess",
      Prose(
        en: "Behind dropout and a ReLU the mean activation over masks is larger, by a share",
        zh: "经过 dropout 和 ReLU 之后，掩码上的平均激活值偏大，偏大的比例"),
      excess, .atLeast(0.05))
    notebook.conclude(
      "same-class",
      Prose(
        en: "Even so the pass without masks gives the class of the mean over masks, for a share",
        zh: "即便如此，不用掩码的一次计算与掩码均值给出相同类别的比例"),
      share(classes[0], classes[1]), .atLeast(0.97))
  }

  /// Outputs over many masks and without.
  private static func moments(
    of model: Sequential, _ inputs: NDArray, passes: Int, seed: UInt64
  ) -> (mean: NDArray, standardError: NDArray, tested: NDArray) {
    var context = Context(.evaluation)
    let tested = model(Tensor(inputs), &context).array.cast(to: .float64)
    // Deviations from the test's output, so that squares lose no digits.
    var sum = NDArray.zeros(tested.shape, dtype: .float64)
    var squares = sum
    for pass in 0..<passes {
      var context = Context(.training, seed: seed, step: UInt64(pass))
      let deviation = model(Tensor(inputs), &context).array.cast(to: .float64) - tested
      sum = sum + deviation
      squares = squares + deviation.squared()
    }
    let mean = sum / Double(passes)
    let variance = squares / Double(passes) - mean.squared()
    let error = (variance / Double(passes - 1)).squareRoot()
    return (tested + mean, error, tested)
  }

  private static func draw(
    _ notebook: inout Notebook,
    _ activations: (mean: NDArray, standardError: NDArray, tested: NDArray)
  ) throws {
    let images = 12
    let (x, y) = (
      activations.tested.sliced(axis: 0, 0..<images).doubles,
      activations.mean.sliced(axis: 0, 0..<images).doubles
    )
    let largest = max(x.max()!, y.max()!)
    let diagonal = (0...64).map { largest * Double($0) / 64 }
    try notebook.figure(
      "relu-behind-dropout",
      Chart(
        notebook.words("Second hidden layer", "第二隐藏层"),
        x: Axis(notebook.words("activation without masks", "不用掩码的激活值")),
        y: Axis(notebook.words("mean over masks", "掩码上的均值")),
        marks: [
          .points(
            notebook.words("units on \(images) images", "\(images) 张图像上的单元"), x: x, y: y),
          .line(notebook.words("equal", "相等"), x: diagonal, y: diagonal),
        ], hasEqualUnits: true, width: 560, height: 480),
      caption: Prose(
        en: """
          Small activations are larger in the mean over masks: where masks lift a unit's sum above \
          0 the ReLU passes it, where they lower it the ReLU stops it.
          """,
        zh: "较小的激活值在掩码上的均值偏大：掩码使单元的和升到 0 以上时 ReLU 让它通过，降到 0 以下时 ReLU 把它截断。"))
  }
}
