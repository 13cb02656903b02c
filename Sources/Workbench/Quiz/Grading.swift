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
  public init(file: String) throws { try self.init(YAMLValue(file: file), draw: Quiz.paper) }

  /// Marks a sheet's text.
  /// - Parameters:
  ///   - text: YAML.
  ///   - name: What messages call it.
  /// - Throws: `WorkbenchError` with the place of what cannot be read or is not as it was handed out.
  public init(text: String, name: String) throws {
    try self.init(YAMLValue(text: text, file: name), draw: Quiz.paper)
  }

  /// The same with another source of papers.
  package init(text: String, name: String, draw: (PaperSettings) throws -> Paper) throws {
    try self.init(YAMLValue(text: text, file: name), draw: draw)
  }

  private init(_ root: YAMLValue, draw: (PaperSettings) throws -> Paper) throws {
    let reader = try SheetReader(root, draw: draw)
    paper = reader.paper
    report = Marker(paper).marks(try reader.filledSheet())
  }
}
