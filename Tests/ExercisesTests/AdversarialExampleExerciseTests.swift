import Exercises
import Explain
import Foundation
import Testing

/// An adversarial example in plain numbers: the gradient by central differences, then its sign.
private func plainAttack(_ problem: AdversarialExampleProblem) -> (String) -> [Double]? {
  guard let label = problem.label else { return plainLinearAttack(problem) }
  var target = label
  /// The network on an input, its loss −ln of the target's probability.
  func pass(_ x: [Double], _ prefix: String) -> PlainKey {
    PlainKey { [target] work in
      var value = work.name(prefix + "x", x)
      for (index, layer) in problem.layers.enumerated() {
        guard case .dense(let weight, let bias, let activation) = layer else { return }
        var z = product(weight, value)
        if let bias { z = zip(z, bias).map(+) }
        z = work.name("\(prefix)z\(index)", z)
        switch activation {
        case .sigmoid: value = z.map { (1 + tanh($0 / 2)) / 2 }
        case .tanh: value = z.map { tanh($0) }
        case .relu: value = z.map { max($0, 0) }
        // Each probability as 1 over the sum of exp(z′ − z).
        case .softmax: value = z.map { own in 1 / z.reduce(0) { $0 + exp($1 - own) } }
        default: return
        }
        value = work.name("\(prefix)a\(index)", value)
      }
      let probability = value.count > 1 ? value[target] : target == 1 ? value[0] : 1 - value[0]
      _ = work.name(prefix + "L", -log(probability))
    }
  }
  if problem.method == .leastLikely {
    let last = pass(problem.input, "").numbers["a\(problem.layers.count - 1)"]!
    target =
      last.count == 1 ? (last[0] < 0.5 ? 1 : 0) : last.indices.min { last[$0] < last[$1] }!
  }
  var keys: [PlainKey] = []
  let outputs =
    if case .dense(let weight, _, _)? = problem.layers.last { weight.count } else { 0 }
  let oneHot = (0..<outputs).map { $0 == target ? 1.0 : 0 }
  var numbers = ["t0.y": outputs == 1 ? [Double(target)] : oneHot]
  var x = problem.input
  let size =
    (problem.stepSize ?? problem.epsilon) * (problem.method == .leastLikely ? -1 : 1)
  for step in 0...problem.steps {
    keys.append(pass(x, "t\(step)."))
    numbers.merge(keys[step].numbers) { $1 }
    if step == problem.steps { break }
    let gradient = keys[step].derivative(of: "t\(step).L", by: "t\(step).x")!
    let r = gradient.map { abs($0) < 1e-9 ? 0 : $0 > 0 ? size : -size }
    numbers["r\(step + 1)"] = r
    var moved = zip(x, r).map(+)
    if problem.method != .fgsm || problem.range != nil { numbers["moved\(step + 1)"] = moved }
    if problem.method != .fgsm {
      moved = zip(moved, problem.input).map {
        $1 + max(-problem.epsilon, min(problem.epsilon, $0 - $1))
      }
    }
    if let range = problem.range {
      moved = moved.map { max(range.lowerBound, min(range.upperBound, $0)) }
    }
    x = moved
  }
  return { name in
    guard name.hasPrefix("∂") else { return numbers[name] }
    let by = String(name.dropFirst())
    let step = Int(by.dropFirst().prefix { $0.isNumber })!
    return keys[step].derivative(of: "t\(step).L", by: by)
  }
}

/// The linear case: of all corners of the ε-cube the one with the largest response.
private func plainLinearAttack(_ problem: AdversarialExampleProblem) -> (String) -> [Double]? {
  guard case .dense(let weights, let bias, _) = problem.layers[0] else { return { _ in nil } }
  let weight = weights[0]
  func response(_ x: [Double]) -> Double { product([weight], x)[0] + (bias?[0] ?? 0) }
  let count = weight.count
  let corners = (0..<(1 << count)).map { bits in
    (0..<count).map { bits >> $0 & 1 == 1 ? problem.epsilon : -problem.epsilon }
  }
  let r = corners.max {
    response(zip(problem.input, $0).map(+)) < response(zip(problem.input, $1).map(+))
  }!
  let moved = zip(problem.input, r).map(+)
  let gain = response(moved) - response(problem.input)
  let numbers = [
    "f": [response(problem.input)], "r": r, "moved": moved, "f1": [response(moved)],
    "gain": [gain], "bound": [gain], "m": [gain / problem.epsilon / Double(count)],
  ]
  return { numbers[$0] }
}

@Suite("Exercises of adversarial examples")
struct AdversarialExampleExerciseTests {
  @Test("keys agree with central differences and, in the linear case, all corners of the cube")
  func keys() throws { try verifyKeys(.adversarialExample, count: 20, plainAttack) }

  @Test("planted slips are named")
  func slips() throws { try plantSlips(.adversarialExample, questions: 10) }
}

@Suite("Verify exercises of adversarial examples", .enabled(if: verifiesExercises))
struct VerifyAdversarialExampleExerciseTests {
  @Test("1,000 keys")
  func keys() throws { try verifyKeys(.adversarialExample, count: 1000, seed: 12, plainAttack) }
}
