import Training

/// The mean squared error ½·mean (x·w − y)² of a linear model, as a function of w.
package struct LeastSquares {
  /// Its Hessian, `[k, k]`.
  package let hessian: NDArray
  private let inputs: NDArray
  private let targets: NDArray

  /// The error on rows of inputs with a target each.
  package init(_ rows: [[Double]], _ targets: [Double]) {
    inputs = NDArray(rows: rows)
    self.targets = NDArray(targets, shape: [targets.count, 1])
    hessian = inputs.matmul(inputs, transposeSelf: true) / Double(rows.count)
  }

  /// Gradient descent from w = 0 with the best constant learning rate, 2/(λ_min + λ_max).
  ///
  /// In the basis of the Hessian's eigenvectors each part of the distance from the minimum shrinks
  /// by itself, by 1 − ηλ a step; followed there, no digits are lost however ill-conditioned the
  /// error is.
  /// - Parameters:
  ///   - part: Stops where the error's distance from its minimum is this part of that at the start.
  ///   - limit: Stops after so many steps in any case.
  /// - Returns: λ_max/λ_min, and the distance before the first and after each step, as a part.
  package func descend(
    until part: Double, limit: Int
  ) throws(LinearAlgebraError) -> (condition: Double, losses: [Double]) {
    let (values, vectors) = try LinearAlgebra.symmetricEigen(hessian)
    let eigenvalues = values.doubles
    let (least, greatest) = (eigenvalues.first!, eigenvalues.last!)
    let slope = inputs.matmul(targets, transposeSelf: true) / Double(targets.elementCount)
    // Minimum minus start along each eigenvector.
    let distances = zip(vectors.matmul(slope, transposeSelf: true).doubles, eigenvalues).map {
      $0 / $1
    }
    let rate = 2 / (least + greatest)
    let weights = zip(distances, eigenvalues).map { $0 * $0 * $1 }
    let start = weights.reduce(0, +)
    var shares = weights.map { $0 / start }
    var losses = [1.0]
    while losses.last! > part, losses.count <= limit {
      for index in shares.indices {
        let factor = 1 - rate * eigenvalues[index]
        shares[index] *= factor * factor
      }
      losses.append(shares.reduce(0, +))
    }
    return (greatest / least, losses)
  }
}
