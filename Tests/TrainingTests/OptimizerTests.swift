import Formats
import TestSupport
import Testing
import Training

/// Optimizers against PyTorch's, and what they save.
@Suite struct OptimizerTests {
  static let cases = ((try? References("optimizers"))?.cases ?? []).filter {
    $0.name.contains("/")
  }

  /// The optimizer that a case describes.
  static func optimizer(_ item: References.Case) throws -> any Optimizer {
    func number(_ key: String) throws -> Double { try #require(item.parameters[key]?.double) }
    let rate = try number("learning_rate")
    let decay = try number("weight_decay")
    if item.parameters["optimizer"]?.string == "SGD" {
      return SGD(
        learningRate: rate, momentum: try number("momentum"),
        nesterov: try #require(item.parameters["nesterov"]?.bool as Bool?), weightDecay: decay)
    }
    let betas = try #require(item.parameters["betas"]?.array).compactMap(\.double)
    return Adam(
      learningRate: rate, beta1: betas[0], beta2: betas[1], epsilon: try number("epsilon"),
      weightDecay: decay)
  }

  @Test func theCasesAreRead() {
    #expect(Self.cases.count == 22)
  }

  @Test(arguments: cases)
  func trajectoryAgrees(_ item: References.Case) throws {
    let expected = try References("optimizers").tensor(item.name)
    let problem = String(item.name.split(separator: "/")[0])
    var optimizer = try Self.optimizer(item)
    var model = Point(expected.selecting(axis: 0, index: 0))
    var points = [model.position.tensor.array]
    for _ in 0..<20 {
      let gradient = Point.gradient(problem, points[points.count - 1].doubles)
      optimizer.update(&model, along: Gradients([("position", NDArray(gradient))]))
      points.append(model.position.tensor.array)
    }
    #expect(optimizer.steps == 20)
    #expect(relativeDifference(NDArray.stack(points), expected) < 1e-12)
  }

  // MARK: Saved states

  static let optimizers: [any Optimizer] = [
    SGD(learningRate: 0.1), SGD(learningRate: 0.1, momentum: 0.9),
    SGD(learningRate: 0.1, momentum: 0.9, dampening: 0.5, weightDecay: 0.01),
    SGD(learningRate: 0.1, momentum: 0.9, nesterov: true),
    SGD(learningRate: 0.1, momentum: 0.9, nesterov: true, form: .course, weightDecay: 0.1),
    DeltaBarDelta(learningRate: 0.01), AdaGrad(learningRate: 0.1, initialSum: 0.1),
    RMSProp(learningRate: 0.01), RMSProp(momentum: 0.9),
    RMSProp(momentum: 0.9, centered: true, weightDecay: 0.1), Adam(learningRate: 0.01),
    Adam(learningRate: 0.01, beta1: 0, weightDecay: 0.1),
    Adam(learningRate: 0.01, weightDecay: 0.1, decoupled: true, amsgrad: true),
  ]

  private static func network(_ dtype: DType = .float32) -> Sequential {
    Sequential {
      Dense(3, 4)
      BatchNorm(4)
      Dense(4, 2, bias: false)
    }.initialized(seed: 5, dtype: dtype)
  }

  /// Some steps with gradients that depend on the step alone.
  private static func advance(
    _ model: inout Sequential, _ optimizer: inout any Optimizer, _ steps: Range<Int>
  ) {
    for step in steps {
      var entries: [(path: String, array: NDArray)] = []
      let dtype = model.dtype
      model.forEachParameter {
        entries.append(
          ($0.path, TestArray.one($0.shape, seed: 100 * step + entries.count, dtype: dtype)))
      }
      optimizer.update(&model, along: Gradients(entries))
    }
  }

  private static func dictionary(_ optimizer: any Optimizer) -> [String: NDArray] {
    Dictionary(uniqueKeysWithValues: optimizer.state.map { ($0.name, $0.array) })
  }

  @Test(arguments: optimizers.indices, [DType.float32, .float64])
  func aSavedStateGoesOnWithTheSameBits(_ number: Int, _ dtype: DType) throws {
    var whole = Self.network(dtype)
    var optimizer = Self.optimizers[number]
    Self.advance(&whole, &optimizer, 0..<4)
    let saved = Self.dictionary(optimizer)
    var resumed = Self.network(dtype)
    for (path, array) in whole.state {
      resumed.forEachParameter { if $0.path == path { $0.tensor = Tensor(array) } }
    }
    Self.advance(&whole, &optimizer, 4..<8)

    var second = Self.optimizers[number]
    try second.restore(saved, steps: 4, for: resumed)
    #expect(second.steps == 4)
    Self.advance(&resumed, &second, 4..<8)
    for (a, b) in zip(whole.state, resumed.state) {
      #expect(a.path == b.path)
      #expect(a.array.doubles == b.array.doubles, "\(a.path)")
    }
    #expect(optimizer.state.map(\.name) == second.state.map(\.name))
    for (a, b) in zip(optimizer.state, second.state) {
      #expect(a.array.doubles == b.array.doubles, "\(a.name)")
    }
  }

  /// What was saved does not change with the steps after.
  @Test(arguments: optimizers.indices)
  func aSavedStateStaysAsItIs(_ number: Int) {
    var model = Self.network()
    var optimizer = Self.optimizers[number]
    Self.advance(&model, &optimizer, 0..<2)
    let saved = optimizer.state
    let numbers = saved.map(\.array.doubles)
    let copy = optimizer
    Self.advance(&model, &optimizer, 2..<4)
    #expect(saved.map(\.array.doubles) == numbers)
    #expect(copy.state.map(\.array.doubles) == numbers)
    #expect(copy.steps == 2)
  }

  @Test func namesOfTheState() {
    var model = Self.network()
    var adam: any Optimizer = Adam()
    #expect(adam.state.isEmpty)
    Self.advance(&model, &adam, 0..<1)
    let paths = [
      "layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias", "layers.2.weight",
    ]
    #expect(
      adam.state.map(\.name)
        == paths.map { "first-moment/" + $0 } + paths.map { "second-moment/" + $0 })
    var momentum: any Optimizer = SGD(momentum: 0.5)
    Self.advance(&model, &momentum, 0..<1)
    #expect(momentum.state.map(\.name) == paths.map { "velocity/" + $0 })
    var plain: any Optimizer = SGD()
    Self.advance(&model, &plain, 0..<1)
    #expect(plain.state.isEmpty)
    // As many of each parameter as the estimate of memory is told, in the order of their kinds.
    let kinds = [
      [], ["velocity"], ["velocity"], ["velocity"], ["velocity"], ["rate", "mean"],
      ["sum-of-squares"], ["mean-square"], ["mean-square", "velocity"],
      ["mean-square", "mean", "velocity"], ["first-moment", "second-moment"],
      ["first-moment", "second-moment"], ["first-moment", "second-moment", "maximum"],
    ]
    for (optimizer, names) in zip(Self.optimizers, kinds) {
      var used = optimizer
      Self.advance(&model, &used, 0..<1)
      #expect(used.state.map(\.name) == names.flatMap { name in paths.map { "\(name)/\($0)" } })
      #expect(used.stateCount == names.count)
    }
  }

  @Test func aStateThatDoesNotFitIsRefusedWithEveryProblem() throws {
    let model = Sequential { Dense(3, 2) }.initialized()
    let state: [String: NDArray] = [
      "first-moment/layers.0.weight": .zeros([3, 2]),
      "second-moment/layers.0.weight": .zeros([2, 3], dtype: .float64),
      "second-moment/layers.0.bias": .zeros([2]),
      "velocity/layers.0.bias": .zeros([2]),
      "first-moment/layers.1.bias": .zeros([2]),
    ]
    let message =
      "optimizer state first-moment/layers.0.weight has shape [3, 2], not [2, 3]; "
      + "optimizer state first-moment/layers.0.bias is missing; "
      + "optimizer state second-moment/layers.0.weight has type float64, not float32; "
      + "optimizer state first-moment/layers.1.bias is left over; "
      + "optimizer state velocity/layers.0.bias is left over"
    var adam = Adam()
    let error = #expect(throws: StateError.self) { try adam.restore(state, steps: 3, for: model) }
    #expect(error?.description == message)
    #expect(error?.problems.count == 5)
    #expect(adam.steps == 0)
    #expect(adam.state.isEmpty)
  }

  @Test func anotherOptimizersStateIsRefused() throws {
    var model = Sequential { Dense(1, 1, bias: false) }.initialized()
    var adam: any Optimizer = Adam()
    Self.advance(&model, &adam, 0..<1)
    let messages: [(any Optimizer, String)] = [
      (
        SGD(),
        "optimizer state first-moment/layers.0.weight is left over; "
          + "optimizer state second-moment/layers.0.weight is left over"
      ),
      (
        SGD(momentum: 0.9),
        "optimizer state velocity/layers.0.weight is missing; "
          + "optimizer state first-moment/layers.0.weight is left over; "
          + "optimizer state second-moment/layers.0.weight is left over"
      ),
    ]
    for (optimizer, message) in messages {
      var other = optimizer
      let error = #expect(throws: StateError.self) {
        try other.restore(Self.dictionary(adam), steps: 1, for: model)
      }
      #expect(error?.description == message)
    }
  }

