import Arrays

/// How pictures become smaller or larger: what old pixels a new one is the weighted mean of.
package enum ResizeFilter: String, Sendable, CaseIterable {
  /// The plain mean of the old pixels whose centres lie within the new one; Pillow's `BOX`. By a
  /// whole factor this is the mean over the new pixel's area.
  case area
  /// Weights that fall evenly with the distance from the new pixel's centre, to 0 at one pixel's
  /// distance; of new pixels where the picture gets smaller, so that nothing is left out, of old ones
  /// where it gets larger; Pillow's `BILINEAR`.
  case bilinear

  /// The distance, in pixels, at which weights become 0.
  var support: Double { self == .area ? 0.5 : 1 }

  /// The weight at a distance.
  func weight(_ distance: Double) -> Double {
    switch self {
    case .area: distance > -0.5 && distance <= 0.5 ? 1 : 0
    case .bilinear: max(0, 1 - abs(distance))
    }
  }
}

/// A change of a picture's size, of which a window may be all that is wanted.
///
/// First along rows, then along columns, each result rounded to whole levels, with weights of 22 bits
/// after the point: the numbers that Pillow's `Image.resize` gives.
package struct Resizing: Sendable {
  /// The size of the result.
  package let height: Int
  package let width: Int
  private let oldHeight: Int
  private let oldWidth: Int
  private let rows: [Taps]
  private let columns: [Taps]

  /// - Parameters:
  ///   - old: The size of the pictures.
  ///   - new: The size that they are brought to.
  ///   - rows: The rows of the new picture that are wanted; nil for all.
  ///   - columns: The columns of the new picture that are wanted; nil for all.
  /// - Precondition: sizes of at least 1; a window within the new size.
  package init(
    from old: (height: Int, width: Int), to new: (height: Int, width: Int),
    rows: Range<Int>? = nil, columns: Range<Int>? = nil, filter: ResizeFilter
  ) {
    (oldHeight, oldWidth) = old
    self.rows = Taps.make(from: old.height, to: new.height, rows, filter)
    self.columns = Taps.make(from: old.width, to: new.width, columns, filter)
    (height, width) = (self.rows.count, self.columns.count)
  }

  /// A picture `uint8` [C, H, W] at the new size, on the calling thread.
  /// - Precondition: a picture of the old size.
  package func callAsFunction(_ picture: NDArray) -> NDArray {
    let channels = picture.shape[0]
    var result = NDArray(uninitialized: [channels, height, width], dtype: .uint8)
    let first = rows[0].start
    let last = rows[height - 1]
    var wide = [UInt8](
      repeating: 0, count: (last.start + last.weights.count - first) * width)
    var sums = [Int32](repeating: 0, count: width)
    picture.withElements(as: UInt8.self) { source in
      result.withMutableElements(as: UInt8.self) { target in
        for channel in 0..<channels {
          let plane = UnsafeBufferPointer(
            rebasing: source[((channel * oldHeight + first) * oldWidth)...])
          wide.withUnsafeMutableBufferPointer { wide in
            sums.withUnsafeMutableBufferPointer { sums in
              narrow(plane, into: wide)
              lower(
                UnsafeBufferPointer(wide), first, sums,
                into: UnsafeMutableBufferPointer(
                  rebasing: target[(channel * height * width)...].prefix(height * width)))
            }
          }
        }
      }
    }
    return result
  }

  private static let half = Int32(1) << (Taps.bits - 1)

  /// Each row at the new width.
  private func narrow(
    _ plane: UnsafeBufferPointer<UInt8>, into wide: UnsafeMutableBufferPointer<UInt8>
  ) {
    for (column, taps) in columns.enumerated() {
      taps.weights.withUnsafeBufferPointer { weights in
        var place = taps.start
        for to in stride(from: column, to: wide.count, by: width) {
          var sum = Self.half
          for tap in 0..<weights.count {
            sum &+= weights[tap] &* Int32(plane[place &+ tap])
          }
          wide[to] = UInt8(truncatingIfNeeded: min(sum >> Taps.bits, 255))
          place &+= oldWidth
        }
      }
    }
  }

  /// Each column at the new height.
  private func lower(
    _ wide: UnsafeBufferPointer<UInt8>, _ first: Int, _ sums: UnsafeMutableBufferPointer<Int32>,
    into target: UnsafeMutableBufferPointer<UInt8>
  ) {
    for (row, taps) in rows.enumerated() {
      sums.update(repeating: Self.half)
      for (tap, weight) in taps.weights.enumerated() {
        let start = (taps.start &+ tap &- first) &* width
        for column in 0..<width { sums[column] &+= weight &* Int32(wide[start &+ column]) }
      }
      let to = row &* width
      for column in 0..<width {
        target[to &+ column] = UInt8(truncatingIfNeeded: min(sums[column] >> Taps.bits, 255))
      }
    }
  }
}

/// Which old pixels a new one is made from along one axis, and how much of each.
private struct Taps: Sendable {
  /// The bits after the point of weights.
  static let bits = 22

  let start: Int
  /// Together 1, within the rounding of each.
  let weights: [Int32]

  static func make(
    from old: Int, to new: Int, _ window: Range<Int>?, _ filter: ResizeFilter
  ) -> [Taps] {
    let ratio = Double(old) / Double(new)
    // Of new pixels where it gets smaller, else of old ones.
    let scale = max(ratio, 1)
    let support = filter.support * scale
    return (window ?? 0..<new).map { place in
      let center = (Double(place) + 0.5) * ratio
      let start = max(0, Int(center - support + 0.5))
      let end = min(old, Int(center + support + 0.5))
      let weights = (start..<end).map { filter.weight((Double($0) - center + 0.5) / scale) }
      let sum = weights.reduce(0, +)
      return Taps(
        start: start,
        weights: weights.map { Int32($0 / sum * Double(1 << bits) + 0.5) })
    }
  }
}
