@_exported import Explain
import ExampleProblems
import Formats
import Foundation

/// The work behind `gradus explain`: a problem from a file, a shipped example or an expression,
/// worked out.
public struct Explanation {
  /// The problem as read.
  public let problem: any Problem
  private let source: YAMLValue?
  private let name: String

  /// Reads a problem file (YAML or JSON).
  /// - Parameter file: Its path.
  /// - Throws: `WorkbenchError` with the place in the file.
  public init(file: String) throws { try self.init(YAMLValue(file: file), name: file) }

  /// Reads a problem's text.
  /// - Parameters:
  ///   - text: YAML or JSON.
  ///   - name: What messages call it.
  /// - Throws: `WorkbenchError` with the place in the text.
  public init(text: String, name: String) throws {
    try self.init(YAMLValue(text: text, file: name), name: name)
  }

  /// A shipped example.
  /// - Parameter example: Its name, as `examples` lists it.
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
    name = ""
  }

  private init(_ value: YAMLValue, name: String) throws {
    let kinds = ProblemKind.all
    guard let kind = try value.member("kind") else {
      throw value.error(
        "'kind' is missing; known: \(kinds.map(\.name).joined(separator: ", "))")
    }
    let chosen = try kind.choice("kind", kinds.map { ($0.name, $0) })
    problem = try chosen.read(ProblemMembers(value, kind: chosen))
    source = value
    self.name = name
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
