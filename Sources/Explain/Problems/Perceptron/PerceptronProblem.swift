/// Rosenblatt's learning rule, sample by sample, until every sample is right, the weights repeat or
/// the limit is reached.
public struct PerceptronProblem: IteratedProblem {
  public static let kind = "perceptron"

  /// The samples, a row each.
  public var inputs: [[Double]]
  /// 0 or 1 for each sample.
  public var targets: [Int]
  /// The weights at the start; zeros where nil.
  public var weights: [Double]?
  /// The bias at the start.
  public var bias: Double
  /// The learning rate, above 0.
  public var learningRate: Double
  /// Passes over the samples at most.
  public var iterations: Int
  /// The heading; a description of the data where nil.
  public var title: Prose?

  /// - Parameters:
  ///   - inputs: The samples, a row each.
  ///   - targets: 0 or 1 for each sample.
  ///   - weights: The weights at the start; zeros where nil.
  ///   - bias: The bias at the start.
  ///   - learningRate: The learning rate, above 0.
  ///   - iterations: Passes over the samples at most.
  ///   - title: The heading.
  public init(
    inputs: [[Double]], targets: [Int], weights: [Double]? = nil, bias: Double = 0,
    learningRate: Double = 1, iterations: Int = 10, title: Prose? = nil
  ) {
    self.inputs = inputs
    self.targets = targets
    self.weights = weights
    self.bias = bias
    self.learningRate = learningRate
    self.iterations = iterations
    self.title = title
  }

  /// Samples beyond this cannot be shown.
  static let mostSamples = 12
  /// Inputs beyond this cannot be shown.
  static let mostInputs = 4
  /// Passes beyond this cannot be shown.
  static let mostEpochs = 30

  public func solved(_ options: ExplainOptions) throws -> Solution {
    var solver = try PerceptronSolver(self, options)
    return try solver.solve()
  }
}

extension PerceptronProblem {
  /// - Throws: `ProblemError` for anything that does not fit.
  func validate() throws {
    try ProblemError.check(
      "inputs", inputs, rowLimit: Self.mostSamples, columnLimit: Self.mostInputs)
    guard targets.count == inputs.count else {
      throw ProblemError(
        "targets", "found \(targets.count) targets, expected \(inputs.count), one a sample")
    }
    for (index, target) in targets.enumerated() where target != 0 && target != 1 {
      throw ProblemError("targets[\(index)]", "found \(target), expected 0 or 1")
    }
    if let weights {
      guard weights.count == inputs[0].count else {
        throw ProblemError(
          "weights", "found \(weights.count) weights, expected \(inputs[0].count), one an input")
      }
      try ProblemError.check("weights", weights)
    }
    try ProblemError.check("bias", [bias])
    guard learningRate > 0, learningRate.isFinite, learningRate <= 1e6 else {
      throw ProblemError(
        "learning-rate", "found \(learningRate), expected a number above 0 and up to 1000000")
    }
    guard (1...Self.mostEpochs).contains(iterations) else {
      throw ProblemError(
        "iterations",
        "found \(iterations) passes, which is too large to show: 1 to \(Self.mostEpochs)")
    }
  }
}
