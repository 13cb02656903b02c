import Autodiff

// What stands after a rule's steps: its table, its results, the comparisons.
extension OptimizerSolver {
  /// The function's value at the last point.
  func final(_ index: Int) throws -> Double? {
    guard let objective else { return nil }
    let value = objective.value(
      Dictionary(
        uniqueKeysWithValues: variables.map {
          ($0, Tensor(work.sheet.array(key(index, problem.iterations, $0))))
        })
    ).item
    guard value.isFinite else {
      throw ProblemError(
        "function",
        "after step \(problem.iterations) of \(problem.rules[index].name): "
          + "\(MathText.text(.symbol(result))) is \(NumberText.shortest(value)), expected a finite "
          + "number")
    }
    return value
  }

  func stateTable(_ index: Int, _ variable: String, _ values: [Double]) -> Table {
    let rule = problem.rules[index]
    func digits(_ step: Int, _ name: String) -> Table.Cell {
      .digits(work.sheet.writtenDigits(key(index, step, name))[0])
    }
    var headings: [Table.Cell] = [.math(.symbol(Symbol("t")))]
    headings.append(.math(.symbol(Symbol(typed: variable))))
    headings.append(.math(.symbol(companion("g", variable, nil))))
    headings += rule.states.map { .math(.symbol(companion($0, variable, nil))) }
    var rows: [[Table.Cell]] = []
    for step in 0...problem.iterations {
      var row: [Table.Cell] = [.digits("\(step)"), digits(step, variable)]
      row.append(step == 0 ? .digits("–") : digits(step, "g.\(variable)"))
      row += rule.states.map { digits(step, "\($0).\(variable)") }
      rows.append(row)
    }
    return Table(headings: headings, rows: rows)
  }

  mutating func results(_ index: Int, _ values: [Double]) {
    let rule = problem.rules[index]
    let steps = problem.iterations
    func series(_ name: String, from first: Int) -> Value {
      let numbers = (first...steps).map { work.sheet.array(key(index, $0, name)).item }
      return Value(shape: [numbers.count], elements: numbers)
    }
    for variable in variables {
      work.result("\(rule.name).\(variable)", series(variable, from: 0))
      work.result("\(rule.name).gradient.\(variable)", series("g.\(variable)", from: 1))
      for state in rule.states {
        work.result(
          "\(rule.name).\(state == "η" ? "rate" : state).\(variable)",
          series("\(state).\(variable)", from: 0))
      }
    }
    if objective != nil {
      work.result(
        "\(rule.name).function", Value(shape: [values.count], elements: values))
    }
  }

  /// The last weights by sums over all gradients, which carry no state from step to step.
  mutating func compareSums(_ index: Int) {
    let rule = problem.rules[index]
    let steps = problem.iterations
    var (own, other): ([Double], [Double]) = ([], [])
    for (place, variable) in variables.enumerated() {
      let g = (1...steps).map { work.sheet.array(key(index, $0, "g.\(variable)")).item }
      /// Σ share^(t−s) f(g_s) over s ≤ t
      func sum(_ share: Double, _ step: Int, _ function: (Double) -> Double = { $0 }) -> Double {
        var (total, factor) = (0.0, 1.0)
        for s in (0...step).reversed() {
          total += factor * function(g[s])
          factor *= share
        }
        return total
      }
      func square(_ x: Double) -> Double { x * x }
      var change = 0.0
      for step in 0..<steps {
        switch rule {
        case .sgd(let rate): change -= rate * g[step]
        case .momentum(let rate, let momentum): change -= rate * sum(momentum, step)
        case .nesterov(let rate, let momentum):
          change -=
            options.convention == .course
            ? rate * sum(momentum, step) : rate * (g[step] + momentum * sum(momentum, step))
        case .adaGrad(let rate, let epsilon):
          change -= rate * g[step] / (sum(1, step, square).squareRoot() + epsilon)
        case .rmsProp(let rate, let decay, let epsilon):
          change -=
            rate * g[step] / (((1 - decay) * sum(decay, step, square)).squareRoot() + epsilon)
        case .adam(let rate, let beta1, let beta2, let epsilon):
          // 1 − βᵗ = (1 − β)·Σ βˢ
          func weights(_ share: Double) -> Double {
            (0...step).reduce((0.0, 1.0)) { total, _ in (total.0 + total.1, total.1 * share) }.0
          }
          let first = sum(beta1, step) / weights(beta1)
          let second = sum(beta2, step, square) / weights(beta2)
          change -= rate * first / (second.squareRoot() + epsilon)
        case .deltaBarDelta, .newton: return
        }
      }
      own.append(work.sheet.array(key(index, steps, variable)).item)
      other.append(problem.start[place].value + change)
    }
    work.compare(
      Prose(
        en: "\(rule.heading): last weights against sums over all gradients",
        zh: "\(rule.chineseHeading)：最终权重与对全部梯度求和的结果"), own, other, tolerance: 1e-10)
  }

  mutating func compareRules() {
    let headings: [Table.Cell] =
      [.prose(Prose(en: "rule", zh: "规则"))]
      + variables.map { .math(.symbol(symbol($0, problem.iterations))) }
      + (objective == nil ? [] : [.math(.symbol(result))])
    work.section(
      Prose(en: "The rules side by side", zh: "各规则对照"),
      [
        .prose(
          Prose(
            en: "Where each rule has got to after \(problem.iterations) steps.",
            zh: "各规则走 \(problem.iterations) 步之后的位置。")),
        .table(
          Table(
            headings: headings,
            rows: summaries.map { summary in
              [.prose(Prose(en: "\(summary.rule.heading)", zh: "\(summary.rule.chineseHeading)"))]
                + summary.digits.map { .digits($0) }
                + (summary.value.map {
                  [.digits(NumberText.brief($0))]
                } ?? [])
            })),
      ])
  }
}
