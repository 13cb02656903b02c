import Explain

extension ProblemKind {
  /// Convolution by hand, or its sizes.
  static let convolution = ProblemKind(
    name: ConvolutionProblem.kind,
    summary: "A convolution worked out, or with sizes alone its output, parameters and work.",
    keys: [
      .optional("input", "an image [rows, columns] or [channels, rows, columns]"),
      .optional("kernel", "filters: [k, k], [channels, k, k] or [filters, channels, k, k]"),
      .optional("bias", "a number a filter; none if left out"),
      .optional("upstream", "the gradient of the output, of its shape; ones if left out"),
      .optional(
        "sizes",
        "instead of numbers: {input: [rows, columns, channels], filters, kernel, bias: true}"),
      .optional("stride", "steps of the window; 1"),
      .optional("padding", "zeros around the image; 0"),
      .optional("dilation", "distance between the filter's taps; 1"),
    ],
    example: """
      kind: convolution
      input: [[1, 2, 0], [0, 1, 3], [2, 1, 1]]
      kernel: [[1, 0], [-1, 1]]
      """,
    read: { members in
      let stride = try members.integer("stride", 1...1000) ?? 1
      let padding = try members.integer("padding", 0...1000) ?? 0
      let dilation = try members.integer("dilation", 1...1000) ?? 1
      let content: ConvolutionProblem.Content
      if let sizes = members["sizes"] {
        guard members["input"] == nil, members["kernel"] == nil else {
          throw sizes.error("found input or kernel too, expected numbers or sizes")
        }
        content = .sizes(try convolutionSizes(sizes))
      } else {
        guard let input = members["input"] else { throw members.file.missing("input") }
        guard let kernel = members["kernel"] else { throw members.file.missing("kernel") }
        let filters = try kernel.array().padded(toAxes: 4)
        content = .numbers(
          .init(
            input: try input.array().padded(toAxes: 3), kernel: filters,
            bias: try members.vector("bias"),
            upstream: try members.array("upstream")?.padded(toAxes: 3)))
      }
      return ConvolutionProblem(
        content, stride: stride, padding: padding, dilation: dilation, title: try members.title())
    })

  private static func convolutionSizes(_ value: YAMLValue) throws -> ConvolutionProblem.Sizes {
    let parts = try value.members(["input", "filters", "kernel", "bias"])
    guard let input = parts["input"] else { throw value.missing("input") }
    guard let filters = parts["filters"] else { throw value.missing("filters") }
    guard let kernel = parts["kernel"] else { throw value.missing("kernel") }
    let sizes = try input.list("[rows, columns, channels]").map { try $0.integer(1...100_000) }
    guard sizes.count == 3 else { throw input.expected("[rows, columns, channels]") }
    return ConvolutionProblem.Sizes(
      rows: sizes[0], columns: sizes[1], channels: sizes[2],
      filters: try filters.integer(1...100_000), kernel: try kernel.integer(1...100_000),
      hasBias: try parts["bias"]?.boolean() ?? true)
  }

  /// Pooling by hand.
  static let pooling = ProblemKind(
    name: PoolingProblem.kind,
    summary: "Maximum, average or global pooling, forward and back.",
    keys: [
      .required("input", "an image [rows, columns] or [channels, rows, columns]"),
      .optional("mode", "max or average; max"),
      .optional("window", "rows and columns of a window, or 'global'; 2"),
      .optional("stride", "steps of the window; the window's size"),
      .optional("upstream", "the gradient of the output, of its shape; ones if left out"),
    ],
    example: """
      kind: pooling
      input: [[1, 3, 2, 0], [4, 2, 1, 1], [0, 1, 5, 2], [2, 2, 3, 1]]
      mode: max
      window: 2
      """,
    read: { members in
      let window: Int?
      if let value = members["window"], (try? value.string()) == "global" {
        window = nil
      } else {
        window = try members.integer("window", 1...1000) ?? 2
      }
      return PoolingProblem(
        input: try members.array("input")!.padded(toAxes: 3),
        mode: try members["mode"]?.choice(
          "mode", PoolingProblem.Mode.allCases.map { ($0.rawValue, $0) }) ?? .maximum,
        window: window, stride: try members.integer("stride", 1...1000),
        upstream: try members.array("upstream")?.padded(toAxes: 3), title: try members.title())
    })
}

extension Value {
  /// With axes of size 1 before the first, up to a number of axes.
  fileprivate func padded(toAxes count: Int) -> Value {
    Value(
      shape: [Int](repeating: 1, count: max(0, count - shape.count)) + shape, elements: elements)
  }
}
