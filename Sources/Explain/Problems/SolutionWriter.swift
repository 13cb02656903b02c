import Autodiff

/// Gathers the parts of a worked solution in order: what the solvers of several kinds share.
struct SolutionWriter {
  let sheet: Worksheet
  var solution: Solution
  var kinks = KinkReport()

  /// - Parameters:
  ///   - kind: The kind of problem.
  ///   - title: The heading.
  ///   - options: How it is to be written.
  ///   - isIndexed: Whether lines are written entry by entry at first.
  init(_ kind: String, _ title: Prose, _ options: ExplainOptions, isIndexed: Bool) {
    sheet = Worksheet(options, isIndexed: isIndexed)
    solution = Solution(kind: kind, title: title)
  }

  // MARK: Text

  /// Begins a section.
  mutating func begin(_ english: Prose.Run, _ chinese: Prose.Run) {
    solution.sections.append(Section(Prose(en: english, zh: chinese)))
  }

  /// Adds a block to the section begun last.
  mutating func add(_ block: Block) {
    solution.sections[solution.sections.count - 1].blocks.append(block)
  }

  mutating func say(_ english: Prose.Run, _ chinese: Prose.Run) {
    add(.prose(Prose(en: english, zh: chinese)))
  }

  mutating func note(_ english: Prose.Run, _ chinese: Prose.Run) {
    add(.note(Prose(en: english, zh: chinese)))
  }

  /// Adds a line to the symbol table.
  mutating func symbol(
    _ symbol: MathNode, _ english: Prose.Run, _ chinese: Prose.Run, _ shape: [Int] = []
  ) {
    solution.symbols.append(
      .init(symbol: symbol, meaning: Prose(en: english, zh: chinese), shape: shape))
  }

  // MARK: Numbers

  /// Enters a given array and writes it down.
  mutating func give(_ name: Name, _ array: NDArray) {
    sheet.give(name, array)
    for block in sheet.given(name.key) { add(block) }
  }

  /// Adds lines, in a box where they are a result.
  mutating func add(_ steps: [Step], boxed: Bool = false, remark: Prose? = nil) {
    for (index, step) in steps.enumerated() {
      var step = step
      step.isBoxed = boxed
      if index == steps.count - 1, let remark { step.remark = remark }
      add(.step(step))
    }
  }

  /// Writes down a quantity that is defined by a formula of others.
  /// - Throws: `ProblemError` where the value is not finite.
  mutating func define(
    _ name: Name, _ formula: Expression, _ stage: Step.Stage = .forward, boxed: Bool = false,
    remark: Prose? = nil
  ) throws {
    let steps = sheet.define(name, formula, stage)
    try checkFinite(sheet.array(name.key), name.entry)
    add(steps, boxed: boxed, remark: remark)
  }

  /// The same with the formula as text, see ``formula(_:_:)``.
  mutating func define(
    _ name: Name, _ text: String, _ meaning: [String: String] = [:],
    _ stage: Step.Stage = .forward, boxed: Bool = false, remark: Prose? = nil
  ) throws {
    try define(name, formula(text, meaning), stage, boxed: boxed, remark: remark)
  }

  /// Parses a formula of `define`: names are keys (`w_2` is entry 2 of `w`, counted from 0), or
  /// what `meaning` says; functions of the worksheet are called without the mark behind.
  func formula(_ text: String, _ meaning: [String: String] = [:]) -> Expression {
    func put(_ part: Expression) -> Expression {
      switch part {
      case .number: return part
      case .variable(let name):
        let pieces = name.split(separator: "_").map(String.init)
        let key = meaning[pieces[0]] ?? pieces[0]
        return .variable(pieces.count > 1 ? EntryExpander.name(key, Int(pieces[1])!) : key)
      case .negate(let x): return .negate(put(x))
      case .add(let a, let b): return .add(put(a), put(b))
      case .subtract(let a, let b): return .subtract(put(a), put(b))
      case .multiply(let a, let b): return .multiply(put(a), put(b))
      case .divide(let a, let b): return .divide(put(a), put(b))
      case .power(let a, let b): return .power(put(a), put(b))
      case .call(let name, let arguments):
        let whole = sheet.knows(name + "#") ? name + "#" : name
        return .call(whole, arguments.map(put))
      }
    }
    do {
      return put(try Expression(parsing: text))
    } catch {
      fatalError("explain: \(error)")
    }
  }

  /// Writes down the value of an array on the tape.
  mutating func value(
    _ key: String, in recording: Worksheet.Recording, boxed: Bool = false
  ) throws {
    try checkFinite(recording.node(key).value, sheet.names[key]!.entry)
    add(sheet.value(key, in: recording), boxed: boxed)
  }

