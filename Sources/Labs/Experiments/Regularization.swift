import Explain
import Foundation
import Plots
import Training

extension Lab {
  /// L1 makes weights 0, L2 makes them small (L5.6).
  static let regularization = Lab(
    name: "regularization", rows: ["L5.6"],
    title: Prose(en: "L1 and L2 regularisation", zh: "L1 与 L2 正则化"),
    claim: Prose(
      en: """
        L1 regularisation makes weights sparse and so selects features; L2 regularisation, weight \
        decay, drives all weights towards the origin. Both limit the capacity.
        """,
      zh: "L1 正则化使权重稀疏，从而选择特征；L2 正则化（权重衰减）把所有权重拉向原点。两者都限制模型容量。")
  ) { notebook in
    followNotes(&notebook)
    try followPaths(&notebook)
  }

  /// One step with the notes' numbers.
  private static func followNotes(_ notebook: inout Notebook) {
    notebook.section(Prose(en: "One step", zh: "一步更新"))
    notebook.write(
      Prose(
        en: """
          The notes' numbers: w = 0.5, η = 0.1, λ = 0.1 and ∇L = 0.2. L1 takes \
          w − η(∇L + λ·sign w), L2 takes (1 − λη)·w − η∇L.
          """,
        zh:
          "笔记中的数字：w = 0.5，η = 0.1，λ = 0.1，∇L = 0.2。L1 取 w − η(∇L + λ·sign w)，L2 取 (1 − λη)·w − η∇L。"
      ))
    let steps = [
      ("L1", PenalizedStep.subgradient, 0.47), ("L2", PenalizedStep.decay, 0.475),
    ].map { name, step, expected in (name, step(0.5, 0.2, 0.1, 0.1), expected) }
    notebook.table(
      [
        Prose(en: "Penalty", zh: "正则项"), Prose(en: "w after the step", zh: "更新后的 w"),
        Prose(en: "In the notes", zh: "笔记中的值"),
      ],
      steps.map { name, found, expected in
        [name, LabNumber.text(found), LabNumber.text(expected)].map { .digits($0) }
      })
    notebook.note(
      Prose(
        en: """
          One printed form of the L1 update has the factor λ_η·w/|w|; what is meant is \
          λη·sign(w), with sign(0) = 0.
          """,
        zh: "笔记中 L1 更新的一处写作 λ_η·w/|w|，应理解为 λη·sign(w)，其中 sign(0) = 0。"))
    notebook.conclude(
      "notes-difference",
      Prose(en: "Both steps give the notes' numbers (largest difference)", zh: "两步都得到笔记中的数字（最大差）"),
      steps.map { abs($0.1 - $0.2) }.max()!, .atMost(1e-12))
  }

  /// Weights that matter, and 15 that do not.
  private static let truth: [Double] = [3, -2.5, 2, -1.5, 1] + [Double](repeating: 0, count: 15)
  private static let relevant = 5
  private static let sampleCount = 40
  private static let problemCount = 20
  private static let learningRate = 0.1
  private static let strengths = (0...24).map { pow(10, Double($0) / 6 - 3) }
  /// The strength at which weights are counted, about 0.46.
  private static let chosen = 16

  /// The weights and test errors of one problem, for each strength.
  private struct Paths {
    var proximal: [[Double]] = []
    var subgradient: [[Double]] = []
    var decay: [[Double]] = []
    var errors: (l1: [Double], l2: [Double]) = ([], [])
  }

