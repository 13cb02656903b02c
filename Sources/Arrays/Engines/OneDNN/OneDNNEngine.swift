#if OneDNN
  import CKernels
  import COneDNN

  /// Float32 arithmetic by oneDNN and the loops of CKernels. What neither has is left to the
  /// reference engine, by name, in `OneDNNEngine+Indexing.swift`.
  package struct OneDNNEngine: Engine {
    package static let shared = OneDNNEngine()

    let reference = ReferenceEngine.shared

    // MARK: Layouts

    /// The descriptor of an array's layout.
    static func descriptor(of x: NDArray) -> OpaquePointer {
      switch x.layout {
      case .blocked(let blocked): OpaquePointer(bitPattern: blocked.address)!
      case .rowMajor: plain(x.shape)
      case .strided(let view): strided(x.shape, view.strides)
      }
    }

    static func plain(_ shape: Shape) -> OpaquePointer {
      strided(shape, shape.rowMajorStrides)
    }

    static func strided(_ shape: Shape, _ strides: SIMD8<Int>) -> OpaquePointer {
      let rank = Swift.max(shape.rank, 1)
      let layout = withLanes(shape.rank == 0 ? SIMD8(1, 0, 0, 0, 0, 0, 0, 0) : shape.lanes) {
        sizes in
        withLanes(shape.rank == 0 ? SIMD8(1, 0, 0, 0, 0, 0, 0, 0) : strides) { steps in
          gd_layout_strided(Int32(rank), sizes, steps)
        }
      }
      return required(layout, "layout of \(shape)")
    }

    /// The first element in memory, for layouts that have one.
    static func pointer(_ x: NDArray) -> UnsafeMutablePointer<Float> {
      let base = x.storage.pointer.assumingMemoryBound(to: Float.self)
      if case .strided(let view) = x.layout { return base + view.offset }
      return base
    }

    /// A new array of the layout.
    static func array(_ shape: Shape, layout: OpaquePointer) -> NDArray {
      if gd_layout_is_plain(layout) { return NDArray(uninitialized: shape, dtype: .float32) }
      let bytes = gd_layout_bytes(layout)
      return NDArray(
        storage: Storage(byteCount: bytes), shape: shape, dtype: .float32,
        layout: .blocked(
          BlockedLayout(address: UInt(bitPattern: UnsafeRawPointer(layout)), byteCount: bytes)))
    }

    /// The array in the layout; a counted conversion where it has another.
    static func converted(_ x: NDArray, to layout: OpaquePointer) -> NDArray {
      let current = descriptor(of: x)
      if current == layout { return x }
      if gd_layout_is_plain(layout), !isBlocked(x) { return shared.copy(x) }
      let result = array(x.shape, layout: layout)
      reorder(from: current, pointer(x), to: layout, pointer(result), counted: true)
      return result
    }

    /// The array in another's layout: a parameter in that of its gradient.
    static func repacked(_ x: NDArray, inLayoutOf model: NDArray) -> NDArray {
      let layout = descriptor(of: model)
      let (x, result) = (shared.packed(x), array(x.shape, layout: layout))
      reorder(from: descriptor(of: x), pointer(x), to: layout, pointer(result), counted: false)
      withExtendedLifetime(x.storage) {}
      return result
    }

    /// The layout of images whose channels lie in blocks of 8 or 16.
    static func blocked(_ shape: Shape, _ block: Int) -> OpaquePointer {
      required(
        withLanes(shape.lanes) { gd_layout_blocked($0, Int32(block)) }, "blocks of \(shape)")
    }

    /// The size of the blocks in which the processor's kernels like channels.
    static let usualBlock = instructionSet.hasPrefix("AVX-512") ? 16 : 8

    /// The size of the blocks of channels in which an image lies, without gaps; nil where it lies
    /// otherwise.
    static func channelBlock(of x: NDArray) -> Int? {
      guard case .blocked(let layout) = x.layout else { return nil }
      let block = gd_layout_channel_block(OpaquePointer(bitPattern: layout.address)!)
      return block > 0 ? Int(block) : nil
    }

    static func isBlocked(_ x: NDArray) -> Bool {
      if case .blocked = x.layout { true } else { false }
    }

    static func reorder(
      from source: OpaquePointer, _ input: UnsafeMutablePointer<Float>,
      to target: OpaquePointer, _ output: UnsafeMutablePointer<Float>, counted: Bool
    ) {
      let primitive = required(gd_reorder_primitive(source, target, counted), "reorder")
      run(primitive, [(GD_SOURCE, input), (GD_TARGET, output)], isTimed: false)
    }

    // MARK: Execution

    /// Runs a primitive with its scratchpad from the pool.
    /// - Parameter isTimed: Whether it counts as a kernel, for `KernelClock`.
    static func run(
      _ primitive: OpaquePointer, _ arguments: [(role: Int, UnsafeMutablePointer<Float>)],
      isTimed: Bool = true
    ) {
      withUnsafeTemporaryAllocation(of: Int32.self, capacity: arguments.count) { roles in
        withUnsafeTemporaryAllocation(
          of: UnsafeMutableRawPointer?.self, capacity: arguments.count
        ) { buffers in
          for (index, argument) in arguments.enumerated() {
            roles[index] = Int32(argument.role)
            buffers[index] = UnsafeMutableRawPointer(argument.1)
          }
          let bytes = gd_primitive_scratchpad(primitive)
          let scratchpad = bytes > 0 ? Storage(byteCount: bytes) : nil
          let execute = {
            let status = gd_execute(
              primitive, Int32(arguments.count), roles.baseAddress, buffers.baseAddress,
              scratchpad?.pointer)
            if status != 0 { fatalError(String(cString: gd_last_error())) }
          }
          if isTimed {
            KernelClock.run(name(of: primitive), execute)
          } else {
            execute()
          }
          withExtendedLifetime(scratchpad) {}
        }
      }
    }

    /// What a primitive computes, as "convolution backward by data".
    private static func name(of primitive: OpaquePointer) -> String {
      let purpose = String(cString: gd_primitive_purpose(primitive))
      return String(purpose.prefix { $0 != "[" }.dropLast())
    }

    /// What oneDNN made, or the end of the program with its reason.
    static func required(_ made: OpaquePointer?, _ what: @autoclosure () -> String)
      -> OpaquePointer
    {
      guard let made else {
        fatalError("\(what()): \(String(cString: gd_last_error()))")
      }
      return made
    }

    static func layout(_ primitive: OpaquePointer, _ role: Int) -> OpaquePointer {
      required(gd_primitive_layout(primitive, Int32(role)), "layout of role \(role)")
    }

    static func withLanes<Result>(
      _ lanes: SIMD8<Int>, _ body: (UnsafePointer<Int>) -> Result
    ) -> Result {
      withUnsafeBytes(of: lanes) { body($0.baseAddress!.assumingMemoryBound(to: Int.self)) }
    }
  }
#endif
