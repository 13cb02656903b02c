import CKernels

#if OneDNN
  import COneDNN
#endif

/// What kernels are measured against: called directly, without what an array's operation does
/// besides. Row-major float32 arrays only.
package enum Yardstick {
  /// a ← b + scale · c, element by element, by the threads that kernels use.
  package static func triad(_ b: NDArray, _ c: NDArray, scale: Float, into a: inout NDArray) {
    guard b.shape == a.shape, c.shape == a.shape, b.dtype == .float32, c.dtype == .float32 else {
      fatalError("triad: \(b.shape) and \(c.shape) into \(a.shape)")
    }
    a.withMutableElements(as: Float.self) { a in
      b.withElements(as: Float.self) { b in
        c.withElements(as: Float.self) { c in
          gk_triad(b.baseAddress, c.baseAddress, scale, a.baseAddress, a.count)
        }
      }
    }
  }

  #if OneDNN
    /// target ← a · b by oneDNN's sgemm.
    package static func sgemm(_ a: NDArray, _ b: NDArray, into target: inout NDArray) {
      let (rows, inner, columns) = (a.shape[0], a.shape[1], b.shape[1])
      guard b.shape[0] == inner, target.shape == [rows, columns] else {
        fatalError("sgemm: \(a.shape) × \(b.shape) into \(target.shape)")
      }
      target.withMutableElements(as: Float.self) { target in
        a.withElements(as: Float.self) { a in
          b.withElements(as: Float.self) { b in
            let status = gd_sgemm(
              false, false, rows, columns, inner, a.baseAddress, inner, b.baseAddress, columns, 0,
              target.baseAddress, columns)
            if status != 0 { fatalError(String(cString: gd_last_error())) }
          }
        }
      }
    }
  #endif
}
