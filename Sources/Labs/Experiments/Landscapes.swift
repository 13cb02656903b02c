import Explain
import Foundation
import Plots
import Training

extension Lab {
  /// The hazards of loss landscapes, and what optimizers make of them (L5.2 to L5.5).
  static let landscapes = Lab(
    name: "landscapes", rows: ["L5.2", "L5.3", "L5.4", "L5.5"],
    title: Prose(en: "Optimizers in loss landscapes", zh: "损失地形中的优化算法"),
    claim: Prose(
      en: """
        Ill-conditioning (the eigenvalues of the Hessian), local minima, saddle points, plateaus and \
        cliffs make descent slow or throw it off. Momentum damps oscillation and converges faster, \
        Nesterov's form better still; delta-bar-delta, AdaGrad, RMSProp and Adam give each weight a \
        rate of its own; Newton's method uses the curvature; gradients that explode are clipped.
        """,
      zh: """
        病态（Hessian 矩阵的特征值）、局部极小值、鞍点、高原和悬崖会使下降变慢或偏离。动量抑制振荡、收敛更快，Nesterov 动量更好；\
        delta-bar-delta、AdaGrad、RMSProp 和 Adam 让每个权重有自己的学习率；牛顿法利用曲率；爆炸的梯度要裁剪。
        """)
  ) { notebook in
    try condition(&notebook)
    try race(&notebook)
    try turn(&notebook)
    try stationaryPoints(&notebook)
    try clip(&notebook)
  }

  private static func text(_ number: Double) -> Table.Cell { .digits(LabNumber.text(number)) }

  // MARK: Condition

  /// Steps over the condition number.
  private static func condition(_ notebook: inout Notebook) throws {
    let conditions = [10.0, 30, 100, 300, 1000]
    notebook.section(Prose(en: "Ill-conditioning", zh: "病态"))
    notebook.write(
      Prose(
        en: """
          Ravines ½(u² + κv²), turned by 30°, from \(Race.startCount) places at distance 1 of the \
          minimum until the distance is a thousandth. The condition number is the ratio of the \
          Hessian's eigenvalues λ at the start, as the tape computes them. Gradient descent has the \
          best constant rate, 2/(λ_min + λ_max); momentum the best pair, η = 4/(√λ_min + √λ_max)² \
          and μ = ((√κ − 1)/(√κ + 1))². Steps are the median of the starts, Newton's the most of any.
          """,
        zh: """
          峡谷 ½(u² + κv²)，旋转 30°，从距极小值 1 的 \(Race.startCount) 处出发，到距离为千分之一为止。条件数是起点处 Hessian \
          矩阵特征值 λ 之比，由计算图求得。梯度下降用最优的常数学习率 2/(λ_min + λ_max)；动量用最优的一对参数 \
          η = 4/(√λ_min + √λ_max)²、μ = ((√κ − 1)/(√κ + 1))²。步数取各起点的中位数，牛顿法取最多者。
          """))
    var random = RandomGenerator(key: RandomKey(seed: notebook.seed, path: "condition"))
    let starts = (0..<Race.startCount).map { _ in
      let angle = 2 * Double.pi * random.uniform()
      return SIMD2(cos(angle), sin(angle))
    }
    var steps: (descent: [Double], momentum: [Double], newton: [Double]) = ([], [], [])
    var rows: [[Table.Cell]] = []
    var difference = 0.0
    for (number, condition) in conditions.enumerated() {
      let landscape = Landscape.ravine(condition: condition, distance: 1e-3)
      let values = try landscape.eigenvalues(at: starts[0])
      let measured = values[1] / values[0]
      difference = max(difference, abs(measured / condition - 1))
      let (flat, steep, root) = (
        values[0].squareRoot(), values[1].squareRoot(), measured.squareRoot()
      )
      let (descent, momentum, newton) = (
        PlaneDescent(
          landscape, from: starts, by: SGD(learningRate: 2 / (values[0] + values[1])),
          steps: 10_000),
        PlaneDescent(
          landscape, from: starts,
          by: SGD(
            learningRate: 4 / ((flat + steep) * (flat + steep)),
            momentum: ((root - 1) / (root + 1)) * ((root - 1) / (root + 1)), form: .course),
          steps: 10_000),
        try PlaneDescent(landscape, from: starts, by: NewtonMethod())
      )
      steps.descent.append(descent.medianSteps)
      steps.momentum.append(momentum.medianSteps)
      steps.newton.append(newton.mostSteps)
      rows.append(
        [
          condition, values[0], values[1], descent.medianSteps, momentum.medianSteps,
          newton.mostSteps,
        ].map(text))
      try notebook.reach(0.2 * Double(number + 1) / Double(conditions.count))
    }
    notebook.table(
      [
        Prose("κ"), Prose("λ_min"), Prose("λ_max"),
        Race.methods[0].title, Race.methods[1].title, Race.newtonTitle,
      ], rows)
    try notebook.figure(
      "steps-by-condition",
      Chart(
        notebook.words("Steps to a thousandth of the distance", "到距离的千分之一所需步数"),
        x: Axis(notebook.words("condition number κ", "条件数 κ"), scale: .logarithmic),
        y: Axis(notebook.words("steps", "步数"), scale: .logarithmic),
        marks: [
          .line(notebook.words(Race.methods[0].title), x: conditions, y: steps.descent),
          .line(notebook.words(Race.methods[1].title), x: conditions, y: steps.momentum),
          .line(notebook.words(Race.newtonTitle), x: conditions, y: steps.newton),
        ], height: 340),
      caption: Prose(
        en: """
          On logarithmic axes: gradient descent's steps grow as κ, momentum's as its root, and \
          Newton's method needs one step at any κ.
          """,
        zh: "两轴均为对数：梯度下降的步数随 κ 增长，动量随 κ 的平方根增长，牛顿法在任何 κ 下都只需一步。"))
    notebook.conclude(
      "condition-difference",
      Prose(
        en: "The Hessian's eigenvalues have the ratio κ (largest relative difference)",
        zh: "Hessian 矩阵特征值之比为 κ（最大相对差）"), difference, .atMost(1e-9))
    notebook.conclude(
      "descent-exponent",
      Prose(en: "Gradient descent's steps grow as κ to the power", zh: "梯度下降的步数按 κ 的多少次幂增长"),
      Statistics.exponent(x: conditions, y: steps.descent), .within(0.85...1.15))
    notebook.conclude(
      "momentum-exponent",
      Prose(en: "Momentum's steps grow as κ to the power", zh: "动量的步数按 κ 的多少次幂增长"),
      Statistics.exponent(x: conditions, y: steps.momentum), .within(0.35...0.65))
    notebook.conclude(
      "newton-steps",
      Prose(en: "Newton's method takes steps, at most", zh: "牛顿法的最多步数"),
      steps.newton.max()!, .atMost(1))
  }

