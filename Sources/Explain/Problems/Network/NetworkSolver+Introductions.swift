// What stands before the forward pass, the backward pass and the update: the rules in general.

extension NetworkSolver {
  private var isDense: Bool {
    problem.layers.allSatisfy { if case .dense = $0 { true } else { false } }
  }

  private var hasBias: Bool { geometry.parameters.contains { $0.path.hasSuffix("bias") } }

  /// A quantity of layer l, l + 1 or l − 1 in the form chosen.
  private func general(_ base: String, _ layer: String, _ index: String = "") -> MathNode {
    switch naming.form {
    case .scalar: return .symbol(Symbol(base, layer))
    case .indexed:
      var symbol = Symbol(base)
      symbol.subscripts = index.isEmpty ? [] : [index]
      return .power(.symbol(symbol), .word("[\(layer)]"))
    case .matrix:
      let letter = base == "b" ? base : naming.general(base).base
      return .power(.symbol(Symbol(letter, isMatrix: true)), .word("[\(layer)]"))
    }
  }

  private func equation(_ left: MathNode, _ right: MathNode) -> Block {
    .formula(.infix(.equals, left, right))
  }

  func forwardIntroduction(_ iteration: Int) -> [Block] {
    if iteration > 1 {
      return [
        .prose(
          Prose(
            en: "Once more from the inputs to the \(Term.loss), with the updated parameters:",
            zh: "用更新后的参数，再次由输入算到\(Term.loss)："))
      ]
    }
    var blocks: [Block] = [
      .prose(
        Prose(
          en: """
            Layer by layer: each unit forms z, the weighted sum of its inputs with its \(Term.bias) \
            where it has one. The layer's \(Term.activationFunction) g makes a of it, which is \
            the input of the next layer. The last output is the \(Term.prediction) ŷ, and the \
            \(Term.loss) L compares it with the \(Term.target) y.
            """,
          zh: """
            逐层计算：每个单元先求输入的加权和 z（有\(Term.bias)则加上偏置），再经该层的\
            \(Term.activationFunction) g 得到 a，作为下一层的输入。最后的输出是\(Term.prediction) ŷ，\
            \(Term.loss) L 衡量它与\(Term.target) y 的差距。
            """))
    ]
    if isDense {
      let (weight, input) = (general("w", "l", "j1"), general("a", "l−1", "1"))
      let bias = general("b", "l", "j")
      let sum: MathNode =
        switch naming.form {
        case .scalar: .infix(.times, weight, input)
        case .indexed:
          .infix(
            .plus,
            .infix(
              .plus, .infix(.times, weight, input),
              .infix(.times, general("w", "l", "j2"), general("a", "l−1", "2"))), .word("…"))
        case .matrix:
          naming.isRowLayout
            ? .infix(.matrixProduct, input, weight) : .infix(.matrixProduct, weight, input)
        }
      let z = general("z", "l", "j")
      blocks.append(equation(z, hasBias ? .infix(.plus, sum, bias) : sum))
      blocks.append(equation(general("a", "l", "j"), .call("g", [z])))
    }
    if isDense, naming.form == .scalar {
      blocks.append(
        .prose(
          Prose(
            en: "The subscript l is the layer; the input of layer 1 is x.",
            zh: "下标 l 表示层；第 1 层的输入是 x。")))
    }
    if isDense, naming.form == .indexed {
      blocks.append(
        .prose(
          Prose(
            en: "The superscript [l] is the layer; w_jk leads from unit k to unit j.",
            zh: "上标 [l] 表示层；w_jk 是从单元 k 到单元 j 的权重。")))
    }
    if geometry.samples > 1, naming.form != .matrix {
      blocks.append(
        .prose(
          Prose(en: "⟨n⟩ marks the numbers of sample n.", zh: "⟨n⟩ 表示第 n 个样本的数。")))
    }
    if problem.iterations > 1 {
      blocks.append(
        .prose(
          Prose(
            en: """
              (t) counts iterations: parameters with (0) are given, those with (1) come from \
              the first update.
              """,
            zh: "(t) 是迭代次数：带 (0) 的参数是给定的，带 (1) 的是第一次更新后的。")))
    }
    return blocks
  }

