import Training

/// Gaussian elimination with pivots, as one does it by hand, that counts its operations.
package struct CountedElimination {
  /// Additions, subtractions, multiplications and divisions so far.
  package private(set) var operations = 0

  /// Nothing counted.
  package init() {}

  /// The x of A·x = b.
  ///
  /// - Shapes: A `[k, k]`, b `[k]` → k numbers
  /// - Precondition: A is regular.
  package mutating func solve(_ matrix: NDArray, _ right: NDArray) -> [Double] {
    let count = matrix.shape[0]
    var a = matrix.doubles
    var b = right.doubles
    for column in 0..<count {
      let pivot = (column..<count).max {
        abs(a[$0 * count + column]) < abs(a[$1 * count + column])
      }!
      if pivot != column {
        for place in column..<count { a.swapAt(pivot * count + place, column * count + place) }
        b.swapAt(pivot, column)
      }
      for row in column + 1..<count {
        let factor = a[row * count + column] / a[column * count + column]
        operations += 1
        for place in column + 1..<count {
          a[row * count + place] -= factor * a[column * count + place]
          operations += 2
        }
        b[row] -= factor * b[column]
        operations += 2
      }
    }
    for row in (0..<count).reversed() {
      for place in row + 1..<count {
        b[row] -= a[row * count + place] * b[place]
        operations += 2
      }
      b[row] /= a[row * count + row]
      operations += 1
    }
    return b
  }
}
