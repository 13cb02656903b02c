import Autodiff

/// The engine's numbers with their names, and the lines that lead from one to the next.
///
/// Exact values come from the tape; every line's formula is evaluated on the exact values before
/// it, by the engine, and has to give the tape's. Beside them runs the student with a calculator,
/// who puts in what was written down.
final class Worksheet {
  let options: ExplainOptions
  /// Whether lines are written entry by entry; may change from one line to the next.
  var isIndexed: Bool
  private(set) var names: [String: Name] = [:]
  private(set) var exact: [String: NDArray] = [:]
  private var replayed: [String: [Double]] = [:]
  private var digits: [String: [String]] = [:]
  private(set) var settings: [String: MathNode] = [:]
  /// The first key of quantities that have several.
  private var firstKeys: [String: String] = [:]
  var functions = common
  /// The functions that `define` may call beside those of a recording.
  private var taught = common

  /// Functions that the formulas of `define` may call.
  private static let common: [String: FormulaFunction] = [
    "sum#": { $0[0].sum() }, "matmul#": { $0[0].matmul($0[1]) },
    "transpose#": { $0[0].transposed() },
  ]

  /// Adds a function that the formulas of `define` may call. Names that differ after `#` alone are
  /// shown alike.
  func teach(_ name: String, _ function: @escaping FormulaFunction) {
    taught[name] = function
    functions[name] = function
  }

  /// Whether formulas may call a function of this name.
  func knows(_ name: String) -> Bool { functions[name] != nil }

  init(_ options: ExplainOptions, isIndexed: Bool) {
    self.options = options
    self.isIndexed = isIndexed
  }

  // MARK: Quantities

  /// A given array.
  func give(_ name: Name, _ value: NDArray) {
    enter(name.key, name.whole, name.entry, value)
    names[name.key] = name
    replayed[name.key] = value.doubles
    digits[name.key] = value.doubles.map(givenDigits)
  }

  /// A given scalar.
  func give(_ key: String, _ symbol: Symbol, _ value: Double) {
    give(Name(scalar: key, symbol), NDArray(value))
  }

  /// An array whose entries stand as plain numbers in formulas, such as an identity matrix.
  /// - Parameter key: Begins with `constant:`.
  func giveConstant(_ key: String, _ value: NDArray) {
    exact[key] = value
    settings[key] = .matrix([value.doubles.map { .number(NumberText.brief($0)) }])
    digits[key] = value.doubles.map(givenDigits)
    replayed[key] = value.doubles
  }

  /// A second key for a quantity.
  func alias(_ key: String, to other: String) {
    firstKeys[key] = firstKey(other)
    names[key] = names[other].map { original in
      var copy = Name(key, whole: original.whole, entry: original.entry)
      copy.gradient = original.gradient
      return copy
    }
    exact[key] = exact[other]
    replayed[key] = replayed[other]
    digits[key] = digits[other]
    settings[key] = settings[other]
    for index in 0..<exact[other]!.elementCount {
      settings[EntryExpander.name(key, index)] = settings[EntryExpander.name(other, index)]
    }
  }

  func firstKey(_ key: String) -> String { firstKeys[key] ?? key }

  /// What is written for a given quantity.
  func given(_ key: String) -> [Block] {
    let array = exact[key]!
    if isIndexed, array.elementCount <= 1 || array.rank <= 2 && array.elementCount <= 12 {
      return array.doubles.enumerated().map { index, value in
        .given(settings[EntryExpander.name(key, index)]!, Value(value))
      }
    }
    return [.given(names[key]!.whole, Value(array))]
  }

  /// The digits that stand for a quantity.
  func writtenDigits(_ key: String) -> [String] { digits[key]! }

  private func givenDigits(_ value: Double) -> String {
    let short = NumberText.significant(value, digits: 10)
    return Double(short) == value ? short : NumberText.shortest(value)
  }

