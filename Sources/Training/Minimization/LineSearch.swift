/// A step along a direction for which the strong Wolfe conditions hold:
/// f(s) ≤ f(0) + c₁·s·f′(0) and |f′(s)| ≤ c₂·|f′(0)|.
///
/// Brackets a minimum of the function, or of what is left of it above the line of the first
/// condition until a step is found that satisfies that, by cubic and quadratic interpolation.
///
/// - Source: Moré and Thuente 1994, "Line search algorithms with guaranteed sufficient decrease",
///   sections 2 to 4.
struct LineSearch {
  /// A step along the direction with the function's value and slope there.
  struct Sample {
    var step: Double
    var value: Double
    var slope: Double
  }

  /// How a search ended.
  enum Outcome {
    /// Both conditions hold.
    case found
    /// The first holds at the largest step, where the function still falls.
    case largest
    /// Rounding leaves no room, or the interval is as small as asked for: the best step so far.
    case stuck
    /// As many values as allowed were computed.
    case exhausted
  }

  /// c₁.
  var decrease = 1e-3
  /// c₂.
  var curvature = 0.9
  /// The width of the interval, relative to its end, at which the search ends.
  var width = 0.1
  /// How many values may be computed.
  var maximumEvaluations = 20

  /// Searches from a sample at step 0, whose slope is below 0.
  /// - Parameters:
  ///   - first: The step to try first.
  ///   - largest: The largest step.
  ///   - sample: Value and slope at a step; the value is infinite where there is none.
  /// - Returns: The last sample, and how the search ended.
  func search(
    from origin: Sample, first: Double, largest: Double, _ sample: (Double) throws -> Sample
  ) rethrows -> (Sample, Outcome) {
    var bracket = Bracket(origin: origin)
    let line = decrease * origin.slope
    var largest = largest
    var isBelowLine = false
    var widths = (last: largest, before: 2 * largest)
    var limits = (least: 0.0, most: first + 4 * first)
    var step = first
    var trial = origin
    for _ in 0..<maximumEvaluations {
      trial = try sample(step)
      guard trial.value < .infinity else {
        // Outside of where the function is defined: nearer, and never so far again.
        largest = step
        step = bracket.best.step + (step - bracket.best.step) / 2
        limits.most = min(limits.most, largest)
        continue
      }
      let bound = origin.value + step * line
      if !isBelowLine, trial.value <= bound, trial.slope >= 0 { isBelowLine = true }
      if trial.value <= bound, abs(trial.slope) <= curvature * -origin.slope {
        return (trial, .found)
      }
      if step == largest, trial.value <= bound, trial.slope <= line { return (trial, .largest) }
      if bracket.isClosed {
        let isTight = limits.most - limits.least <= width * limits.most
        if step <= limits.least || step >= limits.most || isTight { return (trial, .stuck) }
      }
      // Above the line but below the best sample: the function above the line is interpolated.
      let tilt = !isBelowLine && trial.value <= bracket.best.value && trial.value > bound ? line : 0
      bracket.tilt(by: -tilt)
      step = bracket.take(Self.tilted(trial, by: -tilt), limits: limits)
      bracket.tilt(by: tilt)
      if bracket.isClosed {
        let distance = abs(bracket.other.step - bracket.best.step)
        if distance >= 0.66 * widths.before {
          step = bracket.best.step + 0.5 * (bracket.other.step - bracket.best.step)
        }
        widths = (distance, widths.last)
        limits = (
          min(bracket.best.step, bracket.other.step), max(bracket.best.step, bracket.other.step)
        )
      } else {
        limits = (
          step + 1.1 * (step - bracket.best.step), step + 4 * (step - bracket.best.step)
        )
      }
      step = min(max(step, 0), largest)
      if bracket.isClosed {
        let isTight = limits.most - limits.least <= width * limits.most
        if step <= limits.least || step >= limits.most || isTight { step = bracket.best.step }
      }
    }
    return (trial, .exhausted)
  }

  fileprivate static func tilted(_ sample: Sample, by slope: Double) -> Sample {
    Sample(
      step: sample.step, value: sample.value + slope * sample.step, slope: sample.slope + slope)
  }
}

/// The best step so far, and the other end of the interval that holds a minimum once it is closed.
private struct Bracket {
  private(set) var best: LineSearch.Sample
  private(set) var other: LineSearch.Sample
  private(set) var isClosed = false