  // MARK: Race

  /// Every optimizer on every landscape.
  private static func race(_ notebook: inout Notebook) throws {
    notebook.section(Prose(en: "Eight methods on five landscapes", zh: "八种方法，五种地形"))
    notebook.write(
      Prose(
        en: """
          The library's optimizers, each at a constant rate η that was chosen for few steps; \
          momentum and Nesterov's form at the same η and μ = 0.9. Newton's method is the damped one \
          with a line search, which only goes down. From \(Race.startCount) starts each, the median \
          of the steps until a minimum is nearer than 0.05, at the cliff until the loss is below \
          0.001; ∞ where that was not within \(Race.stepLimit) steps. In brackets: η.
          """,
        zh: """
          用本库的优化算法，各以固定的学习率 η（按步数少选取）；动量与 Nesterov 动量用相同的 η 和 μ = 0.9。牛顿法带阻尼和线搜索，只会下降。\
          每种地形 \(Race.startCount) 个起点，步数取中位数：到距极小值 0.05 以内为止，悬崖则到损失低于 0.001 为止；\
          \(Race.stepLimit) 步内未到达记 ∞。括号内为 η。
          """))
    var results: [[PlaneDescent]] = []
    for (number, race) in Race.all.enumerated() {
      results.append(try race.run(seed: notebook.seed))
      try notebook.reach(0.2 + 0.5 * Double(number + 1) / Double(Race.all.count))
    }
    let titles = Race.methods.map(\.title) + [Race.newtonTitle]
    notebook.table(
      [Prose(en: "Method", zh: "方法")] + Race.all.map(\.landscape.title),
      titles.enumerated().map { number, title in
        [.prose(title)]
          + Race.all.indices.map { race in
            let steps = LabNumber.text(results[race][number].medianSteps)
            let rates = Race.all[race].rates
            return .digits(
              rates.indices.contains(number)
                ? "\(steps) (\(rates[number]))" : steps)
          }
      })
    for (race, caption) in zip(Race.all.indices, captions) {
      try notebook.figure(
        ["ravine", "saddle", "plateau", "cliff", "rosenbrock"][race],
        Race.all[race].figure(results[race], words: notebook.words), caption: caption)
    }
    func steps(_ race: Int, _ entrant: Race.Entrant) -> Double {
      results[race][entrant.rawValue].medianSteps
    }
    let ratios = Race.all.indices.map { race in
      LabNumber.text(steps(race, .nesterov) / steps(race, .momentum))
    }.joined(separator: ", ")
    notebook.note(
      Prose(
        en: """
          Nesterov's form over momentum at the same η, by landscape in the table's order: \(ratios). \
          It gains where momentum swings to and fro; where the way is straight it hardly does.
          """,
        zh: """
          相同 η 下 Nesterov 动量与动量的步数之比，按表中地形的顺序：\(ratios)。动量来回摆动之处它有优势；路径平直之处差别很小。
          """))
    notebook.conclude(
      "momentum-ratio",
      Prose(
        en: "In the ravine momentum takes of gradient descent's steps a part",
        zh: "在峡谷中，动量的步数是梯度下降的几分之几"),
      steps(0, .momentum) / steps(0, .descent), .atMost(0.6))
    notebook.conclude(
      "nesterov-ratio",
      Prose(
        en: "There Nesterov's form takes of momentum's steps a part, from the slowest start",
        zh: "在那里，Nesterov 动量的步数是动量的几分之几（各取最慢的起点）"),
      results[0][Race.Entrant.nesterov.rawValue].mostSteps
        / results[0][Race.Entrant.momentum.rawValue].mostSteps, .atMost(0.7))
    notebook.conclude(
      "plateau-ratio",
      Prose(
        en: "On the plateau Adam takes of gradient descent's steps a part",
        zh: "在高原上，Adam 的步数是梯度下降的几分之几"),
      steps(2, .adam) / steps(2, .descent), .atMost(0.3))
    notebook.conclude(
      "saddle-ratio",
      Prose(
        en: "From the saddle AdaGrad takes of gradient descent's steps a part",
        zh: "离开鞍点时，AdaGrad 的步数是梯度下降的几分之几"),
      steps(1, .adaGrad) / steps(1, .descent), .atMost(0.5))
  }

