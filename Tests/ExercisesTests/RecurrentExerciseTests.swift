import Exercises
import Explain
import Foundation
import Testing

// Recurrent networks in plain numbers; gradients by central differences, those of states and sums on
// the way by moving them where they are computed.

private func sum(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map(+) }
private func times(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map(*) }
/// The logistic sigmoid by tanh.
private func sigmoid(_ a: [Double]) -> [Double] { a.map { (1 + tanh($0 / 2)) / 2 } }

/// Half the squared distance.
private func halfSquared(_ output: [Double], _ target: [Double]) -> Double {
  zip(output, target).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / 2
}

extension PlainWork {
  /// A matrix named as a whole.
  fileprivate mutating func matrix(_ key: String, _ rows: [[Double]]) -> [[Double]] {
    let width = rows[0].count
    let named = name(key, rows.flatMap { $0 })
    return stride(from: 0, to: named.count, by: width).map { Array(named[$0..<($0 + width)]) }
  }

  /// W·x + U·h + b of a gate, and its pre-activation's name.
  fileprivate mutating func gate(
    _ mark: String, _ gate: RecurrentGate, step: Int, x: [Double], h: [Double]
  ) -> [Double] {
    let w = matrix("W_\(mark)", gate.inputWeight)
    let u = matrix("U_\(mark)", gate.recurrentWeight)
    let total = sum(product(w, x), product(u, h))
    return name("a\(mark)\(step)", sum(total, gate.bias ?? total.map { _ in 0 }))
  }
}

/// The numbers of a key: what was computed, or the gradient of the loss.
private func lookUp(_ key: PlainKey) -> (String) -> [Double]? {
  { name in
    name.hasPrefix("∂")
      ? key.derivative(of: "L", by: String(name.dropFirst())) : key.numbers[name]
  }
}

/// The network; with a cut, states before it are numbers that nothing flows back to.
private func plainNetwork(_ problem: RNNProblem) -> (String) -> [Double]? {
  let steps = problem.inputs.count
  let isManyToMany = problem.readout.target.count > 1
  let units = problem.recurrentWeight.count
  func run(_ work: inout PlainWork, from first: Int, state: [Double]) {
    var h = state
    var loss = 0.0
    let (wx, wh) = (
      work.matrix("W_xh", problem.inputWeight), work.matrix("W_hh", problem.recurrentWeight)
    )
    let b = work.name("b_h", problem.bias ?? [Double](repeating: 0, count: units))
    let wy = problem.readout.weight.map { work.matrix("W_hy", $0) }
    for step in first...steps {
      // Each step has a copy of the weights, by which its share is measured.
      let (x, own) = (work.matrix("W_xh(\(step))", wx), work.matrix("W_hh(\(step))", wh))
      let bias = work.name("b_h(\(step))", b)
      let z = work.name(
        "z\(step)", sum(sum(product(x, problem.inputs[step - 1]), product(own, h)), bias))
      h = work.name(
        "h\(step)", problem.activation == .tanh ? z.map { tanh($0) } : z.map { max($0, 0) })
      guard isManyToMany || step == steps else { continue }
      var output = h
      if let wy {
        output = work.name("out\(step)", product(work.matrix("W_hy(\(step))", wy), h))
      }
      let target = problem.readout.target[isManyToMany ? step - 1 : 0]
      let term = halfSquared(output, target)
      loss += isManyToMany ? work.name("L\(step)", term) : term
    }
    _ = work.name("L", loss)
  }
  let start = problem.initialState ?? [Double](repeating: 0, count: units)
  let key = PlainKey { run(&$0, from: 1, state: start) }
  var truncated: PlainKey?
  if let window = problem.truncation, window < steps {
    let state = key.numbers["h\(steps - window)"]!
    truncated = PlainKey { run(&$0, from: steps - window + 1, state: state) }
  }
  return { name in
    if name.hasPrefix("∂q.") {
      return truncated?.derivative(of: "L", by: String(name.dropFirst(3)))
    }
    // A step's share of a weight's gradient goes by the weight's copy.
    if name.hasSuffix(")") { return key.derivative(of: "L", by: name) }
    return lookUp(key)(name)
  }
}

