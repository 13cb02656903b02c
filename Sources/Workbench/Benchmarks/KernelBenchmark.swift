import Formats

/// How kernels compare with what bounds them: the work behind `gradus bench --kernels`.
///
/// Operands are random, reused at each call and in the cache where they fit; results are checked
/// before they are measured. What is compared takes turns.
public enum KernelBenchmark {
  /// What is measured, in order: 1024³ against oneDNN's sgemm where the build has it, products in
  /// the four orders of their operands, operations that memory bounds.
  /// - Parameters:
  ///   - budget: Seconds for each product with its four orders, and for each operation.
  ///   - observe: Called with each result as soon as it is there.
  /// - Throws: `WorkbenchError` where a result is wrong.
  public static func run(budget: Double, observe: (KernelResult) throws -> Void) throws {
    if let against = try ProductBenchmark.againstSgemm(size: 1024, budget: budget) {
      try observe(against)
    }
    for (columns, inner) in [(1024, 1024), (512, 784)] {
      for rows in [1, 2, 3, 4, 8, 16, 32, 64, 128, 256, 1024] {
        let results = try ProductBenchmark.orders(
          rows: rows, columns: columns, inner: inner, budget: budget)
        for result in results { try observe(result) }
      }
    }
    for result in try BandwidthBenchmark.run(rows: 10_000, columns: 1000, budget: budget) {
      try observe(result)
    }
  }
}

/// The time of a kernel beside that of its yardstick.
public enum KernelResult: Sendable, Hashable {
  /// A square product through `NDArray.matmul`, and oneDNN's sgemm called directly.
  case sgemm(size: Int, seconds: Double, direct: Double)
  /// A product [rows, inner] × [inner, columns] in one order of its operands, and the fastest order
  /// of the same product.
  case product(
    rows: Int, columns: Int, inner: Int, order: OperandOrder, seconds: Double, best: Double)
  /// An operation over so many elements that reads and writes so many bytes, and the bytes that the
  /// triad a = b + s·c moves in a second.
  case bandwidth(operation: String, elements: Int, bytes: Int, seconds: Double, triad: Double)

  /// Seconds of one call.
  public var seconds: Double {
    switch self {
    case .sgemm(_, let seconds, _), .product(_, _, _, _, let seconds, _),
      .bandwidth(_, _, _, let seconds, _):
      seconds
    }
  }

  /// A product's time by its yardstick's (1 is as fast), or an operation's bandwidth by the triad's.
  public var ratio: Double {
    switch self {
    case .sgemm(_, let seconds, let direct): seconds / direct
    case .product(_, _, _, _, let seconds, let best): seconds / best
    case .bandwidth(_, _, let bytes, let seconds, let triad): Double(bytes) / seconds / triad
    }
  }

  /// The line that `gradus bench --kernels --json` prints, for scripts to read.
  public var json: JSONValue {
    func rounded(_ value: Double, _ scale: Double) -> JSONValue {
      .number((value * scale).rounded() / scale)
    }
    let milliseconds = rounded(seconds * 1e3, 1e5)
    let threads = JSONValue.integer(Compute.threads)
    switch self {
    case .sgemm(let size, _, let direct):
      return [
        "kernel": "sgemm", "size": .integer(size), "ms": milliseconds,
        "sgemm_ms": rounded(direct * 1e3, 1e5), "ratio": rounded(ratio, 1e3), "threads": threads,
      ]
    case .product(let rows, let columns, let inner, let order, _, _):
      return [
        "kernel": "product", "rows": .integer(rows), "columns": .integer(columns),
        "inner": .integer(inner), "transposed": .string(order.rawValue), "ms": milliseconds,
        "ratio": rounded(ratio, 1e3), "threads": threads,
      ]
    case .bandwidth(let operation, let elements, let bytes, let seconds, let triad):
      return [
        "kernel": "bandwidth", "operation": .string(operation), "elements": .integer(elements),
        "ms": milliseconds, "gb_per_s": rounded(Double(bytes) / seconds / 1e9, 1e2),
        "triad_gb_per_s": rounded(triad / 1e9, 1e2), "share": rounded(ratio, 1e3),
        "threads": threads,
      ]
    }
  }
}
