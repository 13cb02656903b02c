import Autodiff

/// A convolution worked by hand, or its sizes and parameters counted.
///
/// - Source: Dumoulin and Visin 2016, "A guide to convolution arithmetic for deep learning",
///   sections 2 and 4.
public struct ConvolutionProblem: Problem {
  public static let kind = "convolution"

  /// The numbers of a convolution.
  public struct Numbers: Sendable, Hashable {
    /// The image, `[channels, rows, columns]`.
    public var input: Value
    /// The filters, `[filters, channels, rows, columns]`.
    public var kernel: Value
    /// A number a filter; none where nil.
    public var bias: [Double]?
    /// The gradient that comes back, of the output's shape; ones where nil.
    public var upstream: Value?

    /// - Parameters:
    ///   - input: The image, `[channels, rows, columns]`.
    ///   - kernel: The filters, `[filters, channels, rows, columns]`.
    ///   - bias: A number a filter.
    ///   - upstream: The gradient that comes back, of the output's shape.
    public init(input: Value, kernel: Value, bias: [Double]? = nil, upstream: Value? = nil) {
      self.input = input
      self.kernel = kernel
      self.bias = bias
      self.upstream = upstream
    }
  }

  /// Sizes alone.
  public struct Sizes: Sendable, Hashable {
    /// Rows and columns of the image.
    public var rows: Int
    /// Columns of the image.
    public var columns: Int
    /// Channels of the image, d_in.
    public var channels: Int
    /// Number of filters, n_f.
    public var filters: Int
    /// Rows and columns of a filter, h_f.
    public var kernel: Int
    /// Whether there is a bias a filter.
    public var hasBias: Bool

    /// - Parameters:
    ///   - rows: Rows of the image.
    ///   - columns: Columns of the image.
    ///   - channels: Channels of the image.
    ///   - filters: Number of filters.
    ///   - kernel: Rows and columns of a filter.
    ///   - hasBias: Whether there is a bias a filter.
    public init(
      rows: Int, columns: Int, channels: Int, filters: Int, kernel: Int, hasBias: Bool = true
    ) {
      self.rows = rows
      self.columns = columns
      self.channels = channels
      self.filters = filters
      self.kernel = kernel
      self.hasBias = hasBias
    }
  }

  /// What is worked out.
  public enum Content: Sendable, Hashable {
    /// Every number.
    case numbers(Numbers)
    /// Output size, parameters and multiplications.
    case sizes(Sizes)
  }

  /// What is worked out.
  public var content: Content
  /// Steps of the window along both axes.
  public var stride: Int
  /// Zeros around the image.
  public var padding: Int
  /// Distance between the filter's taps.
  public var dilation: Int
  /// The heading; a description where nil.
  public var title: Prose?

  /// - Parameters:
  ///   - content: What is worked out.
  ///   - stride: Steps of the window along both axes, at least 1.
  ///   - padding: Zeros around the image, at least 0.
  ///   - dilation: Distance between the filter's taps, at least 1.
  ///   - title: The heading.
  public init(
    _ content: Content, stride: Int = 1, padding: Int = 0, dilation: Int = 1, title: Prose? = nil
  ) {
    self.content = content
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.title = title
  }

  static let mostElements = 100

  /// The sizes, and for given numbers every output and gradient.
  public func solved(_ options: ExplainOptions) throws -> Solution {
    guard stride >= 1, padding >= 0, dilation >= 1, max(stride, padding, dilation) <= 1000 else {
      throw ProblemError(
        "", "found stride \(stride), padding \(padding) and dilation \(dilation), expected a "
          + "stride and dilation from 1 and a padding from 0, up to 1000")
    }
    switch content {
    case .sizes(let sizes): return try solved(sizes, options)
    case .numbers(let numbers): return try solved(numbers, options)
    }
  }

  // MARK: Sizes

