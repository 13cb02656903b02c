extension Double {
  /// The number as a prompt has it: 2, 0.5, −3.
  var prompted: String {
    let size = magnitude == magnitude.rounded() ? "\(Int(magnitude))" : "\(magnitude)"
    return self < 0 ? "−" + size : size
  }
}

extension Words {
  /// Parts as a sentence lists them: "a, b and c".
  static func list(_ parts: [Words]) -> Words {
    func joined(_ texts: [String], _ comma: String, _ last: String) -> String {
      guard texts.count > 1 else { return texts.joined() }
      return texts.dropLast().joined(separator: comma) + last + texts[texts.count - 1]
    }
    return Words(
      en: joined(parts.map(\.english), ", ", " and "), zh: joined(parts.map(\.chinese), "、", "，以及"))
  }
}
