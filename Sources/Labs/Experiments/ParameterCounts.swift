import Explain
import Models
import Plots
import Training

extension Lab {
  /// Dense layers on pixels have too many parameters; convolutions have few (L6.1).
  static let parameterCounts = Lab(
    name: "parameter-counts", rows: ["L6.1"],
    title: Prose(en: "Parameters: dense against convolutional", zh: "参数量：全连接与卷积"),
    claim: Prose(
      en: """
        One hidden dense layer on the pixels of a large image already has some 600 million \
        parameters. A convolutional layer has few, because each filter is small and the same at \
        all places, and their number does not depend on the image's size.
        """,
      zh: "对大图像，只有一个全连接隐藏层就约有 6 亿个参数。卷积层的滤波器小且在各处共享，参数很少，且与图像大小无关。")
  ) { notebook in
    try countLayers(&notebook)
    try notebook.reach(0.2)
    try countNetworks(&notebook)
  }

  private static let sides = [8, 28, 32, 64, 128, 224, 500, 1000]
  private static let hiddenUnits = 200
  private static let filters = 64

  /// One layer of either kind on colour images of growing size.
  private static func countLayers(_ notebook: inout Notebook) throws {
    notebook.section(Prose(en: "One layer", zh: "单层"))
    notebook.write(
      Prose(
        en: """
          The parameters, offsets included, of a dense layer of \(hiddenUnits) units on all numbers \
          of a colour image of H × H pixels, 3·H² · \(hiddenUnits) + \(hiddenUnits), and of \
          \(filters) filters of 3 × 3 × 3, (3·3·3 + 1) · \(filters). The layers are those of the \
          library and say themselves how many they have. Memory is that of float32.
          """,
        zh: """
          H × H 像素彩色图像上的两种层的参数量（含偏置）：\(hiddenUnits) 个单元的全连接层，3·H² · \(hiddenUnits) + \(hiddenUnits)；\
          \(filters) 个 3 × 3 × 3 滤波器，(3·3·3 + 1) · \(filters)。参数量由库中的层自己给出。内存按 float32 计。
          """))
    let dense = sides.map { Dense(3 * $0 * $0, hiddenUnits).parameterCount }
    let convolutions = try sides.map { side in
      try Sequential { Conv2D(3, filters, kernel: 3, padding: 1) }
        .summary(input: [1, 3, side, side]).parameters
    }
    notebook.table(
      [
        Prose(en: "H", zh: "H"), Prose(en: "Numbers of an image", zh: "图像的数值个数"),
        Prose(en: "Dense", zh: "全连接"), Prose(en: "Memory, MB", zh: "内存（MB）"),
        Prose(en: "Convolution", zh: "卷积"),
      ],
      sides.indices.map { index in
        let side = sides[index]
        return [
          .digits("\(side)"), .digits(grouped(3 * side * side)), .digits(grouped(dense[index])),
          .digits(LabNumber.text(4e-6 * Double(dense[index]))),
          .digits(grouped(convolutions[index])),
        ]
      })
    try notebook.figure(
      "layer-parameters",
      Chart(
        notebook.words("Parameters of one layer", "单层参数量"),
        x: Axis(notebook.words("rows of the image", "图像行数"), scale: .logarithmic),
        y: Axis(notebook.words("parameters", "参数量"), scale: .logarithmic),
        marks: [
          .line(
            notebook.words("dense, \(hiddenUnits) units", "全连接，\(hiddenUnits) 个单元"),
            x: sides.map(Double.init), y: dense.map(Double.init)),
          .line(
            notebook.words("\(filters) filters of 3 × 3", "\(filters) 个 3 × 3 滤波器"),
            x: sides.map(Double.init), y: convolutions.map(Double.init)),
        ], height: 360),
      caption: Prose(
        en: "The dense layer's parameters grow with the number of pixels; the filters' do not.",
        zh: "全连接层的参数随像素数增长，滤波器的参数不变。"))
    notebook.note(
      Prose(
        en: """
          The notes give 600 million parameters without the sizes. They follow from an image of \
          1000 × 1000 pixels in 3 colours and \(hiddenUnits) hidden units; other sizes give other \
          numbers.
          """,
        zh: "笔记只写 6 亿个参数而未给尺寸。1000 × 1000 像素、3 个颜色通道、\(hiddenUnits) 个隐藏单元时正是此数；尺寸不同，数目也不同。"))
    notebook.conclude(
      "dense-millions",
      Prose(
        en: "On 1000 × 1000 pixels the dense layer has so many million parameters",
        zh: "1000 × 1000 像素时，全连接层的参数量（百万）"),
      Double(dense[sides.count - 1]) / 1e6, .within(600...601))
    notebook.conclude(
      "convolution-spread",
      Prose(
        en: "The convolution's largest number of parameters over its smallest, over all sizes",
        zh: "各种尺寸下，卷积的最大参数量与最小参数量之比"),
      Double(convolutions.max()!) / Double(convolutions.min()!), .within(1...1))
  }