  private static let captions = [
    Prose(
      en: """
        The ravine ½(u² + 100v²), turned by 30°, and the ways from one start: a ring where they \
        begin, a disc where they end. Gradient descent and momentum cross it to and fro; Newton's \
        one step leads to the minimum.
        """,
      zh: """
        峡谷 ½(u² + 100v²)，旋转 30°，及从同一起点出发的路径：圆环为起点，圆点为终点。梯度下降和动量来回穿越；牛顿法一步到达极小值。
        """),
    Prose(
      en: """
        The saddle ½x² − ½y² + ¼y⁴ + y/10. The start is a millionth beside the line that leads into \
        it. Methods that divide by the gradient's size leave at once, the others only after they \
        have nearly come to rest.
        """,
      zh: """
        鞍点 ½x² − ½y² + ¼y⁴ + y/10。起点距通向鞍点的直线仅百万分之一。除以梯度大小的方法立刻离开，其他方法先几乎停在鞍点。
        """),
    Prose(
      en: """
        The plateau 1 − exp(−½(x² + y²)). At the start, 4 from the minimum, the gradient is less \
        than a hundredth, and gradient descent's steps are as small; those of methods that divide \
        by the gradient's size are not.
        """,
      zh: """
        高原 1 − exp(−½(x² + y²))。起点距极小值 4，梯度不到百分之一，梯度下降的步子同样小；除以梯度大小的方法则不然。
        """),
    Prose(
      en: """
        The cliff: (h − 0.7)² of a recurrent unit h ← σ(w₁·h + w₂) after 50 steps from ½. The starts \
        are below the wall where the unit goes over from low to high; one gradient of the wall's \
        face throws methods without a bound on their steps out of the figure.
        """,
      zh: """
        悬崖：循环单元 h ← σ(w₁·h + w₂) 从 ½ 起 50 步之后的 (h − 0.7)²。起点在墙脚，墙是单元由低变高之处；\
        墙面上的一次梯度就会把步长没有上界的方法抛出图外。
        """),
    Prose(
      en: """
        Rosenbrock's function (1 − x)² + 100(y − x²)². Into the bent valley all methods come soon; \
        along it only few arrive within \(Race.stepLimit) steps.
        """,
      zh: """
        Rosenbrock 函数 (1 − x)² + 100(y − x²)²。各方法都很快进入弯曲的山谷；但沿着山谷在 \(Race.stepLimit) 步内到达的很少。
        """),
  ]

