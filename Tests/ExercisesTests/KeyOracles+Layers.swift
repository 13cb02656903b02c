import Exercises
import Explain
import Foundation

// Closed forms and central differences in plain Swift, written apart from the library.

extension KeyOracle {
  static let softmax = KeyOracle(
    kind: .softmax, path: "closed forms forward, central differences back",
    values: { problem in
      let problem = problem as! SoftmaxProblem
      let z = problem.logits
      func probabilities(_ z: [[Double]]) -> [[Double]] {
        z.map { row in
          let e = row.map { exp($0) }
          return e.map { $0 / e.reduce(0, +) }
        }
      }
      func loss(ofProbabilities p: [[Double]]) -> Double {
        zip(problem.target ?? [], p).reduce(0) { sum, rows in
          sum - zip(rows.0, rows.1).reduce(0) { $0 + $1.0 * log($1.1) }
        } / Double(z.count)
      }
      let p = probabilities(z)
      var values: [String: [Double]] = [:]
      for n in z.indices {
        values[z.count == 1 ? "S" : "S.\(n + 1).1"] = [z[n].reduce(0) { $0 + exp($1) }]
        for j in z[n].indices {
          let place = "\(n + 1).\(j + 1)"
          values["e." + place] = [exp(z[n][j])]
          values["p." + place] = [p[n][j]]
          values["∂p." + place] = [
            // ln p bends the more the smaller p is.
            KeyCheck.slope(
              p[n][j], step: 1e-3 * p[n][j], { loss(ofProbabilities: p.replacing(n, j, $0)) })
          ]
          values["∂z." + place] = [
            KeyCheck.slope(
              z[n][j], { loss(ofProbabilities: probabilities(z.replacing(n, j, $0))) })
          ]
        }
      }
      for i in z[0].indices {
        for j in z[0].indices {
          values["J.\(i + 1).\(j + 1)"] = [
            KeyCheck.slope(z[0][j], { probabilities(z.replacing(0, j, $0))[0][i] })
          ]
        }
      }
      values["L"] = [loss(ofProbabilities: p)]
      return values
    }, tolerance: 1e-8)

  static let batchNorm = KeyOracle(
    kind: .batchNorm, path: "closed forms forward, central differences back",
    values: { problem in
      let problem = problem as! BatchNormProblem
      let z = problem.input
      let (count, width) = (z.count, z[0].count)
      let scale = problem.scale ?? [Double](repeating: 1, count: width)
      let shift = problem.shift ?? [Double](repeating: 0, count: width)
      let upstream = problem.upstream ?? z.map { $0.map { _ in 1 } }
      var values: [String: [Double]] = [:]
      for j in 0..<width {
        let column = z.map { $0[j] }
        func mean(_ z: [Double]) -> Double { z.reduce(0, +) / Double(count) }
        func variance(_ z: [Double], _ mean: Double) -> Double {
          z.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
        }
        func standard(_ z: [Double], _ mean: Double, _ variance: Double) -> [Double] {
          z.map { ($0 - mean) / (variance + problem.epsilon).squareRoot() }
        }
        func loss(_ n: [Double], _ scale: Double, _ shift: Double) -> Double {
          (0..<count).reduce(0) { $0 + upstream[$1][j] * (scale * n[$1] + shift) }
        }
        func whole(_ z: [Double]) -> Double {
          loss(standard(z, mean(z), variance(z, mean(z))), scale[j], shift[j])
        }
        /// A single unit has no index.
        func put(_ name: String, _ value: Double) {
          values[width == 1 ? name : "\(name).1.\(j + 1)"] = [value]
        }
        let (μ, σ) = (mean(column), variance(column, mean(column)))
        let n = standard(column, μ, σ)
        put("μ", μ)
        put("σ", σ)
        put("∂γ", KeyCheck.slope(scale[j], { loss(n, $0, shift[j]) }))
        put("∂β", KeyCheck.slope(shift[j], { loss(n, scale[j], $0) }))
        put("∂σ", KeyCheck.slope(σ, { loss(standard(column, μ, $0), scale[j], shift[j]) }))
        put(
          "∂μ",
          KeyCheck.slope(
            μ, { loss(standard(column, $0, variance(column, $0)), scale[j], shift[j]) }))
        for i in 0..<count {
          let place = "\(i + 1).\(j + 1)"
          values["n." + place] = [n[i]]
          values["h." + place] = [scale[j] * n[i] + shift[j]]
          values["∂n." + place] = [
            KeyCheck.slope(n[i], { loss(n.replacing(i, $0), scale[j], shift[j]) })
          ]
          values["∂z." + place] = [
            KeyCheck.slope(column[i], { whole(column.replacing(i, $0)) })
          ]
        }
        // From 0 and 1, the share α of the batch's own.
        let running = (problem.momentum * μ, (1 - problem.momentum) + problem.momentum * σ)
        put("rm", running.0)
        put("rv", running.1)
        if let test = problem.test {
          put(
            "ht",
            scale[j] * (test[j] - running.0) / (running.1 + problem.epsilon).squareRoot() + shift[j]
          )
        }
      }
      return values
    }, tolerance: 1e-8)

  static let dropout = KeyOracle(
    kind: .dropout, path: "closed forms, the mean over all masks, central differences",
    values: { problem in
      let problem = problem as! DropoutProblem
      let (a, mask, keep) = (problem.activations, problem.mask, problem.keep)
      var values: [String: [Double]] = [:]
      for j in a.indices {
        values["training.\(j + 1)"] = [a[j] * mask[j]]
        values["test.\(j + 1)"] = [a[j] * keep]
        values["inverted.\(j + 1)"] = [a[j] * mask[j] / keep]
        var mean = 0.0
        for bits in 0..<(1 << a.count) where bits >> j & 1 == 1 {
          let kept = Double(bits.nonzeroBitCount)
          mean += a[j] * pow(keep, kept) * pow(1 - keep, Double(a.count) - kept)
        }
        values["expected.\(j + 1)"] = [mean]
        values["∂a.\(j + 1)"] = [
          KeyCheck.slope(
            a[j],
            { moved in
              zip(a.replacing(j, moved), mask).reduce(0) {
                $0 + $1.0 * $1.1 + $1.0 * $1.1 / keep
              }
            })
        ]
      }
      return values
    })
}

extension Array where Element == Double {
  /// The numbers with another one in a place.
  func replacing(_ place: Int, _ number: Double) -> [Double] {
    var copy = self
    copy[place] = number
    return copy
  }
}

extension Array where Element == [Double] {
  /// The rows with another number in a place.
  func replacing(_ row: Int, _ column: Int, _ number: Double) -> [[Double]] {
    var copy = self
    copy[row][column] = number
    return copy
  }
}
