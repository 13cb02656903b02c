import Formats
import Layers
import TestSupport
import Testing

/// Losses and their gradients against PyTorch's.
@Suite struct LossReferenceTests {
  static let operations = [
    "cross_entropy", "nll", "mse", "bce_with_logits", "hinge", "huber",
  ]
  static let cases = ((try? References("operations"))?.cases ?? []).filter {
    operations.contains($0.operation)
  }

  /// The loss that a case is about, of its variables `x` and, where it has a gradient, `target`.
  static func loss(_ item: References.Case, _ x: Tensor, _ target: Tensor) throws -> Tensor {
    let name = item.parameters["reduction"]?.string ?? "mean"
    let reduction = try #require(LossReduction(rawValue: name))
    let labels = target.array.cast(to: .int32)
    switch item.operation {
    case "cross_entropy" where item.parameters["target"]?.string == "probabilities":
      return crossEntropy(logits: x, probabilities: target, reduction: reduction)
    case "cross_entropy": return crossEntropy(logits: x, labels: labels, reduction: reduction)
    case "nll":
      return negativeLogLikelihood(logProbabilities: x, labels: labels, reduction: reduction)
    case "mse":
      let form = try #require(SquaredErrorForm(rawValue: name))
      return meanSquaredError(x, target, form: form)
    case "bce_with_logits":
      return binaryCrossEntropy(logits: x, targets: target, reduction: reduction)
    case "hinge": return hingeLoss(scores: x, targets: target, reduction: reduction)
    case "huber":
      let delta = try #require(item.parameters["delta"]?.double)
      return huberLoss(x, target, delta: delta, reduction: reduction)
    default: fatalError("no loss for \(item.operation)")
    }
  }

  @Test func theCasesAreRead() {
    #expect(Self.cases.count == 15)
    #expect(Set(Self.cases.map(\.operation)) == Set(Self.operations))
  }

  @Test(arguments: cases, [DType.float64, .float32])
  func agrees(_ item: References.Case, _ dtype: DType) throws {
    let references = try References("operations")
    let tolerance = dtype == .float64 ? 1e-10 : 1e-4
    func array(_ key: String) throws -> NDArray {
      let stored = try #require(try references.tensor(key, of: item))
      return stored.dtype == .int64 ? stored : stored.cast(to: dtype)
    }
    let x = Tensor.variable(try array("x"))
    let stored = try array("target")
    let target = stored.dtype == .int64 ? Tensor(stored) : Tensor.variable(stored)
    let value = try Self.loss(item, x, target)
    #expect(value.dtype == dtype)
    #expect(relativeDifference(value.array, try array("y")) < tolerance)

    let upstream = Tensor(try array("upstream"))
    let inputs = stored.dtype == .int64 ? [x] : [x, target]
    let found = gradients(of: value, withRespectTo: inputs, upstream: upstream)
    for (key, gradient) in zip(["grad_x", "grad_target"], found) {
      guard let expected = try references.tensor(key, of: item) else { continue }
      #expect(relativeDifference(gradient.array, expected) < tolerance, "\(key)")
    }
  }
}
