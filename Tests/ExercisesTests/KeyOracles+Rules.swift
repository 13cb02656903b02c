import Autodiff
import Exercises
import Explain
import Foundation

// Perceptron, optimizers, Newton, matrices, principal components and graphs on plain numbers.

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
      }
      return values
    })

  static let optimizer = KeyOracle(
    kind: .optimizer, path: "the rules in a loop",
    values: { problem in
      let problem = problem as! OptimizerProblem
      var values: [String: [Double]] = [:]
      for (index, start) in problem.start.enumerated() {
        var (w, v, m, r) = (start.value, 0.0, 0.0, 0.0)
        for step in 1...problem.iterations {
          let name = "r0.t\(step)."
          func gradient(_ place: Double) -> Double {
            switch problem.objective {
            case .gradients(let rows): return rows[step - 1][index]
            case .function(let text):
              // curvature * w^2 / 2
              return Double(String(text.prefix { $0.isNumber }))! * place
            }
          }
          switch problem.rules[0] {
          case .sgd(let rate): w -= rate * gradient(w)
          case .momentum(let rate, let momentum):
            v = momentum * v - rate * gradient(w)
            w += v
          case .nesterov(let rate, let momentum):
            let ahead = w + momentum * v
            let g = gradient(ahead)
            values[name + "ahead.\(start.name)"] = [ahead]
            values[name + "g.\(start.name)"] = [g]
            v = momentum * v - rate * g
            w += v
          case .adaGrad(let rate, let epsilon):
            r += gradient(w) * gradient(w)
            w -= rate * gradient(w) / (r.squareRoot() + epsilon)
          case .rmsProp(let rate, let decay, let epsilon):
            r = decay * r + (1 - decay) * gradient(w) * gradient(w)
            w -= rate * gradient(w) / (r.squareRoot() + epsilon)
          case .adam(let rate, let beta1, let beta2, let epsilon):
            m = beta1 * m + (1 - beta1) * gradient(w)
            v = beta2 * v + (1 - beta2) * gradient(w) * gradient(w)
            let first = m / (1 - pow(beta1, Double(step)))
            let second = v / (1 - pow(beta2, Double(step)))
            values[name + "m̂.\(start.name)"] = [first]
            values[name + "v̂.\(start.name)"] = [second]
            w -= rate * first / (second.squareRoot() + epsilon)
          default: return [:]
          }
          values[name + "v.\(start.name)"] = [v]
          values[name + "m.\(start.name)"] = [m]
          values[name + "r.\(start.name)"] = [r]
          values[name + start.name] = [w]
        }
      }
      return values
    })

  static let newton = KeyOracle(
    kind: .newton, path: "central differences of first and second order, Cramer's rule",
    values: { problem in
      let problem = problem as! NewtonProblem
      let tree = try Autodiff.Expression(parsing: String(problem.expression.dropFirst(4)))
      let names = problem.values.map(\.name)
      let start = problem.values.map(\.value)
      func f(_ x: [Double]) -> Double {
        PlainGraph(tree, Dictionary(uniqueKeysWithValues: zip(names, x))).value
      }
      func moved(_ changes: (Int, Double)...) -> Double {
        var x = start
        for (index, step) in changes { x[index] += step }
        return f(x)
      }
      let step = 1e-3
      // Of fourth order, exact for these polynomials but for rounding.
      func first(_ i: Int) -> Double {
        (8 * (moved((i, step)) - moved((i, -step))) - (moved((i, 2 * step)) - moved((i, -2 * step))))
          / (12 * step)
      }
      func second(_ i: Int, _ j: Int) -> Double {
        if i != j {
          return
            (moved((i, step), (j, step)) - moved((i, step), (j, -step))
            - moved((i, -step), (j, step))
            + moved((i, -step), (j, -step))) / (4 * step * step)
        }
        return
          (16 * (moved((i, step)) + moved((i, -step))) - moved((i, 2 * step))
          - moved((i, -2 * step)) - 30 * f(start)) / (12 * step * step)
      }
      var values: [String: [Double]] = ["t0.f": [f(start)]]
      let g = names.indices.map(first)
      let h = names.indices.map { i in names.indices.map { j in second(i, j) } }
      for i in names.indices {
        values["t0.g\(i)"] = [g[i]]
        for j in names.indices { values["t0.H\(i)\(j)"] = [h[i][j]] }
      }
      let d: [Double]
      if names.count == 1 {
        d = [g[0] / h[0][0]]
      } else {
        let determinant = h[0][0] * h[1][1] - h[0][1] * h[1][0]
        values["t0.det"] = [determinant]
        d = [
          (g[0] * h[1][1] - g[1] * h[0][1]) / determinant,
          (g[1] * h[0][0] - g[0] * h[1][0]) / determinant,
        ]
      }
      for i in names.indices {
        values["t0.p\(i)"] = [-d[i]]
        values["t1.\(names[i])"] = [start[i] - d[i]]
      }
      values["t1.f"] = [f(zip(start, d).map { $0 - $1 })]
      return values
    }, tolerance: 1e-5)

  static let linearAlgebra = KeyOracle(
    kind: .linearAlgebra, path: "LAPACK; minors by Leibniz' sum",
    values: { problem in
      let problem = problem as! LinearAlgebraProblem
      let a = problem.matrix
      let size = a.count
      let matrix = NDArray(a.flatMap { $0 }, shape: [size, size])
      func minor(_ i: Int, _ j: Int) -> Double {
        let rows = (0..<size).filter { $0 != i }
        let columns = (0..<size).filter { $0 != j }
        return size == 2
          ? a[rows[0]][columns[0]]
          : a[rows[0]][columns[0]] * a[rows[1]][columns[1]] - a[rows[0]][columns[1]]
            * a[rows[1]][columns[0]]
      }
      var values: [String: [Double]] = [
        "tr": [(0..<size).reduce(0) { $0 + a[$1][$1] }],
        "det": try LinearAlgebra.determinant(matrix).doubles,
      ]
      var adjugate = [Double](repeating: 0, count: size * size)
      for i in 0..<size {
        for j in 0..<size {
          let cofactor = ((i + j) % 2 == 0 ? 1 : -1) * minor(i, j)
          values["C\(i)\(j)"] = [cofactor]
          adjugate[j * size + i] = cofactor
        }
      }
      values["adj"] = adjugate
      if values["det"]![0] != 0 { values["inv"] = try LinearAlgebra.inverse(matrix).doubles }
      if problem.tasks?.contains(.eigenvalues) == true {
        let found = try LinearAlgebra.symmetricEigen(matrix).values.doubles
        values["λ1"] = [found[1]]
        values["λ2"] = [found[0]]
      }
      return values
    })

  static let principalComponents = KeyOracle(
    kind: .principalComponents, path: "sums in loops, LAPACK's eigenvalues",
    values: { problem in
      let problem = problem as! PrincipalComponentProblem
      let x = problem.data
      let count = Double(x.count)
      let mean = (0..<2).map { j in x.reduce(0) { $0 + $1[j] } / count }
      let centred = x.map { [$0[0] - mean[0], $0[1] - mean[1]] }
      let divisor = problem.divisor == .n ? count : count - 1
      var covariance = [Double](repeating: 0, count: 4)
      for row in centred {
        for i in 0..<2 { for j in 0..<2 { covariance[2 * i + j] += row[i] * row[j] / divisor } }
      }
      let eigenvalues = try LinearAlgebra.symmetricEigen(NDArray(covariance, shape: [2, 2])).values
        .doubles
      return [
        "μ.1": [mean[0]], "μ.2": [mean[1]], "Z": centred.flatMap { $0 }, "C": covariance,
        "tr": [eigenvalues[0] + eigenvalues[1]], "det": [eigenvalues[0] * eigenvalues[1]],
        "λ1": [eigenvalues[1]], "λ2": [eigenvalues[0]],
        "ratio": [eigenvalues[1] / (eigenvalues[0] + eigenvalues[1])],
      ]
    })

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

