import Autodiff

/// Writes the worked solution of an attention layer.
struct AttentionSolver {
  let problem: AttentionProblem
  let program: AttentionProgram
  var work: RecordedSolution
  var names: [Name] = []
  let isIndexed: Bool

  init(_ problem: AttentionProblem, _ options: ExplainOptions) throws {
    self.problem = problem
    program = try AttentionProgram(problem)
    let heads = problem.heads
    let (n, m) = (program.queries, program.keys)
    var numbers = 2 * heads * n * m + n * program.valueWidth
    if program.isMasked { numbers += heads * n * m }
    if program.isProjected { numbers += (n + m) * program.keyWidth + m * program.valueWidth }
    if case .additive(_, _, let vector) = problem.score {
      numbers += heads * (n + m + n * m) * vector.count
    }
    let all = numbers + program.inputs.reduce(0) { $0 + $1.array.elementCount }
    guard all <= AttentionProblem.mostNumbers else {
      throw ProblemError(
        "",
        "found \(all) numbers, which is too large to show: at most \(AttentionProblem.mostNumbers)")
    }
    switch options.form {
    case .scalar:
      throw ProblemError("--form", "found scalar, expected indexed or matrix")
    case .indexed:
      guard numbers <= 400 else {
        throw ProblemError(
          "--form", "found indexed, expected matrix: the \(numbers) numbers are too many to show")
      }
      isIndexed = true
    case .matrix: isIndexed = false
    case nil: isIndexed = numbers <= 40
    }
    work = RecordedSolution(
      kind: AttentionProblem.kind,
      title: problem.title
        ?? Prose(
          en: "Attention: \(n) queries, \(m) keys", zh: "注意力：\(n) 个查询，\(m) 个键"),
      options: options, isIndexed: isIndexed)
  }

  var differentiates: Bool { problem.loss != .none }

  mutating func solve() throws -> Solution {
    give()
    names = plan()
    let keys = program.inputs.map(\.key)
    let recording = work.sheet.record(inputs: keys, named: names) { variables, marks in
      program.run(variables, &marks)
    }
    try checkScores(recording)
    try work.checkFinite(recording, names, infinite: Set(heads.map { "f" + $0 }))
    describeSymbols()
    forward(recording)
    if differentiates { backward(recording) }
    remarks()
    check(recording)
    results(recording)
    return work.finished()
  }

  /// The heads' marks behind keys.
  var heads: [String] { (1...problem.heads).map(program.mark) }

  /// A query's index is not written where there is one query.
  var queryAxis: Set<Int> { program.queries == 1 ? [0] : [] }

  // MARK: Names

  func name(
    _ key: String, _ letter: String, head: String = "", upper: String? = nil,
    subscripts: [String] = [], accent: Symbol.Accent? = nil, dropping: Set<Int> = [], shape: Shape,
    gradient: Bool = true
  ) -> Name {
    var whole = Symbol(upper ?? letter.uppercased(), accent: accent, iteration: Int(head))
    var entry = Symbol(letter, accent: accent, iteration: Int(head))
    whole.subscripts = subscripts
    entry.subscripts = subscripts
    let name = Name(key + head, whole, entry: entry, shape: shape, dropping: dropping)
    return gradient ? name.withGradient() : name
  }

