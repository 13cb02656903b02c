import ArgumentParser
import Formats
import Foundation
import Workbench

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "A problem worked out: every number of it as formula, numbers put in, result.",
    discussion: """
      Example: gradus explain mlp-1-1-1
               gradus explain problem.yaml --format html > solution.html
               gradus explain --expression '(x + y) * max(y, z)' --at x=1,y=2,z=0
      PROBLEM is a file (YAML or JSON) or the name of a shipped example. `--list` lists the
      examples, `--schema KIND` tells what a kind's files contain, `--show NAME` prints an
      example's file to start from.
      """)

  @Argument(help: "A problem file or an example's name.")
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
  @Flag(help: "List the shipped examples.")
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
    if let out {
      try AtomicFile.write(text, to: out)
    } else {
      FileHandle.standardOutput.write(Data(text.utf8))
    }
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
    let isFile =
      problem.contains("/") || problem.hasSuffix(".yaml") || problem.hasSuffix(".yml")
      || problem.hasSuffix(".json") || FileManager.default.fileExists(atPath: problem)
    return isFile ? try Explanation(file: problem) : try Explanation(example: problem)
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

  private func choice<Choice: RawRepresentable<String>>(
    _ option: String, _ name: String, _ choices: [Choice]
  ) throws -> Choice {
    guard let found = Choice(rawValue: name) else {
      throw WorkbenchError(
        .usage, option,
        "found '\(name)', expected \(choices.map(\.rawValue).joined(separator: ", "))")
    }
    return found
  }

  private func listExamples() throws {
    let examples = try Explanation.examples.map { name in
      (name, try Explanation(example: name))
    }
    if common.json {
      Output.print(
        json: .array(
          examples.map { ["example": .string($0.0), "kind": .string($0.1.kind)] }))
      return
    }
    print(
      Text.table(
        ["example", "kind", "title"],
        examples.map { [$0.0, $0.1.kind, $0.1.title(language == "zh" ? .chinese : .english)] }))
    print("\nKinds: " + Explanation.kinds.joined(separator: ", "))
  }
}
