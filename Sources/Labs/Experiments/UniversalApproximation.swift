import Explain
import Foundation
import Plots
import Training

extension Lab {
  /// One hidden layer approximates anything continuous; depth does some of it with less (L1.4).
  static let universalApproximation = Lab(
    name: "universal-approximation", rows: ["L1.4"],
    title: Prose(en: "Universal approximation, and depth", zh: "万能近似定理与深度"),
    claim: Prose(
      en: """
        With enough units, one hidden layer approximates any continuous function on an interval as \
        closely as one likes. A deeper network does it with fewer parameters.
        """,
      zh: "只要单元足够多，单隐层就能以任意精度近似区间上的连续函数。更深的网络只需更少的参数。")
  ) { notebook in
    try width(&notebook)
    try depth(&notebook)
  }

  /// The continuous function that is approximated.
  private static func wave(_ x: Double) -> Double { sin(2 * .pi * x) + 0.5 * sin(5 * .pi * x) }

  // MARK: Width

  private static let widths = [1, 2, 4, 8, 16, 32, 64]
  private static let rate = 0.03

  private static func width(_ notebook: inout Notebook) throws {
    let steps = 1500
    notebook.section(Prose(en: "Width", zh: "宽度"))
    notebook.write(
      Prose(
        en: """
          The function sin 2πx + ½ sin 5πx from −1 to 1. Two ways to networks with one hidden layer. \
          Constructed: ReLU units whose weights join the function's values at evenly spaced places \
          by straight lines. Learned: tanh units, trained on 201 places by \(steps) steps of Adam on \
          the squared error, the learning rate falling from \(LabNumber.chosen(rate)) to 0; the \
          median of three draws of the first weights.
          """,
        zh: """
          函数 sin 2πx + ½ sin 5πx，x 从 −1 到 1。单隐层网络由两种方式得到。构造：ReLU 单元，其权重使网络在等距点之间用直线段\
          连接函数值。学习：tanh 单元，在 201 个点上对平方误差做 \(steps) 步 Adam，学习率由 \(LabNumber.chosen(rate)) 降到 0；\
          取三次初始化的中位数。
          """))
    let places = (0...200).map { Double($0) / 100 - 1 }
    var learned: [Double] = []
    var fits: [Int: [Double]] = [:]
    for (number, width) in widths.enumerated() {
      let outcomes = try (0..<3).map { draw in
        try notebook.reach(0.9 * (Double(number) + Double(draw) / 3) / Double(widths.count))
        return fit(width, places, steps: steps, seed: notebook.seed(10 * width + draw))
      }
      learned.append(Statistics.median(outcomes.map(\.error)))
      fits[width] = outcomes[0].values
    }
    let sizes = widths + [128, 256]
    let constructed = sizes.map { width in
      error(of: ConstructedNetworks.interpolating(width: width, over: -1...1, wave), places)
    }
    try notebook.figure(
      "fits",
      Chart(
        notebook.words("Learned by one hidden layer", "单隐层学到的函数"), x: "x", y: "y",
        marks: [.line(notebook.words("function", "函数"), x: places, y: places.map(wave))]
          + [2, 8, 64].map {
            .line(notebook.words("\($0) units", "\($0) 个单元"), x: places, y: fits[$0] ?? [])
          }),
      caption: Prose(
        en: "Two units have too few bends; with 64 the network lies on the function.",
        zh: "两个单元弯折太少；64 个单元时网络与函数重合。"))
    try notebook.figure(
      "error-by-width",
      Chart(
        notebook.words("Error by width", "误差与宽度"),
        x: Axis(notebook.words("hidden units", "隐藏单元数"), scale: .logarithmic),
        y: Axis(notebook.words("root mean squared error", "均方根误差"), scale: .logarithmic),
        marks: [
          .line(
            notebook.words("learned (tanh)", "学习所得（tanh）"), x: widths.map(Double.init),
            y: learned),
          .line(
            notebook.words("constructed (ReLU)", "构造所得（ReLU）"), x: sizes.map(Double.init),
            y: constructed),
        ]),
      caption: Prose(
        en: """
          From 16 units on the construction's error falls with the square of the width. Few units do \
          better where training places their bends; with 64 training no longer finds what there is: \
          the theorem says that the weights exist, not that gradient descent finds them.
          """,
        zh: """
          从 16 个单元起，构造网络的误差随宽度的平方下降。单元少时，由训练安排弯折的位置更好；有 64 个单元时，训练已不及构造：\
          定理只说存在这样的权重，没有说梯度下降能找到它们。
          """))
    notebook.table(
      [
        Prose(en: "Hidden units", zh: "隐藏单元数"), Prose(en: "Error, learned", zh: "误差（学习所得）"),
        Prose(en: "Error, constructed", zh: "误差（构造所得）"),
      ],
      sizes.indices.map { index in
        [
          .digits("\(sizes[index])"),
          .digits(index < learned.count ? LabNumber.text(learned[index]) : "–"),
          .digits(LabNumber.text(constructed[index])),
        ]
      })
    let first = sizes.firstIndex(of: 16) ?? 0
    notebook.conclude(
      "exponent",
      Prose(
        en: "The constructed networks' error falls like a power of the width, with the exponent",
        zh: "构造网络的误差按宽度的幂下降，指数为"),
      Statistics.exponent(
        x: sizes[first...].map(Double.init), y: Array(constructed[first...])),
      .within(-2.2 ... -1.8))
    notebook.conclude(
      "learned-ratio",
      Prose(
        en: "64 units learn the function far more closely than one: ratio of the errors",
        zh: "64 个单元学到的远比一个单元精确：误差之比"),
      learned[learned.count - 1] / learned[0], .atMost(0.15))
  }

