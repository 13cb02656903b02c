/// How a solution is to be written.
public struct ExplainOptions: Sendable, Hashable {
  /// Whether arrays are written entry by entry.
  public enum Form: String, Sendable, Hashable, CaseIterable {
    /// One unit a layer: w₁, z₁, a₁ with the layer as subscript.
    case scalar
    /// Entry by entry with indices.
    case indexed
    /// Whole matrices with their shapes.
    case matrix
  }
  /// Which way a layer's product is written in matrix form.
  public enum Layout: String, Sendable, Hashable, CaseIterable {
    /// H = XW: a sample is a row.
    case xw
    /// h = Wx: a sample is a column.
    case wx
  }
  /// Whose conventions hold where the field differs.
  public enum Convention: String, Sendable, Hashable, CaseIterable {
    /// The course's.
    case course
    /// PyTorch's.
    case pytorch
    /// Keras's.
    case keras
  }

  /// What the student's calculator rounds to; nil for none.
  public var rounding: Rounding?
  /// Whether update lines are rounded too.
  public var roundsUpdates = false
  /// How arrays are written; by their size where nil.
  public var form: Form?
  /// Which way products are written in matrix form.
  public var layout = Layout.xw
  /// Whose conventions hold.
  public var convention = Convention.course

  /// Full precision, the form by size, the course's conventions.
  public init() {}
}
