import Explain
import Plots
import Training

extension Lab {
  /// Sizes of convolutions, and how sparse and shared their weights are (L6.2).
  static let convolutionArithmetic = Lab(
    name: "convolution-arithmetic", rows: ["L6.2"],
    title: Prose(en: "Convolutions counted", zh: "卷积的计数"),
    claim: Prose(
      en: """
        A convolution's output has h_out = (h_in − h_f + 2p)/s + 1 rows and as many channels as \
        there are filters; zero padding controls the size, without it images shrink. It is a dense \
        layer with two restrictions: an output is connected to few inputs (sparse connectivity), \
        and all places have the same weights (parameter sharing).
        """,
      zh: """
        卷积输出的行数为 h_out = (h_in − h_f + 2p)/s + 1，通道数等于滤波器数；零填充控制尺寸，不填充图像会缩小。\
        卷积是带两条限制的全连接层：每个输出只连少数输入（稀疏连接），各处权重相同（参数共享）。
        """)
  ) { notebook in
    try countSizes(&notebook)
    try notebook.reach(0.6)
    try shrink(&notebook)
    try writeAsMatrix(&notebook)
    try notebook.reach(0.9)
    try countGroups(&notebook)
  }

  /// A convolution along one axis.
  private struct Geometry {
    let input: Int
    let filter: Int
    let padding: Int
    let stride: Int
    let dilation: Int

    /// From the filter's first tap to its last.
    var reach: Int { dilation * (filter - 1) + 1 }
    /// The formula before it is rounded down.
    var quotient: Double { Double(input + 2 * padding - reach) / Double(stride) + 1 }
    /// Places of the filter, found by moving it until it no longer fits.
    var places: Int {
      Array(stride(from: 0, to: input + 2 * padding, by: stride))
        .count { $0 + reach <= input + 2 * padding }
    }

    private func stride(from: Int, to: Int, by: Int) -> StrideTo<Int> {
      Swift.stride(from: from, to: to, by: by)
    }
  }

  private static var geometries: [Geometry] {
    var all: [Geometry] = []
    for input in 1...12 {
      for filter in 1...5 {
        for (padding, stride) in (0...2).flatMap({ p in (1...3).map { (p, $0) } }) {
          for dilation in 1...2 {
            let geometry = Geometry(
              input: input, filter: filter, padding: padding, stride: stride, dilation: dilation)
            if geometry.reach <= input + 2 * padding { all.append(geometry) }
          }
        }
      }
    }
    return all
  }

  /// The formula against moved windows and the library's outputs.
  private static func countSizes(_ notebook: inout Notebook) throws {
    notebook.section(Prose(en: "Sizes", zh: "尺寸"))
    let geometries = geometries
    notebook.write(
      Prose(
        en: """
          All \(geometries.count) geometries with h_in = 1 … 12, h_f = 1 … 5, p = 0 … 2, \
          s = 1 … 3 and dilation d = 1, 2 where the filter fits. Three numbers must agree: the \
          formula, rounded down, with d(h_f − 1) + 1 in place of h_f; the places found by moving \
          the filter; and the rows of the library's output.
          """,
        zh: """
          h_in = 1 … 12、h_f = 1 … 5、p = 0 … 2、s = 1 … 3、膨胀 d = 1、2 且滤波器放得下的全部 \(geometries.count) 种情形。\
          三个数应一致：公式（以 d(h_f − 1) + 1 代替 h_f，向下取整）、逐步移动滤波器数出的位置数、库中输出的行数。
          """))
    var different = 0
    var broken = 0
    for geometry in geometries {
      let model = Sequential {
        Conv2D(
          1, 1, kernel: [geometry.filter, 1], stride: [geometry.stride, 1],
          padding: [geometry.padding, 0], dilation: [geometry.dilation, 1])
      }.initialized(seed: notebook.seed)
      let rows = LabTraining.output(of: model, .ones([1, 1, geometry.input, 1])).shape[2]
      let formula = Int(geometry.quotient.rounded(.down))
      if formula != geometry.places || formula != rows { different += 1 }
      if geometry.quotient != geometry.quotient.rounded() { broken += 1 }
    }
    let examples = [
      (32, 5, 0, 1, 1), (32, 3, 1, 1, 1), (32, 3, 1, 2, 1), (224, 7, 3, 2, 1), (227, 11, 0, 4, 1),
      (32, 3, 2, 1, 2),
    ].map { Geometry(input: $0.0, filter: $0.1, padding: $0.2, stride: $0.3, dilation: $0.4) }
    notebook.table(
      ["h_in", "h_f", "p", "s", "d"].map { Prose(en: $0, zh: $0) } + [
        Prose(en: "Formula", zh: "公式"), Prose(en: "h_out", zh: "h_out"),
      ],
      examples.map { example in
        [example.input, example.filter, example.padding, example.stride, example.dilation]
          .map { .digits("\($0)") } + [
            .digits(LabNumber.text(example.quotient)), .digits("\(example.places)"),
          ]
      })
    let share = Double(broken) / Double(geometries.count)
    notebook.note(
      Prose(
        en: """
          The notes leave the rounding out: in \(broken) of the geometries the quotient is no whole \
          number, and rows at the end that the last step does not reach are left out.
          """,
        zh: "笔记没有写取整：有 \(broken) 种情形的商不是整数，最后一步够不到的行被舍去。"))
    notebook.conclude(
      "different-sizes",
      Prose(
        en: "Formula, rounded down, places and output differ in so many geometries",
        zh: "公式（向下取整）、位置数与输出不一致的情形数"),
      Double(different), .atMost(0))
    notebook.conclude(
      "broken-share",
      Prose(
        en: "Rounding is needed in a share of the geometries",
        zh: "需要取整的情形所占比例"),
      share, .within(0.2...0.6))
  }

