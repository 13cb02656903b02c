import Autodiff

/// Writes the worked solution of a generative adversarial network's losses.
struct AdversarialLossSolver {
  let problem: AdversarialLossProblem
  private var writer: SolutionWriter
  private var sheet: Worksheet { writer.sheet }

  init(_ problem: AdversarialLossProblem, _ options: ExplainOptions) throws {
    try problem.validate()
    self.problem = problem
    writer = SolutionWriter(
      AdversarialLossProblem.kind,
      problem.title
        ?? Prose(
          en: "The losses of a generative adversarial network", zh: "生成对抗网络的损失"), options,
      isIndexed: options.form != .matrix)
  }

  mutating func solve() throws -> Solution {
    writer.begin("The game", "博弈")
    writer.say(
      """
      In a \(Term.gan) the \(Term.discriminator) D gives the probability that a sample is real, and the \
      \(Term.generator) G makes samples from \(Term.noise) z. They play a \(Term.minimax):
      """,
      """
      在\(Term.gan)中，\(Term.discriminator) D 给出样本为真的概率，\(Term.generator) G \
      由\(Term.noise) z 生成样本。两者进行\(Term.minimax)：
      """)
    writer.add(.formula(gameFormula))
    writer.note(
      "z is the noise; the fake image is G(z). The notes call z the fake image.",
      "z 是噪声，假图是 G(z)；笔记把 z 称作假图是笔误。")
    describe()
    if problem.discriminator != nil { try batch() }
    if problem.dataDistribution != nil { try distributions() }
    order()
    return writer.finished()
  }

  // MARK: Formulas

  private static let x = MathNode.symbol(Symbol("x"))
  private static let z = MathNode.symbol(Symbol("z"))
  private static func d(_ argument: MathNode) -> MathNode { .call("D", [argument]) }
  private static func g(_ argument: MathNode) -> MathNode { .call("G", [argument]) }

  private var gameFormula: MathNode {
    func expectation(_ of: String, _ node: MathNode) -> MathNode {
      .infix(.times, .symbol(Symbol("E", of)), .parentheses(node))
    }
    let fake = MathNode.infix(.minus, .number("1"), Self.d(Self.g(Self.z)))
    return .infix(
      .equals, .call("V", [.symbol(Symbol("D")), .symbol(Symbol("G"))]),
      .infix(
        .plus, expectation("x", .call("log", [Self.d(Self.x)])),
        expectation("z", .call("log", [fake]))))
  }

  private mutating func describe() {
    writer.symbol(Self.x, "real sample", "真实样本")
    writer.symbol(Self.z, "\(Term.noise)", "\(Term.noise)")
    writer.symbol(Self.g(Self.z), "generated (fake) sample", "生成的（假）样本")
    writer.symbol(
      Self.d(Self.x), "probability that x is real, says D", "D 认为 x 为真的概率")
    if problem.discriminator != nil {
      writer.symbol(
        .call("a", [Self.x]), "\(Term.logit): D(x) = σ(a(x))", "\(Term.logit)：D(x) = σ(a(x))")
      writer.symbol(.symbol(Symbol("V")), "value of the game", "博弈的值")
      writer.symbol(
        .symbol(Symbol("L", "D")), "\(Term.loss) of the \(Term.discriminator), −V",
        "\(Term.discriminator)的\(Term.loss) −V")
      writer.symbol(
        .symbol(Symbol("L", "G")), "\(Term.loss) of the \(Term.generator)",
        "\(Term.generator)的\(Term.loss)")
    }
    if problem.dataDistribution != nil {
      let size = [problem.dataDistribution!.count]
      writer.symbol(.symbol(Symbol("p")), "distribution of the data", "数据分布", size)
      writer.symbol(.symbol(Symbol("q")), "distribution of the generator", "生成器的分布", size)
      writer.symbol(
        .symbol(Symbol("D*")), "the best discriminator against q", "对 q 的最优判别器", size)
    }
  }

  // MARK: A batch

  private enum Side { case real, fake }

