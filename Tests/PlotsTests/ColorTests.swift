import Plots
import Testing

@Suite struct ColorTests {
  @Test func luminanceAndContrastAreThoseOfTheGuidelines() {
    #expect(abs(RGB.white.contrast(with: .black) - 21) < 1e-9)
    #expect(abs(RGB("#767676").contrast(with: .white) - 4.54) < 0.005)
    #expect(RGB("#0072B2").hex == "#0072B2")
  }

  @Test func textCanBeReadOnEveryColourOfTheMaps() {
    for map in ColorMap.allCases {
      for step in 0...100 {
        let color = map.color(Double(step) / 100)
        #expect(color.contrast(with: color.readable) >= 4.5)
      }
    }
  }

  @Test func theInksOfTextsAndTheFirstSeriesCanBeSeenOnWhite() {
    for ink in ["#111111", "#222222", "#333333", "#555555", "#666666"] {
      #expect(RGB(ink).contrast(with: .white) >= 4.5)
    }
    for color in Palette.series.prefix(3) { #expect(RGB(color).contrast(with: .white) >= 3) }
  }

  /// Lightness L* of CIELAB.
  private func lightness(_ color: RGB) -> Double {
    let y = color.luminance
    return y > 0.008856 ? 116 * power(y, 1.0 / 3) - 16 : 903.3 * y
  }

  @Test func theSequentialMapRisesEvenlyInLightness() {
    let steps = (0...18).map { lightness(ColorMap.sequential.color(Double($0) / 18)) }
    let rises = zip(steps, steps.dropFirst()).map { $1 - $0 }
    let mean = (steps[18] - steps[0]) / 18
    // Ten stops of the original, whose lightness is a straight line.
    #expect(rises.allSatisfy { $0 > 0.6 * mean && $0 < 1.4 * mean }, "\(rises)")
  }

  @Test func theDivergingMapIsLightInTheMiddleAndAlikeOnBothSides() {
    let steps = (0...20).map { lightness(ColorMap.diverging.color(Double($0) / 20)) }
    for (inner, outer) in zip(steps[0..<10], steps[1...10]) { #expect(inner < outer) }
    for (inner, outer) in zip(steps[10..<20], steps[11...20]) { #expect(inner > outer) }
    for step in 0...10 { #expect(abs(steps[step] - steps[20 - step]) < 8) }
    #expect(ColorMap.diverging.range(showing: -1...3) == -3...3)
    #expect(ColorMap.diverging.range(showing: 0...0) == -1...1)
    #expect(ColorMap.sequential.range(showing: -1...3) == -1...3)
  }

  /// A colour as people without cones for medium (deutan) wavelengths see it.
  ///
  /// - Source: F. Viénot, H. Brettel and J. Mollon, "Digital Video Colourmaps for Checking the
  ///   Legibility of Displays by Dichromats", 1999; the matrices in linear light.
  private func deutan(_ color: RGB) -> [Double] {
    let linear = [color.red, color.green, color.blue].map { byte -> Double in
      let value = Double(byte) / 255
      return value <= 0.04045 ? value / 12.92 : power((value + 0.055) / 1.055, 2.4)
    }
    let mixed = 0.29275 * linear[0] + 0.70725 * linear[1]
    let blue = -0.02234 * linear[0] + 0.02234 * linear[1] + linear[2]
    return [mixed, mixed, max(0, blue)].map { power($0, 1 / 2.2) }
  }

  @Test func theFirstFiveSeriesDifferWithoutTheThirdConeToo() {
    let seen = Palette.series.prefix(5).map { deutan(RGB($0)) }
    for (index, one) in seen.enumerated() {
      for other in seen[(index + 1)...] {
        let distance = zip(one, other).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        // A tenth of the way from black to white.
        #expect(distance.squareRoot() > 0.1, "\(index)")
      }
    }
  }

  @Test func neighboursDifferInDashesAndMarksToo() {
    for index in 0..<40 {
      #expect(Palette.dash(index) != Palette.dash(index + 1))
      let pairs = (0..<index).map { [Palette.color($0).hex, Palette.dash($0)] }
      #expect(!pairs.contains([Palette.color(index).hex, Palette.dash(index)]))
    }
    let shapes = (0..<8).map { SVGPlane.markerData($0, x: 0, y: 0, radius: 4) }
    // A disc and a ring have one outline, and are told apart by their filling.
    #expect(Set(shapes).count == 7)
  }

  @Test(arguments: [
    ("#000000", 16), ("#FFFFFF", 231), ("#FF0000", 196), ("#808080", 244), ("#0072B2", 25),
  ])
  func terminalsHaveANearColour(hex: String, code: Int) {
    #expect(RGB(hex).terminal == code)
  }
}
