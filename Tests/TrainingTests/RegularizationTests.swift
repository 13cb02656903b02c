import Foundation
import TestSupport
import Testing
import Training

@Suite("Penalties, groups of parameters and clipping")
struct RegularizationTests {
  /// One step of plain gradient descent on a number, η = 0.1, ∇L = 0.2.
  private static func step(_ start: Double, _ regularization: Regularization) -> Double {
    var point = Point(NDArray([start]))
    var optimizer = SGD(learningRate: 0.1)
    point.step(
      &optimizer, UpdateSettings(parameters: [.init(regularization: regularization)])
    ) { _ in [0.2] }
    return point.doubles[0]
  }

  @Test("the numbers of the course's notes")
  func notes() {
    #expect(abs(Self.step(0.5, Regularization(l1: 0.1)) - 0.47) < 1e-15)
    #expect(abs(Self.step(0.5, Regularization(l2: 0.1)) - 0.475) < 1e-15)
    let both = Regularization.elasticNet(strength: 0.1, l1Share: 0.25)
    #expect(both == Regularization(l1: 0.025, l2: 0.075000000000000011))
    #expect(abs(Self.step(-0.5, both) - (-0.5 - 0.1 * (0.2 - 0.025 - 0.0375))) < 1e-15)
    // sign(0) = 0
    #expect(Self.step(0, Regularization(l1: 0.1)) == Self.step(0, Regularization()))
    // Decoupled: the shrunk weight takes the step and then comes nearer to 0.
    let decoupled = Regularization(l1: 0.1, l2: 0.1, isDecoupled: true)
    #expect(abs(Self.step(0.5, decoupled) - (0.5 * 0.99 - 0.02 - 0.01)) < 1e-15)
    #expect(abs(Self.step(-0.5, decoupled) - (-0.5 * 0.99 - 0.02 + 0.01)) < 1e-15)
    // Not beyond 0, from either side.
    #expect(Self.step(0.025, decoupled) == 0)
    #expect(Self.step(0.015, decoupled) == 0)
    #expect(Self.step(.nan, decoupled).isNaN)
  }

  @Test("decoupled L2 on all parameters is AdamW's decay, to the bit")
  func adamW() throws {
    var lesson = try Lesson()
    var own = lesson.trainer(Adam(learningRate: 0.01, weightDecay: 0.1, decoupled: true))
    try lesson.run(&own)
    lesson.options.groups = [
      ParameterGroup(paths: ["*"], regularization: Regularization(l2: 0.1, isDecoupled: true))
    ]
    var group = lesson.trainer(Adam(learningRate: 0.01))
    try lesson.run(&group)
    #expect(differences(own, group) == [])
  }

  @Test("L2 on all parameters is the optimizer's own weight decay, to the bit; both add")
  func weightDecay() throws {
    var lesson = try Lesson()
    func run(_ decay: Double, _ l2: Double, all: Bool = true) throws -> Trainer<Sequential> {
      lesson.options.groups =
        all ? [ParameterGroup(paths: ["*"], regularization: Regularization(l2: l2))] : []
      lesson.options.regularization = all ? Regularization() : Regularization(l2: l2)
      var trainer = lesson.trainer(SGD(learningRate: 0.05, momentum: 0.9, weightDecay: decay))
      try lesson.run(&trainer)
      return trainer
    }
    let own = try run(0.5, 0)
    #expect(differences(own, try run(0, 0.5)) == [])
    #expect(differences(own, try run(0.25, 0.25)) == [])
    // That of the options is for weights alone.
    #expect(differences(own, try run(0, 0.5, all: false)) != [])
  }

