import Autodiff

/// Writes the worked solution of a recurrent network.
struct RecurrentSolver {
  let program: RecurrentProgram
  var work: RecordedSolution
  /// Whether the share of each step in a weight's gradient stands on a line of its own.
  let splitsGradients: Bool
  /// Steps that the gradient flows back at most; nil for all.
  let window: Int?
  var cell: any RecurrentCell { program.cell }
  let isIndexed: Bool

  init(
    kind: String, title: Prose, _ program: RecurrentProgram, _ options: ExplainOptions,
    splitsGradients: Bool = false, window: Int? = nil
  ) throws {
    self.program = program
    self.splitsGradients = splitsGradients
    self.window = window
    let numbers =
      program.steps * program.cell.plan(step: 1).count * program.cell.units
      + program.targets.count * program.outputs
      + program.parameters.reduce(0) { $0 + $1.array.elementCount }
    switch options.form {
    case .scalar:
      guard program.cell.units == 1, program.outputs == 1,
        program.inputs.allSatisfy({ $0.elementCount == 1 })
      else {
        throw ProblemError(
          "--form", "found scalar, expected indexed or matrix: a layer has more than one unit")
      }
      isIndexed = true
    case .indexed:
      guard numbers <= 600 else {
        throw ProblemError(
          "--form", "found indexed, expected matrix: the \(numbers) numbers are too many to show")
      }
      isIndexed = true
    case .matrix: isIndexed = false
    case nil: isIndexed = numbers <= 60
    }
    work = RecordedSolution(kind: kind, title: title, options: options, isIndexed: isIndexed)
  }

  /// - Parameters:
  ///   - formulas: What a step computes, in general.
  ///   - remarks: What is to be said at the end.
  mutating func solve(
    formulas: [Block], remarks: (inout RecordedSolution) -> Void = { _ in }
  ) throws -> Solution {
    give()
    let names = names()
    let keys = inputKeys
    let recording = work.sheet.record(inputs: keys, named: names) { variables, marks in
      program.run(variables, &marks)
    }
    try work.checkFinite(recording, names)
    try checkScores(recording)
    describeSymbols(names)
    work.section(Prose(en: "One step", zh: "一个\(Term.timeStep)"), formulas)
    forward(recording)
    backward(recording)
    parameters(recording)
    work.collectKinks(recording)
    let fixed = keys.filter { $0.hasPrefix("x") || $0.hasPrefix("y") }
    let unrolled = program
    work.compareDifferences(keys.filter { !fixed.contains($0) }, fixed: fixed) {
      unrolled.run($0, &$1)
    }
    results(recording)
    if let window { truncate(window) }
    remarks(&work)
    return work.finished()
  }

  /// The exponentials of softmax's formula have to be numbers as they are written.
  func checkScores(_ recording: Worksheet.Recording) throws {
    guard program.isCrossEntropy else { return }
    let key = program.readout.weight == nil ? "h" : "out"
    for step in program.targets.keys.sorted() {
      let scores = recording.node("\(key)\(step)").value.doubles
      if let wrong = scores.first(where: { !(abs($0) <= 600) }) {
        throw ProblemError(
          "",
          "found the score \(NumberText.brief(wrong)) at step \(step), whose exponential cannot be "
            + "written down; expected scores from -600 to 600")
      }
    }
  }

  var inputKeys: [String] {
    program.parameters.map(\.key) + (1...program.steps).map { "x\($0)" }
      + cell.states.map { "\($0)0" } + program.targets.keys.sorted().map { "y\($0)" }
  }

  // MARK: Names

  func timed(_ symbol: Symbol, _ step: Int) -> Symbol {
    var symbol = symbol
    symbol.subscripts = [(symbol.subscripts + ["\(step)"]).joined(separator: ",")]
    return symbol
  }

  func column(
    _ key: String, _ symbol: Symbol, count: Int, gradient: Symbol? = Symbol("L"),
    named: Symbol? = nil
  ) -> Name {
    let shape: Shape = [count, 1]
    var name = Name(key, symbol, shape: shape, dropping: [1])
    if let gradient { name = name.withGradient(of: gradient) }
    if let named {
      let delta = Name("", named, shape: shape, dropping: [1])
      name.gradient = { $0.map(delta.entry) ?? delta.whole }
    }
    return name
  }

