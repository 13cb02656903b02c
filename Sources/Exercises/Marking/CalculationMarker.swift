import Explain

/// Marks a calculation line by line, working every line out again from what the student had before.
struct CalculationMarker {
  let task: CalculationTask
  /// Whether lines that are not written down are taken as read where a later one follows from them.
  let takesAsRead: Bool

  var workings: Workings { task.workings }

  /// A line's finding.
  struct Finding {
    var verdict: MarkReport.Verdict
    var hasMethod = false
    var hasAnswer = false
    var diagnosis: Words?
    var slips: [String] = []
    var hasFewDigits = false
    var text = ""
  }

  /// The student's numbers while they are looked at.
  private struct World {
    var numbers: Numbers
    /// The same as far as the line looked at, and later lines as they would follow: what a student
    /// has who works a later line out early.
    var early = Numbers()
    /// Lines whose number the student wrote down.
    var written: Set<Int> = []
    /// Lines whose number is not the key's.
    var isOff: Set<Int> = []
  }

  /// Marks answers by line.
  ///
  /// - Parameters:
  ///   - answers: What was read of each line.
  ///   - reasons: Why lines could not be read.
  func findings(_ answers: [Int: ReadAnswer], reasons: [Int: Words] = [:]) -> [Finding] {
    var world = self.world(answers)
    var findings: [Finding] = []
    world.early = workings.given
    for line in workings.lines {
      world.early.set(workings.value(line, on: world.early), of: line.calculation)
    }
    for (index, line) in workings.lines.enumerated() {
      defer {
        // What was written here is known from now on.
        if world.written.contains(index) { settle(index, &world) }
      }
      let comesFromOff = line.sources.contains { world.isOff.contains($0) }
      guard let answer = answers[index], fits(answer, line) else {
        if comesFromOff { world.isOff.insert(index) }
        var finding = Finding(verdict: .unanswered, diagnosis: reasons[index])
        if let answer = answers[index] {
          finding.text = answer.text
          finding.diagnosis = shapeReason(answer, line)
        }
        findings.append(finding)
        continue
      }
      let finding = self.finding(index, answer, comesFromOff, world)
      if finding.verdict != .right { world.isOff.insert(index) }
      findings.append(finding)
    }
    if takesAsRead { readBetweenTheLines(&findings, world) }
    return findings
  }

  /// Puts a written line into the early numbers, and what follows from it.
  private func settle(_ index: Int, _ world: inout World) {
    let line = workings.lines[index].calculation
    guard let whole = world.numbers[line.key]?.elements else { return }
    world.early.set(line.entry.map { [whole[$0]] } ?? whole, of: line)
    for later in workings.lines.indices where later > index {
      let line = workings.lines[later]
      world.early.set(workings.value(line, on: world.early), of: line.calculation)
    }
  }

  /// The student's numbers: what is written down, and what follows from it.
  private func world(_ answers: [Int: ReadAnswer]) -> World {
    var world = World(numbers: workings.given)
    for (index, line) in workings.lines.enumerated() {
      if let answer = answers[index], fits(answer, line) {
        world.numbers.set(answer.values.map(\.value), of: line.calculation)
        world.written.insert(index)
      } else {
        world.numbers.set(workings.value(line, on: world.numbers), of: line.calculation)
      }
    }
    return world
  }

  private func fits(_ answer: ReadAnswer, _ line: Workings.Line) -> Bool {
    guard answer.values.count == line.exact.count else { return false }
    // A vector may be written as a row or a column.
    let own = line.shape.filter { $0 != 1 }
    return answer.shape.filter { $0 != 1 } == own
      || answer.shape.count == 1 && own.count <= 1
  }

  private func shapeReason(_ answer: ReadAnswer, _ line: Workings.Line) -> Words {
    func text(_ shape: [Int]) -> (String, String) {
      shape.isEmpty
        ? ("one number", "一个数")
        : (
          shape.map(String.init).joined(separator: "×") + " numbers",
          shape.map(String.init).joined(separator: "×") + " 个数"
        )
    }
    let (found, wanted) = (text(answer.shape), text(line.shape))
    return Words(
      en: "found \(found.0), expected \(wanted.0)", zh: "写了 \(found.1)，应为 \(wanted.1)")
  }

