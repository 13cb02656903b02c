import Explain
import Models
import Plots
import Training

extension Lab {
  /// More paths at equal parameters: the cardinality of ResNeXt (L7.8).
  static let cardinality = Lab(
    name: "cardinality", rows: ["L7.8"],
    title: Prose(en: "Cardinality", zh: "基数"),
    claim: Prose(
      en: """
        ResNeXt splits a bottleneck into paths side by side; their number is the cardinality. A \
        grouped convolution computes all paths at once. More paths of fewer channels have as many \
        parameters, and are no worse on a few small digits; that they help more than depth or width \
        would is what the paper finds on ImageNet.
        """,
      zh: """
        ResNeXt 把瓶颈拆成并列的路径，路径数称为基数。分组卷积一次算出全部路径。路径更多、每条更窄时参数量相同，\
        在少量小数字图像上效果不更差；其效果好于增加深度或宽度，是论文在 ImageNet 上的结论。
        """)
  ) { notebook in
    try countNetworks(&notebook)
    try notebook.reach(0.1)
    try comparePaths(&notebook)
    try notebook.reach(0.15)
    try trainAll(&notebook)
  }

  /// Settings of equal parameters in the paper: table 3 with the errors on ImageNet in per cent.
  private static let settings: [(groups: Int, groupWidth: Int, error: Double)] = [
    (1, 64, 23.9), (2, 40, 23.0), (4, 24, 22.6), (8, 14, 22.3), (32, 4, 22.2),
  ]

  private static func countNetworks(_ notebook: inout Notebook) throws {
    notebook.section(Prose(en: "Equal parameters", zh: "参数量相等"))
    notebook.write(
      Prose(
        en: """
          The library's ResNeXt of 50 layers with C groups of d channels in the first stage's 3 × 3 \
          convolutions, counted from the layers' shapes; 1 × 64 is ResNet-50. Beside it, the error \
          on ImageNet that the paper reports (top-1, per cent; Xie et al., 2017, table 3).
          """,
        zh: """
          库中 50 层 ResNeXt，第一阶段的 3 × 3 卷积分 C 组、每组 d 个通道，由各层形状计数；1 × 64 即 ResNet-50。\
          附论文报告的 ImageNet 错误率（top-1，百分数；Xie 等，2017，表 3）。
          """))
    let counts = try settings.map { setting in
      let network = resNeXt50(groups: setting.groups, groupWidth: setting.groupWidth)
      let summary = try network.summary(input: [1, 3, 224, 224])
      return (parameters: summary.parameters, work: summary.multiplyAdds)
    }
    notebook.table(
      [
        Prose(en: "C × d", zh: "C × d"), Prose(en: "Channels C·d", zh: "通道数 C·d"),
        Prose(en: "Parameters, millions", zh: "参数量（百万）"),
        Prose(en: "Multiplications, millions", zh: "乘法（百万）"),
        Prose(en: "Error in the paper", zh: "论文中的错误率"),
      ],
      zip(settings, counts).map { setting, count in
        [
          "\(setting.groups) × \(setting.groupWidth)", "\(setting.groups * setting.groupWidth)",
          LabNumber.text(Double(count.parameters) / 1e6), LabNumber.text(Double(count.work) / 1e6),
          "\(setting.error)",
        ].map { .digits($0) }
      })
    let parameters = counts.map { Double($0.parameters) }
    notebook.conclude(
      "parameter-spread",
      Prose(
        en: "The most parameters of the five over the fewest", zh: "五种设置的最大与最小参数量之比"),
      parameters.max()! / parameters.min()!, .atMost(1.05))
  }

  /// A bottleneck without offsets in groups.
  private static func bottleneck(_ channels: Int, groups: Int, groupWidth: Int) -> Sequential {
    let width = groups * groupWidth
    return Sequential {
      Conv2D(channels, width, kernel: 1, bias: false, initializer: .heNormal)
      ReLU()
      Conv2D(
        width, width, kernel: 3, padding: 1, groups: groups, bias: false, initializer: .heNormal)
      ReLU()
      Conv2D(width, channels, kernel: 1, bias: false, initializer: .heNormal)
    }
  }