  /// The names of what the program marks.
  func names(_ prefix: String = "") -> [Name] {
    let isPlain = prefix.isEmpty
    let loss = isPlain ? Symbol("L") : Symbol("L", accent: .tilde)
    var names: [Name] = []
    for step in 1...program.steps {
      for quantity in cell.plan(step: step) {
        var name = column(
          "\(prefix)\(quantity.key)\(step)", timed(quantity.symbol, step), count: cell.units,
          gradient: loss, named: isPlain ? quantity.gradient.map { timed($0, step) } : nil)
        if let slope = quantity.slope {
          let argument = column("", timed(slope.argument, step), count: cell.units)
          name.slope = (slope.function, { $0.map(argument.entry) ?? argument.whole })
        }
        names.append(name)
      }
      guard program.targets[step] != nil else { continue }
      let hat = Symbol("y", accent: .hat)
      if program.readout.weight != nil {
        names.append(
          column(
            "\(prefix)out\(step)", timed(program.isCrossEntropy ? Symbol("o") : hat, step),
            count: program.outputs, gradient: loss))
      }
      if program.isCrossEntropy {
        names.append(
          column("\(prefix)prob\(step)", timed(hat, step), count: program.outputs, gradient: loss))
      }
      if !program.isManyToOne {
        names.append(Name(scalar: "\(prefix)L\(step)", Symbol("L", "\(step)")))
      }
    }
    names.append(Name(scalar: prefix + "L", loss))
    return names
  }

  // MARK: Given

  mutating func give() {
    var blocks: [Block] = []
    for (index, array) in program.inputs.enumerated() {
      let name = column(
        "x\(index + 1)", Symbol("x", "\(index + 1)"), count: array.elementCount, gradient: nil)
      work.sheet.give(name, array)
      blocks += work.sheet.given(name.key)
    }
    work.symbol(
      .symbol(Symbol("x", "t")),
      Prose(en: "\(Term.input) of \(Term.timeStep) t", zh: "\(Term.timeStep) t 的\(Term.input)"),
      shape: program.inputs[0].elementCount == 1 ? [] : [program.inputs[0].elementCount])
    for state in cell.states {
      let name = column("\(state)0", Symbol(state, "0"), count: cell.units)
      work.sheet.give(name, program.initial[state]!)
      blocks += work.sheet.given(name.key)
    }
    for parameter in program.parameters {
      blocks += work.give(parameter.name(), parameter.array, parameter.meaning)
    }
    for step in program.targets.keys.sorted() {
      let name = column(
        "y\(step)", Symbol("y", "\(step)"), count: program.outputs, gradient: nil)
      work.sheet.give(name, program.targets[step]!)
      blocks += work.sheet.given(name.key)
    }
    blocks.append(
      .note(
        program.isManyToOne
          ? Prose(
            en: "One \(Term.target), for the last step: \(Term.manyToOne).",
            zh: "只有最后一步有\(Term.target)：\(Term.manyToOne)。")
          : Prose(
            en: "A \(Term.target) for each step: \(Term.manyToMany).",
            zh: "每一步都有\(Term.target)：\(Term.manyToMany)。")))
    work.section(Prose(en: "Given", zh: "已知"), blocks)
  }

  mutating func describeSymbols(_ names: [Name]) {
    let shape = cell.units == 1 ? [] : [cell.units]
    for quantity in cell.plan(step: 1) {
      var symbol = quantity.symbol
      symbol.subscripts = [(symbol.subscripts + ["t"]).joined(separator: ",")]
      work.symbol(.symbol(symbol), quantity.meaning, shape: shape)
      if var gradient = quantity.gradient {
        gradient.subscripts = [(gradient.subscripts + ["t"]).joined(separator: ",")]
        work.symbol(
          .symbol(gradient),
          Prose(
            en: "\(Term.errorSignal): the gradient of the loss by \(symbol)",
            zh: "\(Term.errorSignal)：损失对 \(symbol) 的梯度"), shape: shape)
      }
    }
    let outputs = program.outputs == 1 ? [] : [program.outputs]
    if program.isCrossEntropy, program.readout.weight != nil {
      work.symbol(
        .symbol(Symbol("o", "t")), Prose(en: "output \(Term.score)s", zh: "输出\(Term.score)"),
        shape: outputs)
    }
    if program.readout.weight != nil || program.isCrossEntropy {
      work.symbol(
        .symbol(Symbol("y", "t", accent: .hat)),
        Prose(en: "\(Term.prediction)", zh: "\(Term.prediction)"), shape: outputs)
    }
    work.symbol(
      .symbol(Symbol("y", "t")), Prose(en: "\(Term.target)", zh: "\(Term.target)"), shape: outputs)
    work.symbol(.symbol(Symbol("L")), Prose(en: "\(Term.loss)", zh: "\(Term.loss)"))
  }

  // MARK: Forward

  func outputKeys(_ step: Int) -> [String] {
    guard program.targets[step] != nil else { return [] }
    return (program.readout.weight == nil ? [] : ["out\(step)"])
      + (program.isCrossEntropy ? ["prob\(step)"] : [])
  }

  mutating func forward(_ recording: Worksheet.Recording) {
    for step in 1...program.steps {
      var keys = cell.plan(step: step).map { "\($0.key)\(step)" } + outputKeys(step)
      if program.targets[step] != nil, !program.isManyToOne { keys.append("L\(step)") }
      var blocks = work.values(keys, in: recording)
      if step == program.steps {
        blocks += work.values(["L"], in: recording, boxed: true)
      }
      work.section(
        Prose(
          en: "Forward pass, step \(step)", zh: "\(Term.forwardPass)，第 \(step) 步"), blocks)
    }
  }