  private func enter(
    _ key: String, _ whole: MathNode, _ entry: ([Int]) -> MathNode, _ value: NDArray
  ) {
    exact[key] = value
    settings[key] = whole
    replayed[key] = value.doubles
    digits[key] = value.doubles.map { display($0, rounds: false) }
    for index in 0..<value.elementCount {
      settings[EntryExpander.name(key, index)] = entry(Self.indices(index, value.shape))
    }
    if value.elementCount == 1, isIndexed {
      settings[key] = entry(Self.indices(0, value.shape))
    }
  }

  /// The index of an entry, without the axes of size 1.
  static func indices(_ index: Int, _ shape: Shape) -> [Int] {
    var rest = index
    var result: [Int] = []
    for axis in (0..<shape.rank).reversed() {
      result.insert(rest % shape[axis], at: 0)
      rest /= shape[axis]
    }
    return result
  }

  /// A quantity's exact numbers.
  func array(_ key: String) -> NDArray {
    if let mark = key.lastIndex(of: "@"), let whole = exact[String(key[..<mark])] {
      return NDArray(whole.doubles[Int(key[key.index(after: mark)...])!])
    }
    guard let array = exact[key] else { fatalError("explain: nothing is called \(key)") }
    return array
  }

  /// What the student with a calculator has.
  func replayedArray(_ key: String) -> NDArray {
    NDArray(replayed[key]!, shape: array(key).shape)
  }

  private func display(_ value: Double, rounds: Bool) -> String {
    if rounds, let rounding = options.rounding { return rounding.text(value) }
    return NumberText.brief(value)
  }

  // MARK: Recording

  /// Runs a program on the tape and reads its formulas.
  /// - Parameters:
  ///   - inputs: Keys of quantities, which become the program's variables.
  ///   - named: What the program's marks are called.
  ///   - program: Computes the loss from the variables by key, marking arrays on the way by key.
  func record(
    inputs: [String], named: [Name],
    _ program: ([String: Tensor], inout [String: Tensor]) -> Tensor
  ) -> Recording {
    let snapshot = GraphSnapshot(of: inputs.map { ($0, array($0)) }) { variables, marks in
      program(
        Dictionary(uniqueKeysWithValues: zip(inputs, variables)), &marks)
    }
    for name in named { names[name.key] = name }
    var ids: [String: Int] = [:]
    for (key, id) in snapshot.marked where ids[key] == nil { ids[key] = id }
    for node in snapshot.nodes {
      if let key = node.name { ids[key] = node.id }
      if node.operation == "constant" {
        giveConstant(GraphReader.constant(node.id), node.value)
      }
    }
    // Where two marks fell on one node, the first in the order given has it.
    var keys: [Int: String] = [:]
    for key in inputs + named.map(\.key) {
      if let id = ids[key], keys[id] == nil { keys[id] = key }
    }
    let reader = GraphReader(
      snapshot, keys: keys,
      gradients: Set(keys.values.filter { names[$0]?.gradient != nil }),
      slopes: Set(keys.values.filter { names[$0]?.slope != nil }))
    functions = taught.merging(reader.functions) { $1 }
    return Recording(reader: reader, ids: ids.filter { keys[$0.value] == $0.key })
  }

  /// A recorded program.
  struct Recording {
    let reader: GraphReader
    /// Where the named arrays stand.
    let ids: [String: Int]

    func node(_ key: String) -> GraphSnapshot.Node {
      guard let id = ids[key] else { fatalError("explain: nothing is called \(key)") }
      return reader.snapshot.nodes[id]
    }
  }

  // MARK: Lines

  /// The lines of a named array's value.
  ///
  /// - Parameter written: Another way to write it than by the operation's formula, with the same
  ///   value.
  func value(_ key: String, in recording: Recording, written: Expression? = nil) -> [Step] {
    let node = recording.node(key)
    let name = names[key]!
    return lines(
      key, name.whole, name.entry, written ?? recording.reader.value(node.id), node.value, .forward)
  }

