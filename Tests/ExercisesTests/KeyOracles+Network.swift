import Exercises
import Explain
import Foundation

/// A network on plain numbers: the loss as a function of everything that a gradient is asked by.
private struct PlainNetwork {
  var weights: [[[Double]]]
  var biases: [[Double]]
  let activations: [NetworkProblem.Activation]
  let loss: NetworkProblem.Loss
  let input: [Double]
  let target: [Double]

  init(_ problem: NetworkProblem) {
    weights = []
    biases = []
    var activations: [NetworkProblem.Activation] = []
    for case .dense(let weight, let bias, let activation) in problem.layers {
      weights.append(weight)
      biases.append(bias ?? [Double](repeating: 0, count: weight.count))
      activations.append(activation)
    }
    self.activations = activations
    loss = problem.loss
    input = problem.input.elements
    target = problem.target[0]
  }

  /// Sums, activations and loss; `moved` is added to one sum or activation.
  func run(
    _ moved: (isSum: Bool, layer: Int, unit: Int, by: Double)? = nil
  ) -> (z: [[Double]], a: [[Double]], loss: Double) {
    var (sums, outputs): ([[Double]], [[Double]]) = ([], [])
    var x = input
    for (layer, weight) in weights.enumerated() {
      var z = weight.enumerated().map { j, row in
        zip(row, x).reduce(biases[layer][j]) { $0 + $1.0 * $1.1 }
      }
      if let moved, moved.isSum, moved.layer == layer { z[moved.unit] += moved.by }
      var a: [Double]
      switch activations[layer] {
      case .identity: a = z
      case .sigmoid: a = z.map { 1 / (1 + exp(-$0)) }
      case .tanh: a = z.map { Foundation.tanh($0) }
      case .relu: a = z.map { $0 > 0 ? $0 : 0 }
      case .leakyReLU(let slope): a = z.map { $0 > 0 ? $0 : slope * $0 }
      case .softmax:
        let e = z.map { exp($0) }
        a = e.map { $0 / e.reduce(0, +) }
      }
      if let moved, !moved.isSum, moved.layer == layer { a[moved.unit] += moved.by }
      sums.append(z)
      outputs.append(a)
      x = a
    }
    let difference = zip(x, target).map { $0 - $1 }
    let squares = difference.reduce(0) { $0 + $1 * $1 }
    let value: Double
    switch loss {
    case .halfSquaredError: value = squares / 2
    case .meanSquaredError: value = squares / Double(target.count)
    case .crossEntropy: value = -zip(target, x).reduce(0) { $0 + $1.0 * log($1.1) }
    case .binaryCrossEntropy:
      value =
        -zip(target, x).reduce(0) { $0 + $1.0 * log($1.1) + (1 - $1.0) * log(1 - $1.1) }
        / Double(target.count)
    }
    return (sums, outputs, value)
  }

  func slope(_ change: (inout PlainNetwork, Double) -> Void) -> Double {
    KeyCheck.slope(0) { step in
      var copy = self
      change(&copy, step)
      return copy.run().loss
    }
  }
}

extension KeyOracle {
  static let network = KeyOracle(
    kind: .network, path: "a plain forward pass and central differences",
    values: { problem in
      let problem = problem as! NetworkProblem
      var network = PlainNetwork(problem)
      var values: [String: [Double]] = [:]
      /// One name for a single unit, another for several.
      func put(_ key: String, _ index: [Int], of shape: [Int], _ number: Double) {
        let isSingle = shape.allSatisfy { $0 == 1 }
        values[isSingle ? key : key + index.map { ".\($0 + 1)" }.joined()] = [number]
      }
      // First moment, second moment by parameter, for Adam.
      for iteration in 1...problem.iterations {
        let t = "t\(iteration)."
        let run = network.run()
        values[t + "L"] = [run.loss]
        var updated = network
        for layer in network.weights.indices {
          let units = network.weights[layer].count
          for j in 0..<units {
            put(t + "z\(layer)", [j, 0], of: [units], run.z[layer][j])
            put(t + "a\(layer)", [j, 0], of: [units], run.a[layer][j])
            func gradient(isSum: Bool) -> Double {
              KeyCheck.slope(0) { network.run((isSum, layer, j, $0)).loss }
            }
            put("∂" + t + "z\(layer)", [j, 0], of: [units], gradient(isSum: true))
            put("∂" + t + "a\(layer)", [j, 0], of: [units], gradient(isSum: false))
            let slope = KeyCheck.slope(0) { network.run((true, layer, j, $0)).a[layer][j] }
            put(t + "a\(layer)′", [j, 0], of: [units], slope)
            func update(_ path: String, _ index: [Int], _ shape: [Int], _ w: Double, _ data: Double)
              -> Double
            {
              var gradient = data
              for penalty in problem.penalties where penalty.parameter == path {
                gradient += penalty.l1 * (w > 0 ? 1 : w < 0 ? -1 : 0) + penalty.l2 * w
              }
              put(t + "g.\(path)", index, of: shape, gradient)
              let new: Double
              switch problem.optimizer! {
              case .adam(let rate, let beta1, let beta2, let epsilon):
                // The first step, from zero moments.
                let (m, v) = ((1 - beta1) * gradient, (1 - beta2) * gradient * gradient)
                put(t + "m.\(path)", index, of: shape, m)
                put(t + "v.\(path)", index, of: shape, v)
                put(t + "m̂.\(path)", index, of: shape, gradient)
                put(t + "v̂.\(path)", index, of: shape, gradient * gradient)
                new = w - rate * gradient / (abs(gradient) + epsilon)
              default: new = w - problem.optimizer!.learningRate * gradient
              }
              put(t + "new.\(path)", index, of: shape, new)
              return new
            }
            let width = network.weights[layer][j].count
            for k in 0..<width {
              let slope = network.slope { $0.weights[layer][j][k] += $1 }
              put("∂" + t + "w\(layer)", [j, k], of: [units, width], slope)
              updated.weights[layer][j][k] = update(
                "layers.\(layer).weight", [j, k], [units, width], network.weights[layer][j][k],
                slope)
            }
            if case .dense(_, .some, _) = problem.layers[layer] {
              let slope = network.slope { $0.biases[layer][j] += $1 }
              put("∂" + t + "b\(layer)", [j, 0], of: [units], slope)
              updated.biases[layer][j] = update(
                "layers.\(layer).bias", [j, 0], [units], network.biases[layer][j], slope)
            }
          }
        }
        network = updated
      }
      return values
    }, tolerance: 1e-7)
}
