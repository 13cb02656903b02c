import Autodiff

/// Writes the worked solution of an expression.
struct ExpressionSolver {
  let problem: ExpressionProblem
  let options: ExplainOptions
  let tree: Expression
  /// What the result is called.
  let result: String
  var nodes: [Node] = []
  let sheet: Worksheet
  var solution: Solution

  /// An operation, variable or number of the graph.
  struct Node {
    let key: String
    let operation: String
    let inputs: [Int]
    let shape: Shape
    let number: Double?
  }

  init(_ problem: ExpressionProblem, _ options: ExplainOptions) throws {
    self.problem = problem
    self.options = options
    var text = problem.expression
    var result = "f"
    if let sign = text.firstIndex(of: "=") {
      let name = text[..<sign].filter { !$0.isWhitespace }
      guard let first = name.first, first.isLetter,
        name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" })
      else {
        throw ProblemError("expression", "found '\(name)' before '=', expected a name such as f")
      }
      result = String(name)
      text = String(text[text.index(after: sign)...])
    }
    do {
      tree = try Expression(parsing: text)
    } catch {
      throw ProblemError("expression", error.description)
    }
    self.result = result
    let known = Set(problem.values.map(\.name))
    for name in tree.variables where !known.contains(name) {
      throw ProblemError("at", "found no value for '\(name)', expected one for each variable")
    }
    for (name, value) in problem.values {
      guard value.elements.allSatisfy({ $0.isFinite && abs($0) <= 1e12 }) else {
        throw ProblemError("at.\(name)", "expected numbers from -1e12 to 1e12")
      }
      guard value.shape.count <= 2, value.elements.count <= ExpressionProblem.mostElements,
        !value.elements.isEmpty
      else {
        throw ProblemError(
          "at.\(name)",
          "found shape \(value.shape), expected a scalar, vector or matrix of at most "
            + "\(ExpressionProblem.mostElements) numbers")
      }
    }
    if known.contains(result) {
      throw ProblemError("expression", "'\(result)' names both the result and a variable")
    }
    let largest = problem.values.map(\.value.elements.count).max() ?? 1
    let isIndexed: Bool =
      switch options.form {
      case .scalar, .indexed: true
      case .matrix: false
      case nil: largest <= 12
      }
    sheet = Worksheet(options, isIndexed: isIndexed)
    solution = Solution(
      kind: ExpressionProblem.kind,
      title: problem.title
        ?? Prose(
          en: "Computational graph of \(tree.typed)", zh: "\(tree.typed) 的计算图"))
    _ = try add(tree)
  }

  // MARK: The graph

  /// Adds a part and what it is computed from; returns its place.
  mutating func add(_ part: Expression) throws -> Int {
    switch part {
    case .number(let value):
      nodes.append(
        Node(
          key: "c\(nodes.count)", operation: "constant", inputs: [], shape: .scalar, number: value))
    case .variable(let name):
      if let place = nodes.firstIndex(where: { $0.key == name && $0.operation == "input" }) {
        return place
      }
      let value = problem.values.first { $0.name == name }!.value
      nodes.append(
        Node(
          key: name, operation: "input", inputs: [], shape: Shape(value.shape), number: nil))
    case .negate(let x): try add("negate", [x])
    case .add(let a, let b): try add("add", [a, b])
    case .subtract(let a, let b): try add("subtract", [a, b])
    case .multiply(let a, let b): try add("multiply", [a, b])
    case .divide(let a, let b): try add("divide", [a, b])
    case .power(let a, let b): try add("power", [a, b])
    case .call(let name, let arguments): try add(name, arguments)
    }
    return nodes.count - 1
  }

  mutating func add(_ operation: String, _ arguments: [Expression]) throws {
    let inputs = try arguments.map { try add($0) }
    guard nodes.count < ExpressionProblem.mostOperations else {
      throw ProblemError(
        "expression",
        "found more than \(ExpressionProblem.mostOperations) operations and names, which is too "
          + "large to show")
    }
    let shape = try ExpressionOperations.shape(operation, inputs.map { nodes[$0].shape })
    nodes.append(
      Node(
        key: "q\(nodes.count)", operation: operation, inputs: inputs, shape: shape, number: nil))
  }

  /// The places of operations in order; the last is the result.
  var operations: [Int] {
    nodes.indices.filter { !["input", "constant"].contains(nodes[$0].operation) }
  }

  func symbol(_ place: Int) -> MathNode {
    let node = nodes[place]
    if let number = node.number { return .number(NumberText.shortest(number)) }
    if node.operation == "input" { return .symbol(Symbol(typed: node.key)) }
    if place == nodes.count - 1 { return .symbol(Symbol(typed: result)) }
    return .symbol(Symbol("q", "\(operations.firstIndex(of: place)! + 1)"))
  }

  // MARK: The solution

