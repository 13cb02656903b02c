import Explain

extension ExerciseKind {
  /// Newton's method on small functions.
  package static let newton = ExerciseKind(
    name: NewtonProblem.kind, rows: ["L5.5"], isStarred: false,
    title: Words(en: "Newton's method by hand", zh: "牛顿法手算题"), minutes: [3, 4, 8, 9, 18]
  ) { source, difficulty in
    func number(_ choices: [Double]) -> Double { source.pick(choices) }
    let (a, b) = (number([2, 3, 4]), number([1, 2, 3]))
    let (d, e) = (number([-3, -2, -1, 1, 2, 3]), number([-3, -2, -1, 1, 2, 3]))
    let sign = number([-1, 1])
    let isThree = difficulty == 5 && source.flip()
    let function: Polynomial
    let names: [String]
    switch difficulty {
    case 1: (function, names) = (Polynomial([(a, [("x", 2)]), (d, [("x", 1)])]), ["x"])
    case 2:
      (function, names) = (
        Polynomial([(1, [("x", source.integer(3...4))]), (a, [("x", 2)]), (d, [("x", 1)])]), ["x"]
      )
    case 3:
      (function, names) = (
        Polynomial([
          (a, [("x", 2)]), (sign, [("x", 1), ("y", 1)]), (b, [("y", 2)]), (d, [("x", 1)]),
          (e, [("y", 1)]),
        ]), ["x", "y"]
      )
    case 4:
      (function, names) = (
        Polynomial([
          (1, [("x", 4)]), (sign, [("x", 1), ("y", 1)]), (a, [("y", 2)]), (d, [("y", 1)]),
        ]), ["x", "y"]
      )
    case 5 where isThree:
      (function, names) = (
        Polynomial([
          (a, [("x", 2)]), (2, [("y", 2)]), (b, [("z", 2)]), (sign, [("x", 1), ("y", 1)]),
          (1, [("y", 1), ("z", 1)]), (d, [("x", 1)]), (e, [("z", 1)]),
        ]), ["x", "y", "z"]
      )
    default:
      (function, names) = (
        Polynomial([
          (1, [("x", 4)]), (sign, [("x", 1), ("y", 1)]), (a, [("y", 2)]), (d, [("x", 1)]),
        ]), ["x", "y"]
      )
    }
    let values = names.map { (name: $0, value: number([-2, -1.5, -1, 1, 1.5, 2])) }
    let steps = difficulty == 5 && !isThree ? 2 : 1
    let arguments = names.joined(separator: ", ")
    return Draft(
      problem: NewtonProblem("f = " + function.typed, values: values, iterations: steps),
      prompt: Words(
        en: """
          Calculate \(steps == 1 ? "one step" : "two steps") of Newton's method on \
          f(\(arguments)) = \(function.prompted)\(steps == 1 ? "" : ", for each"): the value, the gradient, \
          \(names.count == 1 ? "the second derivative H" : "the matrix H of second derivatives")\
          \(names.count == 3 ? ", its cofactors C" : "")\
          \(names.count > 1 ? ", its determinant" : ""), the step p = −H⁻¹∇f and the new point; at the end \
          the value at the last point.
          """,
        zh: """
          对 f(\(arguments)) = \(function.prompted) 计算牛顿法的\(steps == 1 ? "一步" : "两步，每步")：\
          函数值、梯度、\(names.count == 1 ? "二阶导数 H" : "二阶导数矩阵 H")\
          \(names.count == 3 ? "、代数余子式 C" : "")\(names.count > 1 ? "、行列式" : "")、\
          牛顿步 p = −H⁻¹∇f 与新的点；最后计算终点处的函数值。
          """
      ).prose, slips: Slip.newton,
      // Second derivatives that are plain numbers are read off.
      isAsked: { step in
        if case .number = step.calculation?.expression { false } else { step.calculation != nil }
      })
  }
}