  func inputName(_ key: String, _ shape: Shape) -> Name {
    let letters = key.filter { !$0.isNumber }
    let head = String(key.dropFirst(letters.count))
    func simple(
      _ letter: String, upper: String? = nil, _ subscripts: [String] = [], dropping: Set<Int> = []
    ) -> Name {
      name(
        letters, letter, head: head, upper: upper, subscripts: subscripts, dropping: dropping,
        shape: shape)
    }
    switch letters {
    case "q": return simple(program.sharesValues ? "s" : "q", dropping: queryAxis)
    case "k": return simple(program.sharesValues ? "h" : "k")
    case "wq": return simple("w", ["Q"])
    case "wk": return simple("w", ["K"])
    case "wv": return simple("w", ["V"])
    case "wo": return simple("w", ["O"])
    case "aq": return simple("w", ["q"])
    case "ak": return simple("w", ["k"])
    case "av": return simple("v", upper: "v", dropping: [1])
    case "lq": return simple("w", upper: "w", ["q"], dropping: [1])
    case "lk": return simple("w", upper: "w", ["k"], dropping: [1])
    case "lb": return Name(scalar: "lb", Symbol("b")).withGradient()
    case "d": return Name(scalar: "d", Symbol("d"))
    case "m":
      return name("m", "m", dropping: queryAxis, shape: shape, gradient: false)
    case "y": return name("y", "y", head: head, dropping: queryAxis, shape: shape, gradient: false)
    default: return simple(letters, dropping: letters == "x" ? queryAxis : [])
    }
  }

  func plan() -> [Name] {
    let (n, m) = (program.queries, program.keys)
    var names: [Name] = []
    let square: Shape = [n, m]
    let width = program.inputs.first { $0.key == "av" }?.array.elementCount ?? 0
    for head in heads {
      if program.isProjected {
        let size = program.keyWidth / problem.heads
        let query = program.inputs.first { $0.key == "wq" + head }!.array.shape[1]
        names.append(name("q", "q", head: head, dropping: queryAxis, shape: [n, query]))
        names.append(name("k", "k", head: head, shape: [m, size]))
        names.append(
          name("v", "v", head: head, shape: [m, program.valueWidth / problem.heads]))
      }
      names.append(name("p", "p", head: head, dropping: queryAxis, shape: [n, width]))
      names.append(name("r", "r", head: head, shape: [m, width]))
      names.append(name("t", "t", head: head, dropping: queryAxis, shape: [n, m, width]))
      names.append(name("e", "e", head: head, dropping: queryAxis, shape: square))
      names.append(
        name(
          "f", "e", head: head, accent: .tilde, dropping: queryAxis, shape: square))
      names.append(name("a", "a", head: head, dropping: queryAxis, shape: square))
      names.append(
        name(
          "c", "c", head: head, dropping: queryAxis,
          shape: [n, program.valueWidth / problem.heads]))
    }
    names.append(name("o", "o", dropping: queryAxis, shape: [n, 2]))
    names.append(Name(scalar: "L", Symbol("L")))
    return names
  }

  // MARK: Given

  mutating func give() {
    var blocks: [Block] = []
    for (key, array) in program.inputs {
      blocks += work.give(inputName(key, array.shape), array, meaning(key))
    }
    if problem.heads > 1 { blocks.append(.note(headNote)) }
    work.section(Prose(en: "Given", zh: "已知"), blocks)
  }

  /// What each head takes of the given matrices.
  var headNote: Prose {
    func weight(_ letter: String) -> Symbol { Symbol("W", letter, isMatrix: true) }
    let (q, k, v, o) = (weight("Q"), weight("K"), weight("V"), weight("O"))
    var columns = Prose(en: "the queries, keys and values", zh: "查询、键、值")
    if program.isProjected {
      columns = Prose(en: "\(q), \(k) and \(v)", zh: " \(q)、\(k)、\(v) ")
    }
    var rows = Prose("")
    if problem.output != nil {
      rows = Prose(
        en: """
          , and its block of rows of \(o): joining the heads' outputs and multiplying by \(o) is \
          the same as adding up the products of the blocks
          """,
        zh: "，并取 \(o) 的一块行：把各头输出拼接后乘 \(o)，等于各块乘积之和")
    }
    return Prose(
      en: """
        The superscript (h) is the \(Term.head). Each head gets its block of columns of \
        \(columns.english)\(rows.english).
        """,
      zh: """
        上标 (h) 表示第 h 个\(Term.head)。每个头取\(columns.chinese)的一块列\(rows.chinese)。
        """)
  }

