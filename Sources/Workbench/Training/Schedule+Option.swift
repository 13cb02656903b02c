extension Schedule {
  private enum OptionName: String, CaseIterable {
    case constant, step, exponential, cosine, polynomial
    case oneCycle = "one-cycle"
    case plateau
  }

  /// A schedule as `train --schedule` and `--warmup` give it: `constant`, `step=EPOCHS`,
  /// `exponential=FACTOR`, `cosine`, `polynomial=POWER` (1 unless given), `one-cycle` or
  /// `plateau=EPOCHS` (10 unless given). Step, exponential and plateau count epochs, the others
  /// updates; a warm-up counts updates and goes with constant, cosine and polynomial.
  /// - Throws: `WorkbenchError` naming the option.
  public init(option text: String?, warmup: Int?) throws(WorkbenchError) {
    let parts = try OptionList(text ?? "constant", option: "--schedule").parts
    let part = parts[0]
    guard let name = OptionName(rawValue: part.name) else {
      throw WorkbenchError.unknown(
        "schedule", part.name, among: OptionName.allCases.map(\.rawValue), option: part.option)
    }
    guard parts.count == 1 else {
      throw WorkbenchError(
        .usage, "--schedule",
        "found '\(text ?? "")', expected one of "
          + OptionName.allCases.map(\.rawValue).joined(separator: ", "))
    }
    switch name {
    case .constant:
      try part.requireNone()
      self.init(.constant, unit: .step)
    case .step: self.init(.step(every: try part.integer()))
    case .exponential: self.init(.exponential(factor: try part.number()))
    case .cosine:
      try part.requireNone()
      self.init(.cosine(), unit: .step)
    case .polynomial: self.init(.polynomial(power: try part.number(usual: 1)), unit: .step)
    case .oneCycle:
      try part.requireNone()
      self.init(.oneCycle(), unit: .step)
    case .plateau: self.init(.plateau(Plateau(patience: try part.integer(usual: 10))))
    }
    if let warmup {
      guard unit == .step, name != .oneCycle else {
        throw WorkbenchError(
          .usage, "--warmup",
          "found with the schedule \(name.rawValue), expected constant, cosine or polynomial")
      }
      guard warmup >= 1 else {
        throw WorkbenchError(.usage, "--warmup", "found \(warmup), expected at least 1 update")
      }
      self.warmup = Warmup(length: warmup)
    }
    if let problem {
      throw WorkbenchError(
        .usage, "--schedule",
        "\(problem.key.stringValue): found \(problem.found), expected \(problem.expected)")
    }
  }
}
