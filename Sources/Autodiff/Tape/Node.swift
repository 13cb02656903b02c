import Synchronization

/// One operation of the tape: what it was, where its inputs came from, and what it saved.
///
/// Serial numbers rise along the tape, so that descending order is a topological one. A node is
/// written only by the task that made it: while recording, and while a backward pass frees it.
package class Node: @unchecked Sendable {
  /// The place in the order of recording.
  package let serial: UInt64
  /// Where values are written down, for explanations; nil in training.
  package let trace: Trace?

  /// The nodes that the inputs came from; nil for a constant.
  package final var first: Node?
  package final var second: Node?
  package final var others: [Node?] = []
  /// Which outputs of those nodes, in the same order.
  final var firstOutput: Int32 = 0
  final var secondOutput: Int32 = 0
  final var otherOutputs: [Int32] = []
  /// The arrays that the operation chose to save.
  final var saved: ContiguousArray<NDArray> = []

  private static let counter = Atomic<UInt64>(1)

  init(trace: Trace?) {
    serial = Self.counter.wrappingAdd(1, ordering: .relaxed).newValue
    self.trace = trace
  }

  deinit {
    // Released in a loop: releasing a long chain recursively would overflow the stack.
    if first == nil && second == nil && others.isEmpty { return }
    var waiting: [Node] = []
    takeInputs(into: &waiting)
    while var node = waiting.popLast() {
      if isKnownUniquelyReferenced(&node) { node.takeInputs(into: &waiting) }
    }
  }

  private final func takeInputs(into waiting: inout [Node]) {
    if let first { waiting.append(first) }
    if let second { waiting.append(second) }
    for case let node? in others { waiting.append(node) }
    first = nil
    second = nil
    others = []
  }

  /// The operation's name.
  package var name: String { "leaf" }

  /// Adds the gradients of the inputs, given those of the outputs, to the walk.
  func backward(_ upstream: Tensor, walk: inout BackwardWalk) {}

  /// Drops what was saved, once a backward pass has used it.
  final func release() { saved.removeAll() }

  /// Saved array number `index` as a tensor with the history that belongs to it: that of the
  /// input it is, or this node's own.
  final func savedInput(_ index: Int, from input: Int, recording: Bool) -> Tensor {
    let array = savedArray(index)
    guard recording else { return Tensor(array) }
    switch input {
    case 0: return Tensor(array, node: first, output: Int(firstOutput))
    case 1: return Tensor(array, node: second, output: Int(secondOutput))
    default:
      return Tensor(array, node: others[input - 2], output: Int(otherOutputs[input - 2]))
    }
  }

  /// Saved array number `index`.
  /// - Precondition: no backward pass has dropped it.
  final func savedArray(_ index: Int) -> NDArray {
    guard index < saved.count else {
      fatalError(
        "gradients: what '\(name)' saved went with an earlier call; give that one keepingGraph: true")
    }
    return saved[index]
  }
}

/// A variable.
package final class LeafNode: Node, @unchecked Sendable {}
