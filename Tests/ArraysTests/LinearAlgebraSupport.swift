import Arrays

/// A matrix of doubles with the plainest possible arithmetic, to state laws with.
struct TestMatrix {
  let rows: Int
  let columns: Int
  var elements: [Double]

  init(rows: Int, columns: Int, _ element: (_ row: Int, _ column: Int) -> Double) {
    self.rows = rows
    self.columns = columns
    elements = (0..<(rows * columns)).map { element($0 / columns, $0 % columns) }
  }

  /// The matrix of a batch with the given row-major number.
  init(_ array: NDArray, matrix: Int = 0) {
    let (m, n) = (array.shape[array.rank - 2], array.shape[array.rank - 1])
    let values = array.doubles
    self.init(rows: m, columns: n) { values[(matrix * m + $0) * n + $1] }
  }

  /// Elements drawn evenly from [−1, 1).
  static func random(_ rows: Int, _ columns: Int, seed: UInt64) -> TestMatrix {
    var state = seed
    return TestMatrix(rows: rows, columns: columns) { _, _ in
      // SplitMix64
      state &+= 0x9E37_79B9_7F4A_7C15
      var bits = state
      bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
      bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
      return Double(Int64(bitPattern: bits ^ (bits >> 31)) >> 11) * 0x1p-52
    }
  }

  static func identity(_ n: Int) -> TestMatrix {
    TestMatrix(rows: n, columns: n) { $0 == $1 ? 1 : 0 }
  }

  static func diagonal(_ values: [Double]) -> TestMatrix {
    TestMatrix(rows: values.count, columns: values.count) { $0 == $1 ? values[$0] : 0 }
  }

  /// aᵢⱼ = 1 / (i + j − 1), counted from 1.
  static func hilbert(_ n: Int) -> TestMatrix {
    TestMatrix(rows: n, columns: n) { 1 / Double($0 + $1 + 1) }
  }

  subscript(row: Int, column: Int) -> Double { elements[row * columns + column] }

  var transposed: TestMatrix { TestMatrix(rows: columns, columns: rows) { self[$1, $0] } }
  var symmetrized: TestMatrix {
    TestMatrix(rows: rows, columns: rows) { self[$0, $1] + self[$1, $0] }
  }
  var frobenius: Double { elements.reduce(0) { $0 + $1 * $1 }.squareRoot() }
  var largest: Double { elements.reduce(0) { max($0, abs($1)) } }

  static func * (a: TestMatrix, b: TestMatrix) -> TestMatrix {
    TestMatrix(rows: a.rows, columns: b.columns) { row, column in
      (0..<a.columns).reduce(0) { $0 + a[row, $1] * b[$1, column] }
    }
  }

  static func - (a: TestMatrix, b: TestMatrix) -> TestMatrix {
    TestMatrix(rows: a.rows, columns: a.columns) { a[$0, $1] - b[$0, $1] }
  }

  func array(_ dtype: DType = .float64) -> NDArray {
    NDArray.batch(elements, [rows, columns], dtype)
  }
}

extension NDArray {
  /// An array of float32 or float64 from doubles.
  static func batch(_ values: [Double], _ shape: Shape, _ dtype: DType = .float64) -> NDArray {
    dtype == .float32
      ? NDArray(values.map { Float($0) }, shape: shape) : NDArray(values, shape: shape)
  }

  /// The same memory seen through other strides.
  func view(_ shape: Shape, offset: Int = 0, strides: [Int]) -> NDArray {
    var lanes = SIMD8<Int>(repeating: 0)
    for (axis, step) in strides.enumerated() { lanes[axis] = step }
    return NDArray(
      storage: storage, shape: shape, dtype: dtype,
      layout: .strided(StridedLayout(offset: offset, strides: lanes)))
  }
}

extension DType {
  /// The distance from 1 to the next number: twice the largest relative rounding error.
  var ulpOfOne: Double { self == .float32 ? Double(Float.ulpOfOne) : Double.ulpOfOne }
}

/// The types that linear algebra works in.
let linearAlgebraTypes: [DType] = [.float32, .float64]