  /// Weights over the strength of the penalty.
  private static func followPaths(_ notebook: inout Notebook) throws {
    notebook.section(Prose(en: "Weights by the strength λ", zh: "权重随强度 λ 的变化"))
    notebook.write(
      Prose(
        en: """
          Linear regression with \(truth.count) random inputs, of which \(relevant) matter (true \
          weights 3, −2.5, 2, −1.5, 1), on \(sampleCount) samples with noise of N(0, 1); the loss \
          is half the mean squared error. L1 is done twice, each with 1,500 steps of η = \
          \(LabNumber.chosen(learningRate)): by the course's update with sign w, and by proximal \
          steps, which go towards 0 by ηλ but never beyond. L2's weights are solved for. Counts \
          and errors are those of \(problemCount) such problems, the error on 1,000 other samples.
          """,
        zh: """
          线性回归，\(truth.count) 个随机输入，其中 \(relevant) 个有用（真实权重 3、−2.5、2、−1.5、1），\
          \(sampleCount) 个样本，噪声为 N(0, 1)；损失为均方误差的一半。L1 做两遍，各 1500 步，η = \
          \(LabNumber.chosen(learningRate))：一遍用课程的 sign w 更新，一遍用近端（proximal）步，每步向 0 移动 ηλ 但不越过 0。\
          L2 的权重直接解出。计数和误差取自 \(problemCount) 个这样的问题，误差在另外 1000 个样本上测量。
          """))
    let problems = try (0..<problemCount).map { number in
      let solved = try paths(number: number, seed: notebook.seed)
      try notebook.reach(Double(number + 1) / Double(problemCount))
      return solved
    }
    try draw(&notebook, problems[0])
    try count(&notebook, problems)
    let l1 = strengths.indices.map { index in
      Statistics.mean(problems.map { $0.errors.l1[index] })
    }
    let l2 = strengths.indices.map { index in
      Statistics.mean(problems.map { $0.errors.l2[index] })
    }
    try notebook.figure(
      "error-by-strength",
      Chart(
        notebook.words("Test error by strength", "测试误差与强度"),
        x: Axis(notebook.words("strength λ", "强度 λ"), scale: .logarithmic),
        y: Axis(notebook.words("mean squared error", "均方误差"), scale: .logarithmic),
        marks: [
          .line("L1", x: strengths, y: l1), .line("L2", x: strengths, y: l2),
          .rule(notebook.words("variance of the noise", "噪声方差"), y: 1),
        ]),
      caption: Prose(
        en: """
          With λ too small the model overfits, with λ too large it underfits. Where most inputs do \
          not matter, L1 gains more than L2.
          """,
        zh: "λ 太小会过拟合，太大会欠拟合。多数输入无用时，L1 的收益大于 L2。"))
    notebook.conclude(
      "l1-error-ratio",
      Prose(
        en: "L1 at its best λ lowers the test error, against the smallest λ, to a part of it",
        zh: "L1 取最佳 λ 时，测试误差降到最小 λ 时的几分之几"),
      l1.min()! / l1[0], .atMost(0.85))
    notebook.conclude(
      "l1-over-l2",
      Prose(
        en: "Each at its best λ, L1 errs less than L2: ratio of the test errors",
        zh: "各取最佳 λ 时，L1 的误差小于 L2：测试误差之比"),
      l1.min()! / l2.min()!, .atMost(0.9))
  }

  /// Draws a problem and solves it for every strength.
  private static func paths(number: Int, seed: UInt64) throws -> Paths {
    var random = RandomGenerator(
      key: RandomKey(seed: seed, path: "problem", step: UInt64(number)))
    func samples(_ count: Int) -> (inputs: NDArray, targets: NDArray) {
      let rows = (0..<count).map { _ in truth.map { _ in random.normal() } }
      let targets = rows.map { row in
        zip(row, truth).reduce(random.normal()) { $0 + $1.0 * $1.1 }
      }
      return (NDArray(rows: rows), NDArray(targets, shape: [count, 1]))
    }
    let (inputs, targets) = samples(sampleCount)
    let test = samples(1000)
    // ∇L = Hw − c
    let hessian = inputs.matmul(inputs, transposeSelf: true) / Double(sampleCount)
    let slope = inputs.matmul(targets, transposeSelf: true) / Double(sampleCount)
    func error(_ weights: [Double]) -> Double {
      let predicted = test.inputs.matmul(NDArray(weights, shape: [weights.count, 1]))
      return (predicted - test.targets).squared().mean().item
    }
    var paths = Paths()
    for strength in strengths {
      let descend = { (step: (Double, Double, Double, Double) -> Double) in
        descent(hessian.doubles, slope.doubles, strength: strength, step)
      }
      paths.proximal.append(descend(PenalizedStep.proximal))
      paths.subgradient.append(descend(PenalizedStep.subgradient))
      let penalized = hessian + NDArray.identity(truth.count, dtype: .float64) * strength
      paths.decay.append(try LinearAlgebra.solve(penalized, slope).doubles)
      paths.errors.l1.append(error(paths.proximal.last!))
      paths.errors.l2.append(error(paths.decay.last!))
    }
    return paths
  }

  /// Gradient descent from 0 with a penalty's step.
  private static func descent(
    _ hessian: [Double], _ slope: [Double], strength: Double,
    _ step: (Double, Double, Double, Double) -> Double
  ) -> [Double] {
    let count = slope.count
    var weights = [Double](repeating: 0, count: count)
    var next = weights
    for _ in 0..<1500 {
      for row in 0..<count {
        var gradient = -slope[row]
        for column in 0..<count { gradient += hessian[row * count + column] * weights[column] }
        next[row] = step(weights[row], gradient, learningRate, strength)
      }
      swap(&weights, &next)
    }
    return weights
  }

