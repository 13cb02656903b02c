import Exercises
import Formats

/// Cards to be reviewed: the work behind `gradus quiz review`.
public struct Review: Sendable {
  /// A card with what is remembered of it.
  public struct Card: Sendable {
    /// The card.
    public let card: FactCard
    /// What is remembered; nil where it has not been reviewed.
    public let item: ReviewItem?
  }

  /// Today's number of days since 1 January 1970.
  public let today: Int
  /// What has been reviewed.
  public private(set) var state: ReviewState
  private let cards: [FactCard]

  /// - Parameters:
  ///   - topic: A topic, a lecture or a row; the whole course where nil.
  ///   - file: The file of reviews.
  ///   - today: Today's number of days since 1 January 1970.
  /// - Throws: `WorkbenchError` for an unknown topic or a file that cannot be read.
  public init(topic: String?, file: String, today: Int) throws {
    self.today = today
    state = try ReviewState(file: file)
    guard let topic else {
      cards = try EmbeddedCourse.read().cards
      return
    }
    cards = try EmbeddedCourse.facts(about: topic, what: "topic").groups.flatMap(\.cards)
  }

  /// Cards that are due, the longest waiting first.
  public var due: [Card] {
    cards.compactMap { card in
      state[card.id].flatMap { $0.due <= today ? Card(card: card, item: $0) : nil }
    }.enumerated().sorted {
      ($0.element.item?.due ?? 0, $0.offset) < ($1.element.item?.due ?? 0, $1.offset)
    }.map(\.element)
  }

  /// Cards that have not been reviewed, in the course's order.
  public var new: [Card] {
    cards.compactMap { state[$0.id] == nil ? Card(card: $0, item: nil) : nil }
  }

  /// Notes an answer and writes the file.
  ///
  /// - Parameters:
  ///   - grade: From 0 to 5.
  ///   - card: The card.
  /// - Returns: What is remembered of the card from now on.
  /// - Throws: `WorkbenchError` where the file cannot be written.
  public mutating func note(_ grade: Int, of card: FactCard) throws -> ReviewItem {
    let item = (state[card.id] ?? ReviewItem(newOn: today)).reviewed(grade: grade, on: today)
    state[card.id] = item
    try state.write()
    return item
  }
}
