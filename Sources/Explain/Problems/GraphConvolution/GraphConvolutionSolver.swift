import Autodiff

/// Writes the worked solution of a graph convolutional network.
struct GraphConvolutionSolver {
  private typealias Matrix = MathNode
  let problem: GraphConvolutionProblem
  let count: Int
  var writer: SolutionWriter
  var sheet: Worksheet { writer.sheet }
  /// Whether matrices are written entry by entry too.
  let isIndexed: Bool

  init(_ problem: GraphConvolutionProblem, _ options: ExplainOptions) throws {
    self.problem = problem
    count = try problem.validated()
    isIndexed = options.form == .indexed || options.form == .scalar
    writer = SolutionWriter(
      GraphConvolutionProblem.kind,
      problem.title
        ?? Prose(
          en: "Graph convolution on a graph of \(count) nodes",
          zh: "\(count) 个节点的图上的图卷积"), options, isIndexed: isIndexed)
    sheet.teach("sum#row") { $0[0].sum(axes: [1]) }
    let count = count
    sheet.teach("diag#") { arrays in
      let values = arrays[0].doubles
      return NDArray(
        (0..<count * count).map { $0 / count == $0 % count ? values[$0 / count] : 0 },
        shape: [count, count])
    }
  }

  mutating func solve() throws -> Solution {
    describe()
    try graph()
    try normalizations()
    if problem.features != nil { try effects() }
    if problem.weights.isEmpty {
      design()
    } else {
      try layers()
    }
    for (name, key) in [
      ("adjacency", "A"), ("degree", "D"), ("laplacian", "L"), ("adjacency-with-self-loops", "S"),
      ("degree-with-self-loops", "E"), ("mean-normalized", "M"), ("symmetric-normalized", "N"),
    ] { writer.result(name, key) }
    check()
    return writer.finished()
  }

  // MARK: The graph

  var adjacency: NDArray {
    var elements = [Double](repeating: 0, count: count * count)
    for edge in problem.edges {
      elements[(edge.from - 1) * count + edge.to - 1] = edge.weight
      if !problem.isDirected { elements[(edge.to - 1) * count + edge.from - 1] = edge.weight }
    }
    return NDArray(elements, shape: [count, count])
  }

  func letter(_ base: String, _ accent: Symbol.Accent? = nil) -> MathNode {
    .symbol(Symbol(base, accent: accent, isMatrix: true))
  }
  static func entry(_ accent: Symbol.Accent? = nil) -> MathNode {
    .symbol(Symbol("A", "i", "j", accent: accent))
  }
  /// An entry of the symmetric form.
  static var symmetricEntry: MathNode {
    func degree(_ index: String) -> MathNode { .symbol(Symbol("d", index, accent: .hat)) }
    return .fraction(
      entry(.hat), .call("sqrt", [.infix(.times, degree("i"), degree("j"))]))
  }
  static let half = MathNode.negate(.fraction(.number("1"), .number("2")))
  var hatInverse: MathNode { .power(letter("D", .hat), .number("-1")) }
  var hatRoot: MathNode { .power(letter("D", .hat), Self.half) }

  /// What the layers multiply the features by, as a formula of the graph's matrices.
  func operatorFormula(_ normalization: GraphConvolutionProblem.Normalization) -> MathNode {
    switch normalization {
    case .none: letter("A")
    case .selfLoops: letter("A", .hat)
    case .mean: .infix(.matrixProduct, hatInverse, letter("A", .hat))
    case .symmetric:
      .infix(.matrixProduct, .infix(.matrixProduct, hatRoot, letter("A", .hat)), hatRoot)
    }
  }

  mutating func describe() {
    let square = [count, count]
    writer.symbol(
      letter("A"), "\(Term.adjacencyMatrix): \(Self.entry()) is the weight of the edge from i to j",
      "\(Term.adjacencyMatrix)：\(Self.entry()) 为从 i 到 j 的边的权重", square)
    writer.symbol(letter("D"), "\(Term.degreeMatrix), diagonal", "\(Term.degreeMatrix)（对角）", square)
    writer.symbol(letter("L"), "\(Term.laplacian) D − A", "\(Term.laplacian) D − A", square)
    writer.symbol(letter("I"), "identity matrix", "单位矩阵", square)
    writer.symbol(
      letter("A", .hat), "\(letter("A")) with \(Term.selfLoop)s", "添加\(Term.selfLoop)后的 A", square)
    writer.symbol(letter("D", .hat), "degrees of Â", "Â 的度矩阵", square)
    if !problem.weights.isEmpty {
      writer.symbol(
        letter("A", .tilde), "what the layers multiply H by", "各层与 H 相乘的矩阵", square)
    }
    if problem.features == nil, problem.weights.isEmpty { return }
    writer.symbol(
      letter("H"), "\(Term.nodeFeatures), a row a node", "\(Term.nodeFeatures)，每行一个节点",
      [count, problem.features?[0].count ?? count])
  }