  /// The lines of an activation function's slope.
  func slope(_ key: String, in recording: Recording) -> [Step] {
    let node = recording.node(key)
    guard let slope = names[key]!.slope else { fatalError("explain: \(key) has no slope") }
    let expression = recording.reader.slope(node.id)
    let expander = EntryExpander(functions: functions, array: array)
    return lines(
      GraphReader.slope(key), .slope(slope.function, slope.argument(nil)),
      { .slope(slope.function, slope.argument($0)) }, expression,
      expander.value(expression).broadcast(to: node.shape), .backward)
  }

  /// The lines of the gradient of the loss by a named array.
  ///
  /// - Parameter written: Another way to write it than by the operations' formulas, with the same
  ///   value.
  func gradient(
    _ key: String, in recording: Recording, written: Expression? = nil
  ) -> [Step] {
    let node = recording.node(key)
    guard let gradient = names[key]!.gradient else {
      fatalError("explain: the gradient of \(key) has no name")
    }
    let value = node.gradient ?? NDArray.zeros(node.shape, dtype: .float64)
    var steps = lines(
      GraphReader.gradient(key), gradient(nil), { gradient($0) },
      written ?? recording.reader.gradient(node.id), value, .backward)
    // δ is told to be ∂L/∂z where it is written down.
    let name = names[key]!
    for (index, step) in steps.enumerated() {
      let by = isIndexed ? name.entry(Self.indices(index, node.shape)) : name.whole
      let derivative = MathNode.derivative(.symbol(Symbol("L")), by)
      if case .symbol = step.symbol {
        steps[index].symbol = .infix(.equals, step.symbol, derivative)
      }
    }
    return steps
  }

  /// A quantity that is defined by a formula of others, such as an updated parameter.
  func define(_ name: Name, _ expression: Expression, _ stage: Step.Stage) -> [Step] {
    names[name.key] = name
    let value = EntryExpander(functions: functions, array: array).value(expression)
    return lines(name.key, name.whole, name.entry, expression, value, stage)
  }

  private func lines(
    _ key: String, _ whole: MathNode, _ entry: ([Int]) -> MathNode, _ expression: Expression,
    _ value: NDArray, _ stage: Step.Stage
  ) -> [Step] {
    enter(key, whole, entry, value)
    if !isIndexed || value.elementCount == 0 {
      let simplified = namingSums(expression.withoutStretchedNumbers.simplified)
      var step = line(key, key, whole, simplified, value, stage, entry: nil)
      step.dimensions = dimensions(simplified)
      return [step]
    }
    let expander = EntryExpander(functions: functions, array: array)
    return (0..<value.elementCount).map { index in
      let written = expander.entry(expression, index).simplified
      let indices = Self.indices(index, value.shape)
      let id =
        value.elementCount == 1
        ? key
        : key + "."
          + indices.map { "\($0 + 1)" }
          .joined(separator: ".")
      return line(
        id, key, entry(indices), written, NDArray(value.doubles[index]), stage, entry: index)
    }
  }

