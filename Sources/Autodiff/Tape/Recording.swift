// Running an operation, and recording it where an input has a history.

final class UnaryNode<Op: UnaryOperation>: Node, @unchecked Sendable {
  let operation: Op

  init(_ operation: Op, _ x: Tensor, saved: ContiguousArray<NDArray>) {
    self.operation = operation
    super.init(
      first: (x.node, x.output), second: (nil, 0), saved: saved, trace: x.node?.trace)
  }

  override var name: String { Op.name }

  override func backward(_ upstream: consuming Tensor, walk: inout BackwardWalk) {
    guard walk.needs(first) else { return }
    let saved = Saved(node: self, kept: operation.saves, recording: walk.recording)
    if !walk.recording, let fused = operation.fusedGradient(upstream.array, saved) {
      walk.add(Tensor(fused), to: first, output: firstOutput)
    } else {
      walk.add(operation.gradient(upstream, saved), to: first, output: firstOutput)
    }
  }
}

package func apply<Op: UnaryOperation>(_ operation: Op, _ x: Tensor) -> Tensor {
  record(operation, x, value: operation.value(x.array))
}

/// Records an operation whose value has been computed already.
func record<Op: UnaryOperation>(_ operation: Op, _ x: Tensor, value: NDArray) -> Tensor {
  if x.node == nil { return Tensor(value) }
  var saved: ContiguousArray<NDArray> = []
  let saves = operation.saves
  if saves.contains(.first) { saved.append(x.array) }
  if saves.contains(.output) { saved.append(value) }
  let node = UnaryNode(operation, x, saved: saved)
  let result = Tensor(value, node: node)
  node.trace?.record(node, operation, inputs: [x], outputs: [result])
  return result
}

final class BinaryNode<Op: BinaryOperation>: Node, @unchecked Sendable {
  let operation: Op
  /// The operands' shapes, where one was stretched.
  let stretched: StretchedShapes?

  init(_ operation: Op, _ a: Tensor, _ b: Tensor, saved: ContiguousArray<NDArray>) {
    self.operation = operation
    stretched = a.shape == b.shape ? nil : StretchedShapes(a.shape, b.shape)
    super.init(
      first: (a.node, a.output), second: (b.node, b.output), saved: saved,
      trace: a.node?.trace ?? b.node?.trace)
  }

  override var name: String { Op.name }

  override func backward(_ upstream: consuming Tensor, walk: inout BackwardWalk) {
    let saved = Saved(node: self, kept: operation.saves, recording: walk.recording)
    if walk.needs(first) {
      let gradient = operation.firstGradient(upstream, saved)
      walk.add(
        stretched.map { gradient.summed(to: $0.first) } ?? gradient, to: first,
        output: firstOutput)
    }
    if walk.needs(second) {
      let gradient = operation.secondGradient(upstream, saved)
      walk.add(
        stretched.map { gradient.summed(to: $0.second) } ?? gradient, to: second,
        output: secondOutput)
    }
  }
}

final class StretchedShapes: Sendable {
  let first: Shape
  let second: Shape

  init(_ first: Shape, _ second: Shape) {
    self.first = first
    self.second = second
  }
}

package func apply<Op: BinaryOperation>(_ operation: Op, _ a: Tensor, _ b: Tensor) -> Tensor {
  record(operation, a, b, value: operation.value(a.array, b.array))
}

/// Records an operation whose value has been computed already.
func record<Op: BinaryOperation>(
  _ operation: Op, _ a: Tensor, _ b: Tensor, value: NDArray
) -> Tensor {
  if a.node == nil && b.node == nil { return Tensor(value) }
  var saved: ContiguousArray<NDArray> = []
  let saves = operation.saves
  if saves.contains(.first) { saved.append(a.array) }
  if saves.contains(.second) { saved.append(b.array) }
  if saves.contains(.output) { saved.append(value) }
  let node = BinaryNode(operation, a, b, saved: saved)
  let result = Tensor(value, node: node)
  node.trace?.record(node, operation, inputs: [a, b], outputs: [result])
  return result
}

final class GeneralNode<Op: GeneralOperation>: Node, @unchecked Sendable {
  let operation: Op
  let inputCount: Int
  let outputCount: Int

  init(_ operation: Op, _ inputs: [Tensor], outputCount: Int, kept: [NDArray]) {
    self.operation = operation
    inputCount = inputs.count
    self.outputCount = outputCount
    super.init(
      inputs: inputs, saved: ContiguousArray(operation.savedInputs.map { inputs[$0].array } + kept),
      trace: inputs.lazy.compactMap(\.node?.trace).first)
  }

  override var name: String { Op.name }

  override func backward(_ upstream: consuming Tensor, walk: inout BackwardWalk) {
    // Output 0's gradient comes with the call; the walk keeps those of the others.
    var upstreams: [Tensor?] = [consume upstream]
    if walk.firstMissing { upstreams[0] = nil }
    for output in 1..<max(outputCount, 1) {
      upstreams.append(walk.other(output))
    }
    var needs: [Bool] = []
    for input in 0..<inputCount { needs.append(walk.needs(source(input).0)) }
    let saved = GeneralSaved(
      node: self, inputs: operation.savedInputs, dropping: walk.dropping,
      recording: walk.recording, needs: needs)
    let gradients = operation.gradients(consume upstreams, saved)
    for input in 0..<inputCount {
      guard needs[input], let gradient = gradients[input] else { continue }
      let (node, output) = source(input)
      walk.add(gradient, to: node, output: output)
    }
  }

  private func source(_ input: Int) -> (Node?, Int32) {
    switch input {
    case 0: (first, firstOutput)
    case 1: (second, secondOutput)
    default: (others[input - 2], otherOutputs[input - 2])
    }
  }
}

package func apply<Op: GeneralOperation>(_ operation: Op, _ inputs: [Tensor]) -> [Tensor] {
  let (values, kept) = operation.evaluate(inputs.map(\.array))
  return record(operation, inputs, values: values, kept: kept)
}

/// Records an operation whose values have been computed already.
func record<Op: GeneralOperation>(
  _ operation: Op, _ inputs: [Tensor], values: [NDArray], kept: [NDArray]
) -> [Tensor] {
  guard inputs.contains(where: { $0.node != nil }) else { return values.map { Tensor($0) } }
  let node = GeneralNode(operation, inputs, outputCount: values.count, kept: kept)
  let results = values.enumerated().map { Tensor($1, node: node, output: $0) }
  node.trace?.record(node, operation, inputs: inputs, outputs: results)
  return results
}
