import Autodiff

/// A vanilla recurrent network unrolled over its inputs: forward pass, backpropagation through time
/// term by term, and the truncated form beside it.
///
/// - Source: Goodfellow, Bengio and Courville 2016, "Deep Learning", section 10.2.
public struct RNNProblem: Problem {
  public static let kind = "rnn"

  /// The activation function of the state.
  public enum Activation: String, Sendable, Hashable, CaseIterable {
    /// tanh z
    case tanh
    /// max(z, 0)
    case relu
  }

  /// The inputs, a row a step.
  public var inputs: [[Double]]
  /// W_xh: a row for each unit, a column for each input.
  public var inputWeight: [[Double]]
  /// W_hh: a row and a column for each unit.
  public var recurrentWeight: [[Double]]
  /// b_h; none where nil.
  public var bias: [Double]?
  /// The activation function of the state.
  public var activation: Activation
  /// h₀; zeros where nil.
  public var initialState: [Double]?
  /// What the states are turned into, with the targets.
  public var readout: RecurrentReadout
  /// The window of truncated backpropagation in steps; only the full one where nil.
  public var truncation: Int?
  /// The heading; a description where nil.
  public var title: Prose?

  /// - Parameters:
  ///   - inputs: The inputs, a row a step.
  ///   - inputWeight: W_xh, a row for each unit.
  ///   - recurrentWeight: W_hh, a row for each unit.
  ///   - bias: b_h.
  ///   - activation: The activation function of the state.
  ///   - initialState: h₀; zeros where nil.
  ///   - readout: What the states are turned into, with the targets.
  ///   - truncation: The window of truncated backpropagation in steps.
  ///   - title: The heading.
  public init(
    inputs: [[Double]], inputWeight: [[Double]], recurrentWeight: [[Double]],
    bias: [Double]? = nil, activation: Activation = .tanh, initialState: [Double]? = nil,
    readout: RecurrentReadout, truncation: Int? = nil, title: Prose? = nil
  ) {
    self.inputs = inputs
    self.inputWeight = inputWeight
    self.recurrentWeight = recurrentWeight
    self.bias = bias
    self.activation = activation
    self.initialState = initialState
    self.readout = readout
    self.truncation = truncation
    self.title = title
  }

  /// The states, the losses, and every weight's gradient as a sum over time.
  public func solved(_ options: ExplainOptions) throws -> Solution {
    let columns = try RecurrentShapes.inputs(inputs)
    let units = try RecurrentShapes.units(recurrentWeight, "W_hh")
    let width = columns[0].elementCount
    let most = RecurrentShapes.mostUnits
    let wx = try GivenNumbers.matrix(
      inputWeight, "W_xh", rows: units, columns: width, atMost: most,
      "a row for each unit, a column for each input")
    let wh = try GivenNumbers.matrix(
      recurrentWeight, "W_hh", rows: units, columns: units, atMost: most,
      "a row and a column for each unit")
    var parameters = [
      RecurrentParameter(
        "W_xh", "w", "xh", wx,
        Prose(en: "\(Term.weight)s from input to state", zh: "从输入到状态的\(Term.weight)")),
      RecurrentParameter(
        "W_hh", "w", "hh", wh,
        Prose(en: "\(Term.weight)s from state to state", zh: "从状态到状态的\(Term.weight)")),
    ]
    if let bias {
      parameters.append(
        RecurrentParameter(
          "b_h", "b", "h", try RecurrentShapes.column(bias, "b_h", count: units, "one a unit"),
          Prose(en: "\(Term.bias) of the state", zh: "状态的\(Term.bias)")))
    }
    if let truncation, !(1...100).contains(truncation) {
      throw ProblemError("truncation", "found \(truncation), expected from 1 to 100 steps")
    }
    let cell = RNNCell(
      units: units, parameters: parameters, activation: activation, hasBias: bias != nil)
    let program = try RecurrentProgram(
      cell, inputs: columns, initial: ["h": (initialState, "h0")], readout: readout)
    var solver = try RecurrentSolver(
      kind: Self.kind,
      title: title
        ?? Prose(
          en: "Recurrent network over \(inputs.count) steps",
          zh: "\(inputs.count) 个时间步的循环神经网络"),
      program, options, splitsGradients: true, window: truncation)
    return try solver.solve(formulas: formulas) { remark(&$0, steps: inputs.count) }
  }

