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

  /// Dash patterns for SVG, which tell lines apart in print.
  package static let dashes = ["", "7 4", "2 3", "9 3 2 3", "12 4"]

  package static let blue = "#0072B2"
  package static let vermillion = "#D55E00"

  /// A mixture of white and a colour.
  ///
  /// - Parameters:
  ///   - color: as `#RRGGBB`.
  ///   - amount: 0 is white, 1 the colour.
  package static func tint(_ color: String, _ amount: Double) -> String {
    RGB.white.mixed(with: RGB(color), amount).hex
  }

  /// The colour of a series by its number.
  package static func color(_ index: Int) -> RGB { RGB(series[index % series.count]) }

  /// The dashes of a series by its number. Neighbours differ, and the pair of colour and dashes
  /// repeats after 40.
  package static func dash(_ index: Int) -> String {
    dashes[(index + index / series.count) % dashes.count]
  }
}
