import Formats

/// What is wrong with a data set, or with the attempt to find, install or use it.
///
/// The description says where, what was found and what would do:
/// `flowers: labels[7]: found 3, expected 0 to 2`.
public struct DatasetError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The sort of failure, for programs that react to it.
  public enum Kind: String, Sendable, CaseIterable {
    /// There is no data set of this name.
    case unknown
    /// A file or folder is not there.
    case missing
    /// A file that cannot be read.
    case unreadable
    /// The content breaks its format's rules, or a value is not a number or out of range.
    case malformed
    /// Parts that do not fit together: images and labels, samples and a model's input.
    case mismatched
    /// What is asked for is not done here.
    case unsupported
    /// More memory or a larger size than allowed.
    case tooLarge
    /// The system refused to install.
    case refused
  }

  /// The sort of failure.
  public let kind: Kind
  /// Where: a data set's name, a path, or a place in one.
  public let place: String
  /// What is there.
  public let found: String
  /// What would do.
  public let expected: String

  /// An error of this sort, with the place, what is there and what would do.
  public init(_ kind: Kind, at place: String, found: String, expected: String) {
    self.kind = kind
    self.place = place
    self.found = found
    self.expected = expected
  }

  /// The same error, of a file that belongs to a data set.
  public init(_ error: FormatError) {
    let kind: Kind =
      switch error.kind {
      case .missing: .missing
      case .unreadable, .unwritable: .unreadable
      case .malformed: .malformed
      case .unsupported: .unsupported
      case .tooLarge, .outOfMemory: .tooLarge
      }
    self.init(
      kind, at: error.place.isEmpty ? error.file : "\(error.file): \(error.place)",
      found: error.found, expected: error.expected)
  }

  /// Samples of which every one is damaged.
  package static func noneReadable(_ dataset: Dataset) -> DatasetError {
    DatasetError(
      .malformed, at: dataset.name,
      found: dataset.count == 1
        ? "1 sample, which cannot be read"
        : "\(dataset.count) samples, of which none can be read",
      expected: "at least one")
  }

  public var description: String {
    FormatError(.malformed, file: place, found: found, expected: expected).description
  }
}
