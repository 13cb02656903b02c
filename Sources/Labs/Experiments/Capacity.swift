import Explain
import Foundation
import Plots
import Training

extension Lab {
  /// Training and test error, and the gap between them, against a model's capacity (L3.1).
  static let capacity = Lab(
    name: "capacity", rows: ["L3.1"],
    title: Prose(
      en: "Capacity, underfitting and overfitting", zh: "模型容量、欠拟合与过拟合"),
    claim: Prose(
      en: """
        With growing capacity the training error falls, while the test error falls and then rises \
        again: before its minimum a model underfits, beyond it the model overfits, and the gap \
        between the two errors grows.
        """,
      zh: "随着容量增大，训练误差不断下降，测试误差先降后升：最低点之前是欠拟合，之后是过拟合，两种误差之间的差距越来越大。")
  ) { notebook in
    let best = try measureDegrees(&notebook)
    try drawFits(&notebook, best: best)
    try measureSizes(&notebook)
  }

  private static let degrees = Array(0...12)
  private static let sampleCount = 30
  private static let setCount = 100
  private static let noise = 0.3

  /// One and a half waves over [−1, 1], which no polynomial is.
  private static func truth(_ x: Double) -> Double { sin(1.5 * Double.pi * x) }

  /// Noisy values of the truth at places drawn evenly.
  private static func draw(
    _ count: Int, _ random: inout RandomGenerator
  ) -> (places: [Double], values: [Double]) {
    let places = (0..<count).map { _ in 2 * random.uniform() - 1 }
    return (places, places.map { truth($0) + noise * random.normal() })
  }

  private static func error(
    _ coefficients: NDArray, _ basis: NDArray, _ values: [Double]
  ) -> Double {
    let target = NDArray(values, shape: [values.count, 1])
    return (basis.matmul(coefficients) - target).squared().mean().item
  }

  /// Errors of every degree on many training sets.
  /// - Returns: The degree with the least test error.
  private static func measureDegrees(_ notebook: inout Notebook) throws -> Int {
    notebook.section(Prose(en: "Errors by degree", zh: "误差与次数"))
    notebook.write(
      Prose(
        en: """
          The capacity is the degree of a polynomial in one number x. A training set has \
          \(sampleCount) samples y = sin(1.5·π·x) + noise with x drawn evenly from −1 to 1 and the \
          noise's standard deviation \(LabNumber.chosen(noise)). Polynomials of degree \
          \(degrees.first!) to \(degrees.last!) are fitted by least squares, in Legendre's basis, \
          to each of \(setCount) such sets; the test error is the mean squared error on 1,000 \
          other samples. Numbers are medians over the sets.
          """,
        zh: """
          容量指一元多项式的次数。每个训练集有 \(sampleCount) 个样本，y = sin(1.5·π·x) + 噪声，x 在 −1 到 1 之间均匀抽取，\
          噪声标准差为 \(LabNumber.chosen(noise))。在勒让德基下用最小二乘法，对 \(setCount) 个训练集分别拟合 \
          \(degrees.first!) 到 \(degrees.last!) 次多项式；测试误差是在另外 1000 个样本上的均方误差。所列数字是各训练集的中位数。
          """))
    var random = RandomGenerator(key: RandomKey(seed: notebook.seed, path: "samples"))
    let test = draw(1000, &random)
    let bases = degrees.map { Legendre.basis(test.places, degree: $0) }
    var training = [[Double]](repeating: [], count: degrees.count)
    var testing = training
    var largestRise = 0.0
    for set in 0..<setCount {
      let (places, values) = draw(sampleCount, &random)
      for (index, degree) in degrees.enumerated() {
        let fitted = try Legendre.fit(places, values, degree: degree)
        training[index].append(error(fitted, Legendre.basis(places, degree: degree), values))
        testing[index].append(error(fitted, bases[index], test.values))
        if index > 0 {
          largestRise = max(largestRise, training[index][set] - training[index - 1][set])
        }
      }
      if set % 10 == 0 { try notebook.reach(0.8 * Double(set) / Double(setCount)) }
    }
    let gaps = zip(training, testing).map { zip($0, $1).map { $1 - $0 } }
    let middle = (
      training: training.map(Statistics.median), test: testing.map(Statistics.median),
      gap: gaps.map(Statistics.median)
    )
    let best = degrees.indices.min { middle.test[$0] < middle.test[$1] }!
    notebook.table(
      [
        Prose(en: "Degree", zh: "次数"), Prose(en: "Training error", zh: "训练误差"),
        Prose(en: "Test error", zh: "测试误差"), Prose(en: "Gap", zh: "差距"),
      ],
      degrees.map { degree in
        [.digits("\(degree)")]
          + [middle.training, middle.test, middle.gap].map {
            .digits(LabNumber.text($0[degree]))
          }
      })
    let x = degrees.map(Double.init)
    func band(_ name: String, _ values: [[Double]]) -> Mark {
      .band(
        name, x: x, lower: values.map { Statistics.quantile(0.25, of: $0) },
        upper: values.map { Statistics.quantile(0.75, of: $0) })
    }
    let (trainingName, testName) = (
      notebook.words("training", "训练"), notebook.words("test", "测试")
    )
    try notebook.figure(
      "error-by-degree",
      Chart(
        notebook.words("Error by degree", "误差与次数"), x: Axis(notebook.words("degree", "次数")),
        y: Axis(notebook.words("mean squared error", "均方误差"), scale: .logarithmic),
        marks: [
          band(trainingName, training), band(testName, testing),
          .line(trainingName, x: x, y: middle.training), .line(testName, x: x, y: middle.test),
          .rule(notebook.words("least test error", "测试误差最小"), x: x[best]),
          .rule(notebook.words("variance of the noise", "噪声方差"), y: noise * noise),
        ]),
      caption: Prose(
        en: """
          Medians over the training sets, with the middle half of the sets shaded. Below the \
          variance of the noise no test error can be expected to fall: a training error that is \
          less has learned the noise.
          """,
        zh: "各训练集的中位数，阴影为居中的一半训练集。测试误差的期望不会低于噪声方差；训练误差低于它，说明模型学到了噪声。"))
    conclude(&notebook, best, middle.test, middle.gap, largestRise)
    return best
  }