  mutating func graph() throws {
    writer.begin("The graph", "图")
    let ends: Prose.Run = problem.isDirected ? "directed" : "undirected"
    let endsChinese: Prose.Run = problem.isDirected ? "有向" : "无向"
    writer.say(
      "The \(ends) graph has \(count) nodes and \(problem.edges.count) edges:",
      "该\(endsChinese)图有 \(count) 个节点、\(problem.edges.count) 条边：")
    let isWeighted = problem.edges.contains { $0.weight != 1 }
    if !problem.edges.isEmpty {
      writer.add(
        .table(
          Table(
            headings: [
              .prose(Prose(en: "from", zh: "起点")), .prose(Prose(en: "to", zh: "终点")),
            ] + (isWeighted ? [.prose(Prose(en: "weight", zh: "权重"))] : []),
            rows: problem.edges.map { edge in
              [.digits("\(edge.from)"), .digits("\(edge.to)")]
                + (isWeighted ? [.digits(NumberText.brief(edge.weight))] : [])
            })))
    }

    writer.begin("The matrices of the graph", "图的矩阵")
    if problem.isDirected {
      writer.say(
        """
        The \(Term.adjacencyMatrix) has the weight of the edge from node i to node j in row i, \
        column j. An edge leads one way, so the matrix need not be symmetric.
        """,
        """
        \(Term.adjacencyMatrix)的第 i 行第 j 列是从节点 i 到节点 j 的边的权重。边有方向，\
        所以矩阵不一定对称。
        """)
    } else {
      writer.say(
        """
        The \(Term.adjacencyMatrix) has the weight of the edge between i and j in row i, column j, \
        and in row j, column i: an undirected graph's matrix is symmetric. Without self-loops its \
        diagonal is 0.
        """,
        """
        \(Term.adjacencyMatrix)的第 i 行第 j 列与第 j 行第 i 列都是 i、j 之间边的权重：\
        无向图的矩阵是对称的。没有自环时对角线为 0。
        """)
    }
    writer.give(Name(matrix: "A", "A"), adjacency)
    writer.say(
      "A node's \(Term.degree) is the sum of its row; the degrees are the diagonal of D.",
      "节点的\(Term.degree)等于该行之和；各节点的度构成 D 的对角线。")
    try degrees("d", of: "A", accent: nil)
    try writer.define(Name(matrix: "D", "D"), "diag(d)", boxed: true)
    writer.say("The \(Term.laplacian):", "\(Term.laplacian)：")
    try writer.define(Name(matrix: "L", "L"), "D - A", boxed: true)

    writer.begin("Self-loops", "添加自环")
    writer.say(
      """
      In A·H a node's new feature is the sum of its \(Term.neighbour)s' features: its own is \
      not in it, for the diagonal of A is 0. A \(Term.selfLoop) at every node puts it in.
      """,
      """
      A·H 把每个节点的新特征算作其\(Term.neighbour)特征之和：A 的对角线为 0，\
      节点自身的特征不在其中。给每个节点加\(Term.selfLoop)即可把自身纳入。
      """)
    sheet.give(
      Name(matrix: "I", "I"),
      NDArray(
        (0..<count * count).map { $0 / count == $0 % count ? 1.0 : 0 }, shape: [count, count]))
    try writer.define(Name(matrix: "S", "A", accent: .hat), "A + I", boxed: true)
    writer.say("The degrees now count the self-loop:", "度数现在包含自环：")
    try degrees("e", of: "S", accent: .hat)
    try writer.define(Name(matrix: "E", "D", accent: .hat), "diag(e)", boxed: true)
  }

  /// Degrees stand line by line in every form.
  mutating func degrees(_ key: String, of matrix: String, accent: Symbol.Accent?) throws {
    sheet.isIndexed = true
    defer { sheet.isIndexed = isIndexed }
    let formula = Expression.call("sum#row", [.variable(matrix)])
    try writer.define(Name(key, Symbol("d", accent: accent)), formula)
  }

