/// Which operands of a matrix product are transposed views.
public enum OperandOrder: String, Sendable, CaseIterable {
  /// Neither of them: A·B.
  case neither
  /// The first: Aᵀ·B.
  case first
  /// The second: A·Bᵀ.
  case second
  /// Both of them: Aᵀ·Bᵀ.
  case both

  var transposesFirst: Bool { self == .first || self == .both }
  var transposesSecond: Bool { self == .second || self == .both }
}

/// Times of matrix products through `NDArray.matmul`.
package enum ProductBenchmark {
  /// A square product beside oneDNN's sgemm; nil in the portable build, which has none.
  package static func againstSgemm(size: Int, budget: Double) throws -> KernelResult? {
    #if OneDNN
      let a = draw([size, size], "a")
      let b = draw([size, size], "b")
      var target = NDArray.zeros([size, size])
      Yardstick.sgemm(a, b, into: &target)
      try check(a.matmul(b), against: target, "product of \(size)³")
      let times = Timing.medians(
        of: [
          Timing.Candidate(name: "matmul") { _ = a.matmul(b) },
          Timing.Candidate(name: "sgemm") { Yardstick.sgemm(a, b, into: &target) },
        ], budget: budget)
      return .sgemm(size: size, seconds: times[0], direct: times[1])
    #else
      return nil
    #endif
  }

  /// One product with its operands in each order, which give the same result.
  package static func orders(
    rows: Int, columns: Int, inner: Int, budget: Double
  ) throws -> [KernelResult] {
    let a = draw([rows, inner], "a")
    let b = draw([inner, columns], "b")
    let turnedA = a.transposed().copied()
    let turnedB = b.transposed().copied()
    let expected = a.matmul(b)
    let candidates = try OperandOrder.allCases.map { order in
      let first = order.transposesFirst ? turnedA.transposed() : a
      let second = order.transposesSecond ? turnedB.transposed() : b
      try check(
        first.matmul(second), against: expected,
        "\(rows) × \(columns) × \(inner), transposed: \(order.rawValue)")
      return Timing.Candidate(name: order.rawValue) { _ = first.matmul(second) }
    }
    let times = Timing.medians(of: candidates, budget: budget)
    let best = times.min() ?? 0
    return zip(OperandOrder.allCases, times).map { order, seconds in
      .product(
        rows: rows, columns: columns, inner: inner, order: order, seconds: seconds, best: best)
    }
  }

  /// From -1 to 1.
  private static func draw(_ shape: Shape, _ name: String) -> NDArray {
    NDArray.uniform(
      shape, in: -1..<1, key: RandomKey(seed: 0, path: "bench.\(name)"), dtype: .float32)
  }

  /// Two ways of rounding sums of so many products of numbers below 1 differ by less than 1e-3.
  private static func check(_ found: NDArray, against expected: NDArray, _ what: String) throws {
    let difference = (found - expected).absolute().maximum().item
    guard difference < 1e-3 else {
      throw WorkbenchError(.failed, what, "two ways to compute it differ by \(difference)")
    }
  }
}

extension NDArray {
  /// The same elements, row-major in storage of their own.
  func copied() -> NDArray {
    var copy = self
    copy.makeUnique()
    return copy
  }
}
