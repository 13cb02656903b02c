#if OneDNN
  import CKernels
  import COneDNN

  extension OneDNNEngine {
    package func maximumPool(_ x: NDArray, geometry: PoolingGeometry, shape: Shape) -> (
      value: NDArray, places: NDArray
    ) {
      if x.elementCount == 0 { return reference.maximumPool(x, geometry: geometry, shape: shape) }
      let block = Self.channelBlock(of: x)
      var sizes = Self.sizes(input: x.shape, output: shape, block: block ?? 1)
      sizes.window = (geometry.window[0], geometry.window[1])
      sizes.stride = (geometry.stride[0], geometry.stride[1])
      sizes.padding = (geometry.padding[0], geometry.padding[1])
      if let block {
        let value = Self.array(shape, layout: Self.blocked(shape, block))
        guard case .blocked(let layout) = value.layout else { fatalError("blocks lost") }
        let places = NDArray(
          storage: Storage(byteCount: layout.byteCount), shape: shape, dtype: .int32,
          layout: value.layout)
        KernelClock.run("max pooling") {
          gk_maximum_pool_blocked(
            &sizes, Int32(block), Self.pointer(x), Self.pointer(value), Self.places(places))
        }
        withExtendedLifetime(x.storage) {}
        return (value, places)
      }
      let x = x.rowMajor()
      let value = NDArray(uninitialized: shape, dtype: .float32)
      let places = NDArray(uninitialized: shape, dtype: .int32)
      KernelClock.run("max pooling") {
        gk_maximum_pool(&sizes, Self.pointer(x), Self.pointer(value), Self.places(places))
      }
      withExtendedLifetime(x.storage) {}
      return (value, places)
    }

    package func maximumPoolGradient(
      _ upstream: NDArray, places: NDArray, inputShape: Shape
    ) -> NDArray {
      if let block = Self.channelBlock(of: places) {
        var sizes = Self.sizes(input: inputShape, output: upstream.shape, block: block)
        let upstream = Self.converted(upstream, to: Self.blocked(upstream.shape, block))
        let result = Self.array(inputShape, layout: Self.blocked(inputShape, block))
        KernelClock.run("max pooling backward") {
          gk_maximum_pool_gradient_blocked(
            &sizes, Int32(block), Self.pointer(upstream), Self.places(places), Self.pointer(result))
        }
        withExtendedLifetime((upstream.storage, places.storage)) {}
        return result
      }
      let (upstream, places) = (upstream.rowMajor(), places.rowMajor())
      let result = NDArray(uninitialized: inputShape, dtype: .float32)
      if inputShape.elementCount == 0 { return result }
      var sizes = Self.sizes(input: inputShape, output: upstream.shape, block: 1)
      KernelClock.run("max pooling backward") {
        gk_maximum_pool_gradient(
          &sizes, Self.pointer(upstream), Self.places(places), Self.pointer(result))
      }
      withExtendedLifetime((upstream.storage, places.storage)) {}
      return result
    }

    private static func places(_ x: NDArray) -> UnsafeMutablePointer<Int32> {
      x.storage.pointer.assumingMemoryBound(to: Int32.self)
    }

    /// Places in blocks of channels, row-major. oneDNN's conversions are of floats, which whole
    /// numbers might not survive.
    func unblockedPlaces(_ x: NDArray) -> NDArray {
      guard let block = Self.channelBlock(of: x), x.dtype == .int32 else {
        fatalError("an array of \(x.dtype) in oneDNN's layout")
      }
      let result = NDArray(uninitialized: x.shape, dtype: .int32)
      let (channels, pixels) = (x.shape[1], x.shape[2] * x.shape[3])
      let blocks = (channels + block - 1) / block
      for channel in 0..<channels {
        gk_copy_strided(
          2, [x.shape[0], pixels],
          Self.places(x) + (channel / block * pixels * block + channel % block),
          [blocks * pixels * block, block], Self.places(result) + channel * pixels,
          [channels * pixels, 1])
      }
      withExtendedLifetime(x.storage) {}
      return result
    }

    private static func sizes(input: Shape, output: Shape, block: Int) -> gk_pooling {
      var sizes = gk_pooling()
      sizes.planes = input[0] * ((input[1] + block - 1) / block)
      (sizes.height, sizes.width) = (input[2], input[3])
      (sizes.out_height, sizes.out_width) = (output[2], output[3])
      return sizes
    }

    package func takeAtPlaces(_ x: NDArray, places: NDArray) -> NDArray {
      reference.takeAtPlaces(x.rowMajor(), places: places.rowMajor())
    }

    package func averagePool(_ x: NDArray, geometry: PoolingGeometry, shape: Shape) -> NDArray {
      if x.elementCount == 0 || shape.elementCount == 0 {
        return reference.averagePool(x, geometry: geometry, shape: shape)
      }
      if Self.halves(geometry), Self.isBetterPlain(x) {
        let x = x.rowMajor()
        let result = NDArray(uninitialized: shape, dtype: .float32)
        KernelClock.run("average pooling") {
          gk_halve(
            Self.pointer(x), Self.pointer(result), shape[0] * shape[1], x.shape[2], x.shape[3])
        }
        withExtendedLifetime(x.storage) {}
        return result
      }
      let x = packed(x)
      let primitive = Self.primitive(
        input: x.shape, output: shape, geometry, backward: false, given: Self.descriptor(of: x))
      let result = Self.array(shape, layout: Self.layout(primitive, GD_TARGET))
      Self.run(
        primitive,
        [(GD_SOURCE, Self.pointer(x)), (GD_TARGET, Self.pointer(result))])
      withExtendedLifetime(x.storage) {}
      return result
    }

    package func averagePoolGradient(
      _ upstream: NDArray, geometry: PoolingGeometry, inputShape: Shape
    ) -> NDArray {
      if upstream.elementCount == 0 || inputShape.elementCount == 0 {
        return NDArray.zeros(inputShape, dtype: .float32)
      }
      if Self.halves(geometry), Self.isBetterPlain(upstream),
        inputShape[0] >= 8
      {
        let upstream = upstream.rowMajor()
        let result = NDArray(uninitialized: inputShape, dtype: .float32)
        KernelClock.run("average pooling backward") {
          gk_halve_gradient(
            Self.pointer(upstream), Self.pointer(result), inputShape[0] * inputShape[1],
            inputShape[2], inputShape[3])
        }
        withExtendedLifetime(upstream.storage) {}
        return result
      }
      let upstream = packed(upstream)
      let primitive = Self.primitive(
        input: inputShape, output: upstream.shape, geometry, backward: true,
        given: Self.descriptor(of: upstream))
      let result = Self.array(
        inputShape, layout: Self.layout(primitive, GD_SOURCE_GRADIENT))
      Self.run(
        primitive,
        [
          (GD_TARGET_GRADIENT, Self.pointer(upstream)),
          (GD_SOURCE_GRADIENT, Self.pointer(result)),
        ])
      withExtendedLifetime(upstream.storage) {}
      return result
    }

    /// Whether windows are 2 × 2 and side by side, for which there is a kernel for row-major
    /// planes: oneDNN's transposes them on the way in and out.
    private static func halves(_ geometry: PoolingGeometry) -> Bool {
      geometry.window == [2, 2] && geometry.stride == [2, 2] && geometry.padding == [0, 0]
    }

    /// Whether oneDNN has nothing better than its plain loops, or than own loops over row-major planes:
    /// below AVX-512 it averages blocks of eight channels alone, and none that are filled up. Few
    /// samples are not worth another layout.
    private static func isBetterPlain(_ x: NDArray) -> Bool {
      !isBlocked(x) || gk_level() < 2 && x.shape[1] % 8 != 0 && x.shape[0] >= 8
    }

    private static func primitive(
      input: Shape, output: Shape, _ geometry: PoolingGeometry, backward: Bool,
      given: OpaquePointer
    ) -> OpaquePointer {
      let out = [output[2], output[3]]
      return required(
        withLanes(input.lanes) { sizes in
          gd_average_pool_primitive(
            sizes, out, geometry.window, geometry.stride, geometry.padding,
            geometry.countsPadding, backward, given)
        }, "average pooling of \(input)")
    }
  }
#endif
