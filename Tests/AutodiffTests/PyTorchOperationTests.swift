import Autodiff
import Formats
import TestSupport
import Testing

/// Values and gradients against PyTorch's, from `Tests/References/operations.safetensors`.
@Suite struct PyTorchOperationTests {
  static let references = Result { try References("operations") }

  /// The operations that this target has, by PyTorch's side's names.
  static let handled: Set<String> = [
    "convolution", "transposed_convolution", "max_pool", "average_pool", "global_average_pool",
    "softmax", "log_softmax", "cross_entropy", "batch_norm", "layer_norm", "gelu", "softplus",
    "leaky_relu", "relu", "sigmoid", "tanh", "exp", "log", "sqrt", "erf", "embedding", "variance",
    "max", "min", "matmul", "inverse", "determinant", "solve", "cholesky", "eigh", "svd",
  ]
  /// Losses, which are tested where they are: in LayersTests.
  static let elsewhere: Set<String> = ["nll", "mse", "bce_with_logits", "hinge", "huber"]

  static var cases: [References.Case] {
    ((try? references.get().cases) ?? []).filter { !elsewhere.contains($0.operation) }
  }

  @Test func everyCaseIsKnown() throws {
    let cases = try Self.references.get().cases
    #expect(cases.count == 124)
    let unknown = cases.filter {
      !Self.handled.contains($0.operation) && !Self.elsewhere.contains($0.operation)
    }
    #expect(unknown.map(\.name) == [])
    #expect(Set(cases.map(\.operation)) == Self.handled.union(Self.elsewhere))
  }

  @Test(arguments: cases, [DType.float64, .float32])
  func valueAndGradientsAgree(_ item: References.Case, _ dtype: DType) throws {
    let tolerance = dtype == .float64 ? 1e-10 : 1e-4
    let names = ["x", "weight", "bias", "a", "b"]
    var point: [String: Tensor] = [:]
    var constants: [String: NDArray] = [:]
    for key in names + ["target", "indices", "running_mean", "running_variance"] {
      guard let array = try tensor(key, item) else { continue }
      if try tensor("grad_" + key, item) != nil {
        point[key] = Tensor.variable(array.cast(to: dtype))
      } else {
        constants[key] = array.dtype == .float64 ? array.cast(to: dtype) : array.cast(to: .int32)
      }
    }
    let operation = PyTorchOperation(item: item, point: point, constants: constants)
    let result = try #require(try operation.result(), "\(item.operation) is not handled")
    let expected = try #require(try tensor("y", item))
    expectAgreement(result.value.array, expected, tolerance, "\(item.name): y")
    for (key, found) in result.extra {
      let reference = try #require(try tensor(key, item), "\(item.name) has no \(key)")
      expectAgreement(found, reference, tolerance, "\(item.name): \(key)")
    }
    let upstream = Tensor(try #require(try tensor("upstream", item)).cast(to: dtype))
    let keys = names.filter { point[$0] != nil }
    for recording in [false, true] {
      let found = gradients(
        of: result.value, withRespectTo: keys.map { point[$0]! }, upstream: upstream,
        recording: recording, keepingGraph: true)
      for (key, gradient) in zip(keys, found) {
        let reference = try #require(try tensor("grad_" + key, item))
        expectAgreement(
          gradient.array, reference, tolerance, "\(item.name): grad_\(key), recording \(recording)")
      }
    }
  }

  private func tensor(_ key: String, _ item: References.Case) throws -> NDArray? {
    try Self.references.get().tensor(key, of: item)
  }

  private func expectAgreement(
    _ found: NDArray, _ reference: NDArray, _ tolerance: Double, _ what: String
  ) {
    let difference = relativeDifference(found, reference)
    #expect(
      difference < tolerance, "\(what): \(found.doubles.prefix(8)) \(reference.doubles.prefix(8))")
  }
}

/// A case of the references computed by Gradus.
struct PyTorchOperation {
  let item: References.Case
  let point: [String: Tensor]
  let constants: [String: NDArray]

  private var x: Tensor { point["x"]! }
  private func integers(_ key: String) -> [Int] { item.parameters.integers(key) ?? [] }
  private func number(_ key: String) -> Double { item.parameters[key]?.double ?? .nan }
  private func flag(_ key: String) -> Bool { item.parameters[key]?.bool ?? false }
  private func text(_ key: String) -> String { item.parameters[key]?.string ?? "" }

  typealias Outcome = (value: Tensor, extra: [(String, NDArray)])

  /// The value, and what else the case tells; nil for an operation that is not handled.
  func result() throws -> Outcome? {
    if item.operation == "batch_norm" { return batchNormalization() }
    if let value = try layer() ?? function() ?? linearAlgebra() { return (value, []) }
    return nil
  }