  init(origin: LineSearch.Sample) {
    best = origin
    other = origin
  }

  /// Adds a line through the origin to the function.
  mutating func tilt(by slope: Double) {
    guard slope != 0 else { return }
    best = LineSearch.tilted(best, by: slope)
    other = LineSearch.tilted(other, by: slope)
  }

  /// Takes a sample into the interval, and returns the step to try next: the four cases of
  /// section 4.
  mutating func take(_ trial: LineSearch.Sample, limits: (least: Double, most: Double)) -> Double {
    let changesSign = trial.slope * (best.slope < 0 ? -1 : 1) < 0
    let next: Double
    if trial.value > best.value {
      // A higher value: the minimum is between.
      let cubic = Self.cubic(best, trial, towards: trial.step < best.step ? -1 : 1)
      let quadratic =
        best.step + best.slope
        / ((best.value - trial.value) / (trial.step - best.step) + best.slope)
        / 2 * (trial.step - best.step)
      let isNearer = abs(cubic - best.step) < abs(quadratic - best.step)
      next = isNearer ? cubic : cubic + (quadratic - cubic) / 2
      isClosed = true
    } else if changesSign {
      // A slope of the other sign: the minimum is between.
      let cubic = Self.cubic(trial, best, towards: trial.step > best.step ? -1 : 1)
      let secant = Self.secant(best, trial)
      next = abs(cubic - trial.step) > abs(secant - trial.step) ? cubic : secant
      isClosed = true
    } else if abs(trial.slope) < abs(best.slope) {
      next = flatter(trial, limits)
    } else if isClosed {
      // As steep as before: the minimum is towards the other end.
      next = Self.cubic(trial, other, towards: trial.step > other.step ? -1 : 1)
    } else {
      next = trial.step > best.step ? limits.most : limits.least
    }
    if trial.value > best.value {
      other = trial
    } else {
      if changesSign { other = best }
      best = trial
    }
    return next
  }

  /// The next step where the slope has the same sign and is flatter: the cubic's minimum where that
  /// lies beyond the trial, but not far beyond.
  private func flatter(
    _ trial: LineSearch.Sample, _ limits: (least: Double, most: Double)
  ) -> Double {
    let isForward = trial.step > best.step
    let cubic = Self.cubicBeyond(best, trial) ?? (isForward ? limits.most : limits.least)
    let secant = Self.secant(best, trial)
    let cubicIsNearer = abs(trial.step - cubic) < abs(trial.step - secant)
    guard isClosed else {
      return min(max(cubicIsNearer ? secant : cubic, limits.least), limits.most)
    }
    let next = cubicIsNearer ? cubic : secant
    let furthest = trial.step + 0.66 * (other.step - trial.step)
    return isForward ? min(furthest, next) : max(furthest, next)
  }

  private static func secant(_ a: LineSearch.Sample, _ b: LineSearch.Sample) -> Double {
    b.step + b.slope / (b.slope - a.slope) * (a.step - b.step)
  }

  /// The minimiser of the cubic through two samples, counted from the first.
  private static func cubic(
    _ a: LineSearch.Sample, _ b: LineSearch.Sample, towards sign: Double
  ) -> Double {
    let theta = 3 * (a.value - b.value) / (b.step - a.step) + a.slope + b.slope
    let scale = max(abs(theta), abs(a.slope), abs(b.slope))
    let square = (theta / scale) * (theta / scale) - a.slope / scale * (b.slope / scale)
    let gamma = sign * scale * max(square, 0).squareRoot()
    let p = gamma - a.slope + theta
    let q = gamma - a.slope + gamma + b.slope
    return a.step + p / q * (b.step - a.step)
  }

  /// The minimiser of the cubic through two samples where it lies beyond the second.
  private static func cubicBeyond(_ a: LineSearch.Sample, _ b: LineSearch.Sample) -> Double? {
    let theta = 3 * (a.value - b.value) / (b.step - a.step) + a.slope + b.slope
    let scale = max(abs(theta), abs(a.slope), abs(b.slope))
    let square = (theta / scale) * (theta / scale) - a.slope / scale * (b.slope / scale)
    let gamma = (b.step > a.step ? -1 : 1) * scale * max(square, 0).squareRoot()
    let ratio = (gamma - b.slope + theta) / (gamma + (a.slope - b.slope) + gamma)
    guard ratio < 0, gamma != 0 else { return nil }
    return b.step + ratio * (a.step - b.step)
  }
}
