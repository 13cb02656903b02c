import Explain
import Models
import Plots
import Training

extension Lab {
  /// A deep network without a non-linearity is one matrix, whatever its depth (L4.4).
  static let linearCollapse = Lab(
    name: "linear-collapse", rows: ["L4.4"],
    title: Prose(
      en: "Deep networks need a non-linearity", zh: "深层网络为什么需要非线性"),
    claim: Prose(
      en: """
        Without a non-linear activation, layers stacked on one another compute no more than one \
        layer: their matrices multiply to one matrix. XOR, which no single layer can do, stays out \
        of reach at any depth.
        """,
      zh: "没有非线性激活时，层层相叠的网络与单层网络等价：各层矩阵相乘仍是一个矩阵。单层做不到的 XOR，再深也做不到。")
  ) { notebook in
    try collapse(&notebook)
    try separate(&notebook)
  }

  private static let depths = [1, 2, 4, 8, 16]

  /// The layers' matrices and offsets multiplied out, against the network itself.
  private static func collapse(_ notebook: inout Notebook) throws {
    notebook.section(Prose(en: "Multiplied out", zh: "把矩阵乘开"))
    notebook.write(
      Prose(
        en: """
          Networks of dense layers of 20 units with offsets and without activations, in double \
          precision, on 1,000 random inputs of 20 numbers: the output beside that of the one matrix \
          and the one offset that the layers multiply out to.
          """,
        zh: "全连接层各 20 个单元，带偏置、不带激活函数，双精度；输入为 1000 个 20 维随机向量。把网络输出与各层乘开后得到的单个矩阵和偏置的输出相比较。"))
    let inputs = NDArray.normal([1000, 20], key: RandomKey(seed: notebook.seed, path: "inputs"))
      .cast(to: .float64)
    var rows: [[Table.Cell]] = []
    var largest = 0.0
    for depth in depths {
      var model = Sequential((0..<depth).map { _ in Dense(20, 20) as any Layer })
      model.initialize(seed: notebook.seed(depth), dtype: .float64)
      let arrays = model.state.map(\.array)  // weight and bias of each layer
      var matrix = NDArray.identity(20, dtype: .float64)
      var offset = NDArray.zeros([1, 20], dtype: .float64)
      for index in 0..<depth {
        let weight = arrays[2 * index].transposed()
        matrix = matrix.matmul(weight)
        offset = offset.matmul(weight) + arrays[2 * index + 1]
      }
      var context = Context(.evaluation)
      let deep = model(Tensor(inputs), &context).array
      let flat = inputs.matmul(matrix) + offset
      let difference = (deep - flat).absolute().maximum().item / deep.absolute().maximum().item
      largest = max(largest, difference)
      rows.append([.digits("\(depth)"), .digits(LabNumber.text(difference))])
    }
    notebook.table(
      [
        Prose(en: "Layers", zh: "层数"),
        Prose(en: "Largest difference, relative", zh: "最大相对差"),
      ], rows)
    notebook.conclude(
      "largest-difference",
      Prose(
        en: "The network and its one matrix differ by no more than rounding",
        zh: "网络与单个矩阵的输出之差不超过舍入误差"),
      largest, .atMost(1e-12))
  }

  /// Deep networks with and without tanh on the four quadrants.
  private static func separate(_ notebook: inout Notebook) throws {
    notebook.section(Prose(en: "On XOR", zh: "在 XOR 上"))
    notebook.write(
      Prose(
        en: """
          400 points around the corners of a square, the class that of XOR. Two networks of three \
          layers with 8 hidden units each, one with tanh after the hidden layers, the other without, \
          are trained alike: 300 steps of Adam on all points.
          """,
        zh: "正方形四角附近的 400 个点，类别按 XOR。两个三层网络，隐藏层各 8 个单元：一个在隐藏层后用 tanh，另一个不用；训练相同，在全部点上做 300 步 Adam。")
    )
    let (points, labels) = LabData.exclusiveOr(count: 400, spread: 0.25, seed: notebook.seed)
    var accuracies: [Double] = []
    for (number, isLinear) in [true, false].enumerated() {
      var layers: [any Layer] = []
      for (inputs, outputs) in [(2, 8), (8, 8)] {
        layers.append(Dense(inputs, outputs))
        if !isLinear { layers.append(Tanh()) }
      }
      layers.append(Dense(8, 2))
      var model = Sequential(layers)
      model.initialize(seed: notebook.seed(100))
      var optimizer = Adam(learningRate: 0.02)
      for step in 0..<300 {
        var context = Context(.training, seed: notebook.seed, step: UInt64(step))
        let (_, gradients) = valueWithGradients(of: model, &context) { model, context in
          crossEntropy(logits: model(Tensor(points), &context), labels: labels)
        }
        optimizer.update(&model, along: gradients)
        if step % 50 == 0 { try notebook.reach(0.5 * Double(number) + Double(step) / 600) }
      }
      accuracies.append(LabData.accuracy(of: model, points, labels))
      try notebook.figure(
        isLinear ? "regions-linear" : "regions-tanh",
        LabData.regions(
          of: model, points, labels,
          title: isLinear
            ? notebook.words("Without tanh", "不用 tanh") : notebook.words("With tanh", "用 tanh"),
          range: -2...2),
        caption: isLinear
          ? Prose(
            en: "Without an activation the border of the two classes is a straight line.",
            zh: "没有激活函数时，两类的边界是一条直线。")
          : Prose(
            en: "With tanh the border bends around the corners.",
            zh: "用 tanh 时，边界能绕过各个角。"))
    }
    notebook.conclude(
      "accuracy-linear",
      Prose(
        en: "The deep linear network has at most three of the four corners right: accuracy",
        zh: "深层线性网络最多答对四角中的三个：准确率"),
      accuracies[0], .atMost(0.78))
    notebook.conclude(
      "accuracy-tanh",
      Prose(en: "The network with tanh has all four: accuracy", zh: "带 tanh 的网络四角全对：准确率"),
      accuracies[1], .atLeast(0.97))
  }
}
