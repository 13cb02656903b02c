import Exercises
import Testing

@Suite("Spaced repetition")
struct ReviewItemTests {
  /// Worked out by hand from the thesis: EF′ = EF + 0.1 − (5 − q)(0.08 + (5 − q)·0.02), at least
  /// 1.3; intervals 1, 6, then the last × EF′ rounded up; below 3 from the start, EF kept.
  static let table: [(grades: [Int], intervals: [Int], factors: [Double])] = [
    ([4, 4, 4, 4, 4], [1, 6, 15, 38, 95], [2.5, 2.5, 2.5, 2.5, 2.5]),
    ([5, 5, 5, 5], [1, 6, 17, 50], [2.6, 2.7, 2.8, 2.9]),
    ([3, 3, 3], [1, 6, 13], [2.36, 2.22, 2.08]),
    // 1.3 is reached at the ninth 3: 2.5 − 9·0.14 = 1.24.
    (
      [3, 3, 3, 3, 3, 3, 3, 3, 3], [1, 6, 13, 26, 47, 79, 121, 167, 218],
      [2.36, 2.22, 2.08, 1.94, 1.8, 1.66, 1.52, 1.38, 1.3]
    ),
    ([5, 5, 2, 4, 4, 4], [1, 6, 1, 1, 6, 17], [2.6, 2.7, 2.7, 2.7, 2.7, 2.7]),
    ([0, 1, 2], [1, 1, 1], [2.5, 2.5, 2.5]),
  ]

  @Test("against a table worked out by hand", arguments: table)
  func byHand(grades: [Int], intervals: [Int], factors: [Double]) {
    var item = ReviewItem(newOn: 20_000)
    var day = 20_000
    for (grade, (interval, factor)) in zip(grades, zip(intervals, factors)) {
      item = item.reviewed(grade: grade, on: day)
      #expect(item.interval == interval)
      // A sum of a few decimal fractions in binary.
      #expect(abs(item.easeFactor - factor) < 1e-12)
      #expect(item.due == day + interval)
      day = item.due
    }
  }

  @Test("intervals do not grow without bound")
  func bound() {
    var item = ReviewItem(newOn: 0)
    for _ in 0..<500 { item = item.reviewed(grade: 5, on: item.due) }
    #expect(item.interval == ReviewItem.longestInterval)
  }

  @Test("dates and their numbers")
  func dates() {
    // `date -d 2026-03-01 +%s` ÷ 86,400 and so on.
    for (text, number) in [
      ("1970-01-01", 0), ("1969-12-31", -1), ("2000-02-29", 11_016), ("2026-03-01", 20_513),
      ("0001-01-01", -719_162), ("9999-12-31", 2_932_896),
    ] {
      #expect(CivilDate(text)?.dayNumber == number)
      #expect(CivilDate(dayNumber: number).description == text)
    }
    for number in stride(from: -800_000, through: 3_000_000, by: 997) {
      #expect(CivilDate(dayNumber: number).dayNumber == number)
    }
    for text in ["2025-02-29", "2026-13-01", "2026-04-31", "2026-4-1", "today", "", "-001-01-01"] {
      #expect(CivilDate(text) == nil, "\(text)")
    }
  }

  @Test func aGradeOfSixIsAProgrammersError() async {
    await #expect(processExitsWith: .failure) {
      _ = ReviewItem(newOn: 0).reviewed(grade: 6, on: 0)
    }
  }
}
