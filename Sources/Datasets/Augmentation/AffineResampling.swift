import CKernels

/// Images of one size, changed by an affine map: each pixel becomes what lies where it comes from,
/// between the four nearest pixels' centres, bilinearly.
struct AffineResampling: Sendable {
  let channels: Int
  let height: Int
  let width: Int
  let border: Augmentation.Border
  /// The value beyond the edges, unless images are mirrored there.
  let level: Float

  /// Elements of the working memory: the image in a ring of the value beyond the edges, so that
  /// all four neighbours of any place, once that is moved to within a pixel of the image, are there.
  var scratchCount: Int { channels * (height + 3) * (width + 3) }

  /// Changes an image in place.
  /// - Parameters:
  ///   - image: `[C, H, W]`.
  ///   - map: From places in the new image to those in the old.
  ///   - scratch: `scratchCount` elements.
  func callAsFunction(
    _ image: UnsafeMutablePointer<Float>, _ map: AffineMap, scratch: UnsafeMutablePointer<Float>
  ) {
    if map == .identity { return }
    // The place in the old image of the new one's first pixel, in pixels from its first.
    let (right, down) = (Double(width - 1) / 2, Double(height - 1) / 2)
    let startX = -map.xx * right - map.xy * down + map.x0 + right
    let startY = -map.yx * right - map.yy * down + map.y0 + down
    if map.xy == 0, map.yx == 0, map.yy == 1, abs(map.xx) == 1,
      let column = Int(exactly: startX), let row = Int(exactly: startY)
    {
      move(image, row: row, column: column, isFlipped: map.xx < 0, scratch)
    } else {
      resample(image, map, startX, startY, scratch)
    }
  }

  // MARK: Whole pixels

  /// Row r, column c of the new image is row + r, column ± c of the old.
  private func move(
    _ image: UnsafeMutablePointer<Float>, row: Int, column: Int, isFlipped: Bool,
    _ scratch: UnsafeMutablePointer<Float>
  ) {
    let plane = height * width
    scratch.update(from: image, count: channels * plane)
    // The new columns that come from within the old image.
    let first = min(max(isFlipped ? column - width + 1 : -column, 0), width)
    let end = max(first, min(isFlipped ? column + 1 : width - column, width))
    for channel in 0..<channels {
      for line in 0..<height {
        let to = image + (channel * plane + line * width)
        guard let source = inside(row + line, height) else {
          to.update(repeating: level, count: width)
          continue
        }
        let from = scratch + (channel * plane + source * width)
        if isFlipped {
          for place in first..<end { to[place] = from[column &- place] }
        } else {
          for place in first..<end { to[place] = from[column &+ place] }
        }
        for place in 0..<first {
          to[place] = beyond(from, isFlipped ? column - place : column + place)
        }
        for place in end..<width {
          to[place] = beyond(from, isFlipped ? column - place : column + place)
        }
      }
    }
  }

  private func beyond(_ line: UnsafeMutablePointer<Float>, _ column: Int) -> Float {
    inside(column, width).map { line[$0] } ?? level
  }

  /// The row or column that is seen at a place, which may lie beyond the edges; nil for none.
  private func inside(_ place: Int, _ count: Int) -> Int? {
    if (0..<count).contains(place) { return place }
    guard border == .reflect else { return nil }
    if count == 1 { return 0 }
    let period = 2 * (count - 1)
    let rest = (place % period + period) % period
    return min(rest, period - rest)
  }

  // MARK: Anywhere

  private func resample(
    _ image: UnsafeMutablePointer<Float>, _ map: AffineMap, _ startX: Double, _ startY: Double,
    _ scratch: UnsafeMutablePointer<Float>
  ) {
    surround(image, scratch)
    let (plane, stride) = (height &* width, width &+ 3)
    let ringed = (height &+ 3) &* stride
    for row in 0..<height {
      gk_resample_row(
        scratch, stride, ringed, image + row * width, plane, channels, width, height,
        Float(startX + map.xy * Double(row)), Float(map.xx),
        Float(startY + map.yy * Double(row)), Float(map.yx), border == .reflect)
    }
  }

  /// Copies the image into its ring.
  private func surround(
    _ image: UnsafeMutablePointer<Float>, _ scratch: UnsafeMutablePointer<Float>
  ) {
    var (from, to) = (image, scratch)
    let stride = width + 3
    for _ in 0..<channels {
      to.update(repeating: level, count: stride)
      to += stride
      for _ in 0..<height {
        to[0] = level
        (to + 1).update(from: from, count: width)
        (to + 1 + width).update(repeating: level, count: 2)
        from += width
        to += stride
      }
      to.update(repeating: level, count: 2 * stride)
      to += 2 * stride
    }
  }
}
