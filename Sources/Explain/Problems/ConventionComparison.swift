/// What each convention makes of one problem.
public enum ConventionComparison {
  /// A table of the results under each convention.
  /// - Parameter solutions: One for each case of ``ExplainOptions/Convention``, in order.
  public static func solution(_ solutions: [Solution]) -> Solution {
    let first = solutions[0]
    var comparison = Solution(kind: first.kind, title: first.title)
    let columns = solutions.map(results)
    let names = columns[0].map(\.name)
    var differs = false
    let rows = names.map { name -> [Table.Cell] in
      let cells = columns.map { column in
        column.first { $0.name == name }.map { NumberText.brief($0.value) } ?? "–"
      }
      if Set(cells).count > 1 { differs = true }
      return [.math(.word(name))] + cells.map { .digits($0) }
    }
    let headings: [Table.Cell] =
      [.prose(Prose(en: "result", zh: "结果"))]
      + ["course", "PyTorch", "Keras"].map { .prose(Prose(en: "\($0)", zh: "\($0)")) }
    comparison.sections = [
      Section(
        Prose(en: "The conventions side by side", zh: "各约定对照"),
        [
          .table(Table(headings: headings, rows: rows)),
          .note(
            differs
              ? Prose(
                en:
                  "Where the rows differ, the field has several conventions; say which one you use.",
                zh: "各列不同之处，是因为约定不同；答题时请说明所用约定。")
              : Prose(
                en: "The conventions agree on this problem.", zh: "在本题中各约定结果相同。")),
        ])
    ]
    for solution in solutions { comparison.check.lines += solution.check.lines }
    return comparison
  }

  /// The numbers that a solution comes to, by name.
  private static func results(_ solution: Solution) -> [(name: String, value: Double)] {
    var found: [(name: String, value: Double)] = []
    func add(_ name: String, _ value: Value) {
      for (index, number) in value.elements.enumerated() {
        found.append((value.elements.count == 1 ? name : "\(name)[\(index)]", number))
      }
    }
    if let last = solution.iterations.last {
      found.append(("loss", last.loss))
      for (path, value) in last.parameters { add(path, value) }
    }
    for (name, value) in solution.results { add(name, value) }
    for (name, value) in solution.gradients { add("∂/∂\(name)", value) }
    return found
  }
}
