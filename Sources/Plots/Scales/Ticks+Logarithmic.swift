extension Ticks {
  /// Ticks for a logarithmic axis: every 1st, 2nd, 3rd, … power of ten; within few of them also
  /// their multiples 2 and 5, or 2, 3, … 9; and within less than those, round numbers.
  ///
  /// - Parameters:
  ///   - range: positive, from 1e-300 to 1e300; ends beyond are brought there.
  ///   - count: how many intervals at most, at least 1.
  ///   - extent: which of the positions to take.
  public init(
    logarithmic range: ClosedRange<Double>, about count: Int = 5, extent: Extent = .inside
  ) {
    let low = max(Scale.leastPositive, range.lowerBound)
    let high = min(Series.limit, max(low, range.upperBound))
    let count = max(1, count)
    let decades = decimalLogarithm(high) - decimalLogarithm(low)
    let first = NumberText.decimalExponent(low * (1 - 1e-9))
    let last = NumberText.decimalExponent(high * (1 + 1e-9))

    func value(_ rung: (factor: Int, exponent: Int)) -> Double {
      Double("\(rung.factor)e\(rung.exponent)") ?? .nan
    }

    /// The ladder's rungs from the one below the range to the one above it.
    func rungs(_ factors: [Int], every decadeStep: Int) -> [(factor: Int, exponent: Int)] {
      let start = Int((Double(first) / Double(decadeStep)).rounded(.down)) * decadeStep
      let end = Int((Double(last + 1) / Double(decadeStep)).rounded(.up)) * decadeStep
      return stride(from: start, through: end, by: decadeStep).flatMap { exponent in
        factors.map { (factor: $0, exponent: exponent) }
      }.filter { value($0) > 0 && value($0).isFinite }
    }
    func taken(_ rungs: [(factor: Int, exponent: Int)]) -> [(factor: Int, exponent: Int)] {
      let inside = rungs.indices.filter {
        value(rungs[$0]) >= low * (1 - 1e-9) && value(rungs[$0]) <= high * (1 + 1e-9)
      }
      guard extent == .around else { return inside.map { rungs[$0] } }
      let below = rungs.lastIndex { value($0) <= low * (1 + 1e-9) } ?? 0
      let above = rungs.firstIndex { value($0) >= high * (1 - 1e-9) } ?? rungs.count - 1
      return Array(rungs[min(below, above)...above])
    }

    // Within less than a half decade the multiples would be two at most.
    if decades < 0.5 {
      var linear = Ticks(covering: low...high, about: count, extent: extent)
      var finer = count
      // A tick at 0 or below has no place.
      while linear.values.contains(where: { $0 <= 0 }) && finer < 100 {
        finer *= 2
        linear = Ticks(covering: low...high, about: finer, extent: extent)
      }
      let kept = linear.values.indices.filter { linear.values[$0] > 0 }
      self.init(
        values: kept.map { linear.values[$0] }, labels: kept.map { linear.labels[$0] }, step: 0)
      return
    }
    var ladders = [rungs([1, 2, 3, 4, 5, 6, 7, 8, 9], every: 1), rungs([1, 2, 5], every: 1)]
    ladders += [1, 2, 3, 5, 10, 20, 50, 100, 200].map { rungs([1], every: $0) }
    let chosen =
      ladders.map(taken).first { $0.count <= count + 1 && $0.count >= 2 }
      // The fewest that still say what the scale is.
      ?? ladders.map(taken).last { $0.count >= 2 } ?? taken(ladders[1])
    // Plain digits as long as they are short.
    let isPlain = chosen.allSatisfy { (-4...4).contains($0.exponent) }
    let even = zip(chosen, chosen.dropFirst()).allSatisfy { $0.factor == 1 && $1.factor == 1 }
    self.init(
      values: chosen.map(value),
      labels: chosen.map { factor, exponent in
        if isPlain {
          return NumberText.fixed(value((factor, exponent)), decimals: max(0, -exponent))
        }
        return (factor == 1 ? "" : "\(factor)×") + "10" + Ticks.superscript(exponent)
      },
      step: even && chosen.count > 1 ? value(chosen[1]) / value(chosen[0]) : 0)
  }

  /// `⁻¹²`
  private static func superscript(_ number: Int) -> String {
    let digits: [Character: Character] = [
      "-": "⁻", "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷",
      "8": "⁸", "9": "⁹",
    ]
    return String(String(number).map { digits[$0] ?? $0 })
  }
}