  /// Going back to the start forgets what the steps before had gathered.
  @Test func restoringTheStartForgets() throws {
    var model = Self.network()
    for optimizer in Self.optimizers {
      var used = optimizer
      Self.advance(&model, &used, 0..<2)
      try used.restore([:], steps: 0, for: model)
      #expect(used.steps == 0)
      #expect(used.state.isEmpty)
    }
  }

  /// A state of another type would be read beyond its end.
  @Test func aModelCastInTheMidst() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var model = Dense(3, 2, bias: false).initialized()
      var adam = Adam()
      adam.update(&model, along: Gradients([("weight", .ones([2, 3]))]))
      model.cast(to: .float64)
      adam.update(&model, along: Gradients([("weight", .ones([2, 3], dtype: .float64))]))
    }
    let message =
      "optimizer: weight is float64 [2, 3], but its state float32 [2, 3]"
    #expect(result?.errorText.contains(message) == true)
  }

  @Test func gradientsOfAnotherModel() async {
    let path = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var model = Dense(3, 2, bias: false).initialized()
      var optimizer = SGD()
      optimizer.update(&model, along: Gradients([("bias", .ones([2]))]))
    }
    let message = "optimizer: the gradients are not those of the model at weight"
    #expect(path?.errorText.contains(message) == true)
    let count = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var model = Dense(3, 2, bias: false).initialized()
      var optimizer = SGD()
      optimizer.update(
        &model, along: Gradients([("weight", .ones([2, 3])), ("bias", .ones([2]))]))
    }
    let counts = "optimizer: 2 gradients for 1 parameters"
    #expect(count?.errorText.contains(counts) == true)
  }

  /// A parameter that is not trainable is left alone and has no state.
  @Test func frozenParametersStay() {
    var model = Sequential {
      Dense(2, 2)
      Dense(2, 2)
    }.initialized(seed: 3)
    model.forEachParameter { if $0.path.hasPrefix("layers.0") { $0.isTrainable = false } }
    let before = model.state
    var context = Context(.training)
    let (_, gradients) = valueWithGradients(of: model, &context) { model, context in
      model(Tensor(TestArray.one([4, 2], dtype: .float32)), &context).squared().sum()
    }
    var adam = Adam()
    adam.update(&model, along: gradients)
    let after = model.state
    for (a, b) in zip(before, after) {
      #expect((a.array.doubles == b.array.doubles) == a.path.hasPrefix("layers.0"), "\(a.path)")
    }
    #expect(adam.state.count == 4)
  }
}
