/// One backward pass: gradients waiting at the nodes between the wanted tensors and the result.
///
/// Nodes are visited by descending serial number, thus each after all its users. A node older than
/// the oldest wanted tensor cannot lead to one and is left out. Only nodes that wait take memory,
/// however many were recorded in the meantime, by this task or others.
struct BackwardWalk {
  /// Whether the gradients themselves are recorded.
  let recording: Bool
  /// Whether what the operations saved goes as the walk passes.
  let dropping: Bool
  /// The serial number of the oldest wanted tensor.
  private let start: UInt64
  /// The waiting nodes by ascending serial number, each with its place in `slots`.
  private var order: ContiguousArray<(serial: UInt64, slot: Int)> = []
  private var slots: ContiguousArray<Slot> = []
  /// Places in `slots` that nobody uses.
  private var free: ContiguousArray<Int> = []
  /// Whether nothing has flowed back to the first output of the node being visited.
  private(set) var firstMissing = false
  /// Gradients of the other outputs of the node being visited.
  private var others: [(output: Int, gradient: Tensor)] = []

  private struct Slot {
    var node: Node?
    /// The gradient of the node's first output.
    var gradient: Tensor?
    /// Those of others.
    var others: [(output: Int, gradient: Tensor)] = []
  }

  init(from start: UInt64, recording: Bool, dropping: Bool) {
    self.start = start
    self.recording = recording
    self.dropping = dropping
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
    let slot = slot(of: node)
    if output == 0 {
      if slots[slot].gradient == nil {
        slots[slot].gradient = first(gradient)
      } else {
        Self.add(gradient, to: &slots[slot].gradient!, recording: recording)
      }
    } else if let place = slots[slot].others.firstIndex(where: { $0.output == output }) {
      Self.add(gradient, to: &slots[slot].others[place].gradient, recording: recording)
    } else {
      slots[slot].others.append((Int(output), first(gradient)))
    }
  }

  private func first(_ gradient: Tensor) -> Tensor { recording ? gradient : gradient.detached }

  /// Not of the walk itself, a copy of which would share what is to be changed in place.
  private static func add(_ gradient: Tensor, to sum: inout Tensor, recording: Bool) {
    if recording {
      sum = sum + gradient
    } else {
      sum.array.accumulate(gradient.array)
    }
  }

  /// The place of a node in `slots`; it waits from now on.
  private mutating func slot(of node: Node) -> Int {
    // Mostly the node is among the youngest that wait.
    var place = order.count
    if let last = order.last, last.serial >= node.serial {
      var low = 0
      while low < place {
        let middle = (low + place) / 2
        if order[middle].serial < node.serial { low = middle + 1 } else { place = middle }
      }
      if order[place].serial == node.serial { return order[place].slot }
    }
    let slot: Int
    if let unused = free.popLast() {
      slot = unused
      slots[slot].node = node
    } else {
      slot = slots.count
      slots.append(Slot(node: node))
    }
    order.insert((node.serial, slot), at: place)
    return slot
  }

  /// The gradient of another output than the first of the node being visited.
  func other(_ output: Int) -> Tensor? { others.first { $0.output == output }?.gradient }

  /// Walks down and returns the gradients of the wanted tensors, nil where none flows.
  mutating func run(wanted: [Tensor]) -> [Tensor?] {
    var results = [Tensor?](repeating: nil, count: wanted.count)
    let places = wanted.indices.sorted { wanted[$0].node!.serial > wanted[$1].node!.serial }
    var next = 0
    while let (serial, slot) = order.popLast() {
      guard let node = slots[slot].node else { continue }
      let gradient = slots[slot].gradient
      others = slots[slot].others
      slots[slot] = Slot()
      free.append(slot)
      while next < places.count, wanted[places[next]].node!.serial > serial { next += 1 }
      var place = next
      while place < places.count, wanted[places[place]].node!.serial == serial {
        let output = wanted[places[place]].output
        results[places[place]] = output == 0 ? gradient : other(output)
        place += 1
      }
      if let trace = node.trace {
        if let gradient { trace.recordGradient(node, output: 0, gradient.array) }
        for other in others {
          trace.recordGradient(node, output: other.output, other.gradient.array)
        }
      }
      firstMissing = gradient == nil
      node.run((consume gradient) ?? Tensor(NDArray(0.0)), walk: &self)
    }
    return results
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
///   - keepingGraph: Whether what the operations saved is kept for another call, also one that
///     another task makes at the same time; implied by `recording`.
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
  var walk = BackwardWalk(
    from: start, recording: recording, dropping: !(keepingGraph || recording))
  walk.add(
    upstream ?? Tensor(repeating: 1, shape: result.shape, dtype: result.dtype), to: node,
    output: Int32(result.output))
  let found = walk.run(wanted: wanted)
  return zip(found, wanted).map { $0 ?? zeros($1) }
}
