import Autodiff

/// Writes the worked solution of a graph convolutional network.
struct GraphConvolutionSolver {
  private typealias Matrix = MathNode
  let problem: GraphConvolutionProblem
  let count: Int
  private var writer: SolutionWriter
  private var sheet: Worksheet { writer.sheet }
  /// Whether matrices are written entry by entry too.
  private let isIndexed: Bool

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

  private var adjacency: NDArray {
    var elements = [Double](repeating: 0, count: count * count)
    for edge in problem.edges {
      elements[(edge.from - 1) * count + edge.to - 1] = edge.weight
      if !problem.isDirected { elements[(edge.to - 1) * count + edge.from - 1] = edge.weight }
    }
    return NDArray(elements, shape: [count, count])
  }

  private func letter(_ base: String, _ accent: Symbol.Accent? = nil) -> MathNode {
    .symbol(Symbol(base, accent: accent, isMatrix: true))
  }
  private static func entry(_ accent: Symbol.Accent? = nil) -> MathNode {
    .symbol(Symbol("A", "i", "j", accent: accent))
  }
  /// An entry of the symmetric form.
  private static var symmetricEntry: MathNode {
    func degree(_ index: String) -> MathNode { .symbol(Symbol("d", index, accent: .hat)) }
    return .fraction(
      entry(.hat), .call("sqrt", [.infix(.times, degree("i"), degree("j"))]))
  }
  private static let half = MathNode.negate(.fraction(.number("1"), .number("2")))
  private var hatInverse: MathNode { .power(letter("D", .hat), .number("-1")) }
  private var hatRoot: MathNode { .power(letter("D", .hat), Self.half) }

  /// What the layers multiply the features by, as a formula of the graph's matrices.
  private func operatorFormula(_ normalization: GraphConvolutionProblem.Normalization) -> MathNode {
    switch normalization {
    case .none: letter("A")
    case .selfLoops: letter("A", .hat)
    case .mean: .infix(.matrixProduct, hatInverse, letter("A", .hat))
    case .symmetric:
      .infix(.matrixProduct, .infix(.matrixProduct, hatRoot, letter("A", .hat)), hatRoot)
    }
  }

