import Explain

extension Double {
  /// The number as a prompt has it: 2, 0.5, −3.
  var prompted: String {
    let size = magnitude == magnitude.rounded() ? "\(Int(magnitude))" : "\(magnitude)"
    return self < 0 ? "−" + size : size
  }
}

extension Draft {
  /// Asks for the lines of some quantities alone, by the keys of the worked solution.
  static func asking(_ keys: Set<String>) -> @Sendable (Step) -> Bool {
    { step in step.calculation.map { keys.contains($0.key) } ?? false }
  }
}