  /// A quantity of each sample, such as D(x₁) or a(G(z₂)).
  private func name(
    _ key: String, _ function: String, _ side: Side, loss: MathNode? = nil
  ) -> Name {
    func node(_ index: [Int]?) -> MathNode {
      let base = side == .real ? "x" : "z"
      var symbol = Symbol(base)
      if let index { symbol = symbol.indexed(index.map { $0 + 1 }) }
      let sample = side == .real ? MathNode.symbol(symbol) : Self.g(.symbol(symbol))
      return .call(function, [sample])
    }
    let name = Name(key, whole: node(nil)) { node($0) }
    return loss.map { name.withGradient(of: $0) } ?? name
  }

  private mutating func batch() throws {
    writer.begin("The batch", "一个批次")
    switch problem.discriminator! {
    case .outputs(let real, let fake):
      writer.say(
        "What D says of \(real.count) real and \(fake.count) generated samples:",
        "D 对 \(real.count) 个真实样本与 \(fake.count) 个生成样本的输出：")
      writer.give(name("given.real", "D", .real), NDArray(real))
      writer.give(name("given.fake", "D", .fake), NDArray(fake))
      writer.say(
        "The \(Term.logit)s behind them, for D = σ(a) means a = ln(D/(1 − D)):",
        "相应的\(Term.logit)，由 D = σ(a) 得 a = ln(D/(1 − D))：")
      for (key, side) in [("real", Side.real), ("fake", Side.fake)] {
        try writer.define(
          name("a." + key, "a", side),
          writer.formula("log(d / (1 - d))", ["d": "given." + key]))
      }
    case .logits(let real, let fake):
      writer.say(
        "The \(Term.logit)s of \(real.count) real and \(fake.count) generated samples:",
        "\(real.count) 个真实样本与 \(fake.count) 个生成样本的\(Term.logit)：")
      writer.give(name("a.real", "a", .real), NDArray(real))
      writer.give(name("a.fake", "a", .fake), NDArray(fake))
    }
    try discriminatorLoss()
    try generatorLoss(
      "s.", Symbol("L", "G"), isModified: false,
      ("Generator: saturating loss", "生成器：饱和损失"))
    try generatorLoss(
      "m.", Symbol("L", "G", accent: .prime), isModified: true,
      ("Generator: non-saturating loss", "生成器：非饱和损失"))
    compareGenerators()
  }

  /// The rounding of ln(1 − D): that of 1 − D over its size.
  private var noise: Double {
    let outputs = ["D.real", "D.fake"].flatMap { sheet.array($0).doubles }
    return 4 * Double.ulpOfOne / (outputs.map { min($0, 1 - $0) }.min() ?? 1)
  }

  private func average(_ tensor: Tensor) -> Tensor {
    let sum = tensor.sum()
    return tensor.elementCount == 1 ? sum : sum / Double(tensor.elementCount)
  }

