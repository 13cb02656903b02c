/// Adversarial examples by the sign of the gradient: one step (FGSM), several clipped steps, or
/// steps towards the least likely class; and the linear case.
public struct AdversarialExampleProblem: Problem {
  public static let kind = "fgsm"

  /// Which way the input is moved.
  public enum Method: String, Sendable, Hashable, CaseIterable {
    /// x + ε·sign(∇L), once.
    case fgsm
    /// Several steps of α·sign(∇L), clipped to the ε-ball.
    case iterative
    /// Steps that lower the loss of the class that was least likely at the start.
    case leastLikely = "least-likely"
  }

  /// The input.
  public var input: [Double]
  /// The true class, from 0; for a single sigmoid output 0 or 1; nil for a linear function.
  public var label: Int?
  /// Dense layers; the last has softmax, one sigmoid unit, or is a single linear unit alone.
  public var layers: [NetworkProblem.Layer]
  /// The largest change of an entry, above 0.
  public var epsilon: Double
  /// Which way the input is moved.
  public var method: Method
  /// Steps; 1 for FGSM.
  public var steps: Int
  /// The size of a step; ε where nil.
  public var stepSize: Double?
  /// What the input's entries may be; no limits where nil.
  public var range: ClosedRange<Double>?
  /// The heading.
  public var title: Prose?

  /// - Parameters:
  ///   - input: The input.
  ///   - label: The true class, from 0; nil for a linear function.
  ///   - layers: Dense layers.
  ///   - epsilon: The largest change of an entry, above 0.
  ///   - method: Which way the input is moved.
  ///   - steps: Steps; 1 for FGSM.
  ///   - stepSize: The size of a step; ε where nil.
  ///   - range: What the input's entries may be; no limits where nil.
  ///   - title: The heading.
  public init(
    input: [Double], label: Int?, layers: [NetworkProblem.Layer], epsilon: Double,
    method: Method = .fgsm, steps: Int = 1, stepSize: Double? = nil,
    range: ClosedRange<Double>? = nil, title: Prose? = nil
  ) {
    self.input = input
    self.label = label
    self.layers = layers
    self.epsilon = epsilon
    self.method = method
    self.steps = steps
    self.stepSize = stepSize
    self.range = range
    self.title = title
  }

  /// Inputs and units beyond this cannot be shown.
  static let mostUnits = 8
  /// Steps beyond this cannot be shown.
  static let mostSteps = 10

  public func solved(_ options: ExplainOptions) throws -> Solution {
    var solver = try AdversarialExampleSolver(self, options)
    return try solver.solve()
  }
}

extension AdversarialExampleProblem {
  /// Whether the function is linear, f = wᵀx + b, without a loss.
  var isLinear: Bool {
    guard layers.count == 1, case .dense(let weight, _, let activation) = layers[0] else {
      return false
    }
    return activation.isIdentity && weight.count == 1
  }

  /// How many outputs the last layer has.
  var outputs: Int {
    if case .dense(let weight, _, _)? = layers.last { weight.count } else { 0 }
  }

  /// The network with a class as its target.
  func network(_ label: Int) -> NetworkProblem {
    let isBinary = outputs == 1
    return NetworkProblem(
      input: Value(shape: [1, input.count], elements: input),
      target: [
        isBinary ? [Double(label)] : (0..<outputs).map { $0 == label ? 1 : 0 }
      ], layers: layers, loss: isBinary ? .binaryCrossEntropy : .crossEntropy, optimizer: nil)
  }

  /// - Throws: `ProblemError` for anything that does not fit.
  func validate() throws {
    guard !input.isEmpty else { throw ProblemError("input", "found no number") }
    guard input.count <= Self.mostUnits else {
      throw ProblemError(
        "input",
        "found \(input.count) numbers, which is too large to show: at most \(Self.mostUnits)")
    }
    try ProblemError.check("input", input)
    guard !layers.isEmpty else { throw ProblemError("layers", "found none, expected at least one") }
    guard layers.count <= 3 else {
      throw ProblemError(
        "layers", "found \(layers.count) layers, which is too large to show: at most 3")
    }
    var width = input.count
    for (index, layer) in layers.enumerated() {
      let place = "layers[\(index)]"
      guard case .dense(let weight, let bias, let activation) = layer else {
        throw ProblemError(place, "expected a dense layer; no other is shown here")
      }
      try ProblemError.check(
        "\(place).weight", weight, rowLimit: Self.mostUnits, columnLimit: Self.mostUnits)
      guard weight[0].count == width else {
        throw ProblemError(
          "\(place).weight",
          "found rows of \(weight[0].count) numbers, expected \(width), one for each input")
      }
      if let bias {
        guard bias.count == weight.count else {
          throw ProblemError(
            "\(place).bias", "found \(bias.count) numbers, expected \(weight.count)")
        }
        try ProblemError.check("\(place).bias", bias)
      }
      if index < layers.count - 1, activation == .softmax {
        throw ProblemError("\(place).activation", "found softmax before the last layer")
      }
      width = weight.count
    }
    let last = layers[layers.count - 1].activation
    if isLinear {
      guard label == nil else {
        throw ProblemError("label", "a linear function has no class: leave the label out")
      }
      guard method == .fgsm else {
        throw ProblemError(
          "method", "found \(method.rawValue), expected fgsm for a linear function")
      }
    } else {
      let place = "layers[\(layers.count - 1)].activation"
      if outputs == 1 {
        guard last == .sigmoid else {
          throw ProblemError(
            place, "expected sigmoid for one output (or a single linear layer alone)")
        }
      } else {
        guard last == .softmax else {
          throw ProblemError(place, "expected softmax for \(outputs) outputs")
        }
      }
      guard let label else { throw ProblemError("", "'label' is missing: the true class") }
      let classes = max(2, outputs)
      guard (0..<classes).contains(label) else {
        throw ProblemError("label", "found \(label), expected 0 to \(classes - 1)")
      }
    }
    guard epsilon > 0, epsilon <= 1e6 else {
      throw ProblemError("epsilon", "found \(epsilon), expected a number above 0 and up to 1000000")
    }
    if let stepSize, !(stepSize > 0 && stepSize <= 1e6) {
      throw ProblemError(
        "step-size", "found \(stepSize), expected a number above 0 and up to 1000000")
    }
    guard (1...Self.mostSteps).contains(steps) else {
      throw ProblemError(
        "steps", "found \(steps) steps, which is too large to show: 1 to \(Self.mostSteps)")
    }
    guard method != .fgsm || steps == 1 && stepSize == nil else {
      throw ProblemError(
        steps == 1 ? "step-size" : "steps",
        "fgsm takes one step of ε; for several use method: iterative")
    }
    if let range, let wrong = input.firstIndex(where: { !range.contains($0) }) {
      throw ProblemError(
        "input[\(wrong)]",
        "found \(input[wrong]), which is outside the range \(range.lowerBound) to "
          + "\(range.upperBound)")
    }
  }
}
