import Explain

extension ExerciseKind {
  /// Maximum and average pooling, forward and back.
  package static let pooling = ExerciseKind(
    name: PoolingProblem.kind, rows: ["L6.3"], isStarred: false,
    title: Words(en: "Pooling by hand", zh: "池化手算题"), minutes: [2, 3, 5, 8, 10]
  ) { source, difficulty in
    let (channels, rows, columns, window, stride) = source.pick(layouts[difficulty - 1])
    let isMaximum = source.flip()
    let isBack = difficulty > 2
    let count = channels * rows * columns
    // All different, so that every maximum has one place.
    let numbers = source.shuffled(Array(-(count / 2)...(count / 2))).prefix(count).map(Double.init)
    let size = window.map { [$0, $0] } ?? [rows, columns]
    let windows = Slip.Windows(shape: [channels, rows, columns], size: size, stride: stride)
    let output = [channels] + windows.output
    var given: [(symbol: MathNode, value: Value)] = []
    var problem = PoolingProblem(
      input: Value(shape: [channels, rows, columns], elements: numbers),
      mode: isMaximum ? .maximum : .average, window: window, stride: window == nil ? nil : stride)
    if isBack {
      let upstream = (0..<output.reduce(1, *)).map { _ in source.pick([-2, -1, 2, 3, 4.0]) }
      problem.upstream = Value(shape: output, elements: upstream)
      given.append(
        (
          .symbol(Symbol("G", isMatrix: true)),
          Value(shape: channels == 1 ? windows.output : output, elements: upstream)
        ))
    }
    return Draft(
      problem: problem,
      prompt: prompt(windows, isMaximum: isMaximum, isGlobal: window == nil, isBack: isBack),
      slips: Slip.pooling(windows), isAsked: Draft.asking(isBack ? ["y", "∂x"] : ["y"]),
      given: given)
  }

  /// Channels, rows, columns, the window's size (none: the whole image) and stride.
  private typealias Layout = (Int, Int, Int, window: Int?, stride: Int)

  /// For each difficulty.
  private static let layouts: [[Layout]] = [
    [(1, 2, 4, 2, 2)],
    [(1, 4, 4, 2, 2), (1, 3, 3, 2, 1), (2, 3, 3, nil, 3), (1, 4, 6, 2, 2)],
    [(1, 3, 3, 2, 1), (1, 4, 4, 2, 2)],
    [(2, 3, 3, 2, 1), (1, 4, 6, 2, 2)],
    [(1, 5, 5, 3, 2), (1, 4, 4, 2, 1)],
  ]

  private static func prompt(
    _ windows: Slip.Windows, isMaximum: Bool, isGlobal: Bool, isBack: Bool
  ) -> Prose {
    let (channels, rows, columns) = (windows.shape[0], windows.shape[1], windows.shape[2])
    let kind = isMaximum ? ("maximum", "最大") : ("average", "平均")
    var english = """
      An image X of \(rows)×\(columns) numbers\(channels > 1 ? " in \(channels) channels" : "") is given. \
      Calculate the numbers y\(channels > 1 && !isGlobal ? " (indices: channel, row, column)" : "") of \(isGlobal ? "global " : "")\(kind.0) pooling
      """
    var chinese = """
      给定 \(rows)×\(columns) 的图像 X\(channels > 1 ? "（\(channels) 个通道）" : "")。\
      计算\(isGlobal ? "全局" : "")\(kind.1)池化的结果 y\(channels > 1 && !isGlobal ? "（下标：通道、行、列）" : "")
      """
    if !isGlobal {
      english +=
        " with a window of \(windows.size[0])×\(windows.size[1]) and stride \(windows.stride)"
      chinese += "（窗口 \(windows.size[0])×\(windows.size[1])，步幅 \(windows.stride)）"
    }
    if isBack {
      english +=
        "; then with the gradient G = ∂L/∂Y that comes back, the gradients of L by all numbers of the image"
      chinese += "；再由传回的梯度 G = ∂L/∂Y 求 L 对图像每个数的梯度"
    }
    return Words(en: english + ".", zh: chinese + "。").prose
  }
}