  /// One grouped bottleneck against the sum of its paths.
  private static func comparePaths(_ notebook: inout Notebook) throws {
    let (channels, groups, groupWidth) = (64, 8, 4)
    notebook.section(Prose(en: "Groups are paths", zh: "分组即路径"))
    notebook.write(
      Prose(
        en: """
          A bottleneck of \(channels) channels in \(groups) groups of \(groupWidth), without \
          offsets, against the sum of \(groups) bottlenecks of \(groupWidth) channels that each \
          have their part of its filters; 10 random images, double precision.
          """,
        zh: """
          \(channels) 个通道、分 \(groups) 组、每组 \(groupWidth) 个通道的瓶颈（无偏置），\
          与 \(groups) 个宽 \(groupWidth) 的瓶颈之和比较，后者各取其滤波器的一部分；10 个随机图像，双精度。
          """))
    let images = NDArray.normal(
      [10, channels, 6, 6], key: RandomKey(seed: notebook.seed, path: "images"), dtype: .float64)
    let grouped = bottleneck(channels, groups: groups, groupWidth: groupWidth)
      .initialized(seed: notebook.seed(1), dtype: .float64)
    let whole = LabTraining.output(of: grouped, images)
    var sum = NDArray.zeros(whole.shape, dtype: .float64)
    for group in 0..<groups {
      let part = group * groupWidth..<(group + 1) * groupWidth
      var path = bottleneck(channels, groups: 1, groupWidth: groupWidth)
        .initialized(seed: 0, dtype: .float64)
      for (index, entry) in grouped.state.enumerated() {
        // The last layer's channels come from the path, the others' filters make it.
        LabTraining.set(
          entry.path, of: &path, to: entry.array.sliced(axis: index == 2 ? 1 : 0, part))
      }
      sum = sum + LabTraining.output(of: path, images)
    }
    notebook.conclude(
      "path-difference",
      Prose(
        en: "The grouped bottleneck is the sum of its paths (largest difference)",
        zh: "分组瓶颈等于各路径之和（最大差）"),
      (whole - sum).absolute().maximum().item, .atMost(1e-10))
  }

  private static let small: [(groups: Int, groupWidth: Int)] = [(1, 16), (2, 10), (4, 6), (16, 2)]
  private static let repeats = 4

