import Explain

// What a wrong number leaves of the marks of later lines, and what lines left out are worth.

/// Why there are no marks for going on from a wrong number: it takes an operation away that the key
/// needs.
package enum CarryingLoss: CaseIterable {
  /// The line is 0.
  case nothingLeft
  /// A factor is 0 or ±1, or a function takes another branch.
  case operationSkipped

  /// What the report says.
  package var words: Words {
    switch self {
    case .nothingLeft:
      Words(
        en: "the earlier wrong value makes this line 0, so that nothing is left to show",
        zh: "前面的错误值使这一行为 0，已无可考查的内容")
    case .operationSkipped:
      Words(
        en: "the earlier wrong value skips an operation that the right one needs",
        zh: "前面的错误值跳过了正确值所需的运算")
    }
  }
}

extension CalculationMarker {
  /// Why a line that follows from wrong numbers has no marks; nil where it has.
  func loss(_ line: Workings.Line, _ numbers: Numbers) -> CarryingLoss? {
    let own = workings.value(line, on: numbers)
    if own.allSatisfy({ $0 == 0 }), line.exact.contains(where: { $0 != 0 }) {
      return .nothingLeft
    }
    return skips(line.formula, line.calculation, numbers) ? .operationSkipped : nil
  }

  /// Whether a factor is 0 or ±1, or a function takes another branch, which is not so in the key.
  private func skips(_ formula: Expression, _ line: Calculation, _ numbers: Numbers) -> Bool {
    func both(_ part: Expression) -> (own: Double, key: Double)? {
      guard let own = numbers.scalar(part, line), let key = workings.key.scalar(part, line) else {
        return nil
      }
      return (own, key)
    }
    func isTrivial(_ part: Expression) -> Bool {
      guard let (own, key) = both(part) else { return false }
      return [0, 1, -1].contains(own) && own != key
    }
    return formula.contains { part in
      switch part {
      case .multiply(let a, let b): return isTrivial(a) || isTrivial(b)
      case .divide(let a, let b): return isTrivial(a) || isTrivial(b)
      case .power(let a, _): return isTrivial(a)
      case .call(let name, let arguments):
        guard ["max", "min", "sign", "abs", "step", "greater", "less"].contains(name) else {
          return false
        }
        let values = arguments.compactMap(both)
        guard values.count == arguments.count else { return false }
        if values.count == 1 { return (values[0].own > 0) != (values[0].key > 0) }
        func best(_ numbers: [Double]) -> Int {
          numbers.indices.max { numbers[$0] < numbers[$1] } ?? 0
        }
        return best(values.map(\.own)) != best(values.map(\.key))
      default: return false
      }
    }
  }

  // MARK: Steps left out

  /// Gives lines that were left out the marks of the later line that follows from them.
  func readBetweenTheLines(_ findings: inout [Finding], _ world: World) {
    for index in workings.lines.indices.reversed() where world.written.contains(index) {
      let verdict = findings[index].verdict
      guard verdict == .right || verdict == .carried else { continue }
      for place in unwrittenBefore(index, world)
      where findings[place].verdict == .unanswered && matters(place, to: index, world) {
        let isOff = world.isOff.contains(place) && verdict == .carried
        let symbol = MathText.text(workings.lines[index].symbol)
        findings[place].verdict = isOff ? .carried : .right
        findings[place].hasMethod = true
        findings[place].hasAnswer = !isOff
        findings[place].diagnosis = Words(
          en: "not written down; \(symbol) follows from it", zh: "没有写出；由它得到了 \(symbol)")
      }
    }
  }

  /// Whether a line's number makes a difference to a later one's.
  private func matters(_ place: Int, to index: Int, _ world: World) -> Bool {
    let line = workings.lines[place]
    let scale = max(1, line.exact.map { abs($0) }.max() ?? 0)
    var numbers = world.numbers
    let moved = workings.value(line, on: numbers).map { $0 + 0.37 * scale }
    numbers.set(moved, of: line.calculation)
    let between = unwrittenBefore(index, world).filter { $0 > place }
    let changed = value(index, [:], between + [index], numbers)
    let own = workings.value(workings.lines[index], on: world.numbers)
    return zip(changed, own).contains { abs($0 - $1) > workings.unit }
  }
}
