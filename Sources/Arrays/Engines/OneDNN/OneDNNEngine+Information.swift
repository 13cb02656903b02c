#if OneDNN
  import COneDNN

  extension OneDNNEngine {
    static var version: String { "oneDNN \(String(cString: gd_version()))" }
    static var instructionSet: String { String(cString: gd_instruction_set()) }
    static var layoutConversions: Int { gd_read_counters().reorders }

    /// x [N, C, H, W] in blocks of 8 or 16 channels, for tests of what kernels do with such input.
    package static func blocked(_ x: NDArray, block: Int) -> NDArray {
      let layout = withLanes(x.shape.lanes) { gd_layout_blocked($0, Int32(block)) }
      return converted(x, to: required(layout, "blocks of \(block) channels of \(x.shape)"))
    }

    /// The numbers that an array's storage holds, in memory order, padding included.
    package static func rawElements(_ x: NDArray) -> [Float] {
      let (_, count) = shared.sameLayout(as: x)
      defer { withExtendedLifetime(x.storage) {} }
      return Array(UnsafeBufferPointer(start: pointer(x), count: count))
    }

    /// A kernel in oneDNN's cache.
    package struct Primitive: Hashable, Sendable {
      /// What it computes, with the shape of its source: `convolution [32, 1, 28, 28]`.
      package let purpose: String
      /// oneDNN's name of the code: `jit:avx512_core`, `gemm:jit`, `ref:any`.
      package let implementation: String
    }

    /// The kernels made so far, in no particular order.
    package static var primitives: [Primitive] {
      var found: [Primitive] = []
      withUnsafeMutablePointer(to: &found) { list in
        gd_visit_primitives(
          { purpose, implementation, list in
            list!.assumingMemoryBound(to: [Primitive].self).pointee.append(
              Primitive(
                purpose: String(cString: purpose!), implementation: String(cString: implementation!)
              ))
          }, list)
      }
      return found
    }
  }
#endif