  /// Writes down the gradient by an array on the tape.
  mutating func gradient(
    _ key: String, in recording: Worksheet.Recording, written: Expression? = nil,
    boxed: Bool = false
  ) throws {
    if let array = recording.node(key).gradient {
      let name = sheet.names[key]!
      try checkFinite(array) { name.gradient!($0) }
    }
    add(sheet.gradient(key, in: recording, written: written), boxed: boxed)
  }

  private func checkFinite(_ array: NDArray, _ entry: ([Int]) -> MathNode) throws {
    guard let wrong = array.doubles.firstIndex(where: { !$0.isFinite }) else { return }
    let symbol = MathText.text(entry(Worksheet.indices(wrong, array.shape)))
    throw ProblemError(
      "", "\(symbol) is \(array.doubles[wrong]), expected a finite number")
  }

  /// Refuses what softmax's formula, as it is written down, cannot be evaluated on.
  /// - Parameters:
  ///   - key: The key of softmax's argument.
  ///   - recording: The program.
  /// - Throws: `ProblemError` where e^z overflows, or is 0 for all.
  func checkExponent(_ key: String, in recording: Worksheet.Recording) throws {
    let array = recording.node(key).value
    guard let wrong = array.doubles.firstIndex(where: { !(abs($0) <= 700) }) else { return }
    let symbol = MathText.text(sheet.names[key]!.entry(Worksheet.indices(wrong, array.shape)))
    throw ProblemError(
      "",
      "\(symbol) is \(NumberText.brief(array.doubles[wrong])), expected -700 to 700: e^z in softmax "
        + "is beyond double precision")
  }

  /// A named number for scripts.
  mutating func result(_ name: String, _ key: String) {
    solution.results.append((name, Value(sheet.array(key))))
  }

  /// A gradient for scripts.
  mutating func gradientResult(_ name: String, _ key: String) {
    solution.results.append((name, Value(sheet.array(GraphReader.gradient(key)))))
  }

  // MARK: Checks

  /// Compares the gradients by some inputs of a program with central differences.
  ///
  /// - Parameters:
  ///   - wanted: The inputs' keys.
  ///   - fixed: The keys of the program's other inputs.
  ///   - loss: What is differentiated.
  ///   - noise: The rounding error of the program's value; by its size where nil.
  ///   - program: Computes the loss.
  mutating func compare(
    gradientsBy wanted: [String], fixed: [String], loss: MathNode = .symbol(Symbol("L")),
    noise: Double? = nil, _ program: ([String: Tensor], inout [String: Tensor]) -> Tensor
  ) {
    let constants = fixed.map { ($0, Tensor(sheet.array($0))) }
    var size = 0.0
    let found = DifferenceCheck(
      at: wanted.map(sheet.array), gradients: wanted.map { sheet.array(GraphReader.gradient($0)) }
    ) { arrays in
      var variables = Dictionary(uniqueKeysWithValues: constants)
      for (key, array) in zip(wanted, arrays) { variables[key] = Tensor(array) }
      var marks: [String: Tensor] = [:]
      let value = program(variables, &marks).item
      size = max(size, abs(value))
      return value
    }
    // A difference over a step of 1e-5 magnifies the value's rounding by as much.
    let rounding = (noise ?? 16 * Double.ulpOfOne * size) / 1e-5
    let largest =
      wanted.flatMap { sheet.array(GraphReader.gradient($0)).doubles }
      .map { abs($0) }.max() ?? 0
    let tolerance = max(DifferenceCheck.tolerance, rounding / max(1, largest))
    check(
      "gradients of \(loss) by the tape against \(Term.centralDifference)s",
      "计算带上 \(loss) 的梯度与\(Term.centralDifference)", found.disagreement,
      tolerance: tolerance)
    for kink in found.kinks {
      let shape = sheet.array(wanted[kink.input]).shape
      let name = sheet.names[wanted[kink.input]]!
      kinks.add(
        name.entry(Worksheet.indices(kink.entry, shape)), left: kink.left, right: kink.right,
        gradient: kink.gradient, of: loss)
    }
  }

  /// The rounding error of y·ln ŷ + (1 − y)·ln(1 − ŷ): near 0 and 1 little is left of ŷ and 1 − ŷ.
  static func noise(ofLogarithms outputs: [Double], targets: [Double]) -> Double {
    zip(outputs, targets).reduce(4 * Double.ulpOfOne) { sum, pair in
      let (output, target) = pair
      let one = target == 0 ? 0 : target / output
      let zero = target == 1 ? 0 : (1 - target) / (1 - output)
      return sum + 4 * Double.ulpOfOne * (one + zero)
    }
  }