  private func window(_ sheet: Worksheet, _ sizes: Sizes) throws -> [Block] {
    let reach = dilation * (sizes.kernel - 1) + 1
    for (name, size) in [("rows", sizes.rows), ("columns", sizes.columns)]
    where size + 2 * padding < reach {
      throw ProblemError(
        "kernel",
        "found a filter that reaches over \(reach) \(name) for an image of \(size) with padding "
          + "\(padding)")
    }
    sheet.teach("floor#") { x in NDArray(x[0].doubles.map { $0.rounded(.down) }, shape: x[0].shape) }
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

  private func sizeSteps(_ sheet: Worksheet) -> [Block] {
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

  private func solved(_ sizes: Sizes, _ options: ExplainOptions) throws -> Solution {
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

  private func describe(_ solution: inout Solution) {
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

  // MARK: Numbers

  private func validate(_ numbers: Numbers) throws {
    guard numbers.input.shape.count == 3 else {
      throw ProblemError(
        "input", "found \(numbers.input.shape.count) axes, expected [channels, rows, columns]")
    }
    guard numbers.kernel.shape.count == 4, numbers.kernel.shape[2] == numbers.kernel.shape[3] else {
      throw ProblemError(
        "kernel",
        "found shape \(numbers.kernel.shape), expected square filters [filters, channels, k, k]")
    }
    guard numbers.kernel.shape[1] == numbers.input.shape[0] else {
      throw ProblemError(
        "kernel",
        "found filters of \(numbers.kernel.shape[1]) channels, expected \(numbers.input.shape[0]) "
          + "as in the image")
    }
    for (name, value) in [("input", numbers.input), ("kernel", numbers.kernel)] {
      guard value.elements.count <= Self.mostElements else {
        throw ProblemError(
          name,
          "found \(value.elements.count) numbers, which is too large to show: at most "
            + "\(Self.mostElements)")
      }
      try ProblemError.checkFinite(value.elements, name)
    }
    if let bias = numbers.bias {
      guard bias.count == numbers.kernel.shape[0] else {
        throw ProblemError(
          "bias", "found \(bias.count) numbers, expected \(numbers.kernel.shape[0]), one a filter")
      }
      try ProblemError.checkFinite(bias, "bias")
    }
  }

  private func solved(_ numbers: Numbers, _ options: ExplainOptions) throws -> Solution {
    try validate(numbers)
    let (channels, filters) = (numbers.input.shape[0], numbers.kernel.shape[0])
    let sheet = Worksheet(options, isIndexed: true)
    var solution = Solution(
      kind: Self.kind,
      title: title ?? Prose(en: "A convolution by hand", zh: "手算卷积"))
    let sizes = Sizes(
      rows: numbers.input.shape[1], columns: numbers.input.shape[2], channels: channels,
      filters: filters, kernel: numbers.kernel.shape[2], hasBias: numbers.bias != nil)
    var given = try window(sheet, sizes)
    let x = Name.image("x", "x", channels: channels).withGradient()
    let k = Name("k", whole: .symbol(Symbol("K", isMatrix: true))) { index in
      var symbol = Symbol("k")
      symbol.subscripts = index.enumerated().filter { axis, _ in
        axis >= 2 || axis == 0 && filters > 1 || axis == 1 && channels > 1
      }.map { "\($0.element + 1)" }
      return .symbol(symbol)
    }.withGradient()
    sheet.give(x, NDArray(numbers.input.elements, shape: Shape([1] + numbers.input.shape)))
    sheet.give(k, NDArray(numbers.kernel.elements, shape: Shape(numbers.kernel.shape)))
    given += [
      .given(x.whole, numbers.input.squeezed), .given(k.whole, numbers.kernel.squeezed),
    ]
    var inputs = ["x", "k"]
    if let bias = numbers.bias {
      let name =
        filters == 1
        ? Name(scalar: "b", Symbol("b")).withGradient() : Name.units("b", "b").withGradient()
      sheet.give(name, NDArray(bias))
      given += sheet.given("b")
      inputs.append("b")
    }
    describe(&solution)
    solution.sections.append(Section(Prose(en: "Given", zh: "已知"), given))
    solution.sections.append(Section(Prose(en: "Output size", zh: "输出尺寸"), sizeSteps(sheet)))

    let outputShape = [filters, Int(sheet.array("hout").item), Int(sheet.array("wout").item)]
    guard outputShape.reduce(1, *) <= Self.mostElements else {
      throw ProblemError(
        "",
        "found \(outputShape.reduce(1, *)) outputs, which is too large to show: at most "
          + "\(Self.mostElements)")
    }
    if let upstream = numbers.upstream, upstream.shape != outputShape {
      throw ProblemError("upstream", "found shape \(upstream.shape), expected \(outputShape)")
    }
    let g = NDArray(
      numbers.upstream?.elements ?? [Double](repeating: 1, count: outputShape.reduce(1, *)),
      shape: Shape([1] + outputShape))
    let y = Name.image("y", "y", channels: filters).withGradient()
    sheet.give(Name.image("g", "g", channels: filters), g)
    inputs.append("g")
    let recording = sheet.record(inputs: inputs, named: [y, Name(scalar: "L", Symbol("L"))]) {
      variables, marks in run(variables, &marks)
    }
    solution.sections.append(
      Section(
        Prose(en: "Forward pass", zh: "\(Term.forwardPass)"),
        [
          .prose(
            Prose(
              en: """
                Each output is the sum of the products of the filter with the numbers under it. \
                The filter is not turned over: what networks call \(Term.convolution) is \
                \(Term("cross-correlation", "互相关")). Padded zeros add nothing and are left out.
                """,
              zh: """
                每个输出等于滤波器与其覆盖的数逐个相乘再求和。滤波器不翻转：网络中所说的\
                \(Term.convolution)其实是\(Term("cross-correlation", "互相关"))。填充的零没有贡献，故略去。
                """))
        ] + sheet.value("y", in: recording).blocks() + [
          .prose(Prose(en: "Together:", zh: "合在一起：")),
          .given(
            y.whole,
            Value(shape: outputShape, elements: sheet.replayedArray("y").doubles).squeezed),
        ]))
    var backward: [Block] = [
      .prose(
        numbers.upstream == nil
          ? Prose(
            en: """
              Backward, for the loss L that is the sum of all outputs, so that each output's \
              gradient is 1.
              """,
            zh: "反向：取损失 L 为全部输出之和，于是每个输出的梯度都是 1。")
          : Prose(
            en: "Backward, with the \(Term.upstreamGradient) given, g.",
            zh: "反向：给定\(Term.upstreamGradient) g。"))
    ]
    backward += sheet.gradient("y", in: recording).blocks()
    backward.append(
      .prose(
        Prose(
          en: """
            A filter's number takes part at every place, so its gradient is a sum over all \
            places (weights are shared):
            """,
          zh: "滤波器的每个数在所有位置都参与计算，因此其梯度是对所有位置求和（权重共享）：")))
    backward += sheet.gradient("k", in: recording).blocks()
    if numbers.bias != nil { backward += sheet.gradient("b", in: recording).blocks() }
    backward.append(
      .prose(
        Prose(
          en: "A number of the image gets a share from every output that saw it:",
          zh: "图像中的每个数从所有用到它的输出得到一份梯度：")))
    backward += sheet.gradient("x", in: recording).blocks()
    solution.sections.append(
      Section(Prose(en: "Backward pass", zh: "\(Term.backwardPass)"), backward))

    solution.results = [("output", Value(shape: outputShape, elements: sheet.array("y").doubles))]
    let wanted = inputs.filter { $0 != "g" }
    for key in wanted {
      let gradient = sheet.array(GraphReader.gradient(key))
      solution.results.append(
        (
          ["x": "input_gradient", "k": "kernel_gradient", "b": "bias_gradient"][key]!,
          key == "x"
            ? Value(shape: numbers.input.shape, elements: gradient.doubles) : Value(gradient)
        ))
    }
    let found = DifferenceCheck(
      at: wanted.map(sheet.array),
      gradients: wanted.map { sheet.array(GraphReader.gradient($0)) }
    ) { arrays in
      var variables = Dictionary(uniqueKeysWithValues: zip(wanted, arrays.map { Tensor($0) }))
      variables["g"] = Tensor(sheet.array("g"))
      var marks: [String: Tensor] = [:]
      return run(variables, &marks).item
    }
    solution.check.lines.append(.differences(found.disagreement))
    return solution
  }

  private func run(_ variables: [String: Tensor], _ marks: inout [String: Tensor]) -> Tensor {
    let y = variables["x"]!.convolution(
      weight: variables["k"]!, bias: variables["b"],
      geometry: ConvolutionGeometry(
        stride: [stride, stride], padding: [padding, padding], dilation: [dilation, dilation]))
    marks["y"] = y
    let loss = (y * variables["g"]!).sum()
    marks["L"] = loss
    return loss
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
