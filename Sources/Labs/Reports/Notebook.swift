import Explain
import Plots

/// What an experiment writes down while it is done.
package struct Notebook {
  /// Fixes all that is drawn.
  package let seed: UInt64
  /// Of the words in figures; all other text is kept in every language.
  package let language: Language
  private(set) var sections: [Section] = []
  private(set) var measures: [Measure] = []
  private(set) var findings: [Finding] = []
  private(set) var illustrations: [Illustration] = []
  private let progress: (Double) -> Void

  init(seed: UInt64, language: Language, progress: @escaping (Double) -> Void) {
    self.seed = seed
    self.language = language
    self.progress = progress
  }

  /// A seed for one of several draws of the experiment, different for each number.
  package func seed(_ number: Int) -> UInt64 {
    seed &* 1_000_003 &+ UInt64(truncatingIfNeeded: number)
  }

  /// Words for a figure, in the report's language.
  package func words(_ english: String, _ chinese: String) -> String {
    switch language {
    case .english: english
    case .chinese: chinese
    }
  }

  /// Words for a figure, in the report's language.
  package func words(_ prose: Prose) -> String { prose.plain(language) }

  /// Tells how much is done.
  /// - Parameter part: From 0 to 1.
  /// - Throws: `CancellationError` where the task was cancelled.
  package func reach(_ part: Double) throws {
    try Task.checkCancellation()
    progress(part)
  }

  /// Begins a section; what follows stands in it.
  package mutating func section(_ title: Prose) { sections.append(Section(title)) }

  /// A paragraph.
  package mutating func write(_ prose: Prose) { add(.prose(prose)) }

  /// A remark that is set off.
  package mutating func note(_ prose: Prose) { add(.note(prose)) }

  /// A formula in a line of its own.
  package mutating func formula(_ node: MathNode) { add(.formula(node)) }

  /// A table of words and digits.
  /// - Precondition: every row is as wide as the headings.
  package mutating func table(_ headings: [Prose], _ rows: [[Table.Cell]]) {
    if let row = rows.first(where: { $0.count != headings.count }) {
      fatalError("Notebook.table: \(row.count) cells below \(headings.count) headings")
    }
    add(.table(Table(headings: headings.map { .prose($0) }, rows: rows)))
  }

  /// A figure with what it shows.
  /// - Throws: `FigureError` for a figure that cannot be drawn.
  /// - Precondition: the name is a new one, of small letters, digits and hyphens.
  package mutating func figure(
    _ name: String, _ figure: any Figure, caption: Prose
  ) throws(FigureError) {
    if illustrations.contains(where: { $0.name == name }) {
      fatalError("Notebook.figure: two figures are called '\(name)'")
    }
    let illustration = try Illustration(name: name, figure: figure, caption: caption)
    illustrations.append(illustration)
    add(.figure(illustration))
  }

  /// Keeps a number for scripts.
  /// - Precondition: the name is a new one.
  package mutating func measure(_ name: String, _ value: Double) {
    if measures.contains(where: { $0.name == name }) {
      fatalError("Notebook.measure: two numbers are called '\(name)'")
    }
    measures.append(Measure(name: name, value: value))
  }

  /// States something that a number decides, and keeps the number.
  /// - Precondition: the name is a new one.
  package mutating func conclude(
    _ name: String, _ statement: Prose, _ measured: Double, _ criterion: Criterion
  ) {
    measure(name, measured)
    findings.append(Finding(statement: statement, measured: measured, criterion: criterion))
  }

  private mutating func add(_ block: Block) {
    guard !sections.isEmpty else { fatalError("Notebook: a section comes first") }
    sections[sections.count - 1].blocks.append(block)
  }
}
