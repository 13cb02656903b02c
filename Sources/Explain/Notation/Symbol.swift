/// A mathematical symbol such as w₁₂^[2] or ŷ.
public struct Symbol: Sendable, Hashable {
  /// A mark over or behind the letter.
  public enum Accent: String, Sendable, Hashable {
    /// ŷ
    case hat
    /// x̃
    case tilde
    /// x̄
    case bar
    /// h′
    case prime
  }

  /// The letter or word: `w`, `δ`, `cost`.
  public var base: String
  /// A mark over or behind the letter.
  public var accent: Accent?
  /// Subscripts in order; single characters are written together, others with commas between.
  public var subscripts: [String]
  /// The layer l of the superscript [l].
  public var layer: Int?
  /// The iteration t of the superscript (t).
  public var iteration: Int?
  /// The sample n of the superscript ⟨n⟩.
  public var sample: Int?
  /// Whether it stands for a matrix or vector as a whole.
  public var isMatrix: Bool

  /// - Parameters:
  ///   - base: The letter or word.
  ///   - subscripts: Subscripts in order.
  ///   - accent: A mark over or behind the letter.
  ///   - layer: The layer l of the superscript [l].
  ///   - iteration: The iteration t of the superscript (t).
  ///   - sample: The sample n of the superscript ⟨n⟩.
  ///   - isMatrix: Whether it stands for a matrix or vector as a whole.
  public init(
    _ base: String, _ subscripts: String..., accent: Accent? = nil, layer: Int? = nil,
    iteration: Int? = nil, sample: Int? = nil, isMatrix: Bool = false
  ) {
    self.base = base
    self.accent = accent
    self.subscripts = subscripts
    self.layer = layer
    self.iteration = iteration
    self.sample = sample
    self.isMatrix = isMatrix
  }

  /// The same symbol with further subscripts.
  func indexed(_ indices: [Int]) -> Symbol {
    var copy = self
    copy.subscripts += indices.map { String($0) }
    copy.isMatrix = false
    return copy
  }

  /// Subscripts as one text: `12` for 1 and 2, `1,12` for 1 and 12.
  var subscriptText: String {
    subscripts.joined(separator: subscripts.allSatisfy { $0.count == 1 } ? "" : ",")
  }
}
