import Autodiff

// What a network's solution opens with: the numbers given and the table of symbols.

extension NetworkSolver {
  mutating func give() {
    let program = program(1)
    var blocks: [Block] = []
    func given(_ name: Name, _ array: NDArray) {
      sheet.give(name, array)
      blocks.append(contentsOf: sheet.given(name.key))
    }
    given(
      naming.activations("t1.x", "x", layer: nil, images: problem.input.shape.count == 4),
      program.inputArray)
    given(naming.activations("t1.y", "y", layer: nil), program.targetArray)
    for (path, array) in program.parameters {
      let key = program.parameterKey(path)
      let name = parameterName(key, path, iteration: 0)
      given(name, program.arranged(array, path: path))
      current[path] = key
      solution.symbols.append(
        .init(
          symbol: naming.form == .scalar ? name.entry([]) : name.whole, meaning: meaning(of: path),
          shape: Array(program.arranged(array, path: path).shape)))
    }
    for index in problem.layers.indices {
      if let mask = program.mask(index) {
        let name = naming.activations(
          "t1.m\(index)", "m", layer: program.numbers[index],
          images: geometry.shapes[index].count == 3)
        given(name, mask)
      }
    }
    if let optimizer = problem.optimizer {
      for constant in optimizer.constants {
        sheet.give(constant.key, constant.symbol, constant.value)
        blocks.append(contentsOf: sheet.given(constant.key))
      }
    }
    for (key, symbol, value) in penaltyConstants {
      sheet.give(key, symbol, value)
      blocks.append(contentsOf: sheet.given(key))
    }
    solution.sections.append(Section(Prose(en: "Given", zh: "已知"), blocks))
    describeSymbols(program)
  }

  /// λ, or λ₁, λ₂, … where there are several.
  var penaltyConstants: [(key: String, symbol: Symbol, value: Double)] {
    var values: [Double] = []
    for penalty in problem.penalties {
      for value in [penalty.l1, penalty.l2] where value != 0 && !values.contains(value) {
        values.append(value)
      }
    }
    return values.enumerated().map { index, value in
      (
        lambda(value, values),
        values.count == 1 ? Symbol("λ") : Symbol("λ", "\(index + 1)"), value
      )
    }
  }

  func lambda(_ value: Double, _ values: [Double]) -> String {
    values.count == 1 ? "λ" : "λ\(values.firstIndex(of: value)! + 1)"
  }

  func lambdaKey(_ value: Double) -> String {
    penaltyConstants.first { $0.value == value }!.key
  }

  func parameterName(_ key: String, _ path: String, iteration: Int) -> Name {
    let parts = path.split(separator: ".")
    let index = Int(parts[1])!
    let program = program(1)
    var base = parts[2] == "weight" ? "w" : "b"
    if case .batchNorm = problem.layers[index] { base = parts[2] == "weight" ? "γ" : "β" }
    return naming.parameter(key, base, layer: program.numbers[index], iteration: iteration)
      .withGradient()
  }

  func meaning(of path: String) -> Prose {
    let index = Int(path.split(separator: ".")[1])!
    let number = program(1).numbers[index]
    if case .batchNorm = problem.layers[index] {
      return path.hasSuffix("weight")
        ? Prose(en: "learned scale of layer \(number)", zh: "第 \(number) 层可学习的缩放")
        : Prose(en: "learned shift of layer \(number)", zh: "第 \(number) 层可学习的平移")
    }
    return path.hasSuffix("weight")
      ? Prose(
        en: "\(Term.weight)s of layer \(number)", zh: "第 \(number) 层的\(Term.weight)")
      : Prose(
        en: "\(Term.bias) of layer \(number)", zh: "第 \(number) 层的\(Term.bias)")
  }

  mutating func describeSymbols(_ program: NetworkProgram) {
    func entry(_ symbol: MathNode, _ meaning: Prose, _ shape: [Int] = []) {
      solution.symbols.append(.init(symbol: symbol, meaning: meaning, shape: shape))
    }
    entry(
      naming.activations("", "x", layer: nil).whole,
      Prose(en: "\(Term.input)", zh: "\(Term.input)"),
      Array(program.inputArray.shape))
    entry(
      naming.activations("", "y", layer: nil).whole,
      Prose(en: "\(Term.target)", zh: "\(Term.target)"), Array(program.targetArray.shape))
    describeLayers(program)
    entry(.symbol(Symbol("L")), Prose(en: "\(Term.loss)", zh: "\(Term.loss)"))
    if let optimizer = problem.optimizer {
      for constant in optimizer.constants {
        entry(.symbol(constant.symbol), Self.meaning(ofConstant: constant.key))
      }
      for state in optimizer.states {
        entry(.symbol(Symbol(state)), Self.meaning(ofState: state, optimizer))
      }
    }
    for (_, symbol, _) in penaltyConstants {
      entry(
        .symbol(symbol),
        Prose(en: "strength of \(Term.regularization)", zh: "\(Term.regularization)强度"))
    }
  }

