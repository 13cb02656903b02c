extension Schedule {
  /// Bounds that no sensible number meets keep sums with them from overflowing.
  private static let most = 1_000_000_000

  /// The first number that will not do.
  package var problem: ConfigurationProblem<CodingKeys>? {
    if let warmup, let problem = warmup.problem {
      return ConfigurationProblem(
        .warmup, "\(problem.key.rawValue) \(problem.found)", problem.expected)
    }
    func share(_ number: Double) -> Bool { (0...1).contains(number) }
    func length(_ number: Int?, from least: Int = 1) -> Bool {
      number.map { (least...Self.most).contains($0) } ?? true
    }
    let whole = "from 1 to \(Self.most)"
    switch rule {
    case .constant: return nil
    case .step(let every, let factor):
      return .first(
        (length(every), .every, every, whole),
        (factor > 0 && factor <= 1, .factor, factor, Self.above))
    case .multiStep(let milestones, let factor):
      return .first(
        (
          zip(milestones, milestones.dropFirst()).allSatisfy { $0 < $1 }
            && milestones.allSatisfy { length($0) }, .milestones, milestones,
          "rising numbers \(whole)"
        ), (factor > 0 && factor <= 1, .factor, factor, Self.above))
    case .exponential(let factor):
      return .first((factor > 0 && factor <= 1, .factor, factor, Self.above))
    case .cosine(let units, let minimum):
      return .first(
        (length(units), .length, units ?? 0, whole), (share(minimum), .minimum, minimum, Self.share)
      )
    case .polynomial(let units, let power, let minimum):
      return .first(
        (length(units), .length, units ?? 0, whole),
        (power > 0 && power.isFinite, .power, power, "above 0"),
        (share(minimum), .minimum, minimum, Self.share))
    case .oneCycle(let cycle):
      let (low, high) = (cycle.momentum?.lowerBound ?? 0.5, cycle.momentum?.upperBound ?? 0.5)
      return .first(
        (length(cycle.length, from: 2), .length, cycle.length ?? 0, "from 2 to \(Self.most)"),
        (cycle.rise > 0 && cycle.rise < 1, .rise, cycle.rise, "above 0 and below 1"),
        (share(cycle.start), .start, cycle.start, Self.share),
        (share(cycle.end), .end, cycle.end, Self.share),
        (low > 0, .lowestMomentum, low, "above 0"), (high < 1, .highestMomentum, high, "below 1"))
    case .plateau(let plateau):
      return .first(
        (plateau.factor >= 0 && plateau.factor < 1, .factor, plateau.factor, "from 0 to below 1"),
        (plateau.patience >= 0, .patience, plateau.patience, "at least 0"),
        (
          plateau.threshold >= 0 && plateau.threshold.isFinite, .threshold, plateau.threshold,
          "at least 0"
        ), (plateau.cooldown >= 0, .cooldown, plateau.cooldown, "at least 0"),
        (share(plateau.minimum), .minimum, plateau.minimum, Self.share))
    }
  }

  private static let share = "from 0 to 1"
  private static let above = "above 0, at most 1"
}

extension Schedule.Warmup {
  /// The first number that will not do.
  var problem: ConfigurationProblem<CodingKeys>? {
    .first(
      ((1...1_000_000_000).contains(length), .length, length, "from 1 to 1000000000"),
      ((0...1).contains(start), .start, start, "from 0 to 1"))
  }
}
