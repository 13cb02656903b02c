import Autodiff

/// A gated recurrent unit over its inputs: gates, candidate, state, and backpropagation through time,
/// in the course's form or in that of PyTorch or Keras.
///
/// - Source: Cho et al. 2014.
public struct GRUProblem: Problem {
  public static let kind = "gru"

  /// The inputs, a row a step.
  public var inputs: [[Double]]
  /// The update gate z.
  public var updateGate: RecurrentGate
  /// The reset gate r.
  public var resetGate: RecurrentGate
  /// The candidate state h′.
  public var candidate: RecurrentGate
  /// A bias of U·h that the reset gate multiplies too; only where r comes after the product.
  public var recurrentBias: [Double]?
  /// Whether r multiplies U·h instead of h; what the convention says where nil.
  public var resetsAfterProduct: Bool?
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
  ///   - updateGate: The update gate z.
  ///   - resetGate: The reset gate r.
  ///   - candidate: The candidate state h′.
  ///   - recurrentBias: A bias of U·h that the reset gate multiplies too.
  ///   - resetsAfterProduct: Whether r multiplies U·h instead of h.
  ///   - initialState: h₀; zeros where nil.
  ///   - readout: What the states are turned into, with the targets.
  ///   - truncation: The window of truncated backpropagation in steps.
  ///   - title: The heading.
  public init(
    inputs: [[Double]], updateGate: RecurrentGate, resetGate: RecurrentGate,
    candidate: RecurrentGate, recurrentBias: [Double]? = nil, resetsAfterProduct: Bool? = nil,
    initialState: [Double]? = nil, readout: RecurrentReadout, truncation: Int? = nil,
    title: Prose? = nil
  ) {
    self.inputs = inputs
    self.updateGate = updateGate
    self.resetGate = resetGate
    self.candidate = candidate
    self.recurrentBias = recurrentBias
    self.resetsAfterProduct = resetsAfterProduct
    self.initialState = initialState
    self.readout = readout
    self.truncation = truncation
    self.title = title
  }

  /// The gates, states and losses, and every weight's gradient as a sum over time.
  public func solved(_ options: ExplainOptions) throws -> Solution {
    let columns = try RecurrentShapes.inputs(inputs)
    let units = try RecurrentShapes.units(updateGate.recurrentWeight, "z.U")
    let width = columns[0].elementCount
    let gates: [(String, RecurrentGate, Prose.Run, Prose.Run)] = [
      ("z", updateGate, "\(Term.updateGate)", "\(Term.updateGate)"),
      ("r", resetGate, "\(Term.resetGate)", "\(Term.resetGate)"),
      ("h", candidate, "\(Term.candidateState)", "\(Term.candidateState)"),
    ]
    var parameters = try gates.flatMap { mark, gate, english, chinese in
      try RecurrentShapes.gate(
        gate, mark, mark: mark, units: units, inputs: width, name: english, chinese: chinese)
    }
    if let truncation, !(1...100).contains(truncation) {
      throw ProblemError("truncation", "found \(truncation), expected from 1 to 100 steps")
    }
    let isAfter = resetsAfterProduct ?? (options.convention != .course)
    if options.convention == .course, isAfter {
      throw ProblemError(
        "reset",
        "found after, expected before: the course's form multiplies h by r; --convention pytorch or "
          + "keras has the other")
    }
    if options.convention == .pytorch, !isAfter {
      throw ProblemError(
        "reset", "found before, expected after: PyTorch's form multiplies U·h by r")
    }
    if let recurrentBias, isAfter {
      parameters.append(
        RecurrentParameter(
          "b_u", "b", "u",
          try RecurrentShapes.column(recurrentBias, "h.b_u", count: units, "one a unit"),
          Prose(
            en: "\(Term.bias) of U·h in the candidate", zh: "候选状态中 U·h 的\(Term.bias)")))
    } else if recurrentBias != nil, resetsAfterProduct != nil {
      throw ProblemError("h.b_u", "found a bias of U·h, which only reset: after has")
    }
    let cell = GRUCell(
      units: units, parameters: parameters,
      biases: Set(gates.filter { $0.1.bias != nil }.map(\.0)),
      hasRecurrentBias: recurrentBias != nil && isAfter, isAfter: isAfter,
      keepsOldByUpdate: options.convention != .course)
    let program = try RecurrentProgram(
      cell, inputs: columns, initial: ["h": (initialState, "h0")], readout: readout)
    var solver = try RecurrentSolver(
      kind: Self.kind,
      title: title
        ?? Prose(en: "GRU over \(inputs.count) steps", zh: "\(inputs.count) 个时间步的 GRU"),
      program, options, window: truncation)
    return try solver.solve(
      formulas: formulas(cell, options.convention)
        + (recurrentBias != nil && !isAfter
          ? [
            .note(
              Prose(
                en: "The course's form has no \(Term.bias) of U·h: b_u is not used.",
                zh: "课程的形式没有 U·h 的\(Term.bias)：b_u 未使用。"))
          ] : []))
  }

