import Autodiff

/// Writes the worked solution of a generative adversarial network's losses.
struct AdversarialLossSolver {
  let problem: AdversarialLossProblem
  var writer: SolutionWriter
  var sheet: Worksheet { writer.sheet }

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
      "Eₓ is the mean over real samples, E_z over noise. z is the noise; the fake image is G(z). The notes call z the fake image.",
      "Eₓ 是对真实样本取平均，E_z 是对噪声取平均。z 是噪声，假图是 G(z)；讲义把 z 称作假图是笔误。")
    describe()
    if problem.discriminator != nil { try batch() }
    if problem.dataDistribution != nil { try distributions() }
    order()
    return writer.finished()
  }

  // MARK: Formulas

  static let x = MathNode.symbol(Symbol("x"))
  static let z = MathNode.symbol(Symbol("z"))
  static func d(_ argument: MathNode) -> MathNode { .call("D", [argument]) }
  static func g(_ argument: MathNode) -> MathNode { .call("G", [argument]) }

  var gameFormula: MathNode {
    func expectation(_ of: String, _ node: MathNode) -> MathNode {
      .infix(.matrixProduct, .symbol(Symbol("E", of)), .parentheses(node))
    }
    let fake = MathNode.infix(.minus, .number("1"), Self.d(Self.g(Self.z)))
    return .infix(
      .equals, .call("V", [.symbol(Symbol("D")), .symbol(Symbol("G"))]),
      .infix(
        .plus, expectation("x", .call("log", [Self.d(Self.x)])),
        expectation("z", .call("log", [fake]))))
  }

  mutating func describe() {
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
      writer.symbol(
        .symbol(Symbol("L", "G", accent: .prime)), "the same in its non-saturating form",
        "同上，非饱和形式")
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

  enum Side { case real, fake }

  /// A quantity of each sample, such as D(x₁) or a(G(z₂)).
  func name(
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

  mutating func batch() throws {
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
  var noise: Double {
    let outputs = ["D.real", "D.fake"].flatMap { sheet.array($0).doubles }
    return 4 * Double.ulpOfOne / (outputs.map { min($0, 1 - $0) }.min() ?? 1)
  }

  func average(_ tensor: Tensor) -> Tensor {
    let sum = tensor.sum()
    return tensor.elementCount == 1 ? sum : sum / Double(tensor.elementCount)
  }

  mutating func discriminatorLoss() throws {
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
  func rename(_ key: String, _ other: String, _ name: Name) {
    _ = sheet.define(name, .variable(other), .forward)
  }

  func over(_ formula: Expression, _ key: String) -> Expression {
    let count = sheet.array(key).elementCount
    return count == 1 ? formula : .divide(formula, .number(Double(count)))
  }

  /// A gradient written a second time, by its shortcut.
  mutating func again(
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

  mutating func generatorLoss(
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

  mutating func compareGenerators() {
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
}