  func meaning(_ key: String) -> Prose {
    switch key.filter({ !$0.isNumber }) {
    case "q":
      return program.sharesValues
        ? Prose(
          en: "\(Term.decoderState): the \(Term.query)", zh: "\(Term.decoderState)，即\(Term.query)")
        : Prose(en: "\(Term.query), one a row", zh: "\(Term.query)，每行一个")
    case "k":
      return program.sharesValues
        ? Prose(
          en: "\(Term.encoderState)s, one a row: \(Term.key)s and \(Term.attentionValue)s",
          zh: "\(Term.encoderState)，每行一个：既是\(Term.key)也是\(Term.attentionValue)")
        : Prose(en: "\(Term.key)s, one a row", zh: "\(Term.key)，每行一个")
    case "v":
      return Prose(en: "\(Term.attentionValue)s, one a row", zh: "\(Term.attentionValue)，每行一个")
    case "x": return Prose(en: "\(Term.input)s, a token a row", zh: "\(Term.input)，每行一个词元")
    case "z":
      return Prose(
        en: "\(Term.input)s that keys and values come from", zh: "产生键和值的\(Term.input)")
    case "wq": return Prose(en: "\(Term.weight)s of the queries", zh: "查询的\(Term.weight)")
    case "wk": return Prose(en: "\(Term.weight)s of the keys", zh: "键的\(Term.weight)")
    case "wv": return Prose(en: "\(Term.weight)s of the values", zh: "值的\(Term.weight)")
    case "wo": return Prose(en: "\(Term.weight)s of the output", zh: "输出的\(Term.weight)")
    case "d": return Prose(en: "length of a key", zh: "键的长度")
    case "m":
      return Prose(
        en: "\(Term.mask): 0 where the query may see the key, else −∞",
        zh: "\(Term.mask)：可见处为 0，不可见处为 −∞")
    case "y": return Prose(en: "\(Term.target)", zh: "\(Term.target)")
    case "lb": return Prose(en: "\(Term.bias) of the score", zh: "分数的\(Term.bias)")
    default: return Prose(en: "\(Term.weight)s of the score", zh: "分数的\(Term.weight)")
    }
  }

  mutating func describeSymbols() {
    let (n, m) = (program.queries, program.keys)
    func whole(_ key: String) -> MathNode { names.first { $0.key == key }!.whole }
    let first = heads[0]
    if program.isProjected {
      let query = program.inputs.first { $0.key == "wq" + first }!.array.shape[1]
      work.symbol(
        whole("q" + first), Prose(en: "\(Term.query), one a row", zh: "\(Term.query)，每行一个"),
        shape: [n, query])
      work.symbol(
        whole("k" + first), Prose(en: "\(Term.key)s, one a row", zh: "\(Term.key)，每行一个"),
        shape: [m, program.keyWidth / problem.heads])
      work.symbol(
        whole("v" + first),
        Prose(en: "\(Term.attentionValue)s, one a row", zh: "\(Term.attentionValue)，每行一个"),
        shape: [m, program.valueWidth / problem.heads])
    }
    work.symbol(
      whole("e" + first),
      Prose(
        en: "\(Term.alignmentScore)s, a row a query, a column a key",
        zh: "\(Term.alignmentScore)，行为查询，列为键"), shape: [n, m])
    work.symbol(
      whole("a" + first),
      Prose(
        en: "\(Term.attentionWeight)s: \(Term.softmax) of each row",
        zh: "\(Term.attentionWeight)：对每行做 \(Term.softmax)"), shape: [n, m])
    work.symbol(
      whole("c" + first),
      Prose(
        en: "\(Term.contextVector)s, weighted sums of the values",
        zh: "\(Term.contextVector)，值的加权和"), shape: [n, program.valueWidth / problem.heads])
    if problem.output != nil {
      work.symbol(whole("o"), Prose(en: "output", zh: "输出"), shape: [n])
    }
    if differentiates {
      work.symbol(whole("L"), Prose(en: "\(Term.loss)", zh: "\(Term.loss)"))
    }
  }
}
