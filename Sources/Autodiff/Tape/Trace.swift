import Synchronization

/// Where a traced recording writes down every operation with its values and gradients.
package final class Trace: Sendable {
  struct Entry: Sendable {
    let serial: UInt64
    let name: String
    let formula: Formula?
    let inputs: [(serial: UInt64?, output: Int, array: NDArray)]
    let outputs: [NDArray]
    var gradients: [NDArray?]
  }

  private let entries = Mutex<[UInt64: Entry]>([:])

  func record(_ node: Node, _ operation: any Operation, inputs: [Tensor], outputs: [Tensor]) {
    let entry = Entry(
      serial: node.serial, name: node.name, formula: operation.formula,
      inputs: inputs.map { ($0.node?.serial, $0.output, $0.array) },
      outputs: outputs.map(\.array), gradients: outputs.map { _ in nil })
    entries.withLock { $0[node.serial] = entry }
  }

  func recordLeaf(_ x: Tensor) {
    guard let node = x.node else { return }
    let entry = Entry(
      serial: node.serial, name: "leaf", formula: nil, inputs: [], outputs: [x.array],
      gradients: [nil])
    entries.withLock { $0[node.serial] = entry }
  }

  func recordGradient(_ node: Node, output: Int, _ gradient: NDArray) {
    entries.withLock { $0[node.serial]?.gradients[output] = gradient }
  }

  /// All entries in the order of recording.
  var ordered: [Entry] {
    entries.withLock { $0.values.sorted { $0.serial < $1.serial } }
  }
}
