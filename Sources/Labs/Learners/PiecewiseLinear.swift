/// Functions of one number that are linear in pieces, as those of ReLU networks are.
package enum PiecewiseLinear {
  /// How near a function of at most so many linear pieces can come to numbers, by least squares; the
  /// pieces need not meet.
  ///
  /// A network with one hidden layer of n ReLU units bends at most n times, so its function has at
  /// most n + 1 pieces: none comes nearer than this.
  /// - Parameters:
  ///   - x: Places, ascending, at least one.
  ///   - y: As many numbers.
  ///   - pieces: The largest number of pieces, at least 1.
  /// - Returns: For 1, 2, … pieces the least root of the mean squared difference.
  /// - Complexity: places² · pieces, by dynamic programming.
  package static func leastErrors(x: [Double], y: [Double], pieces: Int) -> [Double] {
    let count = x.count
    let single = squares(x, y)
    // Of the first so many places, the least sum of squares with the pieces so far.
    var least = single[0]
    var errors: [Double] = []
    for number in 1...pieces {
      if number > 1 {
        var next = least
        for end in 1...count {
          for start in 1..<max(end, 1) where least[start] + single[start][end] < next[end] {
            next[end] = least[start] + single[start][end]
          }
        }
        least = next
      }
      errors.append((least[count] / Double(count)).squareRoot())
    }
    return errors
  }

  /// The sums of squares left by the regression line through the places from `start` up to, not
  /// including, `end`.
  private static func squares(_ x: [Double], _ y: [Double]) -> [[Double]] {
    let count = x.count
    var table = [[Double]](
      repeating: [Double](repeating: 0, count: count + 1), count: count)
    for start in 0..<count {
      // Sums around the first place of the piece, so that little is lost to rounding.
      var (sx, sy, sxx, sxy, syy) = (0.0, 0.0, 0.0, 0.0, 0.0)
      for end in (start + 1)...count {
        let (dx, dy) = (x[end - 1] - x[start], y[end - 1] - y[start])
        sx += dx
        sy += dy
        sxx += dx * dx
        sxy += dx * dy
        syy += dy * dy
        let number = Double(end - start)
        let (xx, xy) = (sxx - sx * sx / number, sxy - sx * sy / number)
        let yy = syy - sy * sy / number
        table[start][end] = max(0, yy - (xx > 0 ? xy * xy / xx : 0))
      }
    }
    return table
  }

  /// The tent map, 2·min(x, 1 − x), applied so many times: 2ᵏ pieces between 0 and 1.
  package static func tent(_ x: Double, times: Int) -> Double {
    (0..<times).reduce(x) { value, _ in 2 * min(value, 1 - value) }
  }
}
