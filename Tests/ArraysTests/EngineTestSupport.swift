import Arrays
import Testing

/// The engine under test in the `ReferenceEngine…Tests`.
let reference = ReferenceEngine.shared

/// Numbers in -1..<1, the same at each run.
func draw(_ shape: Shape, _ dtype: DType = .float64, seed: UInt64 = 1) -> NDArray {
  NDArray.uniform(shape, in: -1..<1, key: RandomKey(seed: seed), dtype: dtype)
}

/// The elements in row-major order, converted by the reference engine alone.
func numbers(_ x: NDArray) -> [Double] {
  x.dtype == .float64 ? x.elements() : reference.cast(x, to: .float64).elements()
}

/// A view of x's storage.
func view(_ x: NDArray, _ shape: Shape, offset: Int = 0, strides: [Int]) -> NDArray {
  var lanes = SIMD8<Int>(repeating: 0)
  for (axis, stride) in strides.enumerated() { lanes[axis] = stride }
  return NDArray(
    storage: x.storage, shape: shape, dtype: x.dtype,
    layout: .strided(StridedLayout(offset: offset, strides: lanes)))
}

/// A view whose axis `axis` is x's axis `order[axis]`.
func permuted(_ x: NDArray, _ order: [Int]) -> NDArray {
  let strides = x.shape.rowMajorStrides
  return view(x, Shape(order.map { x.shape[$0] }), strides: order.map { strides[$0] })
}

/// An array equal to x, laid out with its axes in reverse.
func reversedLayout(_ x: NDArray) -> NDArray {
  let order = Array((0..<x.rank).reversed())
  return permuted(reference.copy(permuted(x, order)), order)
}

/// The places of a shape's elements, in row-major order.
func places(_ shape: Shape) -> [[Int]] {
  shape.reduce([[]]) { places, size in places.flatMap { place in (0..<size).map { place + [$0] } } }
}

/// The number of the place in row-major order, where axes of size 1 are stretched and missing
/// leading axes are skipped.
func offset(_ place: [Int], in shape: Shape) -> Int {
  let own = place.suffix(shape.rank)
  return zip(shape, own).reduce(0) { $0 * $1.0 + ($1.0 == 1 ? 0 : $1.1) }
}

/// What rounding may do: relative to the largest magnitude of the expected numbers.
func tolerance(_ dtype: DType) -> Double { dtype == .float32 ? 2e-6 : 1e-13 }

/// Checks shape, type and elements; differences are relative to the largest expected magnitude, or
/// to `scale` where that is larger, for results that are differences of such numbers.
func expect(
  _ actual: NDArray, _ expected: [Double], shape: Shape, dtype: DType, within: Double? = nil,
  scale: Double = .leastNormalMagnitude, sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(actual.shape == shape, sourceLocation: sourceLocation)
  #expect(actual.dtype == dtype, sourceLocation: sourceLocation)
  #expect(actual.isRowMajor, sourceLocation: sourceLocation)
  guard actual.shape == shape, expected.count == shape.elementCount else {
    Issue.record(
      "\(expected.count) expected, shape \(actual.shape)", sourceLocation: sourceLocation)
    return
  }
  let largest = expected.reduce(scale) { $1.isFinite ? max($0, $1.magnitude) : $0 }
  let bound = (within ?? tolerance(dtype)) * largest
  for (place, pair) in zip(numbers(actual), expected).enumerated() {
    let (a, e) = pair
    let agrees = a == e || (a.isNaN && e.isNaN) || (a - e).magnitude <= bound
    #expect(agrees, "element \(place): \(a), expected \(e)", sourceLocation: sourceLocation)
    if !agrees { return }
  }
}

/// Checks elements that must be the same exactly.
func expectExactly(
  _ actual: NDArray, _ expected: [Double], shape: Shape, dtype: DType,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  expect(
    actual, expected, shape: shape, dtype: dtype, within: 0, sourceLocation: sourceLocation)
}

let floatingTypes: [DType] = [.float32, .float64]
