extension NDArray {
  /// The matrix product over the last two axes; leading axes broadcast. Transposed operands (their
  /// last two axes swapped) are not copied.
  ///
  /// - Shapes: [.., M, K] × [.., K, N] → [.., M, N]
  /// - Precondition: float32 or float64 on both sides; the inner sizes agree.
  /// - Complexity: M·K·N multiplications and additions a matrix.
  public func matmul(
    _ other: NDArray, transposeSelf: Bool = false, transposeOther: Bool = false
  ) -> NDArray {
    checkSameType(other, "matmul")
    let shape = trapping { () throws(ShapeError) in
      try Self.matmulShape(
        self.shape, other.shape, transposeA: transposeSelf, transposeB: transposeOther)
    }
    return engine(for: dtype).matmul(
      self, other, transposeA: transposeSelf, transposeB: transposeOther, shape: shape)
  }

  /// The shape of a matrix product.
  package static func matmulShape(
    _ a: Shape, _ b: Shape, transposeA: Bool, transposeB: Bool
  ) throws(ShapeError) -> Shape {
    guard a.rank >= 2, b.rank >= 2 else {
      throw ShapeError(operation: "matmul", shapes: [a, b], reason: "expected at least two axes")
    }
    let rows = transposeA ? a[a.rank - 1] : a[a.rank - 2]
    let inner = transposeA ? a[a.rank - 2] : a[a.rank - 1]
    let otherInner = transposeB ? b[b.rank - 1] : b[b.rank - 2]
    let columns = transposeB ? b[b.rank - 2] : b[b.rank - 1]
    guard inner == otherInner else {
      throw ShapeError(
        operation: "matmul", shapes: [a, b],
        reason: "inner sizes \(inner) and \(otherInner) differ"
          + (transposeA || transposeB
            ? " (\(transposeA ? "first" : "")\(transposeA && transposeB ? " and " : "")"
              + "\(transposeB ? "second" : "") transposed)" : ""))
    }
    if a.rank == 2 && b.rank == 2 { return [rows, columns] }
    let batch = try Shape.broadcast(
      Shape(a.dropLast(2)), Shape(b.dropLast(2)), operation: "matmul")
    return Shape(Array(batch) + [rows, columns])
  }

  /// The largest `count` elements along the last axis, descending, with their places (int32); of
  /// equal ones the first comes first.
  /// - Shapes: [.., K] → both [.., count]
  /// - Precondition: 0 ≤ count ≤ the last axis's size.
  public func topK(_ count: Int) -> (values: NDArray, indices: NDArray) {
    guard rank >= 1, count >= 0, count <= shape[rank - 1] else {
      fatalError("topK: \(count) of \(shape)")
    }
    return engine(for: dtype).topK(self, count: count)
  }

  /// 1 at each index along a new last axis of size `depth`, 0 elsewhere.
  /// - Shapes: [..] → [.., depth]
  /// - Precondition: int32 indices from 0 to depth − 1.
  public func oneHot(depth: Int, dtype: DType = .float32) -> NDArray {
    checkIndices(below: depth, "oneHot")
    return engine(for: dtype).oneHot(self, depth: depth, dtype: dtype)
  }

  /// Rows by number: the axis is replaced by the axes of `indices`.
  /// - Precondition: int32 indices from 0 to the axis's size − 1.
  public func gather(_ indices: NDArray, axis: Int = 0) -> NDArray {
    let axis = shape.normalizedAxis(axis)
    indices.checkIndices(below: shape[axis], "gather")
    return engine(for: dtype).gather(self, indices: indices, axis: axis)
  }

  /// Zeros of `shape` to which the updates are added along the axis at the indices: the
  /// transpose of `gather`. Indices may repeat.
  /// - Precondition: int32 indices from 0 to the axis's size − 1; updates have `shape` with the
  ///   axis replaced by the axes of `indices`.
  public static func scatterAdd(
    _ updates: NDArray, indices: NDArray, axis: Int = 0, shape: Shape
  ) -> NDArray {
    let axis = shape.normalizedAxis(axis)
    indices.checkIndices(below: shape[axis], "scatterAdd")
    let expected = Shape(
      Array(shape.prefix(axis)) + Array(indices.shape) + shape.dropFirst(axis + 1))
    guard updates.shape == expected else {
      fatalError(
        "scatterAdd: updates \(updates.shape), indices \(indices.shape) into \(shape) along "
          + "\(axis); expected updates \(expected)")
    }
    return engine(for: updates.dtype).scatterAdd(
      updates, indices: indices, axis: axis, shape: shape)
  }

  /// One element a place along the axis: `indices` have this shape but along the axis.
  /// - Precondition: int32 indices from 0 to the axis's size − 1.
  public func takeAlong(_ indices: NDArray, axis: Int) -> NDArray {
    let axis = shape.normalizedAxis(axis)
    indices.checkIndices(below: shape[axis], "takeAlong")
    var expected = shape
    if indices.rank == rank { expected[axis] = indices.shape[axis] }
    guard indices.shape == expected else {
      fatalError("takeAlong: indices \(indices.shape) of \(shape) along \(axis)")
    }
    return engine(for: dtype).takeAlong(self, indices: indices, axis: axis)
  }

  /// Zeros of `shape` to which the updates are added at takeAlong's places: its transpose.
  /// - Precondition: int32 indices from 0 to the axis's size − 1; updates have the indices' shape.
  public static func addAlong(
    _ updates: NDArray, indices: NDArray, axis: Int, shape: Shape
  ) -> NDArray {
    let axis = shape.normalizedAxis(axis)
    indices.checkIndices(below: shape[axis], "addAlong")
    guard updates.shape == indices.shape else {
      fatalError("addAlong: updates \(updates.shape), indices \(indices.shape)")
    }
    return engine(for: updates.dtype).addAlong(
      updates, indices: indices, axis: axis, shape: shape)
  }

  /// Traps unless all elements are int32 from 0 to `bound` − 1.
  package func checkIndices(below bound: Int, _ operation: String) {
    guard dtype == .int32 else { fatalError("\(operation): indices are \(dtype), expected int32") }
    withElements(as: Int32.self) { indices in
      for index in indices where index < 0 || Int(index) >= bound {
        fatalError("\(operation): index \(index), expected 0 to \(bound - 1)")
      }
    }
  }
}
