/// Matrix product over the last two axes, leading axes broadcast, of operands that are transposed
/// first where said. For y = a·b: ∂L/∂a = u·bᵀ, ∂L/∂b = aᵀ·u.
struct Matmul: BinaryOperation {
  static let name = "matmul"
  let transposeA: Bool
  let transposeB: Bool
  let aShape: Shape
  let bShape: Shape
  var formula: Formula {
    let a = transposeA ? "transpose(a)" : "a"
    let b = transposeB ? "transpose(b)" : "b"
    let (aShape, bShape) = (aShape, bShape)
    return Formula(
      ["a", "b"], value: "matmul(\(a), \(b))",
      gradients: [
        "a": "fita("
          + (transposeA ? "matmul(\(b), transpose(u))" : "matmul(u, transpose(\(b)))") + ")",
        "b": "fitb("
          + (transposeB ? "matmul(transpose(u), \(a))" : "matmul(transpose(\(a)), u)") + ")",
      ],
      functions: [
        "matmul": { $0[0].matmul($0[1]) }, "transpose": { $0[0].transposed() },
        "fita": { $0[0].summed(to: aShape) }, "fitb": { $0[0].summed(to: bShape) },
      ])
  }
  var saves: Saves { [.first, .second] }

  func value(_ a: NDArray, _ b: NDArray) -> NDArray {
    a.matmul(b, transposeSelf: transposeA, transposeOther: transposeB)
  }

  // The products below have the operand's shape but for leading axes that were stretched; those
  // are summed here, since the walk only knows the operands' whole shapes.
  func firstGradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    let b = saved.b
    let full =
      transposeA
      ? b.matmul(upstream, transposeSelf: transposeB, transposeOther: true)
      : upstream.matmul(b, transposeOther: !transposeB)
    return full.summed(to: aShape)
  }

  func secondGradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    let a = saved.x
    if bShape.rank == 2, upstream.rank > 2, !transposeA {
      // One weight matrix for many rows: a single product over all of them.
      let rows = a.reshaped(Self.rows(aShape))
      let gradients = upstream.reshaped(Self.rows(upstream.shape))
      return transposeB
        ? gradients.matmul(rows, transposeSelf: true)
        : rows.matmul(gradients, transposeSelf: true)
    }
    let full =
      transposeB
      ? upstream.matmul(a, transposeSelf: true, transposeOther: transposeA)
      : a.matmul(upstream, transposeSelf: !transposeA)
    return full.summed(to: bShape)
  }

  /// All axes but the last made one.
  private static func rows(_ shape: Shape) -> Shape {
    [shape.dropLast().reduce(1, *), shape[shape.rank - 1]]
  }
}

extension Tensor {
  /// The matrix product over the last two axes; leading axes broadcast. Transposed operands (their
  /// last two axes swapped) are not copied.
  ///
  /// - Shapes: [.., M, K] × [.., K, N] → [.., M, N]
  /// - Precondition: float32 or float64 on both sides; the inner sizes agree.
  public func matmul(
    _ other: Tensor, transposeSelf: Bool = false, transposeOther: Bool = false
  ) -> Tensor {
    apply(
      Matmul(
        transposeA: transposeSelf, transposeB: transposeOther, aShape: shape,
        bShape: other.shape), self, other)
  }
}
