import Explain

extension ExerciseKind {
  /// Gates, memory cell and state of a long short-term memory, and gradients through them.
  package static let longShortTermMemory = ExerciseKind(
    name: LSTMProblem.kind, rows: ["L8.4"], isStarred: true,
    title: Words(en: "LSTM by hand", zh: "LSTM 手算题"), minutes: [6, 10, 15, 20, 35]
  ) { source, difficulty in
    let differentiates = difficulty == 5 || difficulty == 4 && source.flip()
    let units = difficulty == 4 && !differentiates ? 2 : 1
    let inputs = difficulty == 2 ? 2 : 1
    let steps = difficulty == 3 || difficulty == 5 ? 2 : 1
    let hasBias = difficulty < 5 && source.flip()
    let gates = (0..<4).map { _ in
      drawnGate(units, inputs, hasBias: hasBias, &source)
    }
    let startsAtZero = steps > 1 && source.flip()
    let problem = LSTMProblem(
      inputs: recurrentInputs(steps, inputs, &source), inputGate: gates[0], forgetGate: gates[1],
      outputGate: gates[2], candidate: gates[3],
      initialState: startsAtZero ? nil : recurrentState(units, &source),
      initialCell: startsAtZero ? nil : recurrentState(units, &source),
      readout: RecurrentReadout(target: [(0..<units).map { _ in source.pick([0, 0.5, 1, -1]) }]))
    return Draft(
      problem: problem,
      prompt: prompt(steps, units, hasBias: hasBias, differentiates, writesSums: difficulty == 2),
      slips: Slip.recurrent + Slip.longShortTermMemory,
      isAsked: { step in
        isAsked(step, differentiates, writesSums: difficulty == 2)
      }, decimals: differentiates || steps > 1 ? 5 : 4)
  }

  /// A gate's weights.
  static func drawnGate(
    _ units: Int, _ inputs: Int, hasBias: Bool, _ source: inout NumberSource
  ) -> RecurrentGate {
    RecurrentGate(
      inputWeight: source.weights(units, inputs), recurrentWeight: source.weights(units, units),
      bias: hasBias ? source.weights(1, units, 0.5)[0] : nil)
  }

  private static func isAsked(
    _ step: Step, _ differentiates: Bool, writesSums: Bool
  ) -> Bool {
    guard let key = step.calculation?.key, key != "cell" else { return false }
    if key.hasPrefix("∂") {
      // δ of the gates, states and cells, and the weights of x and of the state.
      let name = key.dropFirst()
      return differentiates
        && (name.hasPrefix("a") || name.hasPrefix("W_") || name.hasPrefix("U_")
          || name.hasPrefix("h") || name.hasPrefix("c"))
        && !name.hasSuffix("0")
    }
    return writesSums || !key.hasPrefix("a")
  }

  private static func prompt(
    _ steps: Int, _ units: Int, hasBias: Bool, _ differentiates: Bool, writesSums: Bool
  ) -> Prose {
    let bias = hasBias ? " + b" : ""
    var english =
      "An LSTM with \(units) unit\(units == 1 ? "" : "s") over \(steps) step\(steps == 1 ? "" : "s"): "
      + "the gates i, f, o = σ(W·x_t + U·h_{t−1}\(bias)), each with its own weights, the candidate "
      + "g = tanh(W·x_t + U·h_{t−1}\(bias)), the cell c_t = f⊙c_{t−1} + i⊙g and the state "
      + "h_t = o⊙tanh(c_t). "
    var chinese =
      "LSTM，\(units) 个单元，\(steps) 个时间步：各门 i, f, o = σ(W·x_t + U·h_{t−1}\(bias))（各有自己的权重），"
      + "候选 g = tanh(W·x_t + U·h_{t−1}\(bias))，记忆单元 c_t = f⊙c_{t−1} + i⊙g，状态 h_t = o⊙tanh(c_t)。"
    english +=
      writesSums
      ? "z is a gate's sum before its activation function. Calculate every sum, gate, cell and state by hand, "
      : "Calculate every gate, cell and state by hand, "
    chinese += writesSums ? "z 表示各门激活前的加权和。手算每个加权和、门、记忆单元与状态，" : "手算每个门、记忆单元与状态，"
    english += "and the loss L = ½ Σ (h − y)² with the last state"
    chinese += "以及损失 L = ½ Σ (h − y)²（h 为最后一步的状态）"
    if differentiates {
      english +=
        "; then by backpropagation through time its gradients by every state, cell and gate's sum "
        + "(δ), and by the weights W and U"
      chinese += "；再用随时间反向传播求其对每个状态、记忆单元、各门加权和（δ）以及权重 W、U 的梯度"
    }
    return Words(en: english + ".", zh: chinese + "。").prose
  }
}
