/// An operand `[.., rows, columns]` whose type and shape have been checked.
struct MatrixBatch {
  let operation: String
  let array: NDArray
  /// The axes before the last two.
  let leading: Shape
  let rows: Int
  let columns: Int
  /// Number of matrices.
  var count: Int { leading.elementCount }
  /// Elements of one matrix.
  var area: Int { rows * columns }
  /// The smaller of the two sizes.
  var smallerSize: Int { min(rows, columns) }

  /// - Throws: `LinearAlgebraError` for a type other than float32 and float64, fewer than two axes,
  ///   or, where asked, unequal last axes.
  init(_ array: NDArray, operation: String, square: Bool) throws(LinearAlgebraError) {
    self.operation = operation
    self.array = array
    let shape = array.shape
    guard array.dtype.isFloatingPoint else {
      throw LinearAlgebraError(
        operation: operation, shapes: [shape], reason: .unsupportedTypes([array.dtype]))
    }
    guard shape.rank >= 2 else {
      throw LinearAlgebraError(
        operation: operation, shapes: [shape],
        reason: .tooFewAxes(expected: square ? "a square matrix [.., n, n]" : "a matrix [.., m, n]")
      )
    }
    leading = Shape(shape.dropLast(2))
    rows = shape[shape.rank - 2]
    columns = shape[shape.rank - 1]
    if square && rows != columns { throw failure(.notSquare) }
  }

  /// The shape of a result of so many sizes for each matrix.
  func shape(_ sizes: Int...) -> Shape { Shape(Array(leading) + sizes) }

  /// An error about this operand, or about its matrix with the given number.
  func failure(_ reason: LinearAlgebraError.Reason, matrix: Int? = nil) -> LinearAlgebraError {
    LinearAlgebraError(
      operation: operation, shapes: [array.shape],
      matrix: matrix.map { Self.index(of: $0, in: leading) } ?? [], reason: reason)
  }

  /// Checks what the work takes, before anything is allocated.
  /// - Parameters:
  ///   - counted: the largest number that LAPACK's integers have to hold besides the sizes, such as
  ///     the length of its work array.
  ///   - results: elements of the results.
  /// - Throws: `tooLarge`, `outOfMemory`.
  func require(counted: Double = 0, results: Double) throws(LinearAlgebraError) {
    let largest = max(counted, Double(max(rows, columns)))
    guard largest <= Double(LAPACK.integerLimit) else { throw failure(.tooLarge(needed: largest)) }
    let elements = Double(array.elementCount) + 2 * Double(area) + results + counted
    let byteCount = elements * Double(array.dtype.byteCount)
    let needed = byteCount < Double(Int.max) ? Int(byteCount) : Int.max
    do {
      try MemoryPool.shared.require(byteCount: needed, for: operation)
    } catch {
      throw failure(.outOfMemory(needed: needed))
    }
  }

  /// The elements in row-major order, all of them finite.
  /// - Throws: `notFinite` with the first that is not.
  func finite() throws(LinearAlgebraError) -> NDArray {
    let (ordered, index) = Self.firstNotFinite(array)
    if let index { throw failure(.notFinite(operand: 0, index: index)) }
    return ordered
  }

  /// The array in row-major order, and the index of its first NaN or infinity.
  static func firstNotFinite(_ array: NDArray) -> (ordered: NDArray, index: [Int]?) {
    func search<Element: LAPACKElement>(_ elements: UnsafeBufferPointer<Element>) -> Int? {
      elements.firstIndex { !$0.isFinite }
    }
    let ordered = array.rowMajor()
    let place =
      array.dtype == .float32
      ? ordered.withElements(as: Float.self) { search($0) }
      : ordered.withElements(as: Double.self) { search($0) }
    return (ordered, place.map { index(of: $0, in: array.shape) })
  }

  /// The index along each axis of the element with a row-major number.
  static func index(of number: Int, in shape: Shape) -> [Int] {
    var rest = number
    var index = [Int](repeating: 0, count: shape.rank)
    for axis in stride(from: shape.rank - 1, through: 0, by: -1) {
      index[axis] = rest % shape[axis]
      rest /= shape[axis]
    }
    return index
  }
}

// MARK: Symmetry

extension MatrixBatch {
  /// Checks that every matrix is symmetric: |aᵢⱼ − aⱼᵢ| ≤ √ε · max|a|, which passes the rounding of
  /// a product such as XᵀX and fails a matrix that was never meant to be symmetric.
  /// - Throws: `notSymmetric` with the first place where one is not.
  func requireSymmetry(of ordered: NDArray) throws(LinearAlgebraError) {
    let failed =
      ordered.dtype == .float32
      ? ordered.withElements(as: Float.self) { asymmetry($0) }
      : ordered.withElements(as: Double.self) { asymmetry($0) }
    if let (matrix, row, column) = failed {
      throw failure(.notSymmetric(row: row, column: column), matrix: matrix)
    }
  }

  private func asymmetry<Element: LAPACKElement>(
    _ elements: UnsafeBufferPointer<Element>
  ) -> (matrix: Int, row: Int, column: Int)? {
    for matrix in 0..<(area == 0 ? 0 : count) {
      let a = elements.baseAddress! + matrix * area
      var largest: Element = 0
      for index in 0..<area { largest = max(largest, abs(a[index])) }
      let tolerance = Element.ulpOfOne.squareRoot() * largest
      for row in 0..<rows {
        for column in (row + 1)..<columns {
          let difference = abs(a[row * columns + column] - a[column * columns + row])
          if difference > tolerance { return (matrix, row, column) }
        }
      }
    }
    return nil
  }
}
