import Autodiff

// Newton's step: second derivatives, the system H·d = g, the update.
extension OptimizerSolver {
  mutating func newton(_ index: Int, _ step: Int) throws -> [Block] {
    let objective = objective!
    let sheet = work.sheet
    var lines: [Block] = []
    let keys = variables.map { key(index, step, "at.\($0)") }
    let g = variables.map { Expression.variable(key(index, step, "g.\($0)")) }
    func entry(_ row: Int, _ column: Int) -> String { key(index, step, "H\(row)\(column)") }
    for (row, variable) in variables.enumerated() {
      // The gradient is itself a program on the tape; its gradients are a row of H.
      let recording = sheet.record(inputs: keys, named: []) { tensors, _ in
        let inputs = keys.map { tensors[$0]! }
        let value = objective.value(Dictionary(uniqueKeysWithValues: zip(variables, inputs)))
        return Autodiff.gradients(of: value, withRespectTo: inputs, recording: true)[row]
      }
      for (column, other) in variables.enumerated() {
        let symbol = Symbol("h", "\(Symbol(typed: variable).base)\(Symbol(typed: other).base)")
        let name = Name(scalar: entry(row, column), symbol)
        let node = recording.node(keys[column])
        guard (node.gradient?.item ?? 0).isFinite else {
          throw ProblemError(
            "function",
            "step \(step) of newton: a second derivative by \(other) is not finite")
        }
        var steps = sheet.define(name, recording.reader.gradient(node.id), .backward)
        for place in steps.indices {
          steps[place].symbol = .infix(
            .equals, steps[place].symbol,
            .derivative(
              .symbol(companion("g", variable, nil)), .symbol(Symbol(typed: other))))
        }
        lines += steps.map { .step($0) }
      }
    }
    func h(_ row: Int, _ column: Int) -> Expression { .variable(entry(row, column)) }
    func define(_ name: Name, _ formula: Expression, boxed: Bool = false) {
      lines += sheet.define(name, formula, .update).map { line in
        var line = line
        line.isBoxed = boxed
        return .step(line)
      }
    }
    func direction(_ place: Int) -> Name {
      Name(
        scalar: key(index, step, "d.\(variables[place])"),
        companion("d", variables[place], step))
    }
    let determinant = Name(scalar: key(index, step, "det"), Symbol("D"))
    if variables.count == 2 {
      define(
        determinant,
        .subtract(.multiply(h(0, 0), h(1, 1)), .multiply(h(0, 1), h(1, 0))))
    }
    let pivot = variables.count == 2 ? determinant.key : entry(0, 0)
    guard abs(sheet.array(pivot).item) > 1e-12 else {
      throw ProblemError(
        "function",
        "step \(step) of newton: the Hessian is singular, its determinant is "
          + "\(NumberText.brief(sheet.array(pivot).item))")
    }
    if variables.count == 2 {
      let bottom = Expression.variable(determinant.key)
      define(
        direction(0),
        .divide(.subtract(.multiply(h(1, 1), g[0]), .multiply(h(0, 1), g[1])), bottom))
      define(
        direction(1),
        .divide(.subtract(.multiply(h(0, 0), g[1]), .multiply(h(1, 0), g[0])), bottom))
    } else {
      define(direction(0), .divide(g[0], h(0, 0)))
    }
    for (place, variable) in variables.enumerated() {
      define(
        Name(scalar: key(index, step, variable), symbol(variable, step)),
        .subtract(
          .variable(key(index, step - 1, variable)),
          .multiply(.variable("η"), .variable(direction(place).key))), boxed: true)
    }
    let matrix = variables.indices.flatMap { row in
      variables.indices.map { sheet.array(entry(row, $0)).item }
    }
    if variables.count == 2, matrix[0] <= 0 || sheet.array(determinant.key).item <= 0 {
      lines.append(
        .note(
          Prose(
            en: "H is not positive definite here: the step need not lead downhill.",
            zh: "此处 H 非正定：这一步不一定下降。")))
    }
    // H from the library's function, and H·d against g.
    let point = NDArray(keys.map { sheet.array($0).item })
    let library = hessian(at: point) { all in
      objective.value(
        Dictionary(
          uniqueKeysWithValues: variables.enumerated().map { place, name in
            (name, all.selecting(axis: 0, index: place))
          }))
    }.hessian.doubles
    work.compare(
      Prose(
        en: "Newton, step \(step): second derivatives against the library's Hessian",
        zh: "牛顿法第 \(step) 步：二阶导数与库中的 Hessian 矩阵"), matrix, library, tolerance: 1e-12)
    return lines
  }
}
