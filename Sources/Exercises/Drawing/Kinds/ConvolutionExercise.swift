import Explain

extension ExerciseKind {
  /// A convolution's numbers, or its sizes.
  package static let convolution = ExerciseKind(
    name: ConvolutionProblem.kind, rows: ["L6.2", "L6.1"], isStarred: true,
    title: Words(en: "Convolution by hand", zh: "卷积手算题"), minutes: [4, 6, 8, 8, 12]
  ) { source, difficulty in
    if difficulty == 2 || difficulty == 4 { return sizes(&source, difficulty) }
    let image = difficulty == 5 ? 4 : 3
    let padding = difficulty == 3 && source.flip() ? 1 : 0
    let stride = difficulty == 5 ? source.pick([1, 2]) : padding == 1 ? 2 : 1
    let hasBias = difficulty > 1
    func numbers(_ count: Int, _ choices: [Double]) -> [Double] {
      (0..<count).map { _ in source.pick(choices) }
    }
    let input = numbers(image * image, [-2, -1, 0, 1, 2, 3])
    let kernel = numbers(4, [-2, -1, 1, 2, 0.5])
    let isBack = difficulty == 5
    let size = (image - 2 + 2 * padding) / stride + 1
    var english = """
      An image x of \(image)×\(image) numbers and a filter k of 2×2\(hasBias ? " with bias b" : "") are given. \
      With stride \(stride) and padding \(padding), calculate the size of the output and each of its numbers by \
      cross-correlation
      """
    var chinese =
      "给定 \(image)×\(image) 的图像 x 与 2×2 的卷积核 k\(hasBias ? "（偏置 b）" : "")。步长 \(stride)，填充 \(padding)，用互相关计算输出尺寸与每个输出值"
    if isBack {
      english +=
        "; then with the gradients g that come back, the entries of G, the gradients by the filter and the bias"
      chinese += "；再由传回的梯度 g（G 的元素）求对卷积核与偏置的梯度"
    }
    let gradient = isBack ? numbers(size * size, [-1, 1, 2]) : []
    return Draft(
      problem: ConvolutionProblem(
        .numbers(
          .init(
            input: Value(shape: [1, image, image], elements: input),
            kernel: Value(shape: [1, 1, 2, 2], elements: kernel),
            bias: hasBias ? [source.pick([-1, 0.5, 1])] : nil,
            upstream: isBack ? Value(shape: [1, size, size], elements: gradient) : nil)),
        stride: stride, padding: padding),
      prompt: Words(en: english + ".", zh: chinese + "。").prose, slips: Slip.convolution,
      isAsked: { step in
        guard let key = step.calculation?.key else { return false }
        return step.stage == .forward
          ? ["hout", "wout", "y"].contains(key) : isBack && ["∂k", "∂b"].contains(key)
      },
      given: isBack
        ? [(.symbol(Symbol("G", isMatrix: true)), Value(shape: [size, size], elements: gradient))]
        : [])
  }

  private static func sizes(_ source: inout NumberSource, _ difficulty: Int) -> Draft {
    let kernel = source.pick(difficulty == 2 ? [3, 5] : [3, 5, 7, 11])
    let rows = source.pick(difficulty == 2 ? [28, 32, 64] : [112, 128, 224, 227])
    let columns = difficulty == 2 ? rows : source.pick([rows, rows + 32])
    return Draft(
      problem: ConvolutionProblem(
        .sizes(
          .init(
            rows: rows, columns: columns, channels: source.pick([1, 3, 16]),
            filters: source.pick([6, 16, 64, 96]), kernel: kernel)),
        stride: source.pick(difficulty == 2 ? [1, 2] : [2, 3, 4]), padding: source.integer(0...3)),
      prompt: Words(
        en: """
          A convolution with bias is given by its sizes. Calculate the rows, columns and depth of its output and \
          the number of its parameters.
          """, zh: "给定一个带偏置的卷积层的尺寸。计算输出的高、宽、深度以及参数个数。"
      ).prose,
      slips: Slip.convolution,
      isAsked: { ["hout", "wout", "dout", "parameters"].contains($0.calculation?.key ?? "") })
  }
}