  /// Compares numbers with those of another route.
  mutating func compare(
    _ english: Prose.Run, _ chinese: Prose.Run, _ own: [Double], _ other: [Double],
    tolerance: Double = 1e-12
  ) {
    let scale = max(1, other.map { abs($0) }.max() ?? 0)
    let difference =
      own.count == other.count
      ? zip(own, other).map { abs($0 - $1) }.reduce(0) { $0.isNaN || $1.isNaN ? .nan : max($0, $1) }
      : .infinity
    check(english, chinese, difference / scale, tolerance: tolerance)
  }

  mutating func check(
    _ english: Prose.Run, _ chinese: Prose.Run, _ disagreement: Double, tolerance: Double
  ) {
    solution.check.lines.append(
      .init(
        what: Prose(en: english, zh: chinese), disagreement: disagreement, tolerance: tolerance))
  }

  /// The solution with its check.
  func finished() -> Solution {
    var solution = solution
    solution.check.kinks = kinks.prose
    return solution
  }
}

extension ProblemError {
  /// Refuses numbers that are not finite or too large for a calculation by hand.
  static func check(_ place: String, _ numbers: [Double]) throws {
    if let wrong = numbers.first(where: { !($0.isFinite && abs($0) <= 1000) }) {
      throw ProblemError(
        place, "found \(NumberText.shortest(wrong)), expected numbers from -1000 to 1000")
    }
  }

  /// Refuses a matrix without entries or with rows of several lengths.
  static func check(_ place: String, _ rows: [[Double]], rowLimit: Int, columnLimit: Int) throws {
    guard let first = rows.first, !first.isEmpty else {
      throw ProblemError(place, "found no number, expected a matrix")
    }
    for (index, row) in rows.enumerated() where row.count != first.count {
      throw ProblemError(
        "\(place)[\(index)]",
        "found \(row.count) numbers, expected \(first.count) as in the first row")
    }
    guard rows.count <= rowLimit, first.count <= columnLimit else {
      throw ProblemError(
        place,
        "found \(rows.count)×\(first.count) numbers, which is too large to show: at most "
          + "\(rowLimit)×\(columnLimit)")
    }
    try check(place, rows.flatMap { $0 })
  }
}

extension NDArray {
  /// A matrix of rows, float64.
  init(matrix rows: [[Double]]) {
    self.init(rows.flatMap { $0 }, shape: [rows.count, rows[0].count])
  }
}

extension Name {
  /// A matrix whose whole is a capital letter and whose entries carry two indices.
  init(matrix key: String, _ base: String, accent: Symbol.Accent? = nil, layer: Int? = nil) {
    self.init(key, Symbol(base, accent: accent, layer: layer))
  }

  /// The same with the gradient of a loss other than L.
  func withGradient(of loss: MathNode) -> Name {
    var copy = self
    let (whole, entry) = (whole, entry)
    copy.gradient = { index in .derivative(loss, index.map(entry) ?? whole) }
    return copy
  }
}

extension SolutionWriter {
  /// Teaches the functions `eigenvalues` (from the largest) and `eigenvectors` (their columns) of
  /// symmetric matrices.
  func teachSymmetricEigen() {
    @Sendable func eigen(_ array: NDArray) -> (values: NDArray, vectors: NDArray) {
      do {
        return try LinearAlgebra.symmetricEigen(array)
      } catch {
        fatalError("explain: \(error)")
      }
    }
    // What is 0 but for rounding is 0.
    @Sendable func cleaned(_ values: [Double]) -> [Double] {
      let least = 4 * Double.ulpOfOne * (values.map { abs($0) }.max() ?? 0)
      return values.map { abs($0) <= least ? 0 : $0 }
    }
    sheet.teach("eigenvalues#") { NDArray(cleaned(eigen($0[0]).values.doubles.reversed())) }
    sheet.teach("eigenvectors#") { arrays in
      let vectors = eigen(arrays[0]).vectors
      let size = vectors.shape[0]
      let elements = cleaned(vectors.doubles)
      return NDArray(
        (0..<size * size).map { elements[$0 / size * size + size - 1 - $0 % size] },
        shape: [size, size])
    }
    sheet.teach("diag#") { arrays in
      let values = arrays[0].doubles
      let size = values.count
      return NDArray(
        (0..<size * size).map { $0 / size == $0 % size ? values[$0 / size] : 0 },
        shape: [size, size])
    }
  }
}
