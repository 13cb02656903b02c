import Exercises
import Explain
import Foundation
import Testing

/// A graph convolution by sums over neighbours in plain numbers; gradients by central differences.
private func plainGraph(_ problem: GraphConvolutionProblem) -> (String) -> [Double]? {
  let count = problem.nodes!
  var neighbours = [[Int: Double]](repeating: [:], count: count)
  for edge in problem.edges {
    neighbours[edge.from - 1][edge.to - 1] = edge.weight
    if !problem.isDirected { neighbours[edge.to - 1][edge.from - 1] = edge.weight }
  }
  let looped = neighbours.enumerated().map { node, others in
    others.merging([node: 1]) { $0 + $1 }
  }
  func matrix(_ entry: (Int, Int) -> Double) -> [Double] {
    (0..<count * count).map { entry($0 / count, $0 % count) }
  }
  let degree = neighbours.map { $0.values.reduce(0, +) }
  let loopedDegree = looped.map { $0.values.reduce(0, +) }
  func factor(_ node: Int, _ other: Int) -> Double {
    let weight = looped[node][other] ?? 0
    switch problem.normalization {
    case .none: return neighbours[node][other] ?? 0
    case .selfLoops: return weight
    case .mean: return weight / loopedDegree[node]
    case .symmetric: return weight / (loopedDegree[node] * loopedDegree[other]).squareRoot()
    }
  }
  let matrices: [String: [Double]] = [
    "A": matrix { neighbours[$0][$1] ?? 0 },
    "D": matrix { $0 == $1 ? degree[$0] : 0 },
    "L": matrix { ($0 == $1 ? degree[$0] : 0) - (neighbours[$0][$1] ?? 0) },
    "S": matrix { looped[$0][$1] ?? 0 },
    "E": matrix { $0 == $1 ? loopedDegree[$0] : 0 },
    "Q": matrix { $0 == $1 ? 1 / loopedDegree[$0] : 0 },
    "M": matrix { (looped[$0][$1] ?? 0) / loopedDegree[$0] },
    "R": matrix { $0 == $1 ? pow(loopedDegree[$0], -0.5) : 0 },
    "N": matrix { (looped[$0][$1] ?? 0) / (loopedDegree[$0] * loopedDegree[$1]).squareRoot() },
  ]
  let key = PlainKey { work in
    guard let features = problem.features else { return }
    var h = features
    for (index, weight) in problem.weights.enumerated() {
      let inputs = weight.count
      let sums = work.name(
        "M\(index)",
        (0..<count).flatMap { node in
          (0..<inputs).map { column in
            (0..<count).reduce(0) { $0 + factor(node, $1) * h[$1][column] }
          }
        })
      let w = work.name("W\(index)", weight.flatMap { $0 })
      let z = work.name("Z\(index)", product(sums, w, inner: inputs))
      let width = weight[0].count
      let isLast = index == problem.weights.count - 1
      switch isLast ? problem.output : .relu {
      case .relu: h = rows(work.name("H\(index)", z.map { max($0, 0) }), width)
      case .identity: h = rows(z, width)
      case .softmax:
        // Each probability as 1 over the sum of exp(z′ − z).
        let probabilities = rows(z, width).flatMap { row in
          row.map { own in 1 / row.reduce(0) { $0 + exp($1 - own) } }
        }
        h = rows(work.name("H\(index)", probabilities), width)
      }
    }
    guard let targets = problem.targets else { return }
    var loss = 0.0
    for (row, target) in zip(h, targets) {
      for (output, wanted) in zip(row, target!) {
        loss +=
          problem.output == .softmax
          ? (wanted == 1 ? -log(output) / Double(count) : 0)
          : (output - wanted) * (output - wanted) / 2
      }
    }
    _ = work.name("loss", loss)
  }
  return { name in
    if name.hasPrefix("∂") { return key.derivative(of: "loss", by: String(name.dropFirst())) }
    return matrices[name] ?? key.numbers[name]
  }
}

@Suite("Exercises of graph convolutions")
struct GraphConvolutionExerciseTests {
  @Test("keys agree with sums over neighbours and central differences")
  func keys() throws { try verifyKeys(.graphConvolution, count: 20, plainGraph) }

  @Test("planted slips are named")
  func slips() throws { try plantSlips(.graphConvolution, questions: 12) }
}

@Suite("Verify exercises of graph convolutions", .enabled(if: verifiesExercises))
struct VerifyGraphConvolutionExerciseTests {
  @Test("1,000 keys")
  func keys() throws { try verifyKeys(.graphConvolution, count: 1000, seed: 12, plainGraph) }
}
