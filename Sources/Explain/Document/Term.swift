/// A technical term in both languages. Chinese texts give the English word in parentheses where
/// the term stands first.
public struct Term: Sendable, Hashable {
  /// The English word.
  public let english: String
  /// The Chinese word.
  public let chinese: String

  /// - Parameters:
  ///   - english: The English word.
  ///   - chinese: The Chinese word.
  public init(_ english: String, _ chinese: String) {
    self.english = english
    self.chinese = chinese
  }
}
