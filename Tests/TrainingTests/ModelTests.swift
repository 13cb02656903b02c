import Models
import TestSupport
import Testing
import Training

/// The catalogue, and what its simplest models can and cannot learn.
@Suite struct ModelTests {
  /// By hand, for 8×8 digits (32×32 for LeNet-5) in ten classes.
  @Test func parameterCounts() throws {
    let expected = [
      "perceptron": 64 * 10 + 10,
      "logistic": 64 * 10 + 10,
      "mlp": (64 * 512 + 512) + (512 * 256 + 256) + (256 * 10 + 10),
      "lenet5": 61_706,
    ]
    // The zoo's have tests of their own.
    let simple = ModelCatalog.entries.prefix(expected.count)
    #expect(simple.map(\.name) == ["perceptron", "logistic", "mlp", "lenet5"])
    for entry in simple {
      let size = entry.imageSize ?? [8, 8]
      let sample: Shape = [1, size[0], size[1]]
      let model = entry.make(sample, 10, 0)
      #expect(model.parameterCount == expected[entry.name], "\(entry.name)")
      #expect(try model.outputShape(Shape([3] + sample)) == [3, 10])
      #expect(try model.summary(input: Shape([3] + sample)).parameters == expected[entry.name])
      #expect(!entry.summary.isEmpty && !entry.source.isEmpty)
    }
    #expect(ModelCatalog.entry("mlp")?.name == "mlp")
    #expect(ModelCatalog.entry("lenet") == nil)
    // In colour: the first convolution has three times the taps.
    #expect(leNet5(channels: 3).parameterCount == 61_706 + 2 * 6 * 25)
  }

