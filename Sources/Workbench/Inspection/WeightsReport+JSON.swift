import Formats

extension WeightsReport {
  /// What fits and what does not, for scripts to read: `missing` and `left_over` are paths,
  /// `misshapen` has both shapes, `mistyped` the file's type; `not_finite` are paths.
  public var json: JSONValue {
    var (missing, leftOver, misshapen, mistyped, notFinite) = (
      [JSONValue](), [JSONValue](), [JSONValue](), [JSONValue](), [JSONValue]()
    )
    for problem in problems {
      let path = JSONValue.string(problem.path)
      switch problem.kind {
      case .missing: missing.append(path)
      case .unexpected: leftOver.append(path)
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
    ]
  }
}
