#if OneDNN
  import CKernels
  import COneDNN

  extension OneDNNEngine {
    package func batchNormalization(
      _ x: NDArray, scale: NDArray, offset: NDArray, epsilon: Double
    ) -> (value: NDArray, mean: NDArray, variance: NDArray) {
      if x.elementCount == 0 {
        return reference.batchNormalization(
          x.rowMajor(), scale: scale.rowMajor(), offset: offset.rowMajor(), epsilon: epsilon)
      }
      if let norm = BlockedNormalization(x, epsilon: epsilon, rectifies: false) {
        return norm.training(x, scale: scale, offset: offset)
      }
      let x = Self.fourAxes(packed(x))
      let (scale, offset) = (scale.rowMajor(), offset.rowMajor())
      let primitive = Self.primitive(x.array, GD_NORM_TRAINING, epsilon)
      let (value, _) = sameLayout(as: x.array)
      let mean = NDArray(uninitialized: [x.array.shape[1]], dtype: .float32)
      let variance = NDArray(uninitialized: [x.array.shape[1]], dtype: .float32)
      Self.run(
        primitive,
        [
          (GD_SOURCE, Self.pointer(x.array)), (GD_TARGET, Self.pointer(value)),
          (GD_MEAN, Self.pointer(mean)),
          (GD_VARIANCE, Self.pointer(variance)),
          (GD_SCALE, Self.pointer(scale)), (GD_OFFSET, Self.pointer(offset)),
        ])
      withExtendedLifetime((x.array.storage, scale.storage, offset.storage)) {}
      return (value.reshapedKeepingLayout(x.original), mean, variance)
    }

    package func batchNormalizationInference(
      _ x: NDArray, scale: NDArray, offset: NDArray, mean: NDArray, variance: NDArray,
      epsilon: Double
    ) -> NDArray {
      if x.elementCount == 0 { return NDArray.zeros(x.shape, dtype: .float32) }
      if let norm = BlockedNormalization(x, epsilon: epsilon, rectifies: false) {
        return norm.inference(x, scale: scale, offset: offset, mean: mean, variance: variance)
      }
      let x = Self.fourAxes(packed(x))
      let (scale, offset) = (scale.rowMajor(), offset.rowMajor())
      let (mean, variance) = (mean.rowMajor(), variance.rowMajor())
      let primitive = Self.primitive(x.array, GD_NORM_INFERENCE, epsilon)
      let (value, _) = sameLayout(as: x.array)
      Self.run(
        primitive,
        [
          (GD_SOURCE, Self.pointer(x.array)), (GD_TARGET, Self.pointer(value)),
          (GD_MEAN, Self.pointer(mean)),
          (GD_VARIANCE, Self.pointer(variance)),
          (GD_SCALE, Self.pointer(scale)), (GD_OFFSET, Self.pointer(offset)),
        ])
      withExtendedLifetime(
        (x.array.storage, scale.storage, offset.storage, mean.storage, variance.storage)
      ) {}
      return value.reshapedKeepingLayout(x.original)
    }

    package func batchNormalizationGradient(
      _ upstream: NDArray, input: NDArray, scale: NDArray, mean: NDArray, variance: NDArray,
      epsilon: Double
    ) -> (input: NDArray, scale: NDArray, offset: NDArray) {
      if input.elementCount == 0 {
        return reference.batchNormalizationGradient(
          upstream.rowMajor(), input: input.rowMajor(), scale: scale.rowMajor(),
          mean: mean.rowMajor(), variance: variance.rowMajor(), epsilon: epsilon)
      }
      if let norm = BlockedNormalization(input, epsilon: epsilon, rectifies: false) {
        return norm.gradient(
          upstream, input: input, scale: scale, offset: scale, mean: mean, variance: variance)
      }
      let x = Self.fourAxes(packed(input))
      let u = Self.converted(
        Self.fourAxes(packed(upstream)).array, to: Self.descriptor(of: x.array))
      let scale = scale.rowMajor()
      let (mean, variance) = (mean.rowMajor(), variance.rowMajor())
      let primitive = Self.primitive(x.array, GD_NORM_BACKWARD, epsilon)
      let (gradient, _) = sameLayout(as: x.array)
      let scaleGradient = NDArray(uninitialized: scale.shape, dtype: .float32)
      let offsetGradient = NDArray(uninitialized: scale.shape, dtype: .float32)
      Self.run(
        primitive,
        [
          (GD_SOURCE, Self.pointer(x.array)),
          (GD_MEAN, Self.pointer(mean)),
          (GD_VARIANCE, Self.pointer(variance)),
          (GD_TARGET_GRADIENT, Self.pointer(u)),
          (GD_SCALE, Self.pointer(scale)), (GD_OFFSET, Self.pointer(scale)),
          (GD_SOURCE_GRADIENT, Self.pointer(gradient)),
          (GD_SCALE_GRADIENT, Self.pointer(scaleGradient)),
          (GD_OFFSET_GRADIENT, Self.pointer(offsetGradient)),
        ])
      withExtendedLifetime(
        (x.array.storage, u.storage, scale.storage, mean.storage, variance.storage)
      ) {}
      return (gradient.reshapedKeepingLayout(x.original), scaleGradient, offsetGradient)
    }

    private static func primitive(
      _ x: NDArray, _ pass: Int, _ epsilon: Double
    ) -> OpaquePointer {
      required(
        gd_batch_norm_primitive(descriptor(of: x), Int32(pass), Float(epsilon)),
        "batch normalisation of \(x.shape)")
    }

    /// [N, C, …] as [N, C, H, W], which oneDNN's kernels are made for.
    private static func fourAxes(_ x: NDArray) -> (array: NDArray, original: Shape) {
      if x.rank == 4 { return (x, x.shape) }
      let ordered = x.rowMajor()
      let rest = ordered.shape.dropFirst(2).reduce(1, *)
      return (ordered.reshaped([x.shape[0], x.shape[1], rest, 1]), x.shape)
    }

    package func layerNormalization(
      _ x: NDArray, scale: NDArray, offset: NDArray, epsilon: Double
    ) -> (value: NDArray, mean: NDArray, reciprocalDeviation: NDArray) {
      let width = scale.elementCount
      if x.elementCount == 0 {
        return reference.layerNormalization(
          x.rowMajor(), scale: scale.rowMajor(), offset: offset.rowMajor(), epsilon: epsilon)
      }
      let (x, scale, offset) = (x.rowMajor(), scale.rowMajor(), offset.rowMajor())
      let rows = x.elementCount / width
      let value = NDArray(uninitialized: x.shape, dtype: .float32)
      let statistics = Shape(x.shape.dropLast(scale.rank))
      let mean = NDArray(uninitialized: statistics, dtype: .float32)
      let reciprocal = NDArray(uninitialized: statistics, dtype: .float32)
      KernelClock.run("layer normalisation") {
        gk_layer_norm(
          Self.pointer(x), Self.pointer(scale), Self.pointer(offset), Self.pointer(value),
          Self.pointer(mean), Self.pointer(reciprocal), rows, width, Float(epsilon))
      }
      withExtendedLifetime((x.storage, scale.storage, offset.storage)) {}
      return (value, mean, reciprocal)
    }

    package func layerNormalizationGradient(
      _ upstream: NDArray, input: NDArray, scale: NDArray, mean: NDArray,
      reciprocalDeviation: NDArray
    ) -> (input: NDArray, scale: NDArray, offset: NDArray) {
      if input.elementCount == 0 {
        return reference.layerNormalizationGradient(
          upstream.rowMajor(), input: input.rowMajor(), scale: scale.rowMajor(),
          mean: mean.rowMajor(), reciprocalDeviation: reciprocalDeviation.rowMajor())
      }
      let (u, x, scale) = (upstream.rowMajor(), input.rowMajor(), scale.rowMajor())
      let (mean, reciprocal) = (mean.rowMajor(), reciprocalDeviation.rowMajor())
      let width = scale.elementCount
      let gradient = NDArray(uninitialized: x.shape, dtype: .float32)
      let scaleGradient = NDArray(uninitialized: scale.shape, dtype: .float32)
      let offsetGradient = NDArray(uninitialized: scale.shape, dtype: .float32)
      KernelClock.run("layer normalisation backward") {
        gk_layer_norm_gradient(
          Self.pointer(u), Self.pointer(x), Self.pointer(scale), Self.pointer(mean),
          Self.pointer(reciprocal), Self.pointer(gradient), Self.pointer(scaleGradient),
          Self.pointer(offsetGradient), x.elementCount / width, width)
      }
      withExtendedLifetime(
        (u.storage, x.storage, scale.storage, mean.storage, reciprocal.storage)
      ) {}
      return (gradient, scaleGradient, offsetGradient)
    }
  }

  extension NDArray {
    /// The same array under a shape with the same elements; a blocked one keeps its own shape.
    fileprivate func reshapedKeepingLayout(_ shape: Shape) -> NDArray {
      shape == self.shape ? self : reshaped(shape)
    }
  }
#endif
