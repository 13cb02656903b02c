import Autodiff

extension ExpressionSolver {
  mutating func backward(_ recording: Worksheet.Recording) {
    var blocks: [Block] = [
      .prose(
        Prose(
          en: """
            From the result back: each node's gradient is the \(Term.upstreamGradient) times \
            the \(Term.localGradient); where a value goes to several places, the gradients that come \
            back are added.
            """,
          zh: """
            从结果往回：每个节点的梯度等于\(Term.upstreamGradient)乘以\(Term.localGradient)；\
            若一个值流向多处，则把传回的梯度相加。
            """))
    ]
    var uses: [Int: Int] = [:]
    for node in nodes { for input in node.inputs { uses[input, default: 0] += 1 } }
    let order =
      operations.reversed() + nodes.indices.filter { nodes[$0].operation == "input" }
    for place in order {
      guard recording.ids[nodes[place].key] != nil else { continue }
      let steps = sheet.gradient(nodes[place].key, in: recording)
      blocks += steps.map { step in
        var step = step
        if nodes[place].operation == "input" { step.isBoxed = true }
        return .step(step)
      }
      if let count = uses[place], count > 1 {
        blocks.append(
          .note(
            Prose(
              en: "\(symbol(place)) goes to \(count) places: the gradients add at the branch.",
              zh: "\(symbol(place)) 流向 \(count) 处：梯度在分支处相加。")))
      }
      if let gate = gate(place) { blocks.append(.note(gate)) }
    }
    solution.sections.append(
      Section(Prose(en: "Backward pass", zh: "\(Term.backwardPass)"), blocks))
  }

  /// What a gate does with the gradient that comes back.
  func gate(_ place: Int) -> Prose? {
    let node = nodes[place]
    let itself = symbol(place)
    guard node.inputs.contains(where: { nodes[$0].number == nil }) else { return nil }
    switch node.operation {
    case "add", "subtract", "sum":
      return Prose(
        en: """
          \(itself) is an \(Term.addGate), a \(Term.gradientDistributor): it passes the gradient \
          to each input\(node.operation == "subtract" ? ", with the sign changed to the second" : "").
          """,
        zh: """
          \(itself) 是\(Term.addGate)，即\(Term.gradientDistributor)：把梯度原样传给每个输入\
          \(node.operation == "subtract" ? "（对第二个输入变号）" : "")。
          """)
    case "max", "min", "relu":
      return Prose(
        en: """
          \(itself) is a \(Term.maxGate), a \(Term.gradientRouter): the whole gradient goes to \
          the input that was taken, 0 to the other. Below, greater, less, atleast (≥) and atmost (≤) \
          are 1 where the comparison holds, else 0; at a tie the first input takes all.
          """,
        zh: """
          \(itself) 是\(Term.maxGate)，即\(Term.gradientRouter)：全部梯度传给被选中的输入，\
          另一个得 0。下文的 greater（>）、less（<）、atleast（≥）、atmost（≤）在关系成立时为 1，\
          否则为 0；相等时全部给第一个输入。
          """)
    case "multiply", "dot", "matmul":
      return Prose(
        en: """
          \(itself) is a \(Term.multiplyGate), a \(Term.gradientSwitcher): each input gets the \
          gradient times the other input.
          """,
        zh: """
          \(itself) 是\(Term.multiplyGate)，即\(Term.gradientSwitcher)：\
          每个输入得到梯度乘以另一个输入。
          """)
    default: return nil
    }
  }

  func drawing(_ recording: Worksheet.Recording) -> GraphDrawing {
    func text(_ array: NDArray) -> String {
      let digits = array.doubles.map { value in
        options.rounding.map { $0.text(value) } ?? NumberText.brief(value)
      }
      return digits.count == 1 ? digits[0] : "[" + digits.joined(separator: ", ") + "]"
    }
    return GraphDrawing(
      nodes: nodes.indices.map { place in
        let node = nodes[place]
        let recorded = recording.ids[node.key].map { recording.reader.snapshot.nodes[$0] }
        let value = recorded?.value ?? NDArray(node.number ?? .nan)
        let gradient = recorded.map {
          $0.gradient ?? NDArray.zeros($0.shape, dtype: .float64)
        }
        return GraphDrawing.Node(
          id: place,
          label: ["input", "constant"].contains(node.operation)
            ? symbol(place) : .word(ExpressionOperations.sign(node.operation)),
          operation: node.operation, inputs: node.inputs, value: text(value),
          gradient: gradient.map(text), exactValue: Value(value),
          exactGradient: gradient.map { Value($0) })
      })
  }

  mutating func finish(_ recording: Worksheet.Recording, _ inputs: [String]) {
    solution.value = Value(recording.reader.snapshot.nodes[recording.reader.snapshot.result].value)
    solution.gradients = inputs.map { ($0, Value(sheet.array(GraphReader.gradient($0)))) }
    let found = DifferenceCheck(
      at: inputs.map(sheet.array), gradients: inputs.map { sheet.array(GraphReader.gradient($0)) }
    ) { arrays in
      var marks: [String: Tensor] = [:]
      return run(
        Dictionary(uniqueKeysWithValues: zip(inputs, arrays.map { Tensor($0) })), &marks
      ).item
    }
    solution.check.lines.append(
      .init(
        what: Prose(
          en: "gradients of the tape against \(Term.centralDifference)s",
          zh: "计算带的梯度与\(Term.centralDifference)"),
        disagreement: found.disagreement, tolerance: DifferenceCheck.tolerance))
    var kinks = KinkReport()
    kinks.collect(recording, sheet, conventionOf: options.convention)
    for kink in found.kinks {
      let name = sheet.names[inputs[kink.input]]!
      kinks.add(
        name.entry(Worksheet.indices(kink.entry, sheet.array(inputs[kink.input]).shape)),
        left: kink.left, right: kink.right, gradient: kink.gradient, of: symbol(nodes.count - 1))
    }
    solution.check.kinks = kinks.prose
  }
}
