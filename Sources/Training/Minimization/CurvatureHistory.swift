import Arrays

/// The curvature that the last steps met: an approximation B of the Hessian by pairs of a step s and
/// the change y of the gradient along it.
///
/// In the compact form B = θI − W·M·Wᵀ with W = [Y, θS] and
/// M = [[−D, Lᵀ], [L, θSᵀS]]⁻¹, where D is the diagonal of SᵀY and L what stands below it.
///
/// - Source: Nocedal and Wright 2006, "Numerical Optimization", algorithm 7.4; Byrd, Nocedal and
///   Schnabel 1994, "Representations of quasi-Newton matrices and their use in limited memory
///   methods", theorem 2.3.
struct CurvatureHistory {
  /// Pairs kept, at least 1.
  let capacity: Int
  /// θ = yᵀy / sᵀy of the last pair, 1 without one.
  private(set) var scale = 1.0
  private(set) var steps: [[Double]] = []
  private(set) var changes: [[Double]] = []
  /// sᵢᵀyⱼ and sᵢᵀsⱼ.
  private var products: [[Double]] = []
  private var squares: [[Double]] = []

  init(capacity: Int) { self.capacity = capacity }

  var isEmpty: Bool { steps.isEmpty }
  /// Twice the pairs: columns of W.
  var width: Int { 2 * steps.count }

  mutating func clear() { self = CurvatureHistory(capacity: capacity) }

  /// Adds a pair with sᵀy above 0; the oldest goes where there is no room.
  mutating func append(step: [Double], change: [Double], product: Double) {
    if steps.count == capacity {
      steps.removeFirst()
      changes.removeFirst()
      products.removeFirst()
      squares.removeFirst()
      for row in products.indices {
        products[row].removeFirst()
        squares[row].removeFirst()
      }
    }
    for row in steps.indices {
      products[row].append(dot(steps[row], change))
      squares[row].append(dot(steps[row], step))
    }
    steps.append(step)
    changes.append(change)
    products.append(changes.dropLast().map { dot(step, $0) } + [product])
    squares.append(steps.map { dot(step, $0) })
    scale = dot(change, change) / product
  }

  /// B⁻¹·v, by the two loops over the pairs.
  func inverseProduct(_ vector: [Double]) -> [Double] {
    var result = vector
    var factors = [Double](repeating: 0, count: steps.count)
    for pair in steps.indices.reversed() {
      factors[pair] = dot(steps[pair], result) / products[pair][pair]
      add(&result, changes[pair], times: -factors[pair])
    }
    for index in result.indices { result[index] /= scale }
    for pair in steps.indices {
      let factor = factors[pair] - dot(changes[pair], result) / products[pair][pair]
      add(&result, steps[pair], times: factor)
    }
    return result
  }

  /// M, `[width, width]` in rows.
  func middle() throws(LinearAlgebraError) -> [[Double]] {
    let count = steps.count
    if count == 0 { return [] }
    var rows = [[Double]](repeating: [Double](repeating: 0, count: width), count: width)
    for i in 0..<count {
      rows[i][i] = -products[i][i]
      for j in 0..<count {
        rows[count + i][count + j] = scale * squares[i][j]
        if i > j {
          rows[count + i][j] = products[i][j]
          rows[j][count + i] = products[i][j]
        }
      }
    }
    let inverse = try LinearAlgebra.inverse(NDArray(rows.flatMap { $0 }, shape: [width, width]))
    let numbers = inverse.doubles
    return (0..<width).map { Array(numbers[($0 * width)..<(($0 + 1) * width)]) }
  }

  /// The row of W that belongs to an element of the point.
  func row(_ element: Int) -> [Double] {
    changes.map { $0[element] } + steps.map { scale * $0[element] }
  }

  /// Wᵀ·v.
  func transposedProduct(_ vector: [Double]) -> [Double] {
    changes.map { dot($0, vector) } + steps.map { scale * dot($0, vector) }
  }

  private func add(_ result: inout [Double], _ vector: [Double], times factor: Double) {
    result.withUnsafeMutableBufferPointer { result in
      vector.withUnsafeBufferPointer { vector in
        for index in result.indices { result[index] += factor * vector[index] }
      }
    }
  }
}

/// The product of a small matrix in rows with a vector.
func product(_ matrix: [[Double]], _ vector: [Double]) -> [Double] {
  matrix.map { dot($0, vector) }
}
