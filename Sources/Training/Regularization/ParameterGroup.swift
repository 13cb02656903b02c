/// Parameters that are trained otherwise than the rest: at another rate, with penalties of their
/// own, or not at all.
///
/// A parameter belongs to the first group that names it. One that no group names has the rate of
/// the optimizer, and the penalties of `TrainingOptions` where it is a weight: offsets and the
/// scales of normalization, which have fewer than two axes, are left without, as practice has it.
public struct ParameterGroup: Sendable, Hashable, Codable {
  /// Paths of parameters, such as `layers.0.weight`; `*` stands for any text, dots too: `*.bias`,
  /// `layers.0.*`.
  public var paths: [String]
  /// What η is multiplied by; at least 0.
  public var rateFactor: Double
  /// The penalties on all parameters of the group, offsets too; nil has those of the options, which
  /// are for weights alone.
  public var regularization: Regularization?
  /// Whether the parameters stay as they are; no gradients are then taken of them. Training sets
  /// their `isTrainable` to false.
  public var isFrozen: Bool

  /// A group; see the properties of the same names. Checked when it is decoded and where training
  /// begins, not here.
  public init(
    paths: [String], rateFactor: Double = 1, regularization: Regularization? = nil,
    isFrozen: Bool = false
  ) {
    self.paths = paths
    self.rateFactor = rateFactor
    self.regularization = regularization
    self.isFrozen = isFrozen
  }

  /// A group of a model's parameters that meet a condition, by their paths.
  /// - Parameters:
  ///   - model: Initialised.
  ///   - rateFactor: What η is multiplied by; at least 0.
  ///   - regularization: The penalties on all parameters of the group; nil has those of the options.
  ///   - isFrozen: Whether the parameters stay as they are.
  ///   - condition: Told a parameter with its path and shape.
  public init<Model: Layer>(
    of model: Model, rateFactor: Double = 1, regularization: Regularization? = nil,
    isFrozen: Bool = false, where condition: (Parameter) -> Bool
  ) {
    var copy = model
    var paths: [String] = []
    copy.forEachParameter { if condition($0) { paths.append($0.path) } }
    self.init(
      paths: paths, rateFactor: rateFactor, regularization: regularization, isFrozen: isFrozen)
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case paths, rateFactor, regularization
    case isFrozen = "frozen"
  }

  /// - Throws: `DecodingError` with the key, what was found and what would do.
  public init(from decoder: any Decoder) throws {
    let reader = try ConfigurationReader<CodingKeys>(decoder)
    self.init(paths: try reader.value(.paths, default: []))
    rateFactor = try reader.value(.rateFactor, default: rateFactor)
    regularization = try reader.value(.regularization, default: regularization)
    isFrozen = try reader.value(.isFrozen, default: isFrozen)
    try reader.refuse(problem)
  }

  /// The first number that will not do.
  var problem: ConfigurationProblem<CodingKeys>? {
    .first(
      (!paths.isEmpty, .paths, "none", "at least one path"),
      (rateFactor >= 0 && rateFactor.isFinite, .rateFactor, rateFactor, "at least 0"))
  }

  /// Whether the group names a parameter.
  func contains(_ path: String) -> Bool {
    paths.contains { Self.matches(Array($0.utf8)[...], Array(path.utf8)[...]) }
  }

  /// Whether a pattern stands for a text. What follows the last star that was met is tried at each
  /// place in turn, so that the work is at most the product of both lengths.
  static func matches(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>) -> Bool {
    var (p, t) = (pattern.startIndex, text.startIndex)
    var star: (pattern: Int, text: Int)?
    while t < text.endIndex {
      if p < pattern.endIndex, pattern[p] == UInt8(ascii: "*") {
        star = (p + 1, t)
        p += 1
      } else if p < pattern.endIndex, pattern[p] == text[t] {
        (p, t) = (p + 1, t + 1)
      } else if let last = star {
        star = (last.pattern, last.text + 1)
        (p, t) = (last.pattern, last.text + 1)
      } else {
        return false
      }
    }
    return pattern[p...].allSatisfy { $0 == UInt8(ascii: "*") }
  }
}

extension Layer {
  /// Makes the parameters of frozen groups untrainable.
  mutating func freeze(_ groups: [ParameterGroup]) {
    guard groups.contains(where: \.isFrozen) else { return }
    forEachParameter { parameter in
      let path = parameter.path
      if groups.first(where: { $0.contains(path) })?.isFrozen == true {
        parameter.isTrainable = false
      }
    }
  }
}
