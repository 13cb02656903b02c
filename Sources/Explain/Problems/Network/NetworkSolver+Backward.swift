import Autodiff

// The backward pass of a network, and the shortcuts where activation and loss fit together.

extension NetworkSolver {
  func backward(
    _ program: NetworkProgram, _ parts: [NetworkProgram.Part], _ recording: Worksheet.Recording
  ) -> [Block] {
    var blocks: [Block] = []
    let last = parts[parts.count - 1]
    for part in parts.reversed() {
      let layer = problem.layers[part.layer]
      if let slope = part.slope, recording.ids[slope] != nil {
        if let first = part.gradients.first, first == slope {
          blocks += sheet.gradient(slope, in: recording).map { .step($0) }
        }
        blocks += sheet.slope(slope, in: recording).map { .step($0) }
      }
      for key in part.gradients where key != part.slope {
        let shortcut = part.layer == last.layer ? shortcut(key, program, recording) : nil
        if let shortcut {
          blocks += longWay(key, last, program, recording)
          let steps = sheet.gradient(key, in: recording, written: shortcut)
          blocks += steps.map { .step($0) }
          blocks.append(
            .prose(
              Prose(
                en: "From here back through the layers:", zh: "由此逐层往回：")))
        } else {
          blocks += sheet.gradient(key, in: recording).map { .step($0) }
        }
      }
      var parameters: [String] = []
      switch layer {
      case .dense(_, let bias, _), .convolution(_, let bias, _, _, _):
        parameters = ["w\(part.layer)"] + (bias == nil ? [] : ["b\(part.layer)"])
      case .batchNorm: parameters = ["w\(part.layer)", "b\(part.layer)"]
      default: break
      }
      for parameter in parameters {
        blocks += sheet.gradient(program.prefix + parameter, in: recording).map { .step($0) }
      }
    }
    return blocks
  }

  /// ŷ − y, where the last activation and the loss belong together.
  func shortcut(
    _ key: String, _ program: NetworkProgram, _ recording: Worksheet.Recording
  ) -> Expression? {
    guard key.contains("z") || key.hasSuffix("a\(problem.layers.count - 1)") else { return nil }
    let prediction = program.prefix + "a\(problem.layers.count - 1)"
    guard recording.ids[prediction] != nil, key != prediction else { return nil }
    let difference = Expression.subtract(.variable(prediction), .variable(program.prefix + "y"))
    switch (problem.layers.last!.activation, problem.loss) {
    case (.softmax, .crossEntropy):
      return geometry.samples == 1
        ? difference : .divide(difference, .number(Double(geometry.samples)))
    case (.sigmoid, .binaryCrossEntropy):
      let count = Double(recording.node(prediction).value.elementCount)
      return count == 1 ? difference : .divide(difference, .number(count))
    default: return nil
    }
  }

  /// The same by the chain rule, written down before the shortcut.
  func longWay(
    _ key: String, _ part: NetworkProgram.Part, _ program: NetworkProgram,
    _ recording: Worksheet.Recording
  ) -> [Block] {
    let steps = sheet.gradient(key, in: recording)
    let isSoftmax = problem.layers.last!.activation == .softmax
    var blocks: [Block] = [
      .prose(
        isSoftmax
          ? Prose(
            en: """
              The long way, through the \(Term.jacobian) of \(Term.softmax), whose entries are \
              \(jacobianFormula):
              """,
            zh: "完整推导：通过 \(Term.softmax)的\(Term.jacobian)，其元素为 \(jacobianFormula)：")
          : Prose(
            en: "The long way, by the \(Term.chainRule):", zh: "完整推导：用\(Term.chainRule)："))
    ]
    if isSoftmax, geometry.samples == 1, sheet.isIndexed {
      blocks.append(jacobianTable(program))
    }
    blocks += steps.map { step in
      var step = step
      step.id += ".chain"
      return .step(step)
    }
    blocks.append(
      .prose(
        Prose(
          en: """
            The shortcut: \(isSoftmax ? "softmax" : "sigmoid") and its loss together give the \
            difference of \(Term.prediction) and \(Term.target), the same numbers:
            """,
          zh: """
            捷径：\(isSoftmax ? "softmax" : "sigmoid") 与对应的损失合在一起，梯度就是\
            \(Term.prediction)与\(Term.target)之差，数值相同：
            """)))
    return blocks
  }

  var jacobianFormula: MathNode {
    func y(_ index: String) -> MathNode { .symbol(Symbol("y", index, accent: .hat)) }
    return .infix(
      .equals, .derivative(y("i"), .symbol(Symbol("z", "j"))),
      .infix(
        .times, y("i"),
        .parentheses(
          .infix(.minus, .symbol(Symbol("𝟙", "i", "j")), y("j")))))
  }

  func jacobianTable(_ program: NetworkProgram) -> Block {
    let prediction = sheet.array(program.prefix + "a\(problem.layers.count - 1)").doubles
    let name = sheet.names[program.prefix + "a\(problem.layers.count - 1)"]!
    func entry(_ unit: Int) -> MathNode {
      name.entry(naming.isRowLayout ? [0, unit] : [unit, 0])
    }
    let units = prediction.indices
    let layer = program.numbers.last!
    return .table(
      Table(
        headings: [.math(.word("∂"))]
          + units.map { .math(.symbol(Symbol("z", "\($0 + 1)", layer: layer))) },
        rows: units.map { row in
          [.math(entry(row))]
            + units.map { column in
              .digits(
                NumberText.brief(
                  prediction[row] * ((row == column ? 1 : 0) - prediction[column])))
            }
        }))
  }
}
