extension ReferenceEngine {
  package func matmul(
    _ a: NDArray, _ b: NDArray, transposeA: Bool, transposeB: Bool, shape: Shape
  ) -> NDArray {
    switch a.dtype {
    case .float32: Self.matmul(a, b, transposeA, transposeB, shape, Float.self)
    case .float64: Self.matmul(a, b, transposeA, transposeB, shape, Double.self)
    default: Self.unsupported("matmul", a.dtype)
    }
  }

  private static func matmul<Real: RealElement>(
    _ a: NDArray, _ b: NDArray, _ transposeA: Bool, _ transposeB: Bool, _ shape: Shape,
    _ type: Real.Type
  ) -> NDArray {
    let a = readable(a)
    let b = readable(b)
    let result = NDArray(uninitialized: shape, dtype: Real.dtype)
    let batchRank = shape.rank - 2
    var rows = shape[batchRank]
    let columns = shape[batchRank + 1]
    let depth = a.shape[transposeA ? a.rank - 2 : a.rank - 1]
    let left = matrix(a, transposed: transposeA, type)
    let right = matrix(b, transposed: transposeB, type)

    var batch = leading(shape, batchRank)
    let aStrides = batchStrides(a, batch)
    let bStrides = batchStrides(b, batch)
    let cStrides = result.elementStrides
    // One matrix on the right for a whole batch on the left: a single, taller product.
    let isShared = bStrides == .zero && batch.elementCount > 1
    if isShared && !transposeA && a.isRowMajor && a.rank == shape.rank
      && leading(a.shape, batchRank) == batch
    {
      rows *= batch.elementCount
      batch = .scalar
    }
    let target = result.firstElement(as: type)
    ReferenceLoops(batch, aStrides, bStrides, cStrides).forEachMatrix { fromA, fromB, to in
      var left = left
      var right = right
      left.base += fromA
      right.base += fromB
      MatrixKernel<Real>.multiply(
        rows: rows, columns: columns, depth: depth, left, right, into: target + to,
        rowStride: columns, accumulate: false)
    }
    return result
  }

  /// The last two axes.
  private static func matrix<Real: RealElement>(
    _ x: NDArray, transposed: Bool, _ type: Real.Type
  ) -> MatrixView<Real> {
    let strides = x.elementStrides
    let (row, column) = (strides[x.rank - 2], strides[x.rank - 1])
    return MatrixView(
      x.firstElement(as: type), rowStride: transposed ? column : row,
      columnStride: transposed ? row : column)
  }

  /// Strides of the axes before the last two, stretched to the batch's shape.
  private static func batchStrides(_ x: NDArray, _ batch: Shape) -> SIMD8<Int> {
    let own = x.elementStrides
    var result = SIMD8<Int>(repeating: 0)
    let shift = batch.rank - (x.rank - 2)
    for axis in 0..<max(x.rank - 2, 0) where x.shape[axis] != 1 { result[axis + shift] = own[axis] }
    return result
  }
}

extension ReferenceLoops {
  /// Calls `body` once for each element with three operands' offsets.
  @inline(__always)
  fileprivate func forEachMatrix(_ body: (_ a: Int, _ b: Int, _ c: Int) -> Void) {
    let steps = innerStrides
    forEachRow { a, b, c, _ in
      for index in 0..<innerCount {
        body(a &+ index &* steps.a, b &+ index &* steps.b, c &+ index &* steps.c)
      }
    }
  }
}