  /// A deep stack with and without padding.
  private static func shrink(_ notebook: inout Notebook) throws {
    notebook.section(Prose(en: "Padding controls the size", zh: "填充控制尺寸"))
    notebook.write(
      Prose(
        en: """
          Layers of 3 × 3 filters in a row on an image of 32 × 32: without padding each takes away \
          two rows; with p = (h_f − 1)/2 = 1 the size stays; with p = 1 and s = 2 it halves.
          """,
        zh: "在 32 × 32 图像上连续用 3 × 3 滤波器：不填充时每层减少两行；p = (h_f − 1)/2 = 1 时尺寸不变；p = 1、s = 2 时减半。"))
    let ways: [(name: String, padding: Int, stride: Int)] = [
      ("p = 0, s = 1", 0, 1), ("p = 1, s = 1", 1, 1), ("p = 1, s = 2", 1, 2),
    ]
    var marks: [Mark] = []
    var last: [Int] = []
    for way in ways {
      var rows = [32]
      while rows.count < 16, rows.last! + 2 * way.padding >= 3 {
        let layer = Sequential {
          Conv2D(1, 1, kernel: 3, stride: way.stride, padding: way.padding)
        }
        rows.append(try layer.outputShape([1, 1, rows.last!, rows.last!])[2])
      }
      last.append(rows.last!)
      marks.append(.line(way.name, values: rows.map(Double.init), from: 0))
    }
    try notebook.figure(
      "rows-by-layer",
      Chart(
        notebook.words("Rows after each layer", "各层之后的行数"),
        x: Axis(notebook.words("layers", "层数")), y: Axis(notebook.words("rows", "行数")),
        marks: marks, height: 320),
      caption: Prose(
        en: "Without padding the image is used up after 15 layers, whatever they learn.",
        zh: "不填充时，15 层之后图像就耗尽了，与学到什么无关。"))
    notebook.conclude(
      "padded-rows",
      Prose(
        en: "With p = 1 the last of 15 layers has still rows", zh: "p = 1 时，15 层之后的行数"),
      Double(last[1]), .within(32...32))
  }

