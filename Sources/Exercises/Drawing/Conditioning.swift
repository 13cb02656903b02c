import Explain

/// Whether a calculation's numbers tell right from wrong.
struct Conditioning {
  let task: CalculationTask
  /// The largest share of lines whose number may be 0: a calculation of zeros shows nothing.
  let mostZeros: Double

  init(_ task: CalculationTask, mostZeros: Double) {
    self.task = task
    self.mostZeros = mostZeros
  }

  /// How many units of the last digit numbers have to be apart.
  static let apart = 5.0
  /// The largest number that is not whole.
  static let largest = 1000.0

  /// Whether every line's number can be told from 0, from what a slip makes of it, and slips from
  /// each other, unless they lead to the same number by their nature.
  var isGood: Bool {
    let workings = task.workings
    let asked = workings.lines.filter(\.isAsked)
    let zeros = asked.filter { line in line.exact.allSatisfy { $0 == 0 } }
    if Double(zeros.count) > mostZeros * Double(asked.count) { return false }
    let least = Self.apart * workings.unit
    for line in workings.lines where line.isAsked {
      // Such as which of two classes is the less likely, where both are alike.
      let own = workings.value(line, on: workings.key)
      guard zip(own, line.exact).allSatisfy({ abs($0 - $1) < least }) else { return false }
      for value in line.exact {
        guard value.isFinite else { return false }
        if value != 0, abs(value) < least { return false }
        if value != value.rounded(), abs(value) > Self.largest { return false }
      }
      var found = [line.exact]
      for slip in task.slips {
        guard let value = task.value(of: slip, in: line, on: workings.key) else { continue }
        for other in found {
          let difference = zip(value, other).map { abs($0 - $1) }.max() ?? 0
          let scale = other.map { abs($0) }.max() ?? 0
          if difference < least, difference > 1e-12 * max(1, scale) { return false }
        }
        found.append(value)
      }
    }
    return true
  }
}
