import Arrays

/// How a CSV file is to be understood.
public struct CSVOptions: Sendable, Hashable {
  /// Whether the first row holds the columns' names.
  public enum Header: String, Sendable, Hashable, CaseIterable {
    /// It does where none of its fields is a number.
    case detect
    /// It does.
    case present
    /// It does not: the first row is a sample.
    case absent
  }

  /// A column of the file.
  public enum Column: Sendable, Hashable {
    /// By the name that the header gives it.
    case name(String)
    /// By its number from 0; negative numbers count from the last, which is −1.
    case index(Int)
  }

  /// What the labels are.
  public enum Labels: Sendable, Hashable {
    /// There are none: every column is a feature.
    case none
    /// Classes: whole numbers, or any text.
    case classes(Column)
    /// Real numbers to be predicted.
    case values(Column)
  }

  /// Whether the first row holds names.
  public var header: Header
  /// What the labels are and where they stand.
  public var labels: Labels
  /// The classes by index where they are known before, such as those of a training set for its test
  /// set: any other label is an error.
  public var classes: [String]?
  /// The type of features and of labels that are values: `float32` or `float64`.
  public var dtype: DType
  /// The character between fields: comma, semicolon or tab for instance.
  public var delimiter: Unicode.Scalar
  /// The most bytes of a field.
  public var maximumFieldBytes: Int
  /// The most columns.
  public var maximumColumns: Int
  /// The most different labels.
  public var maximumClasses: Int

  /// Options: by default a table of `float32` features with commas, a header where there is one.
  public init(
    header: Header = .detect, labels: Labels = .none, classes: [String]? = nil,
    dtype: DType = .float32, delimiter: Unicode.Scalar = ",", maximumFieldBytes: Int = 1 << 16,
    maximumColumns: Int = 1_000_000, maximumClasses: Int = 100_000
  ) {
    self.header = header
    self.labels = labels
    self.classes = classes
    self.dtype = dtype
    self.delimiter = delimiter
    self.maximumFieldBytes = maximumFieldBytes
    self.maximumColumns = maximumColumns
    self.maximumClasses = maximumClasses
  }

  /// The column that holds the labels.
  var labelColumn: Column? {
    switch labels {
    case .none: nil
    case .classes(let column), .values(let column): column
    }
  }
}
