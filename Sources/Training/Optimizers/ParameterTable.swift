import CKernels

/// The pointers and numbers that one fused optimizer step needs. Holds the arrays alive during the
/// step.
struct ParameterTable {
  private var entries: [gk_parameter] = []
  private var kept: [NDArray] = []
  private var dtype: DType?

  /// Pairs a model's trainable parameters with their gradients and `states`, each as long as the
  /// list of gradients.
  init<Model: Layer>(_ model: inout Model, _ gradients: Gradients, states: inout [[NDArray]]) {
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
      // Row-major, or in the blocks that the kernel wrote, which the parameter then takes over.
      let given = gradients.entries[position].array
      let gradient = given.isPacked ? given : given.rowMajor()
      kept.append(gradient)
      var entry = gk_parameter()
      let path = parameter.path
      parameter.withMutableArray { array in
        guard gradient.dtype == array.dtype, dtype == nil || dtype == array.dtype else {
          fatalError("optimizer: \(path) is \(array.dtype), its gradient \(gradient.dtype)")
        }
        dtype = array.dtype
        entry.count = array.makeUnique(inLayoutOf: gradient)
        entry.value = array.storage.pointer
      }
      entry.gradient = UnsafeRawPointer(gradient.storage.pointer)
      entry.rate_factor = 1
      for index in states.indices {
        let state = states[index][position]
        guard state.dtype == gradient.dtype, state.shape == gradient.shape else {
          fatalError(
            "optimizer: \(path) is \(gradient.dtype) \(gradient.shape), "
              + "but its state \(state.dtype) \(state.shape)")
        }
      }
      for index in states.indices {
        _ = states[index][position].makeUnique(inLayoutOf: gradient)
        let pointer = states[index][position].storage.pointer
        switch index {
        case 0: entry.state.0 = pointer
        case 1: entry.state.1 = pointer
        default: entry.state.2 = pointer
        }
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

  /// Adds the optimizer's own weight decay for every parameter, and what is set for each.
  mutating func penalize(_ settings: [ParameterSettings], weightDecay: Double, decoupled: Bool) {
    guard settings.isEmpty || settings.count == entries.count else {
      fatalError("optimizer: settings of \(settings.count) parameters for \(entries.count)")
    }
    for index in entries.indices {
      if decoupled {
        entries[index].decoupled_l2 = weightDecay
      } else {
        entries[index].weight_decay = weightDecay
      }
      guard !settings.isEmpty else { continue }
      let penalties = settings[index].regularization
      entries[index].rate_factor = settings[index].rateFactor
      if penalties.isDecoupled {
        entries[index].decoupled_l2 += penalties.l2
        entries[index].decoupled_l1 = penalties.l1
      } else {
        entries[index].weight_decay += penalties.l2
        entries[index].l1 = penalties.l1
      }
    }
  }

  /// Runs a step of the parameters' type.
  func run(_ rule: gk_update) {
    guard let dtype, !entries.isEmpty else { return }
    entries.withUnsafeBufferPointer { buffer in
      let count = Int32(buffer.count)
      withUnsafePointer(to: rule) { rule in
        KernelClock.run("update", isRepeatable: false) {
          switch dtype {
          case .float32: gk_update_f32(buffer.baseAddress!, count, rule)
          case .float64: gk_update_f64(buffer.baseAddress!, count, rule)
          default: fatalError("optimizer: parameters of type \(dtype)")
          }
        }
      }
    }
    withExtendedLifetime(kept) {}
  }
}

extension gk_update {
  /// A rule at a rate, with all its other numbers 0.
  init(_ rule: gk_rule, rate: Double) {
    self.init()
    self.rule = rule
    self.rate = rate
  }
}
