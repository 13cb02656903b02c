/// What is remembered of a card between its reviews: the algorithm SM-2.
///
/// An answer is graded from 0 (no idea) to 5 (at once). After answers of at least 3 the card comes
/// back after 1 day, then 6, then the last interval × the ease factor, rounded up; an answer below 3
/// begins the series again and leaves the ease factor as it is. Days are whole numbers.
///
/// - Source: Woźniak, "Optimization of learning", master's thesis, University of Technology in
///   Poznań, 1990, section 3.2, algorithm SM-2. The interval is worked out with the ease factor as
///   the answer leaves it.
public struct ReviewItem: Sendable, Hashable {
  /// Answers of at least 3 in a row.
  public let repetitions: Int
  /// Days from the last review to the next.
  public let interval: Int
  /// What the interval grows by, at least 1.3.
  public let easeFactor: Double
  /// The day of the next review.
  public let due: Int

  /// The ease factor of a card that has not been reviewed.
  public static let firstEaseFactor = 2.5
  /// The smallest ease factor.
  public static let smallestEaseFactor = 1.3
  /// Intervals grow no longer than this, a hundred years.
  public static let longestInterval = 36_500

  /// - Parameters:
  ///   - repetitions: Answers of at least 3 in a row.
  ///   - interval: Days from the last review to the next.
  ///   - easeFactor: What the interval grows by.
  ///   - due: The day of the next review.
  public init(repetitions: Int, interval: Int, easeFactor: Double, due: Int) {
    self.repetitions = repetitions
    self.interval = interval
    self.easeFactor = easeFactor
    self.due = due
  }

  /// A card that has not been reviewed.
  ///
  /// - Parameter day: The day from which on it is due.
  public init(newOn day: Int) {
    self.init(repetitions: 0, interval: 0, easeFactor: Self.firstEaseFactor, due: day)
  }

  /// The item after an answer.
  ///
  /// - Parameters:
  ///   - grade: From 0 to 5.
  ///   - day: The day of the answer.
  /// - Precondition: The grade is from 0 to 5.
  public func reviewed(grade: Int, on day: Int) -> ReviewItem {
    guard (0...5).contains(grade) else { fatalError("review: the grade \(grade) is not 0 to 5") }
    guard grade >= 3 else {
      return ReviewItem(repetitions: 0, interval: 1, easeFactor: easeFactor, due: day + 1)
    }
    let missing = Double(5 - grade)
    let factor = max(
      Self.smallestEaseFactor, easeFactor + (0.1 - missing * (0.08 + missing * 0.02)))
    let days: Int
    switch repetitions {
    case 0: days = 1
    case 1: days = 6
    default:
      // What binary fractions add to a whole number of days is no day.
      let exact = Double(interval) * factor - 1e-9
      days = min(Self.longestInterval, max(1, Int(exact.rounded(.up))))
    }
    return ReviewItem(
      repetitions: repetitions + 1, interval: days, easeFactor: factor, due: day + days)
  }
}
