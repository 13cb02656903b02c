import CKernels

/// The arrays that a rule carries from step to step, one of each name for each parameter, and the
/// number of steps.
struct OptimizerStates: Sendable {
  /// A kind of array and what it is filled with before the first step.
  struct Kind: Sendable {
    let name: String
    var initial = 0.0
  }

  let kinds: [Kind]
  private(set) var steps = 0
  private var paths: [String] = []
  /// By kind, then parameter; empty before the first step.
  private var arrays: [[NDArray]]

  init(_ kinds: Kind...) { self.init(kinds) }

  init(_ kinds: [Kind]) {
    self.kinds = kinds
    arrays = kinds.map { _ in [] }
  }

  /// One step of a rule, whose number is set here.
  /// - Parameter weightDecay: The optimizer's own, for every parameter; decoupled or not.
  mutating func update<Model: Layer>(
    _ model: inout Model, along gradients: Gradients, settings: UpdateSettings, _ rule: gk_update,
    weightDecay: Double, decoupled: Bool = false
  ) {
    var rule = rule
    rule.first = steps == 0
    steps += 1
    rule.step = steps
    rule.rate *= settings.rateFactor
    var states = arrays
    arrays = kinds.map { _ in [] }  // so that the states are uniquely held
    for (index, kind) in kinds.enumerated() where states[index].isEmpty {
      states[index] = gradients.entries.map {
        let zeros = NDArray.zeros($0.array.shape, dtype: $0.array.dtype)
        return kind.initial == 0 ? zeros : zeros + kind.initial
      }
    }
    var table = ParameterTable(&model, gradients, states: &states)
    table.penalize(settings.parameters, weightDecay: weightDecay, decoupled: decoupled)
    table.run(rule)
    arrays = states
    if paths.isEmpty { paths = gradients.entries.map(\.path) }
    model.limitNorms(settings.parameters)
  }

  /// The arrays of a kind, in the order of the model's trainable parameters; none before the first
  /// step.
  subscript(kind: Int) -> [NDArray] { arrays[kind] }

  /// Every array as `NAME/PATH`.
  var named: [(name: String, array: NDArray)] {
    zip(kinds, arrays).flatMap { kind, arrays in
      zip(paths, arrays).map { (name: "\(kind.name)/\($0)", array: $1) }
    }
  }

  /// Takes up arrays called `NAME/PATH`, one for each kind and trainable parameter of the model.
  /// - Throws: `StateError` listing every array that is missing, left over, or of another shape or
  ///   type; nothing is then changed.
  mutating func restore<Model: Layer>(
    _ state: [String: NDArray], steps: Int, for model: Model
  ) throws(StateError) {
    var copy = model
    var parameters: [(path: String, shape: Shape, dtype: DType)] = []
    copy.forEachParameter { parameter in
      guard parameter.isTrainable else { return }
      parameters.append((parameter.path, parameter.shape, parameter.tensor.dtype))
    }
    var problems: [String] = []
    var leftOver = Set(state.keys)
    let found = (steps > 0 ? kinds : []).map { kind in
      parameters.compactMap { path, shape, dtype -> NDArray? in
        let key = "\(kind.name)/\(path)"
        leftOver.remove(key)
        guard let array = state[key] else {
          problems.append("optimizer state \(key) is missing")
          return nil
        }
        guard array.shape == shape else {
          problems.append("optimizer state \(key) has shape \(array.shape), not \(shape)")
          return nil
        }
        guard array.dtype == dtype else {
          problems.append("optimizer state \(key) has type \(array.dtype), not \(dtype)")
          return nil
        }
        return array
      }
    }
    problems += leftOver.sorted().map { "optimizer state \($0) is left over" }
    guard problems.isEmpty else { throw StateError(problems) }
    paths = found.isEmpty ? [] : parameters.map(\.path)
    arrays = found.isEmpty ? kinds.map { _ in [] } : found
    self.steps = steps
  }
}
