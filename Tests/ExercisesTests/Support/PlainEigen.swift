import Foundation

/// Eigenvalues of a symmetric matrix from the largest, with unit eigenvectors whose entry of largest
/// magnitude (the first of equal ones) is positive: Jacobi's rotations on plain numbers.
func plainEigen(_ matrix: [[Double]]) -> (values: [Double], vectors: [[Double]]) {
  let size = matrix.count
  var a = matrix
  // Row i becomes the eigenvector of a[i][i].
  var v = (0..<size).map { i in (0..<size).map { $0 == i ? 1.0 : 0 } }
  for _ in 0..<60 {
    for p in 0..<size {
      for q in p + 1..<size where a[p][q] != 0 {
        let angle = 0.5 * atan2(2 * a[p][q], a[p][p] - a[q][q])
        let (c, s) = (cos(angle), sin(angle))
        for k in 0..<size {
          (a[p][k], a[q][k]) = (c * a[p][k] + s * a[q][k], c * a[q][k] - s * a[p][k])
        }
        for k in 0..<size {
          (a[k][p], a[k][q]) = (c * a[k][p] + s * a[k][q], c * a[k][q] - s * a[k][p])
        }
        for k in 0..<size {
          (v[p][k], v[q][k]) = (c * v[p][k] + s * v[q][k], c * v[q][k] - s * v[p][k])
        }
      }
    }
  }
  let order = (0..<size).sorted { a[$0][$0] > a[$1][$1] }
  let vectors = order.map { index -> [Double] in
    let vector = v[index]
    let largest = vector.map { abs($0) }.max() ?? 0
    let leading = vector.first { abs($0) >= largest * (1 - 1e-8) } ?? 0
    return leading < 0 ? vector.map { -$0 } : vector
  }
  return (order.map { a[$0][$0] }, vectors)
}
