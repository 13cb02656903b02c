import Foundation

/// Changes of an image's colours, composed: colour ↦ matrix · colour + offset, with an offset that
/// is the same for all channels. Of other than three channels the matrix is a factor.
struct ColorMap {
  /// What a channel counts in a pixel's lightness.
  private static let shares = SIMD3(0.213, 0.715, 0.072)

  private let isColored: Bool
  /// The channels' means in the image before, or their mean.
  private let means: SIMD3<Double>
  private var red = SIMD3(1.0, 0, 0)
  private var green = SIMD3(0.0, 1, 0)
  private var blue = SIMD3(0.0, 0, 1)
  private var offset = 0.0

  /// The map that changes nothing yet, of an image whose channels have these means.
  init(means: SIMD3<Double>, isColored: Bool) {
    self.means = means
    self.isColored = isColored
  }

  mutating func multiplyBrightness(by factor: Double) {
    apply(SIMD3(factor, 0, 0), SIMD3(0, factor, 0), SIMD3(0, 0, factor))
    offset *= factor
  }

  mutating func multiplyContrast(by factor: Double) {
    let now = SIMD3(
      (red * means).sum() + offset, (green * means).sum() + offset, (blue * means).sum() + offset)
    let lightness = isColored ? (Self.shares * now).sum() : now.x
    multiplyBrightness(by: factor)
    offset += (1 - factor) * lightness
  }

  mutating func multiplySaturation(by factor: Double) {
    let gray = (1 - factor) * Self.shares
    apply(
      gray + SIMD3(factor, 0, 0), gray + SIMD3(0, factor, 0), gray + SIMD3(0, 0, factor))
  }

  mutating func turnHue(degrees: Double) {
    let (sine, cosine) = (sin(degrees * .pi / 180), cos(degrees * .pi / 180))
    let gray = (1 - cosine) * Self.shares
    apply(
      gray + SIMD3(cosine, 0, 0) + sine * SIMD3(-0.213, -0.715, 0.928),
      gray + SIMD3(0, cosine, 0) + sine * SIMD3(0.143, 0.140, -0.283),
      gray + SIMD3(0, 0, cosine) + sine * SIMD3(-0.787, 0.715, 0.072))
  }

  /// Multiplies by a matrix from the left. Offsets are grey, which saturation and hue leave alone.
  private mutating func apply(
    _ first: SIMD3<Double>, _ second: SIMD3<Double>, _ third: SIMD3<Double>
  ) {
    let (r, g, b) = (red, green, blue)
    red = first.x * r + first.y * g + first.z * b
    green = second.x * r + second.y * g + second.z * b
    blue = third.x * r + third.y * g + third.z * b
  }

  /// Changes an image in place: channels of so many pixels one after another.
  func apply(to image: UnsafeMutablePointer<Float>, channels: Int, pixels: Int) {
    let offset = Float(self.offset)
    guard isColored else {
      let factor = Float(red.x)
      for place in 0..<(channels * pixels) { image[place] = factor * image[place] + offset }
      return
    }
    let (toRed, toGreen, toBlue) = (SIMD3<Float>(red), SIMD3<Float>(green), SIMD3<Float>(blue))
    let (others, last) = (image + pixels, image + 2 * pixels)
    for place in 0..<pixels {
      let (r, g, b) = (image[place], others[place], last[place])
      image[place] = toRed.x * r + toRed.y * g + toRed.z * b + offset
      others[place] = toGreen.x * r + toGreen.y * g + toGreen.z * b + offset
      last[place] = toBlue.x * r + toBlue.y * g + toBlue.z * b + offset
    }
  }

  /// The means that a map of this image needs.
  static func means(
    of image: UnsafeMutablePointer<Float>, channels: Int, pixels: Int
  ) -> SIMD3<Double> {
    func mean(_ from: Int, _ count: Int) -> Double {
      // Four sums, since one has to wait for each addition before.
      var sums = SIMD4<Double>.zero
      let wide = count & ~3
      for place in stride(from: from, to: from &+ wide, by: 4) {
        sums += SIMD4(
          Double(image[place]), Double(image[place &+ 1]), Double(image[place &+ 2]),
          Double(image[place &+ 3]))
      }
      var sum = sums.sum()
      for place in (from + wide)..<(from + count) { sum += Double(image[place]) }
      return sum / Double(count)
    }
    if channels != 3 { return SIMD3(repeating: mean(0, channels * pixels)) }
    return SIMD3(mean(0, pixels), mean(pixels, pixels), mean(2 * pixels, pixels))
  }
}
