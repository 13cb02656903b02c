/// A picture in a terminal's characters.
struct RasterText {
  private let raster: Raster

  init(_ raster: Raster) {
    self.raster = raster
  }

  /// Lines of exactly `columns` characters.
  ///
  /// With colour a character is two pixels, one above the other: a half block on a background.
  /// Without, a pixel is two characters side by side, in five shades, so that it stays about
  /// square. A picture that would be wider is shrunk by averaging.
  func lines(columns: Int, color: Bool) -> [String] {
    let pixels = shrunk(to: max(1, color ? columns : columns / 2))
    let lines = color ? halfBlocks(pixels) : shades(pixels)
    let used = (pixels.first?.count ?? 0) * (color ? 1 : 2)
    return lines.map { $0 + String(repeating: " ", count: max(0, columns - used)) }
  }

  /// The picture in characters as many as it needs.
  func natural(width: Int, color: Bool) -> [String] {
    let pixels = shrunk(to: max(1, color ? width : width / 2))
    return color ? halfBlocks(pixels) : shades(pixels)
  }

  private func shades(_ pixels: [[RGB]]) -> [String] {
    let shades: [Character] = [" ", "░", "▒", "▓", "█"]
    return pixels.map { row in
      row.map { pixel -> String in
        // Of greys this is the brightness itself.
        let brightness =
          (0.299 * Double(pixel.red) + 0.587 * Double(pixel.green) + 0.114 * Double(pixel.blue))
          / 255
        return String(repeating: shades[Int((brightness * 4).rounded())], count: 2)
      }.joined()
    }
  }

  private func halfBlocks(_ pixels: [[RGB]]) -> [String] {
    stride(from: 0, to: pixels.count, by: 2).map { top in
      let bottom = top + 1 < pixels.count ? pixels[top + 1] : nil
      var line = ""
      var current = ""
      for (x, value) in pixels[top].enumerated() {
        var style = "\u{1B}[38;5;\(RasterText.code(value))"
        style += bottom.map { ";48;5;\(RasterText.code($0[x]))m" } ?? "m"
        // Equal neighbours share one escape sequence.
        if style != current { line += style }
        current = style
        line += "▀"
      }
      return line + (line.isEmpty ? "" : "\u{1B}[0m")
    }
  }

  /// The nearest of the terminal's colours; of greys that of black (16), the 24 greys from 8 to 238
  /// (232…255) and white (231).
  private static func code(_ color: RGB) -> Int {
    guard color.red == color.green, color.green == color.blue else { return color.terminal }
    let level = Double(color.red)
    if level < 4 { return 16 }
    if level > 246 { return 231 }
    return 232 + min(23, max(0, Int(((level - 8) / 10).rounded())))
  }

  /// The picture with at most that many columns, by averages over blocks of equal size.
  private func shrunk(to columns: Int) -> [[RGB]] {
    guard raster.width > 0 else { return [] }
    let block = (raster.width + columns - 1) / columns
    return stride(from: 0, to: raster.height, by: block).map { top in
      stride(from: 0, to: raster.width, by: block).map { left in
        var sum = (red: 0.0, green: 0.0, blue: 0.0)
        var count = 0.0
        for row in top..<min(top + block, raster.height) {
          for column in left..<min(left + block, raster.width) {
            let color = raster.color(row: row, column: column)
            sum.red += Double(color.red)
            sum.green += Double(color.green)
            sum.blue += Double(color.blue)
            count += 1
          }
        }
        let byte = { (value: Double) in UInt8((value / count).rounded()) }
        return RGB(byte(sum.red), byte(sum.green), byte(sum.blue))
      }
    }
  }
}
