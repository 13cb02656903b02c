import Formats

extension WeightsReport {
  /// What fits and what does not, for scripts to read: `missing` and `left_over` have each path with
  /// the `nearest` of the other side, null where none is near; `misshapen` has both shapes, `mistyped`
  /// the file's type; `not_finite` are paths. `prefix` is what stands before all names of the file
  /// that the model has not, null for nothing.
  public var json: JSONValue {
    var (missing, leftOver, misshapen, mistyped, notFinite) = (
      [JSONValue](), [JSONValue](), [JSONValue](), [JSONValue](), [JSONValue]()
    )
    for problem in problems {
      let path = JSONValue.string(problem.path)
      switch problem.kind {
      case .missing: missing.append(["path": path, "nearest": .optional(problem.nearest)])
      case .unexpected: leftOver.append(["path": path, "nearest": .optional(problem.nearest)])
      case .misshapen(let found, let expected):
        misshapen.append([
          "path": path, "found": .array(found.map { .integer($0) }),
          "expected": .array(expected.map { .integer($0) }),
        ])
      case .mistyped(let found): mistyped.append(["path": path, "found": .string(found)])
      case .notFinite: notFinite.append(path)
      }
    }
    return [
      "file": .string(file), "taken": .integer(fitting.count), "tensors": .integer(count),
      "missing": .array(missing), "left_over": .array(leftOver), "misshapen": .array(misshapen),
      "mistyped": .array(mistyped), "not_finite": .array(notFinite),
      "prefix": .optional(prefix),
    ]
  }
}

extension JSONValue {
  /// A string, or null where there is none.
  fileprivate static func optional(_ text: String?) -> JSONValue {
    text.map { .string($0) } ?? .null
  }
}