  func backwardIntroduction(_ iteration: Int) -> [Block] {
    guard iteration == 1 else { return [] }
    var blocks: [Block] = [
      .prose(
        Prose(
          en: """
            From the \(Term.loss) back to the first layer by the \(Term.chainRule). First the \
            gradient by the \(Term.prediction) ŷ, then in each layer the \(Term.errorSignal) \
            δ = ∂L/∂z, and from δ the gradients of the parameters.
            """,
          zh: """
            用\(Term.chainRule)从\(Term.loss)往回求到第一层：先求对\(Term.prediction) ŷ 的\(Term.gradient)，\
            再求各层的\(Term.errorSignal) δ = ∂L/∂z，由 δ 得到参数的梯度。
            """))
    ]
    if isDense {
      let (delta, z) = (general("δ", "l", "j"), general("z", "l", "j"))
      let slope = MathNode.slope("g", z)
      if problem.layers.count > 1 {
        let (weight, next) = (general("w", "l+1", "1j"), general("δ", "l+1", "1"))
        switch naming.form {
        case .scalar:
          blocks.append(
            equation(delta, .infix(.times, .infix(.times, weight, next), slope)))
        case .indexed:
          let second = MathNode.infix(
            .times, general("w", "l+1", "2j"), general("δ", "l+1", "2"))
          blocks.append(
            equation(
              delta,
              .infix(
                .times,
                .parentheses(
                  .infix(
                    .plus, .infix(.plus, .infix(.times, weight, next), second), .word("…"))),
                slope)))
        case .matrix:
          let back: MathNode =
            naming.isRowLayout
            ? .infix(.matrixProduct, next, .transpose(.parentheses(weight)))
            : .infix(.matrixProduct, .transpose(.parentheses(weight)), next)
          blocks.append(equation(delta, .infix(.hadamard, .parentheses(back), slope)))
        }
      }
      let input = general("a", "l−1", "k")
      let gradient = MathNode.derivative(.symbol(Symbol("L")), general("w", "l", "jk"))
      let product: MathNode =
        switch naming.form {
        case .scalar, .indexed: .infix(.times, delta, input)
        case .matrix:
          naming.isRowLayout
            ? .infix(.matrixProduct, .transpose(.parentheses(input)), delta)
            : .infix(.matrixProduct, delta, .transpose(.parentheses(input)))
        }
      blocks.append(equation(gradient, product))
      let isSummed = geometry.samples > 1
      blocks.append(
        .prose(
          Prose(
            en: """
              The input of the first layer is x.\
              \(hasBias ? " The gradient of a bias is δ itself." : "")\
              \(isSummed ? " The shares of the samples are added." : "")
              """,
            zh: """
              第一层的输入是 x。\(hasBias ? "偏置的梯度就是 δ。" : "")\
              \(isSummed ? "各样本的贡献要相加。" : "")
              """)))
    }
    let activations = problem.layers.map(\.activation)
    if activations.contains(where: { !$0.isIdentity && $0 != .softmax }) {
      let hasReLU = activations.contains(.relu)
      blocks.append(
        .prose(
          Prose(
            en: """
              A line with a prime, such as g′(z), is the slope of the \(Term.activationFunction) \
              at the z of the forward pass\
              \(hasReLU ? "; ReLU's is step(z): 1 for z > 0, else 0" : "").
              """,
            zh: """
              带撇号的行（如 g′(z)）是\(Term.activationFunction)在前向传播的 z 处的导数\
              \(hasReLU ? "；ReLU 的导数是 step(z)：z > 0 时为 1，否则为 0" : "")。
              """)))
    }
    return blocks
  }

  func updateIntroduction(_ rule: OptimizerRule) -> [Block] {
    var blocks: [Block] = [
      .prose(
        Prose(
          en: "The rule for any parameter w with its \(Term.gradient) g:",
          zh: "对任一参数 w 及其\(Term.gradient) g，更新规则为："))
    ]
    blocks += rule.generalFormulas(options.convention)
    let hasL1 = problem.penalties.contains { $0.l1 != 0 }
    let hasL2 = problem.penalties.contains { $0.l2 != 0 }
    if hasL1 {
      blocks.append(
        .prose(
          Prose(
            en: "L1 \(Term.regularization) adds λ·sign(w) to g, with sign(0) = 0.",
            zh: "L1 \(Term.regularization)在 g 上加 λ·sign(w)，其中 sign(0) = 0。")))
    }
    if hasL2 {
      blocks.append(
        .prose(
          Prose(
            en: """
              L2 \(Term.regularization) adds λ·w to g; under plain \(Term.gradientDescent) this is \
              \(Term.weightDecay), w ← (1 − λη)·w − η·g.
              """,
            zh: """
              L2 \(Term.regularization)在 g 上加 λ·w；对普通\(Term.gradientDescent)即\(Term.weightDecay)：\
              w ← (1 − λη)·w − η·g。
              """)))
    }
    return blocks
  }
}
