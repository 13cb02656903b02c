/// What a comparison of gradients with finite differences found.
public struct GradientCheck: Sendable, CustomStringConvertible {
  /// max|Δ| ÷ max(1, max|finite difference|) over all inputs.
  public let largestError: Double
  /// The input where it is, by number.
  public let input: Int
  /// The element of that input where it is, in row-major order.
  public let element: Int
  /// The gradient there by the backward pass.
  public let gradient: Double
  /// The same by central differences.
  public let difference: Double

  public var description: String {
    "largest error \(largestError) at input \(input), element \(element): "
      + "gradient \(gradient), central difference \(difference)"
  }
}

/// Compares the gradients of a function with central differences.
///
/// The function may have any shape; it is contracted with fixed numbers of mixed sign, so that
/// errors in single elements cannot cancel.
///
/// - Parameters:
///   - inputs: The point, float64. The differences have error O(step²) + O(10⁻¹⁶/step).
///   - step: Half the distance between the two evaluations, relative to max(1, |x|).
///   - order: 1 compares gradients; 2 compares the gradients of the gradients (contracted again),
///     for a function whose derivative is recorded.
///   - body: The function; called twice an element, and once more.
/// - Returns: Where the largest disagreement is, and how large.
/// - Precondition: float64 inputs; order 1 or 2.
/// - Complexity: two evaluations of the function an element of the inputs.
public func gradientCheck(
  at inputs: [NDArray], step: Double = 1e-5, order: Int = 1, _ body: ([Tensor]) -> Tensor
) -> GradientCheck {
  guard inputs.allSatisfy({ $0.dtype == .float64 }) else {
    fatalError("gradientCheck: inputs of \(inputs.map(\.dtype)), expected float64")
  }
  guard order == 1 || order == 2 else {
    fatalError("gradientCheck: order \(order), expected 1 or 2")
  }
  func function(_ variables: [Tensor]) -> Tensor {
    let first = contracted(body(variables), phase: 0.7)
    if order == 1 { return first }
    let derivatives = gradients(of: first, withRespectTo: variables, recording: true)
    return derivatives.enumerated()
      .map { contracted($1, phase: 1.3 + Double($0)) }
      .reduce(Tensor(0.0)) { $0 + $1 }
  }
  let variables = inputs.map { Tensor.variable($0) }
  let result = function(variables)
  let computed = gradients(of: result, withRespectTo: variables).map(\.array)
  func value(_ inputs: [NDArray]) -> Double {
    // Order 2 differentiates inside, and so needs variables here too.
    function(order == 1 ? inputs.map { Tensor($0) } : inputs.map { Tensor.variable($0) }).item
  }
  var differences: [[Double]] = []
  for (index, input) in inputs.enumerated() {
    let base = input.doubles
    differences.append(
      base.indices.map { element in
        let h = step * max(1, abs(base[element]))
        func shifted(_ amount: Double) -> [NDArray] {
          var elements = base
          elements[element] += amount
          var all = inputs
          all[index] = NDArray(elements, shape: input.shape)
          return all
        }
        return (value(shifted(h)) - value(shifted(-h))) / (2 * h)
      })
  }
  let scale = max(1, differences.joined().map { abs($0) }.max() ?? 0)
  var worst = GradientCheck(largestError: 0, input: 0, element: 0, gradient: 0, difference: 0)
  for (index, array) in computed.enumerated() {
    for (element, gradient) in array.doubles.enumerated() {
      let difference = differences[index][element]
      let error = abs(gradient - difference) / scale
      if !(error <= worst.largestError) {
        worst = GradientCheck(
          largestError: error.isNaN ? .infinity : error, input: index, element: element,
          gradient: gradient, difference: difference)
      }
    }
  }
  return worst
}

/// Σ cᵢ·yᵢ with fixed numbers c between −1.5 and 1.5, none near 0.
private func contracted(_ y: Tensor, phase: Double) -> Tensor {
  let weights = (0..<y.elementCount).map { index -> Double in
    let fraction = (Double(index) * 0.6180339887498949 + phase).truncatingRemainder(dividingBy: 1)
    return (index % 2 == 0 ? 1 : -1) * (0.5 + fraction)
  }
  return (y * Tensor(weights, shape: y.shape)).sum()
}