  mutating func normalizations() throws {
    writer.begin("Normalisation", "归一化")
    writer.say(
      """
      A node of large \(Term.degree) gets large sums, which grow from layer to layer and may \
      explode; small ones vanish. \(Term.normalization.capitalized) keeps the scale.
      """,
      """
      \(Term.degree)大的节点得到的和也大，逐层累积可能爆炸，度小的则可能消失。\
      \(Term.normalization)使特征的尺度保持不变。
      """)
    writer.say(
      "Dividing each row by its degree takes the mean over a node and its neighbours:",
      "每行除以该节点的度，即对节点自身及其邻居取平均：")
    sheet.isIndexed = true
    func entries(_ exponent: MathNode) -> Name {
      func node(_ index: [Int]?) -> MathNode {
        var symbol = Symbol("d", accent: .hat, isMatrix: true)
        if let index { symbol = symbol.indexed(index.map { $0 + 1 }) }
        return .power(.symbol(symbol), exponent)
      }
      return Name(
        exponent == Self.half ? "r" : "q", whole: node(nil)
      ) { node($0) }
    }
    try writer.define(entries(.number("-1")), "1 / e")
    sheet.isIndexed = isIndexed
    func power(_ key: String, _ whole: MathNode, _ exponent: MathNode) -> Name {
      Name(key, whole: whole) { index in
        .power(
          .symbol(Symbol("D", accent: .hat).indexed(index.map { $0 + 1 })), exponent)
      }
    }
    try writer.define(power("Q", hatInverse, .number("-1")), "diag(q)")
    try writer.define(product("M", .mean), "matmul(Q, S)", boxed: true)
    writer.say(
      """
      Dividing by the square roots of both ends' degrees keeps the matrix symmetric: entry i, j is \
      \(Self.symmetricEntry). This is the standard form.
      """,
      """
      除以两端节点的度的平方根，矩阵保持对称：第 i 行第 j 列为 \(Self.symmetricEntry)。\
      这是标准形式。
      """)
    sheet.isIndexed = true
    try writer.define(entries(Self.half), "1 / sqrt(e)")
    sheet.isIndexed = isIndexed
    try writer.define(power("R", hatRoot, Self.half), "diag(r)")
    try writer.define(product("N", .symmetric), "matmul(matmul(R, S), R)", boxed: true)
    if problem.isDirected {
      writer.note(
        """
        The degrees are those of the rows (outgoing edges). For a directed graph \(operatorFormula(.symmetric)) \
        is not symmetric.
        """,
        """
        这里的度按行计算（出度）。对有向图，\(operatorFormula(.symmetric)) 并不对称。
        """)
    }
  }

  /// The name of a normalised matrix.
  func product(
    _ key: String, _ normalization: GraphConvolutionProblem.Normalization
  ) -> Name {
    Name(key, whole: operatorFormula(normalization)) { index in
      .symbol(
        Symbol(normalization == .mean ? "M" : "N").indexed(index.map { $0 + 1 }))
    }
  }

  mutating func effects() throws {
    writer.begin("What each form makes of the features", "各种形式对特征的作用")
    writer.give(Name(matrix: "H", "H"), NDArray(matrix: problem.features!))
    func step(_ normalization: GraphConvolutionProblem.Normalization, _ key: String) throws {
      let formula = MathNode.infix(.matrixProduct, operatorFormula(normalization), letter("H"))
      let name = Name("effect\(key)", whole: formula) { index in
        .symbol(Symbol("(\(Self.plain(normalization))H)").indexed(index.map { $0 + 1 }))
      }
      try writer.define(name, "matmul(\(key), H)")
    }
    writer.say(
      "The plain sum over the \(Term.neighbour)s, without the node's own features:",
      "只对\(Term.neighbour)求和，缺少节点自身的特征：")
    try step(.none, "A")
    writer.say("With self-loops:", "加上自环：")
    try step(.selfLoops, "S")
    writer.say("The mean:", "取平均：")
    try step(.mean, "M")
    writer.say("The symmetric form:", "对称归一化：")
    try step(.symmetric, "N")
  }

  static func plain(_ normalization: GraphConvolutionProblem.Normalization) -> String {
    switch normalization {
    case .none: "A"
    case .selfLoops: "Â"
    case .mean: "M"
    case .symmetric: "N"
    }
  }
}