  private static func fit(
    _ width: Int, _ places: [Double], steps: Int, seed: UInt64
  ) -> (error: Double, values: [Double]) {
    let inputs = NDArray(places.map(Float.init), shape: [places.count, 1])
    let targets = Tensor(NDArray(places.map { Float(wave($0)) }, shape: [places.count, 1]))
    // Steep units that bend all over the interval; from Xavier's weights, which are made for many
    // inputs of size 1, they would all bend in its middle.
    var model = Sequential {
      Dense(1, width, initializer: .normal(mean: 0, standardDeviation: 8))
      Tanh()
      Dense(width, 1)
    }
    model.initialize(seed: seed)
    LabTraining.set(
      "layers.0.bias", of: &model,
      to: NDArray.uniform([width], in: -8..<8, key: RandomKey(seed: seed, path: "offsets")))
    var optimizer = Adam(learningRate: rate)
    for step in 0..<steps {
      optimizer.learningRate = rate * (1 - Double(step) / Double(steps))
      LabTraining.step(&model, &optimizer) { model, context in
        meanSquaredError(model(Tensor(inputs), &context), targets)
      }
    }
    let values = LabTraining.output(of: model, inputs).doubles
    return (Statistics.rootMeanSquare(zip(values, places).map { $0 - wave($1) }), values)
  }

  private static func error(of model: Sequential, _ places: [Double]) -> Double {
    let values = LabTraining.output(of: model, NDArray(places, shape: [places.count, 1])).doubles
    return Statistics.rootMeanSquare(zip(values, places).map { $0 - wave($1) })
  }

  // MARK: Depth

  private static func depth(_ notebook: inout Notebook) throws {
    notebook.section(Prose(en: "Depth", zh: "深度"))
    notebook.write(
      Prose(
        en: """
          The tent 2·min(x, 1 − x) put into itself k times is a sawtooth of 2ᵏ straight pieces. A \
          ReLU network with k hidden layers of two units is exactly that. With one hidden layer a \
          network of n units bends at most n times, so that it needs n ≥ 2ᵏ − 1. Both are built and \
          compared with the sawtooth at 4,097 places.
          """,
        zh: """
          帐篷函数 2·min(x, 1 − x) 复合 k 次，得到有 2ᵏ 个直线段的锯齿。有 k 个隐藏层、每层两个单元的 ReLU 网络恰好就是它。\
          单隐层网络有 n 个单元时最多弯折 n 次，因此需要 n ≥ 2ᵏ − 1。两种网络都构造出来，在 4097 个点上与锯齿比较。
          """))
    let places = (0...4096).map { Double($0) / 4096 }
    let inputs = NDArray(places, shape: [places.count, 1])
    var rows: [[Table.Cell]] = []
    var (deepCounts, wideCounts): ([Double], [Double]) = ([], [])
    var largest = 0.0
    for layers in 1...8 {
      let pieces = 1 << layers
      let sawtooth = { PiecewiseLinear.tent($0, times: layers) }
      let deep = ConstructedNetworks.sawtooth(layers: layers)
      let wide = ConstructedNetworks.interpolating(width: pieces, over: 0...1, sawtooth)
      let differences = [deep, wide].map { model in
        zip(LabTraining.output(of: model, inputs).doubles, places)
          .map { abs($0 - sawtooth($1)) }.max() ?? .nan
      }
      largest = max(largest, differences.max() ?? .nan)
      deepCounts.append(Double(deep.parameterCount))
      // A weight, an offset and an output weight a unit, and the output's offset.
      wideCounts.append(Double(3 * (pieces - 1) + 1))
      rows.append(
        [Double(layers), Double(pieces), deepCounts[layers - 1], wideCounts[layers - 1]]
          .map { .digits(LabNumber.text($0)) })
    }
    notebook.table(
      [
        Prose("k"), Prose(en: "Pieces", zh: "直线段数"),
        Prose(en: "Parameters, k layers", zh: "参数（k 个隐藏层）"),
        Prose(en: "Parameters, one layer, at least", zh: "参数（单隐层，至少）"),
      ], rows)
    try notebook.figure(
      "parameters",
      Chart(
        notebook.words("Parameters for a sawtooth", "表示锯齿所需的参数"),
        x: Axis(notebook.words("tents k", "复合次数 k")),
        y: Axis(notebook.words("parameters", "参数个数"), scale: .logarithmic),
        marks: [
          .line(notebook.words("one hidden layer, at least", "单隐层，至少"), values: wideCounts),
          .line(notebook.words("k hidden layers", "k 个隐藏层"), values: deepCounts),
        ], height: 340),
      caption: Prose(
        en: "With one hidden layer the parameters double at each step; with depth six are added.",
        zh: "单隐层的参数每一步翻倍；深层网络每一步只增加六个。"))
    notebook.conclude(
      "largest-difference",
      Prose(
        en: "Both networks are the sawtooth, to rounding: largest difference",
        zh: "两种网络都等于锯齿（至舍入误差）：最大差"),
      largest, .atMost(1e-12))
    notebook.conclude(
      "parameter-ratio",
      Prose(
        en: "For 256 pieces one hidden layer needs many times the parameters of the deep network",
        zh: "256 个直线段时，单隐层所需参数是深层网络的许多倍"),
      wideCounts[7] / deepCounts[7], .atLeast(10))
    try equalParameters(&notebook)
  }

