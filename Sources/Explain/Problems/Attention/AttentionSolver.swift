import Autodiff

/// Writes the worked solution of an attention layer.
struct AttentionSolver {
  let problem: AttentionProblem
  let program: AttentionProgram
  var work: RecordedSolution
  private var names: [Name] = []
  private let isIndexed: Bool

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

  private var differentiates: Bool { problem.loss != .none }

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
  private var heads: [String] { (1...problem.heads).map(program.mark) }

  /// A query's index is not written where there is one query.
  private var queryAxis: Set<Int> { program.queries == 1 ? [0] : [] }

  // MARK: Names

  private func name(
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

  private func inputName(_ key: String, _ shape: Shape) -> Name {
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

  private func plan() -> [Name] {
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

  private mutating func give() {
    var blocks: [Block] = []
    for (key, array) in program.inputs {
      blocks += work.give(inputName(key, array.shape), array, meaning(key))
    }
    if problem.heads > 1 {
      blocks.append(
        .note(
          Prose(
            en: """
              The superscript (h) is the \(Term.head). Each head gets its block of columns of \
              \(program.isProjected ? "W_Q, W_K and W_V" : "the queries, keys and values")\
              \(problem.output == nil ? "" : ", and its block of rows of W_O: joining the heads' outputs and multiplying by W_O is the same as adding up the products of the blocks").
              """,
            zh: """
              上标 (h) 表示第 h 个\(Term.head)。每个头取\
              \(program.isProjected ? " W_Q、W_K、W_V " : "查询、键、值")的一块列\
              \(problem.output == nil ? "" : "，并取 W_O 的一块行：把各头输出拼接后乘 W_O，等于各块乘积之和")。
              """)))
    }
    work.section(Prose(en: "Given", zh: "已知"), blocks)
  }

  private func meaning(_ key: String) -> Prose {
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

  private mutating func describeSymbols() {
    let (n, m) = (program.queries, program.keys)
    func whole(_ key: String) -> MathNode { names.first { $0.key == key }!.whole }
    let first = heads[0]
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

  // MARK: Forward

  private mutating func forward(_ recording: Worksheet.Recording) {
    if program.isProjected {
      var blocks: [Block] = [
        .prose(
          Prose(
            en: """
              Each token is turned into a \(Term.query) (what it looks for), a \(Term.key) (what it \
              offers) and a \(Term.attentionValue) (what it hands on) by three learned matrices.
              """,
            zh: """
              每个词元经三个可学习矩阵变成\(Term.query)（它要找什么）、\(Term.key)（它能提供什么）和\
              \(Term.attentionValue)（它传递什么）。
              """))
      ]
      for head in heads { blocks += work.values(["q", "k", "v"].map { $0 + head }, in: recording) }
      work.section(
        Prose(en: "Queries, keys, values", zh: "查询、键、值"), blocks)
    }
    var scores: [Block] = [.prose(scoreProse)]
    for head in heads {
      if case .additive = problem.score {
        scores += work.values(["p", "r", "t"].map { $0 + head }, in: recording)
      }
      scores += work.values(["e" + head], in: recording)
    }
    work.section(Prose(en: "Alignment scores", zh: "\(Term.alignmentScore)"), scores)
    if program.isMasked {
      var blocks: [Block] = [
        .prose(
          Prose(
            en: """
              The \(Term.mask) adds −∞ where a query must not see a key\
              \(problem.mask == .causal ? ": those of later places, so that nothing leaks from the future" : ""). \
              Since exp(−∞) = 0, such a key gets the weight 0.
              """,
            zh: """
              \(Term.mask)在不可见之处加上 −∞\
              \(problem.mask == .causal ? "：即更靠后的位置，这样未来的信息不会泄漏" : "")。\
              因为 exp(−∞) = 0，这些键的权重为 0。
              """))
      ]
      for head in heads { blocks += work.values(["f" + head], in: recording) }
      work.section(Prose(en: "Mask", zh: "\(Term.mask)"), blocks)
    }
    var weights: [Block] = [
      .prose(
        Prose(
          en: """
            The \(Term.softmax) over the keys turns each query's scores into weights between 0 and \
            1 that add up to 1.
            """,
          zh: "对键做 \(Term.softmax)，把每个查询的分数变成 0 到 1 之间、总和为 1 的权重。"))
    ]
    for head in heads {
      weights += work.values(["a" + head], in: recording)
      weights.append(.table(weightTable(head)))
    }
    work.section(Prose(en: "Attention weights", zh: "\(Term.attentionWeight)"), weights)
    var context: [Block] = [
      .prose(
        Prose(
          en: """
            The \(Term.contextVector) of a query is the sum of the values, each times its weight: \
            it looks most at the values with the largest weights.
            """,
          zh: "查询的\(Term.contextVector)是各个值乘以其权重之和：权重最大的值影响最大。"))
    ]
    for head in heads { context += work.values(["c" + head], in: recording, boxed: true) }
    work.section(Prose(en: "Context vectors", zh: "\(Term.contextVector)"), context)
    if problem.output != nil {
      work.section(
        Prose(en: "Output", zh: "输出"),
        [
          .prose(
            Prose(
              en: "The context vectors of all heads, side by side, are multiplied by W_O.",
              zh: "各头的上下文向量拼接后乘以 W_O。"))
        ] + work.values(["o"], in: recording, boxed: true))
    }
    if differentiates {
      let what: Prose =
        problem.loss == .sum
        ? Prose(
          en: "The scalar whose gradients are wanted is the sum of all outputs.",
          zh: "要求梯度的标量是所有输出之和。")
        : Prose(
          en: "The \(Term.loss) is half the squared distance from the \(Term.target).",
          zh: "\(Term.loss)为与\(Term.target)之差的平方和的一半。")
      work.section(
        Prose(en: "Loss", zh: "\(Term.loss)"), [.prose(what)] + work.values(["L"], in: recording))
    }
  }

  private var scoreProse: Prose {
    switch problem.score {
    case .dot:
      Prose(
        en: "How well each key fits each query, by their dot product.",
        zh: "用点积衡量每个键与每个查询的匹配程度。")
    case .scaled:
      Prose(
        en: """
          How well each key fits each query, by their dot product divided by √d. Without the \
          division the scores' variance grows with d, \(Term.softmax) peaks and its gradients vanish.
          """,
        zh: """
          用点积除以 √d 衡量每个键与每个查询的匹配程度。若不除，分数的方差随 d 增大，\
          \(Term.softmax)会变得尖锐，梯度趋于 0。
          """)
    case .linear:
      Prose(
        en: "How well each key fits each query, by a linear layer on both.",
        zh: "用作用于两者的线性层衡量每个键与每个查询的匹配程度。")
    case .additive:
      Prose(
        en: """
          How well each key fits each query, by a small network with one hidden layer: P and R are \
          the shares of query and key in its pre-activation.
          """,
        zh: "用含一个隐藏层的小网络衡量匹配程度：P 与 R 分别是查询与键对预激活值的贡献。")
    }
  }

  private func weightTable(_ head: String) -> Table {
    let digits = work.sheet.writtenDigits("a" + head)
    let (n, m) = (program.queries, program.keys)
    func label(_ base: String, _ index: Int) -> MathNode {
      .symbol(Symbol(base, "\(index + 1)", iteration: Int(head)))
    }
    let (query, key) = program.sharesValues ? ("s", "h") : ("q", "k")
    return Table(
      headings: [.prose(Prose(en: "weight", zh: "权重"))] + (0..<m).map { .math(label(key, $0)) },
      rows: (0..<n).map { row in
        [.math(n == 1 ? .symbol(Symbol(query, iteration: Int(head))) : label(query, row))]
          + (0..<m).map { .digits(digits[row * m + $0]) }
      })
  }

  // MARK: Backward

  private mutating func backward(_ recording: Worksheet.Recording) {
    var blocks: [Block] = [
      .prose(
        Prose(
          en: """
            From the \(Term.loss) back by the \(Term.chainRule). The \(Term.jacobian) of \
            \(Term.softmax) is \(jacobian). So a score's gradient is its weight a times the difference \
            between ∂L/∂a and the weighted mean of ∂L/∂a over the row.
            """,
          zh: """
            用\(Term.chainRule)从\(Term.loss)往回求。\(Term.softmax)的\(Term.jacobian)为 \
            \(jacobian)，所以分数的梯度等于其权重 a 乘以（∂L/∂a 减去该行 ∂L/∂a 的加权平均）。
            """))
    ]
    if problem.output != nil {
      blocks += work.gradients(["o"], in: recording)
      blocks += work.gradients(heads.map { "wo" + $0 }, in: recording, boxed: true)
    }
    for head in heads {
      blocks += work.gradients(["c", "a"].map { $0 + head }, in: recording)
      if program.isMasked { blocks += work.gradients(["f" + head], in: recording) }
      blocks += work.gradients(["e" + head], in: recording)
      if case .additive = problem.score {
        blocks += work.gradients(["t", "p", "r"].map { $0 + head }, in: recording)
      }
      let own = ["q", "k"] + (program.sharesValues ? [] : ["v"])
      blocks += work.gradients(
        own.map { $0 + head }, in: recording, boxed: !program.isProjected)
    }
    if program.isMasked {
      blocks.append(
        .note(
          Prose(
            en: "A masked score has weight 0, so no gradient flows to it.",
            zh: "被掩盖的分数权重为 0，因此没有梯度流向它。")))
    }
    if program.sharesValues {
      blocks.append(
        .note(
          Prose(
            en: "H is used twice, as keys and as values: its gradient adds both paths.",
            zh: "H 用了两次（作为键和作为值）：其梯度是两条路径之和。")))
    }
    let score = ["lq", "lk", "lb", "aq", "ak", "av"].filter { key in
      program.inputs.contains { $0.key == key }
    }
    blocks += work.gradients(score, in: recording, boxed: true)
    if program.isProjected {
      for head in heads {
        blocks += work.gradients(["wq", "wk", "wv"].map { $0 + head }, in: recording, boxed: true)
      }
      blocks.append(
        .prose(
          Prose(
            en: "A token's gradient adds what comes back by every path it takes.",
            zh: "词元的梯度是它所走各条路径传回梯度之和。")))
      blocks += work.gradients(
        ["x"] + (program.inputs.contains { $0.key == "z" } ? ["z"] : []), in: recording, boxed: true
      )
    }
    work.section(Prose(en: "Backward pass", zh: "\(Term.backwardPass)"), blocks)
  }

  private var jacobian: MathNode {
    func a(_ index: String) -> MathNode { .symbol(Symbol("a", index)) }
    return .infix(
      .equals, .derivative(a("i"), .symbol(Symbol("e", "j"))),
      .infix(
        .times, a("i"), .parentheses(.infix(.minus, .symbol(Symbol("𝟙", "ij")), a("j")))))
  }

  // MARK: Remarks and checks

  private mutating func remarks() {
    guard program.isProjected, case .projected(_, nil, _, _, _) = problem.source else { return }
    work.section(
      Prose(en: "Order", zh: "顺序"),
      [
        .note(
          program.isMasked
            ? Prose(
              en: """
                The course's notes call \(Term.selfAttention) permutation invariant; without a mask it is \
                \(Term.permutationEquivariant): other order in, other order out. The mask ties it to \
                the places.
                """,
              zh: """
                讲义称\(Term.selfAttention)为“排列无关”；准确地说，不加掩码时它是\
                \(Term.permutationEquivariant)的：输入换序，输出随之换序。掩码使它与位置有关。
                """)
            : Prose(
              en: """
                The course's notes call \(Term.selfAttention) permutation invariant; it is \
                \(Term.permutationEquivariant): tokens in another order give the same outputs in that \
                order. Only pooling would make it invariant; a positional encoding tells the order.
                """,
              zh: """
                讲义称\(Term.selfAttention)为“排列无关”；准确地说，它是\
                \(Term.permutationEquivariant)的：词元换序，输出也按同样顺序交换。只有再做池化才是不变的；\
                位置编码用来告诉模型顺序。
                """))
      ])
  }

  /// The formula's exponentials have to be numbers as they are written.
  private func checkScores(_ recording: Worksheet.Recording) throws {
    for head in heads {
      let scores = recording.node("e" + head).value.doubles
      if let wrong = scores.first(where: { !(abs($0) <= 600) }) {
        throw ProblemError(
          "",
          "found the score \(NumberText.brief(wrong)), whose exponential cannot be written down; "
            + "expected scores from -600 to 600")
      }
    }
  }

  private mutating func check(_ recording: Worksheet.Recording) {
    let keys = program.inputs.map(\.key)
    if differentiates {
      let fixed = keys.filter { $0.hasPrefix("y") || $0 == "m" || $0 == "d" }
      work.compareDifferences(keys.filter { !fixed.contains($0) }, fixed: fixed, program.run)
    }
    // Σ e^(s − max)·v ÷ Σ e^(s − max), key by key: another order of operations than the tape's.
    var (own, other, sums): ([Double], [Double], [Double]) = ([], [], [])
    for head in heads {
      let score = recording.node((program.isMasked ? "f" : "e") + head).value.doubles
      let value = work.sheet.array((program.sharesValues ? "k" : "v") + head)
      let (width, values, m) = (value.shape[1], value.doubles, program.keys)
      own += recording.node("c" + head).value.doubles
      let weights = recording.node("a" + head).value.doubles
      for query in 0..<program.queries {
        var largest = -Double.infinity
        var total = 0.0
        var sum = [Double](repeating: 0, count: width)
        for key in 0..<m {
          let next = max(largest, score[query * m + key])
          let old = largest == next ? 1 : NDArray(largest - next).exp().item
          let new = NDArray(score[query * m + key] - next).exp().item
          total = total * old + new
          for column in 0..<width {
            sum[column] = sum[column] * old + new * values[key * width + column]
          }
          largest = next
        }
        other += sum.map { $0 / total }
        sums.append(weights[(query * m)..<(query * m + m)].reduce(0, +))
      }
    }
    work.compare(
      Prose(
        en: "context vectors against a running softmax, one key after another",
        zh: "上下文向量与逐键累加的 softmax"), own, other, tolerance: 1e-12)
    work.compare(
      Prose(en: "sum of each query's weights against 1", zh: "每个查询的权重之和与 1"), sums,
      sums.map { _ in 1 }, tolerance: 1e-12)
    work.collectKinks(recording)
  }

  private mutating func results(_ recording: Worksheet.Recording) {
    /// The heads' arrays side by side, or one below the other.
    func joined(_ key: String, axis: Int, _ array: (String) -> NDArray) -> NDArray {
      NDArray.concatenate(heads.map { array(key + $0) }, axis: axis)
    }
    func value(_ key: String) -> NDArray { recording.node(key).value }
    if program.isProjected {
      for key in ["q", "k", "v"] {
        work.result(
          ["q": "queries", "k": "keys", "v": "values"][key]!,
          Value(joined(key, axis: 1, value)))
      }
    }
    for head in heads {
      let own = head.isEmpty ? "" : ".\(head)"
      work.result("scores" + own, Value(value("e" + head)))
      work.result("weights" + own, Value(value("a" + head)))
    }
    work.result("context", Value(joined("c", axis: 1, value)))
    if problem.output != nil { work.result("output", Value(value("o"))) }
    guard differentiates else { return }
    work.result("loss", Value(value("L").item))
    func gradient(_ key: String) -> NDArray { work.sheet.array(GraphReader.gradient(key)) }
    let parts: [(key: String, name: String, axis: Int)] = [
      ("x", "inputs", -1), ("z", "memory", -1), ("wq", "W_Q", 1), ("wk", "W_K", 1),
      ("wv", "W_V", 1), ("wo", "W_O", 0), ("q", "queries", 1), ("k", "keys", 1),
      ("v", "values", 1), ("lq", "w_q", -1), ("lk", "w_k", -1), ("lb", "b", -1),
      ("aq", "w_q", -1), ("ak", "w_k", -1), ("av", "v", -1),
    ]
    let given = Set(program.inputs.map(\.key))
    for (key, name, axis) in parts {
      if axis < 0, given.contains(key) {
        let array = gradient(key)
        let isColumn = ["lq", "lk", "av"].contains(key)
        work.result(
          "gradient.\(name)",
          Value(isColumn ? array.reshaped([array.elementCount]) : array))
      } else if axis >= 0, given.contains(key + heads[0]) {
        work.result("gradient.\(name)", Value(joined(key, axis: axis, gradient)))
      }
    }
  }
}
