import Exercises
import Explain
import Testing

/// Sheets without a scaffold, filled in by hand as students do, with the marks that a fair examiner
/// gives and why.
@Suite("Working without a scaffold")
struct FreeWorkingTests {
  /// The course's own 1-1-1 network: x = 1, y = 0, w₁ = 0.5 with L1, w₂ = −0.4 with L2, σ, ½(ŷ − y)²,
  /// η = λ = 0.1. Twelve numbers of two marks: z₁ 0.5, a₁ 0.6225, ŷ −0.2490, L 0.0310,
  /// ∂L/∂ŷ −0.2490, ∂L/∂w₂ −0.1550, σ′ 0.2350, ∂L/∂z₁ 0.0234, ∂L/∂w₁ 0.0234, g₁ 0.1234, w₁ 0.4877,
  /// w₂ −0.3805.
  static let scalar = NetworkProblem(
    input: Value(shape: [1, 1], elements: [1]), target: [[0]],
    layers: [
      .dense(weight: [[0.5]], bias: nil, activation: .sigmoid),
      .dense(weight: [[-0.4]], bias: nil, activation: .identity),
    ], loss: .halfSquaredError,
    penalties: [
      .init(parameter: "layers.0.weight", l1: 0.1), .init(parameter: "layers.1.weight", l2: 0.1),
    ])

  /// Two inputs, two classes, softmax and cross-entropy, one iteration at η = 0.5. Fourteen numbers:
  /// z 0.3, −0.1; ŷ 0.5987, 0.4013; L 0.5130; ∂L/∂z −0.4013, 0.4013; ∂L/∂w −0.4013, −0.8026, 0.4013,
  /// 0.8026; w 0.3007, 0.5013, −0.0007, −0.4513 (w₁₁ = 0.1, w₁₂ = 0.1, w₂₁ = 0.2, w₂₂ = −0.05).
  static let classes = NetworkProblem(
    input: Value(shape: [1, 2], elements: [1, 2]), target: [[1, 0]],
    layers: [.dense(weight: [[0.1, 0.1], [0.2, -0.15]], bias: nil, activation: .softmax)],
    loss: .crossEntropy, optimizer: .sgd(learningRate: 0.5))

  /// A sheet: what it shows, the lines, the marks and the word of reasoning that goes with them.
  struct Sheet: Sendable, CustomTestStringConvertible {
    let name: String
    let problem: NetworkProblem
    let lines: [String]
    let marks: Int
    let why: String
    /// Lines whose diagnosis names a slip.
    var slips: [String: String] = [:]
    var testDescription: String { name }
  }

