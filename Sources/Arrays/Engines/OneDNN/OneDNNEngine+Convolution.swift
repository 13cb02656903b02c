#if OneDNN
  import CKernels
  import COneDNN

  extension OneDNNEngine {
    package func convolution(
      _ x: NDArray, weight: NDArray, bias: NDArray?, geometry: ConvolutionGeometry, shape: Shape
    ) -> NDArray {
      tracked(x, weight: weight, bias: bias, geometry: geometry, shape: shape, rectifies: false)
    }

    package func trackedRectifiedConvolution(
      _ x: NDArray, weight: NDArray, bias: NDArray?, geometry: ConvolutionGeometry, shape: Shape
    ) -> NDArray {
      tracked(x, weight: weight, bias: bias, geometry: geometry, shape: shape, rectifies: true)
    }

    /// The convolution where gradients may be taken. Winograd's algorithm takes max(·, 0) as it writes;
    /// else that is taken in place, for oneDNN's own would make 0 of a NaN.
    private func tracked(
      _ x: NDArray, weight: NDArray, bias: NDArray?, geometry: ConvolutionGeometry, shape: Shape,
      rectifies: Bool
    ) -> NDArray {
      let y: NDArray
      if x.elementCount == 0 || shape.elementCount == 0 || weight.elementCount == 0 {
        y = reference.convolution(
          x.rowMajor(), weight: Self.ungrouped(weight, geometry).rowMajor(), bias: bias?.rowMajor(),
          geometry: geometry, shape: shape)
      } else if Self.isProduct(input: x.shape, weight: weight.shape, geometry) {
        y = product(x, weight: weight, bias: bias, shape: shape)
      } else if let small = SmallConvolution(
        input: x.shape, weight: weight.shape, output: shape, geometry)
      {
        y = small.value(x, weight: weight, bias: bias, shape: shape)
      } else if let winograd = WinogradConvolution(
        input: x.shape, weight: weight.shape, output: shape, geometry)
      {
        return winograd.value(
          x, filters: Self.weights(weight, geometry, in: winograd.filterLayout), bias: bias,
          rectifies: rectifies)
      } else {
        y = general(x, weight: weight, bias: bias, geometry: geometry, shape: shape)
      }
      if rectifies { Self.rectify(y) }
      return y
    }

    /// The convolution by oneDNN.
    /// - Parameters:
    ///   - keepsWeights: Whether the weights are kept in the primitive's layout, too, until they
    ///     change.
    ///   - rectifies: Whether the primitive takes max(·, 0), which makes 0 of a NaN.
    private func general(
      _ x: NDArray, weight: NDArray, bias: NDArray?, geometry: ConvolutionGeometry, shape: Shape,
      keepsWeights: Bool = false, rectifies: Bool = false
    ) -> NDArray {
      let primitive = Self.primitive(
        GD_FORWARD, input: x.shape, weight: weight.shape, output: shape, geometry,
        bias: bias != nil, rectifies: rectifies)
      let source = Self.converted(x, to: Self.layout(primitive, GD_SOURCE))
      let weights =
        keepsWeights
        ? Self.keptWeights(weight, geometry, in: Self.layout(primitive, GD_WEIGHTS))
        : Self.weights(weight, geometry, in: Self.layout(primitive, GD_WEIGHTS))
      let target = Self.array(shape, layout: Self.layout(primitive, GD_TARGET))
      let offsets = bias?.rowMajor()
      var arguments = [
        (GD_SOURCE, Self.pointer(source)), (GD_WEIGHTS, Self.pointer(weights)),
        (GD_TARGET, Self.pointer(target)),
      ]
      if let offsets { arguments.append((GD_BIAS, Self.pointer(offsets))) }
      Self.run(primitive, arguments)
      withExtendedLifetime((source.storage, weights.storage, offsets?.storage)) {}
      return target
    }

    package func untrackedConvolution(
      _ x: NDArray, weight: NDArray, bias: NDArray?, geometry: ConvolutionGeometry, shape: Shape
    ) -> NDArray {
      small(x, weight: weight, bias: bias, geometry: geometry, shape: shape)
        ?? large(
          x, weight: weight, bias: bias, geometry: geometry, shape: shape, rectifies: false)
    }

    package func rectifiedConvolution(
      _ x: NDArray, weight: NDArray, bias: NDArray?, geometry: ConvolutionGeometry, shape: Shape
    ) -> NDArray {
      if let y = small(x, weight: weight, bias: bias, geometry: geometry, shape: shape) {
        return unary(.relu, y, alpha: 0)
      }
      return large(
        x, weight: weight, bias: bias, geometry: geometry, shape: shape, rectifies: true)
    }

    /// The convolution where no gradient will be taken, with the weights kept in their kernel's layout.
    ///
    /// oneDNN's ReLU makes 0 of a NaN, which is therefore looked for: among parameters, and in what is
    /// row-major. What has one is given in rows again, so that the next layer looks too; blocks have
    /// none. A NaN that first arises inside a network, from numbers beyond 10³⁸, is not seen.
    private func large(
      _ x: NDArray, weight: NDArray, bias: NDArray?, geometry: ConvolutionGeometry, shape: Shape,
      rectifies: Bool
    ) -> NDArray {
      let isFinite =
        (Self.isBlocked(x) || Self.sum(x).isFinite) && Self.hasFiniteElements(weight)
        && bias.map(Self.hasFiniteElements) ?? true
      let y: NDArray
      if let winograd = WinogradConvolution(
        input: x.shape, weight: weight.shape, output: shape, geometry)
      {
        y = winograd.value(
          x, filters: Self.keptWeights(weight, geometry, in: winograd.filterLayout), bias: bias,
          rectifies: rectifies)
      } else {
        y = general(
          x, weight: weight, bias: bias, geometry: geometry, shape: shape, keepsWeights: true,
          rectifies: rectifies && isFinite)
      }
      if isFinite { return y }
      return rectifies ? unary(.relu, y, alpha: 0).rowMajor() : y.rowMajor()
    }

    /// Whether a parameter, whose sum is kept until it changes, has neither NaN nor infinity.
    private static func hasFiniteElements(_ x: NDArray) -> Bool {
      let x = shared.packed(x)
      return x.storage.derive("sum of \(memoryElements(x))") {
        let result = NDArray(uninitialized: .scalar, dtype: .float32)
        result.storage.pointer.storeBytes(of: sum(x), as: Float.self)
        return [result]
      }[0].item.isFinite
    }

    /// The sum of all elements.
    private static func sum(_ x: NDArray) -> Float {
      let x = shared.packed(x)
      var sum: Float = 0
      gk_reduce(Reduction.sum.rawValue, pointer(x), &sum, 1, memoryElements(x), 1)
      withExtendedLifetime(x.storage) {}
      return sum
    }

    /// Elements of a packed array in memory, padding included.
    static func memoryElements(_ x: NDArray) -> Int {
      if case .blocked(let layout) = x.layout { layout.byteCount / 4 } else { x.elementCount }
    }

    package func packedWeight(
      _ weight: NDArray, geometry: ConvolutionGeometry, input: Shape, output: Shape
    ) -> NDArray {
      guard weight.isPacked,
        Self.isGeneral(input: input, weight: weight.shape, output: output, geometry)
      else { return weight }
      if let winograd = WinogradConvolution(
        input: input, weight: weight.shape, output: output, geometry)
      {
        return Self.weights(weight, geometry, in: winograd.filterLayout)
      }
      let primitive = Self.primitive(
        GD_FORWARD, input: input, weight: weight.shape, output: output, geometry, bias: true)
      return Self.weights(weight, geometry, in: Self.layout(primitive, GD_WEIGHTS))
    }

    /// Whether oneDNN's primitive or Winograd's algorithm, which take filters in blocks, are the best
    /// way where no gradient will be taken.
    static func isGeneral(
      input: Shape, weight: Shape, output: Shape, _ geometry: ConvolutionGeometry
    ) -> Bool {
      input.elementCount > 0 && output.elementCount > 0 && weight.elementCount > 0
        && !coversInput(input, weight: weight, geometry)
        && SingleConvolution(input: input, weight: weight, output: output, geometry) == nil
        && SmallConvolution(input: input, weight: weight, output: output, geometry) == nil
    }

    /// The convolution by another way than oneDNN's primitive, where that is better and no gradient
    /// will be taken.
    private func small(
      _ x: NDArray, weight: NDArray, bias: NDArray?, geometry: ConvolutionGeometry, shape: Shape
    ) -> NDArray? {
      if x.elementCount == 0 || shape.elementCount == 0 || weight.elementCount == 0 {
        return convolution(x, weight: weight, bias: bias, geometry: geometry, shape: shape)
      }
      // Few samples: row-major throughout, without the conversions and the packing of weights that
      // would take longer than the convolution. With gradients to come, the layouts that oneDNN's
      // backward passes want are the better choice.
      if Self.coversInput(x.shape, weight: weight.shape, geometry) {
        return product(x, weight: Self.keptRowMajor(weight), bias: bias, shape: shape)
      }
      if let single = SingleConvolution(
        input: x.shape, weight: weight.shape, output: shape, geometry)
      {
        return single.value(x, weight: Self.keptRowMajor(weight), bias: bias, shape: shape)
      }
      if let small = SmallConvolution(
        input: x.shape, weight: weight.shape, output: shape, geometry)
      {
        return small.value(x, weight: Self.keptRowMajor(weight), bias: bias, shape: shape)
      }
      return nil
    }

    /// The convolution as a matrix product.
    private func product(_ x: NDArray, weight: NDArray, bias: NDArray?, shape: Shape) -> NDArray {
      let y = matmul(
        Self.rows(x), Self.rows(weight), transposeA: false, transposeB: true,
        shape: [shape[0], shape[1]])
      let result = bias.map { binary(.add, y, $0, shape: y.shape) } ?? y
      return result.reshaped(shape)
    }

    package func convolutionInputGradient(
      _ upstream: NDArray, weight: NDArray, geometry: ConvolutionGeometry, inputShape: Shape
    ) -> NDArray {
      if upstream.elementCount == 0 || weight.elementCount == 0 || inputShape.elementCount == 0 {
        return NDArray.zeros(inputShape, dtype: .float32)
      }
      if Self.isProduct(input: inputShape, weight: weight.shape, geometry) {
        return matmul(
          Self.rows(upstream), Self.rows(weight), transposeA: false, transposeB: false,
          shape: [inputShape[0], inputShape.elementCount / inputShape[0]]
        ).reshaped(inputShape)
      }
      if let small = SmallConvolution(
        input: inputShape, weight: weight.shape, output: upstream.shape, geometry),
        small.hasInputGradient
      {
        return small.inputGradient(upstream, weight: weight, shape: inputShape)
      }
      if let winograd = WinogradConvolution(
        input: inputShape, weight: weight.shape, output: upstream.shape, geometry)
      {
        return winograd.inputGradient(
          upstream, filters: Self.weights(weight, geometry, in: winograd.filterLayout))
      }
      let primitive = Self.primitive(
        GD_BACKWARD_DATA, input: inputShape, weight: weight.shape, output: upstream.shape,
        geometry, bias: false)
      let gradient = Self.converted(
        upstream, to: Self.layout(primitive, GD_TARGET_GRADIENT))
      let weights = Self.weights(weight, geometry, in: Self.layout(primitive, GD_WEIGHTS))
      let result = Self.array(
        inputShape, layout: Self.layout(primitive, GD_SOURCE_GRADIENT))
      Self.run(
        primitive,
        [
          (GD_TARGET_GRADIENT, Self.pointer(gradient)),
          (GD_WEIGHTS, Self.pointer(weights)),
          (GD_SOURCE_GRADIENT, Self.pointer(result)),
        ])
      withExtendedLifetime((gradient.storage, weights.storage)) {}
      return result
    }

    package func convolutionWeightGradient(
      _ upstream: NDArray, input: NDArray, geometry: ConvolutionGeometry, weightShape: Shape
    ) -> NDArray {
      parameterGradients(
        upstream, input: input, geometry: geometry, weightShape: weightShape, bias: nil)
    }

    package func convolutionParameterGradients(
      _ upstream: NDArray, input: NDArray, geometry: ConvolutionGeometry, weightShape: Shape
    ) -> (weight: NDArray, bias: NDArray) {
      let bias = NDArray.zeros([weightShape[0]], dtype: .float32)
      let weight = parameterGradients(
        upstream, input: input, geometry: geometry, weightShape: weightShape, bias: bias)
      return (weight, bias)
    }

    private func parameterGradients(
      _ upstream: NDArray, input: NDArray, geometry: ConvolutionGeometry, weightShape: Shape,
      bias: NDArray?
    ) -> NDArray {
      if upstream.elementCount == 0 || input.elementCount == 0 || weightShape.elementCount == 0 {
        // Nothing to sum, but for a bias where only the input has no elements.
        if upstream.elementCount > 0 { copyNumbers(sums(upstream), to: bias) }
        return NDArray.zeros(weightShape, dtype: .float32)
      }
      if Self.isProduct(input: input.shape, weight: weightShape, geometry) {
        let upstream = Self.rows(upstream)
        if bias != nil { copyNumbers(reduce(.sum, upstream, axes: [0]), to: bias) }
        return matmul(
          upstream, Self.rows(input), transposeA: true, transposeB: false,
          shape: [weightShape[0], weightShape.elementCount / weightShape[0]]
        ).reshaped(weightShape)
      }
      if let small = SmallConvolution(
        input: input.shape, weight: weightShape, output: upstream.shape, geometry)
      {
        return small.weightGradient(upstream, input: input, shape: weightShape, bias: bias)
      }
      if let winograd = WinogradConvolution(
        input: input.shape, weight: weightShape, output: upstream.shape, geometry)
      {
        return winograd.filterGradient(upstream, input: input, bias: bias)
      }
      let primitive = Self.primitive(
        GD_BACKWARD_WEIGHTS, input: input.shape, weight: weightShape, output: upstream.shape,
        geometry, bias: bias != nil)
      let source = Self.converted(input, to: Self.layout(primitive, GD_SOURCE))
      let gradient = Self.converted(
        upstream, to: Self.layout(primitive, GD_TARGET_GRADIENT))
      let layout = Self.layout(primitive, GD_WEIGHTS_GRADIENT)
      let result = Self.array(weightShape, layout: layout)
      var arguments = [
        (GD_SOURCE, Self.pointer(source)),
        (GD_TARGET_GRADIENT, Self.pointer(gradient)),
        (GD_WEIGHTS_GRADIENT, Self.pointer(result)),
      ]
      if let bias { arguments.append((GD_BIAS_GRADIENT, Self.pointer(bias))) }
      Self.run(primitive, arguments)
      withExtendedLifetime((source.storage, gradient.storage)) {}
      // An optimizer takes parameters into the layout of their gradients, which is the one that the
      // forward pass wants. Groups are an axis of the layout, but not of an array.
      return geometry.groups == 1 ? result : Self.ungrouped(result, geometry)
    }

    private func sums(_ upstream: NDArray) -> NDArray {
      reduce(.sum, upstream, axes: [0, 2, 3])
    }

    private func copyNumbers(_ x: NDArray, to bias: NDArray?) {
      guard let bias else { return }
      bias.storage.pointer.copyMemory(from: x.storage.pointer, byteCount: bias.elementCount * 4)
      withExtendedLifetime(x.storage) {}
    }

    // MARK: Description

    /// Whether the convolution is done as a matrix product, for which the kernels must cover the
    /// input. Few samples stay with oneDNN, whose layers around pass blocked arrays on.
    private static func isProduct(
      input: Shape, weight: Shape, _ geometry: ConvolutionGeometry
    ) -> Bool {
      input[0] >= 8 && coversInput(input, weight: weight, geometry)
    }

    /// Whether the kernels cover the whole input, so that each result is a single product of rows.
    private static func coversInput(
      _ input: Shape, weight: Shape, _ geometry: ConvolutionGeometry
    ) -> Bool {
      geometry.groups == 1 && input[2] == weight[2] && input[3] == weight[3]
        && geometry.padding == [0, 0]
    }

    /// Samples or kernels as rows of a matrix.
    private static func rows(_ x: NDArray) -> NDArray {
      x.reshaped([x.shape[0], x.elementCount / x.shape[0]])
    }

    private static func primitive(
      _ pass: Int, input: Shape, weight: Shape, output: Shape, _ geometry: ConvolutionGeometry,
      bias: Bool, rectifies: Bool = false
    ) -> OpaquePointer {
      var sizes = gd_convolution()
      (sizes.n, sizes.c, sizes.h, sizes.w) = (input[0], input[1], input[2], input[3])
      sizes.o = weight[0]
      sizes.out = (output[2], output[3])
      sizes.kernel = (weight[2], weight[3])
      sizes.stride = (geometry.stride[0], geometry.stride[1])
      sizes.padding = (geometry.padding[0], geometry.padding[1])
      sizes.dilation = (geometry.dilation[0], geometry.dilation[1])
      sizes.groups = geometry.groups
      var options = bias ? GD_WITH_BIAS : 0
      if rectifies { options |= GD_RECTIFIED }
      return required(
        gd_convolution_primitive(&sizes, Int32(pass), Int32(options)),
        "convolution of \(input) with \(weight)")
    }
  }
#endif
