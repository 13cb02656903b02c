import Plots
import Testing

@Suite struct ConfusionMatrixTests {
  private let two = ConfusionMatrix(counts: [[12, 3], [1, 40]], labels: ["no", "yes"])

  /// `correct` on the diagonal, `wrong` off it.
  private func uniform(_ classes: Int, correct: Int, wrong: Int, name: String = "")
    -> ConfusionMatrix
  {
    ConfusionMatrix(
      counts: (0..<classes).map { row in (0..<classes).map { $0 == row ? correct : wrong } },
      labels: (0..<classes).map { "\(name)\($0)" })
  }

  @Test func numbers() {
    #expect(two.total == 56 && two.correct == 52)
    #expect(two.accuracy == 52.0 / 56)
    #expect(two.recall(0) == 0.8 && two.recall(1) == 40.0 / 41)
    #expect(ConfusionMatrix(counts: [[0]]).recall(0).isNaN)
    #expect(ConfusionMatrix(counts: []).accuracy.isNaN)
  }

  @Test func confusionsAreSortedByCount() {
    let matrix = ConfusionMatrix(counts: [[9, 2, 1], [5, 9, 0], [2, 0, 9]])
    #expect(matrix.confusions.map(\.count) == [5, 2, 2, 1])
    #expect(matrix.confusions.map(\.label) == [1, 0, 2, 0])
  }

  @Test func aTable() {
    #expect(
      lines(two.terminal(color: false)) == [
        "     predicted",
        "true  no yes   recall",
        "no    12   3   80.0 %",
        "yes    1  40   97.6 %",
        "",
        "accuracy 92.86 % (52 of 56)",
      ])
    #expect(lines(two.terminal(color: true)) == lines(two.terminal(color: false)))
  }

  @Test func noSamplesAreADotAndNoRecall() {
    let text = lines(ConfusionMatrix(counts: [[0, 0], [0, 4]]).terminal(color: false))
    #expect(text[2] == "0    · ·        –")
    #expect(text[3] == "1    · 4  100.0 %")
  }

  @Test(arguments: [9, 1000, 99_999]) func tenClassesFitInto80Columns(count: Int) {
    for name in ["", "automobile "] {
      for color in [false, true] {
        let text = uniform(10, correct: count, wrong: count / 3, name: name).terminal(color: color)
        #expect(width(text) <= 80)
        let rows = lines(text).prefix(12)
        #expect(rows.count == 12 && rows[1].hasSuffix("recall"))
        // Every number ends below the end of its column's head.
        #expect(Set(rows.dropFirst().map { TerminalText.width($0) }).count == 1)
        #expect(rows.dropFirst(2).allSatisfy { $0.contains("\(count)") })
      }
    }
  }

  @Test(arguments: [40, 60, 80]) func manyClassesAreListed(limit: Int) {
    let text = uniform(100, correct: 50, wrong: 1, name: "a class with a long name ")
      .terminal(width: limit, color: false)
    #expect(width(text) <= limit)
    #expect(text.hasPrefix("recall of each class\n"))
    #expect(text.contains("\nconfused most often"))
    #expect(text.contains("33.6 %"))
    #expect(lines(text).count == 1 + 100 + 2 + 20 + 2)
  }

  @Test func theHeatMapSaysNamesCountsAndRecall() throws {
    let svg = try SVGReader(two.svg(title: "a < b"))
    for text in ["a < b", "no", "yes", "12", "3", "1", "40", "80.0 %", "97.6 %", "true class"] {
      #expect(svg.texts.contains(text), "\(text)")
    }
    #expect(svg.texts.last == "accuracy 92.86 % (52 of 56)")
    let description = try #require(svg["desc"].first?.text)
    #expect(
      description.hasPrefix("2 classes, accuracy 92.86 % (52 of 56). no taken for yes 3 times."))
    // Page, map and four cells.
    #expect(svg["rect"].count == 6)
    #expect(
      svg["rect"].last?.attributes["fill"] == Palette.tint(Palette.blue, (40.0 / 41).squareRoot()))
  }

  @Test(arguments: [0, 1, 2, 10, 21, 41, 100]) func anyNumberOfClassesStaysInTheFrame(classes: Int)
    throws
  {
    let svg = try SVGReader(uniform(classes, correct: 1234, wrong: 0, name: "some class ").svg())
    let (width, height) = (svg.elements[0].number("width"), svg.elements[0].number("height"))
    for rectangle in svg["rect"].dropFirst() {
      #expect(rectangle.number("x") + rectangle.number("width") <= width)
      #expect(rectangle.number("y") + rectangle.number("height") <= height)
    }
    #expect(svg["rect"].count == classes + 2)
    #expect(svg.texts.contains("1234") == (1...40).contains(classes))
  }

  @Test func aTableThatIsNotSquareStopsTheProgram() async {
    await #expect(processExitsWith: .failure) {
      _ = ConfusionMatrix(counts: [[1, 2], [3]], labels: ["a", "b"])
    }
    await #expect(processExitsWith: .failure) { _ = ConfusionMatrix(counts: [[-1]]) }
  }

  @Test func itCanSayItAllInChinese() throws {
    var matrix = two
    matrix.wording = .chinese
    let svg = try SVGReader(matrix.svg())
    let words = svg.texts.joined() + matrix.terminal(color: false)
    #expect(words.contains("混淆矩阵") && words.contains("准确率 92.86 % (52 / 56)"))
    let letters = words.filter { $0.isASCII && $0.isLetter }
    // Only the classes' own names are left.
    #expect(Set(letters).isSubset(of: Set("noyes")))
  }
}
