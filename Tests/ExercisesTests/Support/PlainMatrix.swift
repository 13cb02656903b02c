/// Small matrices on plain numbers.
enum PlainMatrix {
  /// The solution of A x = b by elimination with the largest pivot.
  static func solve(_ matrix: [[Double]], _ right: [Double]) -> [Double] {
    let size = matrix.count
    var rows = zip(matrix, right).map { $0 + [$1] }
    for column in 0..<size {
      let pivot = (column..<size).max { abs(rows[$0][column]) < abs(rows[$1][column]) }!
      rows.swapAt(column, pivot)
      for row in 0..<size where row != column {
        let factor = rows[row][column] / rows[column][column]
        for place in column...size { rows[row][place] -= factor * rows[column][place] }
      }
    }
    return (0..<size).map { rows[$0][size] / rows[$0][$0] }
  }

  /// The inverse, column by column.
  static func inverse(_ matrix: [[Double]]) -> [[Double]] {
    let size = matrix.count
    let columns = (0..<size).map { j in solve(matrix, (0..<size).map { $0 == j ? 1 : 0 }) }
    return (0..<size).map { i in (0..<size).map { columns[$0][i] } }
  }

  /// The determinant by Leibniz' sum over permutations.
  static func determinant(_ matrix: [[Double]]) -> Double {
    func sum(_ row: Int, _ used: [Int]) -> Double {
      if row == matrix.count { return 1 }
      return matrix.indices.filter { !used.contains($0) }.reduce(0) { total, column in
        // Each column used before that stands to the right is an inversion.
        let sign = used.filter { $0 > column }.count % 2 == 0 ? 1.0 : -1
        return total + sign * matrix[row][column] * sum(row + 1, used + [column])
      }
    }
    return sum(0, [])
  }

  /// What is left of the determinant without a row and a column, with its sign.
  static func cofactor(_ matrix: [[Double]], _ row: Int, _ column: Int) -> Double {
    let rest = matrix.indices.filter { $0 != row }.map { i in
      matrix.indices.filter { $0 != column }.map { matrix[i][$0] }
    }
    return ((row + column) % 2 == 0 ? 1 : -1) * determinant(rest)
  }

  /// The product.
  static func product(_ a: [[Double]], _ b: [[Double]]) -> [[Double]] {
    a.map { row in
      b[0].indices.map { column in
        zip(row, b).reduce(0) { $0 + $1.0 * $1.1[column] }
      }
    }
  }

  /// Rows for columns.
  static func transposed(_ a: [[Double]]) -> [[Double]] {
    a[0].indices.map { column in a.map { $0[column] } }
  }
}
