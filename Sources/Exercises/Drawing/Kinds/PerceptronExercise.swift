import Explain

extension ExerciseKind {
  /// Rosenblatt's rule, sample by sample.
  package static let perceptron = ExerciseKind(
    name: PerceptronProblem.kind, rows: ["L1.1"], isStarred: false,
    title: Words(en: "The perceptron's rule by hand", zh: "感知机学习规则手算题"), minutes: [2, 4, 5, 9, 9]
  ) { source, difficulty in
    let width = [1, 2, 2, 2, 3][difficulty - 1]
    var inputs: [[Double]]
    var targets: [Int]
    if difficulty > 2, difficulty < 5, source.flip() {
      // OR, AND, NAND; what no perceptron learns, XOR.
      inputs = [[0, 0], [0, 1], [1, 0], [1, 1]]
      targets = source.pick([[0, 1, 1, 1], [0, 0, 0, 1], [1, 1, 1, 0], [0, 1, 1, 0]])
    } else {
      let samples = [2, 3, 4, 4, 3][difficulty - 1]
      inputs = (0..<samples).map { _ in (0..<width).map { _ in source.pick([-2, -1, 1, 2.0]) } }
      targets = inputs.map { _ in source.integer(0...1) }
    }
    let weights = (0..<width).map { _ in source.pick([-1, -0.5, 0, 0.5, 1]) }
    let bias = source.pick([-1, -0.5, 0, 0.5])
    // The first sample is wrong, so that something is learned.
    let first = zip(weights, inputs[0]).reduce(bias) { $0 + $1.0 * $1.1 }
    if inputs[0].contains(where: { $0 != 0 }) { targets[0] = first > 0 ? 0 : 1 }
    let rate = source.pick([0.25, 0.5, 2])
    // A second pass shows nothing where the first one ends at its start.
    let learned = after(inputs, targets, weights + [bias], rate)
    let passes = difficulty > 3 && learned != weights + [bias] ? 2 : 1
    var draft = Draft(
      problem: PerceptronProblem(
        inputs: inputs, targets: targets, weights: weights, bias: bias,
        learningRate: rate, iterations: passes),
      prompt: Words(
        en: """
          A perceptron's output ŷ = step(z), z = w·x + b, is 1 where z > 0 and else 0. It learns by \
          w ← w + η(y − ŷ)x and b ← b + η(y − ŷ) after each sample. The samples x⟨n⟩ with their targets y⟨n⟩ \
          are given. Calculate z and ŷ of each sample in turn, and after each wrong one the new weights and \
          bias, for \(passes == 1 ? "one pass" : "two passes, or one where it has no error").
          """,
        zh: """
          感知机 ŷ = step(z)，z = w·x + b，z > 0 时为 1，否则为 0；每个样本之后按 w ← w + η(y − ŷ)x、\
          b ← b + η(y − ŷ) 学习。给定样本 x⟨n⟩ 及其目标 y⟨n⟩。依次计算每个样本的 z 与 ŷ，以及每次分错后的新权重与偏置，\
          共\(passes == 1 ? "一轮" : "两轮（若第一轮没有错误则只算一轮）")。
          """
      ).prose, slips: Slip.perceptron, decimals: 2)
    for (sample, numbers) in inputs.enumerated() {
      for (place, number) in numbers.enumerated() {
        draft.given.append(
          (.symbol(Symbol("x", "\(place + 1)", sample: sample + 1)), Value(number)))
      }
      draft.given.append((.symbol(Symbol("y", sample: sample + 1)), Value(Double(targets[sample]))))
    }
    return draft
  }

  /// Weights and bias after a pass.
  private static func after(
    _ inputs: [[Double]], _ targets: [Int], _ start: [Double], _ rate: Double
  ) -> [Double] {
    var parameters = start
    for (input, target) in zip(inputs, targets) {
      let x = input + [1]
      let z = zip(parameters, x).reduce(0) { $0 + $1.0 * $1.1 }
      let error = Double(target) - (z > 0 ? 1 : 0)
      parameters = zip(parameters, x).map { $0 + rate * error * $1 }
    }
    return parameters
  }
}
