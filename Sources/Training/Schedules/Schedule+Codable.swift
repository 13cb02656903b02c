extension Schedule {
  package enum CodingKeys: String, CodingKey, CaseIterable {
    case rule, unit, warmup, every, milestones, length, factor, power, minimum, rise, start, end,
      curve, lowestMomentum, highestMomentum, metric, patience, threshold, cooldown
  }

  private enum Name: String, CaseIterable {
    case constant, step
    case multiStep = "multi-step"
    case exponential, cosine, polynomial
    case oneCycle = "one-cycle"
    case plateau

    var keys: [CodingKeys] {
      switch self {
      case .constant: []
      case .step: [.every, .factor]
      case .multiStep: [.milestones, .factor]
      case .exponential: [.factor]
      case .cosine: [.length, .minimum]
      case .polynomial: [.length, .power, .minimum]
      case .oneCycle:
        [.length, .rise, .start, .end, .curve, .lowestMomentum, .highestMomentum]
      case .plateau: [.metric, .factor, .patience, .threshold, .cooldown, .minimum]
      }
    }
  }

  /// - Throws: `DecodingError` with the key, what was found and what would do, for an unknown rule,
  ///   a key that the rule has not, and a number that it does not take.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let name = try container.choice(of: Name.self, forKey: .rule)
    let reader = try ConfigurationReader(decoder, keys: [.rule, .unit, .warmup] + name.keys)
    self.init(
      try Self.rule(name, container, reader), unit: try reader.choice(.unit, default: .epoch),
      warmup: try reader.value(.warmup, default: nil))
    try reader.refuse(problem)
  }

  private static func rule(
    _ name: Name, _ container: KeyedDecodingContainer<CodingKeys>,
    _ reader: ConfigurationReader<CodingKeys>
  ) throws -> Rule {
    let length: Int? =
      name.keys.contains(.length) ? try reader.value(.length, default: nil) : nil
    switch name {
    case .constant: return .constant
    case .step:
      return .step(
        every: try container.decode(Int.self, forKey: .every),
        factor: try reader.value(.factor, default: 0.1))
    case .multiStep:
      return .multiStep(
        milestones: try container.decode([Int].self, forKey: .milestones),
        factor: try reader.value(.factor, default: 0.1))
    case .exponential:
      return .exponential(factor: try container.decode(Double.self, forKey: .factor))
    case .cosine:
      return .cosine(length: length, minimum: try reader.value(.minimum, default: 0))
    case .polynomial:
      return .polynomial(
        length: length, power: try reader.value(.power, default: 1),
        minimum: try reader.value(.minimum, default: 0))
    case .oneCycle: return .oneCycle(try oneCycle(length, reader))
    case .plateau:
      var plateau = Plateau()
      plateau.metric = try reader.choice(.metric, default: plateau.metric)
      plateau.factor = try reader.value(.factor, default: plateau.factor)
      plateau.patience = try reader.value(.patience, default: plateau.patience)
      plateau.threshold = try reader.value(.threshold, default: plateau.threshold)
      plateau.cooldown = try reader.value(.cooldown, default: plateau.cooldown)
      plateau.minimum = try reader.value(.minimum, default: plateau.minimum)
      return .plateau(plateau)
    }
  }

  private static func oneCycle(
    _ length: Int?, _ reader: ConfigurationReader<CodingKeys>
  ) throws -> OneCycle {
    var cycle = OneCycle(length: length)
    cycle.rise = try reader.value(.rise, default: cycle.rise)
    cycle.start = try reader.value(.start, default: cycle.start)
    cycle.end = try reader.value(.end, default: cycle.end)
    cycle.curve = try reader.choice(.curve, default: cycle.curve)
    let lowest: Double? = try reader.value(.lowestMomentum, default: nil)
    let highest: Double? = try reader.value(.highestMomentum, default: nil)
    if lowest != nil || highest != nil {
      let (low, high) = (lowest ?? 0.85, highest ?? 0.95)
      guard low <= high else {
        try reader.refuse(
          ConfigurationProblem(.lowestMomentum, low, "at most the highest, \(high)"))
        return cycle
      }
      cycle.momentum = low...high
    }
    return cycle
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(unit, forKey: .unit)
    try container.encodeIfPresent(warmup, forKey: .warmup)
    func name(_ name: Name) throws { try container.encode(name.rawValue, forKey: .rule) }
    switch rule {
    case .constant: try name(.constant)
    case .step(let every, let factor):
      try name(.step)
      try container.encode(every, forKey: .every)
      try container.encode(factor, forKey: .factor)
    case .multiStep(let milestones, let factor):
      try name(.multiStep)
      try container.encode(milestones, forKey: .milestones)
      try container.encode(factor, forKey: .factor)
    case .exponential(let factor):
      try name(.exponential)
      try container.encode(factor, forKey: .factor)
    case .cosine(let length, let minimum):
      try name(.cosine)
      try container.encodeIfPresent(length, forKey: .length)
      try container.encode(minimum, forKey: .minimum)
    case .polynomial(let length, let power, let minimum):
      try name(.polynomial)
      try container.encodeIfPresent(length, forKey: .length)
      try container.encode(power, forKey: .power)
      try container.encode(minimum, forKey: .minimum)
    case .oneCycle(let cycle):
      try name(.oneCycle)
      try container.encodeIfPresent(cycle.length, forKey: .length)
      try container.encode(cycle.rise, forKey: .rise)
      try container.encode(cycle.start, forKey: .start)
      try container.encode(cycle.end, forKey: .end)
      try container.encode(cycle.curve, forKey: .curve)
      try container.encodeIfPresent(cycle.momentum?.lowerBound, forKey: .lowestMomentum)
      try container.encodeIfPresent(cycle.momentum?.upperBound, forKey: .highestMomentum)
    case .plateau(let plateau):
      try name(.plateau)
      try container.encode(plateau.metric, forKey: .metric)
      try container.encode(plateau.factor, forKey: .factor)
      try container.encode(plateau.patience, forKey: .patience)
      try container.encode(plateau.threshold, forKey: .threshold)
      try container.encode(plateau.cooldown, forKey: .cooldown)
      try container.encode(plateau.minimum, forKey: .minimum)
    }
  }
}

extension Schedule.Warmup {
  enum CodingKeys: String, CodingKey, CaseIterable { case length, start }

  /// - Throws: `DecodingError` with the key, what was found and what would do.
  public init(from decoder: any Decoder) throws {
    let reader = try ConfigurationReader<CodingKeys>(decoder)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      length: try container.decode(Int.self, forKey: .length),
      start: try reader.value(.start, default: 0.1))
    try reader.refuse(problem)
  }
}
