import Autodiff

/// Compares gradients with differences of the function's values, entry by entry.
///
/// Where the function has a kink, the differences to the two sides disagree: such an entry is left
/// out of the comparison and reported.
struct DifferenceCheck {
  /// An entry at a kink.
  struct Kink {
    /// The input, and the entry in row-major order.
    let input: Int
    let entry: Int
    let left: Double
    let right: Double
    let gradient: Double
  }

  /// max|gradient − central difference| ÷ max(1, max|central difference|)
  private(set) var disagreement = 0.0
  private(set) var kinks: [Kink] = []

  /// What rounding and the third derivative leave of a central difference of this step.
  static let tolerance = 1e-7

  /// - Parameters:
  ///   - inputs: The point, float64.
  ///   - computed: The gradients that are checked, in the same order.
  ///   - function: The scalar function.
  init(at inputs: [NDArray], gradients computed: [NDArray], _ function: ([NDArray]) -> Double) {
    let step = 1e-5
    let center = function(inputs)
    var errors: [Double] = []
    var largest = 1.0
    for (input, array) in inputs.enumerated() {
      let base = array.doubles
      let gradients = computed[input].doubles
      for entry in base.indices {
        let h = step * max(1, abs(base[entry]))
        func value(_ amount: Double) -> Double {
          var elements = base
          elements[entry] += amount
          var all = inputs
          all[input] = NDArray(elements, shape: array.shape)
          return function(all)
        }
        let (above, below) = (value(h), value(-h))
        let (left, right) = ((center - below) / h, (above - center) / h)
        let central = (above - below) / (2 * h)
        // Second derivatives make the sides differ by h·f″, which shrinks with h; a kink's
        // difference stays.
        let gap = abs(left - right)
        var isKink = false
        if gap > 1e-7 * max(1, abs(central)) {
          let near = h / 8
          let nearGap = abs(value(near) - 2 * center + value(-near)) / near
          isKink = nearGap > 0.5 * gap
        }
        if isKink {
          kinks.append(
            Kink(
              input: input, entry: entry, left: left, right: right, gradient: gradients[entry]))
        } else {
          var error = abs(gradients[entry] - central)
          if error > Self.tolerance {
            // Where the slope itself has a kink, as ½·max(z, 0)² at 0, the error goes with the step.
            let small = h / 100
            error = min(error, abs(gradients[entry] - (value(small) - value(-small)) / (2 * small)))
          }
          if error > Self.tolerance {
            // Large values are known to a few roundings only.
            error = max(0, error - 4 * max(abs(center), abs(above), abs(below)).ulp / h)
          }
          errors.append(error)
          largest = max(largest, abs(central))
        }
      }
    }
    disagreement = (errors.max() ?? 0) / largest
    if errors.contains(where: \.isNaN) { disagreement = .infinity }
  }
}
