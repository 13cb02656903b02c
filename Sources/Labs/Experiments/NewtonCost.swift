import Explain
import Plots
import Training

extension Lab {
  /// What a step of Newton's method buys and what it costs (L5.5).
  static let newtonCost = Lab(
    name: "newton-cost", rows: ["L5.5"],
    title: Prose(en: "What a step of Newton's method costs", zh: "牛顿法一步的代价"),
    claim: Prose(
      en: """
        Newton's method uses the curvature, the Hessian H, to find the best step. With k \
        parameters that takes about k³ operations and room for k² numbers, which is too much for \
        networks.
        """,
      zh: "牛顿法利用曲率，即黑塞矩阵 H，来求最优的一步。若有 k 个参数，需要约 k³ 次运算和 k² 个数的存储，对神经网络来说代价太高。")
  ) { notebook in
    try compareSteps(&notebook)
    try measureCost(&notebook)
  }

  /// A loss ½·wᵀ·H·w − cᵀ·w, whose Hessian is that of a linear model's squared error.
  private struct Quadratic {
    let hessian: NDArray  // [k, k]
    let slope: NDArray  // [k], c

    init(parameters k: Int, seed: UInt64) {
      let key = RandomKey(seed: seed, path: "quadratic")
      let inputs = NDArray.normal([2 * k, k], key: key, dtype: .float64)
      hessian = inputs.matmul(inputs, transposeSelf: true) / Double(2 * k)
      slope = NDArray.normal([k], key: key.appending("slope"), dtype: .float64)
    }

    func gradient(_ w: NDArray) -> NDArray {
      hessian.matmul(w.expanded(axis: 1)).squeezed(axis: 1) - slope
    }
  }

  private static func norm(_ vector: NDArray) -> Double {
    vector.squared().sum().item.squareRoot()
  }

  /// Steps to the minimum of a quadratic loss.
  private static func compareSteps(_ notebook: inout Notebook) throws {
    let k = 100
    notebook.section(Prose(en: "What a step buys", zh: "一步的收获"))
    let loss = Quadratic(parameters: k, seed: notebook.seed)
    let eigenvalues = try LinearAlgebra.symmetricEigen(loss.hessian).values.doubles
    let (least, greatest) = (eigenvalues.first!, eigenvalues.last!)
    notebook.write(
      Prose(
        en: """
          The loss ½·wᵀ·H·w − cᵀ·w of \(k) parameters, H that of a linear model's mean squared error \
          on random inputs, with eigenvalues from \(LabNumber.text(least)) to \
          \(LabNumber.text(greatest)). Both methods start at w = 0. Newton's step solves H·d = ∇L \
          and takes w − d; gradient descent takes w − η∇L with the constant η that is best, \
          2/(λ_min + λ_max). They stop where the gradient has shrunk to a millionth.
          """,
        zh: """
          \(k) 个参数的损失 ½·wᵀ·H·w − cᵀ·w，H 是线性模型在随机输入上均方误差的黑塞矩阵，特征值从 \
          \(LabNumber.text(least)) 到 \(LabNumber.text(greatest))。两种方法都从 w = 0 出发。牛顿法解 H·d = ∇L，取 w − d；\
          梯度下降取 w − η∇L，η 为最优的常数 2/(λ_min + λ_max)。梯度缩小到百万分之一时停止。
          """))
    let start = NDArray.zeros([k], dtype: .float64)
    let first = norm(loss.gradient(start))
    let step = try LinearAlgebra.solve(loss.hessian, loss.gradient(start))
    let left = norm(loss.gradient(start - step)) / first
    var descent = [1.0]
    var w = start
    while descent.last! > 1e-6, descent.count < 100_000 {
      w = w - loss.gradient(w) * (2 / (least + greatest))
      descent.append(norm(loss.gradient(w)) / first)
    }
    try notebook.figure(
      "gradient-by-step",
      Chart(
        notebook.words("Size of the gradient", "梯度的大小"), x: Axis(notebook.words("step", "步")),
        y: Axis(notebook.words("‖∇L‖, relative to the start", "‖∇L‖（相对于起点）"), scale: .logarithmic),
        marks: [
          .line(notebook.words("gradient descent", "梯度下降"), values: descent, from: 0),
          .line(notebook.words("Newton", "牛顿法"), x: [0, 1], y: [1, max(left, 1e-16)]),
        ]),
      caption: Prose(
        en: "On a quadratic loss Newton's first step ends in the minimum, but for rounding.",
        zh: "在二次损失上，牛顿法的第一步就到达最小值，只差舍入误差。"))
    notebook.conclude(
      "newton-gradient-left",
      Prose(
        en: "One step of Newton's method leaves of the gradient a share",
        zh: "牛顿法一步之后剩余的梯度比例"), left,
      .atMost(1e-9))
    notebook.conclude(
      "descent-steps",
      Prose(
        en: "Steps of gradient descent until a millionth of the gradient is left",
        zh: "梯度下降使梯度缩小到百万分之一所需步数"),
      Double(descent.count - 1), .atLeast(20))
    try notebook.reach(0.05)
  }

  private static let sizes = [150, 240, 360, 540, 800]
  private static let largeSizes = [8_000, 80_000, 800_000]

