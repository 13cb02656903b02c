import Autodiff
import Exercises
import Explain
import Foundation

// The perceptron, optimizers, Newton's method and graphs on plain numbers.

extension KeyOracle {
  static let perceptron = KeyOracle(
    kind: .perceptron, path: "Rosenblatt's rule in a loop",
    values: { problem in
      let problem = problem as! PerceptronProblem
      var w = problem.weights!
      var b = problem.bias
      var values: [String: [Double]] = [:]
      var updates = 0
      for epoch in 1...problem.iterations {
        let before = updates
        for (sample, x) in problem.inputs.enumerated() {
          let z = zip(w, x).reduce(b) { $0 + $1.0 * $1.1 }
          let output = z > 0 ? 1.0 : 0
          values["ze\(epoch)s\(sample)"] = [z]
          values["pe\(epoch)s\(sample)"] = [output]
          let error = Double(problem.targets[sample]) - output
          if error == 0 { continue }
          updates += 1
          for j in w.indices { w[j] += problem.learningRate * error * x[j] }
          b += problem.learningRate * error
          for j in w.indices { values["w\(updates).\(j + 1)"] = [w[j]] }
          if w.count == 1 { values["w\(updates)"] = [w[0]] }
          values["b\(updates)"] = [b]
        }
        if updates == before { break }
      }
      return values
    })

  static let optimizer = KeyOracle(
    kind: .optimizer, path: "sums over all gradients in closed form, central differences",
    values: { problem in
      let problem = problem as! OptimizerProblem
      var point = problem.start.map(\.value)
      var values: [String: [Double]] = [:]
      /// All gradients until now, a list for each step.
      var history: [[Double]] = []
      var rates = point.map { _ in problem.rules[0].learningRate }
      for step in 1...problem.iterations {
        let t = Double(step)
        /// Σ share^(t − i)·f(gᵢ) over the steps.
        func sum(_ share: Double, _ index: Int, _ f: (Double) -> Double) -> Double {
          history.enumerated().reduce(0) {
            $0 + pow(share, t - Double($1.offset + 1)) * f($1.element[index])
          }
        }
        func put(_ name: String, _ index: Int, _ value: Double) {
          values["r0.t\(step).\(name)\(problem.start[index].name)"] = [value]
        }
        var place = point
        if case .nesterov(let rate, let momentum) = problem.rules[0] {
          for i in point.indices {
            // v before this step is −η Σ μ^(t − 1 − i)·gᵢ.
            place[i] -= rate * sum(momentum, i) { $0 }
            put("look.", i, place[i])
          }
        }
        history.append(try gradient(problem, step, place))
        for i in point.indices {
          let g = history[step - 1][i]
          put("g.", i, g)
          switch problem.rules[0] {
          case .sgd(let rate): point[i] -= rate * g
          case .momentum(let rate, let momentum), .nesterov(let rate, let momentum):
            let v = -rate * sum(momentum, i) { $0 }
            put("v.", i, v)
            point[i] += v
          case .adaGrad(let rate, let epsilon):
            let r = sum(1, i) { $0 * $0 }
            put("r.", i, r)
            point[i] -= rate * g / (r.squareRoot() + epsilon)
          case .rmsProp(let rate, let decay, let epsilon):
            let r = (1 - decay) * sum(decay, i) { $0 * $0 }
            put("r.", i, r)
            point[i] -= rate * g / (r.squareRoot() + epsilon)
          case .adam(let rate, let beta1, let beta2, let epsilon):
            let (m, v) = (
              (1 - beta1) * sum(beta1, i) { $0 }, (1 - beta2) * sum(beta2, i) { $0 * $0 }
            )
            let (first, second) = (m / (1 - pow(beta1, t)), v / (1 - pow(beta2, t)))
            for (name, value) in [("m.", m), ("v.", v), ("m̂.", first), ("v̂.", second)] {
              put(name, i, value)
            }
            point[i] -= rate * first / (second.squareRoot() + epsilon)
          case .deltaBarDelta(_, let increase, let decrease, let decay):
            let now = (1 - decay) * sum(decay, i) { $0 }
            // Without this step's gradient.
            let before = (now - (1 - decay) * g) / decay
            if before * g > 1e-12 { rates[i] += increase }
            if before * g < -1e-12 { rates[i] *= 1 - decrease }
            put("η.", i, rates[i])
            put("d.", i, now)
            point[i] -= rates[i] * g
          case .newton: return [:]
          }
          put("", i, point[i])
        }
      }
      return values
    }, tolerance: 1e-8)

