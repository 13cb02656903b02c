import Arrays

/// max|a − reference| ÷ max|reference|, the "relative" of the conventions.
///
/// Infinite where the shapes differ, or where one has a NaN or an infinity that the other has not
/// in the same place. 0 ÷ 0 counts as 0.
public func relativeDifference(_ a: NDArray, _ reference: NDArray) -> Double {
  guard a.shape == reference.shape else { return .infinity }
  var largestDifference = 0.0
  var largestReference = 0.0
  for (x, y) in zip(a.doubles, reference.doubles) {
    if x.isFinite && y.isFinite {
      largestDifference = max(largestDifference, abs(x - y))
      largestReference = max(largestReference, abs(y))
    } else if !(x == y || (x.isNaN && y.isNaN)) {
      return .infinity
    }
  }
  if largestDifference == 0 { return 0 }
  return largestDifference / largestReference
}

/// Whether the relative difference is below a bound, or nothing differs by more than the rounding
/// of a few numbers of magnitude 1 that cancelled.
public func agree(_ a: NDArray, _ reference: NDArray, within tolerance: Double) -> Bool {
  if relativeDifference(a, reference) < tolerance { return true }
  let single = a.dtype == .float32 || reference.dtype == .float32
  let rounding = 8 * (single ? Double(Float.ulpOfOne) : Double.ulpOfOne)
  return a.shape == reference.shape
    && zip(a.doubles, reference.doubles).allSatisfy {
      abs($0 - $1) < rounding || $0 == $1 || ($0.isNaN && $1.isNaN)
    }
}