  mutating func solve() throws -> Solution {
    let last = nodes.count - 1
    guard !operations.isEmpty else {
      throw ProblemError("expression", "found no operation, expected one at least")
    }
    guard nodes[last].shape.elementCount == 1 else {
      throw ProblemError(
        "expression",
        "the result has shape \(nodes[last].shape), expected a scalar, which alone has a gradient: "
          + "put sum(…) around it")
    }
    let variables = nodes.indices.filter { nodes[$0].operation == "input" }
    guard !variables.isEmpty else {
      throw ProblemError("expression", "found no variable, expected one at least")
    }
    var given: [Block] = []
    for place in variables {
      let name = name(place)
      let value = problem.values.first { $0.name == nodes[place].key }!.value
      sheet.give(name, NDArray(value.elements, shape: Shape(value.shape)))
      given += sheet.given(name.key)
      solution.symbols.append(
        .init(
          symbol: name.whole,
          meaning: Prose(
            en: "given variable, an \(Term.input) of the graph", zh: "给定的变量，计算图的\(Term.input)"),
          shape: value.shape))
    }
    for place in operations {
      let isResult = place == last
      solution.symbols.append(
        .init(
          symbol: name(place).whole,
          meaning: isResult
            ? Prose(en: "result, whose gradients are wanted", zh: "结果，对它求梯度")
            : Prose(en: "intermediate value: a node of the graph", zh: "中间值，即图中的一个节点"),
          shape: Array(nodes[place].shape)))
    }
    solution.sections.append(Section(Prose(en: "Given", zh: "已知"), given))

    let names = operations.map(name)
    let inputs = variables.map { nodes[$0].key }
    let recording = sheet.record(inputs: inputs, named: names) { variables, marks in
      run(variables, &marks)
    }
    try checkFinite(recording)
    var forward: [Block] = [
      .prose(
        Prose(
          en: """
            One operation at a time, as in the \(Term.computationalGraph): each line needs only \
            what has been computed before.
            """,
          zh: "按\(Term.computationalGraph)逐个运算：每一行只用到前面已算出的值。"))
    ]
    for place in operations where recording.ids[nodes[place].key] != nil {
      forward += sheet.value(nodes[place].key, in: recording).map { .step($0) }
    }
    solution.sections.append(
      Section(Prose(en: "Forward pass", zh: "\(Term.forwardPass)"), forward))
    backward(recording)
    solution.graph = drawing(recording)
    solution.sections.append(
      Section(Prose(en: "Graph", zh: "\(Term.computationalGraph)"), [.graph]))
    finish(recording, inputs)
    return solution
  }

  func name(_ place: Int) -> Name {
    let symbol = symbol(place)
    let loss = self.symbol(nodes.count - 1)
    var name = Name(nodes[place].key, whole: symbol) { index in
      guard case .symbol(let plain) = symbol, !index.isEmpty else { return symbol }
      return .symbol(plain.indexed(index.map { $0 + 1 }))
    }
    let entry = name.entry
    name.gradient = { index in .derivative(loss, index.map(entry) ?? symbol) }
    return name
  }

  func run(_ variables: [String: Tensor], _ marks: inout [String: Tensor]) -> Tensor {
    var tensors: [Tensor] = []
    for node in nodes {
      if let number = node.number {
        tensors.append(Tensor(NDArray(number)))
      } else if node.operation == "input" {
        tensors.append(variables[node.key]!)
      } else {
        let numbers = node.inputs.map { nodes[$0].number }
        let tensor = ExpressionOperations.apply(
          node.operation, node.inputs.map { tensors[$0] }, numbers)
        marks[node.key] = tensor
        tensors.append(tensor)
      }
    }
    let result = tensors[tensors.count - 1]
    return result.rank == 0 ? result : result.reshaped(.scalar)
  }

  func checkFinite(_ recording: Worksheet.Recording) throws {
    for place in operations {
      guard let id = recording.ids[nodes[place].key] else { continue }
      let node = recording.reader.snapshot.nodes[id]
      for (what, array) in [("", node.value as NDArray?), ("the gradient by ", node.gradient)] {
        if let wrong = array?.doubles.first(where: { !$0.isFinite }) {
          throw ProblemError(
            "expression",
            "\(what)\(MathText.text(symbol(place))), the result of \(nodes[place].operation), is "
              + "\(wrong), expected a finite number")
        }
      }
    }
  }
}

extension Expression {
  /// The expression as mathematics with the names as typed.
  var typed: MathNode {
    math(
      MathSetting(
        variable: { .symbol(Symbol(typed: $0)) }, isMatrix: { _ in false },
        number: NumberText.shortest))
  }
}

extension Symbol {
  /// A name as it is typed: digits behind the letters, or what follows a low line, are subscripts.
  init(typed name: String) {
    if let mark = name.firstIndex(of: "_") {
      self.init(String(name[..<mark]), String(name[name.index(after: mark)...]))
      return
    }
    let letters = name.prefix { !$0.isNumber }
    let digits = name.dropFirst(letters.count)
    if digits.isEmpty || letters.isEmpty {
      self.init(name)
    } else {
      self.init(String(letters), String(digits))
    }
  }
}
