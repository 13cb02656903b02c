import Explain

extension ExerciseKind {
  /// Maximum and average pooling, forward and back.
  package static let pooling = ExerciseKind(
    name: PoolingProblem.kind, rows: ["L6.3"], isStarred: false,
    title: Words(en: "Pooling by hand", zh: "池化手算题"), minutes: [2, 3, 4, 5, 6]
  ) { source, difficulty in
    let rows = difficulty == 1 ? 2 : 4
    let columns = difficulty < 3 ? 4 : difficulty == 5 ? 6 : 4
    let isMaximum = source.flip()
    let isGlobal = difficulty == 3 && source.flip()
    let isBack = difficulty > 3
    // All different, so that every maximum has one place.
    let numbers = source.shuffled(Array(-12...18)).prefix(rows * columns).map(Double.init)
    let outputs = isGlobal ? 1 : rows * columns / 4
    let upstream = (0..<outputs).map { _ in Double(source.pick([-2, -1, 1, 2, 3, 4])) }
    let kind = isMaximum ? ("maximum", "最大") : ("average", "平均")
    var english = """
      An image of \(rows)×\(columns) numbers is given. Calculate \(isGlobal ? "global " : "")\(kind.0) pooling\
      \(isGlobal ? "" : " with a window of 2×2 and stride 2")
      """
    var chinese =
      "给定 \(rows)×\(columns) 的图像。计算\(isGlobal ? "全局" : "")\(kind.1)池化\(isGlobal ? "" : "（窗口 2×2，步长 2）")"
    if isBack {
      english +=
        "; then with the gradients g that come back, the entries of G, the gradients by the image"
      chinese += "；再由传回的梯度 g（G 的元素）求对图像的梯度"
    }
    let gradient = Value(shape: [rows / 2, columns / 2], elements: isBack ? upstream : [])
    return Draft(
      problem: PoolingProblem(
        input: Value(shape: [1, rows, columns], elements: numbers),
        mode: isMaximum ? .maximum : .average, window: isGlobal ? nil : 2,
        upstream: isBack
          ? Value(shape: [1, rows / 2, columns / 2], elements: upstream) : nil),
      prompt: Words(en: english + ".", zh: chinese + "。").prose, slips: Slip.pooling,
      isAsked: { step in
        guard let calculation = step.calculation else { return false }
        return calculation.key == "y" || isBack && calculation.key == "∂x"
      }, given: isBack ? [(.symbol(Symbol("G", isMatrix: true)), gradient)] : [])
  }
}
