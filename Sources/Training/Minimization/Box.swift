import Arrays

/// Bounds on each element of a point.
public struct Box: Sendable {
  /// The least value of each element, −∞ where there is none.
  public let lower: NDArray
  /// The largest value of each element, ∞ where there is none.
  public let upper: NDArray

  /// Bounds of each element, of the point's shape.
  public init(lower: NDArray, upper: NDArray) {
    self.lower = lower
    self.upper = upper
  }

  /// The same bounds for every element of a point of this shape.
  public init(_ range: ClosedRange<Double>, shape: Shape) {
    lower = NDArray(repeating: range.lowerBound, shape: shape, dtype: .float64)
    upper = NDArray(repeating: range.upperBound, shape: shape, dtype: .float64)
  }
}

/// A box as numbers in a row, after its check.
struct Bounds {
  let lower: [Double]
  let upper: [Double]
  /// Whether any element has a bound.
  let isBounded: Bool
  /// Whether all elements have two.
  let isClosed: Bool

  /// - Throws: `MinimizationError` for bounds of another shape, not numbers, or in the wrong order.
  init(_ box: Box?, start: NDArray) throws(MinimizationError) {
    guard let box else {
      lower = []
      upper = []
      isBounded = false
      isClosed = false
      return
    }
    for array in [box.lower, box.upper] where array.shape != start.shape {
      throw .boundsDiffer(bounds: array.shape, start: start.shape)
    }
    lower = box.lower.doubles
    upper = box.upper.doubles
    for index in lower.indices {
      guard lower[index] <= upper[index], lower[index] < .infinity, upper[index] > -.infinity else {
        throw .emptyBox(element: index, lower: lower[index], upper: upper[index])
      }
    }
    isBounded = zip(lower, upper).contains { $0.isFinite || $1.isFinite }
    isClosed = zip(lower, upper).allSatisfy { $0.isFinite && $1.isFinite }
  }

  /// The point of the box that is nearest.
  func projected(_ point: [Double]) -> [Double] {
    guard isBounded else { return point }
    return point.indices.map { min(max(point[$0], lower[$0]), upper[$0]) }
  }

  /// The largest absolute element of the gradient, or, of an element that would leave the box along
  /// it, of the way that is left.
  func projectedNorm(_ gradient: [Double], at point: [Double]) -> Double {
    var largest = 0.0
    for index in gradient.indices {
      var element = gradient[index]
      if isBounded {
        element =
          element < 0
          ? max(point[index] - upper[index], element) : min(point[index] - lower[index], element)
      }
      largest = max(largest, abs(element))
    }
    return largest
  }

  /// How far a point of the box may go along a direction.
  func reach(from point: [Double], along direction: [Double]) -> Double {
    guard isBounded else { return .infinity }
    var reach = Double.infinity
    for index in direction.indices where direction[index] != 0 {
      let bound = direction[index] < 0 ? lower[index] : upper[index]
      let way = (bound - point[index]) / direction[index]
      reach = min(reach, max(way, 0))
    }
    return reach
  }
}
