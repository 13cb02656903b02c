#if OneDNN
  import CKernels

  /// Convolution of small images with few channels by CKernels, on row-major arrays: oneDNN fills
  /// channels up to blocks of 16, which for LeNet-5's first layer is fifteen sixteenths of the work.
  ///
  /// Columns of padding take part as zeros, so an infinite weight makes NaN of the results that it
  /// reaches the padding in.
  struct SmallConvolution {
    private var sizes: gk_convolution

    /// Nil where oneDNN's blocks of channels are the better choice: several groups, both channel
    /// counts large, fewer samples than half a vector's lanes, or images that leave the cache.
    init?(input: Shape, weight: Shape, output: Shape, _ geometry: ConvolutionGeometry) {
      guard geometry.groups == 1, input[0] >= SmallImages.batch,
        SmallImages.hasFewChannels(weight[1], outputs: weight[0])
      else { return nil }
      sizes = Self.sizes(input: input, weight: weight, output: output, geometry)
      guard gk_convolution_set_bytes(&sizes) <= SmallImages.setBytes else { return nil }
    }

    /// The description that CKernels takes.
    static func sizes(
      input: Shape, weight: Shape, output: Shape, _ geometry: ConvolutionGeometry
    ) -> gk_convolution {
      var sizes = gk_convolution()
      (sizes.n, sizes.channels, sizes.height, sizes.width) =
        (input[0], input[1], input[2], input[3])
      (sizes.outputs, sizes.out_height, sizes.out_width) = (weight[0], output[2], output[3])
      sizes.kernel = (weight[2], weight[3])
      sizes.stride = (geometry.stride[0], geometry.stride[1])
      sizes.padding = (geometry.padding[0], geometry.padding[1])
      sizes.dilation = (geometry.dilation[0], geometry.dilation[1])
      return sizes
    }

    /// Whether `inputGradient` may be called.
    var hasInputGradient: Bool {
      var sizes = sizes
      return gk_convolution_has_input_gradient(&sizes)
    }

    func value(_ x: NDArray, weight: NDArray, bias: NDArray?, shape: Shape) -> NDArray {
      let (x, weight, bias) = (x.rowMajor(), weight.rowMajor(), bias?.rowMajor())
      let result = NDArray(uninitialized: shape, dtype: .float32)
      withWorkspace { sizes, workspace in
        KernelClock.run("convolution") {
          gk_convolve(
            sizes, OneDNNEngine.pointer(x), OneDNNEngine.pointer(weight),
            bias.map { OneDNNEngine.pointer($0) }, OneDNNEngine.pointer(result), workspace)
        }
      }
      withExtendedLifetime((x.storage, weight.storage, bias?.storage)) {}
      return result
    }

    func inputGradient(_ upstream: NDArray, weight: NDArray, shape: Shape) -> NDArray {
      let (upstream, weight) = (upstream.rowMajor(), weight.rowMajor())
      let result = NDArray(uninitialized: shape, dtype: .float32)
      withWorkspace { sizes, workspace in
        KernelClock.run("convolution backward by data") {
          gk_convolve_input_gradient(
            sizes, OneDNNEngine.pointer(upstream), OneDNNEngine.pointer(weight),
            OneDNNEngine.pointer(result), workspace)
        }
      }
      withExtendedLifetime((upstream.storage, weight.storage)) {}
      return result
    }

    /// The gradient by the weight; that by the bias is written to `bias`.
    func weightGradient(
      _ upstream: NDArray, input: NDArray, shape: Shape, bias: NDArray?
    ) -> NDArray {
      let (upstream, input) = (upstream.rowMajor(), input.rowMajor())
      let result = NDArray(uninitialized: shape, dtype: .float32)
      withWorkspace { sizes, workspace in
        KernelClock.run("convolution backward by weights") {
          gk_convolve_parameter_gradients(
            sizes, OneDNNEngine.pointer(input), OneDNNEngine.pointer(upstream),
            OneDNNEngine.pointer(result), bias.map { OneDNNEngine.pointer($0) }, workspace)
        }
      }
      withExtendedLifetime((upstream.storage, input.storage)) {}
      return result
    }

    private func withWorkspace(
      _ body: (UnsafePointer<gk_convolution>, UnsafeMutableRawPointer) -> Void
    ) {
      withUnsafePointer(to: sizes) { sizes in
        let workspace = Storage(byteCount: gk_convolution_workspace(sizes))
        body(sizes, workspace.pointer)
        withExtendedLifetime(workspace) {}
      }
    }
  }
#endif