  private static func conclude(
    _ notebook: inout Notebook, _ best: Int, _ test: [Double], _ gap: [Double],
    _ largestRise: Double
  ) {
    notebook.note(
      Prose(
        en: """
          The notes call the gap the generalisation error; that name is usual for the test error \
          itself. They also say that the gap means something only where the training error is \
          small. The table shows why: a model that underfits badly errs differently on every set, \
          so that the gap need not grow with the degree; it is \(LabNumber.text(gap[2])) at degree \
          2 and \(LabNumber.text(gap[best])) at degree \(degrees[best]).
          """,
        zh: """
          笔记把这一差距叫作 generalization error，通常该名称指测试误差本身，差距应称为泛化差距（generalization gap）。\
          笔记还说，只有训练误差小的时候谈差距才有意义。表中可见原因：严重欠拟合的模型在每个训练集上错得不一样，\
          差距不一定随次数增大：2 次时为 \(LabNumber.text(gap[2]))，\(degrees[best]) 次时为 \(LabNumber.text(gap[best]))。
          """))
    let last = degrees.count - 1
    notebook.conclude(
      "training-error-rise",
      Prose(
        en: "On no set does a higher degree raise the training error (largest rise)",
        zh: "在任何训练集上，次数升高都不会使训练误差上升（最大上升量）"),
      largestRise, .atMost(1e-10))
    notebook.conclude(
      "best-degree",
      Prose(
        en: "The test error is least at a degree between the ends", zh: "测试误差在两端之间的某个次数取得最小值"),
      Double(degrees[best]), .within(3...9))
    notebook.conclude(
      "test-error-at-ends",
      Prose(
        en: "At both ends the test error is a multiple of its least value (the smaller multiple)",
        zh: "在两端，测试误差是其最小值的数倍（取较小的倍数）"),
      min(test[0], test[last]) / test[best], .atLeast(2))
    notebook.conclude(
      "gap-growth",
      Prose(
        en: "From the best degree to the highest the gap grows to a multiple",
        zh: "从最佳次数到最高次数，差距增大到数倍"),
      gap[last] / gap[best], .atLeast(4))
  }