  private mutating func discriminatorLoss() throws {
    writer.begin("Discriminator", "\(Term.discriminator)")
    writer.say(
      """
      D maximises V: it wants D(x) near 1 and D(G(z)) near 0. Maximising V is minimising \
      L_D = −V, the binary \(Term.crossEntropy) with label 1 for real and 0 for fake.
      """,
      """
      D 最大化 V：希望 D(x) 接近 1、D(G(z)) 接近 0。最大化 V 等价于最小化 L_D = −V，\
      即真样本标签为 1、假样本标签为 0 的二元\(Term.crossEntropy)。
      """)
    let loss = Symbol("L", "D")
    let node = MathNode.symbol(loss)
    let own = self
    func run(_ variables: [String: Tensor], _ marks: inout [String: Tensor]) -> Tensor {
      let (real, fake) = (variables["d.real"]!.sigmoid(), variables["d.fake"]!.sigmoid())
      let value = own.average(real.log()) + own.average((1 - fake).log())
      marks["D.real"] = real
      marks["D.fake"] = fake
      marks["V"] = value
      let total = -value
      marks["LD"] = total
      return total
    }
    rename("d.real", "a.real", name("d.real", "a", .real, loss: node))
    rename("d.fake", "a.fake", name("d.fake", "a", .fake, loss: node))
    let recording = sheet.record(
      inputs: ["d.real", "d.fake"],
      named: [
        name("D.real", "D", .real, loss: node), name("D.fake", "D", .fake, loss: node),
        Name(scalar: "V", Symbol("V")), Name(scalar: "LD", loss),
      ], run)
    for key in ["D.real", "D.fake"] { try writer.value(key, in: recording) }
    try writer.value("V", in: recording, boxed: true)
    try writer.value("LD", in: recording, boxed: true)
    writer.say(
      "At the \(Term.nash) D says ½ everywhere, and V = ln ½ + ln ½ = −ln 4 ≈ −1.3863.",
      "在\(Term.nash)处 D 处处输出 ½，V = ln ½ + ln ½ = −ln 4 ≈ −1.3863。")
    writer.say(
      "The gradients by D's outputs, and through the sigmoid by its \(Term.logit)s:",
      "对 D 的输出求梯度，再经过 sigmoid 得到对\(Term.logit)的梯度：")
    for key in ["D.real", "D.fake"] { try writer.gradient(key, in: recording) }
    for key in ["d.real", "d.fake"] { try writer.gradient(key, in: recording) }
    writer.say(
      "Simplified they are (D(x) − 1)/n for real samples and D(G(z))/m for fake ones:",
      "化简后，真样本为 (D(x) − 1)/n，假样本为 D(G(z))/m：")
    try again("d.real", recording, over(writer.formula("D - 1", ["D": "D.real"]), "D.real"))
    try again("d.fake", recording, over(.variable("D.fake"), "D.fake"))
    for (result, key) in [("discriminator.real", "D.real"), ("discriminator.fake", "D.fake")] {
      writer.result(result, key)
    }
    writer.result("value", "V")
    writer.result("discriminator-loss", "LD")
    writer.gradientResult("discriminator-loss.gradient.real-outputs", "D.real")
    writer.gradientResult("discriminator-loss.gradient.fake-outputs", "D.fake")
    writer.gradientResult("discriminator-loss.gradient.real-logits", "d.real")
    writer.gradientResult("discriminator-loss.gradient.fake-logits", "d.fake")
    writer.compare(
      gradientsBy: ["d.real", "d.fake"], fixed: [], loss: node, noise: noise, run)
  }

  /// A second name for a quantity, whose gradient is that of another loss.
  private func rename(_ key: String, _ other: String, _ name: Name) {
    _ = sheet.define(name, .variable(other), .forward)
  }

  private func over(_ formula: Expression, _ key: String) -> Expression {
    let count = sheet.array(key).elementCount
    return count == 1 ? formula : .divide(formula, .number(Double(count)))
  }

  /// A gradient written a second time, by its shortcut.
  private mutating func again(
    _ key: String, _ recording: Worksheet.Recording, _ written: Expression
  ) throws {
    let steps = sheet.gradient(key, in: recording, written: written)
    writer.add(
      steps.map { step in
        var step = step
        step.id += ".short"
        return step
      }, boxed: true)
  }

  private mutating func generatorLoss(
    _ prefix: String, _ loss: Symbol, isModified: Bool, _ title: (Prose.Run, Prose.Run)
  ) throws {
    writer.begin(title.0, title.1)
    if isModified {
      writer.say(
        """
        The \(Term.modified), used in practice: maximise ln D(G(z)) instead. It has the same goal and \
        strong gradients where D rejects the fakes:
        """,
        """
        实践中用的\(Term.modified)：改为最大化 ln D(G(z))。目标相同，但在 D 拒绝假样本时梯度很大：
        """)
    } else {
      writer.say(
        """
        The \(Term.saturating) of the game itself: G minimises the part of V that depends on it. With D \
        fixed:
        """,
        "博弈本身的\(Term.saturating)：固定 D，G 最小化 V 中与它有关的部分：")
    }
    let node = MathNode.symbol(loss)
    let own = self
    func run(_ variables: [String: Tensor], _ marks: inout [String: Tensor]) -> Tensor {
      let fake = variables[prefix + "a"]!.sigmoid()
      marks[prefix + "D"] = fake
      let total = isModified ? -own.average(fake.log()) : own.average((1 - fake).log())
      marks[prefix + "L"] = total
      return total
    }
    rename(prefix + "a", "a.fake", name(prefix + "a", "a", .fake, loss: node))
    let recording = sheet.record(
      inputs: [prefix + "a"],
      named: [name(prefix + "D", "D", .fake, loss: node), Name(scalar: prefix + "L", loss)], run)
    // D(G(z)) has been worked out above; here it only gets its number again.
    _ = sheet.value(prefix + "D", in: recording)
    try writer.value(prefix + "L", in: recording, boxed: true)
    try writer.gradient(prefix + "D", in: recording)
    try writer.gradient(prefix + "a", in: recording)
    writer.say(
      isModified ? "Simplified: (D(G(z)) − 1)/m." : "Simplified: −D(G(z))/m.",
      isModified ? "化简为 (D(G(z)) − 1)/m。" : "化简为 −D(G(z))/m。")
    let short =
      isModified
      ? writer.formula("D - 1", ["D": prefix + "D"])
      : .negate(.variable(prefix + "D"))
    try again(prefix + "a", recording, over(short, prefix + "D"))
    let result = isModified ? "generator-loss.modified" : "generator-loss.saturating"
    writer.result(result, prefix + "L")
    writer.gradientResult(result + ".gradient.outputs", prefix + "D")
    writer.gradientResult(result + ".gradient.logits", prefix + "a")
    writer.compare(
      gradientsBy: [prefix + "a"], fixed: [], loss: node, noise: noise, run)
  }