  /// Where the networks of the papers have their parameters, and where they compute.
  private static func countNetworks(_ notebook: inout Notebook) throws {
    notebook.section(Prose(en: "The papers' networks", zh: "论文中的网络"))
    notebook.write(
      Prose(
        en: """
          The parameters of the library's networks, from the shapes of their layers, beside the \
          published numbers; the dense layers' share of them, the multiplications for one image of \
          the network's size (products), and the convolutions' share of those.
          """,
        zh: "由各层形状得出的库中网络参数量，与公布的数字对照；全连接层占参数的比例，以及处理一张该网络尺寸的图像时卷积占乘法的比例。"))
    var rows: [[Table.Cell]] = []
    var different = 0
    var shares: [(name: String, dense: Double, others: Double, work: Double)] = []
    for (number, model) in PublishedModel.all.enumerated() {
      let summary = try model.summary()
      if summary.parameters != model.parameters { different += 1 }
      let dense = summary.totals(of: "Dense")
      let work =
        Double(summary.totals(of: "Conv2D").multiplyAdds) / Double(summary.multiplyAdds)
      shares.append(
        (
          model.name, Double(dense.parameters), Double(summary.parameters - dense.parameters), work
        ))
      rows.append([
        .prose(Prose(en: "\(model.name)", zh: "\(model.name)")),
        .digits(grouped(summary.parameters)),
        .digits(grouped(model.parameters)),
        .digits(LabNumber.text(Double(dense.parameters) / Double(summary.parameters))),
        .digits(LabNumber.text(Double(summary.multiplyAdds) / 1e6)),
        .digits(LabNumber.text(work)),
      ])
      try notebook.reach(0.2 + 0.8 * Double(number + 1) / Double(PublishedModel.all.count))
    }
    notebook.table(
      [
        Prose(en: "Network", zh: "网络"), Prose(en: "Parameters", zh: "参数量"),
        Prose(en: "Published", zh: "公布值"), Prose(en: "Dense share", zh: "全连接层占比"),
        Prose(en: "Products, millions", zh: "乘法（百万）"),
        Prose(en: "Convolutions’ share", zh: "卷积占比"),
      ], rows)
    let shown = shares.filter {
      ["AlexNet", "VGG16", "GoogLeNet", "ResNet-50", "DenseNet-121"].contains($0.name)
    }
    try notebook.figure(
      "network-parameters",
      Chart(
        notebook.words("Where the parameters are", "参数在哪里"),
        x: Axis("", scale: .categories(shown.map(\.name))),
        y: Axis(notebook.words("parameters, millions", "参数量（百万）")),
        marks: [
          .bars(notebook.words("dense layers", "全连接层"), heights: shown.map { $0.dense / 1e6 }),
          .bars(notebook.words("all others", "其余各层"), heights: shown.map { $0.others / 1e6 }),
        ], height: 340),
      caption: Prose(
        en: """
          AlexNet and VGG have most of their parameters in the dense layers; later networks take \
          the mean over each map first and have few there.
          """,
        zh: "AlexNet 与 VGG 的参数大多在全连接层；之后的网络先对每个特征图取均值，全连接层参数很少。"))
    notebook.conclude(
      "different-counts",
      Prose(
        en: "Of \(rows.count) networks so many have another number of parameters than published",
        zh: "\(rows.count) 个网络中，参数量与公布值不同的个数"),
      Double(different), .atMost(0))
    let vgg = shares.first { $0.name == "VGG16" }!
    notebook.conclude(
      "vgg-dense-share",
      Prose(
        en: "The dense layers of VGG16 hold of its parameters the share",
        zh: "VGG16 的全连接层占其参数的比例"),
      vgg.dense / (vgg.dense + vgg.others), .atLeast(0.85))
    notebook.conclude(
      "vgg-convolution-work",
      Prose(
        en: "Its convolutions, with the few others, do of the multiplications the share",
        zh: "它的卷积层参数虽少，却占乘法的比例"),
      vgg.work, .atLeast(0.98))
  }

  /// A count with commas between thousands.
  private static func grouped(_ count: Int) -> String {
    let digits = Array(String(count))
    return digits.indices.reduce(into: "") { text, place in
      if place > 0 && (digits.count - place) % 3 == 0 { text += "," }
      text.append(digits[place])
    }
  }
}
