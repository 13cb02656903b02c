import Autodiff

/// What the solutions of recorded programs share: the worksheet, the document, and the comparisons
/// at the end.
struct RecordedSolution {
  let sheet: Worksheet
  var document: Solution
  private(set) var kinks = KinkReport()
  private var difference: Double?

  init(kind: String, title: Prose, options: ExplainOptions, isIndexed: Bool) {
    sheet = Worksheet(options, isIndexed: isIndexed)
    document = Solution(kind: kind, title: title)
  }

  /// Adds a part with a heading.
  mutating func section(_ title: Prose, _ blocks: [Block]) {
    document.sections.append(Section(title, blocks))
  }

  /// Adds a line of the symbol table.
  mutating func symbol(_ symbol: MathNode, _ meaning: Prose, shape: [Int] = []) {
    document.symbols.append(.init(symbol: symbol, meaning: meaning, shape: shape))
  }

  /// A given array with its line of the symbol table.
  mutating func give(_ name: Name, _ array: NDArray, _ meaning: Prose) -> [Block] {
    sheet.give(name, array)
    symbol(
      array.elementCount == 1 && sheet.isIndexed
        ? name.entry(Worksheet.indices(0, array.shape)) : name.whole, meaning,
      shape: array.elementCount == 1 ? [] : Array(array.shape))
    return sheet.given(name.key)
  }

  /// The lines of several values.
  func values(_ keys: [String], in recording: Worksheet.Recording, boxed: Bool = false) -> [Block] {
    keys.flatMap { key in
      sheet.value(key, in: recording).map { step in
        var step = step
        step.isBoxed = boxed
        return .step(step)
      }
    }
  }

  /// The lines of several gradients.
  func gradients(_ keys: [String], in recording: Worksheet.Recording, boxed: Bool = false)
    -> [Block]
  {
    keys.flatMap { key in
      sheet.gradient(key, in: recording).map { step in
        var step = step
        step.isBoxed = boxed
        return .step(step)
      }
    }
  }

  /// - Throws: `ProblemError` that names the first value or gradient that is not finite.
  func checkFinite(
    _ recording: Worksheet.Recording, _ names: [Name], place: String = "",
    infinite allowed: Set<String> = []
  ) throws {
    for name in names where recording.ids[name.key] != nil && !allowed.contains(name.key) {
      let node = recording.node(name.key)
      for (what, array) in [("", node.value as NDArray?), ("the gradient by ", node.gradient)] {
        guard let array, let wrong = array.doubles.firstIndex(where: { !$0.isFinite }) else {
          continue
        }
        throw ProblemError(
          place,
          "\(what)\(MathText.text(name.entry(Worksheet.indices(wrong, array.shape)))) is "
            + "\(NumberText.shortest(array.doubles[wrong])), expected a finite number")
      }
    }
  }

  /// Compares the gradients written down with differences of the program's values.
  /// - Parameters:
  ///   - wanted: Keys of inputs whose gradients have been written down.
  ///   - fixed: Keys of the other inputs.
  mutating func compareDifferences(
    _ wanted: [String], fixed: [String],
    _ program: ([String: Tensor], inout [String: Tensor]) -> Tensor
  ) {
    let constants = fixed.map { ($0, Tensor(sheet.array($0))) }
    let found = DifferenceCheck(
      at: wanted.map(sheet.array),
      gradients: wanted.map { sheet.array(GraphReader.gradient($0)) }
    ) { arrays in
      var variables = Dictionary(uniqueKeysWithValues: constants)
      for (key, array) in zip(wanted, arrays) { variables[key] = Tensor(array) }
      var marks: [String: Tensor] = [:]
      return program(variables, &marks).item
    }
    difference = max(difference ?? 0, found.disagreement)
    for kink in found.kinks {
      let key = wanted[kink.input]
      kinks.add(
        sheet.names[key]!.entry(Worksheet.indices(kink.entry, sheet.array(key).shape)),
        left: kink.left, right: kink.right, gradient: kink.gradient)
    }
  }

  /// Reports operations that stand exactly on a kink.
  mutating func collectKinks(_ recording: Worksheet.Recording) {
    kinks.collect(recording, sheet, conventionOf: sheet.options.convention)
  }

