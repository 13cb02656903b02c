/// One backward pass: gradients waiting at the nodes between the wanted tensors and the result,
/// indexed by serial number.
///
/// A node older than the oldest wanted tensor cannot lead to one, so the table spans just the
/// recording between them, and walking it downwards visits each node after all its users.
struct BackwardWalk {
  /// Whether the gradients themselves are recorded.
  let recording: Bool
  private let start: UInt64
  private var slots: ContiguousArray<Slot>
  /// Gradients of outputs other than a node's first, by node and output.
  private var others: [OutputKey: Tensor] = [:]
  /// Whether nothing has flowed back to the first output of the node being visited.
  private(set) var firstMissing = false

  private struct Slot {
    var node: Node?
    var gradient: Tensor?
  }

  private struct OutputKey: Hashable {
    let serial: UInt64
    let output: Int
  }

  init(from start: UInt64, to end: UInt64, recording: Bool) {
    self.start = start
    self.recording = recording
    slots = ContiguousArray(repeating: Slot(), count: Int(end - start) + 1)
  }

  /// Whether a node can lead to a wanted tensor.
  @inline(__always)
  func needs(_ node: Node?) -> Bool {
    guard let node else { return false }
    return node.serial >= start
  }

  /// Adds a gradient to what has flowed back to a node's output.
  mutating func add(_ gradient: Tensor, to node: Node?, output: Int32) {
    guard let node, node.serial >= start else { return }
    let index = Int(node.serial - start)
    slots[index].node = node
    if output == 0 {
      if let present = slots[index].gradient {
        slots[index].gradient =
          recording ? present + gradient : Tensor(present.array + gradient.array)
      } else {
        slots[index].gradient = recording ? gradient : gradient.detached
      }
    } else {
      let key = OutputKey(serial: node.serial, output: Int(output))
      others[key] = others[key].map { $0 + gradient } ?? gradient
    }
  }

  mutating func takeOther(_ node: Node, output: Int) -> Tensor? {
    others.removeValue(forKey: OutputKey(serial: node.serial, output: output))
  }

  /// Walks down and returns the gradients of the wanted tensors, nil where none flows.
  mutating func run(wanted: [Tensor], keepingGraph: Bool) -> [Tensor?] {
    var results = [Tensor?](repeating: nil, count: wanted.count)
    let order = wanted.indices.sorted { wanted[$0].node!.serial > wanted[$1].node!.serial }
    var next = 0
    for index in slots.indices.reversed() {
      guard let node = slots[index].node else { continue }
      let gradient = slots[index].gradient
      slots[index] = Slot()
      while next < order.count, wanted[order[next]].node!.serial > node.serial { next += 1 }
      var place = next
      while place < order.count, wanted[order[place]].node!.serial == node.serial {
        let output = wanted[order[place]].output
        results[order[place]] =
          output == 0
          ? gradient : others[OutputKey(serial: node.serial, output: output)]
        place += 1
      }
      if let trace = node.trace { write(gradient, of: node, in: trace) }
      firstMissing = gradient == nil
      node.backward(gradient ?? Tensor(NDArray(0.0)), walk: &self)
      if !keepingGraph { node.release() }
    }
    return results
  }
}

extension BackwardWalk {
  private func write(_ gradient: Tensor?, of node: Node, in trace: Trace) {
    if let gradient { trace.recordGradient(node, output: 0, gradient.array) }
    for (key, gradient) in others where key.serial == node.serial {
      trace.recordGradient(node, output: key.output, gradient.array)
    }
  }
}

/// The gradients of a scalar, or of Σ upstream · result, with respect to tensors that it was
/// computed from.
///
/// - Parameters:
///   - result: What to differentiate; a scalar unless `upstream` is given.
///   - wanted: Tracked tensors; a tensor that the result does not depend on gets zeros.
///   - upstream: The gradient of the loss by the result, of the result's shape.
///   - recording: Whether the gradients keep their history, so that they can be differentiated.
///   - keepingGraph: Whether what the operations saved is kept for another call; implied by
///     `recording`.
/// - Precondition: the tensors are tracked.
public func gradients(
  of result: Tensor, withRespectTo wanted: [Tensor], upstream: Tensor? = nil,
  recording: Bool = false, keepingGraph: Bool = false
) -> [Tensor] {
  guard upstream != nil || result.elementCount == 1 else {
    fatalError("gradients: the result has shape \(result.shape); a scalar or an upstream is needed")
  }
  guard upstream == nil || upstream!.shape == result.shape else {
    fatalError("gradients: upstream \(upstream!.shape) for a result of shape \(result.shape)")
  }
  guard wanted.allSatisfy({ $0.node != nil }) else {
    fatalError("gradients: a tensor that is asked for is a constant; use Tensor.variable")
  }
  func zeros(_ x: Tensor) -> Tensor { Tensor(repeating: 0, shape: x.shape, dtype: x.dtype) }
  guard let node = result.node, let start = wanted.map({ $0.node!.serial }).min(),
    node.serial >= start
  else { return wanted.map(zeros) }
  var walk = BackwardWalk(from: start, to: node.serial, recording: recording)
  walk.add(
    upstream ?? Tensor(repeating: 1, shape: result.shape, dtype: result.dtype), to: node,
    output: Int32(result.output))
  let found = walk.run(wanted: wanted, keepingGraph: keepingGraph || recording)
  return zip(found, wanted).map { $0 ?? zeros($1) }
}
