#if OneDNN
  import CKernels

  /// Convolution of few small images with few channels by CKernels, one sample after another on one
  /// thread: what oneDNN and a team of threads need to begin with would take longer than the work.
  ///
  /// Padding takes part as zeros, as in `SmallConvolution`.
  struct SingleConvolution {
    private var sizes: gk_convolution

    /// The most multiplications, some 10 µs of them, that are not split among threads.
    private static let largestWork = 1 << 19

    /// Nil where another way is the better choice: steps of more than 1, several groups, many
    /// channels, or much work.
    init?(input: Shape, weight: Shape, output: Shape, _ geometry: ConvolutionGeometry) {
      guard geometry.groups == 1, geometry.stride == [1, 1], input[0] < SmallImages.batch,
        SmallImages.hasFewChannels(weight[1], outputs: weight[0]),
        output.elementCount * weight.elementCount / weight[0] <= Self.largestWork
      else { return nil }
      sizes = SmallConvolution.sizes(input: input, weight: weight, output: output, geometry)
    }

    func value(_ x: NDArray, weight: NDArray, bias: NDArray?, shape: Shape) -> NDArray {
      let (x, weight, bias) = (x.rowMajor(), weight.rowMajor(), bias?.rowMajor())
      let result = NDArray(uninitialized: shape, dtype: .float32)
      withUnsafePointer(to: sizes) { sizes in
        let workspace = Storage(byteCount: gk_convolution_single_workspace(sizes))
        KernelClock.run("convolution") {
          gk_convolve_singly(
            sizes, OneDNNEngine.pointer(x), OneDNNEngine.pointer(weight),
            bias.map { OneDNNEngine.pointer($0) }, OneDNNEngine.pointer(result), workspace.pointer)
        }
        withExtendedLifetime(workspace) {}
      }
      withExtendedLifetime((x.storage, weight.storage, bias?.storage)) {}
      return result
    }
  }
#endif