  /// Operations, times and room by the number of parameters.
  private static func measureCost(_ notebook: inout Notebook) throws {
    notebook.section(Prose(en: "What it costs", zh: "一步的代价"))
    let repeats = 5
    notebook.write(
      Prose(
        en: """
          The solution of H·d = ∇L by elimination is done twice: by a program that counts its \
          additions, multiplications and divisions, which come to about ⅔·k³, and by the library, \
          whose time is taken. Beside it stands the update w − η∇L, of 2·k operations. Times are \
          the processor's on one thread in double precision, the median of \(repeats). What both \
          need, the gradient, is not counted, nor is H itself, which takes k backward passes more.
          """,
        zh: """
          用消元法解 H·d = ∇L，做两遍：一遍由计数程序统计加、乘、除的次数，约为 ⅔·k³；一遍由本库求解并计时。\
          与之比较的是更新 w − η∇L，只需 2·k 次运算。时间是单线程双精度的处理器时间，取 \(repeats) 次的中位数。\
          两者都要的梯度不计入；求 H 本身还要再做 k 次反向传播，也不计入。
          """))
    let losses = sizes.map { Quadratic(parameters: $0, seed: notebook.seed) }
    var operations: [Double] = []
    for (index, loss) in losses.enumerated() {
      var elimination = CountedElimination()
      _ = elimination.solve(loss.hessian, loss.slope)
      operations.append(Double(elimination.operations))
      try notebook.reach(0.05 + 0.35 * Double(index + 1) / Double(sizes.count))
    }
    let updateSizes = sizes + largeSizes
    let vectors = updateSizes.map { NDArray.ones([$0], dtype: .float64) }
    var solves = [[Double]](repeating: [], count: sizes.count)
    var updates = [[Double]](repeating: [], count: updateSizes.count)
    // Sizes take turns, so that a slow moment of the machine does not fall on one of them.
    for turn in 0..<repeats {
      for (index, loss) in losses.enumerated() {
        solves[index].append(
          try ProcessorTime.seconds { _ = try LinearAlgebra.solve(loss.hessian, loss.slope) })
      }
      for (index, vector) in vectors.enumerated() {
        updates[index].append(
          time(ofUpdating: vector, times: max(3, 100_000 / updateSizes[index])))
      }
      try notebook.reach(0.4 + 0.6 * Double(turn + 1) / Double(repeats))
    }
    let newton = solves.map(Statistics.median)
    let descent = updates.map(Statistics.median)
    try notebook.figure(
      "time-by-parameters",
      Chart(
        notebook.words("Time of a step", "一步的时间"),
        x: Axis(notebook.words("parameters k", "参数个数 k"), scale: .logarithmic),
        y: Axis(notebook.words("time", "时间"), unit: notebook.words("s", "秒"), scale: .logarithmic),
        marks: [
          .line(
            notebook.words("Newton's solution", "牛顿法求解"), x: sizes.map(Double.init), y: newton),
          .line(
            notebook.words("gradient descent's update", "梯度下降的更新"),
            x: updateSizes.map(Double.init), y: descent),
        ]),
      caption: Prose(
        en: """
          Both axes are logarithmic: a power of k is a straight line with the power for its slope. \
          With a few hundred parameters an update takes hardly more than the time of its call.
          """,
        zh: "两轴均为对数：k 的幂在图上是直线，斜率即指数。参数只有几百个时，一次更新的时间几乎只是调用本身的开销。"))
    tabulate(&notebook, operations, newton)
    notebook.conclude(
      "newton-exponent",
      Prose(
        en: "Elimination's operations grow as k to the power", zh: "消元的运算次数按 k 的多少次幂增长"),
      Statistics.exponent(x: sizes.map(Double.init), y: operations), .within(2.9...3.1))
    notebook.conclude(
      "time-ratio",
      Prose(
        en: "With \(sizes.last!) parameters Newton's solution takes the time of so many updates",
        zh: "\(sizes.last!) 个参数时，牛顿法求解一次的时间相当于多少次梯度更新"),
      newton.last! / descent[sizes.count - 1], .atLeast(1000))
  }

  /// The time of one update of so many parameters.
  private static func time(ofUpdating gradient: NDArray, times: Int) -> Double {
    var w = gradient
    let seconds = ProcessorTime.seconds {
      for _ in 0..<times { w = w - gradient * 0.01 }
    }
    return seconds / Double(times)
  }

  /// What was measured, and where the law leads for networks.
  private static func tabulate(
    _ notebook: inout Notebook, _ operations: [Double], _ times: [Double]
  ) {
    func row(_ name: String, _ count: Double, _ seconds: Double, _ k: Int) -> [Table.Cell] {
      let megabytes = Double(k) * Double(k) * 8 / 1e6
      return [.digits(name)]
        + [count, seconds, megabytes].map { .digits(LabNumber.text($0)) }
    }
    let measured = sizes.indices.map {
      row("\(sizes[$0])", operations[$0], times[$0], sizes[$0])
    }
    let networks = [(61_706, "LeNet-5"), (61_100_840, "AlexNet")].map { k, name in
      let ratio = Double(k) / Double(sizes.last!)
      let cube = ratio * ratio * ratio
      return (name, k, operations.last! * cube, times.last! * cube)
    }
    notebook.table(
      [
        Prose(en: "Parameters k", zh: "参数个数 k"),
        Prose(en: "Operations", zh: "运算次数"),
        Prose(en: "Time, seconds", zh: "时间（秒）"),
        Prose(en: "Room for H, MB", zh: "存放 H 的空间（MB）"),
      ], measured + networks.map { name, k, count, time in row("\(k) (\(name))", count, time, k) })
    let hours = LabNumber.text(networks[0].3 / 3600)
    let years = LabNumber.text(networks[1].3 / 3.156e7)
    notebook.note(
      Prose(
        en: """
          The rows of networks are not measured but follow from the last one by k³ and k²: for \
          LeNet-5 a step would take \(hours) hours, for AlexNet \(years) years.
          """,
        zh: """
          网络的两行不是测得的，而是由最后一个测量值按 k³ 和 k² 推算：LeNet-5 走一步要 \(hours) 小时，AlexNet 要 \(years) 年。
          """))
  }
}
