import Formats
import Foundation
import Yams

/// A place in a YAML file, read with checks: every error names the file and the place.
struct YAMLValue {
  let node: Yams.Node
  let file: String
  /// Such as `layers[2].units`; empty for the whole file.
  let place: String

  /// Largest file, and deepest nesting, that is read.
  private static let largest = 1 << 20
  private static let deepest = 40

  /// Reads a file.
  init(file: String) throws {
    let bytes: [UInt8]
    do {
      bytes = try Files.read(file, maximum: Self.largest)
    } catch {
      throw WorkbenchError(error)
    }
    guard let text = String(validatingUTF8Bytes: bytes) else {
      throw WorkbenchError(.input, file, "found bytes that are not UTF-8, expected a YAML text")
    }
    try self.init(text: text, file: file)
  }

  /// Parses a text.
  init(text: String, file: String) throws {
    self.file = file
    place = ""
    try Self.checkNesting(text, file: file)
    do {
      guard let node = try Yams.compose(yaml: text) else {
        throw WorkbenchError(.input, file, "found an empty file, expected a network")
      }
      self.node = node
    } catch let error as WorkbenchError {
      throw error
    } catch {
      throw WorkbenchError(.input, file, "found no valid YAML: \(error)")
    }
  }

  private init(node: Yams.Node, file: String, place: String) {
    self.node = node
    self.file = file
    self.place = place
  }

  /// The parser is recursive, and aliases multiply what they name: both are refused before it sees
  /// the text.
  private static func checkNesting(_ text: String, file: String) throws {
    var flow = 0
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      var indentation = 0
      var markers = 0
      var leading = true
      var previous: Character = " "
      for character in line {
        if leading {
          if character == " " { indentation += 1 } else if character != "-" { leading = false }
          if character == "-" { markers += 1 }
          if character == "?" || character == ":" { markers += 1 }
        }
        if character == "[" || character == "{" { flow += 1 }
        if character == "]" || character == "}" { flow = max(0, flow - 1) }
        if character == "#" && previous == " " { break }
        let startsToken = previous == " " || previous == "[" || previous == "," || previous == "-"
        if startsToken && (character == "&" || character == "*") {
          throw WorkbenchError(
            .input, "\(file): line \(number + 1)",
            "found an anchor or alias ('\(character)'), which network files do not use")
        }
        previous = character
      }
      guard flow <= deepest, markers <= deepest, indentation <= 8 * deepest else {
        throw WorkbenchError(
          .input, "\(file): line \(number + 1)",
          "found nesting deeper than \(deepest), expected a network")
      }
    }
  }

  private func error(_ message: String) -> WorkbenchError {
    let line = node.mark.map { " (line \($0.line))" } ?? ""
    return WorkbenchError(.input, place.isEmpty ? file : "\(file): \(place)\(line)", message)
  }

  private func child(_ node: Yams.Node, _ suffix: String) -> YAMLValue {
    YAMLValue(node: node, file: file, place: place + suffix)
  }

  /// What stands here, in words.
  var found: String {
    switch node {
    case .scalar(let scalar): scalar.string.isEmpty ? "nothing" : "'\(scalar.string)'"
    case .mapping: "a mapping"
    case .sequence: "a list"
    case .alias: "an alias"
    }
  }

  func expected(_ what: String) -> WorkbenchError { error("found \(found), expected \(what)") }

  /// The text of a scalar.
  func string(_ what: String = "a text") throws -> String {
    guard case .scalar(let scalar) = node else { throw expected(what) }
    return scalar.string
  }

  /// A whole number within bounds.
  func integer(_ range: ClosedRange<Int>) throws -> Int {
    guard case .scalar(let scalar) = node, let value = Int(scalar.string), range.contains(value)
    else { throw expected("a whole number from \(range.lowerBound) to \(range.upperBound)") }
    return value
  }

  /// A number within bounds.
  func number(_ range: ClosedRange<Double>) throws -> Double {
    guard case .scalar(let scalar) = node, let value = Double(scalar.string), range.contains(value)
    else { throw expected("a number from \(range.lowerBound) to \(range.upperBound)") }
    return value
  }

  func boolean() throws -> Bool {
    guard case .scalar(let scalar) = node, let value = ["true": true, "false": false][scalar.string]
    else { throw expected("true or false") }
    return value
  }

  /// One number for both axes, or two.
  func pair(_ range: ClosedRange<Int>) throws -> [Int] {
    guard case .sequence = node else {
      let value = try integer(range)
      return [value, value]
    }
    let parts = try list("two whole numbers")
    guard parts.count == 2 else { throw expected("two whole numbers") }
    return try parts.map { try $0.integer(range) }
  }

  /// The members of a list.
  func list(_ what: String) throws -> [YAMLValue] {
    guard case .sequence(let sequence) = node else { throw expected(what) }
    return sequence.enumerated().map { child($1, "[\($0)]") }
  }

  /// The members of a mapping, of which every key is known and stands once.
  func members(_ known: [String]) throws -> [String: YAMLValue] {
    guard case .mapping(let mapping) = node else {
      throw expected("a mapping with " + known.joined(separator: ", "))
    }
    var members: [String: YAMLValue] = [:]
    for (key, value) in mapping {
      guard case .scalar(let scalar) = key else { throw error("found a key that is no text") }
      guard known.contains(scalar.string) else {
        let nearest = nearestName(scalar.string, among: known).map { "; did you mean \($0)?" }
        throw error(
          "unknown key '\(scalar.string)'\(nearest ?? "") known: \(known.joined(separator: ", "))")
      }
      guard members[scalar.string] == nil else { throw error("'\(scalar.string)' stands twice") }
      members[scalar.string] = child(value, place.isEmpty ? scalar.string : ".\(scalar.string)")
    }
    return members
  }

  /// The only member of a mapping, or a scalar alone: how a layer is written.
  func named(_ what: String) throws -> (name: String, value: YAMLValue?) {
    switch node {
    case .scalar(let scalar): return (scalar.string, nil)
    case .mapping(let mapping):
      guard mapping.count == 1, let (key, value) = mapping.first, case .scalar(let name) = key else {
        throw expected(what)
      }
      return (name.string, child(value, ".\(name.string)"))
    case .sequence, .alias: throw expected(what)
    }
  }

  func missing(_ key: String) -> WorkbenchError { error("'\(key)' is missing") }

  var isMapping: Bool { if case .mapping = node { true } else { false } }
}

extension String {
  fileprivate init?(validatingUTF8Bytes bytes: [UInt8]) {
    guard let text = String(bytes: bytes, encoding: .utf8) else { return nil }
    self = text
  }
}
