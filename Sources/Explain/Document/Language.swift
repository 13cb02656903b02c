/// A language that solutions are written in.
public enum Language: String, Sendable, Hashable, CaseIterable {
  /// English.
  case english = "en"
  /// Chinese; technical terms carry the English word at their first use.
  case chinese = "zh"
}
