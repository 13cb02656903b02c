/// Colours that people with the common colour vision deficiencies can tell apart.
///
/// - Source: M. Okabe and K. Ito, "Color Universal Design", 2008. The order is by contrast with a
///   white page; yellow, which has little, comes last.
package enum Palette {
  /// For SVG.
  package static let series = [
    "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#F0E442",
  ]

  /// The nearest of a terminal's 256 colours, black being grey to show on dark and light.
  package static let terminal = [32, 166, 36, 175, 178, 74, 245, 227]

  /// What tells series apart where there is no colour.
  package static let marks: [Character] = ["•", "×", "+", "○", "◆", "▲", "□", "*"]

  /// Dash patterns for SVG once all colours are used: series 9 has the first one's colour, dashed.
  package static let dashes = ["", "7 4", "2 3", "9 3 2 3"]

  package static let blue = "#0072B2"
  package static let vermillion = "#D55E00"

  /// A mixture of white and a colour.
  ///
  /// - Parameters:
  ///   - color: as `#RRGGBB`.
  ///   - amount: 0 is white, 1 the colour.
  package static func tint(_ color: String, _ amount: Double) -> String {
    let value = Int(color.dropFirst(), radix: 16) ?? 0
    let share = min(1, max(0, amount))
    let channels = [16, 8, 0].map { shift in
      let channel = Double(value >> shift & 255)
      return Int((255 + (channel - 255) * share).rounded())
    }
    return "#"
      + channels.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()
  }
}
