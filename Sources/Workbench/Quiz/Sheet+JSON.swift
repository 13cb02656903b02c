import Exercises
import Formats

extension Sheet {
  /// The sheet as one object in the shape of its file.
  ///
  /// - Parameter isKey: Whether answers are filled in.
  public func json(isKey: Bool) -> JSONValue {
    [
      "topic": .string(settings.topic), "seed": Self.number(settings.seed),
      "count": .integer(questions.count), "difficulty": .integer(settings.difficulty),
      "scaffold": .string(settings.scaffold.rawValue),
      "language": .string(settings.language.rawValue),
      "questions": .array(questions.map { $0.json(isKey: isKey) }),
    ]
  }

  /// Seeds beyond what an integer holds are texts.
  private static func number(_ seed: UInt64) -> JSONValue {
    Int(exactly: seed).map { .integer($0) } ?? .string("\(seed)")
  }

  /// The blank sheet, or the key, as YAML.
  ///
  /// - Parameter isKey: Whether answers are filled in.
  public func yaml(isKey: Bool) -> String { SheetWriter(self, isKey: isKey).text }
}

extension Sheet.Question {
  fileprivate func json(isKey: Bool) -> JSONValue {
    var object = JSONObject()
    object["id"] = .string(id)
    object["title"] = .string(title)
    object["prompt"] = .string(prompt)
    object["given"] = .array(given.map { .string($0) })
    if !options.isEmpty {
      object["options"] = .object(
        JSONObject(
          options.enumerated().map { (key: Sheet.letter($0), value: .string($1)) }))
    }
    if let decimals { object["decimals"] = .integer(decimals) }
    if case .working(let headings) = form {
      object["marks"] = .integer(marks)
      object["working"] = .string(
        isKey
          ? lines.map { "\($0.prompt) = \($0.answer)" }.joined(separator: "\n")
          : headings.map { "# \($0)\n" }.joined())
      return .object(object)
    }
    object["lines"] = .array(
      lines.map { line in
        [
          "id": .string(line.id), "prompt": .string(line.prompt),
          "answer": isKey ? .string(line.answer) : .null, "points": .integer(line.points),
        ]
      })
    if case .claims(let points) = form {
      object["claims"] = .array(isKey ? points.indices.map { .integer($0 + 1) } : [])
      if isKey { object["rubric"] = .array(points.map { .string($0) }) }
    }
    return .object(object)
  }
}
