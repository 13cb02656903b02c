import Explain

extension ExerciseKind {
  /// States, losses and gradients of a small recurrent network over a few steps.
  package static let recurrent = ExerciseKind(
    name: RNNProblem.kind, rows: ["L8.2", "L8.1"], isStarred: true,
    title: Words(en: "Recurrent network by hand", zh: "循环神经网络手算题"),
    minutes: [5, 12, 20, 20, 30]
  ) { source, difficulty in
    let units = difficulty == 5 ? 2 : 1
    let steps = difficulty == 4 ? 3 : 2
    let isManyToMany = difficulty == 3 || difficulty == 1 && source.flip()
    let hasReadout = difficulty != 4 || source.flip()
    let outputs = difficulty == 5 ? 1 : hasReadout ? 1 : units
    let problem = RNNProblem(
      inputs: recurrentInputs(steps, 1, &source), inputWeight: source.weights(units, 1),
      recurrentWeight: source.weights(units, units),
      bias: source.integer(0...2) == 0 ? source.weights(1, units, 0.5)[0] : nil,
      activation: source.integer(0...3) == 0 ? .relu : .tanh,
      initialState: source.flip() ? recurrentState(units, &source) : nil,
      readout: RecurrentReadout(
        weight: hasReadout ? source.weights(outputs, units) : nil,
        target: (0..<(isManyToMany ? steps : 1)).map { _ in
          (0..<outputs).map { _ in source.pick([0, 0.5, 1, -1]) }
        }), truncation: difficulty == 4 ? source.integer(1...2) : nil)
    let differentiates = difficulty > 1
    let splits = difficulty == 2 || difficulty == 3
    var copies: [String: String] = [:]
    if problem.truncation != nil {
      for key in ["W_xh", "W_hh", "b_h", "W_hy", "L"] { copies["q." + key] = key }
      for step in 1...steps {
        for key in ["z", "h", "out"] { copies["q.\(key)\(step)"] = "\(key)\(step)" }
      }
    }
    return Draft(
      problem: problem, prompt: prompt(problem, differentiates),
      slips: Slip.recurrent + Slip.recurrentNetwork,
      isAsked: { step in isAsked(step, differentiates: differentiates, splits: splits) },
      copies: copies)
  }

  private static func isAsked(_ step: Step, differentiates: Bool, splits: Bool) -> Bool {
    guard let key = step.calculation?.key else { return false }
    if key.hasSuffix("′") || key == "∂h0" { return false }
    // Of the truncated form the weights' gradients alone.
    if key.hasPrefix("∂q.") { return key.dropFirst(3).first.map { "Wb".contains($0) } ?? false }
    if key.hasPrefix("∂") { return differentiates }
    if key.hasSuffix(")") { return differentiates && splits }
    return true
  }

  static func recurrentInputs(
    _ steps: Int, _ width: Int, _ source: inout NumberSource
  ) -> [[Double]] {
    (0..<steps).map { _ in (0..<width).map { _ in source.pick([-1, -0.5, 0.5, 1, 1.5, 2]) } }
  }

  static func recurrentState(_ units: Int, _ source: inout NumberSource) -> [Double] {
    (0..<units).map { _ in source.weight(0.8) }
  }

  private static func prompt(_ problem: RNNProblem, _ differentiates: Bool) -> Prose {
    let steps = problem.inputs.count
    let hasBias = problem.bias != nil
    let function = problem.activation == .tanh ? "tanh" : "ReLU"
    let sum = "z_t = W_xh·x_t + W_hh·h_{t−1}" + (hasBias ? " + b_h" : "")
    var english =
      "A recurrent network over \(steps) steps: \(sum), h_t = \(function)(z_t), with h₀ as given"
    var chinese = "循环神经网络，共 \(steps) 个时间步：\(sum)，h_t = \(function)(z_t)，h₀ 已给出"
    let isManyToMany = problem.readout.target.count > 1
    if problem.readout.weight != nil {
      english +=
        isManyToMany
        ? ", and at every step the output ŷ_t = W_hy·h_t"
        : ", and after the last step the output ŷ = W_hy·h"
      chinese += isManyToMany ? "，每一步输出 ŷ_t = W_hy·h_t" : "，最后一步输出 ŷ = W_hy·h"
      english +=
        isManyToMany
        ? ". The loss is the sum of L_t = ½(ŷ_t − y_t)² over the steps"
        : ". The loss is L = ½(ŷ − y)²"
      chinese += isManyToMany ? "。损失为各步 L_t = ½(ŷ_t − y_t)² 之和" : "。损失 L = ½(ŷ − y)²"
    } else {
      english += ". The loss is L = ½(h − y)² with the last state"
      chinese += "。损失 L = ½(h − y)²，h 为最后一步的状态"
    }
    english += ". Calculate the forward pass by hand"
    chinese += "。手算前向传播"
    if differentiates {
      english +=
        ", and by backpropagation through time the gradients by outputs, states and "
        + "pre-activations (δ_t = ∂L/∂z_t) and by every weight\(hasBias ? " and bias" : ""), as the sum of what the steps "
        + "contribute (superscript (t): the share of step t)"
      chinese +=
        "，并用随时间反向传播求对输出、状态、预激活（δ_t = ∂L/∂z_t）以及每个权重\(hasBias ? "与偏置" : "")的梯度，"
        + "即各时间步贡献之和（上标 (t) 表示第 t 步的贡献）"
    }
    if let window = problem.truncation {
      english +=
        "; then the weights' gradients by truncated backpropagation with a window of "
        + "\(window) step\(window == 1 ? "" : "s") (∂L̃: the earlier state counts as a constant)"
      chinese += "；再求窗口为 \(window) 步的截断反向传播的权重梯度（∂L̃：更早的状态视为常数）"
    }
    return Words(en: english + ".", zh: chinese + "。").prose
  }
}
