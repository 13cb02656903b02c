import Autodiff

/// A long short-term memory over its inputs: gates, memory cell, state, and backpropagation through
/// time along the cell.
///
/// - Source: Hochreiter and Schmidhuber 1997; with the forget gate of Gers et al. 2000.
public struct LSTMProblem: Problem {
  public static let kind = "lstm"

  /// The inputs, a row a step.
  public var inputs: [[Double]]
  /// The input gate i.
  public var inputGate: RecurrentGate
  /// The forget gate f.
  public var forgetGate: RecurrentGate
  /// The output gate o.
  public var outputGate: RecurrentGate
  /// The candidate g.
  public var candidate: RecurrentGate
  /// h₀; zeros where nil.
  public var initialState: [Double]?
  /// c₀; zeros where nil.
  public var initialCell: [Double]?
  /// What the states are turned into, with the targets.
  public var readout: RecurrentReadout
  /// The window of truncated backpropagation in steps; only the full one where nil.
  public var truncation: Int?
  /// The heading; a description where nil.
  public var title: Prose?

  /// - Parameters:
  ///   - inputs: The inputs, a row a step.
  ///   - inputGate: The input gate i.
  ///   - forgetGate: The forget gate f.
  ///   - outputGate: The output gate o.
  ///   - candidate: The candidate g.
  ///   - initialState: h₀; zeros where nil.
  ///   - initialCell: c₀; zeros where nil.
  ///   - readout: What the states are turned into, with the targets.
  ///   - truncation: The window of truncated backpropagation in steps.
  ///   - title: The heading.
  public init(
    inputs: [[Double]], inputGate: RecurrentGate, forgetGate: RecurrentGate,
    outputGate: RecurrentGate, candidate: RecurrentGate, initialState: [Double]? = nil,
    initialCell: [Double]? = nil, readout: RecurrentReadout, truncation: Int? = nil,
    title: Prose? = nil
  ) {
    self.inputs = inputs
    self.inputGate = inputGate
    self.forgetGate = forgetGate
    self.outputGate = outputGate
    self.candidate = candidate
    self.initialState = initialState
    self.initialCell = initialCell
    self.readout = readout
    self.truncation = truncation
    self.title = title
  }

  /// The gates, states and losses, and every weight's gradient as a sum over time.
  public func solved(_ options: ExplainOptions) throws -> Solution {
    let columns = try RecurrentShapes.inputs(inputs)
    let units = try RecurrentShapes.units(inputGate.recurrentWeight, "i.U")
    let width = columns[0].elementCount
    let gates: [(String, RecurrentGate, Prose.Run, Prose.Run)] = [
      ("i", inputGate, "\(Term.inputGate)", "\(Term.inputGate)"),
      ("f", forgetGate, "\(Term.forgetGate)", "\(Term.forgetGate)"),
      ("o", outputGate, "\(Term.outputGate)", "\(Term.outputGate)"),
      ("g", candidate, "\(Term.candidate)", "\(Term.candidate)"),
    ]
    let parameters = try gates.flatMap { mark, gate, english, chinese in
      try RecurrentShapes.gate(
        gate, mark, mark: mark, units: units, inputs: width, name: english, chinese: chinese)
    }
    if let truncation, !(1...100).contains(truncation) {
      throw ProblemError("truncation", "found \(truncation), expected from 1 to 100 steps")
    }
    let cell = LSTMCell(
      units: units, parameters: parameters,
      biases: Set(gates.filter { $0.1.bias != nil }.map(\.0)))
    let program = try RecurrentProgram(
      cell, inputs: columns, initial: ["h": (initialState, "h0"), "c": (initialCell, "c0")],
      readout: readout)
    var solver = try RecurrentSolver(
      kind: Self.kind,
      title: title
        ?? Prose(
          en: "LSTM over \(inputs.count) steps", zh: "\(inputs.count) 个时间步的 LSTM"),
      program, options, window: truncation)
    return try solver.solve(formulas: Self.formulas) { remark(&$0, units: units) }
  }

  private static var formulas: [Block] {
    func at(_ letter: String, _ step: String = "t") -> MathNode { .symbol(Symbol(letter, step)) }
    func gate(_ letter: String, _ function: String) -> Block {
      func weight(_ base: String) -> MathNode {
        .symbol(Symbol(base, letter, isMatrix: base != "b"))
      }
      let sum: MathNode = .infix(
        .plus,
        .infix(
          .plus, .infix(.matrixProduct, weight("W"), at("x")),
          .infix(.matrixProduct, weight("U"), at("h", "t-1"))), weight("b"))
      return .formula(.infix(.equals, at(letter), .call(function, [sum])))
    }
    return [
      .prose(
        Prose(
          en: """
            The \(Term.inputGate) i says how much of the \(Term.candidate) g is written to the \
            \(Term.cellState) c, the \(Term.forgetGate) f how much of the old cell is kept, the \
            \(Term.outputGate) o how much is read out to the state h. All of them see the input x and \
            the last state. W[h, x] of the course is the same product with both blocks in one matrix.
            """,
          zh: """
            \(Term.inputGate) i 决定把多少\(Term.candidate) g 写入\(Term.cellState) c，\
            \(Term.forgetGate) f 决定保留多少旧的记忆，\(Term.outputGate) o 决定读出多少到状态 h。\
            它们都以当前输入 x 和上一状态为输入。课程中的 W[h, x] 就是把两块写在一个矩阵里，乘积相同。
            """)),
      gate("i", "sigmoid"), gate("f", "sigmoid"), gate("o", "sigmoid"), gate("g", "tanh"),
      .formula(
        .infix(
          .equals, at("c"),
          .infix(
            .plus, .infix(.hadamard, at("f"), at("c", "t-1")), .infix(.hadamard, at("i"), at("g"))))
      ),
      .formula(
        .infix(.equals, at("h"), .infix(.hadamard, at("o"), .call("tanh", [at("c")])))),
    ]
  }

