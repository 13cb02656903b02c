import Autodiff

/// Maximum or average pooling of an image, forward and back.
public struct PoolingProblem: Problem {
  public static let kind = "pooling"

  /// What is taken of each window.
  public enum Mode: String, Sendable, Hashable, CaseIterable {
    /// The largest number.
    case maximum = "max"
    /// The mean.
    case average
  }

  /// The image, `[channels, rows, columns]`.
  public var input: Value
  /// What is taken of each window.
  public var mode: Mode
  /// Rows and columns of a window; the whole image where nil (global pooling).
  public var window: Int?
  /// Steps of the window; the window's size where nil.
  public var stride: Int?
  /// The gradient that comes back, of the output's shape; ones where nil.
  public var upstream: Value?
  /// The heading; a description where nil.
  public var title: Prose?

  /// - Parameters:
  ///   - input: The image, `[channels, rows, columns]`.
  ///   - mode: What is taken of each window.
  ///   - window: Rows and columns of a window; the whole image where nil.
  ///   - stride: Steps of the window; the window's size where nil.
  ///   - upstream: The gradient that comes back; ones where nil.
  ///   - title: The heading.
  public init(
    input: Value, mode: Mode = .maximum, window: Int? = 2, stride: Int? = nil,
    upstream: Value? = nil, title: Prose? = nil
  ) {
    self.input = input
    self.mode = mode
    self.window = window
    self.stride = stride
    self.upstream = upstream
    self.title = title
  }

  private static let mostElements = 150

  /// Every window's result, and where the gradient goes.
  public func solved(_ options: ExplainOptions) throws -> Solution {
    guard input.shape.count == 3 else {
      throw ProblemError(
        "input", "found \(input.shape.count) axes, expected [channels, rows, columns]")
    }
    guard input.elements.count <= Self.mostElements else {
      throw ProblemError(
        "input",
        "found \(input.elements.count) numbers, which is too large to show: at most "
          + "\(Self.mostElements)")
    }
    try ProblemError.checkFinite(input.elements, "input")
    let (channels, rows, columns) = (input.shape[0], input.shape[1], input.shape[2])
    let size = window.map { [$0, $0] } ?? [rows, columns]
    let step = stride.map { [$0, $0] } ?? size
    guard size[0] >= 1, step[0] >= 1, size[0] <= rows, size[1] <= columns else {
      throw ProblemError(
        "window",
        "found a window of \(size[0])×\(size[1]) with stride \(step[0]) for an image of "
          + "\(rows)×\(columns)")
    }
    let sheet = Worksheet(options, isIndexed: true)
    let name = mode == .maximum ? ("Maximum", "最大") : ("Average", "平均")
    var solution = Solution(
      kind: Self.kind,
      title: title ?? Prose(en: "\(name.0) pooling by hand", zh: "手算\(name.1)池化"))
    let x = Name.image("x", "x", channels: channels).withGradient()
    let y = Name.image("y", "y", channels: channels).withGradient()
    sheet.give(x, NDArray(input.elements, shape: Shape([1] + input.shape)))
    let output = [
      channels, (rows - size[0]) / step[0] + 1, (columns - size[1]) / step[1] + 1,
    ]
    if let upstream, upstream.shape != output {
      throw ProblemError("upstream", "found shape \(upstream.shape), expected \(output)")
    }
    let g = NDArray(
      upstream?.elements ?? [Double](repeating: 1, count: output.reduce(1, *)),
      shape: Shape([1] + output))
    sheet.give(Name.image("g", "g", channels: channels), g)
    solution.symbols = [
      .init(
        symbol: x.whole, meaning: Prose(en: "\(Term.input) image", zh: "\(Term.input)图像"),
        shape: input.shape),
      .init(
        symbol: y.whole,
        meaning: Prose(
          en: "\(name.0.lowercased()) of each window", zh: "每个窗口的\(name.1)值"), shape: output),
    ]
    solution.sections.append(
      Section(
        Prose(en: "Given", zh: "已知"),
        [
          .given(x.whole, input.squeezed),
          .prose(
            Prose(
              en: """
                Window \(size[0])×\(size[1]), stride \(step[0]): the output has \
                ⌊(\(rows) − \(size[0]))/\(step[0])⌋ + 1 = \(output[1]) rows and \
                ⌊(\(columns) − \(size[1]))/\(step[1])⌋ + 1 = \(output[2]) columns.
                """,
              zh: """
                窗口 \(size[0])×\(size[1])，步幅 \(step[0])：输出有 \
                ⌊(\(rows) − \(size[0]))/\(step[0])⌋ + 1 = \(output[1]) 行、\
                ⌊(\(columns) − \(size[1]))/\(step[1])⌋ + 1 = \(output[2]) 列。
                """)),
        ]))
    let geometry = PoolingGeometry(window: size, stride: step)
    let recording = sheet.record(
      inputs: ["x", "g"], named: [y, Name(scalar: "L", Symbol("L"))]
    ) { variables, marks in run(variables, &marks, geometry) }
    solution.sections.append(
      Section(
        Prose(en: "Forward pass", zh: "\(Term.forwardPass)"),
        sheet.value("y", in: recording).blocks() + [
          .given(
            y.whole, Value(shape: output, elements: sheet.replayedArray("y").doubles).squeezed)
        ]))
    solution.sections.append(
      Section(
        Prose(en: "Backward pass", zh: "\(Term.backwardPass)"),
        [
          .prose(
            mode == .maximum
              ? Prose(
                en: """
                  A maximum routes: the whole gradient of a window goes to its largest number, \
                  the others get 0. Of equal numbers the first gets it.
                  """,
                zh: "最大值起路由作用：窗口的全部梯度传给其中最大的数，其余得 0；若有并列，传给第一个。")
              : Prose(
                en: "A mean distributes: each number of a window gets an equal share.",
                zh: "平均值起分配作用：窗口中每个数得到相等的一份。"))
        ] + sheet.gradient("y", in: recording).blocks()
          + sheet.gradient("x", in: recording).blocks()))
    solution.results = [
      ("output", Value(shape: output, elements: sheet.array("y").doubles)),
      (
        "input_gradient",
        Value(shape: input.shape, elements: sheet.array(GraphReader.gradient("x")).doubles)
      ),
    ]
    let found = DifferenceCheck(
      at: [sheet.array("x")], gradients: [sheet.array(GraphReader.gradient("x"))]
    ) {
      var marks: [String: Tensor] = [:]
      return run(["x": Tensor($0[0]), "g": Tensor(g)], &marks, geometry).item
    }
    solution.check.lines.append(.differences(found.disagreement))
    var kinks = KinkReport()
    for kink in found.kinks {
      kinks.add(
        x.entry(Worksheet.indices(kink.entry, sheet.array("x").shape)), left: kink.left,
        right: kink.right, gradient: kink.gradient)
    }
    solution.check.kinks = kinks.prose
    return solution
  }

  private func run(
    _ variables: [String: Tensor], _ marks: inout [String: Tensor], _ geometry: PoolingGeometry
  ) -> Tensor {
    let x = variables["x"]!
    let y = mode == .maximum ? x.maximumPool(geometry) : x.averagePool(geometry)
    marks["y"] = y
    let loss = (y * variables["g"]!).sum()
    marks["L"] = loss
    return loss
  }
}
