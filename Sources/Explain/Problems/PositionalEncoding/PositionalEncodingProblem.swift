import Autodiff

/// The sinusoidal positional encoding: its table, its sum with embeddings, and the rotation that
/// takes one place to another.
///
/// - Source: Vaswani et al. 2017, section 3.5.
public struct PositionalEncodingProblem: Problem {
  public static let kind = "positional-encoding"

  /// Numbers a place has, even.
  public var dimensions: Int
  /// The number of places, counted from 0.
  public var positions: Int
  /// The base of the wavelengths.
  public var base: Double
  /// Token embeddings, a row a place, that the encoding is added to; none where nil.
  public var embeddings: [[Double]]?
  /// A place and how many places further the rotation takes it; not shown where nil.
  public var rotation: Rotation?
  /// The heading; a description where nil.
  public var title: Prose?

  /// A place and a shift.
  public struct Rotation: Sendable, Hashable {
    /// The place, from 0.
    public var position: Int
    /// How many places further.
    public var shift: Int

    /// - Parameters:
    ///   - position: The place, from 0.
    ///   - shift: How many places further.
    public init(position: Int, shift: Int) {
      self.position = position
      self.shift = shift
    }
  }

  /// - Parameters:
  ///   - dimensions: Numbers a place has, even.
  ///   - positions: The number of places.
  ///   - base: The base of the wavelengths.
  ///   - embeddings: Token embeddings, a row a place.
  ///   - rotation: A place and how many places further the rotation takes it.
  ///   - title: The heading.
  public init(
    dimensions: Int, positions: Int, base: Double = 10000, embeddings: [[Double]]? = nil,
    rotation: Rotation? = Rotation(position: 1, shift: 1), title: Prose? = nil
  ) {
    self.dimensions = dimensions
    self.positions = positions
    self.base = base
    self.embeddings = embeddings
    self.rotation = rotation
    self.title = title
  }

  static let mostDimensions = 16
  static let mostPositions = 16

  /// The frequencies, the table, the sum with the embeddings, and the rotation.
  public func solved(_ options: ExplainOptions) throws -> Solution {
    var solver = try PositionalEncodingSolver(self, options)
    return try solver.solve()
  }
}