  private func layer() -> Tensor? {
    switch item.operation {
    case "convolution":
      return x.convolution(weight: point["weight"]!, bias: point["bias"], geometry: geometry)
    case "transposed_convolution":
      return x.transposedConvolution(
        weight: point["weight"]!, bias: point["bias"], geometry: geometry,
        outputPadding: integers("output_padding"))
    case "max_pool", "average_pool":
      let pooling = PoolingGeometry(
        window: integers("window"), stride: integers("stride"), padding: integers("padding"),
        countsPadding: item.parameters["count_include_pad"]?.bool ?? true)
      return item.operation == "max_pool" ? x.maximumPool(pooling) : x.averagePool(pooling)
    case "global_average_pool":
      return x.globalAveragePool().expanded(axis: -1).expanded(axis: -1)
    case "layer_norm":
      let part = Shape(integers("normalized_shape"))
      return x.layerNormalization(
        scale: point["weight"] ?? Tensor(repeating: 1, shape: part, dtype: x.dtype),
        offset: point["bias"] ?? Tensor(repeating: 0, shape: part, dtype: x.dtype),
        epsilon: number("epsilon"))
    case "embedding": return point["weight"]!.gather(constants["indices"]!)
    default: return nil
    }
  }

  private var geometry: ConvolutionGeometry {
    ConvolutionGeometry(
      stride: integers("stride"), padding: integers("padding"), dilation: integers("dilation"),
      groups: Int(number("groups")))
  }

  private func batchNormalization() -> Outcome {
    let (scale, offset) = (point["weight"]!, point["bias"]!)
    let (mean, variance) = (constants["running_mean"]!, constants["running_variance"]!)
    let epsilon = number("epsilon")
    guard flag("training") else {
      let value = x.batchNormalization(
        scale: scale, offset: offset, mean: mean, variance: variance, epsilon: epsilon)
      return (value, [])
    }
    let (value, batchMean, batchVariance) = x.batchNormalization(
      scale: scale, offset: offset, epsilon: epsilon)
    let share = number("momentum")
    let count = Double(x.elementCount / x.shape[1])
    let unbiased = batchVariance * (count / (count - 1))
    return (
      value,
      [
        ("running_mean_after", mean * (1 - share) + batchMean * share),
        ("running_variance_after", variance * (1 - share) + unbiased * share),
      ]
    )
  }

  private func function() -> Tensor? {
    let axes = integers("axes")
    switch item.operation {
    case "softmax": return x.softmax(axis: Int(number("axis")))
    case "log_softmax": return x.logSoftmax(axis: Int(number("axis")))
    case "cross_entropy":
      let losses =
        text("target") == "probabilities"
        ? -(Tensor(constants["target"]!) * x.logSoftmax(axis: 1)).sum(axes: [1])
        : x.softmaxCrossEntropy(labels: constants["target"]!)
      return text("reduction") == "mean" ? losses.mean() : losses.sum()
    case "gelu": return x.gelu(text("approximation") == "tanh" ? .tanh : .exact)
    case "softplus": return x.softplus()
    case "leaky_relu": return x.leakyRelu(slope: number("slope"))
    case "relu": return x.relu()
    case "sigmoid": return x.sigmoid()
    case "tanh": return x.tanh()
    case "exp": return x.exp()
    case "log": return x.log()
    case "sqrt": return x.squareRoot()
    case "erf": return x.errorFunction()
    case "variance":
      return x.variance(axes: axes, keepingAxes: flag("keep_axes"), unbiased: flag("unbiased"))
    case "max": return x.maximum(axes: axes, keepingAxes: flag("keep_axes"))
    case "min": return x.minimum(axes: axes, keepingAxes: flag("keep_axes"))
    default: return nil
    }
  }

  private func linearAlgebra() throws -> Tensor? {
    guard let a = point["a"] else { return nil }
    func symmetrized() -> Tensor { (a + a.transposed()) * 0.5 }
    switch item.operation {
    case "matmul": return a.matmul(point["b"]!)
    case "inverse": return try a.inverse()
    case "determinant": return try a.determinant()
    case "solve": return try a.solve(point["b"]!)
    case "cholesky": return try symmetrized().cholesky()
    case "eigh":
      let (values, vectors) = try symmetrized().symmetricEigen()
      if item.name.hasPrefix("eigh_values") { return values }
      if item.name.hasPrefix("eigh_vectors") { return vectors.squared() }
      return (vectors * values.exp().expanded(axis: -2)).matmul(vectors, transposeOther: true)
    case "svd":
      let (u, s, vt) = try a.singularValues()
      if item.name.hasPrefix("svd_values") { return s }
      return (u * s.squared().expanded(axis: -2)).matmul(vt)
    default: return nil
    }
  }
}
