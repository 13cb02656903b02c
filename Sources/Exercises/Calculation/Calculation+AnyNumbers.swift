import Autodiff
import Explain

extension Calculation {
  /// The same with functions that take any numbers: a student's covariance need not be symmetric, nor
  /// finite, where the solution's is both.
  var onAnyNumbers: Calculation {
    let partial = functions.filter { ["eigenvalues#", "eigenvectors#"].contains($0.key) }
    guard !partial.isEmpty else { return self }
    let total = partial.mapValues { function -> FormulaFunction in
      { arrays in
        let matrix = (arrays[0] + arrays[0].transposed()) * NDArray(0.5)
        // Eigenvectors of the identity tell the shape.
        guard matrix.doubles.allSatisfy(\.isFinite) else {
          let size = matrix.shape[0]
          let identity = NDArray(
            (0..<size * size).map { $0 / size == $0 % size ? 1.0 : 0 }, shape: [size, size])
          return function([identity]) * NDArray(Double.nan)
        }
        return function([matrix])
      }
    }
    return Calculation(
      key: key, entry: entry, shape: shape, expression: expression, inputs: inputs,
      functions: functions.merging(total) { $1 })
  }
}
