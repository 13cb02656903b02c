import Autodiff

/// An attention layer as a computation on the tape.
struct AttentionProgram {
  let problem: AttentionProblem
  /// The given arrays by key, in the order in which they are shown.
  private(set) var inputs: [(key: String, array: NDArray)] = []
  let queries: Int
  let keys: Int
  /// Numbers of a key and of a value, all heads together.
  private(set) var keyWidth = 0
  private(set) var valueWidth = 0
  let isProjected: Bool
  /// Whether the keys are the values too.
  let sharesValues: Bool
  /// Whether a mask is added.
  let isMasked: Bool

  init(_ problem: AttentionProblem) throws {
    self.problem = problem
    let most = AttentionProblem.mostSize
    guard (1...most).contains(problem.heads) else {
      throw ProblemError("heads", "found \(problem.heads), expected from 1 to \(most)")
    }
    let heads = problem.heads
    func columns(_ array: NDArray, _ head: Int) -> NDArray {
      let width = array.shape[1] / heads
      return array.sliced(axis: 1, (head * width)..<((head + 1) * width))
    }
    func split(_ width: Int, _ place: String) throws {
      guard width % heads == 0 else {
        throw ProblemError(place, "found \(width) columns, expected a multiple of \(heads) heads")
      }
    }
    var found: [(key: String, array: NDArray)] = []
    let mark: (Int) -> String = { heads == 1 ? "" : "\($0 + 1)" }
    switch problem.source {
    case .given(let queryRows, let keyRows, let valueRows):
      isProjected = false
      sharesValues = valueRows == nil
      let q = try GivenNumbers.matrix(queryRows, "queries", atMost: most)
      let k = try GivenNumbers.matrix(keyRows, "keys", atMost: most)
      queries = q.shape[0]
      keys = k.shape[0]
      let v = try valueRows.map {
        try GivenNumbers.matrix(
          $0, "values", rows: k.shape[0], atMost: most, "one row for each key")
      }
      keyWidth = k.shape[1]
      valueWidth = v?.shape[1] ?? keyWidth
      try split(q.shape[1], "queries")
      try split(keyWidth, "keys")
      try split(valueWidth, "values")
      if case .dot = problem.score { try Self.equal(q.shape[1], keyWidth) }
      if case .scaled = problem.score { try Self.equal(q.shape[1], keyWidth) }
      for head in 0..<heads {
        found.append(("q" + mark(head), columns(q, head)))
        found.append(("k" + mark(head), columns(k, head)))
        if let v { found.append(("v" + mark(head), columns(v, head))) }
      }
    case .projected(let inputRows, let memoryRows, let query, let key, let value):
      isProjected = true
      sharesValues = false
      let x = try GivenNumbers.matrix(inputRows, "inputs", atMost: most)
      let z = try memoryRows.map { try GivenNumbers.matrix($0, "memory", atMost: most) }
      queries = x.shape[0]
      keys = z?.shape[0] ?? queries
      let memoryWidth = z?.shape[1] ?? x.shape[1]
      let wq = try GivenNumbers.matrix(
        query, "W_Q", rows: x.shape[1], atMost: most, "one row for each number of an input")
      let wk = try GivenNumbers.matrix(
        key, "W_K", rows: memoryWidth, atMost: most, "one row for each number of an input")
      let wv = try GivenNumbers.matrix(
        value, "W_V", rows: memoryWidth, atMost: most, "one row for each number of an input")
      keyWidth = wk.shape[1]
      valueWidth = wv.shape[1]
      try split(wq.shape[1], "W_Q")
      try split(keyWidth, "W_K")
      try split(valueWidth, "W_V")
      if case .dot = problem.score { try Self.equal(wq.shape[1], keyWidth, "W_K") }
      if case .scaled = problem.score { try Self.equal(wq.shape[1], keyWidth, "W_K") }
      found.append(("x", x))
      if let z { found.append(("z", z)) }
      for head in 0..<heads {
        found.append(("wq" + mark(head), columns(wq, head)))
        found.append(("wk" + mark(head), columns(wk, head)))
        found.append(("wv" + mark(head), columns(wv, head)))
      }
    }
    let queryKey = (isProjected ? "wq" : "q") + mark(0)
    let queryWidth = found.first { $0.key == queryKey }!.array.shape[1]
    let headKeyWidth = keyWidth / heads
    switch problem.score {
    case .dot: break
    case .scaled: found.append(("d", NDArray(Double(headKeyWidth))))
    case .linear(let query, let key, let bias):
      found.append(
        (
          "lq",
          try GivenNumbers.matrix(
            query.map { [$0] }, "score.linear.w_q", rows: queryWidth, atMost: most,
            "one number for each of a query")
        ))
      found.append(
        (
          "lk",
          try GivenNumbers.matrix(
            key.map { [$0] }, "score.linear.w_k", rows: headKeyWidth, atMost: most,
            "one number for each of a key")
        ))
      try GivenNumbers.finite([bias], "score.linear.b")
      found.append(("lb", NDArray(bias)))
    case .additive(let query, let key, let vector):
      found.append(
        (
          "aq",
          try GivenNumbers.matrix(
            query, "score.additive.w_q", rows: queryWidth, columns: vector.count, atMost: most,
            "a row for each number of a query, a column for each of v")
        ))
      found.append(
        (
          "ak",
          try GivenNumbers.matrix(
            key, "score.additive.w_k", rows: headKeyWidth, columns: vector.count, atMost: most,
            "a row for each number of a key, a column for each of v")
        ))
      found.append(
        ("av", try GivenNumbers.matrix(vector.map { [$0] }, "score.additive.v", atMost: most)))
    }
    switch problem.mask {
    case .none: isMasked = false
    case .causal:
      isMasked = true
      guard queries == keys else {
        throw ProblemError(
          "mask", "found \(queries)×\(keys) scores; a causal mask needs as many keys as queries")
      }
      found.append(
        (
          "m",
          NDArray(
            (0..<queries).flatMap { row in (0..<keys).map { $0 <= row ? 0.0 : -Double.infinity } },
            shape: [queries, keys])
        ))
    case .given(let rows):
      isMasked = true
      let mask = try GivenNumbers.matrix(
        rows, "mask", rows: queries, columns: keys, atMost: most,
        "a row for each query, a column for each key")
      guard mask.doubles.allSatisfy({ $0 == 0 || $0 == 1 }) else {
        throw ProblemError("mask", "expected ones and zeros")
      }
      for (index, row) in rows.enumerated() where !row.contains(1) {
        throw ProblemError("mask[\(index)]", "found no 1, expected a key that the query may see")
      }
      found.append(
        ("m", NDArray(mask.doubles.map { $0 == 1 ? 0.0 : -Double.infinity }, shape: mask.shape)))
    }
    var outputs = valueWidth
    if let rows = problem.output {
      let wo = try GivenNumbers.matrix(
        rows, "W_O", rows: valueWidth, atMost: most, "one row for each number of the heads' outputs"
      )
      outputs = wo.shape[1]
      let height = valueWidth / heads
      for head in 0..<heads {
        found.append(
          ("wo" + mark(head), wo.sliced(axis: 0, (head * height)..<((head + 1) * height))))
      }
    }
    if case .halfSquaredError(let target) = problem.loss {
      let y = try GivenNumbers.matrix(
        target, "loss.half-squared-error", rows: queries, columns: outputs, atMost: most,
        "a row for each query, a number for each output")
      if problem.output != nil {
        found.append(("y", y))
      } else {
        for head in 0..<heads { found.append(("y" + mark(head), columns(y, head))) }
      }
    }
    inputs = found
  }

