import ExampleProblems
@_exported import Explain
import Formats
import Foundation

/// The work behind `gradus explain`: a problem from a file, a shipped example or an expression,
/// worked out.
public struct Explanation {
  /// The problem as read.
  public private(set) var problem: any Problem
  private let source: YAMLValue?
  private let heading: Prose?

  /// Reads a problem file (YAML or JSON).
  /// - Parameter file: Its path.
  /// - Throws: `WorkbenchError` with the place in the file.
  public init(file: String) throws { try self.init(YAMLValue(file: file)) }

  /// Reads a problem's text.
  /// - Parameters:
  ///   - text: YAML or JSON.
  ///   - name: What messages call it.
  /// - Throws: `WorkbenchError` with the place in the text.
  public init(text: String, name: String) throws {
    try self.init(YAMLValue(text: text, file: name))
  }

  /// A shipped example.
  /// - Parameter name: Its name, as `examples` lists it.
  /// - Throws: `WorkbenchError` for an unknown name, with the nearest right one.
  public init(example name: String) throws {
    guard let text = ExampleProblems.text(name) else {
      throw WorkbenchError.unknown("example", name, among: ExampleProblems.names)
    }
    try self.init(text: text, name: "example \(name)")
  }

  /// An expression with its variables' values, as on the command line.
  /// - Parameters:
  ///   - expression: Such as `(x + y) * max(y, z)`.
  ///   - values: Such as `x=1,y=2,z=0`; vectors and matrices in brackets.
  /// - Throws: `WorkbenchError` where the values cannot be read.
  public init(expression: String, at values: String) throws {
    // In YAML's flow form: {x: 1, y: [1, 2]}
    let source = try YAMLValue(
      text: "{" + values.replacingOccurrences(of: "=", with: ": ") + "}", file: "--at")
    let read = try source.anyMembers().map { name, value in
      (name: name, value: try value.array())
    }
    problem = ExpressionProblem(expression, values: read)
    self.source = nil
    heading = nil
  }

  private init(_ value: YAMLValue) throws {
    let kinds = ProblemKind.all
    guard let kind = try value.member("kind") else {
      throw value.error(
        "'kind' is missing; known: \(kinds.map(\.name).joined(separator: ", "))")
    }
    let chosen = try kind.choice("kind", kinds.map { ($0.name, $0) })
    let members = try ProblemMembers(value, kind: chosen)
    heading = try members.title()
    problem = try chosen.read(members)
    source = value
  }

  /// The kind's name.
  public var kind: String { type(of: problem).kind }

  /// The heading as plain text, empty where the file has none.
  /// - Parameter language: The language.
  public func title(_ language: Language) -> String {
    heading.map { heading in
      heading.run(language).pieces.map { if case .text(let text) = $0 { text } else { "" } }
        .joined()
    } ?? ""
  }

  /// Sets the number of updates of a network or an optimizer.
  /// - Parameter count: From 1.
  /// - Throws: `WorkbenchError` for a kind without iterations.
  public mutating func setIterations(_ count: Int) throws {
    guard var iterated = problem as? any IteratedProblem else {
      throw WorkbenchError(.usage, "--iterations", "the kind '\(kind)' has no iterations")
    }
    iterated.iterations = count
    problem = iterated
  }

  /// The worked solution.
  /// - Parameter options: How it is to be written.
  /// - Throws: `WorkbenchError` with the place in the problem.
  public func solved(_ options: ExplainOptions = ExplainOptions()) throws -> Solution {
    do {
      return try problem.solved(options)
    } catch let error as ProblemError {
      if error.place.hasPrefix("--") { throw WorkbenchError(.usage, error.place, error.message) }
      guard let source else {
        throw WorkbenchError(
          .input, error.place == "at" ? "--at" : "--expression", error.message)
      }
      throw source.find(error.place).error(error.message)
    }
  }

  /// What the conventions make of the problem, side by side.
  /// - Parameter options: How it is to be written; its convention is not used.
  /// - Throws: `WorkbenchError` with the place in the problem.
  public func comparison(_ options: ExplainOptions = ExplainOptions()) throws -> Solution {
    let solutions = try ExplainOptions.Convention.allCases.map { convention in
      var options = options
      options.convention = convention
      return try solved(options)
    }
    return ConventionComparison.solution(solutions)
  }

  /// The names of the shipped examples.
  public static var examples: [String] { ExampleProblems.names }

  /// A shipped example's text; nil for an unknown name.
  public static func exampleText(_ name: String) -> String? { ExampleProblems.text(name) }

  /// The names of the kinds.
  public static var kinds: [String] { ProblemKind.all.map(\.name) }

  /// The page that describes a kind's files.
  /// - Throws: `WorkbenchError` for an unknown kind.
  public static func schema(of kind: String) throws -> String {
    guard let found = ProblemKind.all.first(where: { $0.name == kind }) else {
      throw WorkbenchError.unknown("kind", kind, among: kinds)
    }
    return found.schema
  }
}
