import Workbench

/// The choice that an option's value names.
/// - Throws: `WorkbenchError` that lists the choices.
func choice<Choice: RawRepresentable<String>>(
  _ option: String, _ name: String, _ choices: [Choice]
) throws -> Choice {
  guard let found = Choice(rawValue: name) else {
    throw WorkbenchError(
      .usage, option,
      "found '\(name)', expected \(choices.map(\.rawValue).joined(separator: ", "))")
  }
  return found
}