  private mutating func compareGenerators() {
    writer.begin("Both losses of the generator compared", "两种生成器损失的比较")
    let count = sheet.array("D.fake").elementCount
    func digits(_ key: String, _ index: Int) -> Table.Cell {
      .digits(sheet.writtenDigits(key)[index])
    }
    let logit = MathNode.call("a", [Self.g(Self.z)])
    writer.add(
      .table(
        Table(
          headings: [
            .math(Self.d(Self.g(Self.z))),
            .math(.derivative(.symbol(Symbol("L", "G")), logit)),
            .math(.derivative(.symbol(Symbol("L", "G", accent: .prime)), logit)),
          ],
          rows: (0..<count).map {
            [
              digits("D.fake", $0), digits(GraphReader.gradient("s.a"), $0),
              digits(GraphReader.gradient("m.a"), $0),
            ]
          })))
    writer.say(
      """
      Early in training D rejects the fakes, D(G(z)) is near 0. Then the saturating gradient is near 0 \
      and G learns nothing, while the other is near its largest size. Where D(G(z)) = ½ both are equal.
      """,
      """
      训练初期 D 很容易拒绝假样本，D(G(z)) 接近 0：此时饱和损失的梯度接近 0，G 学不到东西，\
      而非饱和损失的梯度接近最大。在 D(G(z)) = ½ 处两者相等。
      """)
  }

  // MARK: Distributions

