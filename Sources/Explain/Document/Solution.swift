import Arrays

/// A worked solution: what every renderer writes out.
public struct Solution: Sendable {
  /// The kind of problem: `network`, `expression`, ….
  public let kind: String
  /// The heading.
  public let title: Prose
  /// The symbols in use, with meaning and shape.
  public var symbols: [SymbolEntry] = []
  /// The parts in order.
  public var sections: [Section] = []
  /// How the numbers were checked.
  public var check = CheckReport()
  /// Whether it ends with that check; pages of questions and of facts have nothing to compare.
  public var showsCheck = true
  /// Per iteration what scripts read; empty for kinds without parameters.
  public var iterations: [Iteration] = []
  /// Named results of kinds without parameters.
  public var results: [(name: String, value: Value)] = []
  /// The value of the whole expression, for the kind `expression`.
  public var value: Value?
  /// Gradients by the names of an expression's variables, for the kind `expression`.
  public var gradients: [(name: String, value: Value)] = []
  /// The computational graph, for kinds that draw one.
  public var graph: GraphDrawing?

  /// - Parameters:
  ///   - kind: The kind of problem.
  ///   - title: The heading.
  public init(kind: String, title: Prose) {
    self.kind = kind
    self.title = title
  }

  /// All steps in order.
  public var steps: [Step] {
    sections.flatMap { section in
      section.blocks.compactMap { if case .step(let step) = $0 { step } else { nil } }
    }
  }

  /// A line of the symbol table.
  public struct SymbolEntry: Sendable {
    /// The symbol.
    public let symbol: MathNode
    /// What it stands for.
    public let meaning: Prose
    /// Sizes along each axis, empty for a scalar.
    public let shape: [Int]

    package init(symbol: MathNode, meaning: Prose, shape: [Int]) {
      self.symbol = symbol
      self.meaning = meaning
      self.shape = shape
    }
  }

  /// One iteration's numbers, full precision.
  public struct Iteration: Sendable {
    /// From 1.
    public let number: Int
    /// The loss of the data.
    public let loss: Double
    /// Gradients of the data's loss by parameter path.
    public let gradients: [(path: String, value: Value)]
    /// Parameters after the update by path.
    public let parameters: [(path: String, value: Value)]
    /// Number of steps before this iteration's first one, and before its end.
    public let steps: Range<Int>

    package init(
      number: Int, loss: Double, gradients: [(path: String, value: Value)],
      parameters: [(path: String, value: Value)], steps: Range<Int>
    ) {
      self.number = number
      self.loss = loss
      self.gradients = gradients
      self.parameters = parameters
      self.steps = steps
    }
  }
}

/// A part of a solution with a heading.
public struct Section: Sendable {
  /// The heading.
  public let title: Prose
  /// The contents in order.
  public var blocks: [Block]

  /// - Parameters:
  ///   - title: The heading.
  ///   - blocks: The contents in order.
  public init(_ title: Prose, _ blocks: [Block] = []) {
    self.title = title
    self.blocks = blocks
  }
}

/// Something that stands in a section.
public enum Block: Sendable {
  /// A paragraph.
  case prose(Prose)
  /// A remark that is set off: a convention, a trap, a slip of the course's notes.
  case note(Prose)
  /// A given quantity.
  case given(MathNode, Value)
  /// A formula without numbers.
  case formula(MathNode)
  /// A calculation.
  case step(Step)
  /// A table.
  case table(Table)
  /// The solution's graph is drawn here.
  case graph
  /// A figure with its caption.
  case figure(Illustration)
}

/// Numbers of one shape, row-major.
public struct Value: Sendable, Hashable {
  /// Sizes along each axis, empty for a scalar.
  public let shape: [Int]
  /// The numbers.
  public let elements: [Double]

  /// - Parameters:
  ///   - shape: Sizes along each axis, empty for a scalar.
  ///   - elements: The numbers, as many as the shape holds.
  public init(shape: [Int], elements: [Double]) {
    self.shape = shape
    self.elements = elements
  }

  /// A scalar.
  public init(_ number: Double) { self.init(shape: [], elements: [number]) }

  /// Without the axes of size 1 before the last two.
  var squeezed: Value {
    var rest = shape
    while rest.count > 2, rest[0] == 1 { rest.removeFirst() }
    return Value(shape: rest, elements: elements)
  }

  /// An array's numbers.
  public init(_ array: NDArray) { self.init(shape: Array(array.shape), elements: array.doubles) }
}

/// One line of a calculation: symbol = formula = numbers put in = value.
public struct Step: Sendable {
  /// Which part of the work a line belongs to.
  public enum Stage: String, Sendable, Hashable {
    /// From the inputs to the loss.
    case forward
    /// From the loss back to the parameters.
    case backward
    /// The change of a parameter or of an optimizer's state.
    case update
  }

