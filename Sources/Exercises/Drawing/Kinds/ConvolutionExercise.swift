import Explain

extension ExerciseKind {
  /// A convolution's numbers, forward and back, or its sizes.
  package static let convolution = ExerciseKind(
    name: ConvolutionProblem.kind, rows: ["L6.2", "L6.1"], isStarred: true,
    title: Words(en: "Convolution by hand", zh: "卷积手算题"), minutes: [4, 5, 8, 12, 18]
  ) { source, difficulty in
    if difficulty == 2 || difficulty == 4 && source.flip() { return sizes(&source, difficulty) }
    return numbers(&source, difficulty)
  }

  /// Sizes of an image, a filter and its steps.
  private struct Window {
    var image: Int
    var kernel: Int
    var stride = 1
    var padding = 0
    var dilation = 1
    var channels = 1
    var filters = 1

    var output: Int { (image - dilation * (kernel - 1) - 1 + 2 * padding) / stride + 1 }
  }

  // MARK: Numbers

  private static func numbers(_ source: inout NumberSource, _ difficulty: Int) -> Draft {
    let window: Window
    switch difficulty {
    case 1: window = Window(image: 3, kernel: 2)
    case 3:
      window = source.pick([
        Window(image: 4, kernel: 2), Window(image: 4, kernel: 2, stride: 2),
        Window(image: 4, kernel: 3), Window(image: 3, kernel: 2, stride: 2, padding: 1),
        Window(image: 3, kernel: 3, stride: 2, padding: 1),
        Window(image: 4, kernel: 2, dilation: 2), Window(image: 3, kernel: 2, filters: 2),
      ])
    case 4:
      window = source.pick([
        Window(image: 3, kernel: 2), Window(image: 4, kernel: 2, stride: 2),
        Window(image: 3, kernel: 2, stride: 2, padding: 1),
      ])
    default:
      window = source.pick([
        Window(image: 3, kernel: 2, channels: 2), Window(image: 3, kernel: 2, filters: 2),
        Window(image: 4, kernel: 2),
      ])
    }
    let isBack = difficulty > 3
    let hasBias = difficulty > 1
    func draw(_ count: Int, _ choices: [Double]) -> [Double] {
      (0..<count).map { _ in source.pick(choices) }
    }
    let (channels, filters, size) = (window.channels, window.filters, window.output)
    var content = ConvolutionProblem.Numbers(
      input: Value(
        shape: [channels, window.image, window.image],
        elements: draw(channels * window.image * window.image, [-2, -1, 0, 1, 2, 3])),
      kernel: Value(
        shape: [filters, channels, window.kernel, window.kernel],
        elements: draw(filters * channels * window.kernel * window.kernel, [-2, -1, 1, 2, 0.5])),
      bias: hasBias ? draw(filters, [-1, 0.5, 1]) : nil)
    var given: [(symbol: MathNode, value: Value)] = []
    var asked: Set = ["hout", "wout", "y"]
    if isBack {
      asked.formUnion(["∂k", "∂b"])
      if difficulty == 4 { asked.insert("∂x") }
      let upstream = Value(
        shape: [filters, size, size], elements: draw(filters * size * size, [-1, 1, 2, 3]))
      content.upstream = upstream
      given.append(
        (
          .symbol(Symbol("G", isMatrix: true)),
          filters == 1 ? Value(shape: [size, size], elements: upstream.elements) : upstream
        ))
    }
    return Draft(
      problem: ConvolutionProblem(
        .numbers(content), stride: window.stride, padding: window.padding,
        dilation: window.dilation),
      prompt: prompt(window, hasBias: hasBias, isBack: isBack, hasImage: difficulty == 4),
      slips: Slip.convolution, isAsked: Draft.asking(asked), given: given, decimals: 2)
  }

