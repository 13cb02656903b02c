/// The version of this library.
public enum GradusVersion {
  public static let text = "0.1.0"
}
