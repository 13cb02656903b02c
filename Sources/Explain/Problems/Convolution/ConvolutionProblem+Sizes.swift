import Autodiff

extension ConvolutionProblem {
  func window(_ sheet: Worksheet, _ sizes: Sizes) throws -> [Block] {
    let reach = dilation * (sizes.kernel - 1) + 1
    for (name, size) in [("rows", sizes.rows), ("columns", sizes.columns)]
    where size + 2 * padding < reach {
      throw ProblemError(
        "kernel",
        "found a filter that reaches over \(reach) \(name) for an image of \(size) with padding "
          + "\(padding)")
    }
    sheet.teach("floor#") { x in NDArray(x[0].doubles.map { $0.rounded(.down) }, shape: x[0].shape)
    }
    var blocks: [Block] = []
    for (key, symbol, value) in [
      ("hin", Symbol("h", "in"), sizes.rows), ("win", Symbol("w", "in"), sizes.columns),
      ("din", Symbol("d", "in"), sizes.channels), ("nf", Symbol("n", "f"), sizes.filters),
      ("hf", Symbol("h", "f"), sizes.kernel), ("s", Symbol("s"), stride),
      ("p", Symbol("p"), padding), ("dil", Symbol("d"), dilation),
    ] where key != "dil" || dilation > 1 {
      sheet.give(key, symbol, Double(value))
      blocks += sheet.given(key)
    }
    return blocks
  }

  func sizeSteps(_ sheet: Worksheet) -> [Block] {
    var blocks: [Block] = [
      .prose(
        Prose(
          en: """
            The window starts at the first place and moves by the stride as long as it fits; \
            the division is rounded down.
            """,
          zh: "窗口从第一个位置开始，每次移动一个步幅，直到放不下为止；除法向下取整。"))
    ]
    let reach: Expression =
      dilation > 1
      ? .add(
        .multiply(.variable("dil"), .subtract(.variable("hf"), .number(1))), .number(1))
      : .variable("hf")
    for (key, input, base) in [("hout", "hin", "h"), ("wout", "win", "w")] {
      blocks +=
        sheet.define(
          Name(scalar: key, Symbol(base, "out")),
          .add(
            .call(
              "floor#",
              [
                .divide(
                  .add(
                    .subtract(.variable(input), reach), .multiply(.number(2), .variable("p"))),
                  .variable("s"))
              ]), .number(1)), .forward
        ).blocks(boxed: true)
    }
    blocks +=
      sheet.define(Name(scalar: "dout", Symbol("d", "out")), .variable("nf"), .forward).blocks(
        boxed: true)
    return blocks
  }

  func solved(_ sizes: Sizes, _ options: ExplainOptions) throws -> Solution {
    for (name, value) in [
      ("rows", sizes.rows), ("columns", sizes.columns), ("channels", sizes.channels),
      ("filters", sizes.filters), ("kernel", sizes.kernel),
    ] where !(1...100_000).contains(value) {
      throw ProblemError("sizes.\(name)", "found \(value), expected from 1 to 100000")
    }
    let sheet = Worksheet(options, isIndexed: true)
    var solution = Solution(
      kind: Self.kind,
      title: title
        ?? Prose(en: "Sizes and parameters of a convolution", zh: "卷积的尺寸与参数个数"))
    solution.sections.append(Section(Prose(en: "Given", zh: "已知"), try window(sheet, sizes)))
    describe(&solution)
    solution.sections.append(Section(Prose(en: "Output size", zh: "输出尺寸"), sizeSteps(sheet)))
    func product(_ names: [String]) -> Expression {
      names.dropFirst().reduce(.variable(names[0])) { .multiply($0, .variable($1)) }
    }
    var count: Expression = product(["hf", "hf", "din"])
    if sizes.hasBias { count = .add(count, .number(1)) }
    var blocks: [Block] = [
      .prose(
        Prose(
          en: """
            A filter is as deep as the image (d_f = d_in) and is shared by all places: the \
            number of parameters does not depend on the image's size.
            """,
          zh: "滤波器的深度等于图像的深度（d_f = d_in），且在所有位置共享：参数个数与图像大小无关。"))
    ]
    blocks +=
      sheet.define(
        Name(scalar: "parameters", Symbol("N", "conv")), .multiply(count, .variable("nf")), .forward
      ).blocks(boxed: true)
    blocks +=
      sheet.define(
        Name(scalar: "multiplications", Symbol("M", "conv")),
        product(["hf", "hf", "din", "hout", "wout", "dout"]), .forward
      ).blocks(boxed: true)
    blocks.append(
      .prose(
        Prose(
          en: "A fully connected layer from the same image to as many outputs, for comparison:",
          zh: "对照：从同一图像到同样多输出的全连接层：")))
    blocks +=
      sheet.define(
        Name(scalar: "dense", Symbol("N", "dense")),
        product(["hin", "win", "din", "hout", "wout", "dout"]), .forward
      ).blocks()
    solution.sections.append(
      Section(Prose(en: "Parameters and work", zh: "参数个数与计算量"), blocks))
    for key in ["hout", "wout", "dout", "parameters", "multiplications", "dense"] {
      solution.results.append((key, Value(sheet.array(key).item)))
    }
    let shape = try ConvolutionGeometry(
      stride: [stride, stride], padding: [padding, padding], dilation: [dilation, dilation]
    ).checked(
      input: [1, sizes.channels, sizes.rows, sizes.columns],
      weight: [sizes.filters, sizes.channels, sizes.kernel, sizes.kernel])
    solution.check.lines.append(
      .numbers(
        Prose(
          en: "output size against the library's convolution", zh: "输出尺寸与库中的卷积"),
        ["dout", "hout", "wout"].map { sheet.array($0).item },
        shape.dropFirst().map(Double.init)))
    return solution
  }

  func describe(_ solution: inout Solution) {
    func entry(_ symbol: Symbol, _ english: Prose.Run, _ chinese: Prose.Run) {
      solution.symbols.append(
        .init(symbol: .symbol(symbol), meaning: Prose(en: english, zh: chinese), shape: []))
    }
    entry(Symbol("h", "in"), "rows of the image", "图像的行数")
    entry(Symbol("w", "in"), "columns of the image", "图像的列数")
    entry(Symbol("d", "in"), "channels of the image", "图像的通道数")
    entry(Symbol("h", "f"), "rows and columns of a filter", "滤波器的边长")
    entry(Symbol("n", "f"), "number of filters", "滤波器个数")
    entry(Symbol("s"), "\(Term("stride", "步幅"))", "\(Term("stride", "步幅"))")
    entry(Symbol("p"), "\(Term("padding", "填充"))", "\(Term("padding", "填充"))")
    if dilation > 1 {
      entry(Symbol("d"), "\(Term("dilation", "空洞率"))", "\(Term("dilation", "空洞率"))")
    }
  }
}

extension ConvolutionGeometry {
  /// The output's shape.
  fileprivate func checked(input: Shape, weight: Shape) throws -> Shape {
    do {
      return try outputShape(input: input, weight: weight)
    } catch {
      throw ProblemError("kernel", error.description)
    }
  }
}
