/// A table of the numbers that a figure shows.
public struct FigureTable: Sendable, Hashable {
  /// What a table's cell holds.
  public enum Cell: Sendable, Hashable {
    /// A number; one that is not finite is `null` in JSON, and `nan`, `inf` or `-inf` in CSV.
    case number(Double)
    /// A name.
    case text(String)
  }

  /// The series, class or part that the numbers belong to; may be empty.
  public var name: String
  /// The columns' names, of which one that repeats is numbered: `value`, `value 2`.
  public let columns: [String]
  /// As many cells in each row as there are columns.
  public let rows: [[Cell]]

  /// A table; see the properties of the same names.
  /// - Precondition: every row has as many cells as there are columns.
  public init(name: String, columns: [String], rows: [[Cell]]) {
    if let odd = rows.first(where: { $0.count != columns.count }) {
      fatalError("FigureTable: a row of \(odd.count) cells below \(columns.count) columns")
    }
    self.name = name
    self.columns = FigureTable.distinct(columns)
    self.rows = rows
  }

  /// A table of columns of numbers, which end with the shortest.
  package init(name: String, _ columns: (name: String, values: [Double])...) {
    let count = columns.map(\.values.count).min() ?? 0
    self.init(
      name: name, columns: columns.map(\.name),
      rows: (0..<count).map { row in columns.map { .number($0.values[row]) } })
  }

  private static func distinct(_ names: [String]) -> [String] {
    var seen: Set<String> = []
    return names.map { name in
      var (tried, number) = (name, 1)
      while !seen.insert(tried).inserted {
        number += 1
        tried = "\(name) \(number)"
      }
      return tried
    }
  }
}
