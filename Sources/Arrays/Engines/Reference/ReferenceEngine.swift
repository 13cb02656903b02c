/// The engine in plain Swift: the oracle that the others are tested against, the double-precision
/// path, and the only engine of a portable build.
///
/// One thread, no dependence on the processor; generic over `Float` and `Double`. Sums over many
/// elements are kept in `Double` whatever the type.
package struct ReferenceEngine: Engine {
  package static let shared = ReferenceEngine()

  private init() {}

  /// Ends the program: the operation has no meaning for the type.
  static func unsupported(_ operation: String, _ dtype: DType) -> Never {
    fatalError("\(operation): not defined for \(dtype); cast(to:) converts")
  }

  /// The shape of the first `count` axes.
  static func leading(_ shape: Shape, _ count: Int) -> Shape {
    var lanes = SIMD8<Int>(repeating: 0)
    for axis in 0..<count { lanes[axis] = shape.lanes[axis] }
    return Shape(lanes: lanes, rank: count)
  }

  /// The number of elements before, along and after an axis of a row-major array.
  static func split(_ shape: Shape, at axis: Int) -> (outer: Int, count: Int, inner: Int) {
    var outer = 1
    var inner = 1
    for other in 0..<shape.rank {
      if other < axis { outer &*= shape.lanes[other] }
      if other > axis { inner &*= shape.lanes[other] }
    }
    return (outer, shape[axis], inner)
  }
}