  /// The arrays of each layer with their shapes.
  private mutating func describeLayers(_ program: NetworkProgram) {
    let (names, parts) = program.plan()
    let named = Dictionary(names.map { ($0.key, $0) }) { first, _ in first }
    func shape(after layer: Int) -> [Int] {
      let sizes = geometry.shapes[layer + 1]
      if sizes.count == 3 { return [geometry.samples] + sizes }
      if naming.form == .scalar { return [] }
      return naming.isRowLayout ? [geometry.samples] + sizes : sizes + [geometry.samples]
    }
    for part in parts {
      let number = program.numbers[part.layer]
      for key in part.values {
        guard let name = named[key] else { continue }
        let meaning: Prose
        let isPrediction =
          part.layer == problem.layers.count - 1 && key == part.values.last
        switch key.dropFirst(program.prefix.count).first {
        case "z" where !isPrediction:
          meaning = Prose(
            en: "\(Term.preActivation)s of layer \(number)",
            zh: "第 \(number) 层的\(Term.preActivation)")
        case "z", "a":
          meaning =
            isPrediction
            ? Prose(en: "\(Term.prediction)", zh: "\(Term.prediction)")
            : Prose(
              en: "\(Term.activation)s of layer \(number)",
              zh: "第 \(number) 层的\(Term.activation)")
        case "p": meaning = Prose(en: "output of the pooling", zh: "池化的输出")
        case "f": meaning = Prose(en: "the same numbers as a vector", zh: "展平成的向量")
        default: continue
        }
        solution.symbols.append(
          .init(
            symbol: naming.form == .scalar ? name.entry([]) : name.whole, meaning: meaning,
            shape: shape(after: part.layer)))
      }
      for key in part.gradients where key.dropFirst(program.prefix.count).first == "z" {
        guard let gradient = named[key]?.gradient else { continue }
        solution.symbols.append(
          .init(
            symbol: gradient(naming.form == .scalar ? [] : nil),
            meaning: Prose(
              en: "\(Term.errorSignal) of layer \(number): the gradient of L by z",
              zh: "第 \(number) 层的\(Term.errorSignal)：L 对 z 的梯度"),
            shape: shape(after: part.layer)))
      }
    }
  }

  private static func meaning(ofConstant key: String) -> Prose {
    switch key {
    case "η": Prose(en: "\(Term.learningRate)", zh: "\(Term.learningRate)")
    case "μ": Prose(en: "share of the velocity kept", zh: "速度的保留比例")
    case "ρ": Prose(en: "share of r kept", zh: "r 的保留比例")
    case "κ": Prose(en: "what a rate grows by", zh: "学习率的增量")
    case "φ": Prose(en: "share by which a rate shrinks", zh: "学习率缩小的比例")
    case "θ": Prose(en: "share of d kept", zh: "d 的保留比例")
    case "β1": Prose(en: "share of m kept", zh: "m 的保留比例")
    case "β2": Prose(en: "share of v kept", zh: "v 的保留比例")
    default: Prose(en: "keeps the divisor from 0", zh: "防止除以 0")
    }
  }

  private static func meaning(ofState letter: String, _ rule: OptimizerRule) -> Prose {
    switch (letter, rule) {
    case ("v", .adam):
      Prose(
        en: "\(Term.secondMoment): average of g², one for each parameter",
        zh: "\(Term.secondMoment)：g² 的平均，每个参数一个")
    case ("v", _):
      Prose(
        en: "\(Term.velocity), one for each parameter: of w₁₁ it is v_w11, and so on",
        zh: "\(Term.velocity)，每个参数一个：w₁₁ 的速度记作 v_w11，余类推")
    case ("m", _):
      Prose(
        en: "\(Term.firstMoment): average of g, one for each parameter",
        zh: "\(Term.firstMoment)：g 的平均，每个参数一个")
    case ("r", _): Prose(en: "collected g², one for each parameter", zh: "累积的 g²，每个参数一个")
    case ("η", _):
      Prose(en: "\(Term.learningRate), one for each parameter", zh: "\(Term.learningRate)，每个参数一个")
    default: Prose(en: "average of earlier g", zh: "以往 g 的平均")
    }
  }
}