  private static func prompt(
    _ window: Window, hasBias: Bool, isBack: Bool, hasImage: Bool
  ) -> Prose {
    let (image, kernel) = ("\(window.image)×\(window.image)", "\(window.kernel)×\(window.kernel)")
    let hasDilation = window.dilation > 1
    var english = """
      An image X of \(image) numbers\(window.channels > 1 ? " in \(window.channels) channels" : "") and \
      \(window.filters > 1 ? "\(window.filters) filters K" : "a filter K") of \(kernel)\
      \(hasBias ? " with a bias b\(window.filters > 1 ? " each" : "")" : "") are given. With stride \
      \(window.stride)\(hasDilation ? "," : " and") padding \(window.padding)\
      \(hasDilation ? " and dilation \(window.dilation)" : ""), calculate the output's rows and columns and \
      each of its numbers y\(window.filters > 1 ? " (indices: filter, row, column)" : ""), by \
      cross-correlation (the filter is not turned round)
      """
    var chinese = """
      给定 \(image) 的图像 X\(window.channels > 1 ? "（\(window.channels) 个通道）" : "")与 \
      \(window.filters > 1 ? "\(window.filters) 个" : "")\(kernel) 的滤波器 K\
      \(hasBias ? "（偏置 b）" : "")。步幅 \(window.stride)，填充 \(window.padding)\
      \(hasDilation ? "，空洞率 \(window.dilation)" : "")，用互相关（不翻转滤波器）计算输出的行数、列数与每个输出值 y\
      \(window.filters > 1 ? "（下标：滤波器、行、列）" : "")
      """
    if isBack {
      english += """
        ; then with the gradient G = ∂L/∂Y that comes back, the gradients of L by all numbers k of the \
        \(window.filters > 1 ? "filters" : "filter")\
        \(window.channels > 1 ? " (indices: channel, row, column)" : ""), b\(hasImage ? " and all numbers x of the image" : "")
        """
      chinese +=
        "；再由传回的梯度 G = ∂L/∂Y 求 L 对滤波器每个数 k\(window.channels > 1 ? "（下标：通道、行、列）" : "")、偏置 b\(hasImage ? "与图像每个数 x" : "")的梯度"
    }
    return Words(en: english + ".", zh: chinese + "。").prose
  }

  // MARK: Sizes

  private static func sizes(_ source: inout NumberSource, _ difficulty: Int) -> Draft {
    let isLarge = difficulty > 2
    let rows = source.pick(isLarge ? [112, 128, 224, 227] : [28, 32, 64])
    let hasBias = source.flip()
    let sizes = ConvolutionProblem.Sizes(
      rows: rows, columns: isLarge && source.flip() ? rows + 32 : rows,
      channels: source.pick([1, 3, 16]), filters: source.pick([6, 16, 64, 96]),
      kernel: source.pick(isLarge ? [3, 5, 7, 11] : [3, 5]), hasBias: hasBias)
    var asked: Set = ["hout", "wout", "dout", "parameters", "multiplications"]
    if isLarge { asked.insert("dense") }
    return Draft(
      problem: ConvolutionProblem(
        .sizes(sizes), stride: source.pick(isLarge ? [2, 3, 4] : [1, 2]),
        padding: source.integer(0...3), dilation: isLarge ? source.pick([1, 2, 3]) : 1),
      prompt: Words(
        en: """
          A convolution \(hasBias ? "with a bias for each filter" : "without bias") is given by its sizes: \
          hᵢₙ rows, wᵢₙ columns and dᵢₙ channels of the image, n_f filters of h_f × h_f, stride s, padding p\
          \(isLarge ? ", dilation d (1 where none is given)" : ""). Calculate the output's rows hₒᵤₜ, columns \
          wₒᵤₜ and channels dₒᵤₜ, the number N_conv of parameters and the number M_conv of multiplications\
          \(isLarge ? ", and the number N_dense of weights of a fully connected layer with the same inputs and outputs" : "").
          """,
        zh: """
          给定一个\(hasBias ? "每个滤波器带一个偏置的" : "不带偏置的")卷积层的尺寸：图像的行数 hᵢₙ、列数 wᵢₙ、通道数 dᵢₙ，\
          n_f 个 h_f × h_f 的滤波器，步幅 s，填充 p\(isLarge ? "，空洞率 d（未给出时为 1）" : "")。\
          计算输出的行数 hₒᵤₜ、列数 wₒᵤₜ、通道数 dₒᵤₜ，参数个数 N_conv 与乘法次数 M_conv\
          \(isLarge ? "，以及输入输出相同的全连接层的权重个数 N_dense" : "")。
          """
      ).prose, slips: Slip.convolution, isAsked: Draft.asking(asked))
  }
}
