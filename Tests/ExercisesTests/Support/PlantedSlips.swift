import Arrays
import Exercises
import Explain
import Testing

/// Slips planted in sheets of drawn questions: the marker has to name them, to claim nothing else, and
/// to carry what follows.
enum PlantedSlips {
  /// What was seen of the sheets.
  struct Tally {
    var sheets = 0
    /// Lines after a slip with the marks of the method, by their verdict, and those without.
    var carried = 0
    var right = 0
    var refused = 0
    /// Pairs that were found, in one line and in two.
    var inOne = 0
    var inTwo = 0
    /// Second slips that led back to the key's number.
    var back = 0
  }

  private static let refusals = CarryingLoss.allCases.map(\.words.english)

  /// Lines in which nothing was planted have the marks of the method where they follow from what was
  /// written, unless an operation is lost; nothing is claimed of them.
  private static func checkOthers(
    _ sheet: PlantedSheet, _ written: [[Double]], _ marks: [String: MarkReport.Line],
    planted: [Int], _ place: String, _ tally: inout Tally
  ) {
    tally.sheets += 1
    for (index, line) in sheet.lines.enumerated()
    where line.isAsked && !planted.contains(index) {
      guard let mark = marks[line.id] else {
        Issue.record("\(place): no marks for \(line.id)")
        continue
      }
      switch mark.verdict {
      case .right: tally.right += 1
      case .carried: tally.carried += 1
      case .wrong: tally.refused += 1
      case .unanswered: Issue.record("\(place): \(line.id) unanswered")
      }
      let reason = mark.diagnosis?.english
      let isRefused = mark.verdict == .wrong && refusals.contains { $0 == reason }
      if reason == CarryingLoss.nothingLeft.words.english {
        #expect(written[index].allSatisfy { $0 == 0 }, "\(place): then \(mark)")
      }
      if !isRefused && mark.method == 0 || !mark.slips.isEmpty {
        Issue.record("\(place): then \(line.id) = \(mark)")
      }
    }
  }

  /// Plants every slip one at a time: in the first and the last line that it changes, or everywhere.
  static func singles(
    _ kind: ExerciseKind, questions: Int, seed: UInt64 = 5, everywhere: Bool = false
  ) throws {
    var found: Set<String> = []
    var all: Set<String> = []
    var tally = Tally()
    let common = Set(Slip.common.map(\.name))
    for difficulty in 1...5 {
      for number in 1...questions {
        let sheet = try PlantedSheet(
          kind.question(seed: seed, number: number, difficulty: difficulty))
        let place = "\(kind.name), seed \(seed), question \(number), difficulty \(difficulty)"
        try checkRight(sheet, place)
        for slip in sheet.task.slips {
          if !common.contains(slip.name) { all.insert(slip.name) }
          func shows(_ index: Int) -> Bool { sheet.written([index: [slip]]) != nil }
          let lines = sheet.lines
          let places = lines.indices.filter { lines[$0].isAsked && shows($0) }
          // A slip in a line that is not written down shows in one that is.
          if let silent = lines.indices.first(where: { !lines[$0].isAsked && shows($0) }) {
            let marks = sheet.marks(sheet.written([silent: [slip]])!)
            if marks.values.contains(where: { $0.slips.contains(slip.name) }) {
              found.insert(slip.name)
            }
          }
          let chosen = everywhere ? places : [places.first, places.last].compactMap { $0 }
          for index in Set(chosen).sorted() {
            let written = sheet.written([index: [slip]])!
            let marks = sheet.marks(written)
            let own = try #require(marks[lines[index].id])
            let what = "\(place): \(slip.name) in \(own.line)"
            if own.verdict == .wrong, own.slips.contains(slip.name) {
              found.insert(slip.name)
            } else {
              Issue.record("\(what): \(own)")
            }
            checkOthers(sheet, written, marks, planted: [index], what, &tally)
          }
        }
      }
    }
    #expect(all.subtracting(found).isEmpty, "\(kind.name): never found")
    checkRefusals(kind, tally)
  }

