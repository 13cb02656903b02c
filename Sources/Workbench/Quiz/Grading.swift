import Exercises

/// A filled-in sheet with its marks: the work behind `gradus grade`.
public struct Grading: Sendable {
  /// The paper, drawn again.
  public let paper: Paper
  /// The marks.
  public let report: MarkReport

  /// Marks a sheet's file.
  /// - Parameter file: Its path.
  /// - Throws: `WorkbenchError` with the place of what cannot be read or is not as it was handed out.
  public init(file: String) throws { try self.init(YAMLValue(file: file)) }

  /// Marks a sheet's text.
  /// - Parameters:
  ///   - text: YAML.
  ///   - name: What messages call it.
  /// - Throws: `WorkbenchError` with the place of what cannot be read or is not as it was handed out.
  public init(text: String, name: String) throws {
    try self.init(YAMLValue(text: text, file: name))
  }

  private init(_ root: YAMLValue) throws {
    let reader = try SheetReader(root)
    paper = reader.paper
    report = Marker(paper).marks(try reader.filledSheet())
  }
}
