import Explain
import Formats
import Foundation

/// A kind of problem: what its files may contain, and how they are read.
struct ProblemKind: Sendable {
  /// A key of a problem file.
  struct Key: Sendable {
    /// The key.
    let name: String
    /// What stands there, with its default where it may be left out.
    let meaning: String
    /// Whether the file has to have it.
    let isRequired: Bool

    /// A key that has to be there.
    static func required(_ name: String, _ meaning: String) -> Key {
      Key(name: name, meaning: meaning, isRequired: true)
    }

    /// A key that may be left out.
    static func optional(_ name: String, _ meaning: String) -> Key {
      Key(name: name, meaning: meaning, isRequired: false)
    }
  }

  /// The kind's name, the value of `kind:`.
  let name: String
  /// What such a problem is, in one line.
  let summary: String
  /// The keys beside `kind` and `title`.
  let keys: [Key]
  /// A small problem of the kind, for the schema's page.
  let example: String
  /// Makes the problem from the file's members.
  let read: @Sendable (ProblemMembers) throws -> any Problem

  /// All kinds by what the course teaches first.
  static let all: [ProblemKind] = [
    .network, .perceptron, .expression, .optimizer, .newton, .linearAlgebra, .softmax,
    .convolution, .pooling, .batchNorm, .dropout, .rnn, .lstm, .gru, .principalComponent,
    .variationalLoss, .adversarialLoss, .adversarialExample, .graphConvolution, .attention,
    .positionalEncoding,
  ]

  /// The text that `explain --schema` prints.
  var schema: String {
    let width = keys.map(\.name.count).max() ?? 0
    var lines = ["kind: \(name)", summary, "", "Keys:"]
    let all =
      keys + [
        .optional("title", "the heading: a text, or {en: …, zh: …}"),
        .optional("source", "where the exercise comes from, such as 'course, L5'"),
      ]
    for key in all {
      let name = key.name.padding(toLength: max(width, 6), withPad: " ", startingAt: 0)
      lines.append("  \(name)  \(key.isRequired ? "" : "(optional) ")\(key.meaning)")
    }
    lines += ["", "Example:"] + example.split(separator: "\n").map { "  \($0)" }
    return lines.joined(separator: "\n")
  }
}

/// The members of a problem file, read with checks: every error names the place.
struct ProblemMembers {
  /// The file's whole contents, for errors.
  let file: YAMLValue
  private let members: [String: YAMLValue]

  init(_ file: YAMLValue, kind: ProblemKind) throws {
    self.file = file
    members = try file.members(["kind", "title", "source"] + kind.keys.map(\.name))
    for key in kind.keys where key.isRequired && members[key.name] == nil {
      throw file.missing(key.name)
    }
  }

  /// The value of a key, nil where it is left out.
  subscript(_ key: String) -> YAMLValue? { members[key] }

  /// The heading, where the file has one.
  func title() throws -> Prose? {
    guard let value = members["title"] else { return nil }
    guard value.isMapping else {
      let text = try value.string()
      return Prose(en: "\(text)", zh: "\(text)")
    }
    let parts = try value.members(["en", "zh"])
    guard let english = try parts["en"]?.string(), let chinese = try parts["zh"]?.string() else {
      throw value.expected("{en: …, zh: …}")
    }
    return Prose(en: "\(english)", zh: "\(chinese)")
  }

  /// The number of a key.
  func number(_ key: String, _ range: ClosedRange<Double> = -1e12...1e12) throws -> Double? {
    try members[key]?.number(range)
  }

  /// The whole number of a key.
  func integer(_ key: String, _ range: ClosedRange<Int>) throws -> Int? {
    try members[key]?.integer(range)
  }

  /// The text of a key.
  func text(_ key: String) throws -> String? { try members[key]?.string() }

  /// The row of numbers of a key.
  func vector(_ key: String) throws -> [Double]? { try members[key]?.vector() }

  /// The rows of numbers of a key.
  func matrix(_ key: String) throws -> [[Double]]? { try members[key]?.matrix() }

  /// The scalar, vector, matrix or deeper list of a key.
  func array(_ key: String) throws -> Value? { try members[key]?.array() }
}

extension YAMLValue {
  /// Largest list of numbers in a problem file.
  private static let mostNumbers = 100_000

  /// A number, also written as a fraction such as 1/3.
  func problemNumber() throws -> Double {
    if case .scalar(let scalar) = node, scalar.string.contains("/") {
      let parts = scalar.string.split(separator: "/").map {
        Double($0.trimmingCharacters(in: .whitespaces))
      }
      if parts.count == 2, let top = parts[0], let bottom = parts[1], bottom != 0,
        (top / bottom).isFinite
      {
        return top / bottom
      }
    }
    return try number(-1e12...1e12)
  }

  /// A row of numbers.
  func vector() throws -> [Double] {
    let parts = try list("a list of numbers")
    guard parts.count <= Self.mostNumbers else {
      throw expected("at most \(Self.mostNumbers) numbers")
    }
    return try parts.map { try $0.problemNumber() }
  }

  /// Rows of numbers, all of one length.
  func matrix() throws -> [[Double]] {
    let rows = try list("rows of numbers")
    guard !rows.isEmpty else { throw expected("at least one row of numbers") }
    let numbers = try rows.map { try $0.vector() }
    for (row, values) in zip(rows, numbers) where values.count != numbers[0].count {
      throw row.error(
        "found \(values.count) numbers, expected \(numbers[0].count) as in the first row")
    }
    return numbers
  }

  /// Numbers nested to any depth, all parts of one depth of one shape.
  func array() throws -> Value {
    guard case .sequence = node else { return Value(try problemNumber()) }
    let parts = try list("numbers")
    guard let first = parts.first else { throw expected("at least one number") }
    let arrays = try parts.map { try $0.array() }
    for (part, array) in zip(parts, arrays) where array.shape != arrays[0].shape {
      throw part.error(
        "found shape \(array.shape), expected \(arrays[0].shape) as in the first part")
    }
    _ = first
    let elements = arrays.flatMap(\.elements)
    guard elements.count <= Self.mostNumbers else {
      throw expected("at most \(Self.mostNumbers) numbers")
    }
    return Value(shape: [parts.count] + arrays[0].shape, elements: elements)
  }

  /// One of some names.
  func choice<Choice>(_ what: String, _ choices: [(name: String, value: Choice)]) throws -> Choice {
    let name = try string(what)
    if let found = choices.first(where: { $0.name == name }) { return found.value }
    let names = choices.map(\.name)
    let nearest = nearestName(name, among: names).map { "did you mean \($0)? " } ?? ""
    throw error("unknown \(what) '\(name)'; \(nearest)known: \(names.joined(separator: ", "))")
  }
}
