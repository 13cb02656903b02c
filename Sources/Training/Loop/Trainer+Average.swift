extension Trainer {
  /// The model that is evaluated and used: with the moving average of its parameters where one is
  /// made, and otherwise as it is. Statistics are the model's own.
  public var evaluatedModel: Model {
    guard !average.isEmpty else { return model }
    var averaged = model
    var values = average.makeIterator()
    averaged.forEachParameter { parameter in
      if let value = values.next() { parameter.tensor = Tensor(value.array) }
    }
    return averaged
  }

  /// Goes on with the average, a ← a + (1 − d)·(w − a), which begins with the parameters after the
  /// first step.
  ///
  /// - Source: Polyak and Juditsky 1992, "Acceleration of Stochastic Approximation by Averaging", for
  ///   averages of the way; with these weights as PyTorch's `swa_utils.get_ema_multi_avg_fn`.
  mutating func updateAverage(decay: Double) {
    guard !average.isEmpty else {
      average = model.parameters
      return
    }
    var index = 0
    for (_, array) in model.parameters {
      let before = average[index].array
      average[index].array = before + (array - before) * (1 - decay)
      index += 1
    }
  }
}

extension Layer {
  /// Parameters by path, in the order of visits.
  var parameters: [(path: String, array: NDArray)] {
    var copy = self
    var entries: [(path: String, array: NDArray)] = []
    copy.forEachParameter { entries.append(($0.path, $0.tensor.array)) }
    return entries
  }
}

extension Gradients {
  /// The same gradients times a number.
  func scaled(by factor: Double) -> Gradients {
    Gradients(entries.map { (path: $0.path, array: $0.array * factor) })
  }

  /// These gradients plus others, of the same parameters, times a number.
  func adding(_ others: Gradients, times factor: Double) -> Gradients {
    Gradients(
      zip(entries, others.entries).map { (path: $0.path, array: $0.array + $1.array * factor) })
  }
}