  // MARK: One line

  private func finding(
    _ index: Int, _ answer: ReadAnswer, _ comesFromOff: Bool, _ world: World
  ) -> Finding {
    let line = workings.lines[index]
    var finding = Finding(verdict: .wrong, text: answer.text)
    for target in [line.exact, line.rounded] {
      let nearness = self.nearness(answer, target)
      if nearness != .off {
        finding.verdict = .right
        (finding.hasMethod, finding.hasAnswer) = (true, true)
        finding.hasFewDigits = nearness == .rightWithFewDigits
        return finding
      }
    }
    let own = workings.value(line, on: world.numbers)
    let follows = nearness(answer, own)
    if follows != .off, !comesFromOff {
      // The student's own roundings.
      finding.verdict = .right
      (finding.hasMethod, finding.hasAnswer) = (true, true)
      finding.hasFewDigits = follows == .rightWithFewDigits
      return finding
    }
    if follows != .off {
      if let reason = loss(line, world.numbers) {
        finding.diagnosis = reason
        return finding
      }
      finding.verdict = .carried
      finding.hasMethod = true
      finding.hasFewDigits = follows == .rightWithFewDigits
      return finding
    }
    let slips = slips(index, answer, world)
    if !slips.isEmpty {
      finding.slips = slips.map { $0.map(\.name).joined(separator: "+") }
      finding.diagnosis = Self.words(slips)
      return finding
    }
    if isRounding(index, answer, world) {
      finding.slips = ["rounding"]
      finding.diagnosis = Words(
        en: "rounding only: too few digits were kept on the way", zh: "仅为舍入误差：中间结果保留的位数太少")
      finding.hasMethod = true
      return finding
    }
    if let way = answer.expression, answer.values.count == 1,
      let value = world.numbers.scalar(way, .plain(way)),
      WrittenNumber(exactly: value).nearness(to: own[0], asked: workings.decimals) != .off
        || WrittenNumber(exactly: value).nearness(to: line.exact[0], asked: workings.decimals)
          != .off,
      !way.isName, way.operationCount > 0
    {
      finding.hasMethod = true
      finding.slips = ["arithmetic"]
      let text = KeyText.number(value, decimals: workings.decimals)
      finding.diagnosis = Words(
        en: "the expression is right, but gives \(text)", zh: "式子正确，但应得 \(text)")
    }
    return finding
  }

  private func nearness(_ answer: ReadAnswer, _ expected: [Double]) -> WrittenNumber.Nearness {
    var result = WrittenNumber.Nearness.right
    for (written, number) in zip(answer.values, expected) {
      switch written.nearness(to: number, asked: workings.decimals) {
      case .off: return .off
      case .rightWithFewDigits: result = .rightWithFewDigits
      case .right: break
      }
    }
    return result
  }

  // MARK: Slips

  /// The slips, one or two at once, that lead to the student's number; those of one where there
  /// are any.
  private func slips(_ index: Int, _ answer: ReadAnswer, _ world: World) -> [[Slip]] {
    let places = [index] + unwrittenBefore(index, world)
    var candidates: [(slips: [Slip], formulas: [Int: Expression])] = []
    for place in places {
      for slip in task.slips {
        let line = workings.lines[place]
        if let formula = task.formula(of: slip, in: line, from: line.formula) {
          candidates.append(([slip], [place: formula]))
        }
      }
    }
    let single = candidates.filter { matches(answer, index, $0.formulas, places, world) }
    if !single.isEmpty { return Self.distinct(single.map(\.slips)) }
    var pairs: [[Slip]] = []
    for (number, first) in candidates.enumerated() {
      for place in places {
        for slip in task.slips {
          let line = workings.lines[place]
          guard slip.name != first.slips[0].name || first.formulas[place] == nil,
            let formula = task.formula(
              of: slip, in: line, from: first.formulas[place] ?? line.formula)
          else { continue }
          var formulas = first.formulas
          formulas[place] = formula
          if matches(answer, index, formulas, places, world) {
            pairs.append(first.slips + [slip])
          }
        }
      }
      if number > 60 { break }
    }
    return Self.distinct(pairs)
  }

