import Explain
import Foundation
import Labs
import Testing

@Suite struct MilestoneTests {
  /// The years are those that the course's fact cards answer.
  @Test func yearsAreThoseOfTheCards() throws {
    let folder = URL(filePath: #filePath).appending(path: "../../../Course/Facts").standardized
    let cards = try ["L01", "L07"].map {
      try String(contentsOf: folder.appending(path: "\($0).yaml"), encoding: .utf8)
    }.joined(separator: "\n").components(separatedBy: "\n- id: ")
    var checked = 0
    for milestone in Milestone.all {
      guard let id = milestone.card else { continue }
      let card = try #require(cards.first { $0.hasPrefix(id + "\n") }, "no card \(id)")
      let answer = try #require(card.firstMatch(of: /\n +answer: {en: "(\d{4})"/), "\(id)")
      #expect(Int(answer.1) == milestone.year, "\(id)")
      checked += 1
    }
    #expect(checked == 11)
  }

  @Test func order() {
    let years = Milestone.all.map(\.year)
    #expect(years == years.sorted())
    let names = Milestone.all.map { $0.name.plain(.english) }
    #expect(Set(names).count == names.count)
  }

  @Test func gapsAndRows() {
    #expect(Milestone.longestGap.before.year == 1969 && Milestone.longestGap.after.year == 1986)
    #expect(Milestone.most(within: 4, beginning: 1943...2008) == 2)
    #expect(Milestone.most(within: 4, beginning: 2012...2012) == 5)
    #expect(Milestone.most(within: 1, beginning: 2014...2014) == 3)
  }
}