  /// A name without another like it in the solution.
  public var id: String
  /// The part of the work.
  public let stage: Stage
  /// The left side.
  public var symbol: MathNode
  /// The formula.
  public let formula: MathNode
  /// The formula with the numbers put in as they are displayed.
  public let substituted: MathNode
  /// The same with all digits.
  public let exactlySubstituted: MathNode
  /// The value from the tape.
  public let value: Value
  /// What the student with a calculator has here; nil where nothing is rounded.
  public let rounded: Value?
  /// The digits of the value as displayed.
  public let digits: [String]
  /// Whether the displayed digits are the value itself.
  public let isExact: Bool
  /// Whether the line is a result and is set in a box.
  public var isBoxed = false
  /// The shapes of a matrix product's factors and result.
  public var dimensions: String?
  /// A word on this line.
  public var remark: Prose?
  /// The formula as it can be evaluated on other numbers; nil in documents put together by hand.
  package let calculation: Calculation?

  package init(
    id: String, stage: Stage, symbol: MathNode, formula: MathNode, substituted: MathNode,
    exactlySubstituted: MathNode, value: Value, rounded: Value?, digits: [String], isExact: Bool,
    isBoxed: Bool = false, dimensions: String? = nil, remark: Prose? = nil,
    calculation: Calculation? = nil
  ) {
    self.id = id
    self.stage = stage
    self.symbol = symbol
    self.formula = formula
    self.substituted = substituted
    self.exactlySubstituted = exactlySubstituted
    self.value = value
    self.rounded = rounded
    self.digits = digits
    self.isExact = isExact
    self.isBoxed = isBoxed
    self.dimensions = dimensions
    self.remark = remark
    self.calculation = calculation
  }
}

/// A table with a heading row.
public struct Table: Sendable {
  /// What a cell holds.
  public enum Cell: Sendable {
    /// Words.
    case prose(Prose)
    /// Mathematics.
    case math(MathNode)
    /// Digits.
    case digits(String)
  }

  /// The headings.
  public let headings: [Cell]
  /// The rows, as wide as the headings.
  public let rows: [[Cell]]

  /// - Parameters:
  ///   - headings: The headings.
  ///   - rows: The rows, as wide as the headings.
  public init(headings: [Cell], rows: [[Cell]]) {
    self.headings = headings
    self.rows = rows
  }
}

/// The comparisons that a solution ends with.
public struct CheckReport: Sendable {
  /// One comparison.
  public struct Line: Sendable {
    /// What was compared with what.
    public let what: Prose
    /// max|Δ| ÷ max(1, max|reference|)
    public let disagreement: Double
    /// The largest disagreement that rounding explains.
    public let tolerance: Double

    package init(what: Prose, disagreement: Double, tolerance: Double) {
      self.what = what
      self.disagreement = disagreement
      self.tolerance = tolerance
    }
  }

  /// The comparisons.
  public var lines: [Line] = []
  /// Points without a derivative, with the convention and the one-sided differences.
  public var kinks: [Prose] = []

  /// The largest disagreement, 0 where nothing was compared; not a number where one is none.
  public var largestDisagreement: Double {
    lines.map(\.disagreement).reduce(0) { $0.isNaN || $1.isNaN ? .nan : max($0, $1) }
  }
  /// Whether every comparison is within its tolerance.
  public var passed: Bool { lines.allSatisfy { $0.disagreement <= $0.tolerance } }
}

/// A computational graph to be drawn: nodes in columns, edges between them.
public struct GraphDrawing: Sendable {
  /// A node.
  public struct Node: Sendable {
    /// The place among the nodes.
    public let id: Int
    /// What is written in it: an operation or a symbol.
    public let label: MathNode
    /// The operation's name, `input` or `constant`.
    public let operation: String
    /// The nodes that it is computed from.
    public let inputs: [Int]
    /// The forward value as displayed.
    public let value: String
    /// The gradient as displayed; nil where none flows.
    public let gradient: String?
    /// The forward value with all digits.
    public var exactValue: Value?
    /// The gradient with all digits.
    public var exactGradient: Value?

    package init(
      id: Int, label: MathNode, operation: String, inputs: [Int], value: String,
      gradient: String?, exactValue: Value? = nil, exactGradient: Value? = nil
    ) {
      self.id = id
      self.label = label
      self.operation = operation
      self.inputs = inputs
      self.value = value
      self.gradient = gradient
      self.exactValue = exactValue
      self.exactGradient = exactGradient
    }
  }

  /// The nodes, inputs before their users.
  public let nodes: [Node]

  package init(nodes: [Node]) { self.nodes = nodes }
}