  /// The first problem's weights.
  private static func draw(_ notebook: inout Notebook, _ paths: Paths) throws {
    for (name, weights) in [("L1", paths.proximal), ("L2", paths.decay)] {
      // Lines of one kind share a colour and an entry of the legend.
      let lines = truth.indices.reversed().map { index in
        Mark.line(
          index < relevant
            ? notebook.words("inputs that matter", "有用输入")
            : notebook.words("idle inputs", "无用输入"),
          x: strengths, y: weights.map { $0[index] })
      }
      try notebook.figure(
        "path-\(name.lowercased())",
        Chart(
          notebook.words("Weights under \(name)", "\(name) 下的权重"),
          x: Axis(notebook.words("strength λ", "强度 λ"), scale: .logarithmic),
          y: Axis(notebook.words("weight", "权重")),
          marks: lines + [.rule("", y: 0)]),
        caption: name == "L1"
          ? Prose(
            en: """
              Proximal L1: with growing λ one weight after the other becomes 0 and stays there, \
              those of idle inputs, which do not matter, first.
              """,
            zh: "近端 L1：随着 λ 增大，权重一个接一个变为 0 并保持不变，无用输入的权重最先归零。")
          : Prose(
            en: "L2: the weights shrink as a whole, and none becomes 0.",
            zh: "L2：权重整体缩小，没有一个变为 0。"))
    }
  }

  /// Zeros at the chosen strength.
  private static func count(_ notebook: inout Notebook, _ problems: [Paths]) throws {
    let strength = strengths[chosen]
    let step = learningRate * strength
    func share(
      _ path: KeyPath<Paths, [[Double]]>, _ inputs: Range<Int>, _ holds: (Double) -> Bool
    ) -> Double {
      let weights = problems.flatMap { $0[keyPath: path][chosen][inputs] }
      return Double(weights.count(where: holds)) / Double(weights.count)
    }
    let (needed, idle) = (0..<relevant, relevant..<truth.count)
    let methods: [(Prose, KeyPath<Paths, [[Double]]>)] = [
      (Prose(en: "L1, proximal", zh: "L1，近端"), \.proximal),
      (Prose(en: "L1, sign w", zh: "L1，sign w"), \.subgradient),
      (Prose(en: "L2", zh: "L2"), \.decay),
    ]
    notebook.table(
      [
        Prose(en: "At λ = \(LabNumber.text(strength))", zh: "λ = \(LabNumber.text(strength)) 时"),
        Prose(en: "Idle inputs, weight 0", zh: "无用输入，权重为 0"),
        Prose(en: "Idle inputs, |w| ≤ 2ηλ", zh: "无用输入，|w| ≤ 2ηλ"),
        Prose(en: "Inputs that matter, weight 0", zh: "有用输入，权重为 0"),
      ],
      methods.map { name, path in
        [.prose(name)]
          + [
            share(path, idle) { $0 == 0 }, share(path, idle) { abs($0) <= 2 * step },
            share(path, needed) { $0 == 0 },
          ].map { .digits(LabNumber.text($0)) }
      })
    notebook.note(
      Prose(
        en: """
          The update with sign w makes no weight exactly 0: near 0 each step is about ηλ long and \
          goes beyond, so that the weight swings around 0 within 2ηλ = \
          \(LabNumber.text(2 * step)). What it leaves is sparse only after small weights are set \
          to 0.
          """,
        zh: """
          sign w 更新不会使任何权重恰好为 0：在 0 附近每步长约 ηλ，会越过 0，权重便在 0 附近 2ηλ = \
          \(LabNumber.text(2 * step)) 之内来回摆动。要得到真正的稀疏，还须把很小的权重置为 0。
          """))
    let left = problems.flatMap { problem in
      zip(problem.proximal[chosen], problem.subgradient[chosen]).filter { $0.0 == 0 }.map {
        abs($0.1)
      }
    }
    notebook.conclude(
      "l1-zeros",
      Prose(
        en: "Proximal L1 makes weights of idle inputs exactly 0, a share",
        zh: "近端 L1 使无用输入的权重恰好为 0 的比例"),
      share(\.proximal, idle) { $0 == 0 }, .atLeast(0.85))
    notebook.conclude(
      "sign-swing",
      Prose(
        en: "Where proximal L1 gives 0, sign w ends within 2ηλ of 0 (largest, in 2ηλ)",
        zh: "近端 L1 得 0 之处，sign w 更新停在 0 附近 2ηλ 之内（最大者，以 2ηλ 计）"),
      left.max()! / (2 * step), .atMost(1.25))
    let zeros = problems.reduce(0) { $0 + $1.decay.joined().count { $0 == 0 } }
    let norms = [0, chosen].map { index in
      Statistics.mean(
        problems.map { $0.decay[index].reduce(0) { $0 + $1 * $1 }.squareRoot() }
      )
    }
    notebook.conclude(
      "l2-zeros",
      Prose(en: "L2 makes no weight 0, at any λ (how many)", zh: "L2 在任何 λ 下都不使权重为 0（个数）"),
      Double(zeros), .atMost(0))
    notebook.conclude(
      "l2-shrinkage",
      Prose(
        en:
          "But it shrinks them: their norm at λ = \(LabNumber.text(strength)) over that at the smallest λ",
        zh: "但会使权重缩小：λ = \(LabNumber.text(strength)) 时的范数与最小 λ 时之比"),
      norms[1] / norms[0], .atMost(0.85))
  }
}