  /// Ravines along the axes and across them: what squared gradients know, and what the Hessian.
  private static func turn(_ notebook: inout Notebook) throws {
    notebook.section(Prose(en: "Squared gradients are not the Hessian", zh: "梯度平方不是 Hessian"))
    notebook.write(
      Prose(
        en: """
          The ravine of κ = 100 again, with the same starts relative to it: along an axis, and \
          turned by 45°. The rates are those of the table above.
          """,
        zh: "仍是 κ = 100 的峡谷，起点相对峡谷不变：一次沿坐标轴，一次旋转 45°。学习率同上表。"))
    var random = RandomGenerator(key: RandomKey(seed: notebook.seed, path: "turn"))
    let angles = (0..<Race.startCount).map { _ in 2 * Double.pi * random.uniform() }
    var steps: [[Double]] = []
    for degrees in [0.0, 45] {
      let landscape = Landscape.ravine(condition: 100, degrees: degrees)
      let starts = angles.map { angle in
        SIMD2(cos(angle + degrees * .pi / 180), sin(angle + degrees * .pi / 180))
      }
      let entrants = zip(Race.methods, Race.all[0].rates).map { method, rate in
        PlaneDescent(
          landscape, from: starts, by: method.optimizer(rate), steps: Race.stepLimit)
      }
      let newton = try PlaneDescent(landscape, from: starts, by: NewtonMethod())
      steps.append((entrants + [newton]).map(\.medianSteps))
    }
    let titles = Race.methods.map(\.title) + [Race.newtonTitle]
    notebook.table(
      [
        Prose(en: "Method", zh: "方法"), Prose(en: "Steps, along an axis", zh: "沿坐标轴的步数"),
        Prose(en: "Steps, turned by 45°", zh: "旋转 45° 的步数"),
      ],
      titles.enumerated().map { number, title in
        [.prose(title), text(steps[0][number]), text(steps[1][number])]
      })
    notebook.note(
      Prose(
        en: """
          The notes call AdaGrad and RMSProp second-order. They use the squares of gradients, not \
          second derivatives: rates of single weights undo a curvature that lies along the axes, but \
          do not know of one that lies across, which Newton's method, with the Hessian, does. Adam \
          stands for adaptive moment estimation: the moments are the means of gradients and of their \
          squares.
          """,
        zh: """
          笔记把 AdaGrad 和 RMSProp 称为“二阶信息”，指的是梯度的平方，不是二阶导数：每个权重各自的学习率能抵消沿坐标轴的曲率，\
          却不知道斜向的曲率；使用 Hessian 矩阵的牛顿法则知道。Adam 是 adaptive moment estimation（自适应矩估计），\
          矩指梯度及其平方的均值，而不是“自适应动量”。
          """))
    let adaGrad = Race.Entrant.adaGrad.rawValue
    let newton = Race.Entrant.newton.rawValue
    notebook.conclude(
      "turned-adagrad",
      Prose(
        en: "Turned by 45°, AdaGrad takes as many times the steps",
        zh: "旋转 45° 后，AdaGrad 的步数是原来的多少倍"),
      steps[1][adaGrad] / steps[0][adaGrad], .atLeast(5))
    notebook.conclude(
      "turned-newton",
      Prose(
        en: "Turned by 45°, Newton's method takes as many times the steps",
        zh: "旋转 45° 后，牛顿法的步数是原来的多少倍"),
      steps[1][newton] / steps[0][newton], .within(1...1))
    try notebook.reach(0.75)
  }
}
