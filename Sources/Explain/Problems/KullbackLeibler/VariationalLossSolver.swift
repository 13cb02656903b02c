import Autodiff

/// Writes the worked solution of a variational autoencoder's loss.
struct VariationalLossSolver {
  let problem: VariationalLossProblem
  var writer: SolutionWriter
  var sheet: Worksheet { writer.sheet }

  init(_ problem: VariationalLossProblem, _ options: ExplainOptions) throws {
    try problem.validate()
    self.problem = problem
    writer = SolutionWriter(
      VariationalLossProblem.kind,
      problem.title
        ?? Prose(
          en: "The loss of a variational autoencoder with \(problem.mean.count) latent entries",
          zh: "变分自编码器的损失（\(problem.mean.count) 维潜变量）"), options,
      isIndexed: options.form != .matrix)
  }

  // MARK: Names

  static let loss = Symbol("L")

  /// What is differentiated.
  var goal: Symbol { hasReconstruction ? Self.loss : Symbol("KL") }

  func vector(_ key: String, _ symbol: Symbol) -> Name {
    Name(key, symbol).withGradient(of: goal)
  }

  /// ln σ², which is one quantity: what the encoder gives.
  var logVarianceName: Name {
    func node(_ index: [Int]?) -> MathNode {
      var symbol = Symbol("σ", isMatrix: index == nil)
      if let index { symbol = symbol.indexed(index.map { $0 + 1 }) }
      return .call("log", [.power(.symbol(symbol), .number("2"))])
    }
    return Name("v", whole: node(nil)) { node($0) }.withGradient(of: goal)
  }

  var decoder: VariationalLossProblem.Decoder? {
    if case .decoder(let decoder) = problem.reconstruction { decoder } else { nil }
  }

  var hasCode: Bool { problem.noise != nil }
  var hasReconstruction: Bool { problem.reconstruction != nil }

  mutating func solve() throws -> Solution {
    describe()
    let (inputs, constants) = give()
    let names = recordedNames
    let own = self
    let recording = sheet.record(inputs: inputs + constants, named: names) { own.run($0, &$1) }
    try forward(recording)
    try backward(recording)
    check(recording, inputs, constants)
    return writer.finished()
  }

  mutating func describe() {
    let size = [problem.mean.count]
    writer.symbol(
      .symbol(Symbol("μ")), "mean of q(z|x), from the \(Term.encoder)",
      "q(z|x) 的均值，由\(Term.encoder)给出", size)
    writer.symbol(
      .symbol(Symbol("σ")), "\(Term.standardDeviation) of q(z|x); σ² is the \(Term.variance)",
      "q(z|x) 的\(Term.standardDeviation)；σ² 为\(Term.variance)", size)
    if hasCode {
      writer.symbol(
        .symbol(Symbol("ε")), "\(Term.noise) drawn from N(0, 1)", "取自 N(0, 1) 的\(Term.noise)", size)
      writer.symbol(.symbol(Symbol("z")), "\(Term.latent)", "\(Term.latent)", size)
    }
    if let input = problem.input {
      writer.symbol(.symbol(Symbol("x")), "\(Term.input)", "\(Term.input)", [input.count])
      writer.symbol(
        .symbol(Symbol("x", accent: .hat)), "what the \(Term.decoder) makes of z",
        "\(Term.decoder)由 z 得到的输出", [input.count])
      writer.symbol(
        .symbol(Symbol("R")), "\(Term.reconstruction) −ln p(x|z)",
        "\(Term.reconstruction) −ln p(x|z)")
    }
    writer.symbol(
      .symbol(Symbol("KL")), "\(Term.kl) of q(z|x) from N(0, 1)", "q(z|x) 到 N(0, 1) 的 \(Term.kl)")
    writer.symbol(.symbol(Self.loss), "\(Term.loss)", "\(Term.loss)")
  }