  static let sheets: [Sheet] = [
    Sheet(
      name: "everything in the course's names", problem: scalar,
      lines: [
        "z1 = w1*x = 0.5*1 = 0.5", "a1 = sigmoid(z1) = 0.6225", "ŷ = w2*a1 = -0.2490",
        "L = 0.5*(ŷ - y)^2 = 0.0310", "δ2 = ŷ - y = -0.2490", "dL/dw2 = δ2*a1 = -0.1550",
        "sigma'(z1) = a1*(1-a1) = 0.2350", "δ1 = δ2*w2*0.2350 = 0.0234", "dL/dw1 = δ1*x = 0.0234",
        "g_w1 = dL/dw1 + 0.1*sign(w1) = 0.1234", "w1(1) = w1 - 0.1*0.1234 = 0.4877",
        "w2(1) = (1-0.1*0.1)*w2 - 0.1*dL/dw2 = -0.3805",
      ], marks: 24, why: "all twelve numbers are right"),
    Sheet(
      name: "own names, own order", problem: scalar,
      lines: [
        "h = 1/(1+exp(-0.5)) = 0.6225", "s = h*(1-h) = 0.2350", "out = -0.4*h = -0.2490",
        "E = out^2/2 = 0.0310", "top = out - 0 = -0.2490", "top*h = -0.1550",
        "inner = top*(-0.4)*s = 0.0234", "new2 = 0.99*(-0.4) - 0.1*(-0.1550) = -0.3805",
        "new1 = 0.5 - 0.1*(0.0234+0.1) = 0.4877",
      ], marks: 24,
      why:
        "every number is there or follows: z₁ = 0.5 is in the first line, ∂L/∂w₁ and g in the last"),
    Sheet(
      name: "only what the question ends with", problem: scalar,
      lines: ["L = 0.0310", "w1_new = 0.4877", "w2_new = -0.3805"], marks: 24,
      why: "the updated weights cannot be right without the lines before"),
    Sheet(
      name: "the loss forgotten", problem: scalar,
      lines: ["w1_new = 0.4877", "w2_new = -0.3805"], marks: 22,
      why: "the loss follows from nothing that is written and nothing needs it"),
    Sheet(
      name: "fractions and arithmetic for numbers", problem: scalar,
      lines: [
        "z1 = 1/2", "a1 = 1/(1+exp(-1/2))", "ŷ = -2/5*a1", "L = ŷ^2/2", "δ2 = ŷ", "dL/dw2 = δ2*a1",
        "δ1 = δ2*(-2/5)*a1*(1-a1)", "dL/dw1 = δ1", "w1(1) = 1/2 - 1/10*(δ1 + 1/10)",
        "w2(1) = 99/100*(-2/5) - dL/dw2/10",
      ], marks: 24, why: "a value left as arithmetic is exact; σ′ and g stand within the lines"),
    Sheet(
      name: "L2 forgotten", problem: scalar,
      lines: [
        "z1 = 0.5", "a1 = 0.6225", "ŷ = -0.2490", "L = 0.0310", "δ2 = -0.2490", "dL/dw2 = -0.1550",
        "δ1 = 0.0234", "dL/dw1 = 0.0234", "w1_new = 0.4877", "w2_new = -0.4 + 0.1*0.1550 = -0.3845",
      ], marks: 22, why: "one update lacks λ; the rest is right",
      slips: ["t1.new.layers.1.weight": "lambda-forgotten"]),
    Sheet(
      name: "the sign of the error signal", problem: scalar,
      lines: [
        "z1 = 0.5", "a1 = 0.6225", "ŷ = -0.2490", "L = 0.0310", "δ2 = y - ŷ = 0.2490",
        "dL/dw2 = 0.1550", "sigma'(z1) = 0.2350", "δ1 = -0.0234", "dL/dw1 = -0.0234",
        "g_w1 = -0.0234 + 0.1 = 0.0766", "w1_new = 0.4923", "w2_new = -0.4115",
      ], marks: 16, why: "five right, one slip, and six that follow from it: a method mark each",
      slips: ["∂t1.z1": "gradient-sign"]),
    Sheet(
      name: "the slope of σ left out", problem: scalar,
      lines: [
        "z1 = 0.5", "a1 = 0.6225", "ŷ = -0.2490", "L = 0.0310", "δ2 = -0.2490", "dL/dw2 = -0.1550",
        "δ1 = w2*δ2 = 0.0996", "dL/dw1 = 0.0996", "g_w1 = 0.1996", "w1_new = 0.4800",
        "w2_new = -0.3805",
      ], marks: 17,
      why: "σ′ is missing and δ₁ is wrong; ∂L/∂w₁, g and w₁ follow; the other seven are right",
      slips: ["∂t1.z0": "missing-slope"]),
    Sheet(
      name: "two places after the point", problem: scalar,
      lines: [
        "z1 = 0.5", "a1 = 0.62", "ŷ = -0.25", "L = 0.03", "δ2 = -0.25", "dL/dw2 = -0.15",
        "sigma'(z1) = 0.24", "δ1 = 0.02", "dL/dw1 = 0.02", "g_w1 = 0.12", "w1_new = 0.49",
        "w2_new = -0.38",
      ], marks: 23, why: "right to the digits written; too few digits cost one mark a question"),
    Sheet(
      name: "a slip of the calculator", problem: scalar,
      lines: [
        "z1 = 0.5", "a1 = sigmoid(0.5) = 0.6252", "ŷ = w2*a1 = -0.2501", "L = 0.0313",
        "δ2 = -0.2501", "dL/dw2 = -0.1564", "sigma'(z1) = 0.2343", "δ1 = 0.0234", "dL/dw1 = 0.0234",
        "g_w1 = 0.1234", "w1_new = 0.4877", "w2_new = -0.3804",
      ], marks: 18,
      why: """
        a₁'s expression is right, its number is not: the method mark. Five numbers follow from it. z₁ and \
        what the slip no longer shows in four places (δ₁, ∂L/∂w₁, g, w₁ and w₂) are right
        """, slips: ["t1.a0": "arithmetic"]),
    Sheet(
      name: "a word for a number", problem: scalar,
      lines: [
        "z1 = 0.5", "a1 = a bit more than one half", "ŷ = -0.2490", "L = 0.0310", "δ2 = -0.2490",
        "dL/dw2 = -0.1550", "δ1 = 0.0234", "dL/dw1 = 0.0234", "w1_new = 0.4877",
        "w2_new = -0.3805",
      ], marks: 24, why: "a₁ has no number, but ŷ and ∂L/∂w₂ show that it was worked out"),
    Sheet(
      name: "signs and indices of a Chinese keyboard", problem: scalar,
      lines: [
        "z₁ ＝ ０.５", "a₁ ≈ 0.6225", "ŷ ≈ −0.2490", "L ≈ 0.0310", "∂L/∂ŷ ≈ −0.2490",
        "∂L/∂w₂ ≈ −0.1550",
        "σ′(z₁) ≈ 0.2350", "∂L/∂z₁ ≈ 0.0234", "∂L/∂w₁ ≈ 0.0234", "w₁^(1) ≈ 0.4877",
        "w₂^(1) ≈ −0.3805",
      ], marks: 24, why: "the same numbers in other characters"),
    Sheet(
      name: "a wrong end and nothing before it", problem: scalar,
      lines: ["w1_new = 0.4800", "w2_new = -0.3805"], marks: 12,
      why: """
        w₂ is right, and with it z₁, a₁, ŷ, ∂L/∂ŷ and ∂L/∂w₂; w₁ lacks σ′, and nothing shows what led to it
        """, slips: ["t1.new.layers.0.weight": "missing-slope"]),
    Sheet(
      name: "a number corrected further down", problem: scalar,
      lines: [
        "a1 = 0.6125", "a1 = 0.6225", "L = 0.0310", "w1_new = 0.4877", "w2_new = -0.3805",
      ], marks: 24, why: "the last version counts"),
    Sheet(
      name: "the updated weight used too early", problem: scalar,
      lines: [
        "z1 = 0.5", "a1 = 0.6225", "ŷ = -0.2490", "L = 0.0310", "δ2 = -0.2490", "dL/dw2 = -0.1550",
        "w2_new = -0.3805", "sigma'(z1) = 0.2350", "δ1 = -0.3805*(-0.2490)*0.2350 = 0.0223",
        "dL/dw1 = 0.0223", "g_w1 = 0.1223", "w1_new = 0.4878",
      ], marks: 20,
      why: "δ₁ takes the new w₂; ∂L/∂w₁ and g follow; w₁ agrees within a unit of the fourth place",
      slips: ["∂t1.z0": "early-update"]),
    Sheet(
      name: "nothing at all", problem: scalar, lines: [], marks: 0, why: "a blank sheet"),
    Sheet(
      name: "names set equal to themselves", problem: scalar,
      lines: ["z1 = z1", "a1 = a1", "w1_new = w1_new", "L = L = L"], marks: 0,
      why: "a name is no working"),
    Sheet(
      name: "vectors for two units at once", problem: classes,
      lines: [
        "z = [0.3, -0.1]", "yhat = [0.5987, 0.4013]", "L = -ln(0.5987) = 0.5130",
        "delta = yhat - y = [-0.4013, 0.4013]", "dW = [[-0.4013, -0.8026], [0.4013, 0.8026]]",
        "W_new = [[0.3007, 0.5013], [-0.0007, -0.5513]]",
      ], marks: 30, why: "the entries are the key's lines"),
    Sheet(
      name: "the logarithm to base 10", problem: classes,
      lines: [
        "z1 = 0.3", "z2 = -0.1", "yhat1 = 0.5987", "yhat2 = 0.4013", "L = -log10(0.5987) = 0.2228",
        "W_new = [[0.3007, 0.5013], [-0.0007, -0.5513]]",
      ], marks: 28, why: "the loss alone is wrong, and no gradient comes from its number",
      slips: ["t1.L": "log-base"]),
    Sheet(
      name: "the weights read by columns", problem: classes,
      lines: [
        "z1 = 0.1*1 + 0.2*2 = 0.5", "z2 = 0.1*1 - 0.15*2 = -0.2", "yhat1 = 0.6682",
        "yhat2 = 0.3318",
        "L = 0.4032", "W_new = [[0.2659, 0.4318], [0.0341, -0.4818]]",
      ], marks: 13,
      why: """
        both z are wrong; ŷ, L, and the four new weights follow from them, and through the weights the two \
        error signals and the four gradients: a method mark each
        """, slips: ["t1.z0.1.1": "transposed-matrix", "t1.z0.2.1": "transposed-matrix"]),
  ]

