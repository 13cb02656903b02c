import Arrays

/// The numbers of a CSV file.
public struct CSVTable: Sendable {
  /// [rows, columns], of the type that the options name; the label column is not among them.
  public let features: NDArray
  /// The names of the feature columns; empty where the file has no header.
  public let names: [String]
  /// [rows]: `int32` for classes, the features' type for values; nil without labels.
  public let labels: NDArray?
  /// The text of each class by its index; empty where the labels of the file are the indices
  /// themselves (whole numbers, none negative), or no classes at all.
  public let classes: [String]
}
