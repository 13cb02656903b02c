import Exercises
import Explain
import Testing

/// What a question tells: all that it takes, and nothing that is asked.
@Suite("Given quantities of questions")
struct GivenTests {
  /// Quantities that go without saying: π, an identity matrix, indices and the columns of a given
  /// matrix.
  static let known: [String: Set<String>] = [
    "kl": ["π"], "gcn": ["I"], "positional-encoding": ["pos", "i", "xe", "xo"],
  ]

  @Test(arguments: ExerciseKind.all.indices)
  func everythingAndNoMore(index: Int) throws {
    let kind = ExerciseKind.all[index]
    for number in 1...15 {
      let question = try kind.question(seed: 4, number: number, difficulty: 1 + number % 5)
      guard case .calculation(let task) = question.form else { continue }
      let lines = task.workings.lines
      let told = Set(question.given.map { MathText.text($0.symbol) })
      let asked = Set(lines.filter(\.isAsked).map { MathText.text($0.symbol) })
      #expect(
        told.isDisjoint(with: asked), "\(kind.name): \(told.intersection(asked)) is given away")
      // Whole arrays of answers under another name.
      for (symbol, value) in question.given where value.elements.count > 1 {
        let key = lines.first { line in
          line.isAsked && task.workings.key[line.calculation.key]?.elements == value.elements
        }
        #expect(key == nil, "\(kind.name): \(MathText.text(symbol)) gives \(key?.id ?? "") away")
      }
      // What the lines use and do not work out stands in the question, or is a state's 0 or 1 at the start.
      // Lines that nobody asks for and no asked line uses do not count.
      var needed = Set(lines.indices.filter { lines[$0].isAsked })
      for index in lines.indices.reversed() where needed.contains(index) {
        needed.formUnion(lines[index].sources)
      }
      let worked = Set(lines.map(\.calculation.key))
      for line in needed.sorted().map({ lines[$0] }) {
        for input in line.calculation.inputs
        where !worked.contains(input.key) && !input.key.hasPrefix("constant:") {
          let isTold =
            told.contains(MathText.text(input.symbol))
            || input.entries.allSatisfy { $0.map { told.contains(MathText.text($0)) } ?? false }
          if Self.known[kind.name, default: []].contains(input.key) { continue }
          let isStart =
            MathText.text(input.symbol).contains("(0)")
            && input.value.elements.allSatisfy { $0 == 0 || $0 == 1 }
          #expect(
            isTold || isStart,
            "\(kind.name) \(line.id): \(MathText.text(input.symbol)) (\(input.key)) is not given")
        }
      }
    }
  }

  @Test("how many decimals to give is told where there are any")
  func decimals() throws {
    for (kind, told) in [(ExerciseKind.convolution, nil), (.softmax, 4)] {
      let question = try kind.question(seed: 4, number: 1, difficulty: 2)
      let paper = Paper(
        settings: PaperSettings(topic: kind.name), title: question.title, questions: [question])
      #expect(Sheet(paper).questions[0].decimals == told)
      let printed = "\(PaperDocument(paper, isKey: false).solution.sections)"
      #expect(printed.contains("decimal places") == (told != nil))
    }
  }
}
