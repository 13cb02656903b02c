import Explain

extension ExerciseKind {
  /// The sinusoidal encoding of the first places, and its sum with embeddings.
  package static let positionalEncoding = ExerciseKind(
    name: PositionalEncodingProblem.kind, rows: ["L14.6"], isStarred: true,
    title: Words(en: "Positional encoding by hand", zh: "位置编码手算题"), minutes: [4, 6, 8, 10, 15]
  ) { source, difficulty in
    let dimensions = [2, 4, 4, 4, 6][difficulty - 1]
    let positions = [3, 2, 3, 3, 3][difficulty - 1]
    // Small angles need the digits that tell their cosine from 1.
    let base: Double = difficulty <= 2 ? 10000 : source.pick([10000, 1000, 100])
    let hasEmbeddings = difficulty == 4 || difficulty == 5 || difficulty == 1 && source.flip()
    let problem = PositionalEncodingProblem(
      dimensions: dimensions, positions: positions,
      base: dimensions == 6 ? source.pick([1000, 100]) : base,
      embeddings: hasEmbeddings
        ? (0..<positions).map { _ in
          (0..<dimensions).map { _ in source.pick([-1, -0.5, 0.2, 0.5, 1, 1.5]) }
        } : nil, rotation: nil)
    var options = ExplainOptions()
    options.form = .indexed
    return Draft(
      problem: problem, prompt: prompt(problem), slips: Slip.positionalEncoding,
      decimals: dimensions == 2 ? 4 : 6, options: options)
  }

  private static func prompt(_ problem: PositionalEncodingProblem) -> Prose {
    let base = "\(Int(problem.base))"
    let last = problem.positions - 1
    var english =
      "Calculate the sinusoidal positional encoding of the places pos = 0 … \(last) in d = "
      + "\(problem.dimensions) dimensions with the base B = \(base): the frequencies ω_i = 1/B^(2i/d) "
      + "for i = 0 … \(problem.dimensions / 2 - 1), and PE_{pos,2i} = sin(pos·ω_i), "
      + "PE_{pos,2i+1} = cos(pos·ω_i), with angles in radians"
    var chinese =
      "求位置 pos = 0 … \(last)、d = \(problem.dimensions) 维、底数 B = \(base) 的正弦位置编码："
      + "频率 ω_i = 1/B^(2i/d)（i = 0 … \(problem.dimensions / 2 - 1)），以及 PE_{pos,2i} = sin(pos·ω_i)、"
      + "PE_{pos,2i+1} = cos(pos·ω_i)，角度用弧度"
    if problem.embeddings != nil {
      english += "; then the input h = x + PE of the first layer, number by number"
      chinese += "；再逐元素求第一层的输入 h = x + PE"
    }
    return Words(en: english + ".", zh: chinese + "。").prose
  }
}