  /// The best that one hidden layer can do about a sawtooth with a number of units.
  private static func equalParameters(_ notebook: inout Notebook) throws {
    let layers = 5
    let deep = ConstructedNetworks.sawtooth(layers: layers).parameterCount
    let units = (deep - 1) / 3
    notebook.section(Prose(en: "As many parameters", zh: "参数一样多"))
    notebook.write(
      Prose(
        en: """
          The sawtooth of \(1 << layers) pieces takes \(deep) parameters in \(layers) hidden layers. \
          As many in one hidden layer are \(units) units, at most \(units + 1) pieces. Dynamic \
          programming finds the smallest error that any function of so many pieces has at 129 \
          places, whatever its weights and however they were found.
          """,
        zh: """
          \(1 << layers) 个直线段的锯齿用 \(layers) 个隐藏层需要 \(deep) 个参数。同样多的参数在单隐层中是 \(units) 个单元，\
          最多 \(units + 1) 个直线段。动态规划求出任何有这么多直线段的函数在 129 个点上的最小误差，与权重取值和求法无关。
          """))
    let places = (0...128).map { Double($0) / 128 }
    let errors = PiecewiseLinear.leastErrors(
      x: places, y: places.map { PiecewiseLinear.tent($0, times: layers) },
      pieces: 1 << layers)
    let exact = errors.firstIndex { $0 < 1e-9 } ?? errors.count
    try notebook.figure(
      "least-error",
      Chart(
        notebook.words("The smallest error that is possible", "可能达到的最小误差"),
        x: Axis(notebook.words("parameters", "参数个数")),
        y: Axis(notebook.words("root mean squared error", "均方根误差")),
        marks: [
          .line(
            notebook.words("one hidden layer, at best", "单隐层，最好情形"),
            x: errors.indices.map { Double(3 * $0 + 1) }, y: errors),
          .points(
            notebook.words("\(layers) hidden layers", "\(layers) 个隐藏层"), x: [Double(deep)], y: [0]),
        ], height: 340),
      caption: Prose(
        en: """
          With the \(deep) parameters with which the deep network is exact, one hidden layer cannot \
          but miss most of the teeth.
          """,
        zh: "深层网络用 \(deep) 个参数即可精确表示；单隐层用同样多的参数，必然错过大部分锯齿。"))
    notebook.conclude(
      "least-error-same-parameters",
      Prose(
        en: """
          With as many parameters as the deep network, one hidden layer's error is no less than
          """,
        zh: "参数与深层网络一样多时，单隐层的误差不小于"),
      errors[units], .atLeast(0.2))
    notebook.conclude(
      "units-for-exact",
      Prose(
        en: "The units that one hidden layer needs to be exact", zh: "单隐层精确表示所需的单元数"),
      Double(exact), .within(31...31))
  }
}
