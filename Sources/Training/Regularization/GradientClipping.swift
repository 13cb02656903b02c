/// A bound on gradients, against steps that leave a cliff of the loss too far: applied to the loss's
/// gradient before penalties and optimizer see it.
///
/// - Source: Pascanu, Mikolov and Bengio 2013, "On the difficulty of training recurrent neural
///   networks", algorithm 1, for the norm: g ← g·limit/‖g‖ where ‖g‖ > limit.
public struct GradientClipping: Sendable, Hashable, Codable {
  /// What is bounded.
  public enum Measure: String, Sendable, Codable, CaseIterable {
    /// Each element, to −limit…limit; changes the direction.
    case value
    /// The Euclidean norm of each parameter's gradient.
    case norm
    /// The Euclidean norm of all gradients together; keeps the direction.
    case globalNorm = "global-norm"
  }

  /// What is bounded.
  public var measure: Measure
  /// The bound, above 0.
  public var limit: Double

  /// A bound; checked when it is decoded and where training begins, not here.
  public init(_ measure: Measure = .globalNorm, limit: Double) {
    self.measure = measure
    self.limit = limit
  }

  enum CodingKeys: String, CodingKey, CaseIterable { case measure, limit }

  /// - Throws: `DecodingError` with the key, what was found and what would do.
  public init(from decoder: any Decoder) throws {
    let reader = try ConfigurationReader<CodingKeys>(decoder)
    self.init(
      try reader.choice(.measure, default: .globalNorm), limit: try reader.value(.limit, default: 1)
    )
    try reader.refuse(problem)
  }

  /// What will not do.
  var problem: ConfigurationProblem<CodingKeys>? {
    .first((limit > 0 && limit.isFinite, .limit, limit, "above 0"))
  }
}

extension Gradients {
  /// Bounds the gradients.
  /// - Precondition: a limit above 0.
  public mutating func clip(_ clipping: GradientClipping) {
    let limit = clipping.limit
    guard limit > 0 else { fatalError("clip: limit \(limit), expected above 0") }
    func scale(_ index: Int, norm: Double) {
      if norm > limit { entries[index].array = entries[index].array * (limit / norm) }
    }
    switch clipping.measure {
    case .value:
      for index in entries.indices {
        let array = entries[index].array
        let bound = NDArray(limit).cast(to: array.dtype)
        entries[index].array = array.minimum(bound).maximum(-bound)
      }
    case .norm:
      for index in entries.indices { scale(index, norm: Self.norm([entries[index].array])) }
    case .globalNorm:
      let norm = Self.norm(entries.map(\.array))
      for index in entries.indices { scale(index, norm: norm) }
    }
  }

  /// √(Σ g²), summed in the arrays' type but for gradients whose squares overflow there.
  private static func norm(_ arrays: [NDArray]) -> Double {
    let sum = arrays.reduce(0.0) { $0 + ($1 * $1).sum().item }
    return sum.isFinite
      ? sum.squareRoot() : Gradients(arrays.map { (path: "", array: $0) }).globalNorm
  }
}
