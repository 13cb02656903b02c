import Autodiff

/// A recurrent network unrolled over its inputs, as a computation on the tape.
struct RecurrentProgram {
  let cell: any RecurrentCell
  let inputs: [NDArray]
  let initial: [String: NDArray]
  let readout: RecurrentReadout
  /// W_hy and b_y.
  let readoutParameters: [RecurrentParameter]
  /// The targets as columns by step.
  let targets: [Int: NDArray]

  init(
    _ cell: any RecurrentCell, inputs: [NDArray],
    initial: [String: (numbers: [Double]?, key: String)],
    readout: RecurrentReadout
  ) throws {
    self.cell = cell
    self.inputs = inputs
    self.readout = readout
    var states: [String: NDArray] = [:]
    for state in cell.states {
      states[state] =
        try initial[state]?.numbers.map {
          try RecurrentShapes.column($0, initial[state]!.key, count: cell.units, "one a unit")
        } ?? NDArray.zeros([cell.units, 1], dtype: .float64)
    }
    self.initial = states
    var parameters: [RecurrentParameter] = []
    var outputs = cell.units
    if let rows = readout.weight {
      let array = try GivenNumbers.matrix(
        rows, "W_hy", rows: rows.count, columns: cell.units, atMost: RecurrentShapes.mostUnits,
        "a row for each output, a column for each unit")
      outputs = array.shape[0]
      parameters.append(
        RecurrentParameter(
          "W_hy", "w", "hy", array,
          Prose(
            en: "\(Term.weight)s from state to output", zh: "从状态到输出的\(Term.weight)")))
      if let bias = readout.bias {
        parameters.append(
          RecurrentParameter(
            "b_y", "b", "y",
            try RecurrentShapes.column(bias, "b_y", count: outputs, "one an output"),
            Prose(en: "\(Term.bias) of the output", zh: "输出的\(Term.bias)")))
      }
    } else if readout.bias != nil {
      throw ProblemError("b_y", "found a bias without W_hy")
    }
    readoutParameters = parameters
    let steps = inputs.count
    guard readout.target.count == 1 || readout.target.count == steps else {
      throw ProblemError(
        "target",
        "found \(readout.target.count) rows, expected 1 for the last step or \(steps), one a step")
    }
    var targets: [Int: NDArray] = [:]
    for (index, row) in readout.target.enumerated() {
      let step = readout.target.count == 1 ? steps : index + 1
      targets[step] = try RecurrentShapes.column(
        row, "target[\(index)]", count: outputs, "one an output")
      if readout.loss == .crossEntropy {
        guard row.allSatisfy({ $0 >= 0 && $0 <= 1 }), abs(row.reduce(0, +) - 1) < 1e-6 else {
          throw ProblemError("target[\(index)]", "expected probabilities that add up to 1")
        }
        guard outputs > 1 else {
          throw ProblemError("loss", "found cross-entropy of one output, expected two or more")
        }
      }
    }
    self.targets = targets
  }

  var steps: Int { inputs.count }
  var isManyToOne: Bool { targets.count == 1 }
  var parameters: [RecurrentParameter] { cell.parameters + readoutParameters }
  var outputs: Int { targets[steps]!.elementCount }
  var isCrossEntropy: Bool { readout.loss == .crossEntropy }

  /// Where the gradient is cut: the steps after which the state counts as given.
  func cuts(window: Int) -> [Int] {
    if isManyToOne { return window < steps ? [steps - window] : [] }
    return Array(stride(from: window, to: steps, by: window))
  }

  /// Runs the steps and adds up their losses.
  /// - Parameters:
  ///   - variables: By key: parameters, `x1`, …, `y1`, …, `h0`, and the states at cuts, `h2`.
  ///   - prefix: What stands before the keys of parameters and of what is marked.
  ///   - cuts: After which steps the states are taken from the variables.
  func run(
    _ variables: [String: Tensor], _ marks: inout [String: Tensor], prefix: String = "",
    cuts: [Int] = []
  ) -> Tensor {
    let first = isManyToOne ? cuts.last ?? 0 : 0
    var states: [String: Tensor] = [:]
    var loss: Tensor?
    var found: [String: Tensor] = [:]
    for step in (first + 1)...steps {
      if step == first + 1 || cuts.contains(step - 1) {
        for state in cell.states { states[state] = variables["\(state)\(step - 1)"]! }
      }
      states = cell.step(
        { variables[prefix + $0]! }, input: variables["x\(step)"]!, before: states
      ) { key, tensor in
        found["\(prefix)\(key)\(step)"] = tensor
        return tensor
      }
      guard targets[step] != nil else { continue }
      var output = states["h"]!
      if readout.weight != nil {
        output = variables[prefix + "W_hy"]!.matmul(output)
        if readout.bias != nil { output = output + variables[prefix + "b_y"]! }
        found["\(prefix)out\(step)"] = output
      }
      let target = variables["y\(step)"]!
      let term: Tensor
      if isCrossEntropy {
        let probability = output.softmax(axis: 0)
        found["\(prefix)prob\(step)"] = probability
        term = -(target * probability.log()).sum()
      } else {
        term = (output - target).squared().sum() * 0.5
      }
      if !isManyToOne { found["\(prefix)L\(step)"] = term }
      loss = loss.map { $0 + term } ?? term
    }
    found[prefix + "L"] = loss!
    marks.merge(found) { $1 }
    return loss!
  }
}
