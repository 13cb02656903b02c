import Foundation

extension Schedule {
  /// The factor after t units of the schedule; lengths that are nil are those of the whole run.
  public enum Rule: Sendable, Hashable {
    /// 1: `"rule": "constant"`.
    case constant
    /// γ^⌊t/every⌋: `"rule": "step"`.
    case step(every: Int, factor: Double = 0.1)
    /// γ^(milestones that t has reached): `"rule": "multi-step"`.
    case multiStep(milestones: [Int], factor: Double = 0.1)
    /// γᵗ: `"rule": "exponential"`.
    case exponential(factor: Double)
    /// minimum + (1 − minimum)·½(1 + cos(π·t/length)), and the minimum after: `"rule": "cosine"`.
    ///
    /// - Source: Loshchilov and Hutter 2017, "SGDR", equation 5, without restarts.
    case cosine(length: Int? = nil, minimum: Double = 0)
    /// minimum + (1 − minimum)·(1 − t/length)^power, and the minimum after: `"rule": "polynomial"`.
    case polynomial(length: Int? = nil, power: Double = 1, minimum: Double = 0)
    /// From a low rate to the optimizer's and down to nearly none: `"rule": "one-cycle"`.
    case oneCycle(OneCycle = OneCycle())
    /// Less whenever a metric has stopped getting better: `"rule": "plateau"`.
    case plateau(Plateau = Plateau())
  }

  /// One rise of the rate to the optimizer's η and a longer fall, in PyTorch's form with two phases;
  /// the momentum moves the other way where it has bounds.
  ///
  /// - Source: Smith and Topin 2018, "Super-Convergence".
  public struct OneCycle: Sendable, Hashable {
    /// The curve of rise and fall.
    public enum Curve: String, Sendable, Codable, CaseIterable {
      /// Half a wave of the cosine each.
      case cosine
      /// A straight line each.
      case linear
    }

    /// Units of the whole cycle, at least 2; nil is the whole run.
    public var length: Int?
    /// The rise's share of the cycle, above 0 and below 1.
    public var rise: Double
    /// The factor at the beginning, from 0 to 1; PyTorch's 1/25 by default.
    public var start: Double
    /// The factor at the end, from 0 to 1; PyTorch's 1/25/10⁴ by default.
    public var end: Double
    /// The curve of rise and fall.
    public var curve: Curve
    /// The momentum at the rate's peak and at both ends, above 0 and below 1, such as 0.85...0.95;
    /// nil leaves the optimizer's own.
    public var momentum: ClosedRange<Double>?

    /// A cycle; see the properties of the same names.
    public init(
      length: Int? = nil, rise: Double = 0.3, start: Double = 0.04, end: Double = 4e-6,
      curve: Curve = .cosine, momentum: ClosedRange<Double>? = nil
    ) {
      self.length = length
      self.rise = rise
      self.start = start
      self.end = end
      self.curve = curve
      self.momentum = momentum
    }
  }

  /// The rate is multiplied by a factor after some epochs in which a metric was not better than the
  /// best by a relative threshold; PyTorch's rule and defaults.
  public struct Plateau: Sendable, Hashable {
    /// What is watched.
    public var metric: TrainingMetric
    /// What the rate is multiplied by, from 0 to below 1.
    public var factor: Double
    /// Epochs without progress that are let pass; at least 0.
    public var patience: Int
    /// The share by which a value has to be better than the best; at least 0.
    public var threshold: Double
    /// Epochs after a reduction in which none is counted; at least 0.
    public var cooldown: Int
    /// The least factor in all, from 0 to 1.
    public var minimum: Double

    /// A rule; see the properties of the same names.
    public init(
      metric: TrainingMetric = .validationLoss, factor: Double = 0.1, patience: Int = 10,
      threshold: Double = 1e-4, cooldown: Int = 0, minimum: Double = 0
    ) {
      self.metric = metric
      self.factor = factor
      self.patience = patience
      self.threshold = threshold
      self.cooldown = cooldown
      self.minimum = minimum
    }
  }
}

extension Schedule.Rule {
  /// The values after t of so many units.
  func values(after t: Int, of run: Int, history: [EpochRecord]) -> Schedule.Values {
    switch self {
    case .constant: Schedule.Values(rateFactor: 1)
    case .step(let every, let factor):
      Schedule.Values(rateFactor: pow(factor, Double(t / every)))
    case .multiStep(let milestones, let factor):
      Schedule.Values(rateFactor: pow(factor, Double(milestones.count { $0 <= t })))
    case .exponential(let factor): Schedule.Values(rateFactor: pow(factor, Double(t)))
    case .cosine(let length, let minimum):
      Schedule.Values(rateFactor: Self.cosine(from: 1, to: minimum, share(t, length ?? run)))
    case .polynomial(let length, let power, let minimum):
      Schedule.Values(
        rateFactor: minimum + (1 - minimum) * pow(1 - share(t, length ?? run), power))
    case .oneCycle(let cycle): cycle.values(after: t, of: run)
    case .plateau(let plateau): Schedule.Values(rateFactor: plateau.factor(after: history))
    }
  }

  private func share(_ t: Int, _ length: Int) -> Double { min(Double(t) / Double(length), 1) }

  /// Half a wave from one value to another.
  static func cosine(from start: Double, to end: Double, _ share: Double) -> Double {
    end + (start - end) / 2 * (1 + cos(.pi * share))
  }
}

extension Schedule.OneCycle {
  /// The peak is at rise·length − 1 and the end at length − 1, as in PyTorch, which counts the
  /// first update as 0.
  func values(after t: Int, of run: Int) -> Schedule.Values {
    let end = Double(max(length ?? run, 2) - 1)
    // A run too short for its rise begins with the peak.
    let peak = max(rise * (end + 1) - 1, 0)
    let now = min(Double(t), end)
    let isRising = now <= peak && peak > 0
    let share = isRising ? now / peak : (now - peak) / (end - peak)
    func between(_ low: Double, _ high: Double, _ last: Double) -> Double {
      let (from, to) = isRising ? (low, high) : (high, last)
      return curve == .linear
        ? from + (to - from) * share : Schedule.Rule.cosine(from: from, to: to, share)
    }
    return Schedule.Values(
      rateFactor: between(start, 1, self.end),
      momentum: momentum.map { between($0.upperBound, $0.lowerBound, $0.upperBound) })
  }
}

extension Schedule.Plateau {
  /// The factor after these epochs.
  func factor(after history: [EpochRecord]) -> Double {
    var result = 1.0
    var best: Double?
    var (bad, cooling) = (0, 0)
    for record in history {
      let value = metric.value(in: record) ?? .nan
      let bound = best.map { $0 * (metric.isLoss ? 1 - threshold : 1 + threshold) }
      if !value.isNaN, bound.map({ metric.isBetter(value, than: $0) }) ?? true {
        (best, bad) = (value, 0)
      } else {
        bad += 1
      }
      if cooling > 0 { (cooling, bad) = (cooling - 1, 0) }
      if bad > patience {
        result = max(result * factor, minimum)
        (cooling, bad) = (cooldown, 0)
      }
    }
    return result
  }
}
