#if OneDNN
  import CKernels

  // Rows by number are copied by CKernels; what moves single elements or compares them is left to
  // the reference engine, on row-major operands.
  extension OneDNNEngine {
    package func compare(
      _ comparison: Comparison, _ a: NDArray, _ b: NDArray, shape: Shape
    ) -> NDArray {
      reference.compare(comparison, unblocked(a), unblocked(b), shape: shape)
    }

    package func select(
      _ condition: NDArray, _ a: NDArray, _ b: NDArray, shape: Shape
    ) -> NDArray {
      reference.select(condition, unblocked(a), unblocked(b), shape: shape)
    }

    package func argumentOfMaximum(_ x: NDArray, axis: Int) -> NDArray {
      reference.argumentOfMaximum(unblocked(x), axis: axis)
    }

    package func gather(_ x: NDArray, indices: NDArray, axis: Int) -> NDArray {
      guard axis == 0, x.elementCount > 0, indices.elementCount > 0 else {
        return reference.gather(unblocked(x), indices: indices, axis: axis)
      }
      let (x, indices) = (x.rowMajor(), indices.rowMajor())
      let result = NDArray(
        uninitialized: Shape(Array(indices.shape) + x.shape.dropFirst()), dtype: .float32)
      gk_gather_rows(
        Self.pointer(x), indices.storage.pointer.assumingMemoryBound(to: Int32.self),
        Self.pointer(result), indices.elementCount, x.elementCount / x.shape[0])
      withExtendedLifetime((x.storage, indices.storage)) {}
      return result
    }

    package func scatterAdd(
      _ updates: NDArray, indices: NDArray, axis: Int, shape: Shape
    ) -> NDArray {
      guard axis == 0, shape.elementCount > 0, indices.elementCount > 0 else {
        return reference.scatterAdd(unblocked(updates), indices: indices, axis: axis, shape: shape)
      }
      let (updates, indices) = (updates.rowMajor(), indices.rowMajor())
      let result = NDArray(uninitialized: shape, dtype: .float32)
      gk_fill(Self.pointer(result), shape.elementCount, 0)
      gk_scatter_rows(
        Self.pointer(updates), indices.storage.pointer.assumingMemoryBound(to: Int32.self),
        Self.pointer(result), indices.elementCount, shape.elementCount / shape[0])
      withExtendedLifetime((updates.storage, indices.storage)) {}
      return result
    }

    package func takeAlong(_ x: NDArray, indices: NDArray, axis: Int) -> NDArray {
      reference.takeAlong(unblocked(x), indices: indices, axis: axis)
    }

    package func addAlong(
      _ updates: NDArray, indices: NDArray, axis: Int, shape: Shape
    ) -> NDArray {
      reference.addAlong(unblocked(updates), indices: indices, axis: axis, shape: shape)
    }

    package func oneHot(_ indices: NDArray, depth: Int, dtype: DType) -> NDArray {
      reference.oneHot(indices, depth: depth, dtype: dtype)
    }

    package func topK(_ x: NDArray, count: Int) -> (values: NDArray, indices: NDArray) {
      reference.topK(unblocked(x), count: count)
    }

    package func concatenate(_ arrays: [NDArray], axis: Int, shape: Shape) -> NDArray {
      if axis == 1, let block = Self.commonBlock(of: arrays) {
        let result = Self.array(shape, layout: Self.blocked(shape, block))
        var start = 0
        for array in arrays {
          let part = Self.converted(array, to: Self.blocked(array.shape, block))
          Self.copyChannels(
            array.shape, from: Self.pointer(part), of: array.shape[1],
            to: Self.pointer(result) + start * shape[2] * shape[3], of: shape[1])
          withExtendedLifetime(part.storage) {}
          start += array.shape[1]
        }
        return result
      }
      let result = NDArray(uninitialized: shape, dtype: .float32)
      var start = 0
      for array in arrays {
        place(array, in: result, at: axis, from: start)
        start += array.shape[axis]
      }
      return result
    }

    package func channels(_ x: NDArray, _ range: Range<Int>) -> NDArray? {
      guard let block = Self.channelBlock(of: x), range.lowerBound % block == 0,
        range.count % block == 0, !range.isEmpty
      else { return nil }
      var shape = x.shape
      shape[1] = range.count
      let result = Self.array(shape, layout: Self.blocked(shape, block))
      // A last block that is not full has room to be filled up: the distance of samples counts it.
      let present = (x.shape[1] + block - 1) / block * block
      Self.copyChannels(
        shape, from: Self.pointer(x) + range.lowerBound * shape[2] * shape[3], of: present,
        to: Self.pointer(result), of: range.count)
      withExtendedLifetime(x.storage) {}
      return result
    }

    /// The blocks that images put together along their channels have in common: those of the first
    /// that lies in some, where the channels of all fill blocks of that size.
    private static func commonBlock(of arrays: [NDArray]) -> Int? {
      guard let block = arrays.lazy.compactMap({ channelBlock(of: $0) }).first,
        arrays.allSatisfy({ $0.elementCount > 0 && $0.shape[1] % block == 0 })
      else { return nil }
      return block
    }

    /// Copies whole blocks of channels, which follow each other in a sample.
    /// - Parameters:
    ///   - shape: What is copied.
    ///   - from: Its start in an image of so many channels.
    ///   - to: Its start in the other.
    private static func copyChannels(
      _ shape: Shape, from source: UnsafeMutablePointer<Float>, of sourceChannels: Int,
      to target: UnsafeMutablePointer<Float>, of targetChannels: Int
    ) {
      let pixels = shape[2] * shape[3]
      gk_copy_strided(
        2, [shape[0], shape[1] * pixels], source, [sourceChannels * pixels, 1], target,
        [targetChannels * pixels, 1])
    }

    package func pad(_ x: NDArray, before: [Int], after: [Int], value: Double) -> NDArray {
      var shape = x.shape
      for axis in 0..<x.rank { shape[axis] += before[axis] + after[axis] }
      let result = NDArray(uninitialized: shape, dtype: .float32)
      gk_fill(Self.pointer(result), shape.elementCount, Float(value))
      let strides = shape.rowMajorStrides
      let offset = (0..<x.rank).reduce(0) { $0 + before[$1] * strides[$1] }
      write(x, into: result, offset: offset, strides: strides)
      return result
    }

    private func place(_ x: NDArray, in result: NDArray, at axis: Int, from start: Int) {
      let strides = result.shape.rowMajorStrides
      write(x, into: result, offset: start * strides[axis], strides: strides)
    }

    private func write(_ x: NDArray, into result: NDArray, offset: Int, strides: SIMD8<Int>) {
      let x = unblocked(x)
      if x.elementCount == 0 { return }
      Self.withLanes(x.shape.lanes) { sizes in
        Self.withLanes(x.strided!.strides) { from in
          Self.withLanes(strides) { to in
            gk_copy_strided(
              Int32(x.rank), sizes, Self.pointer(x), from, Self.pointer(result) + offset, to)
          }
        }
      }
      withExtendedLifetime(x.storage) {}
    }

    private func unblocked(_ x: NDArray) -> NDArray { Self.isBlocked(x) ? copy(x) : x }
  }
#endif
