/// Which old pixels a new one is made from along one axis, and how much of each.
private struct Taps {
  let start: Int
  let weights: [Double]

  /// The taps of all new pixels. Smaller: the old pixels that a new one covers, by the part of each
  /// that it covers. Larger: the two whose centres lie about the new one's, by nearness; at the
  /// edges the outermost alone.
  static func make(from old: Int, to new: Int) -> [Taps] {
    let ratio = Double(old) / Double(new)
    return (0..<new).map { place in
      if new < old {
        let (low, high) = (Double(place) * ratio, Double(place + 1) * ratio)
        let first = min(Int(low), old - 1)
        let last = max(first, min(Int(high.rounded(.up)) - 1, old - 1))
        let covered = (first...last).map { min(high, Double($0 + 1)) - max(low, Double($0)) }
        let sum = covered.reduce(0, +)
        return Taps(start: first, weights: covered.map { $0 / sum })
      }
      let center = min(max((Double(place) + 0.5) * ratio - 0.5, 0), Double(old - 1))
      let first = min(Int(center), max(old - 2, 0))
      let part = center - Double(first)
      return Taps(start: first, weights: old == 1 ? [1] : [1 - part, part])
    }
  }
}

/// One channel at another size: by the mean over areas where it gets smaller, by linear
/// interpolation where it gets larger.
func resampled(
  _ pixels: UnsafeBufferPointer<UInt8>, from old: (height: Int, width: Int),
  to new: (height: Int, width: Int)
) -> [Double] {
  let columns = Taps.make(from: old.width, to: new.width)
  let rows = Taps.make(from: old.height, to: new.height)
  var wide = [Double](repeating: 0, count: new.width)
  var result = [Double](repeating: 0, count: new.height * new.width)
  for (row, taps) in rows.enumerated() {
    for (line, rowWeight) in taps.weights.enumerated() where rowWeight != 0 {
      let start = (taps.start + line) * old.width
      for (column, taps) in columns.enumerated() {
        var sum = 0.0
        for (place, weight) in taps.weights.enumerated() {
          sum += weight * Double(pixels[start + taps.start + place])
        }
        wide[column] = sum
      }
      for column in 0..<new.width { result[row * new.width + column] += rowWeight * wide[column] }
    }
  }
  return result
}
