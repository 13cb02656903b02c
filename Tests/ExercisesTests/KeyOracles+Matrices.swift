import Exercises
import Explain
import Foundation

// Matrices and principal components: elimination, permutations, Jacobi's rotations.

extension KeyOracle {
  static let linearAlgebra = KeyOracle(
    kind: .linearAlgebra, path: "elimination, Leibniz' sum, Jacobi's rotations",
    values: { problem in
      let problem = problem as! LinearAlgebraProblem
      let a = problem.matrix
      var values: [String: [Double]] = [:]
      func put(_ name: String, _ number: Double) { values[name] = [number] }
      for task in problem.tasks ?? [] {
        switch task {
        case .product:
          for (i, row) in PlainMatrix.product(a, problem.second!).enumerated() {
            for (j, number) in row.enumerated() { put("AB.\(i + 1).\(j + 1)", number) }
          }
        case .trace: put("tr", a.indices.reduce(0) { $0 + a[$1][$1] })
        case .determinant:
          put("det", PlainMatrix.determinant(a))
          for i in a.indices {
            for j in a.indices { put("C\(i)\(j)", PlainMatrix.cofactor(a, i, j)) }
          }
        case .inverse:
          let cofactors = a.indices.map { i in
            a.indices.map { PlainMatrix.cofactor(a, i, $0) }
          }
          values["adj"] = PlainMatrix.transposed(cofactors).flatMap { $0 }
          values["inv"] = PlainMatrix.inverse(a).flatMap { $0 }
        case .eigenvalues:
          let (numbers, vectors) = plainEigen(a)
          for index in 0..<2 {
            put("λ\(index + 1)", numbers[index])
            for entry in 0..<2 { put("v\(index + 1)\(entry)", vectors[index][entry]) }
          }
          put("Δ", (numbers[0] - numbers[1]) * (numbers[0] - numbers[1]))
        case .norms:
          let numbers = a.flatMap { $0 }
          put("normMax", numbers.map { abs($0) }.max()!)
          put("normF", numbers.reduce(0) { $0 + $1 * $1 }.squareRoot())
          if a.count == 1 {
            put("norm1", numbers.reduce(0) { $0 + abs($1) })
            put("norm2", numbers.reduce(0) { $0 + $1 * $1 }.squareRoot())
          } else {
            let sums = a[0].indices.map { j in a.reduce(0) { $0 + abs($1[j]) } }
            for (j, sum) in sums.enumerated() { put("columns.\(j + 1)", sum) }
            put("norm1", sums.max()!)
            let square = PlainMatrix.product(PlainMatrix.transposed(a), a)
            values["AtA"] = square.flatMap { $0 }
            values["eigen"] = plainEigen(square).values
            put("norm2", max(0, plainEigen(square).values[0]).squareRoot())
          }
        case .singularValues: break
        }
      }
      return values
    })

  static let principalComponents = KeyOracle(
    kind: .principalComponents, path: "sums in loops, Jacobi's rotations on the covariance",
    values: { problem in
      let problem = problem as! PrincipalComponentProblem
      let x = problem.data
      let count = Double(x.count)
      let mean = x[0].indices.map { j in x.reduce(0) { $0 + $1[j] } / count }
      let centred = x.map { row in zip(row, mean).map { $0 - $1 } }
      let divisor = problem.divisor == .n ? count : count - 1
      func divided(_ matrix: [[Double]]) -> [[Double]] { matrix.map { $0.map { $0 / divisor } } }
      let covariance = divided(PlainMatrix.product(PlainMatrix.transposed(centred), centred))
      let (numbers, vectors) = plainEigen(covariance)
      let kept = problem.components!
      let components = PlainMatrix.transposed(Array(vectors.prefix(kept)))
      let total = numbers.reduce(0, +)
      var values: [String: [Double]] = [
        "Z": centred.flatMap { $0 }, "C": covariance.flatMap { $0 },
        "K": divided(PlainMatrix.product(centred, PlainMatrix.transposed(centred))).flatMap { $0 },
        "tr": [total], "det": [numbers[0] * numbers[1]], "λ1": [numbers[0]], "λ2": [numbers[1]],
        "λ": Array(numbers.prefix(kept)), "V": components.flatMap { $0 },
        "T": PlainMatrix.product(centred, components).flatMap { $0 },
      ]
      for (j, number) in mean.enumerated() { values["μ.\(j + 1)"] = [number] }
      for index in 0..<kept {
        values[kept == 1 ? "ratio" : "ratio.\(index + 1)"] = [numbers[index] / total]
      }
      return values
    })
}
