/// What an operation of any kind tells of itself. Its value, derivative and formula stand in one
/// file; the derivative is written in tensor operations, so that it has derivatives itself.
package protocol Operation: Sendable {
  /// The operation's name, as in formulas.
  static var name: String { get }
  /// Value and gradients as expressions, which a test evaluates against the code.
  var formula: Formula { get }
}

/// Which arrays an operation keeps for its backward pass.
package struct Saves: OptionSet, Sendable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  package static let first = Saves(rawValue: 1)
  package static let second = Saves(rawValue: 2)
  package static let output = Saves(rawValue: 4)

  /// The place among the saved arrays of the one this set consists of.
  func index(of member: Saves) -> Int {
    guard contains(member) else {
      fatalError("the operation did not save what its gradient asks for")
    }
    return (rawValue & (member.rawValue - 1)).nonzeroBitCount
  }
}

/// The saved arrays of a node with one or two inputs.
package struct Saved {
  let node: Node
  let kept: Saves
  let recording: Bool

  /// The first input.
  package var x: Tensor {
    node.savedInput(kept.index(of: .first), from: 0, recording: recording)
  }
  /// The second input.
  package var b: Tensor {
    node.savedInput(kept.index(of: .second), from: 1, recording: recording)
  }
  /// The output.
  package var y: Tensor {
    let array = node.savedArray(kept.index(of: .output))
    return recording ? Tensor(array, node: node) : Tensor(array)
  }
}

/// An operation of one array.
package protocol UnaryOperation: Operation {
  var saves: Saves { get }
  func value(_ x: NDArray) -> NDArray
  /// ∂L/∂x, given ∂L/∂y.
  func gradient(_ upstream: Tensor, _ saved: Saved) -> Tensor
  /// The same by one kernel, where there is one; used while no history is kept.
  func fusedGradient(_ upstream: NDArray, _ saved: Saved) -> NDArray?
}

extension UnaryOperation {
  package func fusedGradient(_ upstream: NDArray, _ saved: Saved) -> NDArray? { nil }
}

/// An operation of two arrays that broadcast. Gradients are returned in the output's shape; the
/// walk sums over the axes that were stretched.
package protocol BinaryOperation: Operation {
  var saves: Saves { get }
  func value(_ a: NDArray, _ b: NDArray) -> NDArray
  /// ∂L/∂a.
  func firstGradient(_ upstream: Tensor, _ saved: Saved) -> Tensor
  /// ∂L/∂b.
  func secondGradient(_ upstream: Tensor, _ saved: Saved) -> Tensor
}

/// An operation of any number of arrays, with any number of outputs.
package protocol GeneralOperation: Operation {
  /// The outputs, and arrays that the backward pass needs; inputs that it needs are named in
  /// `savedInputs`. Kept arrays that are not outputs have no history of their own: a gradient that
  /// is to have derivatives computes them again from inputs.
  func evaluate(_ inputs: [NDArray]) -> (outputs: [NDArray], kept: [NDArray])
  /// The numbers of the inputs that are saved.
  var savedInputs: [Int] { get }
  /// The gradients of the inputs that need one, given those of the outputs (nil where nothing
  /// flows back), for each in its own shape. Those of the outputs are handed over: an operation that
  /// goes on with something else in their place can free their memory.
  func gradients(_ upstream: consuming [Tensor?], _ saved: GeneralSaved) -> [Tensor?]
}

/// The saved arrays of a node with any number of inputs.
package struct GeneralSaved {
  let node: Node
  let inputs: [Int]
  /// Whether the saved arrays go after this pass.
  let dropping: Bool
  /// Whether the gradients will themselves be differentiated.
  package let recording: Bool
  /// Which inputs need a gradient.
  package let needs: [Bool]

  /// Saved input number `input`.
  package func input(_ input: Int) -> Tensor {
    guard let index = inputs.firstIndex(of: input) else {
      fatalError("the operation did not save input \(input)")
    }
    return node.savedInput(index, from: input, recording: recording)
  }

  /// Kept array number `index`, a constant.
  package func kept(_ index: Int) -> NDArray { node.savedArray(inputs.count + index) }

  /// The last of the kept arrays, a constant, for the last time: where this pass is the only one that
  /// reads it, no longer the node's, so that it may be changed in place.
  package func takeLastKept() -> NDArray {
    dropping ? node.takeLastSaved() : node.savedArray(node.saved.count - 1)
  }

  /// Kept array number `index`, which is also output number `output`, with its history.
  package func output(_ output: Int, keptAs index: Int) -> Tensor {
    let array = kept(index)
    return recording ? Tensor(array, node: node, output: output) : Tensor(array)
  }
}