  /// Nothing is claimed of right numbers, whether they are rounded at the end, at every line, or as the
  /// solution does it.
  private static func checkRight(_ sheet: PlantedSheet, _ place: String) throws {
    let student = try #require(sheet.written())
    for written in [student, sheet.lines.map(\.exact), sheet.lines.map(\.rounded)] {
      for line in sheet.marks(written).values where line.verdict != .right || !line.slips.isEmpty {
        Issue.record("\(place): \(line) on a right sheet")
      }
    }
  }

  /// Plants pairs of slips, some in one line and some in two.
  ///
  /// - Parameter most: The most pairs of either sort in a question.
  static func pairs(
    _ kind: ExerciseKind, questions: Int, most: Int, seed: UInt64 = 12
  ) throws {
    var tally = Tally()
    for difficulty in 1...5 {
      for number in 1...questions {
        let sheet = try PlantedSheet(
          kind.question(seed: seed, number: number, difficulty: difficulty))
        let lines = sheet.lines
        var places: [(line: Int, slip: Slip)] = []
        for index in lines.indices where lines[index].isAsked {
          for slip in sheet.task.slips
          where sheet.task.value(of: slip, in: lines[index], on: sheet.task.workings.key) != nil {
            places.append((index, slip))
          }
        }
        guard !places.isEmpty else { continue }
        var random = RandomGenerator(
          key: RandomKey(seed: seed, path: "\(kind.name).\(difficulty).\(number)"))
        var (inOne, inTwo) = (0, 0)
        let count = places.count
        for turn in random.permutation(count * count) {
          let (first, second) = (turn / count, turn % count)
          let (a, b) = (places[first], places[second])
          let isOne = a.line == b.line
          guard isOne ? first != second && inOne < most : a.line < b.line && inTwo < most,
            let written = sheet.written(
              isOne ? [a.line: [a.slip, b.slip]] : [a.line: [a.slip], b.line: [b.slip]])
          else { continue }
          if isOne { inOne += 1 } else { inTwo += 1 }
          let what =
            "\(kind.name), seed \(seed), question \(number), difficulty \(difficulty): "
            + "\(a.slip.name) in \(lines[a.line].id), \(b.slip.name) in \(lines[b.line].id)"
          let marks = sheet.marks(written)
          let own = (
            try #require(marks[lines[a.line].id]), try #require(marks[lines[b.line].id])
          )
          if isOne {
            check(own.0, names: [a.slip.name, b.slip.name], what)
            tally.inOne += 1
          } else {
            check(own.0, names: [a.slip.name], what)
            // Two wrong signs, one after the other, lead back to the right number.
            if own.1.verdict == .right {
              tally.back += 1
              let isKey = [lines[b.line].exact, lines[b.line].rounded].contains { key in
                zip(written[b.line], key).allSatisfy {
                  abs($0 - $1) < 2 * sheet.task.workings.unit
                }
              }
              #expect(isKey, "\(what): \(own.1)")
            } else {
              check(own.1, names: [b.slip.name], what)
            }
            tally.inTwo += 1
          }
          checkOthers(sheet, written, marks, planted: [a.line, b.line], what, &tally)
          if inOne == most, inTwo == most { break }
        }
      }
    }
    checkRefusals(kind, tally)
    #expect(tally.inTwo > 0 && 4 * tally.back < tally.inTwo, "\(kind.name): \(tally)")
  }

  /// Lines without the marks of the method are exceptions.
  private static func checkRefusals(_ kind: ExerciseKind, _ tally: Tally) {
    let following = tally.right + tally.carried + tally.refused
    // A perceptron's error is 0 or ±1: a slip in a prediction takes a whole update away.
    let share = kind.name == ExerciseKind.perceptron.name ? 4 : 8
    #expect(
      following > tally.sheets && share * tally.refused < following, "\(kind.name): \(tally)")
  }

  /// Slips are named together, beside others that lead to the same number.
  private static func check(_ mark: MarkReport.Line, names: [String], _ what: String) {
    let found = mark.slips.map { $0.split(separator: "+").map(String.init).sorted() }
    #expect(mark.verdict == .wrong && found.contains(names.sorted()), "\(what): \(mark)")
  }
}

/// Plants every slip of a kind's questions one at a time.
func plantSlips(_ kind: ExerciseKind, questions: Int) throws {
  try PlantedSlips.singles(kind, questions: questions)
}
