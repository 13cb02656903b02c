/// What the formulas of linear algebra call.
enum MatrixFunctions {
  static let all: [String: FormulaFunction] = [
    "matmul": { $0[0].matmul($0[1]) },
    "transpose": { $0[0].transposed() },
    "symmetric": { ($0[0] + $0[0].transposed()) * 0.5 },
    "inverse": { Inverse().value($0[0]) },
    "each": { $0[0].expanded(axis: -1).expanded(axis: -1) },
    "diagonal": { $0[0].expanded(axis: -1) * identity($0[0].shape, $0[0].dtype) },
    "column": { $0[0].expanded(axis: -1) },
    "row": { $0[0].expanded(axis: -2) },
    "identity": { identity($0[0].shape, $0[0].dtype) },
  ]

  /// The identity matrix of the size of the last axis.
  static func identity(_ shape: Shape, _ dtype: DType) -> NDArray {
    NDArray.identity(shape[shape.rank - 1], dtype: dtype)
  }

  /// 1 below the diagonal, ½ on it, 0 above.
  static func lowerHalf(_ size: Int, dtype: DType) -> NDArray {
    var elements = [Double](repeating: 0, count: size * size)
    for row in 0..<size {
      for column in 0..<row { elements[row * size + column] = 1 }
      elements[row * size + row] = 0.5
    }
    return NDArray(elements, shape: [size, size]).cast(to: dtype)
  }
}

/// The result of `body`, or the end of the program with its error: a gradient rule has no way to
/// throw, and its matrix has been through the operation itself before.
func solvable<Value>(_ body: () throws(LinearAlgebraError) -> Value) -> Value {
  do {
    return try body()
  } catch {
    fatalError(error.description)
  }
}

/// Ends the program where two neighbours of sorted values are equal up to rounding: what the
/// gradient of their vectors divides by their difference then means nothing.
func requireDistinct(_ values: NDArray, _ operation: String, of what: String) {
  let size = values.shape[values.rank - 1]
  guard size > 1 else { return }
  let elements = values.doubles
  let precision = values.dtype == .float32 ? Double(Float.ulpOfOne) : Double.ulpOfOne
  for start in stride(from: 0, to: elements.count, by: size) {
    let row = elements[start..<(start + size)]
    let tolerance = Double(size) * precision * (row.map { abs($0) }.max() ?? 0)
    for (index, (one, next)) in zip(row, row.dropFirst()).enumerated()
    where abs(one - next) <= tolerance {
      fatalError(
        "\(operation): \(what) \(index) and \(index + 1) of matrix \(start / size) coincide at "
          + "\(one), so their vectors have no gradient")
    }
  }
}
