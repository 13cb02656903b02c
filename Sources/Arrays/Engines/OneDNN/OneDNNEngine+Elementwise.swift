#if OneDNN
  import CKernels
  import COneDNN

  extension OneDNNEngine {
    package func copy(_ x: NDArray) -> NDArray {
      guard x.dtype == .float32 else {
        return Self.isBlocked(x) ? unblockedPlaces(x) : reference.copy(x)
      }
      let result = NDArray(uninitialized: x.shape, dtype: .float32)
      if x.elementCount == 0 { return result }
      switch x.layout {
      case .rowMajor:
        result.storage.pointer.copyMemory(
          from: x.storage.pointer, byteCount: x.elementCount * 4)
      case .strided(let view):
        Self.withLanes(x.shape.lanes) { sizes in
          Self.withLanes(view.strides) { from in
            Self.withLanes(x.shape.rowMajorStrides) { to in
              gk_copy_strided(
                Int32(x.rank), sizes, Self.pointer(x), from, result.storage.pointer, to)
            }
          }
        }
      case .blocked:
        Self.reorder(
          from: Self.descriptor(of: x), Self.pointer(x), to: Self.plain(x.shape),
          Self.pointer(result), counted: true)
      }
      withExtendedLifetime(x.storage) {}
      return result
    }

    package func cast(_ x: NDArray, to dtype: DType) -> NDArray {
      reference.cast(x.rowMajor(), to: dtype)
    }

    package func unary(_ function: UnaryFunction, _ x: NDArray, alpha: Double) -> NDArray {
      let x = Self.isBlocked(x) && !function.preservesZero(alpha: alpha) ? copy(x) : packed(x)
      let (result, count) = sameLayout(as: x)
      KernelClock.run("\(function)") {
        gk_unary(
          function.rawValue, Self.pointer(x), Self.pointer(result), count, Float(alpha))
      }
      withExtendedLifetime(x.storage) {}
      return result
    }

    package func unaryGradient(
      _ function: UnaryGradient, upstream: NDArray, saved: NDArray, alpha: Double
    ) -> NDArray {
      // The saved array's layout is that of the forward pass, which the next operation wants.
      let saved =
        Self.isBlocked(saved) && !function.preservesZero(alpha: alpha)
        ? copy(saved) : packed(saved)
      let upstream =
        Self.isBlocked(saved) || Self.isBlocked(upstream)
        ? Self.converted(upstream, to: Self.descriptor(of: saved)) : packed(upstream)
      let (result, count) = sameLayout(as: saved)
      KernelClock.run("\(function) backward") {
        gk_unary_gradient(
          function.rawValue, Self.pointer(upstream), Self.pointer(saved), Self.pointer(result),
          count, Float(alpha))
      }
      withExtendedLifetime((upstream.storage, saved.storage)) {}
      return result
    }

    package func binary(
      _ function: BinaryFunction, _ a: NDArray, _ b: NDArray, shape: Shape
    ) -> NDArray {
      if a.shape == b.shape {
        if a.isRowMajor && b.isRowMajor {
          let result = NDArray(uninitialized: shape, dtype: .float32)
          KernelClock.run("\(function)") {
            gk_binary(
              function.rawValue, Self.pointer(a), Self.pointer(b), Self.pointer(result),
              shape.elementCount)
          }
          withExtendedLifetime((a.storage, b.storage)) {}
          return result
        }
        if Self.isBlocked(a) || Self.isBlocked(b), function.preservesZero {
          let model = Self.isBlocked(a) ? a : b
          let layout = Self.descriptor(of: model)
          let first = Self.converted(a, to: layout)
          let second = Self.converted(b, to: layout)
          let (result, count) = sameLayout(as: model)
          KernelClock.run("\(function)") {
            gk_binary(
              function.rawValue, Self.pointer(first), Self.pointer(second), Self.pointer(result),
              count)
          }
          withExtendedLifetime((first.storage, second.storage)) {}
          return result
        }
      }
      let first = Self.isBlocked(a) ? copy(a) : a
      let second = Self.isBlocked(b) ? copy(b) : b
      let result = NDArray(uninitialized: shape, dtype: .float32)
      if shape.elementCount == 0 { return result }
      Self.withLanes(shape.lanes) { sizes in
        Self.withLanes(Self.stretchedStrides(first, to: shape)) { firstStrides in
          Self.withLanes(Self.stretchedStrides(second, to: shape)) { secondStrides in
            KernelClock.run("\(function)") {
              gk_binary_strided(
                function.rawValue, Int32(shape.rank), sizes, Self.pointer(first), firstStrides,
                Self.pointer(second), secondStrides, Self.pointer(result))
            }
          }
        }
      }
      withExtendedLifetime((first.storage, second.storage)) {}
      return result
    }

    /// Strides of an array read as the shape that it broadcasts to.
    static func stretchedStrides(_ x: NDArray, to shape: Shape) -> SIMD8<Int> {
      let strides = x.strided!.strides
      var result = SIMD8<Int>(repeating: 0)
      for axis in 0..<x.rank where x.shape.lanes[axis] != 1 {
        result[axis + shape.rank - x.rank] = strides[axis]
      }
      return result
    }

    /// Row-major or blocked: views are copied.
    func packed(_ x: NDArray) -> NDArray {
      if case .strided = x.layout { return copy(x) }
      return x
    }

    /// Takes max(·, 0) of an array in place, which no other array shares its storage with; a NaN stays.
    static func rectify(_ x: NDArray) {
      KernelClock.run("relu") { gk_rectify(pointer(x), memoryElements(x)) }
      withExtendedLifetime(x.storage) {}
    }

    /// Writes the gradient before ReLU over ReLU's values, which lie as the upstream gradient does and
    /// whose storage no other array uses.
    static func replaceByReLUGradient(_ value: NDArray, _ upstream: NDArray) {
      KernelClock.run("\(UnaryGradient.reluFromValue) backward", isRepeatable: false) {
        gk_relu_gradient(pointer(upstream), pointer(value), memoryElements(value))
      }
      withExtendedLifetime((value.storage, upstream.storage)) {}
    }

    /// Adds an array to another that lies alike and whose storage no other array uses.
    static func add(_ x: NDArray, to sum: NDArray) {
      KernelClock.run("add", isRepeatable: false) {
        gk_add(pointer(x), pointer(sum), memoryElements(x))
      }
      withExtendedLifetime((x.storage, sum.storage)) {}
    }

    /// A new array in the packed array's layout, and the number of places in memory, padding
    /// included.
    func sameLayout(as x: NDArray) -> (NDArray, Int) {
      if case .blocked(let blocked) = x.layout {
        return (
          NDArray(
            storage: Storage(byteCount: blocked.byteCount), shape: x.shape, dtype: .float32,
            layout: x.layout), blocked.byteCount / 4
        )
      }
      return (NDArray(uninitialized: x.shape, dtype: .float32), x.elementCount)
    }
  }
#endif
