import Explain
import Formats
import Plots

extension LabReport {
  /// The report as scripts read it: `{"lab", "claim", "passed", "measures", "seconds", …}`, with the
  /// numbers of every figure.
  public func json(_ language: Language) -> JSONValue {
    [
      "lab": .string(lab), "rows": .array(rows.map { .string($0) }),
      "claim": .string(claim.plain(language)), "seed": .string(String(seed)),
      "passed": .bool(passed),
      "measures": .object(JSONObject(measures.map { ($0.name, .number($0.value)) })),
      "findings": .array(findings.map { $0.json(language) }),
      "figures": .array(illustrations.map { Self.json($0, language) }),
      "seconds": .number(seconds),
    ]
  }

  private static func json(_ illustration: Illustration, _ language: Language) -> JSONValue {
    [
      "name": .string(illustration.name),
      "title": .string(illustration.figure.title),
      "caption": .string(illustration.caption.plain(language)),
      "tables": .array(illustration.figure.tables.map(json)),
    ]
  }

  private static func json(_ table: FigureTable) -> JSONValue {
    [
      "name": .string(table.name), "columns": .array(table.columns.map { .string($0) }),
      "rows": .array(
        table.rows.map { row in
          .array(
            row.map { cell in
              switch cell {
              case .number(let number): .number(number)
              case .text(let text): .string(text)
              }
            })
        }),
    ]
  }
}

extension Finding {
  fileprivate func json(_ language: Language) -> JSONValue {
    var object = JSONObject([
      ("statement", .string(statement.plain(language))), ("measured", .number(measured)),
    ])
    switch criterion {
    case .atLeast(let bound): object["at_least"] = .number(bound)
    case .atMost(let bound): object["at_most"] = .number(bound)
    case .within(let range):
      object["at_least"] = .number(range.lowerBound)
      object["at_most"] = .number(range.upperBound)
    }
    object["passed"] = .bool(passed)
    return .object(object)
  }
}