  mutating func give() -> (inputs: [String], constants: [String]) {
    writer.begin("Given", "已知")
    writer.say(
      """
      The \(Term.encoder) of a \(Term.vae) gives a mean and a \(Term.logVariance) for each entry of \
      the \(Term.latent). It gives ln σ² because any real number is allowed there.
      """,
      """
      \(Term.vae)的\(Term.encoder)对\(Term.latent)的每一维给出均值与\(Term.logVariance)。\
      之所以给出 ln σ²，是因为它可以取任何实数。
      """)
    writer.give(vector("μ", Symbol("μ")), NDArray(problem.mean))
    switch problem.spread {
    case .logVariance(let values): writer.give(logVarianceName, NDArray(values))
    case .standardDeviation(let values):
      writer.give(Name("given", Symbol("σ")), NDArray(values))
      for step in sheet.define(logVarianceName, writer.formula("log(given^2)"), .forward) {
        writer.add(.step(step))
      }
    }
    var constants: [String] = []
    if let noise = problem.noise {
      writer.give(Name("ε", Symbol("ε")), NDArray(noise))
      constants.append("ε")
    }
    if let input = problem.input {
      writer.give(Name("x", Symbol("x")), NDArray(input))
      constants.append("x")
    }
    switch problem.reconstruction {
    case .decoder(let decoder):
      let name = Name("W", whole: .symbol(Symbol("W", isMatrix: true))) { index in
        .symbol(Symbol("w").indexed(index.map { $0 + 1 }))
      }
      writer.give(name, NDArray(matrix: decoder.weight))
      constants.append("W")
      if let bias = decoder.bias {
        writer.give(Name("b", Symbol("b")), NDArray(bias))
        constants.append("b")
      }
    case .given(let output):
      writer.give(Name("output", Symbol("x", accent: .hat)), NDArray(output))
      constants.append("output")
    case nil: break
    }
    if problem.likelihood == .gaussian, hasReconstruction {
      writer.give(
        Name("s", whole: .power(.symbol(Symbol("s")), .number("2"))) { _ in
          .power(.symbol(Symbol("s")), .number("2"))
        }, NDArray(problem.outputVariance))
      writer.symbol(
        .power(.symbol(Symbol("s")), .number("2")), "variance of the output's distribution",
        "输出分布的方差")
      constants.append("s")
      _ = sheet.define(Name(scalar: "π", Symbol("π")), .number(.pi), .forward)
      constants.append("π")
    }
    return (["μ", "v"], constants)
  }

  var recordedNames: [Name] {
    var names = [
      vector("σ", Symbol("σ")),
      vector("z", Symbol("z")), vector("a", Symbol("a")),
    ]
    if decoder != nil {
      names.append(vector("output", Symbol("x", accent: .hat)))
    }
    return names + [
      Name(scalar: "R", Symbol("R")), Name(scalar: "KL", Symbol("KL")),
      Name(scalar: "L", Self.loss),
    ]
  }

  func run(_ variables: [String: Tensor], _ marks: inout [String: Tensor]) -> Tensor {
    let (mean, v) = (variables["μ"]!, variables["v"]!)
    var loss: Tensor?
    if hasCode {
      let deviation = (v / 2).exp()
      marks["σ"] = deviation
      let z = mean + deviation * variables["ε"]!
      marks["z"] = z
      if let decoder {
        let size = problem.mean.count
        var a = variables["W"]!.matmul(z.reshaped([size, 1])).reshaped([decoder.weight.count])
        if decoder.bias != nil { a = a + variables["b"]! }
        if problem.likelihood == .bernoulli {
          marks["a"] = a
          marks["output"] = a.sigmoid()
        } else {
          marks["output"] = a
        }
      }
    }
    if hasReconstruction {
      let output = marks["output"] ?? variables["output"]!
      let x = variables["x"]!
      let term: Tensor
      switch problem.likelihood {
      case .bernoulli:
        term = -(x * output.log() + (1 - x) * (1 - output).log()).sum()
      case .gaussian:
        let variance = variables["s"]!
        let half = Double(problem.input!.count) / 2
        term =
          (x - output).squared().sum() / (2 * variance) + half
          * (2 * variables["π"]! * variance).log()
      }
      marks["R"] = term
      loss = term
    }
    let kl = (1 + v - mean.squared() - v.exp()).sum() * -0.5
    marks["KL"] = kl
    let total = loss.map { $0 + kl } ?? kl
    if loss != nil { marks["L"] = total }
    return total
  }

  // MARK: Forward