  private func remark(_ work: inout RecordedSolution, units: Int) {
    // The path along the cell alone: a product of forget gates.
    let steps = inputs.count
    let product = (1...steps).map { Expression.variable("f\($0)") }
    let whole = MathNode.derivative(
      .symbol(Symbol("c", "\(steps)")), .symbol(Symbol("c", "0")))
    let name = Name("cell", whole: whole) { index in
      guard units > 1, let unit = index.first else { return whole }
      return .derivative(
        .symbol(Symbol("c", "\(steps),\(unit + 1)")), .symbol(Symbol("c", "0,\(unit + 1)")))
    }
    let lines = work.sheet.define(
      name, product.dropFirst().reduce(product[0]) { .multiply($0, $1) }, .backward)
    work.section(
      Prose(en: "Along the memory cell", zh: "沿\(Term.cellState)的梯度"),
      [
        .prose(
          Prose(
            en: """
              Along the cell alone, with the gates held fixed, no matrix and no activation function \
              stands in the way, only the forget gates:
              """,
            zh: "只沿记忆单元看（各门视为固定）时，路上没有矩阵也没有激活函数，只有遗忘门："))
      ] + lines.map { .step($0) } + [
        .note(
          Prose(
            en: """
              The course's notes say that the cell is not affected by squashing; it is still scaled \
              by f at every step. The gradient lives on as long as f stays near 1.
              """,
            zh: "讲义说记忆单元不受挤压函数影响；但它每一步仍乘以 f。只有当 f 接近 1 时梯度才能长久保持。"))
      ])
    var result = work.sheet.array("cell")
    if result.rank > 1 { result = result.reshaped([result.elementCount]) }
    work.result("cell_path", Value(result))
  }
}

/// i, f, o = σ(W·x + U·h₋₁ + b), g = tanh(·), c = f⊙c₋₁ + i⊙g, h = o⊙tanh(c).
private struct LSTMCell: RecurrentCell {
  let units: Int
  let states = ["h", "c"]
  let parameters: [RecurrentParameter]
  let biases: Set<String>

  func plan(step: Int) -> [RecurrentQuantity] {
    let names: [(String, Prose)] = [
      ("i", Prose(en: "\(Term.inputGate)", zh: "\(Term.inputGate)")),
      ("f", Prose(en: "\(Term.forgetGate)", zh: "\(Term.forgetGate)")),
      ("o", Prose(en: "\(Term.outputGate)", zh: "\(Term.outputGate)")),
      ("g", Prose(en: "\(Term.candidate)", zh: "\(Term.candidate)")),
    ]
    return names.map { letter, meaning in
      RecurrentQuantity(
        key: "a" + letter, symbol: Symbol("z", letter),
        meaning: Prose(
          en: "\(Term.preActivation) of \(Symbol(letter))",
          zh: "\(Symbol(letter)) 的\(Term.preActivation)"),
        gradient: Symbol("δ", letter))
    }
      + names.map { letter, meaning in
        RecurrentQuantity(key: letter, symbol: Symbol(letter), meaning: meaning)
      } + [
        RecurrentQuantity(
          key: "c", symbol: Symbol("c"),
          meaning: Prose(en: "\(Term.cellState)", zh: "\(Term.cellState)")),
        RecurrentQuantity(
          key: "h", symbol: Symbol("h"),
          meaning: Prose(en: "\(Term.hiddenState)", zh: "\(Term.hiddenState)")),
      ]
  }

  func step(
    _ parameters: (String) -> Tensor, input: Tensor, before: [String: Tensor],
    mark: (String, Tensor) -> Tensor
  ) -> [String: Tensor] {
    func gate(_ letter: String) -> Tensor {
      var z =
        parameters("W_" + letter).matmul(input) + parameters("U_" + letter).matmul(before["h"]!)
      if biases.contains(letter) { z = z + parameters("b_" + letter) }
      z = mark("a" + letter, z)
      return mark(letter, letter == "g" ? z.tanh() : z.sigmoid())
    }
    let (i, f, o, g) = (gate("i"), gate("f"), gate("o"), gate("g"))
    let c = mark("c", f * before["c"]! + i * g)
    return ["c": c, "h": mark("h", o * c.tanh())]
  }
}