  @Test("the options' penalties leave offsets and normalization alone")
  func weightsAlone() throws {
    let penalty = Regularization(l2: 0.5)
    var options = TrainingOptions(regularization: penalty)
    let none = Regularization()
    // Filters and offset of the convolution, scale and offset of the normalization, Dense's two.
    #expect(
      try options.parameterSettings(of: Lesson.network()).map(\.regularization)
        == [penalty, none, none, none, penalty, none])
    options.groups = [
      ParameterGroup(paths: ["layers.6.*"], rateFactor: 3),
      ParameterGroup(paths: ["*.bias"], rateFactor: 2, regularization: Regularization(l1: 1)),
    ]
    let settings = try options.parameterSettings(of: Lesson.network())
    #expect(settings.map(\.rateFactor) == [1, 2, 1, 2, 3, 3])
    #expect(
      settings.map(\.regularization)
        == [penalty, Regularization(l1: 1), none, Regularization(l1: 1), penalty, none])
    #expect(try TrainingOptions().parameterSettings(of: Lesson.network()).isEmpty)
  }

  @Test("a factor of a group's rate is that of its steps")
  func rateFactor() throws {
    var lesson = try Lesson()
    lesson.options = TrainingOptions(epochs: 1, batchSize: 200)
    let start = lesson.trainer(SGD(learningRate: 0.125)).model.state.map(\.array)
    var plain = lesson.trainer(SGD(learningRate: 0.125))
    try lesson.run(&plain)
    lesson.options.groups = [
      ParameterGroup(of: plain.model, rateFactor: 0.5) { $0.shape.rank == 4 }
    ]
    var grouped = lesson.trainer(SGD(learningRate: 0.125))
    try lesson.run(&grouped)
    for (index, entry) in plain.model.state.enumerated() where entry.path.hasSuffix("weight") {
      let whole = entry.array - start[index]
      let step = grouped.model.state[index].array - start[index]
      // A difference of rounded numbers.
      #expect(
        relativeDifference(step, index == 0 ? whole * 0.5 : whole) < 1e-5, "\(entry.path)")
    }
  }

  @Test("frozen parameters stay, have no state, and a resumed run goes on so")
  func frozen() throws {
    var lesson = try Lesson()
    lesson.options.groups = [ParameterGroup(paths: ["layers.0.*"], isFrozen: true)]
    let scratch = try ScratchFolder()
    var whole = lesson.trainer(Adam(learningRate: 0.01))
    let start = whole.model.state
    try lesson.run(&whole) { event, trainer in
      if case .step(let report) = event, report.step == 10 {
        try Checkpoint(trainer).write(to: scratch("a.safetensors"))
      }
      return .proceed
    }
    for (before, after) in zip(start, whole.model.state) {
      let isSame = before.array.doubles == after.array.doubles
      #expect(isSame == before.path.hasPrefix("layers.0."), "\(before.path)")
    }
    #expect(whole.optimizer.state.count == 8)
    let checkpoint = try Checkpoint(readingFrom: scratch("a.safetensors"))
    #expect(checkpoint.description.frozen == ["layers.0.weight", "layers.0.bias"])
    var resumed = lesson.trainer(Adam(learningRate: 0.01))
    try checkpoint.restore(&resumed)
    try lesson.run(&resumed)
    #expect(differences(whole, resumed) == [])
  }

  @Test("rows longer than the bound are scaled back to it, shorter ones stay")
  func maxNorm() throws {
    var lesson = try Lesson()
    lesson.options.regularization = Regularization(maxNorm: 0.8)
    var trainer = lesson.trainer(SGD(learningRate: 0.2))
    try lesson.run(&trainer)
    var longest: [Double] = []
    var shortest: [Double] = []
    trainer.model.forEachParameter { parameter in
      guard parameter.shape.rank > 1 else { return }
      let array = parameter.tensor.array.cast(to: .float64)
      let norms = (array * array).sum(axes: Array(1..<array.rank)).squareRoot().doubles
      longest.append(norms.max()!)
      shortest.append(norms.min()!)
    }
    // In float32 a norm rounds by some 1e-7.
    #expect(longest.count == 2 && longest.allSatisfy { abs($0 - 0.8) < 1e-6 })
    #expect(shortest[0] < 0.79)
    // A row of zeros, which has no direction, stays.
    var point = Point(NDArray([0, 0, 3, 4], shape: [2, 2]))
    var optimizer = SGD(learningRate: 1)
    point.step(
      &optimizer, UpdateSettings(parameters: [.init(regularization: .init(maxNorm: 2.5))])
    ) { _ in [0, 0, 0, 0] }
    #expect(point.doubles == [0, 0, 1.5, 2])
  }

  @Test("decoupled L1 makes weights 0 that the coupled penalty only makes small")
  func sparsity() throws {
    var lesson = try Lesson()
    func zeros(decoupled: Bool) throws -> Int {
      lesson.options.regularization = Regularization(l1: 0.1, isDecoupled: decoupled)
      lesson.options.epochs = 5
      var trainer = lesson.trainer(SGD(learningRate: 0.05))
      try lesson.run(&trainer)
      return trainer.model.state.first { $0.path == "layers.6.weight" }!.array.doubles
        .count { $0 == 0 }
    }
    #expect(try zeros(decoupled: true) > 200)
    #expect(try zeros(decoupled: false) == 0)
  }

  @Test(
    "patterns of paths",
    arguments: [
      ("*", "layers.0.weight", true), ("layers.0.weight", "layers.0.weight", true),
      ("layers.0.weight", "layers.10.weight", false), ("*.bias", "layers.0.bias", true),
      ("*.bias", "layers.0.bias2", false), ("layers.1*", "layers.10.bias", true),
      ("*0*bias", "layers.0.inner.bias", true), ("*0*0*bias", "layers.0.bias", false),
      ("a*b*c", "a-b-b-c", true), ("a*b*c", "a-c-b", false), ("", "a", false), ("**", "", true),
    ])
  func patterns(_ pattern: String, _ path: String, _ matches: Bool) throws {
    let layer = Named(path: path).initialized()
    let options = TrainingOptions(groups: [ParameterGroup(paths: [pattern], rateFactor: 2)])
    if matches {
      #expect(try options.parameterSettings(of: layer).map(\.rateFactor) == [2])
    } else {
      #expect(throws: TrainingError.self) { try options.parameterSettings(of: layer) }
    }
  }

  /// A layer whose only parameter has a path of one's choice.
  private struct Named: Layer {
    let path: String
    var parameter = Parameter([2], initializer: .zeros, fans: .init(inputs: 1, outputs: 1))
    func callAsFunction(_ x: Tensor, _ context: inout Context) -> Tensor { x }
    mutating func visitParameters(_ visit: inout ParameterVisitor) { visit(path, &parameter) }
  }

  private static let gradients = Gradients([
    ("a", NDArray([3, -4, 0], shape: [3])),
    ("b", NDArray([0.1, -12], shape: [2]).cast(to: .float32)),
  ])

  @Test("clipping bounds elements, each norm, or that of all")
  func clipping() {
    func clipped(_ measure: GradientClipping.Measure, _ limit: Double) -> [[Double]] {
      var gradients = Self.gradients
      gradients.clip(GradientClipping(measure, limit: limit))
      #expect(gradients.entries.map(\.array.dtype) == [.float64, .float32])
      return gradients.entries.map(\.array.doubles)
    }
    func near(_ a: [[Double]], _ b: [[Double]]) -> Bool {
      zip(a.joined(), b.joined()).allSatisfy { abs($0 - $1) < 1e-6 * max(1, abs($1)) }
    }
    let whole = Self.gradients.entries.map(\.array.doubles)
    #expect(near(clipped(.value, 2), [[2, -2, 0], [0.1, -2]]))
    #expect(near(clipped(.norm, 2.5), [[1.5, -2, 0], [0.1, -12].map { $0 * 2.5 / 12.00041666 }]))
    #expect(near(clipped(.norm, 6), [whole[0], [0.1, -12].map { $0 * 6 / 12.00041666 }]))
    let norm = (25 + 0.01 + 144).squareRoot()
    #expect(near(clipped(.globalNorm, 1.3), whole.map { $0.map { $0 * 1.3 / norm } }))
    for measure in GradientClipping.Measure.allCases { #expect(clipped(measure, 14) == whole) }
    // Squares beyond float32's range.
    var huge = Gradients([("a", NDArray([3e30, -4e30], shape: [2]).cast(to: .float32))])
    huge.clip(GradientClipping(limit: 5))
    #expect(near([huge.entries[0].array.doubles], [[3, -4]]))
  }

  @Test("clipped training takes the clipped step")
  func clippedTraining() throws {
    var lesson = try Lesson()
    lesson.options = TrainingOptions(epochs: 1, batchSize: 200)
    let start = lesson.trainer(SGD()).model.state.map(\.array)
    lesson.options.clipping = GradientClipping(limit: 0.01)
    var trainer = lesson.trainer(SGD(learningRate: 1))
    try lesson.run(&trainer)
    var paths: Set<String> = []
    trainer.model.forEachParameter { paths.insert($0.path) }
    var squares = 0.0
    for (before, after) in zip(start, trainer.model.state) where paths.contains(after.path) {
      let step = (after.array - before).cast(to: .float64)
      squares += (step * step).sum().item
    }
    // The step is a difference of weights about 1 that are rounded by 6e-8.
    #expect(abs(squares.squareRoot() - 0.01) < 1e-5)
  }

  @Test("options that do not go with the rest are refused, each by its key")
  func refusals() throws {
    let lesson = try Lesson()
    func message(
      _ options: TrainingOptions, _ optimizer: any Optimizer = SGD(), validation: Bool = true
    ) -> String {
      var trainer = lesson.trainer(optimizer)
      do {
        _ = try trainer.run(
          train: lesson.train, validation: validation ? lesson.validation : nil,
          preparation: lesson.preparation, inputShape: [1, 8, 8], options: options,
          loss: { crossEntropy(logits: $0, labels: $1) }, observe: { _, _ in .stop })
        return "no error"
      } catch {
        #expect(trainer.position.step == 0)
        return "\(error)"
      }
    }
    #expect(
      message(TrainingOptions(), DeltaBarDelta())
        == "batchSize: found 32 of 200 samples, expected all of them: delta-bar-delta goes by the "
        + "signs of gradients, which the noise of mini-batches changes by chance")
    #expect(message(TrainingOptions(batchSize: 200), DeltaBarDelta()) == "no error")
    let table: [(TrainingOptions, String)] = [
      (
        TrainingOptions(schedule: Schedule(.exponential(factor: 2))),
        "schedule.factor: found 2.0, expected above 0, at most 1"
      ),
      (
        TrainingOptions(schedule: Schedule(.constant, warmup: .init(length: 0))),
        "schedule.warmup: found length 0, expected from 1 to 1000000000"
      ),
      (
        TrainingOptions(regularization: Regularization(l1: -1)),
        "regularization.l1: found -1.0, expected at least 0"
      ),
      (
        TrainingOptions(groups: [
          ParameterGroup(paths: ["*"]), ParameterGroup(paths: ["*.bias", "weights"]),
        ]),
        "groups[1].paths: found \"weights\", which no parameter has, expected paths of the model's "
          + "parameters, such as layers.0.weight"
      ),
      (
        TrainingOptions(groups: [
          ParameterGroup(paths: ["*"], regularization: Regularization(maxNorm: 0))
        ]), "groups[0].regularization.maxNorm: found 0.0, expected above 0"
      ),
      (
        TrainingOptions(clipping: GradientClipping(limit: -1)),
        "clipping.limit: found -1.0, expected above 0"
      ),
      (
        TrainingOptions(earlyStopping: EarlyStopping(patience: 0)),
        "earlyStopping.patience: found 0, expected at least 1"
      ),
    ]
    for (options, expected) in table { #expect(message(options) == expected) }
    #expect(
      message(TrainingOptions(earlyStopping: EarlyStopping()), validation: false)
        == "earlyStopping.metric: found validation-loss without a validation set, expected a "
        + "validation set, or a metric of training")
    #expect(
      message(TrainingOptions(schedule: Schedule(.plateau())), validation: false)
        == "schedule.metric: found validation-loss without a validation set, expected a "
        + "validation set, or a metric of training")
    // Decoded, the same numbers are refused before there is a model.
    for text in [
      #"{"regularization": {"l2": -1}}"#, #"{"groups": [{"paths": []}]}"#, #"{"groups": [{}]}"#,
      #"{"groups": [{"paths": ["*"], "rate": 2}]}"#, #"{"clipping": {"limit": 0}}"#,
      #"{"clipping": {"measure": "mean"}}"#, #"{"earlyStopping": {"minimumChange": -1}}"#,
    ] {
      #expect(throws: DecodingError.self, "\(text)") {
        try JSONDecoder().decode(TrainingOptions.self, from: Data(text.utf8))
      }
    }
  }
}