  mutating func forward(_ recording: Worksheet.Recording) throws {
    if hasCode {
      writer.begin("The code", "潜变量")
      writer.say(
        """
        Drawing z from q(z|x) could not be differentiated. By \(Term.reparameterization) the chance is \
        put into the \(Term.noise) ε, and z is a smooth function of μ and σ:
        """,
        """
        直接从 q(z|x) 采样 z 无法求导。\(Term.reparameterization)把随机性放入\(Term.noise) ε，\
        z 就成为 μ 与 σ 的光滑函数：
        """)
      writer.add(
        .formula(
          .infix(
            .equals, .symbol(Symbol("z")),
            .infix(
              .plus, .symbol(Symbol("μ")),
              .infix(.hadamard, .symbol(Symbol("σ")), .symbol(Symbol("ε")))))))
      try writer.value("σ", in: recording)
      try writer.value("z", in: recording, boxed: true)
    }
    if hasReconstruction {
      writer.begin("Reconstruction", "重构")
      if decoder != nil {
        writer.say(
          problem.likelihood == .bernoulli
            ? "The \(Term.decoder): a linear layer and the sigmoid, which gives probabilities."
            : "The \(Term.decoder): a linear layer, which gives the means of the output.",
          problem.likelihood == .bernoulli
            ? "\(Term.decoder)：线性层加 sigmoid，得到概率。"
            : "\(Term.decoder)：线性层，给出输出的均值。")
        if recording.ids["a"] != nil { try writer.value("a", in: recording) }
        try writer.value("output", in: recording)
      }
      switch problem.likelihood {
      case .bernoulli:
        writer.say(
          """
          The \(Term.reconstruction) is the negative log-likelihood of x under Bernoulli outputs, the \
          binary \(Term.crossEntropy). One drawn z stands for the expectation over q(z|x).
          """,
          """
          \(Term.reconstruction)是伯努利输出下 x 的负对数似然，即二元\(Term.crossEntropy)。\
          用一个采样的 z 近似对 q(z|x) 的期望。
          """)
      case .gaussian:
        writer.say(
          """
          The \(Term.reconstruction) is the negative log-likelihood of x under Gaussian outputs: half \
          the squared error over the variance, and a constant. One drawn z stands for the \
          expectation over q(z|x).
          """,
          """
          \(Term.reconstruction)是高斯输出下 x 的负对数似然：平方误差除以两倍方差，再加一个常数。\
          用一个采样的 z 近似对 q(z|x) 的期望。
          """)
      }
      try writer.value("R", in: recording, boxed: true)
    }
    writer.begin("KL divergence", "KL 散度")
    writer.say(
      """
      The \(Term.kl) keeps q(z|x) close to the \(Term.prior) N(0, 1), so that the space of codes has \
      no gaps. For normal distributions it has a closed form:
      """,
      """
      \(Term.kl)使 q(z|x) 靠近\(Term.prior) N(0, 1)，从而潜空间没有空隙。对正态分布有闭式：
      """)
    writer.add(.formula(klFormula))
    try writer.value("KL", in: recording, boxed: true)
    writer.note(
      """
      σ is the standard deviation and σ² the variance; the notes call σ the variance. KL is 0 only \
      at μ = 0, σ = 1, and never negative.
      """,
      """
      σ 是标准差，σ² 才是方差；讲义中把 σ 称作方差是笔误。KL 只在 μ = 0、σ = 1 时为 0，且从不为负。
      """)
    if hasReconstruction {
      writer.begin("Loss", "\(Term.loss)")
      writer.say(
        "The \(Term.loss) is the sum of both; its negative is the \(Term.elbo) (ELBO).",
        "\(Term.loss)是两项之和；其相反数即\(Term.elbo)（ELBO）。")
      try writer.value("L", in: recording, boxed: true)
    }
  }

  var klFormula: MathNode {
    func sym(_ base: String) -> MathNode { .symbol(Symbol(base, "j")) }
    let square = MathNode.power(sym("σ"), .number("2"))
    let inner = MathNode.infix(
      .minus,
      .infix(
        .minus, .infix(.plus, .number("1"), .call("log", [square])),
        .power(sym("μ"), .number("2"))), square)
    return .infix(
      .equals, .symbol(Symbol("KL")),
      .negate(
        .infix(
          .times, .fraction(.number("1"), .number("2")),
          .infix(.matrixProduct, .symbol(Symbol("Σ", "j")), .parentheses(inner)))))
  }
}