  /// Adds a comparison: max|a − b| ÷ max(1, max|b|).
  mutating func compare(_ what: Prose, _ a: [Double], _ b: [Double], tolerance: Double) {
    let scale = max(1, b.map { abs($0) }.max() ?? 0)
    let errors = zip(a, b).map { abs($0 - $1) / scale }
    let isWhole = a.count == b.count && !errors.contains(where: \.isNaN)
    document.check.lines.append(
      .init(
        what: what, disagreement: isWhole ? errors.max() ?? 0 : .infinity, tolerance: tolerance))
  }

  /// A result that scripts read.
  mutating func result(_ name: String, _ value: Value) {
    document.results.append((name, value))
  }

  /// The document with its comparisons.
  mutating func finished() -> Solution {
    if let difference {
      document.check.lines.insert(
        .init(
          what: Prose(
            en: "gradients of the tape against \(Term.centralDifference)s",
            zh: "计算带的梯度与\(Term.centralDifference)"),
          disagreement: difference, tolerance: DifferenceCheck.tolerance), at: 0)
    }
    document.check.kinks = kinks.prose
    return document
  }
}

extension Name {
  /// An array whose entries carry their indices, counted from 1, behind the symbol's own
  /// subscripts: h₂ and h_2,1.
  ///
  /// - Parameters:
  ///   - key: The key, without another like it in the worksheet.
  ///   - whole: The array as a whole.
  ///   - entry: An entry without its indices; the whole's symbol where nil.
  ///   - shape: The array's shape; a single entry has no index.
  ///   - dropping: Axes whose index is not written, such as a column's second.
  init(
    _ key: String, _ whole: Symbol, entry: Symbol? = nil, shape: Shape, dropping: Set<Int> = []
  ) {
    let single = shape.elementCount == 1
    let base = entry ?? whole
    var matrix = single ? base : whole
    matrix.isMatrix = !single
    self.init(key, whole: .symbol(matrix)) { index in
      let kept = single ? [] : index.indices.filter { !dropping.contains($0) }.map { index[$0] + 1 }
      var symbol = base
      symbol.isMatrix = false
      if kept.isEmpty { return .symbol(symbol) }
      let digits = kept.map { "\($0)" }
      let text = digits.joined(separator: kept.allSatisfy { $0 < 10 } ? "" : ",")
      symbol.subscripts =
        base.subscripts.isEmpty ? [text] : [base.subscripts.joined() + "," + text]
      return .symbol(symbol)
    }
  }
}

/// Checks of given numbers that the kinds share.
enum GivenNumbers {
  /// - Throws: `ProblemError` for numbers that are not finite or too large.
  static func finite(_ numbers: [Double], _ place: String, within limit: Double = 1e6) throws {
    if let wrong = numbers.first(where: { !$0.isFinite || abs($0) > limit }) {
      throw ProblemError(
        place,
        "found \(NumberText.shortest(wrong)), expected numbers from -\(NumberText.shortest(limit)) "
          + "to \(NumberText.shortest(limit))")
    }
  }

  /// A matrix as an array.
  /// - Throws: `ProblemError` for rows of different lengths, a wrong shape, a size beyond the limit.
  static func matrix(
    _ rows: [[Double]], _ place: String, rows rowCount: Int? = nil, columns: Int? = nil,
    atMost limit: Int, _ why: String = ""
  ) throws -> NDArray {
    guard let first = rows.first, !first.isEmpty else {
      throw ProblemError(place, "found no numbers, expected at least one row")
    }
    for (index, row) in rows.enumerated() where row.count != first.count {
      throw ProblemError(
        "\(place)[\(index)]",
        "found \(row.count) numbers, expected \(first.count) as in the first row")
    }
    let found = (rows.count, first.count)
    let wanted = (rowCount ?? found.0, columns ?? found.1)
    guard found == wanted else {
      throw ProblemError(
        place,
        "found \(found.0)×\(found.1), expected \(wanted.0)×\(wanted.1)\(why.isEmpty ? "" : ": " + why)"
      )
    }
    guard found.0 <= limit, found.1 <= limit else {
      throw ProblemError(
        place,
        "found \(found.0)×\(found.1), which is too large to show: at most \(limit)×\(limit)")
    }
    try finite(rows.flatMap { $0 }, place)
    return NDArray(rows.flatMap { $0 }, shape: [found.0, found.1])
  }
}