  private func line(
    _ id: String, _ key: String, _ symbol: MathNode, _ expression: Expression, _ value: NDArray,
    _ stage: Step.Stage, entry: Int?
  ) -> Step {
    let computed = evaluate(expression) { self.scalarOrArray($0, of: self.array) }
    // What rounding leaves is in proportion to the terms, which may cancel.
    lazy var terms = magnitude(expression).broadcast(to: value.shape).doubles
    let pairs = zip(computed.broadcast(to: value.shape).doubles, value.doubles)
    func differs(_ scale: Double) -> (Double, Double)? {
      pairs.first { a, b in !(abs(a - b) <= 1e-9 * scale) && !(a.isNaN && b.isNaN) && a != b }
    }
    func scale(_ numbers: [Double]) -> Double {
      numbers.filter(\.isFinite).map { abs($0) }.reduce(1, max)
    }
    if differs(scale(value.doubles)) != nil, let (a, b) = differs(scale(value.doubles + terms)) {
      fatalError("explain: \(id) = \(expression) gives \(a), the tape has \(b)")
    }
    // The student's value, from what is written down.
    let rounds = stage != .update || options.roundsUpdates
    var written = evaluate(expression) { self.scalarOrArray($0, of: self.replayedArray) }
      .broadcast(to: value.shape).doubles
    let isRounded = options.rounding != nil && rounds
    if isRounded { written = written.map { options.rounding!.rounded($0) } }
    var texts = written.map { display($0, rounds: isRounded) }
    if options.rounding == nil {
      // What rounding leaves where terms cancel is 0 on paper.
      for (index, number) in written.enumerated()
      where number != 0 && abs(number) < 1e-6 && abs(number) < 1e-15 * terms[index] {
        texts[index] = "0"
      }
    }
    if let entry {
      replayed[key]![entry] = written[0]
      digits[key]![entry] = texts[0]
    } else {
      replayed[key] = written
      digits[key] = texts
    }
    return Step(
      id: id, stage: stage, symbol: symbol, formula: expression.math(formulaSetting),
      substituted: expression.math(numberSetting(exactly: false)),
      exactlySubstituted: expression.math(numberSetting(exactly: true)), value: Value(value),
      rounded: options.rounding == nil
        ? nil : Value(shape: Array(value.shape), elements: written),
      digits: texts,
      isExact: zip(texts, value.doubles).allSatisfy {
        abs((Double($0) ?? .nan) - $1) <= 1e-12 * max(1, abs($1))
      }, calculation: calculation(key, entry, expression))
  }

  /// Evaluates a formula by the engine.
  func evaluate(_ expression: Expression, _ value: (String) -> NDArray) -> NDArray {
    var variables: [String: NDArray] = [:]
    for name in expression.variables { variables[name] = value(name) }
    do {
      return try expression.value(variables, functions: functions)
    } catch {
      fatalError("explain: \(error)")
    }
  }

  /// The numbers behind a name, which may be that of an entry.
  func scalarOrArray(_ name: String, of source: (String) -> NDArray) -> NDArray {
    guard let mark = name.lastIndex(of: "@") else {
      let array = source(name)
      return isIndexed && array.elementCount == 1 ? array.reshaped(.scalar) : array
    }
    let index = Int(name[name.index(after: mark)...])!
    return NDArray(source(String(name[..<mark])).doubles[index])
  }

  // MARK: Setting

  private func isMatrix(_ name: String) -> Bool {
    !name.contains("@") && array(name).elementCount > 1
  }

  private var formulaSetting: MathSetting {
    MathSetting(
      variable: { [settings] in settings[$0]! }, isMatrix: isMatrix,
      number: { NumberText.shortest($0) })
  }

  private func numberSetting(exactly: Bool) -> MathSetting {
    func node(_ value: Double, _ text: String) -> MathNode {
      .number(exactly ? NumberText.shortest(value) : text)
    }
    return MathSetting(
      variable: { [exact, digits] name in
        if let mark = name.lastIndex(of: "@") {
          let key = String(name[..<mark])
          let index = Int(name[name.index(after: mark)...])!
          return node(exact[key]!.doubles[index], digits[key]![index])
        }
        let array = exact[name]!
        let entries = zip(array.doubles, digits[name]!).map { node($0, $1) }
        if entries.count == 1 { return entries[0] }
        let width = array.shape.rank == 0 ? 1 : array.shape[array.shape.rank - 1]
        return .matrix(
          stride(from: 0, to: entries.count, by: width).map { Array(entries[$0..<($0 + width)]) })
      }, isMatrix: isMatrix,
      number: { NumberText.shortest($0) })
  }
}