  private func formulas(
    _ cell: GRUCell, _ convention: ExplainOptions.Convention
  ) -> [Block] {
    func at(_ letter: String, _ step: String = "t", accent: Symbol.Accent? = nil) -> MathNode {
      .symbol(Symbol(letter, step, accent: accent))
    }
    func weight(_ base: String, _ mark: String) -> MathNode {
      .symbol(Symbol(base, mark, isMatrix: base != "b"))
    }
    func gate(_ letter: String) -> Block {
      let sum: MathNode = .infix(
        .plus,
        .infix(
          .plus, .infix(.matrixProduct, weight("W", letter), at("x")),
          .infix(.matrixProduct, weight("U", letter), at("h", "t-1"))), weight("b", letter))
      return .formula(.infix(.equals, at(letter), .call("sigmoid", [sum])))
    }
    let product: MathNode =
      cell.isAfter
      ? .infix(
        .hadamard, at("r"),
        .parentheses(
          cell.hasRecurrentBias
            ? .infix(
              .plus, .infix(.matrixProduct, weight("U", "h"), at("h", "t-1")), weight("b", "u"))
            : .infix(.matrixProduct, weight("U", "h"), at("h", "t-1"))))
      : .infix(
        .matrixProduct, weight("U", "h"),
        .parentheses(.infix(.hadamard, at("r"), at("h", "t-1"))))
    let candidate: MathNode = .call(
      "tanh",
      [
        .infix(
          .plus,
          .infix(.plus, .infix(.matrixProduct, weight("W", "h"), at("x")), product),
          weight("b", "h"))
      ])
    let rest = MathNode.parentheses(.infix(.minus, .number("1"), at("z")))
    let (old, new) = cell.keepsOldByUpdate ? (at("z"), rest) : (rest, at("z"))
    return [
      .prose(
        Prose(
          en: """
            The \(Term.resetGate) r says how much of the last state the \(Term.candidateState) h′ \
            sees, the \(Term.updateGate) z how old and new state are mixed. There is no separate \
            cell.
            """,
          zh: """
            \(Term.resetGate) r 决定\(Term.candidateState) h′ 看到多少上一状态，\
            \(Term.updateGate) z 决定新旧状态如何混合。没有独立的记忆单元。
            """)),
      gate("z"), gate("r"),
      .formula(.infix(.equals, at("h", accent: .prime), candidate)),
      .formula(
        .infix(
          .equals, at("h"),
          .infix(
            .plus, .infix(.hadamard, old, at("h", "t-1")),
            .infix(.hadamard, new, at("h", accent: .prime))))),
      .note(difference(cell, convention)),
      .note(
        Prose(
          en: """
            The course's notes say that the update gate merges the LSTM's forget and output gates; \
            it merges the forget and the input gate: one share is kept, the rest is written.
            """,
          zh: "讲义说更新门合并了 LSTM 的“遗忘门”和“输出门”；实际上合并的是遗忘门和输入门：一部分保留，其余写入。")),
    ]
  }

  private func difference(
    _ cell: GRUCell, _ convention: ExplainOptions.Convention
  ) -> Prose {
    switch convention {
    case .course:
      Prose(
        en: """
          The course's form: z is the share of the new state, and r multiplies the state before \
          the product with U. PyTorch and Keras use z for the share of the old state, and r after \
          the product, so the same numbers give other results there (--convention pytorch).
          """,
        zh: """
          课程的形式：z 是新状态的比例，r 在乘 U 之前先与状态相乘。PyTorch 与 Keras 中 z 是旧状态的比例，\
          r 在矩阵乘积之后才相乘，因此同样的数在那里结果不同（--convention pytorch）。
          """)
    case .pytorch:
      Prose(
        en: """
          PyTorch's form: z is the share of the old state, the other way round than in the course \
          (σ(−a) = 1 − σ(a): changing the signs of z's weights and bias turns one into the other), \
          and r multiplies U·h after the product, with a bias of its own. For one unit without that \
          bias it makes no difference where r stands.
          """,
        zh: """
          PyTorch 的形式：z 是旧状态的比例，与课程相反（σ(−a) = 1 − σ(a)：把 z 的权重与偏置变号即可互换）；\
          r 在矩阵乘积 U·h 之后相乘，且该乘积有自己的偏置。只有一个单元且没有该偏置时，r 的位置不影响结果。
          """)
    case .keras:
      cell.isAfter
        ? Prose(
          en: """
            Keras's form (reset_after=True, its default): as PyTorch's, z is the share of the old \
            state and r multiplies U·h after the product. With reset_after=False (reset: before) r \
            comes before it, as in the course.
            """,
          zh: """
            Keras 的形式（默认 reset_after=True）：与 PyTorch 相同，z 是旧状态的比例，r 在 U·h 之后相乘。\
            若 reset_after=False（reset: before），r 在乘积之前，与课程相同。
            """)
        : Prose(
          en: """
            Keras's form with reset_after=False: z is the share of the old state, the other way \
            round than in the course; r multiplies the state before the product, as in the course.
            """,
          zh: """
            Keras 的形式（reset_after=False）：z 是旧状态的比例，与课程相反；r 在乘积之前与状态相乘，与课程相同。
            """)
    }
  }
}