  private var formulas: [Block] {
    func at(_ letter: String, _ step: String, accent: Symbol.Accent? = nil) -> MathNode {
      .symbol(Symbol(letter, step, accent: accent))
    }
    func weight(_ letter: String, _ mark: String) -> MathNode {
      .symbol(Symbol(letter, mark, isMatrix: true))
    }
    var sum: MathNode = .infix(
      .plus, .infix(.matrixProduct, weight("W", "xh"), at("x", "t")),
      .infix(.matrixProduct, weight("W", "hh"), at("h", "t-1")))
    if bias != nil { sum = .infix(.plus, sum, .symbol(Symbol("b", "h"))) }
    return [
      .prose(
        Prose(
          en: """
            The \(Term.recurrentNetwork) carries its \(Term.hiddenState) h from step to step. \
            By \(Term.unrolling), every step is written down as a layer; all have the same weights.
            """,
          zh: """
            \(Term.recurrentNetwork)把\(Term.hiddenState) h 逐步传递。\(Term.unrolling)就是把每一步写成一层；\
            各层使用同一组权重。
            """)),
      .formula(.infix(.equals, at("z", "t"), sum)),
      .formula(.infix(.equals, at("h", "t"), .call(activation.rawValue, [at("z", "t")]))),
    ]
  }

  private func remark(_ work: inout RecordedSolution, steps: Int) {
    var rows: [[Table.Cell]] = []
    for step in (0...steps).reversed() {
      let gradient = work.sheet.array(GraphReader.gradient("h\(step)")).doubles
      let norm = NDArray(gradient).squared().sum().squareRoot().item
      rows.append([
        .math(.symbol(Symbol("h", "\(step)"))), .digits(NumberText.brief(norm)),
      ])
    }
    work.section(
      Prose(en: "How the gradient changes on its way back", zh: "梯度往回传时的变化"),
      [
        .table(
          Table(
            headings: [
              .prose(Prose(en: "state", zh: "状态")),
              .prose(Prose(en: "length of the gradient", zh: "梯度的长度")),
            ], rows: rows)),
        .note(
          Prose(
            en: """
              Each step back multiplies by the transposed W_hh and the activation's slopes. The \
              course's notes speak of the largest eigenvalue of W; with slopes of at most 1 a largest \
              \(Term.singularValue) below 1 suffices for a \(Term.vanishingGradient), and one above 1 is \
              necessary for an exploding one, but does not suffice.
              """,
            zh: """
              每往回一步，都乘以 W_hh 的转置和激活函数的斜率。讲义说的是 W 的最大特征值；准确地说，当斜率不超过 1 时，\
              最大\(Term.singularValue)小于 1 足以导致\(Term.vanishingGradient)；大于 1 是梯度爆炸的必要条件，\
              但不充分。
              """)),
      ])
  }
}

/// z = W_xh·x + W_hh·h₋₁ + b, h = tanh(z) or relu(z).
private struct RNNCell: RecurrentCell {
  let units: Int
  let states = ["h"]
  let parameters: [RecurrentParameter]
  let activation: RNNProblem.Activation
  let hasBias: Bool

  func plan(step: Int) -> [RecurrentQuantity] {
    [
      RecurrentQuantity(
        key: "z", symbol: Symbol("z"),
        meaning: Prose(en: "\(Term.preActivation)", zh: "\(Term.preActivation)"),
        gradient: Symbol("δ")),
      RecurrentQuantity(
        key: "h", symbol: Symbol("h"),
        meaning: Prose(en: "\(Term.hiddenState)", zh: "\(Term.hiddenState)"),
        slope: (activation.rawValue, Symbol("z"))),
    ]
  }

  func step(
    _ parameters: (String) -> Tensor, input: Tensor, before: [String: Tensor],
    mark: (String, Tensor) -> Tensor
  ) -> [String: Tensor] {
    var z = parameters("W_xh").matmul(input) + parameters("W_hh").matmul(before["h"]!)
    if hasBias { z = z + parameters("b_h") }
    z = mark("z", z)
    return ["h": mark("h", activation == .tanh ? z.tanh() : z.relu())]
  }
}
