import Autodiff
import Foundation

/// Writes the worked solution of a positional encoding.
struct PositionalEncodingSolver {
  let problem: PositionalEncodingProblem
  var work: RecordedSolution
  let isIndexed: Bool
  private var pairs: Int { problem.dimensions / 2 }

  init(_ problem: PositionalEncodingProblem, _ options: ExplainOptions) throws {
    self.problem = problem
    let (d, n) = (problem.dimensions, problem.positions)
    guard d >= 2, d % 2 == 0 else {
      throw ProblemError(
        "dimensions", "found \(d), expected an even number: sines and cosines come in pairs")
    }
    guard d <= PositionalEncodingProblem.mostDimensions else {
      throw ProblemError(
        "dimensions",
        "found \(d), which is too large to show: at most \(PositionalEncodingProblem.mostDimensions)"
      )
    }
    guard (1...PositionalEncodingProblem.mostPositions).contains(n) else {
      throw ProblemError(
        "positions",
        "found \(n), expected from 1 to \(PositionalEncodingProblem.mostPositions), which can be shown"
      )
    }
    guard problem.base.isFinite, problem.base > 1, problem.base <= 1e9 else {
      throw ProblemError("base", "found \(problem.base), expected above 1 and at most 1e9")
    }
    if let rows = problem.embeddings {
      _ = try GivenNumbers.matrix(
        rows, "embeddings", rows: n, columns: d, atMost: 16,
        "a row for each place, a column for each dimension")
    }
    if let rotation = problem.rotation {
      guard (0..<1000).contains(rotation.position), (-1000...1000).contains(rotation.shift) else {
        throw ProblemError(
          "rotation", "expected a position from 0 to 999 and a shift from -1000 to 1000")
      }
    }
    switch options.form {
    case .scalar: throw ProblemError("--form", "found scalar, expected indexed or matrix")
    case .indexed: isIndexed = true
    case .matrix: isIndexed = false
    case nil: isIndexed = n * d <= 48
    }
    work = RecordedSolution(
      kind: PositionalEncodingProblem.kind,
      title: problem.title
        ?? Prose(
          en: "Positional encoding of \(n) places in \(d) dimensions",
          zh: "\(n) 个位置、\(d) 维的位置编码"),
      options: options, isIndexed: isIndexed)
  }

  // MARK: Names

  private var omega: Name {
    Name("ω", whole: .symbol(Symbol("ω", isMatrix: pairs > 1))) { index in
      .symbol(Symbol("ω", "\(index.last ?? 0)"))
    }
  }

  /// PE at a place and a dimension, or the sum with the embedding.
  private func entry(_ letter: String, _ offset: Int) -> ([Int]) -> MathNode {
    { index in
      let position = index.first ?? 0
      return .symbol(Symbol(letter, "\(position),\(2 * (index.last ?? 0) + offset)"))
    }
  }

  private func half(_ key: String, _ letter: String, _ offset: Int) -> Name {
    Name(
      key,
      whole: .symbol(
        Symbol(letter.uppercased(), offset == 0 ? "even" : "odd", isMatrix: true)),
      entry: entry(letter, offset))
  }

  private func even(_ array: NDArray, _ offset: Int) -> NDArray {
    array.sliced(axis: 1, offset..<array.shape[1], step: 2)
  }

  // MARK: Solution

