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
  init(file: String) throws { try self.init(text: Self.text(of: file), file: file) }

  /// The text of a file.
  static func text(of file: String) throws -> String {
    let bytes: [UInt8]
    do {
      bytes = try Files.read(file, maximum: largest)
    } catch {
      throw WorkbenchError(error)
    }
    guard let text = String(bytes: bytes, encoding: .utf8) else {
      throw WorkbenchError(.input, file, "found bytes that are not UTF-8, expected a YAML text")
    }
    return text
  }

  /// Parses a text.
  init(text: String, file: String) throws {
    self.file = file
    place = ""
    try Self.refuseAliases(text, file: file)
    do {
      guard let node = try Yams.compose(yaml: text) else {
        throw WorkbenchError(.input, file, "found nothing, expected a YAML text")
      }
      self.node = node
      try checkDepth(node, 0)
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

  /// An alias multiplies what it names, which makes a short text as large as one likes: refused
  /// before the parser sees it. An alias is a name after `*` that also stands after `&`.
  private static func refuseAliases(_ text: String, file: String) throws {
    func names(after mark: UInt8) -> [(name: ArraySlice<UInt8>, line: Int)] {
      var found: [(name: ArraySlice<UInt8>, line: Int)] = []
      let ends = Set(" \t\r\n,[]{}".utf8)
      var line = 1
      for (index, byte) in bytes.enumerated() {
        if byte == 10 { line += 1 }
        guard byte == mark else { continue }
        let name = bytes[(index + 1)...].prefix(256).prefix { !ends.contains($0) }
        if !name.isEmpty { found.append((name, line)) }
      }
      return found
    }
    let bytes = Array(text.utf8)
    let aliases = names(after: UInt8(ascii: "*"))
    if aliases.isEmpty { return }
    let anchors = Set(names(after: UInt8(ascii: "&")).map(\.name))
    if let alias = aliases.first(where: { anchors.contains($0.name) }) {
      throw WorkbenchError(
        .input, "\(file): line \(alias.line)",
        "found the alias '*\(String(decoding: alias.name, as: UTF8.self))', which is not read here: "
          + "write out what it stands for")
    }
  }

  private func checkDepth(_ node: Yams.Node, _ depth: Int) throws {
    guard depth <= Self.deepest else {
      throw WorkbenchError(
        .input, node.mark.map { "\(file): line \($0.line)" } ?? file,
        "found nesting deeper than \(Self.deepest) levels")
    }
    switch node {
    case .mapping(let mapping):
      for (key, value) in mapping {
        try checkDepth(key, depth + 1)
        try checkDepth(value, depth + 1)
      }
    case .sequence(let sequence): for element in sequence { try checkDepth(element, depth + 1) }
    case .scalar, .alias: break
    }
  }

  /// An error at this place, with its line.
  func error(_ message: String, _ kind: WorkbenchError.Kind = .input) -> WorkbenchError {
    let line = node.mark.map { " (line \($0.line))" } ?? ""
    return WorkbenchError(kind, place.isEmpty ? file : "\(file): \(place)\(line)", message)
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
    guard case .scalar(let scalar) = node,
      let value = ["true": true, "false": false][scalar.string]
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
        let nearest = nearestName(scalar.string, among: known).map { "did you mean \($0)? " } ?? ""
        throw error(
          "unknown key '\(scalar.string)'; \(nearest)known: \(known.joined(separator: ", "))")
      }
      guard members[scalar.string] == nil else { throw error("'\(scalar.string)' stands twice") }
      members[scalar.string] = child(value, place.isEmpty ? scalar.string : ".\(scalar.string)")
    }
    return members
  }

  /// The members of a mapping whose keys are free, in their order, each once.
  func anyMembers() throws -> [(name: String, value: YAMLValue)] {
    guard case .mapping(let mapping) = node else { throw expected("a mapping") }
    var found: [(name: String, value: YAMLValue)] = []
    for (key, value) in mapping {
      guard case .scalar(let scalar) = key else { throw error("found a key that is no text") }
      guard !found.contains(where: { $0.name == scalar.string }) else {
        throw error("'\(scalar.string)' stands twice")
      }
      found.append(
        (scalar.string, child(value, place.isEmpty ? scalar.string : ".\(scalar.string)")))
    }
    return found
  }

  /// One member of a mapping, nil where there is none of that name.
  func member(_ name: String) throws -> YAMLValue? {
    try anyMembers().first { $0.name == name }?.value
  }

  /// The part that a path such as `layers[1].weight` leads to, or as far as it leads.
  func find(_ path: String) -> YAMLValue {
    var current = self
    for step in path.replacing("[", with: ".[").split(separator: ".") {
      var next: YAMLValue?
      if step.hasPrefix("["), let index = Int(step.dropFirst().dropLast()) {
        if let parts = try? current.list(""), parts.indices.contains(index) { next = parts[index] }
      } else {
        next = try? current.member(String(step))
        // A layer stands as {dense: {…}}: its keys are one level deeper.
        if next == nil, let inner = try? current.named("").value {
          next = try? inner.member(String(step))
        }
      }
      guard let next else { break }
      current = next
    }
    return current
  }

  /// The only member of a mapping, or a scalar alone: how a layer is written.
  func named(_ what: String) throws -> (name: String, value: YAMLValue?) {
    switch node {
    case .scalar(let scalar): return (scalar.string, nil)
    case .mapping(let mapping):
      guard mapping.count == 1, let (key, value) = mapping.first, case .scalar(let name) = key
      else {
        throw expected(what)
      }
      return (name.string, child(value, ".\(name.string)"))
    case .sequence, .alias: throw expected(what)
    }
  }

  func missing(_ key: String) -> WorkbenchError { error("'\(key)' is missing") }

  var isMapping: Bool { if case .mapping = node { true } else { false } }
}
