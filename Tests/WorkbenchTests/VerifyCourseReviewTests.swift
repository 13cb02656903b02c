import Foundation
import Testing
import Workbench

/// The fact cards against the course review, which is no part of the repository: its text is named
/// by `GRADUS_COURSE_REVIEW`.
@Suite("The course review")
struct VerifyCourseReviewTests {
  static let file = ProcessInfo.processInfo.environment["GRADUS_COURSE_REVIEW"]

  @Test(
    "every card's words stand in the line that it names",
    .enabled(if: file != nil, "GRADUS_COURSE_REVIEW is not set"))
  func sources() throws {
    let text = try String(contentsOfFile: try #require(Self.file), encoding: .utf8)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for card in try EmbeddedCourse.read().cards {
      let line = card.source.line
      try #require(line <= lines.count, "\(card.id): line \(line)")
      #expect(lines[line - 1].contains(card.source.contains), "\(card.id): line \(line)")
    }
  }
}