private func plainLSTM(_ problem: LSTMProblem) -> (String) -> [Double]? {
  let units = problem.inputGate.recurrentWeight.count
  let zeros = [Double](repeating: 0, count: units)
  return lookUp(
    PlainKey { work in
      var (h, c) = (problem.initialState ?? zeros, problem.initialCell ?? zeros)
      // A weight is one quantity for all steps: it is moved in all of them alike.
      for (index, x) in problem.inputs.enumerated() {
        let step = index + 1
        let i = work.name(
          "i\(step)", sigmoid(work.gate("i", problem.inputGate, step: step, x: x, h: h)))
        let f = work.name(
          "f\(step)", sigmoid(work.gate("f", problem.forgetGate, step: step, x: x, h: h)))
        let o = work.name(
          "o\(step)", sigmoid(work.gate("o", problem.outputGate, step: step, x: x, h: h)))
        let g = work.name(
          "g\(step)", work.gate("g", problem.candidate, step: step, x: x, h: h).map { tanh($0) })
        c = work.name("c\(step)", sum(times(f, c), times(i, g)))
        h = work.name("h\(step)", times(o, c.map { tanh($0) }))
      }
      _ = work.name("L", halfSquared(h, problem.readout.target[0]))
    })
}

private func plainGRU(_ problem: GRUProblem) -> (String) -> [Double]? {
  let units = problem.updateGate.recurrentWeight.count
  return lookUp(
    PlainKey { work in
      var h = problem.initialState ?? [Double](repeating: 0, count: units)
      for (index, x) in problem.inputs.enumerated() {
        let step = index + 1
        let z = work.name(
          "z\(step)", sigmoid(work.gate("z", problem.updateGate, step: step, x: x, h: h)))
        let r = work.name(
          "r\(step)", sigmoid(work.gate("r", problem.resetGate, step: step, x: x, h: h)))
        let s = work.name("s\(step)", times(r, h))
        let n = work.name(
          "n\(step)", work.gate("h", problem.candidate, step: step, x: x, h: s).map { tanh($0) })
        // h + z(h′ − h), which is the mixture.
        h = work.name("h\(step)", sum(h, times(z, zip(n, h).map(-))))
      }
      _ = work.name("L", halfSquared(h, problem.readout.target[0]))
    })
}

@Suite("Exercises of recurrent networks")
struct RecurrentExerciseTests {
  @Test("keys of the vanilla network agree with plain numbers and central differences")
  func network() throws { try verifyKeys(.recurrent, count: 20, plainNetwork) }

  @Test("keys of the LSTM agree with plain numbers and central differences")
  func longShortTermMemory() throws { try verifyKeys(.longShortTermMemory, count: 20, plainLSTM) }

  @Test("keys of the GRU agree with plain numbers and central differences")
  func gatedRecurrentUnit() throws { try verifyKeys(.gatedRecurrentUnit, count: 20, plainGRU) }

  @Test(
    "planted slips are named",
    arguments: [ExerciseKind.recurrent, .longShortTermMemory, .gatedRecurrentUnit])
  func slips(kind: ExerciseKind) throws { try plantSlips(kind, questions: 8) }
}

@Suite("Verify exercises of recurrent networks", .enabled(if: verifiesExercises))
struct VerifyRecurrentExerciseTests {
  @Test("1,000 keys of the vanilla network")
  func network() throws { try verifyKeys(.recurrent, count: 1000, seed: 12, plainNetwork) }

  @Test("1,000 keys of the LSTM")
  func longShortTermMemory() throws {
    try verifyKeys(.longShortTermMemory, count: 1000, seed: 12, plainLSTM)
  }

  @Test("1,000 keys of the GRU")
  func gatedRecurrentUnit() throws {
    try verifyKeys(.gatedRecurrentUnit, count: 1000, seed: 12, plainGRU)
  }
}
