#if OneDNN
  import CKernels

  extension OneDNNEngine {
    package func reduce(_ reduction: Reduction, _ x: NDArray, axes: [Int]) -> NDArray {
      let runs = Self.runs(of: axes, in: x.shape)
      let result = x.shape.reduced(along: axes, keepingAxes: true)
      if x.elementCount == 0 || (runs.count > 1 && reduction == .variance) {
        return reference.reduce(reduction, x.rowMajor(), axes: axes)
      }
      // Several runs of axes: one after another, the last first, so that strides stay long.
      var current = x.rowMajor()
      for run in runs.reversed() {
        let outer = current.shape.prefix(run.lowerBound).reduce(1, *)
        let middle = current.shape[run].reduce(1, *)
        let inner = current.shape.suffix(from: run.upperBound).reduce(1, *)
        var shape = current.shape
        for axis in run { shape[axis] = 1 }
        let next = NDArray(uninitialized: shape, dtype: .float32)
        KernelClock.run("\(reduction)") {
          gk_reduce(
            reduction.rawValue, Self.pointer(current), Self.pointer(next), outer, middle, inner)
        }
        withExtendedLifetime(current.storage) {}
        current = next
      }
      return current.reshaped(result)
    }

    /// Ascending axes as runs of neighbours; axes of size 1 join what they touch.
    private static func runs(of axes: [Int], in shape: Shape) -> [Range<Int>] {
      var runs: [Range<Int>] = []
      for axis in axes {
        if let last = runs.last, (last.upperBound..<axis).allSatisfy({ shape[$0] == 1 }) {
          runs[runs.count - 1] = last.lowerBound..<(axis + 1)
        } else {
          runs.append(axis..<(axis + 1))
        }
      }
      return runs
    }

    package func softmax(_ x: NDArray, axis: Int) -> NDArray {
      rows(x, axis: axis, or: reference.softmax(x.rowMajor(), axis: axis), gk_softmax)
    }

    package func logSoftmax(_ x: NDArray, axis: Int) -> NDArray {
      rows(x, axis: axis, or: reference.logSoftmax(x.rowMajor(), axis: axis), gk_log_softmax)
    }

    /// A row-wise kernel along the last axis, or the reference's result along another.
    private func rows(
      _ x: NDArray, axis: Int, or other: @autoclosure () -> NDArray,
      _ kernel: (UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Int, Int) -> Void
    ) -> NDArray {
      guard axis == x.rank - 1, x.elementCount > 0 else { return other() }
      let x = x.rowMajor()
      let result = NDArray(uninitialized: x.shape, dtype: .float32)
      KernelClock.run("softmax") {
        kernel(
          Self.pointer(x), Self.pointer(result), x.elementCount / x.shape[axis], x.shape[axis])
      }
      withExtendedLifetime(x.storage) {}
      return result
    }

    package func softmaxGradient(_ upstream: NDArray, value: NDArray, axis: Int) -> NDArray {
      guard axis == value.rank - 1, value.elementCount > 0 else {
        return reference.softmaxGradient(
          upstream.rowMajor(), value: value.rowMajor(), axis: axis)
      }
      return gradientRows(upstream, value, gk_softmax_gradient)
    }

    package func logSoftmaxGradient(_ upstream: NDArray, value: NDArray, axis: Int) -> NDArray {
      guard axis == value.rank - 1, value.elementCount > 0 else {
        return reference.logSoftmaxGradient(
          upstream.rowMajor(), value: value.rowMajor(), axis: axis)
      }
      return gradientRows(upstream, value, gk_log_softmax_gradient)
    }

    private func gradientRows(
      _ upstream: NDArray, _ value: NDArray,
      _ kernel: (
        UnsafePointer<Float>?, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Int, Int
      ) -> Void
    ) -> NDArray {
      let upstream = upstream.rowMajor()
      let value = value.rowMajor()
      let result = NDArray(uninitialized: value.shape, dtype: .float32)
      let width = value.shape[value.rank - 1]
      KernelClock.run("softmax backward") {
        kernel(
          Self.pointer(upstream), Self.pointer(value), Self.pointer(result),
          value.elementCount / width, width)
      }
      withExtendedLifetime((upstream.storage, value.storage)) {}
      return result
    }

    package func crossEntropy(logits: NDArray, labels: NDArray) -> (
      loss: NDArray, probabilities: NDArray
    ) {
      let logits = logits.rowMajor()
      let labels = labels.rowMajor()
      let loss = NDArray(uninitialized: [logits.shape[0]], dtype: .float32)
      let probabilities = NDArray(uninitialized: logits.shape, dtype: .float32)
      KernelClock.run("cross-entropy") {
        gk_cross_entropy(
          Self.pointer(logits), labels.storage.pointer.assumingMemoryBound(to: Int32.self),
          Self.pointer(loss), Self.pointer(probabilities), logits.shape[0], logits.shape[1])
      }
      withExtendedLifetime((logits.storage, labels.storage)) {}
      return (loss, probabilities)
    }

    package func crossEntropyGradient(
      _ upstream: NDArray, probabilities: NDArray, labels: NDArray
    ) -> NDArray {
      let upstream = upstream.rowMajor()
      let probabilities = probabilities.rowMajor()
      let labels = labels.rowMajor()
      let result = NDArray(uninitialized: probabilities.shape, dtype: .float32)
      KernelClock.run("cross-entropy backward") {
        gk_cross_entropy_gradient(
          Self.pointer(upstream), Self.pointer(probabilities),
          labels.storage.pointer.assumingMemoryBound(to: Int32.self), Self.pointer(result),
          probabilities.shape[0], probabilities.shape[1])
      }
      withExtendedLifetime((upstream.storage, probabilities.storage, labels.storage)) {}
      return result
    }
  }
#endif
