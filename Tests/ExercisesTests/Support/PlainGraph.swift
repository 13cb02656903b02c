import Autodiff
import Foundation

/// An expression on plain numbers, an operation a node.
struct PlainGraph {
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