/// z, r = σ(W·x + U·h₋₁ + b); h′ = tanh(W·x + U·(r⊙h₋₁) + b); h = (1 − z)⊙h₋₁ + z⊙h′, or the
/// forms with z the other way round and r after the product.
private struct GRUCell: RecurrentCell {
  let units: Int
  let states = ["h"]
  let parameters: [RecurrentParameter]
  let biases: Set<String>
  let hasRecurrentBias: Bool
  /// Whether r multiplies U·h.
  let isAfter: Bool
  /// Whether z is the old state's share.
  let keepsOldByUpdate: Bool

  func plan(step: Int) -> [RecurrentQuantity] {
    func activation(_ letter: String, _ mark: String) -> RecurrentQuantity {
      let gate = Symbol(letter, accent: letter == "h" ? .prime : nil)
      return RecurrentQuantity(
        key: "a" + letter, symbol: Symbol("a", mark),
        meaning: Prose(
          en: "\(Term.preActivation) of \(gate)", zh: "\(gate) 的\(Term.preActivation)"),
        gradient: Symbol("δ", mark))
    }
    return [
      activation("z", "z"), activation("r", "r"),
      RecurrentQuantity(
        key: "z", symbol: Symbol("z"),
        meaning: Prose(en: "\(Term.updateGate)", zh: "\(Term.updateGate)")),
      RecurrentQuantity(
        key: "r", symbol: Symbol("r"),
        meaning: Prose(en: "\(Term.resetGate)", zh: "\(Term.resetGate)")),
      RecurrentQuantity(
        key: "s", symbol: Symbol("s"),
        meaning: isAfter
          ? Prose(en: "U·h, before r multiplies it", zh: "U·h，尚未乘 r")
          : Prose(en: "last state as far as r lets it through", zh: "经 r 放行的上一状态")),
      activation("h", "h"),
      RecurrentQuantity(
        key: "n", symbol: Symbol("h", accent: .prime),
        meaning: Prose(en: "\(Term.candidateState)", zh: "\(Term.candidateState)")),
      RecurrentQuantity(
        key: "h", symbol: Symbol("h"),
        meaning: Prose(en: "\(Term.hiddenState)", zh: "\(Term.hiddenState)")),
    ]
  }

  func step(
    _ parameters: (String) -> Tensor, input: Tensor, before: [String: Tensor],
    mark: (String, Tensor) -> Tensor
  ) -> [String: Tensor] {
    let last = before["h"]!
    func gate(_ letter: String) -> Tensor {
      var a = parameters("W_" + letter).matmul(input) + parameters("U_" + letter).matmul(last)
      if biases.contains(letter) { a = a + parameters("b_" + letter) }
      return mark("a" + letter, a)
    }
    let z = mark("z", gate("z").sigmoid())
    let r = mark("r", gate("r").sigmoid())
    let recurrent: Tensor
    if isAfter {
      var product = parameters("U_h").matmul(last)
      if hasRecurrentBias { product = product + parameters("b_u") }
      recurrent = r * mark("s", product)
    } else {
      recurrent = parameters("U_h").matmul(mark("s", r * last))
    }
    var a = parameters("W_h").matmul(input) + recurrent
    if biases.contains("h") { a = a + parameters("b_h") }
    let candidate = mark("n", mark("ah", a).tanh())
    let (old, new) = keepsOldByUpdate ? (z, 1 - z) : (1 - z, z)
    return ["h": mark("h", old * last + new * candidate)]
  }
}
