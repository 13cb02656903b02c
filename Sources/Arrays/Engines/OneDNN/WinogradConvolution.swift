#if OneDNN
  import CKernels
  import COneDNN

  /// Convolution with 3 × 3 filters by Winograd's algorithm F(4 × 4, 3 × 3): 36 matrix products of
  /// transformed tiles and filters, with a quarter of the multiplications. The gradients are its
  /// transposes. Products are oneDNN's, transforms CKernels'.
  ///
  /// What is not a number, or infinite, makes NaN of the whole tile of 4 × 4 results. Results do not
  /// depend on the number of threads.
  ///
  /// - Source: Lavin and Gray 2016, "Fast Algorithms for Convolutional Neural Networks", sections 4.1
  ///   and 4.3.
  struct WinogradConvolution {
    private let sizes: WinogradSizes
    private let input, output: Shape
    private let padding: [Int]

    /// Nil where products one by one are the better choice, or the only one.
    init?(input: Shape, weight: Shape, output: Shape, _ geometry: ConvolutionGeometry) {
      guard !Compute.isConvolutionExact,
        let sizes = WinogradSizes(input: input, weight: weight, output: output, geometry),
        sizes.isFaster
      else { return nil }
      self.sizes = sizes
      (self.input, self.output) = (input, output)
      padding = geometry.padding
    }

    private var filterShape: Shape { [sizes.outputs, sizes.channels, 3, 3] }

    /// The layout in which filters are taken and their gradients given.
    var filterLayout: OpaquePointer {
      OneDNNEngine.required(
        OneDNNEngine.withLanes(filterShape.lanes) {
          gd_layout_filters($0, Int32(OneDNNEngine.usualBlock))
        }, "blocks of filters \(filterShape)")
    }

    // MARK: The three passes

    /// The convolution, or max(·, 0) of it, which leaves a NaN as it is.
    /// - Parameter filters: In `filterLayout`.
    func value(_ x: NDArray, filters: NDArray, bias: NDArray?, rectifies: Bool = false) -> NDArray {
      let (x, block) = Self.blocked(x)
      let bias = bias?.rowMajor()
      let result = OneDNNEngine.array(output, layout: OneDNNEngine.blocked(output, block))
      let (from, to) = (windows(of: input, for: output, padding, block), tiles(of: output, block))
      let planes = WinogradPlanes(sizes, block: block, tiles: sizes.outputTiles)
      KernelClock.run("convolution") {
        planes.transform(filters, isTurned: false)
        for chunk in planes.chunks {
          from.withPointer {
            gk_winograd_windows(
              $0, chunk.first, chunk.count, OneDNNEngine.pointer(x), planes.imagePlanes)
          }
          planes.multiply(.forward, chunk)
          to.withPointer {
            gk_winograd_results(
              $0, chunk.first, chunk.count, planes.resultPlanes,
              bias.map { OneDNNEngine.pointer($0) }, rectifies, OneDNNEngine.pointer(result))
          }
        }
      }
      withExtendedLifetime((x.storage, bias?.storage, planes)) {}
      return result
    }

    /// The gradient by the input: the upstream gradient's convolution with the filters turned by 180°.
    /// - Parameter filters: In `filterLayout`.
    func inputGradient(_ upstream: NDArray, filters: NDArray) -> NDArray {
      let (upstream, block) = Self.blocked(upstream)
      let result = OneDNNEngine.array(input, layout: OneDNNEngine.blocked(input, block))
      let from = windows(of: output, for: input, padding.map { 2 - $0 }, block)
      let to = tiles(of: input, block)
      let planes = WinogradPlanes(sizes, block: block, tiles: sizes.inputTiles)
      KernelClock.run("convolution backward by data") {
        planes.transform(filters, isTurned: true)
        for chunk in planes.chunks {
          from.withPointer {
            gk_winograd_windows(
              $0, chunk.first, chunk.count, OneDNNEngine.pointer(upstream), planes.resultPlanes)
          }
          planes.multiply(.byInput, chunk)
          to.withPointer {
            gk_winograd_results(
              $0, chunk.first, chunk.count, planes.imagePlanes, nil, false,
              OneDNNEngine.pointer(result))
          }
        }
      }
      withExtendedLifetime((upstream.storage, planes)) {}
      return result
    }

    /// The gradient by the filters, in `filterLayout`; that by the bias is written to `bias`.
    func filterGradient(_ upstream: NDArray, input x: NDArray, bias: NDArray?) -> NDArray {
      let (x, block) = Self.blocked(x)
      let upstream = OneDNNEngine.converted(upstream, to: OneDNNEngine.blocked(output, block))
      let result = OneDNNEngine.array(filterShape, layout: filterLayout)
      let (from, to) = (windows(of: input, for: output, padding, block), tiles(of: output, block))
      let planes = WinogradPlanes(sizes, block: block, tiles: sizes.outputTiles)
      KernelClock.run("convolution backward by weights") {
        for chunk in planes.chunks {
          from.withPointer {
            gk_winograd_windows(
              $0, chunk.first, chunk.count, OneDNNEngine.pointer(x), planes.imagePlanes)
          }
          to.withPointer {
            gk_winograd_upstreams(
              $0, chunk.first, chunk.count, OneDNNEngine.pointer(upstream), planes.resultPlanes)
          }
          planes.multiply(.byFilters, chunk)
          if let bias { planes.addSums(of: chunk, to: bias) }
        }
        planes.transformBack(to: result)
      }
      withExtendedLifetime((x.storage, upstream.storage, planes)) {}
      return result
    }

    // MARK: Images

    /// An image in blocks of channels, and their size.
    private static func blocked(_ x: NDArray) -> (NDArray, block: Int) {
      if let block = OneDNNEngine.channelBlock(of: x) { return (x, block) }
      let block = OneDNNEngine.usualBlock
      return (OneDNNEngine.converted(x, to: OneDNNEngine.blocked(x.shape, block)), block)
    }

    /// The 4 × 4 tiles that cover an image.
    private func tiles(of image: Shape, _ block: Int) -> gk_tiles {
      windows(of: image, for: image, [0, 0], block)
    }

    /// The 6 × 6 windows of an image that the tiles of a result see.
    private func windows(of image: Shape, for result: Shape, _ padding: [Int], _ block: Int)
      -> gk_tiles
    {
      gk_tiles(
        samples: image[0], channels: image[1], height: image[2], width: image[3],
        block: Int32(block), rows: (result[2] + 3) / 4, columns: (result[3] + 3) / 4,
        padding: (padding[0], padding[1]))
    }
  }

  extension gk_tiles {
    fileprivate func withPointer(_ body: (UnsafePointer<gk_tiles>) -> Void) {
      withUnsafePointer(to: self, body)
    }
  }
#endif
