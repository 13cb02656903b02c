/// What is wrong with an outside file, or with the attempt to read or write it.
///
/// Every reader and writer of this target throws this type and nothing else. The description says
/// where, what was found and what would do:
/// `digits.csv: line 3, column 2: found "nan", expected a finite number`.
public struct FormatError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The sort of failure, for programs that react to it.
  public enum Kind: String, Sendable, CaseIterable {
    /// There is no such file, or no such part of it.
    case missing
    /// The system refused to read.
    case unreadable
    /// The system refused to write.
    case unwritable
    /// The content breaks its format's rules.
    case malformed
    /// The content keeps to its format's rules, but uses what is not read here.
    case unsupported
    /// A larger size than the caller or the format allows.
    case tooLarge
    /// The content may be right, but there is no memory for it now.
    case outOfMemory
  }

  /// The sort of failure.
  public let kind: Kind
  /// The file's path as the caller gave it, or a name for data that came from no file.
  public let file: String
  /// Where in the file, such as `byte 4`, `line 3, column 2` or `tensor "conv1.weight"`; empty
  /// where the whole file is meant.
  public let place: String
  /// What stands there.
  public let found: String
  /// What would do.
  public let expected: String

  /// An error; the file is named by its path, and an empty place means the whole of it.
  public init(_ kind: Kind, file: String, place: String = "", found: String, expected: String) {
    self.kind = kind
    self.file = file
    self.place = place
    self.found = found
    self.expected = expected
  }

  /// `file: place: found this, expected that`, on one line without control characters.
  public var description: String {
    let head = place.isEmpty ? Excerpt.plain(file) : "\(Excerpt.plain(file)): \(place)"
    return "\(head): found \(found), expected \(expected)"
  }
}