  /// The dense matrix that a filter stands for.
  private static func writeAsMatrix(_ notebook: inout Notebook) throws {
    let side = 8
    let count = side * side
    notebook.section(Prose(en: "As a dense layer's matrix", zh: "写成全连接层的矩阵"))
    notebook.write(
      Prose(
        en: """
          A filter of 3 × 3 on images of \(side) × \(side), p = 1, written as the matrix \
          \(count) × \(count) of a dense layer: the row of output (i, j) has the weight w(a, b) in \
          the column of input (i + a − 1, j + b − 1), and zeros elsewhere. Its products with 20 \
          random images, in double precision, are compared with the convolution's outputs.
          """,
        zh: """
          3 × 3 滤波器作用于 \(side) × \(side) 图像，p = 1，写成全连接层的 \(count) × \(count) 矩阵：\
          输出 (i, j) 那一行，在输入 (i + a − 1, j + b − 1) 那一列是权重 w(a, b)，其余为 0。\
          把它与 20 个随机图像（双精度）的乘积与卷积的输出比较。
          """))
    var model = Sequential { Conv2D(1, 1, kernel: 3, padding: 1, bias: false) }
    model.initialize(seed: notebook.seed, dtype: .float64)
    let weights = model.state[0].array.doubles
    var matrix = [[Double]](repeating: [Double](repeating: 0, count: count), count: count)
    for (row, column) in (0..<side).flatMap({ row in (0..<side).map { (row, $0) } }) {
      for (a, b) in (0..<3).flatMap({ a in (0..<3).map { (a, $0) } }) {
        let (y, x) = (row + a - 1, column + b - 1)
        guard (0..<side).contains(y), (0..<side).contains(x) else { continue }
        matrix[side * row + column][side * y + x] = weights[3 * a + b]
      }
    }
    let images = NDArray.normal(
      [20, 1, side, side], key: RandomKey(seed: notebook.seed, path: "images"), dtype: .float64)
    let convolved = LabTraining.output(of: model, images).reshaped([20, count])
    let product = images.reshaped([20, count])
      .matmul(NDArray(rows: matrix), transposeOther: true)
    let entries = matrix.joined().filter { $0 != 0 }
    let values = Set(entries).count
    notebook.table(
      [
        Prose(en: "Layer", zh: "层"), Prose(en: "Connections", zh: "连接数"),
        Prose(en: "Weights", zh: "权重数"), Prose(en: "Connections of an output", zh: "每个输出的连接"),
      ],
      [
        [.prose(Prose(en: "dense", zh: "全连接"))]
          + [count * count, count * count, count].map { .digits("\($0)") },
        [.prose(Prose(en: "convolution", zh: "卷积"))]
          + [entries.count, values, matrix.map { $0.count { $0 != 0 } }.max()!]
          .map { .digits("\($0)") },
      ])
    try notebook.figure(
      "matrix",
      Chart.matrix(
        notebook.words("The matrix of a 3 × 3 filter", "3 × 3 滤波器的矩阵"), values: matrix,
        x: notebook.words("input", "输入"), y: notebook.words("output", "输出"),
        label: notebook.words("weight", "权重"), colors: .diverging),
      caption: Prose(
        en: """
          Nine diagonals, each of one weight, interrupted where the filter reaches over the border. \
          White is zero.
          """,
        zh: "九条对角线，每条是同一个权重，在滤波器伸出边界处中断。白色为零。"))
    notebook.conclude(
      "matrix-difference",
      Prose(
        en: "Convolution and matrix give the same (largest difference)", zh: "卷积与矩阵结果相同（最大差）"),
      (product - convolved).absolute().maximum().item, .atMost(1e-12))
    notebook.conclude(
      "connection-share",
      Prose(
        en: "Sparse: the share of the dense layer's connections that there are",
        zh: "稀疏：存在的连接占全连接的比例"),
      Double(entries.count) / Double(count * count), .atMost(0.15))
    notebook.conclude(
      "connections-per-weight",
      Prose(
        en: "Shared: connections that have the same weight (mean)", zh: "共享：使用同一权重的连接数（均值）"),
      Double(entries.count) / Double(values), .atLeast(40))
  }

  /// What groups do to depth and weights.
  private static func countGroups(_ notebook: inout Notebook) throws {
    notebook.section(Prose(en: "Depth and groups", zh: "深度与分组"))
    notebook.write(
      Prose(
        en: """
          From 16 channels to 32 by 3 × 3 filters on 28 × 28 places. In g groups, a filter sees \
          16/g channels, d_f = d_in/g; d_out = n_f stays.
          """,
        zh:
          "用 3 × 3 滤波器在 28 × 28 个位置上由 16 个通道得到 32 个。分 g 组时，每个滤波器只看 16/g 个通道，d_f = d_in/g；d_out = n_f 不变。"
      ))
    var rows: [[Table.Cell]] = []
    var products: [Int] = []
    for groups in [1, 2, 4, 16] {
      let layer = Conv2D(16, 32, kernel: 3, padding: 1, groups: groups, bias: false)
      let summary = try Sequential([layer]).summary(input: [1, 16, 28, 28])
      products.append(groups * summary.parameters)
      rows.append(
        [
          groups, layer.weight.shape[1], summary.output[1], summary.parameters,
          summary.multiplyAdds,
        ]
        .map { .digits("\($0)") })
    }
    notebook.table(
      [
        Prose(en: "Groups g", zh: "组数 g"), Prose(en: "d_f", zh: "d_f"),
        Prose(en: "d_out", zh: "d_out"), Prose(en: "Weights", zh: "权重数"),
        Prose(en: "Multiplications", zh: "乘法次数"),
      ], rows)
    notebook.note(
      Prose(
        en: "The notes' d_f = d_in is the case of one group, which is the usual one.",
        zh: "笔记的 d_f = d_in 是不分组（g = 1）的通常情形。"))
    notebook.conclude(
      "group-products",
      Prose(
        en: "Groups × weights is the same for all (largest over smallest)",
        zh: "组数 × 权重数处处相同（最大与最小之比）"),
      Double(products.max()!) / Double(products.min()!), .within(1...1))
  }
}