  /// Small networks of equal parameters on digits.
  private static func trainAll(_ notebook: inout Notebook) throws {
    let (channels, steps) = (64, 100)
    notebook.section(Prose(en: "On digits", zh: "在手写数字上"))
    var accuracies = small.map { _ in [Double]() }
    var counts: [Int] = []
    var samples = (train: 0, test: 0)
    for draw in 0..<repeats {
      let digits = try FramedDigits(trainShare: 0.2, seed: notebook.seed(draw))
      samples = (digits.train.shape[0], digits.test.shape[0])
      for (number, setting) in small.enumerated() {
        var model = network(channels, setting.groups, setting.groupWidth)
          .initialized(seed: notebook.seed(10 + draw))
        if draw == 0 {
          counts.append(
            bottleneck(channels, groups: setting.groups, groupWidth: setting.groupWidth)
              .parameterCount)
        }
        LabTraining.train(
          &model, by: Adam(learningRate: 0.005), inputs: digits.train, labels: digits.trainLabels,
          steps: steps, batchSize: 32, seed: notebook.seed(20 + draw))
        accuracies[number].append(digits.accuracy(of: model))
        let done = Double(draw * small.count + number + 1) / Double(repeats * small.count)
        try notebook.reach(0.15 + 0.85 * done)
      }
    }
    notebook.write(
      Prose(
        en: """
          First a 3 × 3 convolution to \(channels) channels with a step of 2, then two residual bottlenecks \
          with batch normalisation, the means of the maps and a dense layer learn \
          \(samples.train) digits by \(steps) steps of Adam on batches of 32; the test has \
          \(samples.test) others. Means of \(repeats) splits, which all share.
          """,
        zh: """
          步长 2 的 3 × 3 卷积得到 \(channels) 个通道，两个带批规范化的残差瓶颈，特征图取均值后接全连接层；\
          学习 \(samples.train) 个数字，\(steps) 步 Adam，批大小 32；测试用另外 \(samples.test) 个。取 \(repeats) 次划分的均值，各设置划分相同。
          """))
    let estimates = accuracies.map { Statistics.estimate($0) }
    notebook.table(
      [
        Prose(en: "C × d", zh: "C × d"), Prose(en: "Channels C·d", zh: "通道数 C·d"),
        Prose(en: "Weights of a bottleneck", zh: "一个瓶颈的权重数"),
        Prose(en: "Test accuracy", zh: "测试准确率"), Prose(en: "Standard error", zh: "标准误"),
      ],
      small.indices.map { index in
        let (setting, estimate) = (small[index], estimates[index])
        return [
          "\(setting.groups) × \(setting.groupWidth)", "\(setting.groups * setting.groupWidth)",
          "\(counts[index])", LabNumber.text(estimate.value),
          LabNumber.text(estimate.standardError),
        ].map { .digits($0) }
      })
    let places = small.indices.map(Double.init)
    try notebook.figure(
      "accuracy-by-cardinality",
      Chart(
        notebook.words("Accuracy by cardinality", "准确率与基数"),
        x: Axis(
          notebook.words("paths × channels", "路径数 × 通道数"),
          scale: .categories(small.map { "\($0.groups) × \($0.groupWidth)" })),
        y: Axis(notebook.words("test accuracy", "测试准确率"), range: 0.8...1),
        marks: [
          .intervals(
            x: places, lower: estimates.map { $0.value - $0.standardError },
            upper: estimates.map { $0.value + $0.standardError }
          ).styled(0),
          .points(x: places, y: estimates.map(\.value)).styled(0),
        ], height: 320),
      caption: Prose(
        en: "Equal parameters, more paths: means with standard errors.",
        zh: "参数量相等、路径更多：均值与标准误。"))
    let means = estimates.map(\.value)
    notebook.note(
      Prose(
        en: """
          That more paths help shows on ImageNet, by \
          \(LabNumber.text(settings[0].error - settings[4].error)) points in the paper. On so few \
          small digits the settings differ by \(LabNumber.text(100 * (means.max()! - means.min()!))) \
          points and in no settled order: what this lab bears out is that they are equal in cost \
          and no worse. The comparison with more depth or width is not repeated here.
          """,
        zh: """
          路径更多的好处见于 ImageNet：论文中为 \(LabNumber.text(settings[0].error - settings[4].error)) 个百分点。\
          在这样少而小的数字上，各设置相差 \(LabNumber.text(100 * (means.max()! - means.min()!))) 个百分点，且没有固定次序：\
          本实验能支持的是它们代价相等，且效果不更差；与增加深度或宽度的比较未在此重做。
          """))
    notebook.measure("accuracy-least", means.min()!)
    notebook.conclude(
      "weight-spread",
      Prose(
        en: "The most weights of the small bottlenecks over the fewest", zh: "小瓶颈的最大与最小权重数之比"),
      Double(counts.max()!) / Double(counts.min()!), .atMost(1.1))
    notebook.conclude(
      "accuracy-difference",
      Prose(
        en: "The accuracy with more paths than one (mean of the three) is above that with one by",
        zh: "多条路径的准确率（三者均值）比单条高出"),
      Statistics.mean(Array(means.dropFirst())) - means[0], .atLeast(-0.02))
  }

  private static func network(_ channels: Int, _ groups: Int, _ groupWidth: Int) -> Sequential {
    let width = groups * groupWidth
    let units = (0..<2).flatMap { _ -> [any Layer] in
      [
        Residual {
          Conv2D(channels, width, kernel: 1, bias: false, initializer: .heNormal)
          BatchNorm(width)
          ReLU()
          Conv2D(
            width, width, kernel: 3, padding: 1, groups: groups, bias: false,
            initializer: .heNormal)
          BatchNorm(width)
          ReLU()
          Conv2D(width, channels, kernel: 1, bias: false, initializer: .heNormal)
          BatchNorm(channels)
        }, ReLU(),
      ]
    }
    let first: [any Layer] = [
      Conv2D(
        1, channels, kernel: 3, stride: 2, padding: 1, bias: false, initializer: .heNormal),
      BatchNorm(channels), ReLU(),
    ]
    return Sequential(first + units + [GlobalAveragePool2D(), Dense(channels, 10)])
  }
}