  private mutating func distributions() throws {
    let (data, model) = (problem.dataDistribution!, problem.modelDistribution!)
    writer.begin("The best discriminator", "最优判别器")
    writer.say(
      """
      For a fixed G, p(x) ln D + q(x) ln(1 − D) is largest where its derivative p/D − q/(1 − D) is 0:
      """,
      "固定 G，p(x) ln D + q(x) ln(1 − D) 在导数 p/D − q/(1 − D) 为 0 处最大：")
    let (p, q) = (MathNode.symbol(Symbol("p")), MathNode.symbol(Symbol("q")))
    let best = MathNode.symbol(Symbol("D*"))
    writer.add(.formula(.infix(.equals, best, .fraction(p, .infix(.plus, p, q)))))
    writer.give(Name("p", Symbol("p")), NDArray(data))
    writer.give(Name("q", Symbol("q")), NDArray(model))
    try writer.define(Name("best", Symbol("D*")), "p / (p + q)", boxed: true)
    writer.say(
      "The value with this D, where 0·ln 0 counts as 0 and is left out:",
      "取这个 D 时的值（0·ln 0 记为 0，略去）：")
    var terms: [String] = []
    for point in data.indices {
      if data[point] > 0 { terms.append("p_\(point) * log(best_\(point))") }
      if model[point] > 0 { terms.append("q_\(point) * log(1 - best_\(point))") }
    }
    let value = MathNode.call("V", [.symbol(Symbol("D*"))])
    try writer.define(
      Name("Vbest", whole: value) { _ in value }, terms.joined(separator: " + "), boxed: true)
    writer.say(
      """
      It equals −ln 4 + 2·JS with the \(Term.jensenShannon) JS, which is 0 only where q = p. So G's \
      best answer is the data's distribution itself: then D* = ½ and V = −ln 4.
      """,
      """
      它等于 −ln 4 + 2·JS，其中\(Term.jensenShannon) JS 只在 q = p 时为 0。因此 G 的最优解就是\
      数据分布本身：此时 D* = ½，V = −ln 4。
      """)
    var halves: [String] = []
    for point in data.indices {
      if data[point] > 0 {
        halves.append("p_\(point) * log(2 * p_\(point) / (p_\(point) + q_\(point)))")
      }
      if model[point] > 0 {
        halves.append("q_\(point) * log(2 * q_\(point) / (p_\(point) + q_\(point)))")
      }
    }
    try writer.define(
      Name(scalar: "JS", Symbol("JS")), "0.5 * (\(halves.joined(separator: " + ")))")
    try writer.define(
      Name("equilibrium", whole: value) { _ in value }, "-log(4) + 2 * JS", boxed: true)
    writer.result("best-discriminator", "best")
    writer.result("best-value", "Vbest")
    writer.result("jensen-shannon", "JS")
    writer.compare(
      "V(D*) against −ln 4 + 2·JS", "V(D*) 与 −ln 4 + 2·JS", [sheet.array("Vbest").item],
      [sheet.array("equilibrium").item])
    // Where p or q is 0 the best D stands at the edge, where no derivative has to vanish.
    let inner = data.indices.filter { data[$0] > 0 && model[$0] > 0 }
    if inner.isEmpty { return }
    let points = NDArray(inner.map { sheet.array("best").doubles[$0] })
    let (dataPart, modelPart) = (NDArray(inner.map { data[$0] }), NDArray(inner.map { model[$0] }))
    let snapshot = GraphSnapshot(of: [("D", points)]) { variables in
      let d = variables[0]
      return (Tensor(dataPart) * d.log() + Tensor(modelPart) * (1 - d).log()).sum()
    }
    let slopes = snapshot.nodes.first { $0.name == "D" }?.gradient?.doubles ?? [.nan]
    writer.compare(
      "the tape's gradient of the value at D* against 0", "计算带上该值在 D* 处的梯度与 0", slopes,
      slopes.map { _ in 0 })
  }

  // MARK: The order of the updates

  private mutating func order() {
    writer.begin("The order of the updates", "更新的顺序")
    writer.say(
      """
      The two are trained in turns, never together: while one is updated the other is fixed.
      """,
      "两者交替训练，不可同时更新：更新其中一个时，另一个保持固定。")
    func theta(_ player: String) -> MathNode { .symbol(Symbol("θ", player)) }
    let eta = MathNode.symbol(Symbol("η"))
    writer.say(
      "1. G fixed: \(Term.ascent) on V for D, on a batch of real and one of generated samples.",
      "1. 固定 G：取一批真实样本与一批生成样本，对 D 作\(Term.ascent)以增大 V。")
    writer.add(
      .formula(
        .infix(
          .assigned, theta("D"),
          .infix(
            .plus, theta("D"),
            .infix(.times, eta, .derivative(.symbol(Symbol("V")), theta("D")))))))
    writer.say(
      "2. D fixed: \(Term.descent) on the generator's loss, on a fresh batch of \(Term.noise).",
      "2. 固定 D：取新的一批\(Term.noise)，对生成器的损失作\(Term.descent)。")
    writer.add(
      .formula(
        .infix(
          .assigned, theta("G"),
          .infix(
            .minus, theta("G"),
            .infix(.times, eta, .derivative(.symbol(Symbol("L", "G")), theta("G")))))))
    writer.say(
      """
      Both steps repeat. If D gets too strong its gradients for G vanish; if it is too weak they mean \
      nothing: the updates have to be balanced.
      """,
      """
      如此反复。D 太强时给 G 的梯度消失，太弱时梯度没有意义：两者的更新必须保持平衡。
      """)
  }
}
