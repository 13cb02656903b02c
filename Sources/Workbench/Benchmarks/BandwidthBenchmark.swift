import Foundation
import Labs

/// Operations over arrays that no cache holds, beside the STREAM benchmark's triad.
package enum BandwidthBenchmark {
  /// An operation, the arrays of the whole size that it reads and writes (those between the steps
  /// of a chain included), and what its result's first element has to be.
  private struct Operation {
    let name: String
    let passes: Int
    let expected: Double
    let result: () -> NDArray
  }

  /// Each takes its turn with the triad, whose median over all of them is the yardstick.
  /// - Parameters:
  ///   - rows, columns: The arrays' shape.
  ///   - budget: Seconds for each operation.
  package static func run(rows: Int, columns: Int, budget: Double) throws -> [KernelResult] {
    let shape: Shape = [rows, columns]
    let x = draw(shape, "x")
    let y = draw(shape, "y")
    let z = draw(shape, "z")
    var target = NDArray.zeros(shape)
    let bytes = shape.elementCount * DType.float32.byteCount
    let operations = operations(x, y, z)
    try check(operations)
    var medians: [Double] = []
    var triads: [Double] = []
    for operation in operations {
      let times = Timing.medians(
        of: [
          Timing.Candidate(name: "triad") { Yardstick.triad(x, y, scale: 0.5, into: &target) },
          Timing.Candidate(name: operation.name) { _ = operation.result() },
        ], budget: budget)
      triads.append(times[0])
      medians.append(times[1])
    }
    let triad = Double(3 * bytes) / Statistics.median(triads)
    return zip(operations, medians).map { operation, seconds in
      .bandwidth(
        operation: operation.name, elements: shape.elementCount, bytes: operation.passes * bytes,
        seconds: seconds, triad: triad)
    }
  }

  private static func operations(_ x: NDArray, _ y: NDArray, _ z: NDArray) -> [Operation] {
    let first = { (array: NDArray) in array.withElements(as: Float.self) { Double($0[0]) } }
    let (a, b, c) = (first(x), first(y), first(z))
    let (rows, columns) = (x.shape[0], x.shape[1])
    // By plain loops in double precision.
    var (total, largest, squares, column) = (0.0, -Double.infinity, 0.0, 0.0)
    x.withElements(as: Float.self) { elements in
      for element in elements {
        total += Double(element)
        squares += Double(element) * Double(element)
        largest = max(largest, Double(element))
      }
      for row in 0..<rows { column += Double(elements[row * columns]) }
    }
    let count = Double(x.elementCount)
    let mean = total / count
    return [
      Operation(name: "x + y", passes: 3, expected: a + b) { x + y },
      Operation(name: "x * y + z", passes: 6, expected: a * b + c) { x * y + z },
      Operation(name: "exp", passes: 2, expected: exp(a)) { x.exp() },
      Operation(name: "tanh", passes: 2, expected: tanh(a)) { x.tanh() },
      Operation(name: "sigmoid", passes: 2, expected: 1 / (1 + exp(-a))) { x.sigmoid() },
      Operation(name: "gelu", passes: 2, expected: a * (1 + erf(a / 2.0.squareRoot())) / 2) {
        x.unary(.gelu)
      },
      Operation(name: "sum", passes: 1, expected: total) { x.sum() },
      Operation(name: "max", passes: 1, expected: largest) { x.maximum() },
      Operation(name: "variance", passes: 1, expected: squares / count - mean * mean) {
        x.variance()
      },
      Operation(name: "column sums", passes: 1, expected: column) { x.sum(axes: [0]) },
      Operation(name: "transpose", passes: 2, expected: a) { x.transposed().rowMajor() },
    ]
  }

  private static func check(_ operations: [Operation]) throws {
    for operation in operations {
      let found = operation.result().withElements(as: Float.self) { Double($0[0]) }
      guard abs(found - operation.expected) <= 1e-4 * max(1, abs(operation.expected)) else {
        throw WorkbenchError(
          .failed, operation.name, "found \(found), expected \(operation.expected)")
      }
    }
  }

  /// From 0 to 1, so that no sum of ten million cancels.
  private static func draw(_ shape: Shape, _ name: String) -> NDArray {
    NDArray.uniform(
      shape, in: 0..<1, key: RandomKey(seed: 0, path: "bench.\(name)"), dtype: .float32)
  }
}
