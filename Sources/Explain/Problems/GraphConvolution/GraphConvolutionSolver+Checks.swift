import Autodiff

extension GraphConvolutionSolver {
  /// The layers' output once more, as messages along the edges.
  func passMessages(_ last: Int) -> (NDArray, [Double]) {
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
  var messages: [(from: Int, to: Int, factor: Double)] {
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

  mutating func check() {
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