  // MARK: Backward

  mutating func backward(_ recording: Worksheet.Recording) {
    for step in (1...program.steps).reversed() {
      var blocks: [Block] = []
      if step == program.steps {
        blocks.append(
          .prose(
            Prose(
              en: """
                By \(Term.bptt), from the last step to the first: a state's gradient adds what \
                comes from its own output and what comes back from the next step.
                """,
              zh: """
                \(Term.bptt)：从最后一步往第一步求。状态的梯度等于来自本步输出的部分加上由下一步传回的部分。
                """)))
      }
      if program.isCrossEntropy, program.targets[step] != nil {
        blocks += crossEntropyGradients(step, recording)
      } else {
        blocks += work.gradients(outputKeys(step), in: recording)
      }
      for quantity in backwardOrder(step) {
        let key = "\(quantity.key)\(step)"
        if quantity.slope != nil {
          blocks += work.gradients([key], in: recording)
          blocks += work.sheet.slope(key, in: recording).map { .step($0) }
        } else {
          blocks += work.gradients([key], in: recording)
        }
      }
      work.section(
        Prose(
          en: "Backward pass, step \(step)", zh: "\(Term.backwardPass)，第 \(step) 步"), blocks)
    }
  }

  /// States first, the rest from the last computed to the first.
  func backwardOrder(_ step: Int) -> [RecurrentQuantity] {
    cell.plan(step: step).reversed()
  }

  /// By the softmax's Jacobian, and by the shortcut ŷ − y.
  func crossEntropyGradients(_ step: Int, _ recording: Worksheet.Recording) -> [Block] {
    var blocks = work.gradients(["prob\(step)"], in: recording)
    let score = program.readout.weight == nil ? nil : "out\(step)"
    guard let score else { return blocks }
    blocks += work.sheet.gradient(score, in: recording).map { step in
      var step = step
      step.id += ".chain"
      return .step(step)
    }
    blocks.append(
      .prose(
        Prose(
          en: """
            The shortcut: softmax and \(Term.crossEntropy) together give the difference of \
            \(Term.prediction) and \(Term.target), the same numbers:
            """,
          zh: """
            捷径：softmax 与\(Term.crossEntropy)合在一起，梯度就是\(Term.prediction)与\(Term.target)之差，\
            数值相同：
            """)))
    blocks += work.sheet.gradient(
      score, in: recording, written: .subtract(.variable("prob\(step)"), .variable("y\(step)"))
    ).map { .step($0) }
    return blocks
  }

  mutating func parameters(_ recording: Worksheet.Recording) {
    var blocks: [Block] = [
      .prose(
        Prose(
          en: """
            The weights are shared by all steps, so a weight's gradient is the sum of what each \
            step contributes.
            """,
          zh: "所有时间步\(Term.sharedWeights)，因此权重的梯度等于各时间步贡献之和。"))
    ]
    if splitsGradients {
      blocks.append(
        .prose(
          Prose(
            en: """
              The superscript (t) marks the copy of a weight that step t uses: \
              \(copied) is the share of step 1.
              """,
            zh: "上标 (t) 表示第 t 步所用的那份权重：\(copied) 是第 1 步的贡献。")))
    }
    for parameter in program.parameters {
      blocks += sumOverTime(parameter, recording)
    }
    let starts = cell.states.map { "\($0)0" }
    blocks += work.gradients(starts, in: recording)
    work.section(Prose(en: "Gradients of the weights", zh: "权重的\(Term.gradient)"), blocks)
  }

  var copied: MathNode {
    .derivative(.symbol(Symbol("L")), .symbol(Symbol("w", iteration: 1)))
  }

  func sumOverTime(
    _ parameter: RecurrentParameter, _ recording: Worksheet.Recording, prefix: String = ""
  ) -> [Block] {
    let key = prefix + parameter.key
    let node = recording.node(key)
    let shares = recording.reader.shares(node.id)
    guard splitsGradients, prefix.isEmpty, shares.count > 1 else {
      return work.gradients([key], in: recording, boxed: true)
    }
    let steps =
      parameter.key.hasSuffix("y") && program.isManyToOne
      ? [program.steps] : Array((program.steps - shares.count + 1)...program.steps)
    var blocks: [Block] = []
    var sum: Expression?
    for (step, share) in zip(steps, shares) {
      func marked(_ node: MathNode) -> MathNode {
        guard case .symbol(var symbol) = node else { return node }
        symbol.iteration = step
        return .derivative(.symbol(Symbol("L")), .symbol(symbol))
      }
      let plain = parameter.name()
      let name = Name("\(key)(\(step))", whole: marked(plain.whole)) { marked(plain.entry($0)) }
      blocks += work.sheet.define(name, share, .backward).map { .step($0) }
      sum = sum.map { .add($0, .variable(name.key)) } ?? .variable(name.key)
    }
    blocks += work.sheet.gradient(key, in: recording, written: sum).map { step in
      var step = step
      step.isBoxed = true
      return .step(step)
    }
    return blocks
  }
}