  private static func distinct(_ found: [[Slip]]) -> [[Slip]] {
    var names: Set<[String]> = []
    return found.filter { names.insert($0.map(\.name).sorted()).inserted }
  }

  /// Lines not written down that the line at `index` is worked out from.
  private func unwrittenBefore(_ index: Int, _ world: World) -> [Int] {
    var found: Set<Int> = []
    var open = [index]
    while let next = open.popLast() {
      for source in workings.lines[next].sources
      where !world.written.contains(source) && found.insert(source).inserted {
        open.append(source)
      }
    }
    return found.sorted()
  }

  private func matches(
    _ answer: ReadAnswer, _ index: Int, _ formulas: [Int: Expression], _ places: [Int],
    _ world: World
  ) -> Bool {
    [world.numbers, world.early].contains { numbers in
      let value = self.value(index, formulas, places, numbers)
      return value.allSatisfy(\.isFinite) && nearness(answer, value) != .off
    }
  }

  /// A line's value with other formulas in some lines on the way.
  private func value(
    _ index: Int, _ formulas: [Int: Expression], _ places: [Int], _ numbers: Numbers
  ) -> [Double] {
    var numbers = numbers
    for place in places.sorted() where place != index {
      let line = workings.lines[place]
      numbers.set(
        workings.value(line, on: numbers, by: formulas[place]), of: line.calculation)
    }
    return workings.value(workings.lines[index], on: numbers, by: formulas[index])
  }

  /// Whether fewer digits kept on the way lead to the student's number, or it is off by a few
  /// units of the last place asked for.
  private func isRounding(_ index: Int, _ answer: ReadAnswer, _ world: World) -> Bool {
    let line = workings.lines[index]
    let own = workings.value(line, on: world.numbers)
    let unit = workings.unit
    if zip(answer.values, own).allSatisfy({ abs($0.value - $1) <= 4 * unit }) { return true }
    for places in 1..<max(2, workings.decimals) {
      let rounding = Rounding.decimals(places)
      var numbers = world.numbers
      for source in workings.lines.indices where source < index {
        let earlier = workings.lines[source]
        let value = workings.value(earlier, on: numbers).map { rounding.rounded($0) }
        if !world.written.contains(source) || line.sources.contains(source) {
          numbers.set(value, of: earlier.calculation)
        }
      }
      let coarse = workings.value(line, on: numbers)
      let few = coarse.map { rounding.rounded($0) }
      if nearness(answer, coarse) != .off || nearness(answer, few) == .right { return true }
    }
    return false
  }

  private static func words(_ slips: [[Slip]]) -> Words {
    func joined(_ language: Language, _ and: String, _ or: String) -> String {
      slips.map { $0.map { $0.words.text(language) }.joined(separator: and) }
        .joined(separator: or)
    }
    return Words(
      en: joined(.english, " and ", ", or "), zh: joined(.chinese, "，并且", "；或者"))
  }

  // MARK: Carrying forward

  /// Why there are no marks for going on from a wrong number: it takes an operation away that the
  /// key needs. Nil where there are marks.
  private func loss(_ line: Workings.Line, _ numbers: Numbers) -> Words? {
    let own = workings.value(line, on: numbers)
    if own.allSatisfy({ $0 == 0 }), line.exact.contains(where: { $0 != 0 }) {
      return Words(
        en: "the earlier wrong value makes this line 0, so that nothing is left to show",
        zh: "前面的错误值使这一行为 0，已无可考查的内容")
    }
    if skips(line.formula, line.calculation, numbers) {
      return Words(
        en: "the earlier wrong value skips an operation that the right one needs",
        zh: "前面的错误值跳过了正确值所需的运算")
    }
    return nil
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
  private func readBetweenTheLines(_ findings: inout [Finding], _ world: World) {
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

extension Expression {
  /// How many operations and calls the expression has.
  var operationCount: Int {
    var count = 0
    _ = rewriting { part in
      switch part {
      case .number, .variable: break
      default: count += 1
      }
      return nil
    }
    return count
  }
}