  private mutating func describe() {
    let square = [count, count]
    writer.symbol(
      letter("A"), "\(Term.adjacencyMatrix): \(Self.entry()) is the weight of the edge from i to j",
      "\(Term.adjacencyMatrix)：\(Self.entry()) 为从 i 到 j 的边的权重", square)
    writer.symbol(letter("D"), "\(Term.degreeMatrix), diagonal", "\(Term.degreeMatrix)（对角）", square)
    writer.symbol(letter("L"), "\(Term.laplacian) D − A", "\(Term.laplacian) D − A", square)
    writer.symbol(letter("I"), "identity matrix", "单位矩阵", square)
    writer.symbol(
      letter("A", .hat), "A with \(Term.selfLoop)s", "添加\(Term.selfLoop)后的 A", square)
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

  private mutating func graph() throws {
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
  private mutating func degrees(_ key: String, of matrix: String, accent: Symbol.Accent?) throws {
    sheet.isIndexed = true
    defer { sheet.isIndexed = isIndexed }
    let formula = Expression.call("sum#row", [.variable(matrix)])
    try writer.define(Name(key, Symbol("d", accent: accent)), formula)
  }

  private mutating func normalizations() throws {
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
        var symbol = Symbol("d", accent: .hat)
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
  private func product(
    _ key: String, _ normalization: GraphConvolutionProblem.Normalization
  ) -> Name {
    Name(key, whole: operatorFormula(normalization)) { index in
      .symbol(
        Symbol(normalization == .mean ? "M" : "N").indexed(index.map { $0 + 1 }))
    }
  }

  private mutating func effects() throws {
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

  private static func plain(_ normalization: GraphConvolutionProblem.Normalization) -> String {
    switch normalization {
    case .none: "A"
    case .selfLoops: "Â"
    case .mean: "M"
    case .symmetric: "N"
    }
  }

  // MARK: Layers

  private func layerFormula(_ output: GraphConvolutionProblem.Output) -> MathNode {
    let product = MathNode.infix(
      .matrixProduct,
      .infix(.matrixProduct, operatorFormula(problem.normalization), letter("H")), letter("W"))
    let right: MathNode =
      switch output {
      case .relu: .call("ReLU", [product])
      case .softmax: .call("softmax", [product])
      case .identity: product
      }
    return .infix(
      .equals, output == .softmax ? letter("Y", .hat) : letter("H", .prime), right)
  }

  private mutating func design() {
    writer.begin("The design of a layer", "图卷积层的设计")
    writer.say(
      """
      A layer of a \(Term.gcn) takes the features H (a row a node) and the graph, sums the features \
      over each node and its neighbours, multiplies by \(Term.weight)s W that all nodes share, and \
      applies an \(Term.activationFunction):
      """,
      """
      \(Term.gcn)的一层以特征 H（每行一个节点）和图为输入，对每个节点及其邻居的特征作加权求和，\
      再乘以所有节点共享的\(Term.weight) W，最后通过\(Term.activationFunction)：
      """)
    writer.add(.formula(layerFormula(problem.output)))
    let width = problem.features?[0].count
    let inputs = width.map { "\($0)" } ?? "f"
    writer.say(
      """
      Shapes: [\(count)×\(count)] · [\(count)×\(inputs)] · [\(inputs)×f′] → [\(count)×f′]. Only W is \
      trained; the matrix of the graph is fixed.
      """,
      """
      维度：[\(count)×\(count)] · [\(count)×\(inputs)] · [\(inputs)×f′] → [\(count)×f′]。\
      只有 W 需要训练，图的矩阵是固定的。
      """)
  }

  private func layerNumber(_ index: Int) -> Int? { problem.weights.count == 1 ? nil : index + 1 }

  private func isOutput(_ index: Int) -> Bool { index == problem.weights.count - 1 }

  /// The layers on the tape.
  private func run(_ variables: [String: Tensor], _ marks: inout [String: Tensor]) -> Tensor {
    var h = variables["H"]!
    for index in problem.weights.indices {
      let sums = variables["P"]!.matmul(h)
      let z = sums.matmul(variables["W\(index)"]!)
      marks["M\(index)"] = sums
      marks["Z\(index)"] = z
      switch isOutput(index) ? problem.output : .relu {
      case .relu: h = z.relu()
      case .softmax: h = z.softmax(axis: 1)
      case .identity: h = z
      }
      if !(isOutput(index) && problem.output == .identity) { marks["H\(index)"] = h }
    }
    let loss: Tensor
    if problem.targets == nil {
      loss = h.sum()
    } else if problem.output == .softmax {
      let labelled = problem.targets!.count { $0 != nil }
      let sum = -(variables["Y"]! * h.log()).sum()
      loss = labelled == 1 ? sum : sum / Double(labelled)
    } else {
      let difference = (h - variables["Y"]!) * variables["mask"]!
      loss = difference.squared().sum() * 0.5
    }
    marks["loss"] = loss
    return loss
  }

  private mutating func layers() throws {
    writer.begin("Forward pass", "\(Term.forwardPass)")
    writer.say(
      """
      A layer of the \(Term.gcn) sums the \(Term.nodeFeatures) over neighbours, multiplies by \
      \(Term.weight)s that all nodes share and applies an \(Term.activationFunction):
      """,
      """
      \(Term.gcn)的一层先对邻居的\(Term.nodeFeatures)加权求和，再乘以所有节点共享的\
      \(Term.weight)，最后通过\(Term.activationFunction)：
      """)
    if problem.weights.count > 1 { writer.add(.formula(layerFormula(.relu))) }
    writer.add(.formula(layerFormula(problem.output)))
    let source =
      switch problem.normalization {
      case .none: "A"
      case .selfLoops: "S"
      case .mean: "M"
      case .symmetric: "N"
      }
    let tilde = Name(matrix: "P", "A", accent: .tilde)
    _ = sheet.define(tilde, .variable(source), .forward)
    writer.add(
      .formula(.infix(.equals, tilde.whole, operatorFormula(problem.normalization))))
    if problem.features == nil {
      writer.say(
        "No features are given: H is the identity, each node its own one-hot vector.",
        "没有给出特征：H 取单位矩阵，即每个节点为自己的 one-hot 向量。")
      sheet.give(Name(matrix: "H", "H"), sheet.array("I"))
    }
    var names: [Name] = []
    for (index, weight) in problem.weights.enumerated() {
      let number = layerNumber(index)
      let name = Name(matrix: "W\(index)", "W", layer: number).withGradient()
      writer.give(name, NDArray(matrix: weight))
      writer.symbol(
        name.whole, "\(Term.weight)s of layer \(index + 1)", "第 \(index + 1) 层的\(Term.weight)",
        [weight.count, weight[0].count])
      var sums = Name("M\(index)", whole: neighbourSum(index)) { position in
        .symbol(Symbol("M", layer: number).indexed(position.map { $0 + 1 }))
      }
      let (whole, entry) = (sums.whole, sums.entry)
      sums.gradient = { position in
        .derivative(.symbol(Symbol("L")), position.map(entry) ?? .parentheses(whole))
      }
      names.append(sums)
      let isLast = isOutput(index)
      names.append(Name(matrix: "Z\(index)", "Z", layer: number).withGradient())
      names.append(
        (isLast
          ? (problem.output == .softmax
            ? Name(matrix: "H\(index)", "Y", accent: .hat)
            : Name(matrix: "H\(index)", "H", accent: .prime))
          : Name(matrix: "H\(index)", "H", layer: number)).withGradient())
    }
    names.append(Name(scalar: "loss", Symbol("L")))
    var inputs = ["H", "P"] + problem.weights.indices.map { "W\($0)" }
    if let targets = problem.targets {
      let width = problem.weights.last![0].count
      let zeros = [Double](repeating: 0, count: width)
      writer.give(Name(matrix: "Y", "Y"), NDArray(matrix: targets.map { $0 ?? zeros }))
      writer.symbol(
        letter("Y"), "\(Term.target)s, a row a node", "\(Term.target)，每行一个节点", [count, width])
      inputs.append("Y")
      if problem.output != .softmax {
        sheet.give(
          Name(matrix: "mask", "M"),
          NDArray(
            matrix: targets.map { [Double](repeating: $0 == nil ? 0 : 1, count: width) }))
        inputs.append("mask")
      }
      if targets.contains(where: { $0 == nil }) {
        writer.note(
          """
          Nodes without a label have a row of zeros: they take part in the sums over neighbours, \
          not in the \(Term.loss).
          """,
          "没有标签的节点对应全零的行：它们参与邻居求和，但不计入\(Term.loss)。")
      }
    }
    writer.symbol(.symbol(Symbol("L")), "\(Term.loss)", "\(Term.loss)")
    let own = self
    let recording = sheet.record(inputs: inputs, named: names) { own.run($0, &$1) }
    if problem.output == .softmax {
      try writer.checkExponent("Z\(problem.weights.count - 1)", in: recording)
    }
    for index in problem.weights.indices {
      if problem.weights.count > 1 {
        writer.say("Layer \(index + 1):", "第 \(index + 1) 层：")
      }
      try writer.value("M\(index)", in: recording)
      let activated = recording.ids["H\(index)"] != nil
      try writer.value("Z\(index)", in: recording, boxed: isOutput(index) && !activated)
      if activated {
        if isOutput(index), problem.output == .softmax {
          writer.say(
            "\(Term.softmax.capitalized) makes each row the class probabilities of a node; sums run over a row:",
            "\(Term.softmax)把每行变为一个节点的类别概率，求和按行进行：")
        }
        try writer.value("H\(index)", in: recording, boxed: isOutput(index))
      }
    }
    if problem.targets == nil {
      writer.say(
        """
        No \(Term.target) is given. So that there is something to differentiate, L is the sum of all \
        outputs.
        """,
        "题目没有给出\(Term.target)。为了有可求导的量，取 L 为全部输出之和。")
    } else if problem.output == .softmax {
      writer.say(
        "The \(Term.crossEntropy), the mean over the labelled nodes:",
        "\(Term.crossEntropy)，对有标签的节点取平均：")
    } else {
      writer.say("Half the squared error:", "平方误差的一半：")
    }
    try writer.value("loss", in: recording, boxed: true)
    try backward(recording)
    finish(recording, inputs)
  }

  /// ÃH, of a layer.
  private func neighbourSum(_ index: Int) -> MathNode {
    .infix(
      .matrixProduct, letter("A", .tilde),
      index == 0
        ? letter("H") : .symbol(Symbol("H", layer: index, isMatrix: true)))
  }

  private var stepMeaning: Prose {
    problem.weights.count > 1 || problem.output == .relu
      ? Prose(
        en: "ReLU has the slope step(z): 1 where z > 0, else 0.",
        zh: "ReLU 的导数为 step(z)：z > 0 时为 1，否则为 0。") : Prose("")
  }

  private mutating func backward(_ recording: Worksheet.Recording) throws {
    writer.begin("Backward pass", "\(Term.backwardPass)")
    writer.say(
      """
      By the \(Term.chainRule) from the loss to the weights. For a product the gradient is \
      multiplied by the transpose of the other factor, from the same side. \(stepMeaning.english)
      """,
      """
      用\(Term.chainRule)从损失回到权重。对矩阵乘积，梯度从同一侧乘以另一个因子的转置。\
      \(stepMeaning.chinese)
      """)
    for index in problem.weights.indices.reversed() {
      if recording.ids["H\(index)"] != nil {
        try writer.gradient("H\(index)", in: recording)
      }
      if isOutput(index), problem.output == .softmax, let targets = problem.targets,
        targets.allSatisfy({ $0 != nil })
      {
        writer.say(
          "Softmax and \(Term.crossEntropy) together give the difference of both:",
          "softmax 与\(Term.crossEntropy)合在一起，梯度就是两者之差：")
        var difference = writer.formula("h - Y", ["h": "H\(index)"])
        if count > 1 { difference = .divide(difference, .number(Double(count))) }
        try writer.gradient("Z\(index)", in: recording, written: difference)
      } else {
        try writer.gradient("Z\(index)", in: recording)
      }
      try writer.gradient("W\(index)", in: recording, boxed: true)
      if index > 0 { try writer.gradient("M\(index)", in: recording) }
    }
  }

  private mutating func finish(_ recording: Worksheet.Recording, _ inputs: [String]) {
    writer.kinks.collect(recording, sheet, conventionOf: sheet.options.convention)
    let last = problem.weights.count - 1
    writer.result("output", recording.ids["H\(last)"] == nil ? "Z\(last)" : "H\(last)")
    writer.result("loss", "loss")
    for index in problem.weights.indices {
      writer.gradientResult("gradient.weights.\(index)", "W\(index)")
    }
    let weights = problem.weights.indices.map { "W\($0)" }
    let own = self
    writer.compare(
      gradientsBy: weights, fixed: inputs.filter { !weights.contains($0) }
    ) { own.run($0, &$1) }
    let (output, messages) = passMessages(last)
    writer.compare(
      "the forward pass against messages along the edges, node by node",
      "前向传播与逐节点沿边传递消息的结果", output.doubles, messages)
    _ = recording
  }

  // MARK: Checks

  /// The layers' output once more, as messages along the edges.
  private func passMessages(_ last: Int) -> (NDArray, [Double]) {
    let output = sheet.array(
      sheet.names["H\(last)"] != nil && problem.output != .identity ? "H\(last)" : "Z\(last)")
    var features =
      problem.features
      ?? (0..<count).map { row in (0..<count).map { $0 == row ? 1 : 0 } }
    for (index, weight) in problem.weights.enumerated() {
      let mapped = features.map { row in
        weight[0].indices.map { column in
          row.indices.reduce(0) { $0 + row[$1] * weight[$1][column] }
        }
      }
      var sums = mapped.map { $0.map { _ in 0.0 } }
      for (from, to, factor) in messages {
        for column in sums[to].indices { sums[to][column] += factor * mapped[from][column] }
      }
      switch isOutput(index) ? problem.output : .relu {
      case .relu: features = sums.map { $0.map { max($0, 0) } }
      case .identity: features = sums
      case .softmax:
        features = sums.map { row in
          let largest = row.max()!
          let powers = NDArray(row.map { $0 - largest }).exp().doubles
          let total = powers.reduce(0, +)
          return powers.map { $0 / total }
        }
      }
    }
    return (output, features.flatMap { $0 })
  }

  /// What each node gets from whom, and by what factor.
  private var messages: [(from: Int, to: Int, factor: Double)] {
    var all: [(from: Int, to: Int, factor: Double)] = []
    for edge in problem.edges {
      all.append((edge.to - 1, edge.from - 1, edge.weight))
      if !problem.isDirected { all.append((edge.from - 1, edge.to - 1, edge.weight)) }
    }
    if problem.normalization == .none { return all }
    for node in 0..<count { all.append((node, node, 1)) }
    var degrees = [Double](repeating: 0, count: count)
    for message in all { degrees[message.to] += message.factor }
    return all.map { from, to, factor in
      switch problem.normalization {
      case .none, .selfLoops: (from, to, factor)
      case .mean: (from, to, factor / degrees[to])
      case .symmetric: (from, to, factor / (degrees[to] * degrees[from]).squareRoot())
      }
    }
  }

  private mutating func check() {
    let degrees = sheet.array("e").doubles
    let hat = sheet.array("S").doubles
    let entries = hat.indices.map {
      hat[$0] / (degrees[$0 / count] * degrees[$0 % count]).squareRoot()
    }
    writer.compare(
      "the symmetric form against \(Self.symmetricEntry)", "对称归一化与 \(Self.symmetricEntry)",
      sheet.array("N").doubles, entries)
    let rows = sheet.array("L").sum(axes: [1]).doubles
    writer.compare(
      "the rows of L against the sum 0", "L 的各行之和与 0", rows, rows.map { _ in 0 },
      tolerance: 1e-12 * max(1, degrees.max() ?? 1))
  }
}
