import CKernels

/// The pointers that one fused optimizer step needs. Holds the arrays alive during the step.
struct ParameterTable {
  private(set) var entries: [gk_parameter] = []
  private var kept: [NDArray] = []
  private(set) var dtype: DType?

  /// Pairs a model's trainable parameters with their gradients and `states` (each as long as the
  /// list of gradients; made with zeros on first use).
  init<Model: Layer>(
    _ model: inout Model, _ gradients: Gradients, states: inout [[NDArray]], weightDecay: Double
  ) {
    for index in states.indices where states[index].isEmpty {
      states[index] = gradients.entries.map { NDArray.zeros($0.array.shape, dtype: $0.array.dtype) }
    }
    for index in states.indices where states[index].count != gradients.entries.count {
      fatalError(
        "optimizer: \(gradients.entries.count) gradients, but a state for \(states[index].count)")
    }
    var position = 0
    var entries: [gk_parameter] = []
    var kept: [NDArray] = []
    var dtype: DType?
    model.forEachParameter { parameter in
      guard parameter.isTrainable else { return }
      guard position < gradients.entries.count,
        gradients.entries[position].path == parameter.path,
        gradients.entries[position].array.shape == parameter.shape
      else {
        fatalError("optimizer: the gradients are not those of the model at \(parameter.path)")
      }
      let gradient = gradients.entries[position].array.rowMajor()
      kept.append(gradient)
      var entry = gk_parameter()
      let path = parameter.path
      parameter.withMutableArray { array in
        guard gradient.dtype == array.dtype, dtype == nil || dtype == array.dtype else {
          fatalError("optimizer: \(path) is \(array.dtype), its gradient \(gradient.dtype)")
        }
        dtype = array.dtype
        array.makeUnique()
        entry.value = array.storage.pointer
      }
      entry.gradient = UnsafeRawPointer(gradient.storage.pointer)
      entry.count = gradient.elementCount
      entry.rate_factor = 1
      entry.weight_decay = weightDecay
      for index in states.indices {
        let state = states[index][position]
        guard state.dtype == gradient.dtype, state.shape == gradient.shape else {
          fatalError(
            "optimizer: \(path) is \(gradient.dtype) \(gradient.shape), "
              + "but its state \(state.dtype) \(state.shape)")
        }
      }
      for index in states.indices {
        states[index][position].makeUnique()
        let pointer = states[index][position].storage.pointer
        if index == 0 { entry.state.0 = pointer } else { entry.state.1 = pointer }
      }
      entries.append(entry)
      position += 1
    }
    guard position == gradients.entries.count else {
      fatalError("optimizer: \(gradients.entries.count) gradients for \(position) parameters")
    }
    self.entries = entries
    self.kept = kept
    self.dtype = dtype
  }

  /// Runs the step of the parameters' type.
  func run(
    float32: (UnsafePointer<gk_parameter>, Int32) -> Void,
    float64: (UnsafePointer<gk_parameter>, Int32) -> Void
  ) {
    guard let dtype, !entries.isEmpty else { return }
    entries.withUnsafeBufferPointer { buffer in
      let count = Int32(buffer.count)
      switch dtype {
      case .float32: float32(buffer.baseAddress!, count)
      case .float64: float64(buffer.baseAddress!, count)
      default: fatalError("optimizer: parameters of type \(dtype)")
      }
    }
    withExtendedLifetime(kept) {}
  }
}

/// The named arrays of optimizer states, and back.
enum StateArrays {
  static func named(
    _ states: [(name: String, arrays: [NDArray])], paths: [String]
  ) -> [(name: String, array: NDArray)] {
    states.flatMap { state in
      zip(paths, state.arrays).map { (name: "\(state.name)/\($0)", array: $1) }
    }
  }

  /// The arrays called `NAME/PATH` for each name and trainable parameter of the model, in its
  /// order.
  /// - Throws: `StateError` listing every array that is missing, left over, or of another shape or
  ///   type.
  static func restored<Model: Layer>(
    _ names: [String], from state: [String: NDArray], for model: Model
  ) throws(StateError) -> (paths: [String], arrays: [[NDArray]]) {
    var copy = model
    var parameters: [(path: String, shape: Shape, dtype: DType)] = []
    copy.forEachParameter { parameter in
      guard parameter.isTrainable else { return }
      parameters.append((parameter.path, parameter.shape, parameter.tensor.dtype))
    }
    var problems: [String] = []
    var leftOver = Set(state.keys)
    let arrays = names.map { name in
      parameters.compactMap { path, shape, dtype -> NDArray? in
        let key = "\(name)/\(path)"
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
    return (names.isEmpty ? [] : parameters.map(\.path), arrays)
  }
}
