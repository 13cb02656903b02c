import Autodiff

/// One step of a recurrent network.
protocol RecurrentCell {
  /// Units of the state.
  var units: Int { get }
  /// The states that are carried from step to step, `h` and others.
  var states: [String] { get }
  /// The parameters in the order in which they are shown.
  var parameters: [RecurrentParameter] { get }

  /// The arrays of a step in the order in which they are computed, without the states' inputs.
  func plan(step: Int) -> [RecurrentQuantity]

  /// Computes the states of a step.
  /// - Parameters:
  ///   - parameters: The parameters by key.
  ///   - input: x, a column.
  ///   - before: The states before the step.
  ///   - mark: Names a tensor by the key that stands in `plan`, without the step.
  func step(
    _ parameters: (String) -> Tensor, input: Tensor, before: [String: Tensor],
    mark: (String, Tensor) -> Tensor
  ) -> [String: Tensor]
}

/// A parameter of a recurrent network.
struct RecurrentParameter {
  /// The key, and the name in results.
  let key: String
  let whole: Symbol
  let entry: Symbol
  let array: NDArray
  let meaning: Prose

  /// A matrix or column with a subscript behind its letter.
  init(_ key: String, _ letter: String, _ subscripted: String, _ array: NDArray, _ meaning: Prose) {
    self.key = key
    let marks = subscripted.isEmpty ? [] : [subscripted]
    var whole = Symbol(array.shape[1] == 1 ? letter : letter.uppercased())
    whole.subscripts = marks
    var entry = Symbol(letter)
    entry.subscripts = marks
    self.whole = array.elementCount == 1 ? entry : whole
    self.entry = entry
    self.array = array
    self.meaning = meaning
  }

  var isColumn: Bool { array.shape[1] == 1 && key.hasPrefix("b") }

  func name(_ prefix: String = "", loss: Symbol = Symbol("L")) -> Name {
    Name(
      prefix + key, whole, entry: entry, shape: array.shape, dropping: isColumn ? [1] : []
    ).withGradient(of: loss)
  }
}

/// An array that a step computes.
struct RecurrentQuantity {
  /// The key without the step.
  let key: String
  /// What it is called at its step.
  let symbol: Symbol
  /// What it is, for the symbol table.
  let meaning: Prose
  /// What its gradient is called, δ; ∂L/∂symbol where nil.
  var gradient: Symbol?
  /// The activation function whose slope stands on a line of its own, and its argument.
  var slope: (function: String, argument: Symbol)?
}

/// The shapes of a recurrent problem, checked.
struct RecurrentShapes {
  static let mostSteps = 10
  static let mostUnits = 8

  /// A row of numbers as a column.
  static func column(_ numbers: [Double], _ place: String, count: Int, _ why: String) throws
    -> NDArray
  {
    guard numbers.count == count else {
      throw ProblemError(place, "found \(numbers.count) numbers, expected \(count), \(why)")
    }
    try GivenNumbers.finite(numbers, place)
    return NDArray(numbers, shape: [count, 1])
  }

  /// The inputs as columns, one a step.
  static func inputs(_ rows: [[Double]]) throws -> [NDArray] {
    guard rows.count <= mostSteps else {
      throw ProblemError(
        "inputs", "found \(rows.count) steps, which is too large to show: at most \(mostSteps)")
    }
    let array = try GivenNumbers.matrix(rows, "inputs", atMost: 16)
    guard array.shape[1] <= mostUnits else {
      throw ProblemError(
        "inputs",
        "found \(array.shape[1]) numbers a step, which is too large to show: at most \(mostUnits)")
    }
    return rows.map { NDArray($0, shape: [$0.count, 1]) }
  }

  /// The parameters of a gate, with `mark` behind their letters.
  static func gate(
    _ gate: RecurrentGate, _ place: String, mark: String, units: Int, inputs: Int, name: Prose.Run,
    chinese: Prose.Run
  ) throws -> [RecurrentParameter] {
    let w = try GivenNumbers.matrix(
      gate.inputWeight, "\(place).W", rows: units, columns: inputs, atMost: mostUnits,
      "a row for each unit, a column for each input")
    let u = try GivenNumbers.matrix(
      gate.recurrentWeight, "\(place).U", rows: units, columns: units, atMost: mostUnits,
      "a row and a column for each unit")
    var found = [
      RecurrentParameter(
        "W_\(mark)", "w", mark, w,
        Prose(
          en: "\(Term.weight)s of x in the \(name)", zh: "\(chinese)中 x 的\(Term.weight)")),
      RecurrentParameter(
        "U_\(mark)", "u", mark, u,
        Prose(
          en: "\(Term.weight)s of the last state in the \(name)",
          zh: "\(chinese)中上一状态的\(Term.weight)")),
    ]
    if let bias = gate.bias {
      found.append(
        RecurrentParameter(
          "b_\(mark)", "b", mark, try column(bias, "\(place).b", count: units, "one a unit"),
          Prose(en: "\(Term.bias) of the \(name)", zh: "\(chinese)的\(Term.bias)")))
    }
    return found
  }

  /// The number of units, from a weight's rows.
  static func units(_ rows: [[Double]], _ place: String) throws -> Int {
    guard !rows.isEmpty else {
      throw ProblemError(place, "found no rows, expected one for each unit")
    }
    guard rows.count <= mostUnits else {
      throw ProblemError(
        place, "found \(rows.count) units, which is too large to show: at most \(mostUnits)")
    }
    return rows.count
  }
}
