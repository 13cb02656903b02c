import Formats
import Models
import TestSupport
import Testing
import Training

/// Ten training steps against PyTorch's, whose numbers `Tests/References/training.py` made.
@Suite struct PyTorchTrainingTests {
  /// A network, a type of numbers, and how far from PyTorch's the results may be.
  struct Setup: Sendable, CustomStringConvertible {
    let network: String
    let dtype: DType
    let tolerance: Double
    let input: Shape
    let make: @Sendable () -> Sequential

    var file: String { "\(network)-\(dtype)" }
    var description: String { file }
  }

  static let setups: [Setup] = [(DType.float64, 1e-10), (.float32, 1e-4)].flatMap {
    dtype, tolerance in
    [
      Setup(
        network: "lenet5", dtype: dtype, tolerance: tolerance, input: [16, 1, 32, 32],
        make: { leNet5() }),
      Setup(
        network: "mlp", dtype: dtype, tolerance: tolerance, input: [16, 64],
        make: { mlp(inputs: 64, hidden: [128, 64], classes: 10) }),
    ]
  }

  /// Numbers in [0, 1) by the formula at the head of `training.py`.
  static func formula(stream: Int, _ shape: Shape) -> [Double] {
    (0..<shape.elementCount).map { index in
      var generator = SplitMix64(seed: 1_000_003 * stream + index)
      return generator.fraction()
    }
  }

  /// The network with the formula's parameters.
  static func initialized(_ setup: Setup) -> Sequential {
    var model = setup.make().initialized(dtype: setup.dtype)
    var number = 0
    var root = 1.0
    model.forEachParameter { parameter in
      if parameter.shape.rank > 1 {  // a bias takes the inputs of its weight, which comes before
        root = Double(parameter.shape.dropFirst().reduce(1, *)).squareRoot()
      }
      let values = formula(stream: number, parameter.shape).map { (2 * $0 - 1) / root }
      parameter.tensor = Tensor(NDArray(values, shape: parameter.shape).cast(to: setup.dtype))
      number += 1
    }
    return model
  }

  static func batch(_ setup: Setup) -> (inputs: NDArray, labels: NDArray) {
    let inputs = NDArray(formula(stream: 100, setup.input), shape: setup.input)
    let labels = (0..<setup.input[0]).map { Int32((7 * $0 + 3) % 10) }
    return (inputs.cast(to: setup.dtype), NDArray(labels))
  }

  static func step(
    _ model: Sequential, _ batch: (inputs: NDArray, labels: NDArray)
  ) -> (loss: NDArray, gradients: Gradients) {
    var context = Context(.training)
    let (value, gradients) = valueWithGradients(of: model, &context) { model, context in
      crossEntropy(logits: model(Tensor(batch.inputs), &context), labels: batch.labels)
    }
    return (value, gradients)
  }

  @Test(arguments: setups)
  func initialParametersFollowTheFormula(_ setup: Setup) throws {
    let references = try References(setup.file)
    let names = references.parameterNames
    let state = Self.initialized(setup).state
    #expect(state.count == names.count)
    for (name, entry) in zip(names, state) {
      let expected = try references.tensor("initial/" + name).cast(to: setup.dtype)
      #expect(Array(entry.array.doubles.prefix(4)) == expected.doubles, "\(name) is \(entry.path)")
    }
  }

  @Test(arguments: setups)
  func firstGradientsAgree(_ setup: Setup) throws {
    let references = try References(setup.file)
    let (_, gradients) = Self.step(Self.initialized(setup), Self.batch(setup))
    let names = references.parameterNames
    #expect(gradients.entries.count == names.count)
    for (name, entry) in zip(names, gradients.entries) {
      let difference = relativeDifference(entry.array, try references.tensor("gradient/" + name))
      #expect(difference < setup.tolerance, "\(name) is \(entry.path)")
    }
  }

  @Test(arguments: setups, ["sgd", "adam"])
  func tenStepsAgree(_ setup: Setup, _ run: String) throws {
    let references = try References(setup.file)
    var model = Self.initialized(setup)
    let batch = Self.batch(setup)
    var optimizer: any Optimizer =
      run == "sgd" ? SGD(learningRate: 0.05, momentum: 0.9) : Adam(learningRate: 0.001)
    var losses: [Double] = []
    for _ in 0..<10 {
      let (loss, gradients) = Self.step(model, batch)
      losses.append(loss.item)
      optimizer.update(&model, along: gradients)
    }
    let lossDifference = relativeDifference(
      NDArray(losses), try references.tensor("loss/" + run))
    #expect(lossDifference < setup.tolerance)
    let names = references.parameterNames
    let state = model.state
    #expect(state.count == names.count)
    for (name, entry) in zip(names, state) {
      let difference = relativeDifference(
        entry.array, try references.tensor("\(run)/\(name)"))
      #expect(difference < setup.tolerance, "\(name) is \(entry.path)")
    }
  }
}

extension References {
  /// PyTorch's names of the parameters by the layer's number, weights before biases: its order,
  /// which is Gradus's too.
  var parameterNames: [String] {
    func place(_ name: String) -> (Int, Int) {
      let parts = name.split(separator: ".")
      return (Int(parts[0]) ?? 0, parts[1] == "weight" ? 0 : 1)
    }
    return names.filter { $0.hasPrefix("gradient/") }.map { String($0.dropFirst(9)) }
      .sorted { place($0) < place($1) }
  }
}
