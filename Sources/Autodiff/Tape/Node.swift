import Synchronization

/// One operation of the tape: what it was, where its inputs came from, and what it saved.
///
/// Serial numbers rise along the tape, so that descending order is a topological one. A node is
/// written while it is made, and once more when a backward pass drops what it saved; `uses` keeps
/// that from meeting the passes of other tasks.
package class Node: @unchecked Sendable {
  /// The place in the order of recording.
  package let serial: UInt64
  /// Where values are written down, for explanations; nil in training.
  package let trace: Trace?

  /// The nodes that the inputs came from; nil for a constant.
  package final private(set) var first: Node?
  package final private(set) var second: Node?
  package final private(set) var others: [Node?]
  /// Which outputs of those nodes, in the same order.
  final let firstOutput: Int32
  final let secondOutput: Int32
  final let otherOutputs: [Int32]
  /// The arrays that the operation chose to save.
  final private(set) var saved: ContiguousArray<NDArray>
  /// Backward passes that are reading `saved`, or one of the two states after the last.
  private let uses: Atomic<Int>
  private static let dropping = -1
  private static let dropped = -2

  private static let counter = Atomic<UInt64>(1)

  /// A node of one or two inputs.
  init(
    first: (node: Node?, output: Int), second: (node: Node?, output: Int),
    saved: ContiguousArray<NDArray>, trace: Trace?
  ) {
    serial = Self.counter.wrappingAdd(1, ordering: .relaxed).newValue
    self.trace = trace
    self.first = first.node
    self.second = second.node
    others = []
    firstOutput = Int32(truncatingIfNeeded: first.output)
    secondOutput = Int32(truncatingIfNeeded: second.output)
    otherOutputs = []
    self.saved = saved
    uses = Atomic(saved.isEmpty ? Self.dropped : 0)
  }

  /// A node of any number of inputs.
  init(inputs: [Tensor], saved: ContiguousArray<NDArray>, trace: Trace?) {
    serial = Self.counter.wrappingAdd(1, ordering: .relaxed).newValue
    self.trace = trace
    first = inputs.first?.node
    second = inputs.count > 1 ? inputs[1].node : nil
    others = inputs.dropFirst(2).map(\.node)
    firstOutput = Int32(truncatingIfNeeded: inputs.first?.output ?? 0)
    secondOutput = inputs.count > 1 ? Int32(truncatingIfNeeded: inputs[1].output) : 0
    otherOutputs = inputs.dropFirst(2).map { Int32(truncatingIfNeeded: $0.output) }
    self.saved = saved
    uses = Atomic(saved.isEmpty ? Self.dropped : 0)
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

  /// Adds the gradients of the inputs, given those of the outputs, to the walk. The upstream gradient
  /// is handed over, so that its memory is free as soon as it is of no more use.
  func backward(_ upstream: consuming Tensor, walk: inout BackwardWalk) {}

  /// Calls `backward` while no other task's pass can drop what was saved, and drops it after where the
  /// walk does; it stays where another pass is reading it at that moment.
  final func run(_ upstream: consuming Tensor, walk: inout BackwardWalk) {
    var count = uses.load(ordering: .acquiring)
    while count != Self.dropped {
      if count == Self.dropping {  // about to be gone
        count = uses.load(ordering: .acquiring)
        continue
      }
      let (isCounted, found) = uses.weakCompareExchange(
        expected: count, desired: count + 1, ordering: .acquiring)
      if isCounted { break }
      count = found
    }
    backward(consume upstream, walk: &walk)
    if count == Self.dropped { return }
    if walk.dropping && isLastReader() {
      saved.removeAll()
      uses.store(Self.dropped, ordering: .releasing)
    } else {
      uses.subtract(1, ordering: .releasing)
    }
  }

  /// Whether the pass that calls is the only one that reads what was saved, and, since it asks, the last:
  /// others wait from now on until it is gone.
  private func isLastReader() -> Bool {
    let (isLast, found) = uses.compareExchange(
      expected: 1, desired: Self.dropping, ordering: .acquiringAndReleasing)
    // Nobody but a counted reader who was alone can have said so before.
    return isLast || found == Self.dropping
  }

  /// The last of the saved arrays, for a pass that drops them: taken out, so that it may be changed in
  /// place, unless another pass is reading it at that moment.
  /// - Precondition: no backward pass has dropped it; nobody asks for it after.
  final func takeLastSaved() -> NDArray {
    let array = savedArray(saved.count - 1)
    if isLastReader() { saved.removeLast() }
    return array
  }

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
    guard saved.indices.contains(index) else {
      fatalError(
        "gradients: what '\(name)' saved went with an earlier call; give that one keepingGraph: true"
      )
    }
    return saved[index]
  }
}

/// A variable.
package final class LeafNode: Node, @unchecked Sendable {
  init(trace: Trace?) {
    super.init(first: (nil, 0), second: (nil, 0), saved: [], trace: trace)
  }
}
