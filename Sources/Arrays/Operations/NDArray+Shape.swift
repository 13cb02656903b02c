// Views of the same elements, and arrays put together or padded.

extension NDArray {
  /// The same elements under another shape; one size may be −1 and is then worked out.
  /// - Precondition: the same number of elements.
  public func reshaped(_ sizes: [Int]) -> NDArray {
    guard let unknown = sizes.firstIndex(of: -1) else { return reshaped(Shape(sizes)) }
    var complete = sizes
    let known = sizes.enumerated().reduce(1) { $1.offset == unknown ? $0 : $0 * $1.element }
    guard known > 0, elementCount % known == 0 else {
      fatalError("reshape: \(shape) to \(sizes)")
    }
    complete[unknown] = elementCount / known
    return reshaped(Shape(complete))
  }

  /// The same elements, in row-major order, under another shape.
  /// - Precondition: the same number of elements.
  public func reshaped(_ shape: Shape) -> NDArray {
    if shape == self.shape { return self }
    guard shape.elementCount == elementCount else {
      fatalError("reshape: \(self.shape) to \(shape), the numbers of elements differ")
    }
    if case .strided(let view) = layout, isContiguous {
      return NDArray(
        storage: storage, shape: shape, dtype: dtype,
        layout: .strided(StridedLayout(offset: view.offset, strides: shape.rowMajorStrides)))
    }
    let ordered = rowMajor()
    return NDArray(storage: ordered.storage, shape: shape, dtype: dtype)
  }

  /// Whether the elements follow each other in row-major order from some offset.
  package var isContiguous: Bool {
    guard let strided else { return false }
    var expected = 1
    for axis in (0..<rank).reversed() where shape.lanes[axis] != 1 {
      if strided.strides[axis] != expected { return false }
      expected *= shape.lanes[axis]
    }
    return true
  }

  /// The axes in another order, a view: axis i of the result is axis `order[i]` of this.
  /// - Precondition: each axis once.
  public func permuted(_ order: [Int]) -> NDArray {
    let axes = order.map(shape.normalizedAxis)
    guard Set(axes).count == rank, axes.count == rank else {
      fatalError("permute: axes \(order) of \(shape)")
    }
    return view { offset, strides in
      var sizes = SIMD8<Int>(repeating: 0)
      var moved = SIMD8<Int>(repeating: 0)
      for (axis, from) in axes.enumerated() {
        sizes[axis] = shape.lanes[from]
        moved[axis] = strides[from]
      }
      return (Shape(lanes: sizes, rank: rank), offset, moved)
    }
  }

  /// The last two axes swapped, a view.
  /// - Precondition: at least two axes.
  public func transposed() -> NDArray {
    guard rank >= 2 else { fatalError("transpose: \(shape) has fewer than two axes") }
    var order = Array(0..<rank)
    order.swapAt(rank - 1, rank - 2)
    return permuted(order)
  }

  /// Elements `range` along one axis, every `step`th of them; a view, but of images whose channels
  /// oneDNN keeps in blocks.
  /// - Precondition: the range lies within the axis; the step is at least 1.
  public func sliced(axis: Int, _ range: Range<Int>, step: Int = 1) -> NDArray {
    let axis = shape.normalizedAxis(axis)
    guard range.lowerBound >= 0, range.upperBound <= shape[axis], step >= 1 else {
      fatalError("slice: \(range) by \(step) of axis \(axis) of \(shape)")
    }
    if axis == 1, step == 1, case .blocked = layout,
      let part = engine(for: dtype).channels(self, range)
    {
      return part
    }
    return view { offset, strides in
      var result = shape
      result[axis] = (range.count + step - 1) / step
      var moved = strides
      moved[axis] *= step
      return (result, offset + range.lowerBound * strides[axis], moved)
    }
  }

  /// The element `index` of an axis, which is removed; a view.
  /// - Precondition: 0 ≤ index < the axis's size.
  public func selecting(axis: Int, index: Int) -> NDArray {
    let axis = shape.normalizedAxis(axis)
    let one = sliced(axis: axis, index..<(index + 1))
    return one.squeezed(axis: axis)
  }

  /// Without an axis of size 1; a view.
  /// - Precondition: the axis has size 1.
  public func squeezed(axis: Int) -> NDArray {
    let axis = shape.normalizedAxis(axis)
    guard shape[axis] == 1 else { fatalError("squeeze: axis \(axis) of \(shape) is not 1") }
    return reshapedView(removing: axis)
  }