  @Test func dropoutFollowsEveryHiddenLayer() {
    let kinds = mlp(inputs: 4, hidden: [3, 2], classes: 2, dropout: 0.5).layers.map(\.kind)
    #expect(
      kinds == ["Flatten", "Dense", "ReLU", "Dropout", "Dense", "ReLU", "Dropout", "Dense"])
  }

  // MARK: Learning

  /// A trainer gives an auxiliary head its share of the loss: the head learns to classify too, from
  /// a layer that the network's own end never sees.
  @Test func auxiliaryHeadsLearn() throws {
    let lesson = try Lesson()
    let network = Sequential(named: [
      "flatten": Flatten(),
      "aux": Auxiliary(Sequential.numbered { Dense(64, 10) }, weight: 0.5),
      "body": Dense(64, 32), "relu": ReLU(), "fc": Dense(32, 10),
    ])
    var trainer = Trainer(
      model: network.initialized(seed: 1), optimizer: Adam(learningRate: 0.01), classes: 10)
    try lesson.run(&trainer)
    let head = try #require(trainer.model["aux"] as? Auxiliary).head
    var context = Context()
    let train = lesson.train
    let inputs = try lesson.preparation.prepared(train.inputs, for: [64])
    let answers = head(Tensor(inputs), &context).array.argumentOfMaximum(axis: -1)
    let right = zip(answers.integers, train.labels.integers).count { $0 == $1 }
    // 21 steps; untrained, about a tenth is right.
    #expect(right > 140, "\(right) of \(train.count)")
  }

  private static let corners = NDArray([Float(0), 0, 0, 1, 1, 0, 1, 1], shape: [4, 2])
  private static let exclusiveOr = NDArray([Int32(0), 1, 1, 0])

  private static func train(
    _ model: inout Sequential, _ optimizer: inout some Optimizer, inputs: NDArray,
    labels: NDArray, loss: ModelCatalog.Loss
  ) -> Double {
    var context = Context(.training)
    let (value, gradients) = valueWithGradients(of: model, &context) { model, context in
      loss(model(Tensor(inputs), &context), labels: labels)
    }
    optimizer.update(&model, along: gradients)
    return value.item
  }

  /// How many samples the model puts into their class.
  private static func correct(_ model: Sequential, _ inputs: NDArray, _ labels: NDArray) -> Int {
    var context = Context()
    let answers = model(Tensor(inputs), &context).array.argumentOfMaximum(axis: -1)
    return zip(answers.integers, labels.integers).count { $0 == $1 }
  }

  @Test(arguments: [UInt64(1), 2, 3])
  func aHiddenLayerLearnsExclusiveOr(_ seed: UInt64) {
    var model = mlp(inputs: 2, hidden: [16], classes: 2).initialized(seed: seed)
    var optimizer = Adam(learningRate: 0.02)
    var last = Double.infinity
    for _ in 0..<400 {
      last = Self.train(
        &model, &optimizer, inputs: Self.corners, labels: Self.exclusiveOr, loss: .crossEntropy)
    }
    #expect(Self.correct(model, Self.corners, Self.exclusiveOr) == 4)
    #expect(last < 0.05)
  }

  /// No line separates exclusive or (Minsky and Papert 1969): three of four at most, at any time.
  @Test func aPerceptronCannotLearnExclusiveOr() {
    var model = perceptron(inputs: 2, classes: 2).initialized()
    var optimizer = SGD(learningRate: 1)
    for _ in 0..<50 {
      for sample in 0..<4 {
        _ = Self.train(
          &model, &optimizer, inputs: Self.corners.sliced(axis: 0, sample..<(sample + 1)),
          labels: Self.exclusiveOr.sliced(axis: 0, sample..<(sample + 1)), loss: .perceptron)
        #expect(Self.correct(model, Self.corners, Self.exclusiveOr) <= 3)
      }
    }
  }

  /// Block 1962 and Novikoff 1962: with |x| ≤ R and a separation of margin γ by a unit vector, the
  /// rule errs at most (R/γ)² times, in any order.
  ///
  /// With two classes and weights from 0, the two units' weights are each other's negatives, so
  /// their difference moves by 2η·x at an error: the bound holds for the difference, and its
  /// offset counts as one more input of 1.
  @Test func thePerceptronConvergesWithinItsBound() {
    let direction = [0.6, -0.8]
    var inputs: [Double] = []
    var labels: [Int32] = []
    var margin = Double.infinity
    var radius = 0.0
    var generator = SplitMix64(seed: 4)
    while labels.count < 200 {
      let x = (0..<2).map { _ in 2 * generator.fraction() - 1 }
      // The line 0.6·x₀ − 0.8·x₁ + 0.1 = 0, with a gap about it; (0.6, −0.8, 0.1) has length √1.01.
      let side = (direction[0] * x[0] + direction[1] * x[1] + 0.1) / 1.01.squareRoot()
      guard abs(side) > 0.05 else { continue }
      inputs += x
      labels.append(side > 0 ? 1 : 0)
      margin = min(margin, abs(side))
      radius = max(radius, (x[0] * x[0] + x[1] * x[1] + 1).squareRoot())
    }
    let bound = (radius / margin) * (radius / margin)
    let all = NDArray(inputs, shape: [200, 2])
    let classes = NDArray(labels)
    var model = perceptron(inputs: 2, classes: 2).initialized(dtype: .float64)
    var optimizer = SGD(learningRate: 1)
    // A sample is wrong where its score is not strictly the larger one; at a tie the loss is 0
    // and moves nothing, so the start is set off by a hair.
    model.forEachParameter {
      if $0.path == "layers.1.bias" { $0.tensor = Tensor([1e-9, 0]) }
    }
    var errors = 0
    for _ in 0..<200 {
      let before = errors
      for sample in 0..<200 {
        let loss = Self.train(
          &model, &optimizer, inputs: all.sliced(axis: 0, sample..<(sample + 1)),
          labels: classes.sliced(axis: 0, sample..<(sample + 1)), loss: .perceptron)
        if loss > 0 { errors += 1 }
      }
      if errors == before { break }
    }
    #expect(Self.correct(model, all, classes) == 200)
    #expect(errors > 3)
    #expect(Double(errors) <= bound + 1, "bound \(bound)")
  }
}