  private static func equal(_ query: Int, _ key: Int, _ place: String = "keys") throws {
    guard query == key else {
      throw ProblemError(
        place,
        "found \(key) numbers a key and \(query) a query, whose dot product needs equal lengths")
    }
  }

  /// The mark of a head behind keys, empty where there is one head.
  func mark(_ head: Int) -> String { problem.heads == 1 ? "" : "\(head)" }

  /// Runs the layer on variables by key; the loss, or the sum of the outputs where none is asked
  /// for.
  func run(_ variables: [String: Tensor], _ marks: inout [String: Tensor]) -> Tensor {
    var output: Tensor?
    var loss: Tensor?
    func add(_ sum: Tensor?, _ term: Tensor) -> Tensor { sum.map { $0 + term } ?? term }
    for head in 1...problem.heads {
      let own = mark(head)
      func named(_ key: String, _ tensor: Tensor) -> Tensor {
        marks[key + own] = tensor
        return tensor
      }
      let memory = variables["z"] ?? variables["x"]
      let query =
        isProjected
        ? named("q", variables["x"]!.matmul(variables["wq" + own]!)) : variables["q" + own]!
      let key =
        isProjected ? named("k", memory!.matmul(variables["wk" + own]!)) : variables["k" + own]!
      let value =
        isProjected
        ? named("v", memory!.matmul(variables["wv" + own]!))
        : sharesValues ? key : variables["v" + own]!
      var score: Tensor
      switch problem.score {
      case .dot: score = named("e", query.matmul(key, transposeOther: true))
      case .scaled:
        score = named(
          "e", query.matmul(key, transposeOther: true) / variables["d"]!.squareRoot())
      case .linear:
        let row = key.matmul(variables["lk"]!).reshaped([1, keys])
        score = named("e", query.matmul(variables["lq"]!) + row + variables["lb"]!)
      case .additive:
        let width = variables["av"]!.elementCount
        let left = named("p", query.matmul(variables["aq"]!)).reshaped([queries, 1, width])
        let right = named("r", key.matmul(variables["ak"]!)).reshaped([1, keys, width])
        let hidden = named("t", (left + right).tanh())
        let rows = hidden.reshaped([queries * keys, width])
        score = named("e", rows.matmul(variables["av"]!).reshaped([queries, keys]))
      }
      if isMasked { score = named("f", score + variables["m"]!) }
      let weight = named("a", score.softmax(axis: 1))
      let context = named("c", weight.matmul(value))
      if problem.output != nil {
        output = add(output, context.matmul(variables["wo" + own]!))
      } else {
        loss = add(loss, term(context, variables["y" + own]))
      }
    }
    if let output {
      marks["o"] = output
      loss = term(output, variables["y"])
    }
    marks["L"] = loss!
    return loss!
  }

  private func term(_ output: Tensor, _ target: Tensor?) -> Tensor {
    guard let target else { return output.sum() }
    return (output - target).squared().sum() * 0.5
  }
}
