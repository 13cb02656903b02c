import Autodiff

/// Steps to be put in order.
public struct OrderingTask: Sendable, Hashable {
  /// A name without another like it.
  public let id: String
  /// The row of the syllabus.
  public let row: String
  /// Whether the examiner stressed it.
  public let isStarred: Bool
  /// What is asked.
  public let question: Words
  /// The steps in their order, 3 to 8.
  public let steps: [Words]

  /// A task of these parts.
  public init(id: String, row: String, isStarred: Bool, question: Words, steps: [Words]) {
    self.id = id
    self.row = row
    self.isStarred = isStarred
    self.question = question
    self.steps = steps
  }
}

/// Pairs to be found.
public struct MatchingTask: Sendable, Hashable {
  /// Two things that belong together.
  public struct Pair: Sendable, Hashable {
    /// What is asked for.
    public let left: Words
    /// What belongs to it.
    public let right: Words

    /// - Parameters:
    ///   - left: What is asked for.
    ///   - right: What belongs to it.
    public init(left: Words, right: Words) {
      self.left = left
      self.right = right
    }
  }

  /// A name without another like it.
  public let id: String
  /// The row of the syllabus.
  public let row: String
  /// Whether the examiner stressed it.
  public let isStarred: Bool
  /// What is asked.
  public let question: Words
  /// The pairs, 3 to 8, with different right sides.
  public let pairs: [Pair]

  /// A task of these parts.
  public init(id: String, row: String, isStarred: Bool, question: Words, pairs: [Pair]) {
    self.id = id
    self.row = row
    self.isStarred = isStarred
    self.question = question
    self.pairs = pairs
  }
}

/// A formula to be written down.
public struct FormulaTask: Sendable, Hashable {
  /// A name in the formula and the range of numbers that it is tried with.
  public struct Variable: Sendable, Hashable {
    /// The name.
    public let name: String
    /// The range.
    public let range: ClosedRange<Double>

    /// - Parameters:
    ///   - name: The name.
    ///   - range: The range of numbers that it is tried with.
    public init(name: String, range: ClosedRange<Double>) {
      self.name = name
      self.range = range
    }
  }

  /// A wrong form that is known.
  public struct Slip: Sendable, Hashable {
    /// The wrong form.
    public let formula: Autodiff.Expression
    /// What is wrong with it.
    public let name: Words

    /// - Parameters:
    ///   - formula: The wrong form.
    ///   - name: What is wrong with it.
    public init(formula: Autodiff.Expression, name: Words) {
      self.formula = formula
      self.name = name
    }
  }

  /// A name without another like it.
  public let id: String
  /// The row of the syllabus.
  public let row: String
  /// Whether the examiner stressed it.
  public let isStarred: Bool
  /// What is asked, with the names to be used.
  public let question: Words
  /// The names of the formula.
  public let variables: [Variable]
  /// The formula.
  public let formula: Autodiff.Expression
  /// Wrong forms that are known.
  public let slips: [Slip]

  /// A task of these parts.
  public init(
    id: String, row: String, isStarred: Bool, question: Words, variables: [Variable],
    formula: Autodiff.Expression, slips: [Slip]
  ) {
    self.id = id
    self.row = row
    self.isStarred = isStarred
    self.question = question
    self.variables = variables
    self.formula = formula
    self.slips = slips
  }
}
