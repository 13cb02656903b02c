#if OneDNN
  import CKernels
  import COneDNN

  extension OneDNNEngine {
    package func matmul(
      _ a: NDArray, _ b: NDArray, transposeA: Bool, transposeB: Bool, shape: Shape
    ) -> NDArray {
      let rows = shape[shape.rank - 2]
      let columns = shape[shape.rank - 1]
      let inner = transposeA ? a.shape[a.rank - 2] : a.shape[a.rank - 1]
      if shape.elementCount == 0 || inner == 0 {
        return NDArray.zeros(shape, dtype: .float32)
      }
      let a = Self.isBlocked(a) ? copy(a) : a
      let b = Self.isBlocked(b) ? copy(b) : b
      // One product where the second operand is a single matrix and the first one's rows, leading
      // axes included, follow each other.
      if b.rank == 2 && (a.rank == 2 || !transposeA) {
        let first = a.rank == 2 ? a : a.reshaped([a.elementCount / inner, inner])
        let result = NDArray(uninitialized: shape, dtype: .float32)
        multiply(
          first, b, transposeA: transposeA, transposeB: transposeB,
          rows: shape.elementCount / columns, columns: columns, inner: inner, into: result)
        return result
      }
      return batched(
        transposeA ? a.transposed() : a, transposeB ? b.transposed() : b, shape: shape,
        rows: rows, columns: columns)
    }

    /// A single product, by the way that is fast for its operands' order: oneDNN's sgemm packs a
    /// transposed second operand at each call, is slow at few rows and where the second operand's
    /// rows are a multiple of 4 KiB apart, and treats a narrow result as a wide one. Decision 009
    /// has the measurements.
    private func multiply(
      _ a: NDArray, _ b: NDArray, transposeA: Bool, transposeB: Bool, rows: Int, columns: Int,
      inner: Int, into result: NDArray
    ) {
      let (first, flipA, lda) = Self.leading(a)
      let (second, flipB, ldb) = Self.leading(b)
      let turnedA = transposeA != flipA
      let turnedB = transposeB != flipB
      let target = Self.pointer(result)
      switch Self.way(
        rows: rows, columns: columns, inner: inner, turnedA: turnedA, turnedB: turnedB,
        apart: ldb)
      {
      case .rows:
        KernelClock.run("matmul") {
          gk_few_rows(
            Self.pointer(first), turnedA ? 1 : lda, turnedA ? lda : 1, rows, inner,
            Self.pointer(second), ldb, columns, target)
        }
      case .dots:
        KernelClock.run("matmul") {
          gk_few_dots(
            Self.pointer(first), turnedA ? 1 : lda, turnedA ? lda : 1, rows, inner,
            Self.pointer(second), ldb, columns, target)
        }
      case .parts:
        let parts = (rows + 7) / 8
        for part in 0..<parts {
          let (begin, end) = (rows * part / parts, rows * (part + 1) / parts)
          sgemm(
            false, true, end - begin, columns, inner, Self.pointer(first) + begin * lda, lda,
            Self.pointer(second), ldb, target + begin * columns, columns)
        }
      case .transpose:
        let turned = NDArray(uninitialized: [columns, rows], dtype: .float32)
        sgemm(
          !turnedB, false, columns, rows, inner, Self.pointer(second), ldb, Self.pointer(first),
          lda, Self.pointer(turned), rows)
        gk_copy_strided(
          2, [rows, columns], turned.storage.pointer, [1, rows], target, [columns, 1])
        withExtendedLifetime(turned.storage) {}
      case .primitive:
        let primitive = Self.required(
          gd_matmul_primitive(
            Self.matrix(rows, inner, stride: lda, turned: turnedA),
            Self.matrix(inner, columns, stride: ldb, turned: turnedB),
            Self.matrix(rows, columns, stride: columns, turned: false)),
          "matmul of \(a.shape) and \(b.shape)")
        Self.run(
          primitive,
          [
            (GD_SOURCE, Self.pointer(first)), (GD_WEIGHTS, Self.pointer(second)),
            (GD_TARGET, target),
          ])
      case .sgemm:
        sgemm(
          turnedA, turnedB, rows, columns, inner, Self.pointer(first), lda, Self.pointer(second),
          ldb, target, columns)
      }
      withExtendedLifetime((first.storage, second.storage)) {}
    }

    /// How a single product is computed.
    package enum ProductWay: Sendable, Hashable, CaseIterable {
      /// Our loops over the second operand's rows.
      case rows
      /// Our loops of dot products with the rows of the transposed second operand.
      case dots
      /// Up to eight rows at a time by sgemm, which then does not pack the second operand.
      case parts
      /// (op(A) · op(B))ᵀ by sgemm, whose operands are the other way round, and a copy.
      case transpose
      /// oneDNN's matrix product.
      case primitive
      /// One call of oneDNN's sgemm.
      case sgemm
    }

    /// The way that is fast for such a product; `apart` is the distance between the second
    /// operand's rows, or columns where it is transposed, and `wide` says whether our loops have
    /// the registers of AVX-512, without which sgemm overtakes them earlier.
    package static func way(
      rows: Int, columns: Int, inner: Int, turnedA: Bool, turnedB: Bool, apart: Int,
      wide: Bool = gk_level() == 2
    ) -> ProductWay {
      let large = columns * inner >= 1 << 18
      if rows <= 32 {
        if turnedB {
          return turnedA || rows == 4 || (rows >= 8 && large) ? .dots : .parts
        }
        let fits = columns * inner < 1 << 22
        let most = !wide ? 2 : !turnedA ? 4 : large ? 32 : 16
        if columns >= 16, rows <= most, turnedA || fits { return .rows }
      } else if turnedA && (turnedB || columns <= 16) {
        return .transpose
      }
      if !turnedA && (turnedB || (columns <= 16 && rows > 3)) { return .primitive }
      if !turnedB && apart % 1024 == 0 && inner >= 512 && rows > 160 { return .primitive }
      return .sgemm
    }

    private func sgemm(
      _ turnedA: Bool, _ turnedB: Bool, _ rows: Int, _ columns: Int, _ inner: Int,
      _ a: UnsafePointer<Float>, _ lda: Int, _ b: UnsafePointer<Float>, _ ldb: Int,
      _ result: UnsafeMutablePointer<Float>, _ stride: Int
    ) {
      KernelClock.run("matmul") {
        let status = gd_sgemm(
          turnedA, turnedB, rows, columns, inner, a, lda, b, ldb, 0, result, stride)
        if status != 0 { fatalError(String(cString: gd_last_error())) }
      }
    }

    /// The layout of a matrix whose rows, or columns where `turned`, are `stride` apart.
    private static func matrix(_ rows: Int, _ columns: Int, stride: Int, turned: Bool)
      -> OpaquePointer
    {
      strided(
        [rows, columns],
        turned ? SIMD8(1, stride, 0, 0, 0, 0, 0, 0) : SIMD8(stride, 1, 0, 0, 0, 0, 0, 0))
    }

    /// A matrix as rows that are `leading` elements apart, or as the transpose of such; copied
    /// where neither axis is contiguous.
    private static func leading(_ x: NDArray) -> (NDArray, transposed: Bool, leading: Int) {
      let strides = x.strided!.strides
      let (rows, columns) = (x.shape[0], x.shape[1])
      if (strides[1] == 1 || columns == 1) && (strides[0] >= columns || rows == 1) {
        return (x, false, Swift.max(strides[0], columns, 1))
      }
      if (strides[0] == 1 || rows == 1) && (strides[1] >= rows || columns == 1) {
        return (x, true, Swift.max(strides[1], rows, 1))
      }
      return (shared.copy(x), false, Swift.max(columns, 1))
    }

    /// Products over leading axes that broadcast, by oneDNN's matmul with strides.
    private func batched(
      _ a: NDArray, _ b: NDArray, shape: Shape, rows: Int, columns: Int
    ) -> NDArray {
      let result = NDArray(uninitialized: shape, dtype: .float32)
      let batch = Shape(shape.dropLast(2))
      let first = Self.ranked(a, batch: batch)
      let second = Self.ranked(b, batch: batch)
      let count = batch.elementCount
      let target = Self.plain([count, rows, columns])
      let primitive = Self.required(
        gd_matmul_primitive(Self.descriptor(of: first), Self.descriptor(of: second), target),
        "matmul of \(a.shape) and \(b.shape)")
      Self.run(
        primitive,
        [
          (GD_SOURCE, Self.pointer(first)), (GD_WEIGHTS, Self.pointer(second)),
          (GD_TARGET, Self.pointer(result)),
        ])
      withExtendedLifetime((first.storage, second.storage)) {}
      return result
    }

    /// An operand as [batch, rows, columns], or [1, rows, columns] where it has no batch of its
    /// own; one matrix axis contiguous.
    private static func ranked(_ x: NDArray, batch: Shape) -> NDArray {
      let matrix = [x.shape[x.rank - 2], x.shape[x.rank - 1]]
      if x.shape.elementCount == matrix[0] * matrix[1] {
        // A single matrix stays a view, be it transposed; a batch stride of 0 would make oneDNN
        // choose plain loops.
        var single = x
        while single.rank > 2 { single = single.squeezed(axis: 0) }
        guard case .strided(let view) = single.layout else {
          return single.reshaped([1] + matrix)
        }
        let lanes = SIMD8(
          single.elementCount, view.strides[0], view.strides[1], 0, 0, 0, 0, 0)
        return usable(
          NDArray(
            storage: single.storage, shape: Shape([1] + matrix), dtype: .float32,
            layout: .strided(StridedLayout(offset: view.offset, strides: lanes))))
      }
      let full = x.broadcast(to: Shape(Array(batch) + matrix))
      return usable(full.rank == 3 ? full : full.reshaped([batch.elementCount] + matrix))
    }

    private static func usable(_ x: NDArray) -> NDArray {
      let strides = x.strided!.strides
      let contiguous = strides[2] == 1 || strides[1] == 1
      let stretched = (0..<3).contains { strides[$0] == 0 && x.shape[$0] != 1 }
      return contiguous && !stretched ? x : shared.copy(x)
    }
  }
#endif