/// An expression on plain numbers, an operation a node.
private struct PlainGraph {
  /// The nodes' values in the order of calculation.
  private(set) var nodes: [Double] = []
  private(set) var value = 0.0

  init(
    _ tree: Autodiff.Expression, _ variables: [String: Double],
    moving: (node: Int, by: Double)? = nil
  ) {
    var nodes: [Double] = []
    func node(_ number: Double) -> Double {
      nodes.append(number + (moving?.node == nodes.count ? moving!.by : 0))
      return nodes[nodes.count - 1]
    }
    func run(_ part: Autodiff.Expression) -> Double {
      switch part {
      case .number(let number): return number
      case .variable(let name): return variables[name]!
      case .negate(let x): return node(-run(x))
      case .add(let a, let b):
        let (x, y) = (run(a), run(b))
        return node(x + y)
      case .subtract(let a, let b):
        let (x, y) = (run(a), run(b))
        return node(x - y)
      case .multiply(let a, let b):
        let (x, y) = (run(a), run(b))
        return node(x * y)
      case .divide(let a, let b):
        let (x, y) = (run(a), run(b))
        return node(x / y)
      case .power(let a, let b):
        let (x, y) = (run(a), run(b))
        return node(pow(x, y))
      case .call(let name, let arguments):
        let x = arguments.map(run)
        switch name {
        case "sigmoid": return node(1 / (1 + exp(-x[0])))
        case "tanh": return node(Foundation.tanh(x[0]))
        case "exp": return node(exp(x[0]))
        case "max": return node(max(x[0], x[1]))
        default: return .nan
        }
      }
    }
    value = run(tree)
    self.nodes = nodes
  }
}
