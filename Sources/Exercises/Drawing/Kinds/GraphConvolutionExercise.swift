import Autodiff
import Explain

extension ExerciseKind {
  /// The matrices of a small graph, its normalised adjacency matrix, and layers on it.
  package static let graphConvolution = ExerciseKind(
    name: GraphConvolutionProblem.kind, rows: ["L13.3", "L13.2", "L13.1"], isStarred: true,
    title: Words(en: "Graph convolution by hand", zh: "图卷积手算题"),
    minutes: [4, 8, 12, 15, 25]
  ) { source, difficulty in
    let nodes = difficulty == 1 ? 3 : difficulty == 2 ? source.integer(3...4) : 3
    let isDirected = difficulty == 2 && source.integer(0...3) == 0
    let isWeighted = difficulty == 2 && !isDirected && source.flip()
    let edges = drawnEdges(nodes, isDirected: isDirected, isWeighted: isWeighted, &source)
    var problem = GraphConvolutionProblem(
      edges: edges, nodes: nodes, isDirected: isDirected,
      normalization: difficulty == 1
        ? .selfLoops : source.pick([.mean, .symmetric, .symmetric]))
    if difficulty >= 3 {
      let inputs = 2
      let outputs = source.integer(1...2)
      problem.features = (0..<nodes).map { _ in
        (0..<inputs).map { _ in source.pick([-1, 0, 0.5, 1, 2]) }
      }
      problem.weights = [source.weights(inputs, outputs)]
      problem.normalization = source.pick([.none, .selfLoops, .mean, .symmetric, .symmetric])
      problem.output = .relu
      if difficulty == 4 { classify(&problem, &source) }
      if difficulty == 5 {
        if source.flip() {
          // A second layer.
          problem.weights = [source.weights(inputs, 2), source.weights(2, source.integer(1...2))]
          problem.output = source.pick([.relu, .identity])
        } else {
          problem.output = source.pick([.relu, .identity])
          problem.targets = (0..<nodes).map { _ in
            (0..<outputs).map { _ in source.pick([0, 1, 0.5]) }
          }
        }
      }
    }
    let asked = Set(graphLines(problem, difficulty))
    var options = ExplainOptions()
    options.form = .matrix
    return Draft(
      problem: problem, prompt: prompt(problem, asked), slips: Slip.graph,
      isAsked: { step in
        step.calculation.map { asked.contains($0.key) } ?? false
      }, readings: [adjacencyReading(problem, nodes)],
      copies: ["P": operatorKey(problem.normalization)], options: options)
  }

  /// Softmax with one-hot targets: all nodes labelled, and the gradient of the weights.
  private static func classify(
    _ problem: inout GraphConvolutionProblem, _ source: inout NumberSource
  ) {
    problem.weights = [source.weights(2, 2)]
    problem.output = .softmax
    problem.targets = (0..<problem.nodes!).map { _ in source.flip() ? [1, 0] : [0, 1] }
  }

  /// A connected graph: every node has an edge to an earlier one, and there may be another edge.
  private static func drawnEdges(
    _ nodes: Int, isDirected: Bool, isWeighted: Bool, _ source: inout NumberSource
  ) -> [GraphConvolutionProblem.Edge] {
    let order = source.shuffled(Array(1...nodes))
    var ends: [(Int, Int)] = (1..<nodes).map { (order[source.integer(0...($0 - 1))], order[$0]) }
    let free = order.indices.flatMap { first in
      order.indices.filter { $0 > first }.map { (order[first], order[$0]) }
    }.filter { pair in !ends.contains { $0 == pair || ($0.1, $0.0) == pair } }
    if !free.isEmpty, source.integer(0...2) == 0 { ends.append(source.pick(free)) }
    var edges: [GraphConvolutionProblem.Edge] = []
    for (first, second) in ends {
      let isTurned = isDirected ? source.flip() : first > second
      edges.append(
        GraphConvolutionProblem.Edge(
          isTurned ? second : first, isTurned ? first : second,
          weight: isWeighted ? source.pick([0.5, 1, 2, 3]) : 1))
    }
    return edges.sorted { ($0.from, $0.to) < ($1.from, $1.to) }
  }

  /// The key of what the layers multiply the features by.
  private static func operatorKey(
    _ normalization: GraphConvolutionProblem.Normalization
  ) -> String {
    switch normalization {
    case .none: "A"
    case .selfLoops: "S"
    case .mean: "M"
    case .symmetric: "N"
    }
  }

  /// A is made of the edges: those told, and the same the other way round.
  private static func adjacencyReading(
    _ problem: GraphConvolutionProblem, _ nodes: Int
  ) -> Reading {
    var told = [Double](repeating: 0, count: nodes * nodes)
    for edge in problem.edges { told[(edge.from - 1) * nodes + edge.to - 1] = edge.weight }
    let edges = Expression.variable("edges")
    return Reading(
      key: "A", formula: problem.isDirected ? edges : .add(edges, .call("transposed", [edges])),
      sources: [("edges", Value(shape: [nodes, nodes], elements: told))])
  }

