import Formats
@_exported import Labs

/// The files of a lab's report in a folder: NAME.html, which needs nothing else, NAME.md, NAME.json,
/// and each figure as NAME-FIGURE.svg and NAME-FIGURE.csv.
public struct LabFiles {
  private let report: LabReport
  private let language: Language

  /// The files of a report in a language.
  public init(_ report: LabReport, language: Language) {
    self.report = report
    self.language = language
  }

  /// Writes them, each beside its place and then renamed.
  /// - Parameter folder: Made where it is missing.
  /// - Returns: The paths of the files, the page first.
  /// - Throws: `FormatError` where a file cannot be written.
  public func write(to folder: String) throws -> [String] {
    try RunFolder(folder).create()
    var paths: [String] = []
    func write(_ ending: String, _ text: String) throws {
      let path = "\(folder)/\(report.lab)\(ending)"
      try AtomicFile.write(text, to: path)
      paths.append(path)
    }
    for illustration in report.illustrations {
      let caption = illustration.caption.plain(language)
      try write("-\(illustration.name).svg", illustration.figure.svg(description: caption))
      try write("-\(illustration.name).csv", illustration.figure.csv())
    }
    try write(".json", report.json(language).text() + "\n")
    try write(".md", report.document.rendered(.markdown, language: language))
    try write(".html", report.document.rendered(.html, language: language))
    return paths.reversed()
  }
}

extension Lab {
  /// The lab of that name.
  /// - Throws: `WorkbenchError` for an unknown name, with the nearest right one.
  public static func named(_ name: String) throws -> Lab {
    guard let lab = all.first(where: { $0.name == name }) else {
      throw WorkbenchError.unknown("lab", name, among: all.map(\.name))
    }
    return lab
  }
}
