import Formats

/// Writes a solution as JSON for scripts.
///
/// Kinds with parameters have `iterations` with their steps, gradients and parameters, others `steps`
/// and `results`, the kind `expression` its `value`, `nodes` and `gradients` too.
struct JSONRenderer {
  let language: Language

  func render(_ solution: Solution) -> JSONValue {
    var words = Words(terms: TermMemory(language))
    var object = JSONObject()
    object["kind"] = .string(solution.kind)
    object["title"] = .string(words.inline(solution.title))
    object["language"] = .string(language.rawValue)
    object["symbols"] = .array(
      solution.symbolTable.map { entry in
        [
          "symbol": .string(MathText.text(entry.symbol)),
          "meaning": .string(words.inline(entry.meaning)),
          "shape": .array(entry.shape.map { .integer($0) }),
        ]
      })
    // Remarks and notes in the order of the document, so that terms are explained at their first.
    var steps: [JSONValue] = []
    var notes: [JSONValue] = []
    for block in solution.sections.flatMap(\.blocks) {
      switch block {
      case .step(let step): steps.append(json(step, &words))
      case .note(let prose): notes.append(.string(words.inline(prose)))
      case .prose, .given, .formula, .table, .graph, .figure: continue
      }
    }
    if solution.kind == "expression" {
      object["value"] = solution.value.map(json) ?? .null
      object["nodes"] = .array(solution.graph?.nodes.map(json) ?? [])
      object["gradients"] = named(solution.gradients.map { ($0.name, $0.value) })
    }
    if solution.iterations.isEmpty {
      object["steps"] = .array(steps)
      if solution.kind != "expression" || !solution.results.isEmpty {
        object["results"] = named(solution.results.map { ($0.name, $0.value) })
      }
    } else {
      object["iterations"] = .array(
        solution.iterations.map { iteration in
          [
            "iteration": .integer(iteration.number),
            "loss": .number(iteration.loss),
            "steps": .array(Array(steps[iteration.steps.clamped(to: steps.indices)])),
            "gradients": named(iteration.gradients.map { ($0.path, $0.value) }),
            "parameters": named(iteration.parameters.map { ($0.path, $0.value) }),
          ]
        })
      let others = steps.indices.filter { step in
        !solution.iterations.contains { $0.steps.contains(step) }
      }
      if !others.isEmpty { object["steps"] = .array(others.map { steps[$0] }) }
      if !solution.results.isEmpty {
        object["results"] = named(solution.results.map { ($0.name, $0.value) })
      }
    }
    object["notes"] = .array(notes)
    object["check"] = json(solution.check, &words)
    return .object(object)
  }

  private func json(_ step: Step, _ words: inout Words) -> JSONValue {
    var object = JSONObject()
    object["id"] = .string(step.id)
    object["stage"] = .string(step.stage.rawValue)
    object["symbol"] = .string(MathText.text(step.symbol))
    object["formula"] = .string(MathText.text(step.formula))
    object["substituted"] = .string(MathText.text(step.exactlySubstituted))
    object["value"] = json(step.value)
    if let rounded = step.rounded { object["rounded"] = json(rounded) }
    if let dimensions = step.dimensions { object["dimensions"] = .string(dimensions) }
    if let remark = step.remark { object["remark"] = .string(words.inline(remark)) }
    if step.isBoxed { object["boxed"] = true }
    return .object(object)
  }

  private func json(_ node: GraphDrawing.Node) -> JSONValue {
    // What is displayed stands in where a node carries no more digits.
    [
      "id": .integer(node.id),
      "operation": .string(node.operation),
      "label": .string(MathText.text(node.label)),
      "inputs": .array(node.inputs.map { .integer($0) }),
      "value": node.exactValue.map(json) ?? displayed(node.value),
      "gradient": node.exactGradient.map(json) ?? node.gradient.map(displayed) ?? .null,
    ]
  }

  private func displayed(_ text: String) -> JSONValue {
    Double(text.replacing("−", with: "-")).map { .number($0) } ?? .string(text)
  }

  private func json(_ check: CheckReport, _ words: inout Words) -> JSONValue {
    [
      "largest_disagreement": .number(check.largestDisagreement),
      "passed": .bool(check.passed),
      "comparisons": .array(
        check.lines.map { line in
          [
            "what": .string(words.inline(line.what)),
            "disagreement": .number(line.disagreement),
            "tolerance": .number(line.tolerance),
            "passed": .bool(line.passed),
          ]
        }),
      "kinks": .array(check.kinks.map { .string(words.inline($0)) }),
    ]
  }

  /// A number, or arrays in arrays.
  private func json(_ value: Value) -> JSONValue {
    func nested(_ range: Range<Int>, _ shape: ArraySlice<Int>) -> JSONValue {
      guard let count = shape.first else {
        return range.isEmpty ? .null : .number(value.elements[range.lowerBound])
      }
      let size = count == 0 ? 0 : range.count / count
      return .array(
        (0..<count).map { index in
          let start = range.lowerBound + index * size
          return nested(start..<start + size, shape.dropFirst())
        })
    }
    return nested(value.elements.indices, value.shape[...])
  }

  private func named(_ values: [(String, Value)]) -> JSONValue {
    .object(JSONObject(values.map { (key: $0.0, value: json($0.1)) }))
  }

  private struct Words: Markup {
    var terms: TermMemory
    func escaped(_ text: String) -> String { text }
    func inline(_ node: MathNode) -> String { MathText.text(node) }
  }
}
