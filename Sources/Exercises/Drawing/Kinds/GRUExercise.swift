import Explain

extension ExerciseKind {
  /// Gates, candidate and state of a gated recurrent unit, and gradients through them.
  package static let gatedRecurrentUnit = ExerciseKind(
    name: GRUProblem.kind, rows: ["L9.1"], isStarred: false,
    title: Words(en: "GRU by hand", zh: "GRU 手算题"), minutes: [5, 8, 12, 18, 30]
  ) { source, difficulty in
    let differentiates = difficulty == 5 || difficulty == 4 && source.flip()
    let units = difficulty == 4 && !differentiates ? 2 : 1
    let inputs = difficulty == 2 ? 2 : 1
    let steps = difficulty == 3 || difficulty == 5 ? 2 : 1
    let hasBias = difficulty < 5 && source.flip()
    let gates = (0..<3).map { _ in drawnGate(units, inputs, hasBias: hasBias, &source) }
    let startsAtZero = steps > 1 && source.flip()
    let problem = GRUProblem(
      inputs: recurrentInputs(steps, inputs, &source), updateGate: gates[0], resetGate: gates[1],
      candidate: gates[2], initialState: startsAtZero ? nil : recurrentState(units, &source),
      readout: RecurrentReadout(target: [(0..<units).map { _ in source.pick([0, 0.5, 1, -1]) }]))
    return Draft(
      problem: problem,
      prompt: prompt(steps, units, hasBias: hasBias, differentiates, writesSums: difficulty == 2),
      slips: Slip.recurrent + Slip.gatedRecurrentUnit,
      isAsked: { step in
        isAsked(step, differentiates, writesSums: difficulty == 2)
      }, decimals: differentiates || steps > 1 ? 5 : 4)
  }

  private static func isAsked(
    _ step: Step, _ differentiates: Bool, writesSums: Bool
  ) -> Bool {
    guard let key = step.calculation?.key else { return false }
    if key.hasPrefix("∂") {
      // δ of the gates, states, and the weights of x and of the state.
      let name = key.dropFirst()
      return differentiates
        && (name.hasPrefix("a") || name.hasPrefix("W_") || name.hasPrefix("U_")
          || name.hasPrefix("h"))
        && !name.hasSuffix("0")
    }
    return writesSums || !key.hasPrefix("a") && !key.hasPrefix("s")
  }

  private static func prompt(
    _ steps: Int, _ units: Int, hasBias: Bool, _ differentiates: Bool, writesSums: Bool
  ) -> Prose {
    let bias = hasBias ? " + b" : ""
    var english =
      "A GRU with \(units) unit\(units == 1 ? "" : "s") over \(steps) step\(steps == 1 ? "" : "s"): "
      + "the update gate z and the reset gate r are σ(W·x_t + U·h_{t−1}\(bias)), each with its own "
      + "weights, the candidate is h′_t = tanh(W_h·x_t + U_h·(r⊙h_{t−1})\(bias)) and the state "
      + "h_t = (1 − z)⊙h_{t−1} + z⊙h′_t. "
    var chinese =
      "GRU，\(units) 个单元，\(steps) 个时间步：更新门 z 与重置门 r 均为 σ(W·x_t + U·h_{t−1}\(bias))（各有自己的权重），"
      + "候选状态 h′_t = tanh(W_h·x_t + U_h·(r⊙h_{t−1})\(bias))，状态 h_t = (1 − z)⊙h_{t−1} + z⊙h′_t。"
    if writesSums {
      english +=
        "s = r⊙h_{t−1}, and a is the sum before an activation function. Calculate every sum, "
        + "gate, candidate and state by hand, "
      chinese += "记 s = r⊙h_{t−1}，a 为激活前的加权和。手算每个加权和、门、候选状态与状态，"
    } else {
      english += "Calculate every gate, candidate and state by hand, "
      chinese += "手算每个门、候选状态与状态，"
    }
    english += "and the loss L = ½ Σ (h − y)² with the last state"
    chinese += "以及损失 L = ½ Σ (h − y)²（h 为最后一步的状态）"
    if differentiates {
      english +=
        "; then by backpropagation through time its gradients by every state and by the sums before "
        + "the activation functions (δ), and by the weights W and U"
      chinese += "；再用随时间反向传播求其对每个状态、各激活前加权和（δ）以及权重 W、U 的梯度"
    }
    return Words(en: english + ".", zh: chinese + "。").prose
  }
}
