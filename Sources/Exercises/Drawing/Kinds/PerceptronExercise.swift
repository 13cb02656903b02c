import Explain

extension ExerciseKind {
  /// Rosenblatt's rule, sample by sample.
  package static let perceptron = ExerciseKind(
    name: PerceptronProblem.kind, rows: ["L1.1"], isStarred: false,
    title: Words(en: "The perceptron's rule by hand", zh: "感知机学习规则手算题"), minutes: [2, 4, 5, 7, 9]
  ) { source, difficulty in
    let samples = [1, 2, 2, 3, 4][difficulty - 1]
    let width = difficulty == 1 ? 1 : 2
    let inputs = (0..<samples).map { _ in
      (0..<width).map { _ in Double(source.pick([-2, -1, 1, 2])) }
    }
    let rate = source.pick([0.1, 0.2, 0.5])
    let targets = (0..<samples).map { _ in source.integer(0...1) }
    var given: [(symbol: MathNode, value: Value)] = []
    for (sample, numbers) in inputs.enumerated() {
      for (place, number) in numbers.enumerated() {
        given.append((.symbol(Symbol("x", "\(place + 1)", sample: sample + 1)), Value(number)))
      }
      given.append((.symbol(Symbol("y", sample: sample + 1)), Value(Double(targets[sample]))))
    }
    return Draft(
      problem: PerceptronProblem(
        inputs: inputs, targets: targets,
        weights: (0..<width).map { _ in source.weight() }, bias: source.weight(0.5),
        learningRate: rate, iterations: difficulty == 3 ? 2 : 1),
      prompt: Words(
        en: """
          A perceptron ŷ = step(w·x + b), 1 above 0 and else 0, learns by w ← w + η(y − ŷ)x and b ← b + η(y − ŷ), sample by \
          sample. Calculate z = w·x + b and ŷ of each sample, and after each wrong one the new weights and bias, for \
          \(difficulty == 3 ? "two passes" : "one pass").
          """,
        zh: """
          感知机 ŷ = step(w·x + b)，大于 0 时为 1，否则为 0；逐个样本按 w ← w + η(y − ŷ)x、b ← b + η(y − ŷ) 学习。\
          计算每个样本的 z = w·x + b 与 ŷ，以及每次分错后的新权重与偏置，共\(difficulty == 3 ? "两轮" : "一轮")。
          """
      ).prose, slips: Slip.perceptron,
      given: given)
  }
}