  /// With a new axis of size 1 at `axis`, −1 after the last; a view.
  /// - Precondition: 0 ≤ axis ≤ rank once counted from the front; at most eight axes in the end.
  public func expanded(axis: Int) -> NDArray {
    let place = axis < 0 ? axis + rank + 1 : axis
    guard place >= 0, place <= rank, rank < Shape.maximumRank else {
      fatalError("expand: axis \(axis) of \(shape)")
    }
    var sizes = Array(shape)
    sizes.insert(1, at: place)
    return reshapedView(inserting: place, shape: Shape(sizes))
  }

  /// Stretched to a shape that this one broadcasts to; a view.
  /// - Precondition: sizes, aligned at the last axis, are the target's or 1.
  public func broadcast(to target: Shape) -> NDArray {
    if target == shape { return self }
    let common = trapping { () throws(ShapeError) in
      try Shape.broadcast(shape, target, operation: "broadcast")
    }
    guard common == target else { fatalError("broadcast: \(shape) does not stretch to \(target)") }
    return view { offset, strides in
      var moved = SIMD8<Int>(repeating: 0)
      for axis in 0..<rank {
        let to = axis + target.rank - rank
        moved[to] = shape.lanes[axis] == 1 ? 0 : strides[axis]
      }
      return (target, offset, moved)
    }
  }

  /// Arrays put one after another along an axis.
  /// - Precondition: at least one array, all of one type; shapes equal but along the axis.
  public static func concatenate(_ arrays: [NDArray], axis: Int = 0) -> NDArray {
    guard let first = arrays.first else { fatalError("concatenate: no arrays") }
    let axis = first.shape.normalizedAxis(axis)
    var shape = first.shape
    shape[axis] = 0
    for array in arrays {
      first.checkSameType(array, "concatenate")
      var other = array.shape
      if other.rank == first.rank { other[axis] = first.shape[axis] }
      guard other == first.shape else {
        fatalError("concatenate along \(axis): \(arrays.map(\.shape))")
      }
      shape[axis] += array.shape[axis]
    }
    return engine(for: first.dtype).concatenate(arrays, axis: axis, shape: shape)
  }

  /// Arrays of one shape put together along a new axis.
  /// - Precondition: at least one array, all of one type and shape.
  public static func stack(_ arrays: [NDArray], axis: Int = 0) -> NDArray {
    concatenate(arrays.map { $0.expanded(axis: axis) }, axis: axis)
  }

  /// `value` added before and after each axis.
  /// - Precondition: one number an axis, none negative.
  public func padded(before: [Int], after: [Int], value: Double = 0) -> NDArray {
    guard before.count == rank, after.count == rank, (before + after).allSatisfy({ $0 >= 0 })
    else { fatalError("pad: \(before) and \(after) around \(shape)") }
    return engine(for: dtype).pad(self, before: before, after: after, value: value)
  }

  private func view(
    _ make: (_ offset: Int, _ strides: SIMD8<Int>) -> (Shape, Int, SIMD8<Int>)
  ) -> NDArray {
    guard let strided else { return rowMajor().view(make) }
    let (shape, offset, strides) = make(strided.offset, strided.strides)
    return NDArray(
      storage: storage, shape: shape, dtype: dtype,
      layout: .strided(StridedLayout(offset: offset, strides: strides))
    ).simplified()
  }

  private func reshapedView(removing axis: Int) -> NDArray {
    view { offset, strides in
      var sizes = Array(shape)
      sizes.remove(at: axis)
      var moved = strides
      for later in axis..<7 { moved[later] = strides[later + 1] }
      moved[7] = 0
      return (Shape(sizes), offset, moved)
    }
  }

  private func reshapedView(inserting axis: Int, shape: Shape) -> NDArray {
    view { offset, strides in
      var moved = strides
      for later in stride(from: 7, to: axis, by: -1) { moved[later] = strides[later - 1] }
      moved[axis] = 0
      return (shape, offset, moved)
    }
  }

  /// Row-major where the view turns out to be so.
  private func simplified() -> NDArray {
    guard case .strided(let view) = layout, view.offset == 0, isContiguous else { return self }
    return NDArray(storage: storage, shape: shape, dtype: dtype)
  }
}
