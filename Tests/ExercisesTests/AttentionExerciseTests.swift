import Exercises
import Explain
import Foundation
import Testing

/// An attention layer query by query in plain numbers; gradients by central differences.
private func plainAttention(_ problem: AttentionProblem) -> (String) -> [Double]? {
  /// A block of columns of a matrix.
  func columns(_ matrix: [[Double]], _ head: Int) -> [[Double]] {
    let width = matrix[0].count / problem.heads
    return matrix.map { Array($0[(head * width)..<((head + 1) * width)]) }
  }
  func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
  func map(_ rows: [[Double]], _ matrix: [[Double]]) -> [[Double]] {
    rows.map { row in matrix[0].indices.map { column in dot(row, matrix.map { $0[column] }) } }
  }
  let key = PlainKey { work in
    func named(_ key: String, _ matrix: [[Double]]) -> [[Double]] {
      rows(work.name(key, matrix.flatMap { $0 }), matrix[0].count)
    }
    var outputs: [[Double]]?
    for head in 0..<problem.heads {
      let mark = problem.heads == 1 ? "" : "\(head + 1)"
      let (q, k, v): ([[Double]], [[Double]], [[Double]])
      switch problem.source {
      case .given(let queries, let keys, let values):
        q = named("q" + mark, columns(queries, head))
        k = named("k" + mark, columns(keys, head))
        v = values.map { named("v" + mark, columns($0, head)) } ?? k
      case .projected(let inputs, _, let query, let key, let value):
        q = named("q" + mark, map(inputs, columns(query, head)))
        k = named("k" + mark, map(inputs, columns(key, head)))
        v = named("v" + mark, map(inputs, columns(value, head)))
      }
      var scores = q.map { query in k.map { key in dot(query, key) } }
      switch problem.score {
      case .dot: break
      case .scaled: scores = scores.map { $0.map { $0 / Double(k[0].count).squareRoot() } }
      case .linear(let wq, let wk, let b):
        scores = q.map { query in k.map { key in dot(query, wq) + dot(key, wk) + b } }
      case .additive(let wq, let wk, let vector):
        let (p, r) = (named("p", map(q, wq)), named("r", map(k, wk)))
        let hidden = work.name(
          "t", p.flatMap { left in r.flatMap { right in zip(left, right).map { tanh($0 + $1) } } })
        scores = rows(rows(hidden, vector.count).map { dot($0, vector) }, k.count)
      }
      scores = named("e" + mark, scores)
      let weights = named(
        "a" + mark,
        scores.enumerated().map { query, row in
          // 1 over the sum of exp(e′ − e) over the keys that may be seen.
          let seen = row.indices.filter { problem.mask == .none || $0 <= query }
          return row.indices.map { own in
            seen.contains(own) ? 1 / seen.reduce(0) { $0 + exp(row[$1] - row[own]) } : 0
          }
        })
      let context = named("c" + mark, map(weights, v))
      if let matrix = problem.output {
        let height = v[0].count
        let part = map(context, Array(matrix[(head * height)..<((head + 1) * height)]))
        outputs = outputs.map { zip($0, part).map { zip($0, $1).map(+) } } ?? part
      } else if case .halfSquaredError(let target) = problem.loss {
        let differences = zip(context.flatMap { $0 }, target.flatMap { $0 }).map(-)
        _ = work.name("L", dot(differences, differences) / 2)
      }
    }
    if let outputs { _ = work.name("o", outputs.flatMap { $0 }) }
  }
  return { name in
    name.hasPrefix("∂")
      ? key.derivative(of: "L", by: String(name.dropFirst())) : key.numbers[name]
  }
}

@Suite("Exercises of attention")
struct AttentionExerciseTests {
  @Test("keys agree with plain numbers query by query and central differences")
  func keys() throws { try verifyKeys(.attention, count: 20, plainAttention) }

  @Test("planted slips are named")
  func slips() throws { try plantSlips(.attention, questions: 10) }
}

@Suite("Verify exercises of attention", .enabled(if: verifiesExercises))
struct VerifyAttentionExerciseTests {
  @Test("1,000 keys")
  func keys() throws { try verifyKeys(.attention, count: 1000, seed: 12, plainAttention) }
}
