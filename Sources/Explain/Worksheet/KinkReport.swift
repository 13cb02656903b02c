import Autodiff

/// Points of a calculation where a function has no derivative: the exam's traps.
struct KinkReport {
  private(set) var prose: [Prose] = []

  /// Finds operations that stand exactly on a kink.
  mutating func collect(
    _ recording: Worksheet.Recording, _ sheet: Worksheet,
    conventionOf convention: ExplainOptions.Convention
  ) {
    let nodes = recording.reader.snapshot.nodes
    func label(_ id: Int, _ entry: Int) -> MathNode {
      guard let key = recording.ids.first(where: { $0.value == id })?.key,
        let name = sheet.names[key]
      else { return .word("·") }
      return name.entry(Worksheet.indices(entry, nodes[id].shape))
    }
    for node in nodes where node.gradient != nil {
      switch node.operation {
      case "relu", "leaky_relu", "leakyRelu", "leakyReLU":
        for (entry, value) in nodes[node.inputs[0]].value.doubles.enumerated() where value == 0 {
          let z = label(node.inputs[0], entry)
          prose.append(
            Prose(
              en: """
                \(MathNode.infix(.equals, z, .number("0"))): the rectifier has no derivative \
                there. The convention taken is the slope of the negative side (0 for ReLU).
                """,
              zh: """
                \(MathNode.infix(.equals, z, .number("0")))：ReLU 在此处不可导。\
                按约定取负半轴的斜率（ReLU 为 0）。
                """))
        }
      case "maximumPool", "maximum":
        break
      case "max" where node.inputs.count == 2:  // a number is no input
        let (a, b) = (nodes[node.inputs[0]].value, nodes[node.inputs[1]].value)
        if a.shape == b.shape {
          for (entry, (x, y)) in zip(a.doubles, b.doubles).enumerated() where x == y {
            let (left, right) = (label(node.inputs[0], entry), label(node.inputs[1], entry))
            prose.append(
              Prose(
                en: """
                  \(MathNode.infix(.equals, left, right)): a tied maximum has no derivative. \
                  By convention the first operand gets the whole gradient.
                  """,
                zh: """
                  \(MathNode.infix(.equals, left, right))：两者相等时 max 不可导。\
                  按约定，全部梯度传给第一个操作数。
                  """))
          }
        }
      case "abs", "absolute":
        for (entry, value) in nodes[node.inputs[0]].value.doubles.enumerated() where value == 0 {
          let z = label(node.inputs[0], entry)
          prose.append(
            Prose(
              en: """
                \(MathNode.infix(.equals, z, .number("0"))): the absolute value has no \
                derivative there. The convention taken is sign(0) = 0.
                """,
              zh: """
                \(MathNode.infix(.equals, z, .number("0")))：绝对值在此处不可导。\
                约定 sign(0) = 0。
                """))
        }
      default: break
      }
    }
  }

  /// An entry whose differences to the two sides disagree.
  mutating func add(
    _ name: MathNode, left: Double, right: Double, gradient: Double,
    of loss: MathNode = .symbol(Symbol("L"))
  ) {
    let (below, above) = (NumberText.brief(left), NumberText.brief(right))
    let taken = NumberText.brief(gradient)
    let derivative = MathNode.derivative(loss, name)
    prose.append(
      Prose(
        en: """
          \(derivative): from the left \(MathNode.number(below)), from the right \
          \(MathNode.number(above)); the convention gives \(MathNode.number(taken)).
          """,
        zh: """
          \(derivative)：左差分 \(MathNode.number(below))，右差分 \(MathNode.number(above))；\
          按约定取 \(MathNode.number(taken))。
          """))
  }

  /// A weight of 0 under an L1 penalty.
  mutating func addAbsolute(_ name: MathNode, strength: Double) {
    let strength = NumberText.brief(strength)
    prose.append(
      Prose(
        en: """
          \(MathNode.infix(.equals, name, .number("0"))): |w| has no derivative there; its \
          one-sided slopes are \(MathNode.number("-" + strength)) and \(MathNode.number(strength)). \
          The convention taken is sign(0) = 0.
          """,
        zh: """
          \(MathNode.infix(.equals, name, .number("0")))：|w| 在此处不可导，左右斜率分别为 \
          \(MathNode.number("-" + strength)) 与 \(MathNode.number(strength))。约定 sign(0) = 0。
          """))
  }
}
