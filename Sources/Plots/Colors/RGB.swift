/// A colour of the sRGB space, a byte each of red, green and blue.
package struct RGB: Sendable, Hashable {
  package var red: UInt8
  package var green: UInt8
  package var blue: UInt8

  package init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
    (self.red, self.green, self.blue) = (red, green, blue)
  }

  /// A colour written as `#RRGGBB`.
  package init(_ hex: String) {
    let value = Int(hex.dropFirst(), radix: 16) ?? 0
    self.init(UInt8(value >> 16 & 255), UInt8(value >> 8 & 255), UInt8(value & 255))
  }

  package static let white = RGB(255, 255, 255)
  package static let black = RGB(0, 0, 0)

  /// `#RRGGBB`
  package var hex: String {
    "#"
      + [red, green, blue].map {
        ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true)
      }.joined()
  }

  /// A mixture: 0 is this colour, 1 the other.
  package func mixed(with other: RGB, _ amount: Double) -> RGB {
    let share = min(1, max(0, amount))
    let mix = { (a: UInt8, b: UInt8) in
      UInt8((Double(a) + (Double(b) - Double(a)) * share).rounded())
    }
    return RGB(mix(red, other.red), mix(green, other.green), mix(blue, other.blue))
  }

  /// How bright it looks, 0…1, linear in light.
  ///
  /// - Source: Web Content Accessibility Guidelines 2.2, "relative luminance".
  package var luminance: Double {
    let linear = { (byte: UInt8) in
      let value = Double(byte) / 255
      return value <= 0.04045 ? value / 12.92 : power((value + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
  }

  /// The contrast of text of one colour on the other, 1…21; 4.5 is easy to read.
  package func contrast(with other: RGB) -> Double {
    let (a, b) = (luminance, other.luminance)
    return (max(a, b) + 0.05) / (min(a, b) + 0.05)
  }

  /// Black or white, whichever can be read better on this colour.
  package var readable: RGB {
    contrast(with: .black) >= contrast(with: .white) ? .black : .white
  }

  /// The nearest of the 216 colours and 24 greys of a terminal with 256 colours.
  package var terminal: Int {
    let levels = [0, 95, 135, 175, 215, 255]
    let channels = [red, green, blue].map(Int.init)
    let nearest = channels.map { value in
      levels.indices.min { abs(levels[$0] - value) < abs(levels[$1] - value) } ?? 0
    }
    let distance = { (other: [Int]) in
      zip(channels, other).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }
    let grey = min(23, max(0, (channels.reduce(0, +) / 3 - 3) / 10))
    let isGrey =
      distance(Array(repeating: 8 + 10 * grey, count: 3)) < distance(nearest.map { levels[$0] })
    return isGrey ? 232 + grey : 16 + 36 * nearest[0] + 6 * nearest[1] + nearest[2]
  }
}
