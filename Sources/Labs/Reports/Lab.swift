import Explain

/// An experiment that shows a claim of the course, or fails to.
///
/// A lab trains, measures and draws; its report states the claim, what was done, the numbers, and
/// the conclusion that follows from them by criteria that stand beside the numbers. A claim that the
/// numbers do not bear out is told as that.
public struct Lab: Sendable {
  /// The name on the command line, such as `linear-collapse`.
  public let name: String
  /// The syllabus' rows that it shows, such as `L4.4`.
  public let rows: [String]
  /// The report's heading.
  public let title: Prose
  /// What the course claims.
  public let claim: Prose
  private let experiment: @Sendable (inout Notebook) throws -> Void

  /// A lab.
  /// - Parameter experiment: Does the work and writes it down; the same for the same seed.
  package init(
    name: String, rows: [String], title: Prose, claim: Prose,
    experiment: @escaping @Sendable (inout Notebook) throws -> Void
  ) {
    self.name = name
    self.rows = rows
    self.title = title
    self.claim = claim
    self.experiment = experiment
  }

  /// Does the experiment.
  /// - Parameters:
  ///   - seed: Fixes all that is drawn.
  ///   - language: Of the words in figures; the rest of the report can be had in any.
  ///   - progress: Told from 0 to 1 how much is done.
  /// - Returns: The report, whether or not the claim was borne out.
  /// - Throws: What keeps the experiment from being done; `CancellationError` where the task was
  ///   cancelled.
  public func run(
    seed: UInt64 = 0, language: Language = .english,
    progress: @escaping (Double) -> Void = { _ in }
  ) throws -> LabReport {
    let start = ContinuousClock.now
    var notebook = Notebook(seed: seed, language: language, progress: progress)
    try experiment(&notebook)
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    guard !notebook.findings.isEmpty else {
      fatalError("lab \(name): nothing was concluded; a lab has at least one criterion")
    }
    return LabReport(lab: self, notebook: notebook, seconds: seconds)
  }
}
