import Autodiff

// Remarks, comparisons and results.
extension AttentionSolver {
  mutating func remarks() {
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
  func checkScores(_ recording: Worksheet.Recording) throws {
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

  mutating func check(_ recording: Worksheet.Recording) {
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

  mutating func results(_ recording: Worksheet.Recording) {
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