  mutating func solve() throws -> Solution {
    let (d, n) = (problem.dimensions, problem.positions)
    let positions = NDArray((0..<n).map(Double.init), shape: [n, 1])
    let indices = NDArray((0..<pairs).map(Double.init), shape: [1, pairs])
    var blocks: [Block] = []
    func position(_ index: [Int]) -> MathNode { .symbol(Symbol("pos", "\(index.first ?? 0)")) }
    let sheet = work.sheet
    sheet.give(
      Name("pos", whole: .symbol(Symbol("pos", isMatrix: n > 1)), entry: position), positions)
    sheet.give(
      Name("i", whole: .symbol(Symbol("i", isMatrix: pairs > 1))) { .number("\($0.last ?? 0)") },
      indices)
    blocks += work.give(
      Name(scalar: "d", Symbol("d")), NDArray(Double(d)),
      Prose(en: "numbers a place has", zh: "每个位置的维数"))
    blocks += work.give(
      Name(scalar: "B", Symbol("B")), NDArray(problem.base),
      Prose(en: "base of the wavelengths", zh: "波长的底数"))
    work.symbol(
      .symbol(Symbol("pos")),
      Prose(en: "place in the sequence, from 0", zh: "序列中的位置，从 0 开始"), shape: [n])
    work.symbol(
      .symbol(Symbol("i")),
      Prose(en: "number of the pair of sine and cosine, from 0", zh: "正弦余弦对的编号，从 0 开始"),
      shape: [pairs])
    work.symbol(
      omega.whole, Prose(en: "\(Term.frequency) of pair i", zh: "第 i 对的\(Term.frequency)"),
      shape: [pairs])
    work.symbol(
      .symbol(Symbol("PE", isMatrix: true)),
      Prose(
        en: "\(Term.positionalEncoding), a row a place", zh: "\(Term.positionalEncoding)，每行一个位置"),
      shape: [n, d])
    if let rows = problem.embeddings {
      let array = NDArray(rows.flatMap { $0 }, shape: [n, d])
      sheet.give(half("xe", "x", 0), even(array, 0))
      sheet.give(half("xo", "x", 1), even(array, 1))
      blocks.append(.given(.symbol(Symbol("X", isMatrix: true)), Value(array)))
      work.symbol(
        .symbol(Symbol("X", isMatrix: true)),
        Prose(en: "\(Term.embedding)s of the tokens", zh: "词元的\(Term.embedding)"), shape: [n, d])
      work.symbol(
        .symbol(Symbol("H", isMatrix: true)),
        Prose(en: "\(Term.input) of the first layer", zh: "第一层的\(Term.input)"), shape: [n, d])
    }
    work.section(Prose(en: "Given", zh: "已知"), blocks)
    work.section(
      Prose(en: "Frequencies", zh: "\(Term.frequency)"),
      [
        .prose(
          Prose(
            en: """
              Attention does not see the order of its inputs, so every place gets a vector of its \
              own. Each pair of dimensions turns at its own speed: the first fastest, like the \
              last digit of a number.
              """,
            zh: """
              注意力看不到输入的顺序，因此给每个位置一个自己的向量。每对维度以各自的速度转动：\
              第一对最快，好比数字的末位。
              """)),
        .formula(
          .infix(.equals, .symbol(Symbol("PE", "pos,2i")), .call("sin", [angle]))),
        .formula(
          .infix(.equals, .symbol(Symbol("PE", "pos,2i+1")), .call("cos", [angle]))),
      ]
        + sheet.define(
          omega,
          .divide(
            .number(1),
            .power(
              .variable("B"),
              .divide(.multiply(.number(2), .variable("i")), .variable("d")))), .forward
        ).map { .step($0) })

    let keys = ["pos", "ω"] + (problem.embeddings == nil ? [] : ["xe", "xo"])
    let names = [
      half("S", "PE", 0), half("C", "PE", 1), half("he", "h", 0), half("ho", "h", 1),
      Name(scalar: "total", Symbol("L")),
    ]
    let recording = sheet.record(inputs: keys, named: names) { variables, marks in
      let angle = variables["pos"]!.matmul(variables["ω"]!)
      marks["S"] = angle.sin()
      marks["C"] = angle.cos()
      if let x = variables["xe"] {
        marks["he"] = x + marks["S"]!
        marks["ho"] = variables["xo"]! + marks["C"]!
      }
      let total = (marks["he"] ?? marks["S"]!).sum() + (marks["ho"] ?? marks["C"]!).sum()
      return total
    }
    work.section(
      Prose(en: "Table", zh: "\(Term.positionalEncoding)表"),
      work.values(["S", "C"], in: recording) + [.table(table("PE", "S", "C"))])
    if problem.embeddings != nil {
      work.section(
        Prose(en: "Added to the embeddings", zh: "与嵌入向量相加"),
        [
          .prose(
            Prose(
              en: """
                The encoding is added, number by number. It is a constant: a gradient passes the \
                sum unchanged to the \(Term.embedding)s.
                """,
              zh: "编码逐元素相加。它是常数：梯度经过加法原样传给\(Term.embedding)。"))
        ] + work.values(["he", "ho"], in: recording) + [.table(table("h", "he", "ho"))])
    }
    if let rotation = problem.rotation { rotate(rotation) }
    finish(recording)
    return work.finished()
  }

  private var angle: MathNode {
    .fraction(
      .symbol(Symbol("pos")),
      .power(
        .symbol(Symbol("B")),
        .fraction(
          .infix(.times, .number("2"), .symbol(Symbol("i"))), .symbol(Symbol("d")))))
  }

  private func table(_ letter: String, _ evenKey: String, _ oddKey: String) -> Table {
    let (first, second) = (work.sheet.writtenDigits(evenKey), work.sheet.writtenDigits(oddKey))
    return Table(
      headings: [.math(.symbol(Symbol("pos")))]
        + (0..<problem.dimensions).map { .math(.symbol(Symbol(letter, "pos,\($0)"))) },
      rows: (0..<problem.positions).map { row in
        [.digits("\(row)")]
          + (0..<problem.dimensions).map { column in
            let place = row * pairs + column / 2
            return .digits((column % 2 == 0 ? first : second)[place])
          }
      })
  }

  // MARK: Rotation

