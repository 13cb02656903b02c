/// What the course's lectures state, and the tasks that ask for it.
public struct Course: Sendable {
  /// A lecture's topic, named as in `gradus explain dropout`.
  public struct Topic: Sendable, Hashable {
    /// The name: small letters, digits and hyphens.
    public let name: String
    /// The heading.
    public let title: Words

    /// - Parameters:
    ///   - name: The name: small letters, digits and hyphens.
    ///   - title: The heading.
    public init(name: String, title: Words) {
      self.name = name
      self.title = title
    }
  }

  /// One lecture.
  public struct Lecture: Sendable {
    /// From 1.
    public let number: Int
    /// The heading.
    public let title: Words
    /// Its topics in order.
    public let topics: [Topic]
    /// Its statements in order.
    public let cards: [FactCard]
    /// Its processes.
    public let orderings: [OrderingTask]
    /// Its pairs.
    public let matchings: [MatchingTask]
    /// Its formulas.
    public let formulas: [FormulaTask]

    /// A lecture of these parts.
    public init(
      number: Int, title: Words, topics: [Topic], cards: [FactCard], orderings: [OrderingTask],
      matchings: [MatchingTask], formulas: [FormulaTask]
    ) {
      self.number = number
      self.title = title
      self.topics = topics
      self.cards = cards
      self.orderings = orderings
      self.matchings = matchings
      self.formulas = formulas
    }
  }

  /// The lectures in order.
  public let lectures: [Lecture]

  /// - Parameter lectures: The lectures in order.
  public init(lectures: [Lecture]) { self.lectures = lectures }

  /// All cards in order.
  public var cards: [FactCard] { lectures.flatMap(\.cards) }
  /// All topics in order.
  public var topics: [Topic] { lectures.flatMap(\.topics) }
}