  /// Three polynomials on one training set.
  private static func drawFits(_ notebook: inout Notebook, best: Int) throws {
    notebook.section(Prose(en: "One training set", zh: "一个训练集"))
    var random = RandomGenerator(key: RandomKey(seed: notebook.seed, path: "one set"))
    let (places, values) = draw(sampleCount, &random)
    var marks: [Mark] = [.points(notebook.words("samples", "样本"), x: places, y: values)]
    let grid = (0...400).map { Double($0) / 200 - 1 }
    for degree in [1, degrees[best], degrees.last!] {
      let fitted = try Legendre.fit(places, values, degree: degree)
      let curve = Legendre.basis(grid, degree: degree).matmul(fitted).doubles
      marks.append(
        .line(notebook.words("degree \(degree)", "\(degree) 次"), x: grid, y: curve))
    }
    try notebook.figure(
      "three-degrees",
      Chart(
        notebook.words("Three polynomials", "三个多项式"), x: Axis("x", range: -1...1),
        y: Axis("y", range: -2.5...2.5),
        marks: marks),
      caption: Prose(
        en: """
          The straight line misses the waves: it underfits. The highest degree bends after single \
          samples, most of all at the ends: it overfits.
          """,
        zh: "直线抓不住波形，是欠拟合；最高次的曲线追着个别样本弯曲，两端尤其明显，是过拟合。"))
  }

  /// The gap of the highest degree against the number of samples.
  private static func measureSizes(_ notebook: inout Notebook) throws {
    notebook.section(Prose(en: "More samples", zh: "更多样本"))
    let degree = degrees.last!
    let sizes = [1, 3, 10, 30].map { $0 * sampleCount }
    let sets = 25
    notebook.write(
      Prose(
        en: """
          The same at degree \(degree) with more samples to train on, \(sets) sets of each size: \
          whether a capacity is too large depends on the data.
          """,
        zh: "在 \(degree) 次上用更多训练样本重做，每种大小 \(sets) 个训练集：容量是否过大取决于数据量。"))
    var random = RandomGenerator(key: RandomKey(seed: notebook.seed, path: "sizes"))
    let test = draw(1000, &random)
    let testBasis = Legendre.basis(test.places, degree: degree)
    var errors: [(training: Double, test: Double, gap: Double)] = []
    for (number, size) in sizes.enumerated() {
      let pairs = try (0..<sets).map { _ in
        let (places, values) = draw(size, &random)
        let fitted = try Legendre.fit(places, values, degree: degree)
        return (
          error(fitted, Legendre.basis(places, degree: degree), values),
          error(fitted, testBasis, test.values)
        )
      }
      errors.append(
        (
          Statistics.median(pairs.map(\.0)), Statistics.median(pairs.map(\.1)),
          Statistics.median(pairs.map { $1 - $0 })
        ))
      try notebook.reach(0.8 + 0.2 * Double(number + 1) / Double(sizes.count))
    }
    let x = sizes.map(Double.init)
    try notebook.figure(
      "error-by-samples",
      Chart(
        notebook.words("Error of degree \(degree) by samples", "\(degree) 次多项式的误差与样本数"),
        x: Axis(notebook.words("training samples", "训练样本数"), scale: .logarithmic),
        y: Axis(notebook.words("mean squared error", "均方误差"), scale: .logarithmic),
        marks: [
          .line(notebook.words("training", "训练"), x: x, y: errors.map(\.training)),
          .line(notebook.words("test", "测试"), x: x, y: errors.map(\.test)),
          .rule(notebook.words("variance of the noise", "噪声方差"), y: noise * noise),
        ]),
      caption: Prose(
        en: "With more samples both errors approach the variance of the noise.",
        zh: "样本增多时，两种误差都趋近噪声方差。"))
    notebook.conclude(
      "gap-with-samples",
      Prose(
        en: "With ten times the samples no more than a fraction of the gap is left",
        zh: "样本增加到十倍后，差距只剩一小部分"),
      errors[2].gap / errors[0].gap, .atMost(0.25))
  }
}
