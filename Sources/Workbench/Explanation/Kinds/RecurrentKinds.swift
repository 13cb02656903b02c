import Explain
import Formats

extension ProblemKind {
  /// Vanilla recurrent networks.
  static let rnn = ProblemKind(
    name: RNNProblem.kind,
    summary: "A recurrent network unrolled: forward pass and backpropagation through time.",
    keys: [
      .required("inputs", "a row of numbers for each step"),
      .required("W_xh", "weights from input to state, a row for each unit"),
      .required("W_hh", "weights from state to state, a row for each unit"),
      .optional("b_h", "bias of the state, a number for each unit"),
      .optional("activation", "tanh or relu; tanh"),
      .optional("h0", "the state before the first step; zeros"),
    ] + readoutKeys,
    example: """
      kind: rnn
      inputs: [[1], [0], [-1]]
      W_xh: [[0.5]]
      W_hh: [[0.8]]
      target: [[1]]
      truncation: 2
      """,
    read: { members in
      RNNProblem(
        inputs: try members.matrix("inputs")!, inputWeight: try members.matrix("W_xh")!,
        recurrentWeight: try members.matrix("W_hh")!, bias: try members.vector("b_h"),
        activation: try members["activation"]?.choice(
          "activation", RNNProblem.Activation.allCases.map { ($0.rawValue, $0) }) ?? .tanh,
        initialState: try members.vector("h0"), readout: try readout(members),
        truncation: try members.integer("truncation", 1...100), title: try members.title())
    })

  /// Long short-term memories.
  static let lstm = ProblemKind(
    name: LSTMProblem.kind,
    summary: "An LSTM over given steps: gates, memory cell, and the gradients along it.",
    keys: [
      .required("inputs", "a row of numbers for each step"),
      .required(
        "i",
        "input gate {W, U, b}: W a row for each unit and a column for each input, "
          + "U the same for the last state, b optional; or W alone with the columns of [h, x]"),
      .required("f", "forget gate, likewise"),
      .required("o", "output gate, likewise"),
      .required("g", "candidate, likewise"),
      .optional("h0", "the state before the first step; zeros"),
      .optional("c0", "the memory cell before the first step; zeros"),
    ] + readoutKeys,
    example: """
      kind: lstm
      inputs: [[1], [0.5]]
      i: {W: [[0.5]], U: [[0.1]], b: [0]}
      f: {W: [[0.2]], U: [[0.3]], b: [1]}
      o: {W: [[0.4]], U: [[-0.2]], b: [0]}
      g: {W: [[1]], U: [[0.5]], b: [0]}
      target: [[0.5]]
      """,
    read: { members in
      LSTMProblem(
        inputs: try members.matrix("inputs")!, inputGate: try gate(members["i"]!),
        forgetGate: try gate(members["f"]!), outputGate: try gate(members["o"]!),
        candidate: try gate(members["g"]!), initialState: try members.vector("h0"),
        initialCell: try members.vector("c0"), readout: try readout(members),
        truncation: try members.integer("truncation", 1...100), title: try members.title())
    })

  /// Gated recurrent units.
  static let gru = ProblemKind(
    name: GRUProblem.kind,
    summary: "A GRU over given steps, in the course's form or PyTorch's or Keras's.",
    keys: [
      .required("inputs", "a row of numbers for each step"),
      .required(
        "z",
        "update gate {W, U, b}: W a row for each unit and a column for each input, "
          + "U the same for the last state, b optional"),
      .required("r", "reset gate, likewise"),
      .required("h", "candidate, likewise; b_u is a bias of U·h, where r comes after the product"),
      .optional(
        "reset",
        "before or after: whether r multiplies h or U·h; before in the course's form, after in "
          + "PyTorch's, either in Keras's"),
      .optional("h0", "the state before the first step; zeros"),
    ] + readoutKeys,
    example: """
      kind: gru
      inputs: [[1], [0.5]]
      z: {W: [[0.5]], U: [[0.1]], b: [0]}
      r: {W: [[0.2]], U: [[0.3]], b: [0]}
      h: {W: [[1]], U: [[0.5]], b: [0]}
      target: [[0.5]]
      """,
    read: { members in
      let (candidate, bias) = try candidate(members["h"]!)
      return GRUProblem(
        inputs: try members.matrix("inputs")!, updateGate: try gate(members["z"]!),
        resetGate: try gate(members["r"]!), candidate: candidate, recurrentBias: bias,
        resetsAfterProduct: try members["reset"]?.choice(
          "reset", [("before", false), ("after", true)]),
        initialState: try members.vector("h0"), readout: try readout(members),
        truncation: try members.integer("truncation", 1...100), title: try members.title())
    })

  private static let readoutKeys: [Key] = [
    .optional("W_hy", "weights from state to output; the state is the output where left out"),
    .optional("b_y", "bias of the output"),
    .required("target", "one row for the last step, or a row for each step"),
    .optional("loss", "half-squared-error or cross-entropy; half-squared-error"),
    .optional(
      "truncation", "steps that truncated backpropagation goes back, shown beside the full"),
  ]

  private static func readout(_ members: ProblemMembers) throws -> RecurrentReadout {
    RecurrentReadout(
      weight: try members.matrix("W_hy"), bias: try members.vector("b_y"),
      target: try members.matrix("target")!,
      loss: try members["loss"]?.choice(
        "loss", RecurrentReadout.Loss.allCases.map { ($0.rawValue, $0) }) ?? .halfSquaredError)
  }

  private static func gate(_ value: YAMLValue) throws -> RecurrentGate {
    try gate(value, try value.members(["W", "U", "b"]))
  }

  private static func candidate(
    _ value: YAMLValue
  ) throws -> (gate: RecurrentGate, recurrentBias: [Double]?) {
    let parts = try value.members(["W", "U", "b", "b_u"])
    return (try gate(value, parts), try parts["b_u"]?.vector())
  }

  private static func gate(
    _ value: YAMLValue, _ parts: [String: YAMLValue]
  ) throws -> RecurrentGate {
    guard let weight = parts["W"] else { throw value.missing("W") }
    let rows = try weight.matrix()
    let bias = try parts["b"]?.vector()
    if let recurrent = parts["U"] {
      return RecurrentGate(
        inputWeight: rows, recurrentWeight: try recurrent.matrix(), bias: bias)
    }
    // The columns of [h, x]: as many for h as there are units.
    let units = rows.count
    guard rows[0].count > units else {
      throw weight.error(
        "found rows of \(rows[0].count) without U, expected those of [h, x], longer than \(units)")
    }
    return RecurrentGate(
      inputWeight: rows.map { Array($0.dropFirst(units)) },
      recurrentWeight: rows.map { Array($0.prefix(units)) }, bias: bias)
  }
}
