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
        "Size of the gradient", x: "step",
        y: Axis("‖∇L‖, relative to the start", scale: .logarithmic),
        marks: [
          .line("gradient descent", values: descent, from: 0),
          .line("Newton", x: [0, 1], y: [1, max(left, 1e-16)]),
        ]),
      caption: Prose(
        en: "On a quadratic loss Newton's first step ends in the minimum, but for rounding.",
        zh: "在二次损失上，牛顿法的第一步就到达最小值，只差舍入误差。"))
    notebook.conclude(
      "newton-gradient-left",
      Prose(
        en: "Of the gradient one step of Newton's leaves a share", zh: "牛顿法一步之后剩余的梯度比例"), left,
      .atMost(1e-9))
    notebook.conclude(
      "descent-steps",
      Prose(en: "Gradient descent takes steps for the same", zh: "梯度下降达到同样程度所需步数"),
      Double(descent.count - 1), .atLeast(20))
    try notebook.reach(0.05)
  }

  private static let newtonSizes = [240, 360, 540, 800, 1200]
  private static let descentSizes = [1, 2, 4, 8, 16].map { $0 * 250_000 }

  /// Times and room by the number of parameters.
  private static func measureCost(_ notebook: inout Notebook) throws {
    notebook.section(Prose(en: "What it costs", zh: "一步的代价"))
    let repeats = 7
    notebook.write(
      Prose(
        en: """
          The solution of H·d = ∇L by elimination and the update w − η∇L, in double precision on \
          one thread: the processor's time, the median of \(repeats). Elimination takes ⅔·k³ \
          multiplications and additions, the update k. What both need, the gradient, is not \
          counted, nor is H itself, which takes k backward passes more.
          """,
        zh: """
          用消元法解 H·d = ∇L，以及更新 w − η∇L，双精度，单线程；所列为处理器时间，取 \(repeats) 次的中位数。\
          消元需要约 ⅔·k³ 次乘加，更新只需 k 次。两者都要的梯度不计入；求 H 本身还要再做 k 次反向传播，也不计入。
          """))
    let losses = newtonSizes.map { Quadratic(parameters: $0, seed: notebook.seed) }
    let vectors = descentSizes.map { NDArray.ones([$0], dtype: .float64) }
    let short = newtonSizes.map { NDArray.ones([$0], dtype: .float64) }
    var solves = [[Double]](repeating: [], count: newtonSizes.count)
    var updates = [[Double]](repeating: [], count: descentSizes.count)
    var shortUpdates = solves
    // Sizes take turns, so that a slow moment of the machine does not fall on one of them.
    for turn in 0..<repeats {
      for (index, loss) in losses.enumerated() {
        solves[index].append(
          try ProcessorTime.seconds { _ = try LinearAlgebra.solve(loss.hessian, loss.slope) })
        shortUpdates[index].append(time(ofUpdating: short[index], times: 100))
      }
      for (index, vector) in vectors.enumerated() {
        updates[index].append(time(ofUpdating: vector, times: 3))
      }
      try notebook.reach(0.05 + 0.95 * Double(turn + 1) / Double(repeats))
    }
    let newton = solves.map(Statistics.median)
    let descent = updates.map(Statistics.median)
    let exponent = Statistics.exponent(newtonSizes.map(Double.init), newton)
    let descentExponent = Statistics.exponent(descentSizes.map(Double.init), descent)
    try notebook.figure(
      "time-by-parameters",
      Chart(
        "Time of a step", x: Axis("parameters k", scale: .logarithmic),
        y: Axis("time", unit: "s", scale: .logarithmic),
        marks: [
          .line("Newton's solution", x: newtonSizes.map(Double.init), y: newton),
          .line("gradient descent's update", x: descentSizes.map(Double.init), y: descent),
        ]),
      caption: Prose(
        en: """
          Time over the number of parameters, both on logarithmic axes, where k to a power is a \
          straight line with that power for its slope: \(LabNumber.text(exponent)) and \
          \(LabNumber.text(descentExponent)).
          """,
        zh: """
          时间与参数个数，两轴均为对数；k 的幂在图上是直线，斜率即指数：分别为 \(LabNumber.text(exponent)) 和 \
          \(LabNumber.text(descentExponent))。
          """))
    tabulate(&notebook, newton, exponent, losses.map(\.hessian))
    notebook.conclude(
      "newton-exponent",
      Prose(en: "Newton's time grows as k to the power", zh: "牛顿法的时间按 k 的多少次幂增长"),
      exponent, .within(2.5...3.5))
    notebook.conclude(
      "descent-exponent",
      Prose(en: "The update's time grows as k to the power", zh: "梯度更新的时间按 k 的多少次幂增长"),
      descentExponent, .within(0.5...1.5))
    notebook.conclude(
      "time-ratio",
      Prose(
        en: "With \(newtonSizes.last!) parameters Newton's solution takes as long as updates",
        zh: "\(newtonSizes.last!) 个参数时，牛顿法求解一次相当于多少次梯度更新"),
      newton.last! / Statistics.median(shortUpdates.last!), .atLeast(1000))
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
    _ notebook: inout Notebook, _ times: [Double], _ exponent: Double, _ hessians: [NDArray]
  ) {
    func row(_ name: String, _ seconds: Double, _ bytes: Double) -> [Table.Cell] {
      [name, LabNumber.text(seconds), LabNumber.text(bytes / 1e6)].map { .digits($0) }
    }
    let measured = newtonSizes.indices.map { index in
      row(
        "\(newtonSizes[index])", times[index],
        Double(hessians[index].elementCount * hessians[index].dtype.byteCount))
    }
    let networks = [(61_706, "LeNet-5"), (61_100_840, "AlexNet")].map { k, name in
      let ratio = Double(k) / Double(newtonSizes.last!)
      return row("\(k) (\(name))", times.last! * ratio * ratio * ratio, Double(k) * Double(k) * 8)
    }
    notebook.table(
      [
        Prose(en: "Parameters k", zh: "参数个数 k"),
        Prose(en: "Time of the solution in s", zh: "求解时间（秒）"),
        Prose(en: "Room for H in MB", zh: "存放 H 的空间（MB）"),
      ], measured + networks)
    notebook.note(
      Prose(
        en: """
          The rows of networks are not measured but follow from the last one by k³ and k². A year \
          has 3.15·10⁷ s.
          """,
        zh: "网络的两行不是测得的，而是由最后一个测量值按 k³ 和 k² 推算。一年约 3.15·10⁷ 秒。"))
  }
}
