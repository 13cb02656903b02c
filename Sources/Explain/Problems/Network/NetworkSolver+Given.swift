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
    func generic(_ base: String) -> MathNode { .symbol(naming.general(base)) }
    entry(
      generic("z"),
      Prose(
        en: "\(Term.preActivation) of layer l, weighted sum of its inputs",
        zh: "第 l 层的\(Term.preActivation)，即输入的加权和"))
    entry(
      generic("a"),
      Prose(en: "\(Term.activation) of layer l", zh: "第 l 层的\(Term.activation)"))
    entry(
      .symbol(Symbol("y", accent: .hat)),
      Prose(en: "\(Term.prediction)", zh: "\(Term.prediction)"))
    entry(.symbol(Symbol("L")), Prose(en: "\(Term.loss)", zh: "\(Term.loss)"))
    entry(
      generic("δ"),
      Prose(
        en: "\(Term.errorSignal) of layer l: the gradient of the loss by z",
        zh: "第 l 层的\(Term.errorSignal)：损失对 z 的梯度"))
    if problem.optimizer != nil {
      entry(
        .symbol(Symbol("η")), Prose(en: "\(Term.learningRate)", zh: "\(Term.learningRate)"))
    }
    if !problem.penalties.isEmpty {
      entry(
        .symbol(Symbol("λ")),
        Prose(en: "strength of \(Term.regularization)", zh: "\(Term.regularization)强度"))
    }
  }
}