  @Test(arguments: sheets)
  func marks(sheet: Sheet) throws {
    var options = ExplainOptions()
    options.rounding = .decimals(4)
    options.roundsUpdates = true
    let solution = try sheet.problem.solved(options)
    let workings = Workings(solution, decimals: 4) { step in
      !step.id.hasSuffix(".total") && !step.id.contains(".R")
    }
    let question = Question(
      id: "q1", topic: "network", row: "L3.5", title: solution.title, prompt: solution.title,
      task: CalculationTask(
        solution: solution, workings: workings,
        slips: Slip.network(loss: sheet.problem.loss, samples: 1)), minutes: 25)
    let paper = Paper(
      settings: PaperSettings(topic: "network", scaffold: .none), title: solution.title,
      questions: [question])
    let report = Marker(paper).marks(
      FilledSheet(answers: ["q1": FilledSheet.Answers(working: sheet.lines)]))
    let account = report.lines.map { line in
      "\(line.line) \(line.verdict) \(line.awarded)/\(line.of) \(line.found) "
        + "\(line.slips) \(line.diagnosis?.english ?? "")"
    }.joined(separator: "\n")
    #expect(report.total == sheet.marks, "\(sheet.why)\n\(account)")
    for (line, slip) in sheet.slips {
      let found = report.lines.first { $0.line == line }
      #expect(found?.slips == [slip], "\(line): \(account)")
    }
    let claimed = report.lines.filter { !$0.slips.isEmpty }.map(\.line)
    #expect(Set(claimed) == Set(sheet.slips.keys), "\(account)")
  }
}
