#if OneDNN
  import CKernels

  /// Batch normalisation by CKernels of images whose channels lie in blocks.
  struct BlockedNormalization {
    private var sizes = gk_norm()

    /// Nil for arrays that lie otherwise.
    init?(_ x: NDArray, epsilon: Double, rectifies: Bool) {
      guard let block = OneDNNEngine.channelBlock(of: x) else { return nil }
      (sizes.samples, sizes.channels) = (x.shape[0], x.shape[1])
      sizes.pixels = x.shape[2] * x.shape[3]
      sizes.block = Int32(block)
      sizes.rectified = rectifies
      sizes.epsilon = Float(epsilon)
    }

    private func withWorkspace(
      _ body: (UnsafePointer<gk_norm>, UnsafeMutableRawPointer) -> Void
    ) {
      withUnsafePointer(to: sizes) { sizes in
        let workspace = Storage(byteCount: gk_norm_workspace(sizes))
        body(sizes, workspace.pointer)
        withExtendedLifetime(workspace) {}
      }
    }

    func training(_ x: NDArray, scale: NDArray, offset: NDArray) -> (
      value: NDArray, mean: NDArray, variance: NDArray
    ) {
      let (scale, offset) = (scale.rowMajor(), offset.rowMajor())
      let (value, _) = OneDNNEngine.shared.sameLayout(as: x)
      let mean = NDArray(uninitialized: [x.shape[1]], dtype: .float32)
      let variance = NDArray(uninitialized: [x.shape[1]], dtype: .float32)
      withWorkspace { sizes, workspace in
        KernelClock.run("batch normalisation") {
          gk_norm_training(
            sizes, OneDNNEngine.pointer(x), OneDNNEngine.pointer(scale),
            OneDNNEngine.pointer(offset), OneDNNEngine.pointer(value), OneDNNEngine.pointer(mean),
            OneDNNEngine.pointer(variance), workspace)
        }
      }
      withExtendedLifetime((x.storage, scale.storage, offset.storage)) {}
      return (value, mean, variance)
    }

    func inference(
      _ x: NDArray, scale: NDArray, offset: NDArray, mean: NDArray, variance: NDArray
    ) -> NDArray {
      let (scale, offset) = (scale.rowMajor(), offset.rowMajor())
      let (mean, variance) = (mean.rowMajor(), variance.rowMajor())
      let (value, _) = OneDNNEngine.shared.sameLayout(as: x)
      withWorkspace { sizes, workspace in
        KernelClock.run("batch normalisation") {
          gk_norm_inference(
            sizes, OneDNNEngine.pointer(x), OneDNNEngine.pointer(scale),
            OneDNNEngine.pointer(offset), OneDNNEngine.pointer(mean),
            OneDNNEngine.pointer(variance), OneDNNEngine.pointer(value), workspace)
        }
      }
      withExtendedLifetime(
        (x.storage, scale.storage, offset.storage, mean.storage, variance.storage)
      ) {}
      return value
    }

    /// - Parameter offset: Read only where the result was rectified.
    func gradient(
      _ upstream: NDArray, input x: NDArray, scale: NDArray, offset: NDArray, mean: NDArray,
      variance: NDArray
    ) -> (input: NDArray, scale: NDArray, offset: NDArray) {
      let u = OneDNNEngine.converted(upstream, to: OneDNNEngine.descriptor(of: x))
      let (scale, offset) = (scale.rowMajor(), offset.rowMajor())
      let (mean, variance) = (mean.rowMajor(), variance.rowMajor())
      let (result, _) = OneDNNEngine.shared.sameLayout(as: x)
      let scaleGradient = NDArray(uninitialized: scale.shape, dtype: .float32)
      let offsetGradient = NDArray(uninitialized: scale.shape, dtype: .float32)
      withWorkspace { sizes, workspace in
        KernelClock.run("batch normalisation backward") {
          gk_norm_gradient(
            sizes, OneDNNEngine.pointer(u), OneDNNEngine.pointer(x), OneDNNEngine.pointer(scale),
            OneDNNEngine.pointer(offset), OneDNNEngine.pointer(mean),
            OneDNNEngine.pointer(variance), OneDNNEngine.pointer(result),
            OneDNNEngine.pointer(scaleGradient), OneDNNEngine.pointer(offsetGradient), workspace)
        }
      }
      withExtendedLifetime(
        (u.storage, x.storage, scale.storage, offset.storage, mean.storage, variance.storage)
      ) {}
      return (result, scaleGradient, offsetGradient)
    }
  }

  extension OneDNNEngine {
    package func rectifiedBatchNormalization(
      _ x: NDArray, scale: NDArray, offset: NDArray, epsilon: Double
    ) -> (value: NDArray, mean: NDArray, variance: NDArray) {
      if let norm = BlockedNormalization(x, epsilon: epsilon, rectifies: true) {
        return norm.training(x, scale: scale, offset: offset)
      }
      return batchNormalizationThenRelu(x, scale: scale, offset: offset, epsilon: epsilon)
    }

    package func rectifiedBatchNormalizationInference(
      _ x: NDArray, scale: NDArray, offset: NDArray, mean: NDArray, variance: NDArray,
      epsilon: Double
    ) -> NDArray {
      if let norm = BlockedNormalization(x, epsilon: epsilon, rectifies: true) {
        return norm.inference(x, scale: scale, offset: offset, mean: mean, variance: variance)
      }
      return batchNormalizationInferenceThenRelu(
        x, scale: scale, offset: offset, mean: mean, variance: variance, epsilon: epsilon)
    }

    package func rectifiedBatchNormalizationGradient(
      _ upstream: NDArray, input: NDArray, scale: NDArray, offset: NDArray, mean: NDArray,
      variance: NDArray, epsilon: Double
    ) -> (input: NDArray, scale: NDArray, offset: NDArray) {
      if let norm = BlockedNormalization(input, epsilon: epsilon, rectifies: true) {
        return norm.gradient(
          upstream, input: input, scale: scale, offset: offset, mean: mean, variance: variance)
      }
      return reluThenBatchNormalizationGradient(
        upstream, input: input, scale: scale, offset: offset, mean: mean, variance: variance,
        epsilon: epsilon)
    }
  }
#endif
