extension Layer {
  /// Where NaN or infinity first appears in a forward pass: in the input, in a parameter, or in
  /// the output of a layer; nil where everything is finite.
  func firstNonFinite(for input: NDArray, seed: UInt64, step: UInt64) -> String? {
    if !input.isFinite { return "the batch itself has values that are not finite" }
    if let place = firstNonFiniteState { return place }
    var context = Context(.training, seed: seed, step: step)
    context.observesOutputs = true
    _ = self(Tensor(input), &context)
    return context.outputs.first { !$0.array.isFinite }.map {
      "first in the output of \($0.path) (\($0.kind))"
    }
  }

  /// The first parameter or statistic with values that are not finite, or nil.
  var firstNonFiniteState: String? {
    state.first { !$0.array.isFinite }.map { "\($0.path) has values that are not finite" }
  }
}

extension NDArray {
  /// Whether no element is NaN or infinite.
  var isFinite: Bool {
    guard dtype.isFloatingPoint else { return true }
    // x − x is 0 for finite x and NaN otherwise.
    return elementCount == 0 || (self - self).sum().item == 0
  }
}
