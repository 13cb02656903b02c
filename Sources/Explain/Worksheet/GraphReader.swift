import Autodiff

/// Reads formulas off a recorded graph: of a named array by the named arrays it is computed from,
/// and of its gradient by the gradients of its users. Each is the operations' own formula, one put
/// into the other where what lies between has no name.
struct GraphReader {
  let snapshot: GraphSnapshot
  /// The keys of named nodes.
  private let keys: [Int: String]
  /// Keys whose gradients have names.
  private let gradientKeys: Set<String>
  /// Keys of activations whose slopes have names.
  private let slopeKeys: Set<String>
  private let consumers: [Int: [(node: Int, input: Int)]]
  /// What the functions of the formulas mean; each has its node's number behind its name.
  private(set) var functions: [String: FormulaFunction] = [:]

  init(_ snapshot: GraphSnapshot, keys: [Int: String], gradients: Set<String>, slopes: Set<String>)
  {
    self.snapshot = snapshot
    self.keys = keys
    gradientKeys = gradients
    slopeKeys = slopes
    var consumers: [Int: [(node: Int, input: Int)]] = [:]
    for node in snapshot.nodes {
      for (input, source) in node.inputs.enumerated() {
        consumers[source, default: []].append((node.id, input))
      }
      guard let formula = node.formula else { continue }
      for (name, function) in formula.functions {
        functions[Self.unique(name, node)] = function
      }
      for (input, source) in node.inputs.enumerated()
      where snapshot.nodes[source].shape != node.shape {
        let shape = snapshot.nodes[source].shape
        functions[Self.fit(node, shape, input)] = { $0[0].summed(to: shape) }
      }
    }
    self.consumers = consumers
  }

  /// A function's name with its node's number; the two sorts of pooling are told apart.
  private static func unique(_ name: String, _ node: GraphSnapshot.Node) -> String {
    let plain = node.operation == "maximumPool" && name == "pool" ? "maximum" : name
    return "\(plain)#\(node.id)"
  }

  /// What sums a gradient over the axes along which an operand was stretched; a change of shape
  /// alone has another name, for it is not shown.
  private static func fit(_ node: GraphSnapshot.Node, _ shape: Shape, _ input: Int) -> String {
    (shape.elementCount == node.shape.elementCount ? "fit" : "total") + "#\(node.id).\(input)"
  }

  /// The name by which an unnamed constant's numbers are found.
  static func constant(_ id: Int) -> String { "constant:\(id)" }
  /// The name of a gradient.
  static func gradient(_ key: String) -> String { "∂" + key }
  /// The name of an activation function's slope.
  static func slope(_ key: String) -> String { key + "′" }

  /// What stands for a node in a formula.
  func reference(_ id: Int) -> Expression {
    if let key = keys[id] { return .variable(key) }
    let node = snapshot.nodes[id]
    if node.formula == nil { return .variable(Self.constant(id)) }
    return value(id)
  }

  /// The formula of a node's value.
  func value(_ id: Int) -> Expression {
    let node = snapshot.nodes[id]
    guard let formula = node.formula else { return reference(id) }
    guard node.output == 0 else {
      fatalError("explain: \(node.operation) has several outputs, whose formulas are not read")
    }
    return put(formula.value, node, upstream: nil)
  }

  /// The formula of a node's gradient: a sum over its users.
  func gradient(_ id: Int) -> Expression {
    if id == snapshot.result { return .number(1) }
    var sum: Expression?
    for (user, input) in consumers[id] ?? [] where snapshot.nodes[user].gradient != nil {
      let part = share(of: user, input: input)
      sum = sum.map { .add($0, part) } ?? part
    }
    return sum ?? .number(0)
  }

  /// The formulas of a gradient's parts, one for each use of the node.
  func shares(_ id: Int) -> [Expression] {
    (consumers[id] ?? []).filter { snapshot.nodes[$0.node].gradient != nil }
      .map { share(of: $0.node, input: $0.input) }
  }

  /// What flows from a user back to one of its inputs.
  private func share(of user: Int, input: Int) -> Expression {
    let node = snapshot.nodes[user]
    guard let formula = node.formula, let gradient = formula.gradients[formula.inputs[input]] else {
      fatalError("explain: \(node.operation) has no formula of its gradient")
    }
    let upstream = upstream(user)
    var part: Expression
    if let key = keys[user], slopeKeys.contains(key) {
      part = .multiply(upstream, .variable(Self.slope(key)))
    } else {
      part = put(gradient, node, upstream: upstream)
    }
    let fit = Self.fit(node, snapshot.nodes[node.inputs[input]].shape, input)
    if formula.functions.isEmpty, functions[fit] != nil { part = .call(fit, [part]) }
    return part
  }

  /// What stands for a node's gradient in the formulas of its inputs.
  private func upstream(_ id: Int) -> Expression {
    if let key = keys[id], gradientKeys.contains(key) { return .variable(Self.gradient(key)) }
    return gradient(id)
  }

  /// The slope of an activation function: its gradient's formula with 1 flowing back.
  func slope(_ id: Int) -> Expression {
    let node = snapshot.nodes[id]
    guard let formula = node.formula, let gradient = formula.gradients[formula.inputs[0]] else {
      fatalError("explain: \(node.operation) has no slope")
    }
    return put(gradient, node, upstream: .number(1))
  }

  /// An operation's formula with the node's own inputs.
  private func put(
    _ formula: Expression, _ node: GraphSnapshot.Node, upstream: Expression?
  ) -> Expression {
    let names = node.formula!.inputs
    let functions = node.formula!.functions
    func put(_ part: Expression) -> Expression {
      switch part {
      case .number: return part
      case .variable("u"): return upstream ?? part
      case .variable("y"): return reference(node.id)
      case .variable(let name):
        guard let input = names.firstIndex(of: name) else { return part }
        return reference(node.inputs[input])
      case .negate(let x): return .negate(put(x))
      case .add(let a, let b): return .add(put(a), put(b))
      case .subtract(let a, let b): return .subtract(put(a), put(b))
      case .multiply(let a, let b): return .multiply(put(a), put(b))
      case .divide(let a, let b): return .divide(put(a), put(b))
      case .power(let a, let b): return .power(put(a), put(b))
      case .call(let name, let arguments):
        let unique = functions[name] == nil ? name : Self.unique(name, node)
        return .call(unique, arguments.map(put))
      }
    }
    return put(formula)
  }
}