  private static func gradient(
    _ problem: OptimizerProblem, _ step: Int, _ point: [Double]
  ) throws -> [Double] {
    switch problem.objective {
    case .gradients(let rows): return rows[step - 1]
    case .function(let text):
      let tree = try Autodiff.Expression(parsing: String(text.dropFirst(4)))
      let names = problem.start.map(\.name)
      return point.indices.map { i in
        KeyCheck.slope(point[i]) { moved in
          PlainGraph(
            tree, Dictionary(uniqueKeysWithValues: zip(names, point.replacing(i, moved)))
          ).value
        }
      }
    }
  }

  static let newton = KeyOracle(
    kind: .newton, path: "central differences of first and second order, elimination",
    values: { problem in
      let problem = problem as! NewtonProblem
      let tree = try Autodiff.Expression(parsing: String(problem.expression.dropFirst(4)))
      let names = problem.values.map(\.name)
      var point = problem.values.map(\.value)
      func f(_ x: [Double]) -> Double {
        PlainGraph(tree, Dictionary(uniqueKeysWithValues: zip(names, x))).value
      }
      /// Of fourth order, exact for polynomials up to the fourth degree but for rounding.
      func slope(_ x: [Double], _ i: Int, _ f: ([Double]) -> Double) -> Double {
        let step = 0.125
        func at(_ steps: Double) -> Double { f(x.replacing(i, x[i] + steps * step)) }
        return (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * step)
      }
      var values: [String: [Double]] = [:]
      for step in 0..<problem.iterations {
        let t = "t\(step)."
        values[t + "f"] = [f(point)]
        let g = names.indices.map { slope(point, $0, f) }
        let h = names.indices.map { i in
          names.indices.map { j in slope(point, j) { slope($0, i, f) } }
        }
        for i in names.indices {
          values[t + "g\(i)"] = [g[i]]
          for j in names.indices {
            values[t + "H\(i)\(j)"] = [h[i][j]]
            values[t + "C\(i)\(j)"] = [PlainMatrix.cofactor(h, i, j)]
          }
        }
        values[t + "det"] = [PlainMatrix.determinant(h)]
        let p = PlainMatrix.solve(h, g.map { -$0 })
        point = zip(point, p).map { $0 + $1 }
        for i in names.indices {
          values[t + "p\(i)"] = [p[i]]
          values["t\(step + 1).\(names[i])"] = [point[i]]
        }
      }
      values["t\(problem.iterations).f"] = [f(point)]
      return values
    }, tolerance: 1e-9)

  static let expression = KeyOracle(
    kind: .expression, path: "plain evaluation and central differences at every node",
    values: { problem in
      let problem = problem as! ExpressionProblem
      let tree = try Autodiff.Expression(parsing: String(problem.expression.dropFirst(4)))
      var variables: [String: Double] = [:]
      for (name, value) in problem.values { variables[name] = value.elements[0] }
      let graph = PlainGraph(tree, variables)
      var values: [String: [Double]] = [:]
      for (index, number) in graph.nodes.enumerated() {
        let name =
          index == graph.nodes.count - 1
          ? "f" : MathText.text(.symbol(Symbol("q", "\(index + 1)")))
        values[name] = [number]
        values["∂f/∂\(name)"] = [
          KeyCheck.slope(0) { PlainGraph(tree, variables, moving: (index, $0)).value }
        ]
      }
      for name in variables.keys {
        values["∂f/∂\(name)"] = [
          KeyCheck.slope(variables[name]!) {
            var moved = variables
            moved[name] = $0
            return PlainGraph(tree, moved).value
          }
        ]
      }
      return values
    }, tolerance: 1e-7)
}
