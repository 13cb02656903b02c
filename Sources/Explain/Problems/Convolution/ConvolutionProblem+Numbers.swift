import Autodiff

extension ConvolutionProblem {
  func validate(_ numbers: Numbers) throws {
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

  func solved(_ numbers: Numbers, _ options: ExplainOptions) throws -> Solution {
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
    let order: Prose =
      channels > 1
      ? Prose(en: "indices: channel, row, column", zh: "下标依次为通道、行、列")
      : Prose(en: "indices: row, column", zh: "下标依次为行、列")
    let filterOrder: Prose =
      filters > 1 ? Prose(en: "filter first, then ", zh: "先滤波器，再按 ") : Prose(en: "", zh: "")
    func entry(_ symbol: MathNode, _ meaning: Prose, _ shape: [Int]) {
      solution.symbols.append(.init(symbol: symbol, meaning: meaning, shape: shape))
    }
    entry(
      x.whole, Prose(en: "image x; \(order.english)", zh: "图像 x；\(order.chinese)"),
      numbers.input.squeezed.shape)
    entry(
      k.whole,
      Prose(
        en: "filter k; \(filterOrder.english)\(order.english)",
        zh: "滤波器 k；\(filterOrder.chinese)\(order.chinese)"), numbers.kernel.squeezed.shape)
    for (name, english, chinese) in [
      ("h", "rows of the output", "输出的行数"), ("w", "columns of the output", "输出的列数"),
      ("d", "channels of the output", "输出的通道数"),
    ] {
      entry(.symbol(Symbol(name, "out")), Prose(en: "\(english)", zh: "\(chinese)"), [])
    }
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
            en: "From the outputs back. The \(Term.upstreamGradient) g = ∂L/∂y is given:",
            zh: "从输出往回求。给定\(Term.upstreamGradient) g = ∂L/∂y："))
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

  func run(_ variables: [String: Tensor], _ marks: inout [String: Tensor]) -> Tensor {
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
