/// How libpng hands over pixels, and the way from there to planes.
struct PixelLayout {
  let hasColor: Bool
  let hasAlpha: Bool
  let background: PNG.Color

  /// Puts interleaved samples into one plane a channel (1 or 3), mixing with the background by
  /// alpha and taking the luma where one channel is wanted of three.
  func separate(
    _ source: UnsafeBufferPointer<UInt8>, into target: UnsafeMutableBufferPointer<UInt8>,
    channels: Int, pixels: Int
  ) {
    let step = (hasColor ? 3 : 1) + (hasAlpha ? 1 : 0)
    let alphaPlace = step - 1
    for pixel in 0..<pixels {
      let start = pixel * step
      var red = Int(source[start])
      var green = hasColor ? Int(source[start + 1]) : red
      var blue = hasColor ? Int(source[start + 2]) : red
      if hasAlpha {
        let alpha = Int(source[start + alphaPlace])
        red = Self.mix(red, over: background.red, alpha)
        green = Self.mix(green, over: background.green, alpha)
        blue = Self.mix(blue, over: background.blue, alpha)
      }
      if channels == 3 {
        target[pixel] = UInt8(red)
        target[pixels + pixel] = UInt8(green)
        target[2 * pixels + pixel] = UInt8(blue)
      } else {
        target[pixel] = Self.luma(red, green, blue)
      }
    }
  }

  /// alpha · front + (1 − alpha) · back, rounded to the nearest.
  private static func mix(_ front: Int, over back: UInt8, _ alpha: Int) -> Int {
    (front * alpha + Int(back) * (255 - alpha) + 127) / 255
  }

  /// 0.299 R + 0.587 G + 0.114 B in 16-bit fixed point, rounded; equal channels keep their value.
  private static func luma(_ red: Int, _ green: Int, _ blue: Int) -> UInt8 {
    UInt8((red * 19_595 + green * 38_470 + blue * 7_471 + 32_768) >> 16)
  }
}
