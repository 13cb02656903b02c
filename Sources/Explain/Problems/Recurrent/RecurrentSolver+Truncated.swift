import Autodiff

// Truncated backpropagation beside the full one.
extension RecurrentSolver {
  func plural(_ steps: Int) -> String { steps == 1 ? "1 step" : "\(steps) steps" }

  mutating func truncate(_ window: Int) {
    let cuts = program.cuts(window: window)
    guard !cuts.isEmpty else {
      work.section(
        Prose(en: "Truncated backpropagation", zh: "\(Term.truncatedBPTT)"),
        [
          .note(
            Prose(
              en: "A window of \(plural(window)) holds the whole sequence: nothing is cut.",
              zh: "窗口 \(window) 步已包含整个序列：没有截断。"))
        ])
      return
    }
    let prefix = "q."
    let loss = Symbol("L", accent: .tilde)
    for parameter in program.parameters {
      work.sheet.give(parameter.name(prefix, loss: loss), parameter.array)
    }
    // The states at the cuts count as given.
    let states = cuts.flatMap { cut in cell.states.map { "\($0)\(cut)" } }
    let first = program.isManyToOne ? cuts.last! : 0
    let starts = first == 0 ? cell.states.map { "\($0)0" } : []
    let keys =
      program.parameters.map { prefix + $0.key }
      + ((first + 1)...program.steps).map { "x\($0)" } + starts + states
      + program.targets.keys.sorted().map { "y\($0)" }
    let names = names(prefix)
    let recording = work.sheet.record(inputs: keys, named: names) { variables, marks in
      program.run(variables, &marks, prefix: prefix, cuts: cuts)
    }
    // The forward numbers are those above; they are entered, not written again.
    for name in names where recording.ids[name.key] != nil {
      _ = work.sheet.value(name.key, in: recording)
    }
    let list = cuts.map { "\($0)" }.joined(separator: ", ")
    var blocks: [Block] = [
      .prose(
        Prose(
          en: """
            By \(Term.truncatedBPTT) with a window of \(plural(window)), \
            \(program.isManyToOne ? "the gradient flows back through the last \(plural(window)) only" : "the sequence is cut into pieces of \(plural(window)); states are handed on, gradients are not"). \
            The state after step \(list) counts as a given number. L̃ is the same loss with the \
            gradient cut off there.
            """,
          zh: """
            窗口为 \(window) 步的\(Term.truncatedBPTT)：\
            \(program.isManyToOne ? "梯度只往回传最后 \(window) 步" : "序列切成每段 \(window) 步；状态向前传递，梯度不跨段传回")。\
            第 \(list) 步之后的状态视为已知常数。L̃ 表示在该处截断梯度的同一损失。
            """))
    ]
    for step in ((first + 1)...program.steps).reversed() {
      let outputs = outputKeys(step).reversed().map { prefix + $0 }
      blocks += work.gradients(outputs, in: recording)
      for quantity in backwardOrder(step) {
        let key = "\(prefix)\(quantity.key)\(step)"
        blocks += work.gradients([key], in: recording)
        if quantity.slope != nil {
          blocks += work.sheet.slope(key, in: recording).map { .step($0) }
        }
      }
    }
    var rows: [[Table.Cell]] = []
    for parameter in program.parameters {
      let key = prefix + parameter.key
      blocks += work.gradients([key], in: recording, boxed: true)
      let full = work.sheet.writtenDigits(GraphReader.gradient(parameter.key))
      let cut = work.sheet.writtenDigits(GraphReader.gradient(key))
      for index in full.indices {
        rows.append([
          .math(parameter.name().entry(Worksheet.indices(index, parameter.array.shape))),
          .digits(full[index]), .digits(cut[index]),
        ])
      }
      work.result(
        "truncated.\(parameter.key)", value(GraphReader.gradient(key), parameter.isColumn))
    }
    blocks.append(
      .table(
        Table(
          headings: [
            .prose(Prose(en: "gradient by", zh: "对何者的梯度")),
            .prose(Prose(en: "full", zh: "完整")), .prose(Prose(en: "truncated", zh: "截断")),
          ], rows: rows)))
    work.section(Prose(en: "Truncated backpropagation", zh: "\(Term.truncatedBPTT)"), blocks)
    let unrolled = program
    let wanted = program.parameters.map { prefix + $0.key }
    work.compareDifferences(wanted, fixed: keys.filter { !wanted.contains($0) }) {
      unrolled.run($0, &$1, prefix: prefix, cuts: cuts)
    }
  }
}