  /// The keys of what is asked for.
  private static func graphLines(
    _ problem: GraphConvolutionProblem, _ difficulty: Int
  ) -> [String] {
    var keys = ["A", "D"]
    if difficulty <= 2 { keys.append("L") }
    let usesLoops = problem.weights.isEmpty || problem.normalization != .none
    if usesLoops { keys += ["S", "E"] }
    if problem.normalization == .mean { keys += ["Q", "M"] }
    if problem.normalization == .symmetric { keys += ["R", "N"] }
    for index in problem.weights.indices {
      let isIdentity = index == problem.weights.count - 1 && problem.output == .identity
      keys += ["M\(index)", "Z\(index)"] + (isIdentity ? [] : ["H\(index)"])
    }
    if problem.targets != nil {
      keys += ["loss", "∂H0", "∂Z0", "∂W0"].filter { $0 != "∂H0" || problem.output == .relu }
    }
    return keys
  }
}

extension ExerciseKind {
  private static func prompt(
    _ problem: GraphConvolutionProblem, _ asked: Set<String>
  ) -> Prose {
    let isWeighted = problem.edges.contains { $0.weight != 1 }
    let arrow = problem.isDirected ? "→" : "–"
    let list = problem.edges.map { edge in
      "\(edge.from)\(arrow)\(edge.to)"
        + (isWeighted ? " (\(KeyText.number(edge.weight, decimals: 1)))" : "")
    }.joined(separator: ", ")
    let nodes = problem.nodes!
    var english =
      "A\(problem.isDirected ? " directed" : "n undirected") graph has \(nodes) nodes, "
      + "numbered from 1, and the edges \(list)\(isWeighted ? ", with weights in brackets" : ""). "
    var chinese =
      "\(problem.isDirected ? "有向" : "无向")图有 \(nodes) 个节点（从 1 编号），边为 \(list)"
      + "\(isWeighted ? "（括号内为权重）" : "")。"
    if problem.isDirected {
      english +=
        "Row i, column j of A belongs to the edge from i to j; degrees are sums of rows. "
      chinese += "A 的第 i 行第 j 列对应从 i 到 j 的边；度按行求和。"
    }
    english += "Write down the adjacency matrix A, the degree matrix D"
    chinese += "写出邻接矩阵 A、度矩阵 D"
    if asked.contains("L") {
      english += ", the Laplacian L = D − A"
      chinese += "、拉普拉斯矩阵 L = D − A"
    }
    if asked.contains("S") {
      english += ", Â = A + I with self-loops and its degree matrix D̂"
      chinese += "、加自环的 Â = A + I 及其度矩阵 D̂"
    }
    if asked.contains("M") {
      english += ", D̂⁻¹ and the normalised matrix D̂⁻¹Â"
      chinese += "、D̂⁻¹ 与归一化矩阵 D̂⁻¹Â"
    }
    if asked.contains("N") {
      english += ", D̂^(−½) and the normalised matrix D̂^(−½)ÂD̂^(−½)"
      chinese += "、D̂^(−½) 与归一化矩阵 D̂^(−½)ÂD̂^(−½)"
    }
    let (en, zh) = layerPrompt(problem)
    return Words(en: english + "." + en, zh: chinese + "。" + zh).prose
  }

  private static func layerPrompt(_ problem: GraphConvolutionProblem) -> (String, String) {
    guard !problem.weights.isEmpty else { return ("", "") }
    let matrix =
      switch problem.normalization {
      case .none: "A"
      case .selfLoops: "Â"
      case .mean: "D̂⁻¹Â"
      case .symmetric: "D̂^(−½)ÂD̂^(−½)"
      }
    let hasTwo = problem.weights.count == 2
    var english = " The layers multiply by Ã = \(matrix): "
    var chinese = "各层使用 Ã = \(matrix)："
    if hasTwo {
      english += "layer 1 is H^[1] = ReLU(ÃHW^[1]), and layer 2 is "
      chinese += "第 1 层 H^[1] = ReLU(ÃHW^[1])，第 2 层 "
    }
    let product = hasTwo ? "ÃH^[1]W^[2]" : "ÃHW"
    switch problem.output {
    case .relu:
      english += "H′ = ReLU(\(product))"
      chinese += "H′ = ReLU(\(product))"
    case .identity:
      english += "Z = \(product), without an activation function"
      chinese += "Z = \(product)，无激活函数"
    case .softmax:
      english += "Ŷ = softmax(\(product)) over each row, a node's class probabilities"
      chinese += "Ŷ = softmax(\(product))，按行得到每个节点的类别概率"
    }
    english += ". Calculate the sums ÃH, the products Z and the outputs by hand"
    chinese += "。手算 ÃH、乘积 Z 与各层输出"
    guard let targets = problem.targets else { return (english + ".", chinese + "。") }
    if problem.output == .softmax {
      let classes = targets.map { $0 == [1, 0] ? "1" : "2" }.joined(separator: ", ")
      english +=
        "; then the loss, the cross-entropy −Σ y ln ŷ as the mean over the nodes, whose classes are "
        + "\(classes) (one-hot rows of Y), and its gradients by Z and W."
      chinese +=
        "；再求损失（交叉熵 −Σ y ln ŷ 对节点取平均，各节点类别依次为 \(classes)，Y 的行为 one-hot）"
        + "及其对 Z、W 的梯度。"
    } else {
      let byOutput = problem.output == .relu ? ("H′, ", "H′、") : ("", "")
      english += "; then the loss L = ½ Σ (output − Y)² and its gradients by \(byOutput.0)Z and W."
      chinese += "；再求损失 L = ½ Σ (输出 − Y)² 及其对 \(byOutput.1)Z、W 的梯度。"
    }
    return (english, chinese)
  }
}
