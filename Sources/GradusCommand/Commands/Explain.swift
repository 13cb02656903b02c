import ArgumentParser
import Formats
import Foundation
import Workbench

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "A problem worked out line by line, or what the course states about a topic.",
    discussion: """
      Example: gradus explain mlp-1-1-1
               gradus explain problem.yaml --format html > solution.html
               gradus explain --expression '(x + y) * max(y, z)' --at x=1,y=2,z=0
               gradus explain L5.6 --language zh
      PROBLEM is a file (YAML or JSON), the name of a shipped example, or a topic, lecture or row of
      the course such as gradient-descent, L5 or L5.6, whose statements are printed. `--list` lists
      examples and topics, `--schema KIND` tells what a kind's files contain, `--show NAME` prints an
      example's file to start from.
      """)

  @Argument(help: "A problem file, an example's name, or a topic of the course.")
  var problem: String?
  @Option(help: "An expression instead of a problem file.")
  var expression: String?
  @Option(help: "Values of the expression's variables, such as x=1,y=[1,2].")
  var at: String?
  @Option(help: "text, markdown, latex, html or json.")
  var format: String = "text"
  @Option(help: "en or zh.")
  var language: String = "en"
  @Option(help: "Round each written value to this many places, as with a calculator.")
  var decimals: Int?
  @Option(help: "Round each written value to this many significant digits.")
  var significant: Int?
  @Flag(help: "Round updated parameters too.")
  var roundUpdates = false
  @Option(help: "scalar, indexed or matrix; by size where left out.")
  var form: String?
  @Option(help: "Products as xw (a sample is a row) or wx (a column).")
  var layout: String = "xw"
  @Option(help: "course, pytorch or keras, where they differ.")
  var convention: String = "course"
  @Flag(help: "Show what the conventions make of the problem, side by side.")
  var compareConventions = false
  @Option(help: "Iterations instead of the file's.")
  var iterations: Int?
  @Option(help: "Write to this file instead of standard output.")
  var out: String?
  @Flag(help: "What the course states, where an example has the topic's name.")
  var facts = false
  @Flag(help: "List the shipped examples and the course's topics.")
  var list = false
  @Option(help: "Tell what a kind's problem files contain.")
  var schema: String?
  @Option(help: "Print a shipped example's file.")
  var show: String?
  @OptionGroup var common: CommonOptions

  func run() throws {
    try common.prepare()
    if list { return try listExamples() }
    if let schema {
      print(try Explanation.schema(of: schema))
      return
    }
    if let show {
      guard let text = Explanation.exampleText(show) else {
        throw WorkbenchError.unknown("example", show, among: Explanation.examples)
      }
      print(text, terminator: "")
      return
    }
    let chosen = common.json ? .json : try choice("--format", format, SolutionFormat.allCases)
    let language = try choice("--language", language, Explain.Language.allCases)
    if let facts = try courseFacts() {
      return try write(
        chosen == .json
          ? facts.json(language).text(pretty: true) + "\n"
          : facts.solution.rendered(chosen, language: language, colour: out == nil && Output.color))
    }
    var explanation = try read()
    if let iterations { try explanation.setIterations(iterations) }
    let text: String
    if compareConventions {
      text = try explanation.comparison(options()).rendered(
        chosen, language: language, colour: out == nil && Output.color)
    } else {
      text = try explanation.solved(try options()).rendered(
        chosen, language: language, colour: out == nil && Output.color)
    }
    try write(text)
  }

  private func write(_ text: String) throws {
    if let out {
      try AtomicFile.write(text, to: out)
    } else {
      FileHandle.standardOutput.write(Data(text.utf8))
    }
  }

  private func isFile(_ problem: String) -> Bool {
    problem.contains("/") || problem.hasSuffix(".yaml") || problem.hasSuffix(".yml")
      || problem.hasSuffix(".json") || FileManager.default.fileExists(atPath: problem)
  }

  /// The course's statements, where they are asked for; an example of the same name goes first.
  private func courseFacts() throws -> FactsDocument? {
    guard expression == nil, at == nil, let problem, !isFile(problem) else {
      guard !facts else {
        throw WorkbenchError(.usage, "--facts", "expected a topic, lecture or row of the course")
      }
      return nil
    }
    let examples = Explanation.examples
    if !facts, examples.contains(problem) {
      if try EmbeddedCourse.facts(about: problem) != nil {
        Output.note(
          "'\(problem)' is also a topic of the course: --facts prints what the course states")
      }
      return nil
    }
    let found = try EmbeddedCourse.facts(
      about: problem, what: facts ? "topic" : "example or topic", others: facts ? [] : examples)
    let unused = [
      (decimals != nil, "--decimals"), (significant != nil, "--significant"),
      (roundUpdates, "--round-updates"), (form != nil, "--form"),
      (iterations != nil, "--iterations"), (compareConventions, "--compare-conventions"),
    ]
    if let option = unused.first(where: \.0)?.1 {
      throw WorkbenchError(
        .usage, option, "is for problems; '\(problem)' is a topic, which has nothing to calculate")
    }
    return found
  }

  private func read() throws -> Explanation {
    if let expression {
      guard problem == nil else {
        throw WorkbenchError(
          .usage, "--expression", "found a problem file too, expected one of the two")
      }
      guard let at else {
        throw WorkbenchError(.usage, "--at", "is missing, expected values such as x=1,y=2")
      }
      return try Explanation(expression: expression, at: at)
    }
    guard at == nil else {
      throw WorkbenchError(.usage, "--at", "found values, expected an --expression with them")
    }
    guard let problem else {
      throw WorkbenchError(
        .usage, "PROBLEM", "is missing, expected a file, an example's name or --expression")
    }
    return isFile(problem) ? try Explanation(file: problem) : try Explanation(example: problem)
  }

  private func options() throws -> ExplainOptions {
    var options = ExplainOptions()
    if let decimals {
      guard significant == nil else {
        throw WorkbenchError(
          .usage, "--decimals", "found --significant too, expected one of the two")
      }
      guard (0...12).contains(decimals) else {
        throw WorkbenchError(.usage, "--decimals", "found \(decimals), expected from 0 to 12")
      }
      options.rounding = .decimals(decimals)
    }
    if let significant {
      guard (1...15).contains(significant) else {
        throw WorkbenchError(
          .usage, "--significant", "found \(significant), expected from 1 to 15")
      }
      options.rounding = .significant(significant)
    }
    guard !roundUpdates || options.rounding != nil else {
      throw WorkbenchError(
        .usage, "--round-updates", "rounds nothing without --decimals or --significant")
    }
    options.roundsUpdates = roundUpdates
    options.form = try form.map { try choice("--form", $0, ExplainOptions.Form.allCases) }
    options.layout = try choice("--layout", layout, ExplainOptions.Layout.allCases)
    options.convention = try choice(
      "--convention", convention, ExplainOptions.Convention.allCases)
    return options
  }

  private func listExamples() throws {
    let examples = try Explanation.examples.map { name in
      (name, try Explanation(example: name))
    }
    let language: Explain.Language = language == "zh" ? .chinese : .english
    let topics = try EmbeddedCourse.read().topics
    if common.json {
      Output.print(
        json: .array(
          examples.map { ["example": .string($0.0), "kind": .string($0.1.kind)] }
            + topics.map {
              ["topic": .string($0.name), "title": .string($0.title.text(language))]
            }))
      return
    }
    print(
      Text.table(
        ["example", "kind", "title"],
        examples.map { [$0.0, $0.1.kind, $0.1.title(language)] }))
    print("")
    print(Text.table(["topic", "title"], topics.map { [$0.name, $0.title.text(language)] }))
    print("\nKinds: " + Explanation.kinds.joined(separator: ", "))
  }
}
