import Autodiff

extension NewtonSolver {
  static func run(_ part: Expression, _ variables: [String: Tensor]) -> Tensor {
    func number(_ part: Expression) -> Double? {
      switch part {
      case .number(let value): value
      case .negate(.number(let value)): -value
      default: nil
      }
    }
    func apply(_ operation: String, _ parts: [Expression]) -> Tensor {
      ExpressionOperations.apply(
        operation, parts.map { run($0, variables) }, parts.map { number($0) })
    }
    switch part {
    case .number(let value): return Tensor(NDArray(value))
    case .variable(let name): return variables[name]!
    case .negate(let x): return apply("negate", [x])
    case .add(let a, let b): return apply("add", [a, b])
    case .subtract(let a, let b): return apply("subtract", [a, b])
    case .multiply(let a, let b): return apply("multiply", [a, b])
    case .divide(let a, let b): return apply("divide", [a, b])
    case .power(let a, let b): return apply("power", [a, b])
    case .call(let name, let arguments): return apply(name, arguments)
    }
  }

  /// The tape's gradient of an expression at a point.
  func tapeGradient(_ point: [Double], of tree: Expression) -> [Double] {
    let snapshot = GraphSnapshot(of: zip(names, point).map { ($0, NDArray($1)) }) { variables in
      Self.run(tree, Dictionary(uniqueKeysWithValues: zip(names, variables)))
    }
    return names.map { name in
      snapshot.nodes.first { $0.name == name }?.gradient?.item ?? 0
    }
  }

  func point(_ step: Int) -> [Double] { names.map { sheet.array(key($0, step)).item } }

  mutating func check(_ step: Int) {
    func relative(_ own: [Double], _ other: [Double]) -> Double {
      let scale = max(1, other.map { abs($0) }.max() ?? 0)
      return zip(own, other).map { abs($0 - $1) / scale }.reduce(0) {
        $0.isNaN || $1.isNaN ? .nan : max($0, $1)
      }
    }
    let x = point(step)
    gradientError = max(gradientError, relative(slopes(step), tapeGradient(x, of: tree)))
    let numbers = matrix(step)
    for row in names.indices {
      let own = tapeGradient(x, of: tree.derivative(by: names[row]))
      hessianError = max(hessianError, relative(numbers[row], own))
    }
    let solution =
      (try? LinearAlgebra.solve(
        NDArray(matrix: numbers), NDArray(slopes(step).map { -$0 }, shape: [names.count, 1])
      ).doubles) ?? [.nan]
    let own = names.indices.map { sheet.array("t\(step).p\($0)").item }
    let size = numbers.flatMap { $0 }.map { abs($0) }.max() ?? 1
    let inverse = (try? LinearAlgebra.inverse(NDArray(matrix: numbers)).doubles) ?? []
    let condition = size * (inverse.map { abs($0) }.max() ?? 1)
    stepError = max(stepError, relative(own, solution) / max(1, condition))
  }

  mutating func conclude() throws {
    let last = problem.iterations
    writer.begin("Result", "结果")
    try writer.define(
      scalar("t\(last).f", symbol(result, last)), at(last, tree.simplified), boxed: true)
    writer.add(
      .table(
        Table(
          headings: [.prose(Prose(en: "step", zh: "步"))] + names.map { .math(plain($0)) }
            + [.math(plain(result))],
          rows: (0...last).map { step in
            [.digits("\(step)")]
              + names.map { .digits(sheet.writtenDigits(key($0, step))[0]) }
              + [.digits(sheet.writtenDigits("t\(step).f")[0])]
          })))
    let (before, after) = (sheet.array("t0.f").item, sheet.array("t\(last).f").item)
    if after > before {
      writer.note(
        "The value has grown: far from a minimum the parabola can mislead, and nothing limits the step.",
        "函数值反而增大：远离极小值时抛物面近似可能失效，而步长没有限制。")
    }
    writer.solution.results.append(("gradient", Value(shape: [names.count], elements: slopes(0))))
    writer.solution.results.append(
      (
        "hessian",
        Value(shape: [names.count, names.count], elements: matrix(0).flatMap { $0 })
      ))
    writer.solution.results.append(
      (
        "points",
        Value(shape: [last + 1, names.count], elements: (0...last).flatMap { point($0) })
      ))
    writer.solution.results.append(
      (
        "values",
        Value(
          shape: [last + 1], elements: (0...last).map { sheet.array("t\($0).f").item })
      ))
    writer.check(
      "the gradient against the tape's", "梯度与计算带", gradientError, tolerance: 1e-9)
    writer.check(
      "the Hessian against the tape's gradients of ∂f/∂x, …", "Hessian 与计算带上 ∂f/∂x 等的梯度",
      hessianError, tolerance: 1e-9)
    writer.check(
      "the step against LAPACK's solution, by the condition number",
      "牛顿步与 LAPACK 的解（按条件数计）", stepError, tolerance: 1e-11)
  }
}
