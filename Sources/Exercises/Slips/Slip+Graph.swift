import Explain

// Slips of graph convolutions.

extension Slip {
  /// Those of a graph's matrices and of layers on it.
  static let graph: [Slip] = [
    oneWayEdges, reversedEdges, columnDegrees, laplacianSign, selfLoopsForgotten,
    degreesWithoutLoops, rootForgotten, rootNotInverted, oneSided, otherNormalization,
    plainAdjacency, normalizationForgotten, graphForgotten, weightTransposed, softmaxOverNodes,
  ]

  /// A change of the formula of one quantity.
  ///
  /// - Parameters:
  ///   - keys: The beginnings of the keys of the quantities in which it can be made.
  static func at(
    _ keys: Set<String>, _ name: String, _ words: Words,
    rewriting rule: @escaping @Sendable (Expression) -> Expression?
  ) -> Slip {
    Slip(name, words) { context in
      keys.contains(context.key) ? context.formula.rewriting(rule) : nil
    }
  }

  private static let sums: Set<String> = ["M0", "M1"]

  private static func isMatrixProduct(_ part: Expression) -> [Expression]? {
    guard case .call(_, let factors) = part, part.calledFunction == "matmul" else { return nil }
    return factors
  }

  static let oneWayEdges = at(
    ["A"], "one-way-edges",
    Words(en: "every edge entered one way only", zh: "无向边只填了一个方向")
  ) { part in
    if case .add(let edges, _) = part { edges } else { nil }
  }

  static let reversedEdges = at(
    ["A"], "reversed-edges", Words(en: "the edges entered the wrong way round", zh: "边的方向填反")
  ) { part in
    switch part {
    case .add: part  // an undirected edge has no direction
    case .variable: .call("transposed", [part])
    default: nil
    }
  }

  static let columnDegrees = at(
    ["D", "E"], "column-degrees",
    Words(en: "degrees as sums of columns instead of rows", zh: "度按列求和而不是按行求和")
  ) { part in
    switch part {
    case .variable("d"): .call("columnSums", [.variable("A")])
    case .variable("e"): .call("columnSums", [.variable("S")])
    default: nil
    }
  }

  static let laplacianSign = at(
    ["L"], "laplacian-sign", Words(en: "D + A instead of D − A", zh: "写成了 D + A 而不是 D − A")
  ) { part in
    if case .subtract(let d, let a) = part { .add(d, a) } else { nil }
  }

  static let selfLoopsForgotten = at(
    ["S"], "self-loops-forgotten", Words(en: "the self-loops left out", zh: "漏加自环")
  ) { part in
    if case .add(let a, .variable("I")) = part { a } else { nil }
  }

  static let degreesWithoutLoops = at(
    ["E"], "degrees-without-loops",
    Words(en: "the self-loops not counted in the degrees", zh: "度中没有计入自环")
  ) { part in
    part == .variable("e") ? .variable("d") : nil
  }

  static let rootForgotten = at(
    ["R"], "root-forgotten",
    Words(en: "the square root of the degrees left out", zh: "漏掉度的平方根")
  ) { part in
    part == .variable("r") ? .divide(.number(1), .variable("e")) : nil
  }

  static let rootNotInverted = at(
    ["R", "Q"], "degrees-not-inverted",
    Words(en: "the degrees not inverted", zh: "度没有取倒数")
  ) { part in
    switch part {
    case .variable("r"): .call("sqrt", [.variable("e")])
    case .variable("q"): .variable("e")
    default: nil
    }
  }

  static let oneSided = at(
    ["N"], "one-sided-normalization",
    Words(en: "D̂^(−½) multiplied from one side only", zh: "只在一侧乘了 D̂^(−½)")
  ) { part in
    guard let outer = isMatrixProduct(part), isMatrixProduct(outer[0]) != nil else { return nil }
    return outer[0]
  }

  static let otherNormalization = at(
    ["N", "M"], "other-normalization",
    Words(en: "D̂⁻¹Â and D̂^(−½)ÂD̂^(−½) mixed up", zh: "混淆了 D̂⁻¹Â 与 D̂^(−½)ÂD̂^(−½)")
  ) { part in
    guard let outer = isMatrixProduct(part), case .call(let product, _) = part else { return nil }
    if isMatrixProduct(outer[0]) != nil {
      return .call(product, [.variable("Q"), .variable("S")])
    }
    return .call(
      product, [.call(product, [.variable("R"), .variable("S")]), .variable("R")])
  }

  static let plainAdjacency = at(
    sums, "plain-adjacency", Words(en: "A taken for the matrix of the layer", zh: "层中误用了 A")
  ) { part in
    if case .variable(let name) = part, ["S", "M", "N"].contains(name) {
      .variable("A")
    } else {
      nil
    }
  }

  static let normalizationForgotten = at(
    sums, "normalization-forgotten", Words(en: "the normalisation left out", zh: "漏掉归一化")
  ) { part in
    if case .variable(let name) = part, ["M", "N"].contains(name) { .variable("S") } else { nil }
  }

  static let graphForgotten = at(
    sums, "graph-forgotten",
    Words(en: "the features not summed over neighbours", zh: "没有对邻居的特征求和")
  ) { part in
    isMatrixProduct(part).map { $0[1] }
  }

  static let weightTransposed = Slip(
    "weight-transposed", Words(en: "the weights transposed", zh: "权重矩阵写成了转置")
  ) { context in
    guard ["Z0", "Z1"].contains(context.key) else { return nil }
    return context.replacing { name in
      let shape = context.shape(name)
      guard name.hasPrefix("W"), shape.count == 2, shape[0] == shape[1], shape[0] > 1 else {
        return nil
      }
      return .call("transposed", [.variable(name)])
    }
  }

  /// Softmax down the columns.
  static let softmaxOverNodes = Slip(
    "softmax-over-nodes",
    Words(en: "softmax over the nodes instead of the classes", zh: "softmax 对节点而不是对类别进行")
  ) { context in
    guard context.key == "H0", case .divide(let powers, _) = context.formula,
      case .call("exp", _) = powers
    else { return nil }
    return .divide(powers, .call("columnSums", [powers]))
  }
}