  /// sin and cos of pos + k from those of pos, pair by pair.
  private mutating func rotate(_ rotation: PositionalEncodingProblem.Rotation) {
    let sheet = work.sheet
    let (start, shift) = (rotation.position, rotation.shift)
    sheet.give("p", Symbol("pos"), Double(start))
    sheet.give("k", Symbol("k"), Double(shift))
    var blocks: [Block] = [
      .prose(
        Prose(
          en: """
            The encoding of the place pos + k is that of pos turned by the angle kω in each pair: a \
            \(Term.rotationMatrix) that depends on k alone. So a layer can learn to look k places \
            away, wherever it is. Here pos = \(start), k = \(shift).
            """,
          zh: """
            位置 pos + k 的编码等于把 pos 的编码在每一对中旋转 kω：\(Term.rotationMatrix)只取决于 k。\
            因此无论在何处，一层都能学会看相隔 k 的位置。这里 pos = \(start)，k = \(shift)。
            """)),
      .formula(rotationFormula),
    ]
    var (turned, direct): ([Double], [Double]) = ([], [])
    for pair in 0..<pairs {
      let frequency = sheet.array("ω").doubles[pair]
      let speed = Symbol("ω", "\(pair)")
      sheet.give("w\(pair)", speed, frequency)
      func define(_ key: String, _ whole: MathNode, _ formula: String) {
        let written: Autodiff.Expression
        do {
          written = try Autodiff.Expression(parsing: formula)
        } catch {
          fatalError("explain: \(error)")
        }
        let replaced = written.replacing([
          "w": .variable("w\(pair)"), "s": .variable("s\(pair)"), "c": .variable("c\(pair)"),
          "a": .variable("a\(pair)"), "b": .variable("b\(pair)"),
        ])
        blocks += sheet.define(Name(key, whole: whole) { _ in whole }, replaced, .forward)
          .map { .step($0) }
      }
      func symbol(_ place: String, _ column: Int) -> MathNode {
        .symbol(Symbol("PE", "\(place),\(column)"))
      }
      func call(_ function: String) -> MathNode {
        .call(function, [.infix(.times, .symbol(Symbol("k")), .symbol(speed))])
      }
      define("s\(pair)", symbol("\(start)", 2 * pair), "sin(p * w)")
      define("c\(pair)", symbol("\(start)", 2 * pair + 1), "cos(p * w)")
      define("a\(pair)", call("sin"), "sin(k * w)")
      define("b\(pair)", call("cos"), "cos(k * w)")
      define("u\(pair)", symbol("\(start + shift)", 2 * pair), "s * b + c * a")
      define("v\(pair)", symbol("\(start + shift)", 2 * pair + 1), "c * b - s * a")
      turned += [sheet.array("u\(pair)").item, sheet.array("v\(pair)").item]
      let angle = NDArray(Double(start + shift) * frequency)
      direct += [angle.sin().item, angle.cos().item]
    }
    work.section(Prose(en: "Shift as a rotation", zh: "位移即旋转"), blocks)
    work.compare(
      Prose(
        en: "the rotated encoding against sin and cos of (pos + k)ω",
        zh: "旋转所得编码与 (pos + k)ω 的正弦余弦"), turned, direct, tolerance: 1e-10)
    work.result("rotated", Value(shape: [problem.dimensions], elements: turned))
  }

  private var rotationFormula: MathNode {
    func turn(_ function: String) -> MathNode {
      .call(function, [.infix(.times, .symbol(Symbol("k")), .symbol(Symbol("ω", "i")))])
    }
    func row(_ place: String) -> MathNode {
      .matrix([
        [.symbol(Symbol("PE", "\(place),2i"))], [.symbol(Symbol("PE", "\(place),2i+1"))],
      ])
    }
    return .infix(
      .equals, row("pos+k"),
      .infix(
        .matrixProduct,
        .matrix([[turn("cos"), turn("sin")], [.negate(turn("sin")), turn("cos")]]), row("pos")))
  }

  // MARK: Checks

  /// The even and odd columns as one table.
  private func joined(_ evenKey: String, _ oddKey: String) -> [Double] {
    let (first, second) = (work.sheet.array(evenKey).doubles, work.sheet.array(oddKey).doubles)
    return zip(first, second).flatMap { [$0, $1] }
  }

  private mutating func finish(_ recording: Worksheet.Recording) {
    let (n, d) = (problem.positions, problem.dimensions)
    let own = joined("S", "C")
    // The same by the exponential of i·(d/2)th steps of ln B, and by the C library's functions.
    let other = (0..<n).flatMap { position in
      (0..<d).map { column -> Double in
        let angle =
          Double(position)
          * Foundation.exp(
            -Double(column - column % 2) / Double(d) * Foundation.log(problem.base))
        return column % 2 == 0 ? Foundation.sin(angle) : Foundation.cos(angle)
      }
    }
    work.compare(
      Prose(
        en: "the table against pos·exp(−(2i/d)·ln B) by the \("C") library",
        zh: "编码表与 \("C") 库按 pos·exp(−(2i/d)·ln B) 计算的结果"), own, other, tolerance: 1e-12)
    let squares = (0..<n).map { row in
      own[(row * d)..<(row * d + d)].reduce(0) { $0 + $1 * $1 }
    }
    work.compare(
      Prose(
        en: "the squared length of each place's encoding against d/2",
        zh: "各位置编码长度的平方与 d/2"), squares, squares.map { _ in Double(d) / 2 },
      tolerance: 1e-12)
    work.result("frequencies", Value(shape: [pairs], elements: work.sheet.array("ω").doubles))
    work.result("encoding", Value(shape: [n, d], elements: own))
    if problem.embeddings != nil {
      work.result("sum", Value(shape: [n, d], elements: joined("he", "ho")))
    }
  }
}
