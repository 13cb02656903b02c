/// An option's value of the form `name=value,name=value`, such as `rotation=10,flip,mixup=0.2`.
struct OptionList {
  /// One part.
  struct Part {
    let option: String
    let name: String
    /// What follows the sign of equality; nil where there is none.
    let value: String?
  }

  let parts: [Part]

  /// - Throws: `WorkbenchError` for an empty part and for a name that comes twice.
  init(_ text: String, option: String) throws(WorkbenchError) {
    var parts: [Part] = []
    for piece in text.split(separator: ",", omittingEmptySubsequences: false) {
      let sides = piece.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(sides[0])
      guard !name.isEmpty else {
        throw WorkbenchError(.usage, option, "found '\(text)', expected NAME=NUMBER between commas")
      }
      guard !parts.contains(where: { $0.name == name }) else {
        throw WorkbenchError(.usage, option, "found '\(name)' twice in '\(text)'")
      }
      parts.append(
        Part(option: option, name: name, value: sides.count > 1 ? String(sides[1]) : nil))
    }
    self.parts = parts
  }
}

extension OptionList.Part {
  private func fail(_ expected: String) -> WorkbenchError {
    WorkbenchError(
      .usage, option,
      "found '\(name)\(value.map { "=" + $0 } ?? "")', expected \(name)=\(expected)")
  }

  /// The number behind the name.
  /// - Parameter usual: What holds where none is given; nil where one has to be.
  func number(usual: Double? = nil) throws(WorkbenchError) -> Double {
    guard let value else {
      if let usual { return usual }
      throw fail("NUMBER")
    }
    guard let number = Double(value), number.isFinite else { throw fail("NUMBER") }
    return number
  }

  /// The whole number behind the name.
  func integer(usual: Int? = nil) throws(WorkbenchError) -> Int {
    guard let value else {
      if let usual { return usual }
      throw fail("N, a whole number")
    }
    guard let number = Int(value) else { throw fail("N, a whole number") }
    return number
  }

  /// The range behind the name: `LOW..HIGH`, or a number that stands for one about a centre.
  func range(about centre: Double) throws(WorkbenchError) -> ClosedRange<Double> {
    if let value, let dots = value.range(of: "..") {
      guard let low = Double(value[..<dots.lowerBound]),
        let high = Double(value[dots.upperBound...]), low <= high
      else { throw fail("LOW..HIGH, two numbers, the least and the most") }
      return low...high
    }
    let half = try number()
    guard half >= 0 else { throw fail("NUMBER of at least 0, or LOW..HIGH") }
    return (centre - half)...(centre + half)
  }

  /// Refuses a value.
  func requireNone() throws(WorkbenchError) {
    if value != nil {
      throw WorkbenchError(.usage, option, "found '\(name)=\(value!)', expected \(name) alone")
    }
  }
}
