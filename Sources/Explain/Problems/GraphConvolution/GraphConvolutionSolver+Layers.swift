import Autodiff

extension GraphConvolutionSolver {
  func layerFormula(_ output: GraphConvolutionProblem.Output) -> MathNode {
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

  mutating func design() {
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

  func layerNumber(_ index: Int) -> Int? { problem.weights.count == 1 ? nil : index + 1 }

  func isOutput(_ index: Int) -> Bool { index == problem.weights.count - 1 }

  /// The layers on the tape.
  func run(_ variables: [String: Tensor], _ marks: inout [String: Tensor]) -> Tensor {
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

  mutating func layers() throws {
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
  func neighbourSum(_ index: Int) -> MathNode {
    .infix(
      .matrixProduct, letter("A", .tilde),
      index == 0
        ? letter("H") : .symbol(Symbol("H", layer: index, isMatrix: true)))
  }

  var stepMeaning: Prose {
    problem.weights.count > 1 || problem.output == .relu
      ? Prose(
        en: "ReLU has the slope step(z): 1 where z > 0, else 0.",
        zh: "ReLU 的导数为 step(z)：z > 0 时为 1，否则为 0。") : Prose("")
  }

  mutating func backward(_ recording: Worksheet.Recording) throws {
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

  mutating func finish(_ recording: Worksheet.Recording, _ inputs: [String]) {
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
}
