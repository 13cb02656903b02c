/// The version of this library.
public enum GradusVersion {
  /// Major, minor and patch number, after Semantic Versioning.
  public static let text = "0.1.0"
}
