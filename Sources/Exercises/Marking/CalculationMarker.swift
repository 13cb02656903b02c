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
  struct World {
    var numbers: Numbers
    /// Lines whose number the student wrote down.
    var written: Set<Int> = []
    /// Lines whose number is not the key's.
    var isOff: Set<Int> = []

    /// A line's numbers.
    func value(of line: Workings.Line) -> [Double] {
      let whole = numbers[line.key]!.elements
      return line.entry.map { [whole[$0]] } ?? whole
    }
  }

  /// Marks answers by line.
  ///
  /// - Parameters:
  ///   - answers: What was read of each line.
  ///   - reasons: Why lines could not be read.
  func findings(_ answers: [Int: ReadAnswer], reasons: [Int: Words] = [:]) -> [Finding] {
    var world = self.world(answers)
    var findings: [Finding] = []
    for (index, line) in workings.lines.enumerated() {
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

  /// The student's numbers as far as a line, and from it on what would follow: what a student has who
  /// works a later line out early.
  private func early(_ index: Int, _ world: World) -> Numbers {
    var numbers = workings.given
    for (place, line) in workings.lines.enumerated() {
      let isKnown = place < index && world.written.contains(place)
      numbers.set(
        isKnown ? world.value(of: line) : workings.value(line, on: numbers), of: line.calculation)
    }
    return numbers
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
    func right(_ nearness: WrittenNumber.Nearness) -> Finding {
      finding.verdict = .right
      (finding.hasMethod, finding.hasAnswer) = (true, true)
      finding.hasFewDigits = nearness == .rightWithFewDigits
      return finding
    }
    for target in [line.exact, line.rounded] {
      let nearness = self.nearness(answer, target)
      // With few digits it is right only where no slip leads to just this number.
      if nearness == .right
        || nearness == .rightWithFewDigits
          && slips(index, answer.exactly, world, inPairs: false).isEmpty
      {
        return right(nearness)
      }
    }
    let own = workings.value(line, on: world.numbers)
    var follows = nearness(answer, own)
    if follows == .rightWithFewDigits,
      !slips(index, answer.exactly, world, inPairs: false).isEmpty
    {
      follows = .off
    }
    if follows != .off, !comesFromOff {
      // The student's own roundings.
      finding.verdict = .right
      (finding.hasMethod, finding.hasAnswer) = (true, true)
      finding.hasFewDigits = follows == .rightWithFewDigits
      return finding
    }
    if follows != .off {
      if let reason = loss(line, world.numbers) {
        finding.diagnosis = reason.words
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

  /// Pairs of slips on the way to a line that are tried before the search is given up.
  private static let mostPairs = 4000

  /// The slips, one or two at once, that lead to the student's number. Two in the line itself are
  /// named beside a single one that leads to the same number; two on the way where nothing else does.
  private func slips(
    _ index: Int, _ answer: ReadAnswer, _ world: World, inPairs: Bool = true
  ) -> [[Slip]] {
    /// A line's formula with a slip in it.
    struct Change {
      let slip: Int
      let place: Int
      let formula: Expression
    }
    let places = [index] + unwrittenBefore(index, world)
    func change(_ slip: Int, _ place: Int, from formula: Expression? = nil) -> Change? {
      let line = workings.lines[place]
      return task.formula(of: task.slips[slip], in: line, from: formula ?? line.formula)
        .map { Change(slip: slip, place: place, formula: $0) }
    }
    // Where nothing was wrong before, later lines may have been worked out with all digits.
    let isOff = workings.lines[index].sources.contains { world.isOff.contains($0) }
    let numbers = [world.numbers, early(index, world)] + (isOff ? [] : [workings.key])
    func fit(_ changes: [Change]) -> WrittenNumber.Nearness {
      // Of two in one line the later has both.
      let formulas = Dictionary(changes.map { ($0.place, $0.formula) }) { $1 }
      var best = WrittenNumber.Nearness.off
      for numbers in numbers {
        let value = self.value(index, formulas, places, numbers)
        let found = value.allSatisfy(\.isFinite) ? nearness(answer, value) : .off
        if found == .right { return .right }
        if found == .rightWithFewDigits { best = found }
      }
      return best
    }
    var found: [[Slip]] = []
    // What does not lead there alone, or with few digits only: then a pair has to come nearer.
    var others: [Change] = []
    var near: Set<Int> = []
    for change in places.flatMap({ place in task.slips.indices.compactMap { change($0, place) } }) {
      let fit = fit([change])
      if fit != .off { found.append([task.slips[change.slip]]) }
      if fit == .rightWithFewDigits { near.insert(change.slip) }
      if fit != .right { others.append(change) }
    }
    guard inPairs else { return Self.distinct(found) }
    func addPair(_ first: Change, _ second: Change) {
      let isNear = near.contains(first.slip) || near.contains(second.slip)
      let fit = fit([first, second])
      if fit == .right || (fit == .rightWithFewDigits && !isNear) {
        found.append([task.slips[first.slip], task.slips[second.slip]])
      }
    }
    /// Pairs in one line: a slip in what another one has made of the formula.
    func addPairs(at place: Int) {
      let here = others.filter { $0.place == place }
      for first in here {
        for second in here where second.slip != first.slip {
          if let both = change(second.slip, place, from: first.formula) { addPair(first, both) }
        }
      }
    }
    addPairs(at: index)
    guard found.isEmpty else { return Self.distinct(found) }
    for place in places.dropFirst() { addPairs(at: place) }
    var count = 0
    for (number, first) in others.enumerated() {
      for second in others.dropFirst(number + 1) where second.place != first.place {
        addPair(first, second)
        count += 1
        if count == Self.mostPairs { return Self.distinct(found) }
      }
    }
    return Self.distinct(found)
  }

  private static func distinct(_ found: [[Slip]]) -> [[Slip]] {
    var names: Set<[String]> = []
    return found.filter { names.insert($0.map(\.name).sorted()).inserted }
  }

  /// Lines not written down that the line at `index` is worked out from.
  func unwrittenBefore(_ index: Int, _ world: World) -> [Int] {
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

  /// A line's value with other formulas in some lines on the way.
  func value(
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
