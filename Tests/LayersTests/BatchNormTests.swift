import Formats
import Layers
import TestSupport
import Testing

/// Batch normalization in training and evaluation.
@Suite struct BatchNormTests {
  static let cases = ((try? References("operations"))?.cases ?? []).filter {
    $0.operation == "batch_norm"
  }

  @Test func theCasesAreRead() {
    #expect(Self.cases.count == 10)
  }

  /// Values, gradients and running averages against PyTorch's.
  @Test(arguments: cases, [DType.float64, .float32])
  func agreesWithPyTorch(_ item: References.Case, _ dtype: DType) throws {
    let references = try References("operations")
    let tolerance = dtype == .float64 ? 1e-10 : 1e-4
    func array(_ key: String) throws -> NDArray {
      try #require(try references.tensor(key, of: item)).cast(to: dtype)
    }
    let x = Tensor.variable(try array("x"))
    var layer = BatchNorm(
      x.shape[1], momentum: try #require(item.parameters["momentum"]?.double),
      epsilon: try #require(item.parameters["epsilon"]?.double)
    ).initialized(dtype: dtype)
    layer.weight.tensor = Tensor.variable(try array("weight"))
    layer.bias.tensor = Tensor.variable(try array("bias"))
    layer.runningMean.array = try array("running_mean")
    layer.runningVariance.array = try array("running_variance")
    let training = try #require(item.parameters["training"]?.bool as Bool?)
    var context = Context(training ? .training : .evaluation)
    let y = layer(x, &context)
    #expect(relativeDifference(y.array, try array("y")) < tolerance)
    let found = gradients(
      of: y, withRespectTo: [x, layer.weight.tensor, layer.bias.tensor],
      upstream: Tensor(try array("upstream")))
    for (key, gradient) in zip(["grad_x", "grad_weight", "grad_bias"], found) {
      #expect(relativeDifference(gradient.array, try array(key)) < tolerance, "\(key)")
    }
    // The averages wait in the context until they are applied.
    #expect(layer.runningMean.array.doubles == (try array("running_mean")).doubles)
    #expect(context.pendingStatistics.count == (training ? 2 : 0))
    layer.apply(statisticsOf: context)
    let suffix = training ? "_after" : ""
    for (key, statistic) in [
      ("running_mean", layer.runningMean), ("running_variance", layer.runningVariance),
    ] {
      let difference = relativeDifference(statistic.array, try array(key + suffix))
      #expect(difference < tolerance, "\(key)")
    }
  }

  /// One value a channel has no unbiased variance: the running one stays.
  @Test func oneValueAChannelLeavesTheVariance() {
    var layer = BatchNorm(2).initialized(dtype: .float64)
    var context = Context(.training)
    _ = layer(Tensor([3.0, -5], shape: [1, 2]), &context)
    layer.apply(statisticsOf: context)
    #expect(layer.runningVariance.array.doubles == [1, 1])
    let mean = layer.runningMean.array.doubles
    #expect(abs(mean[0] - 0.3) < 1e-15 && abs(mean[1] + 0.5) < 1e-15)
  }

  /// After many batches of one distribution the averages are its mean and variance.
  @Test func runningAveragesFindTheDistribution() {
    var layer = BatchNorm(1, momentum: 0.05).initialized(dtype: .float64)
    for step in 0..<400 {
      var context = Context(.training)
      let x = NDArray.normal(
        [64, 1], mean: 3, standardDeviation: 2, key: RandomKey(seed: 1, step: UInt64(step)),
        dtype: .float64)
      _ = layer(Tensor(x), &context)
      layer.apply(statisticsOf: context)
    }
    // Standard errors: 2/√64·√(0.05/1.95) = 0.04 and 4·√(2/64)·√(0.05/1.95) = 0.11.
    #expect(abs(layer.runningMean.array.item - 3) < 0.2)
    #expect(abs(layer.runningVariance.array.item - 4) < 0.55)
  }

  @Test("no samples leave the running statistics as they are")
  func empty() {
    var layer = BatchNorm(3).initialized()
    var context = Context(.training)
    let y = layer(Tensor(NDArray.zeros([0, 3, 4, 4], dtype: .float32)), &context)
    layer.apply(statisticsOf: context)
    #expect(y.shape == [0, 3, 4, 4])
    #expect(layer.runningMean.array.floats == [0, 0, 0])
    #expect(layer.runningVariance.array.floats == [1, 1, 1])
  }
}
