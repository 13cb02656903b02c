/// How the learning rate changes in the course of training: a factor of the optimizer's η as a pure
/// function of the step or epoch, and for `plateau` of the epochs' metrics, so that a resumed run
/// goes on as the unbroken one.
///
/// As JSON, `{"rule": "cosine", "unit": "step", "minimum": 0.01, "warmup": {"length": 500}}`.
public struct Schedule: Sendable, Hashable, Codable {
  /// What a rule counts in, and so how often the rate changes.
  public enum Unit: String, Sendable, Codable, CaseIterable {
    /// Epochs finished: the rate stays the same within an epoch.
    case epoch
    /// Updates done.
    case step
  }

  /// A linear rise before the rule begins, whose time is counted from the warm-up's end.
  ///
  /// - Source: Goyal et al. 2017, "Accurate, Large Minibatch SGD", section 2.2.
  public struct Warmup: Sendable, Hashable, Codable {
    /// Units of the schedule; at least 1.
    public var length: Int
    /// The factor at the beginning, from 0 to 1.
    public var start: Double

    /// A warm-up; checked when it is decoded and where training begins, not here.
    public init(length: Int, start: Double = 0.1) {
      self.length = length
      self.start = start
    }
  }

  /// What follows the warm-up.
  public var rule: Rule
  /// What lengths are counted in. `plateau` takes no notice of it, but for the warm-up's.
  public var unit: Unit
  /// The rise before the rule; nil where it begins at once.
  public var warmup: Warmup?

  /// A schedule; checked when it is decoded and where training begins, not here.
  public init(_ rule: Rule, unit: Unit = .epoch, warmup: Warmup? = nil) {
    self.rule = rule
    self.unit = unit
    self.warmup = warmup
  }

  /// The optimizer's own rate throughout.
  public static let constant = Schedule(.constant)

  /// Where in a run the factor is asked for.
  public struct Time: Sendable, Hashable {
    /// Updates done.
    public var step: Int
    /// Updates of the whole run.
    public var steps: Int
    /// Epochs finished.
    public var epoch: Int
    /// Epochs of the whole run.
    public var epochs: Int
    /// What each finished epoch gave.
    public var history: [EpochRecord]

    /// A time; see the properties of the same names.
    public init(step: Int, of steps: Int, epoch: Int, of epochs: Int, history: [EpochRecord] = []) {
      self.step = step
      self.steps = steps
      self.epoch = epoch
      self.epochs = epochs
      self.history = history
    }
  }

  /// What a schedule sets for one update.
  public struct Values: Sendable, Hashable {
    /// What η is multiplied by.
    public var rateFactor: Double
    /// μ or β₁ for this update; nil leaves the optimizer's own.
    public var momentum: Double?
  }

  /// The values for the update after `time`.
  public func values(at time: Time) -> Values {
    let (now, end) = unit == .epoch ? (time.epoch, time.epochs) : (time.step, time.steps)
    let rise = warmup?.length ?? 0
    if let warmup, now < rise {
      let share = Double(now) / Double(rise)
      return Values(rateFactor: warmup.start + (1 - warmup.start) * share)
    }
    return rule.values(after: now - rise, of: max(end - rise, 1), history: time.history)
  }
}
