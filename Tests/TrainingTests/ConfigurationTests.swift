import Formats
import Foundation
import TestSupport
import Testing
import Training

@Suite("Configurations as JSON")
struct ConfigurationTests {
  private func coded<Value: Codable>(_ value: Value) throws -> Value {
    try JSONDecoder().decode(Value.self, from: JSONEncoder().encode(value))
  }

  private func decode<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
    try JSONDecoder().decode(type, from: Data(text.utf8))
  }

  /// Place and message of the error that a text gives.
  private func error<Value: Decodable>(_ type: Value.Type, _ text: String) -> String? {
    do {
      _ = try decode(type, text)
      return nil
    } catch let DecodingError.dataCorrupted(context) {
      return context.codingPath.map(\.stringValue).joined(separator: ".") + ": "
        + context.debugDescription
    } catch let DecodingError.typeMismatch(_, context) {
      return context.codingPath.map(\.stringValue).joined(separator: ".") + ": wrong type"
    } catch let DecodingError.keyNotFound(key, _) {
      return "\(key.stringValue) is missing"
    } catch {
      return "\(error)"
    }
  }

  @Test("there and back")
  func roundTrip() throws {
    let sgd = SGD.Configuration(
      learningRate: 0.05, momentum: 0.9, nesterov: true, weightDecay: 1e-4)
    let adam = Adam.Configuration(learningRate: 0.002, beta1: 0.8, beta2: 0.99, epsilon: 1e-7)
    #expect(try coded(sgd) == sgd)
    #expect(try coded(adam) == adam)
    #expect(try coded(OptimizerConfiguration.sgd(sgd)) == .sgd(sgd))
    #expect(try coded(OptimizerConfiguration.adam(adam)) == .adam(adam))
    for rule in [
      OptimizerConfiguration.deltaBarDelta(.init(learningRate: 0.2, increase: 0.1, decay: 0.5)),
      .adaGrad(.init(learningRate: 0.2, epsilon: 1e-3, initialSum: 0.1)),
      .rmsProp(.init(decay: 0.5, momentum: 0.5, centered: true, weightDecay: 0.1)),
      .sgd(.init(momentum: 0.5, form: .course)), .adam(.init(decoupled: true, amsgrad: true)),
    ] { #expect(try coded(rule) == rule) }
    var options = TrainingOptions(epochs: 7, batchSize: 64, seed: .max, prefetch: 0, shift: 2)
    #expect(try coded(options) == options)
    options.schedule = Schedule(.cosine(minimum: 0.1), unit: .step, warmup: .init(length: 3))
    options.regularization = Regularization(l1: 0.1, l2: 0.2, isDecoupled: true, maxNorm: 3)
    options.groups = [ParameterGroup(paths: ["*.bias"], rateFactor: 2, isFrozen: true)]
    options.clipping = GradientClipping(.norm, limit: 5)
    options.earlyStopping = EarlyStopping(metric: .trainingLoss, patience: 3, minimumChange: 0.1)
    #expect(try coded(options) == options)
    #expect(SGD(sgd).configuration == sgd)
    #expect(Adam(adam).configuration == adam)
    let preparation = try InputPreparation(fitting: Digits.splits.train)
    #expect(try coded(preparation) == preparation)
    for dtype in DType.allCases { #expect(try coded([dtype]) == [dtype]) }
  }

  @Test("what is left out has its default")
  func defaults() throws {
    #expect(try decode(TrainingOptions.self, "{}") == TrainingOptions())
    #expect(try decode(TrainingOptions.self, #"{"epochs": 3}"#) == TrainingOptions(epochs: 3))
    #expect(try decode(SGD.Configuration.self, "{}") == SGD.Configuration())
    #expect(
      try decode(OptimizerConfiguration.self, #"{"rule": "adam", "learningRate": 0.01}"#)
        == .adam(Adam.Configuration(learningRate: 0.01)))
    // The defaults are those of the optimizers themselves.
    #expect(SGD().configuration == SGD.Configuration())
    #expect(Adam().configuration == Adam.Configuration())
  }

  @Test("a decoded optimizer takes the steps of one made in code")
  func sameOptimizer() throws {
    let lesson = try Lesson()
    var first = lesson.trainer(SGD(learningRate: 0.05, momentum: 0.9, nesterov: true))
    let text = #"{"rule": "sgd", "learningRate": 0.05, "momentum": 0.9, "nesterov": true}"#
    var second = lesson.trainer(try decode(OptimizerConfiguration.self, text).makeOptimizer())
    try lesson.run(&first)
    try lesson.run(&second)
    #expect(differences(first, second) == [])
  }

  @Test("wrong values are refused with place, found and expected")
  func errors() {
    let options: [(String, String)] = [
      (#"{"epochs": 0}"#, "epochs: found 0, expected from 1 to 1000000000"),
      (#"{"batchSize": -3}"#, "batchSize: found -3, expected from 1 to 1000000000"),
      (#"{"prefetch": -1}"#, "prefetch: found -1, expected from 0 to 1000000"),
      (#"{"shift": 1000001}"#, "shift: found 1000001, expected from 0 to 1000000"),
      (#"{"epochs": "ten"}"#, "epochs: wrong type"),
      (#"[3]"#, ": wrong type"),
      (
        #"{"epoch": 3}"#,
        "epoch: found the unknown key 'epoch', expected one of epochs, batchSize, seed, prefetch, "
          + "shift, augmentation, schedule, regularization, groups, clipping, earlyStopping, "
          + "batchSizeChanges, accumulation, averageDecay"
      ),
    ]
    for (text, message) in options { #expect(error(TrainingOptions.self, text) == message) }
    let optimizers: [(String, String)] = [
      (
        #"{"rule": "sdg"}"#,
        #"rule: found "sdg", expected one of sgd, delta-bar-delta, adagrad, rmsprop, adam"#
      ),
      ("{}", "rule is missing"),
      (
        #"{"rule": "sgd", "learningRate": 0}"#, "learningRate: found 0.0, expected above 0"
      ),
      (
        #"{"rule": "sgd", "momentum": 1}"#, "momentum: found 1.0, expected from 0 to below 1"
      ),
      (
        #"{"rule": "sgd", "dampening": 2}"#, "dampening: found 2.0, expected from 0 to 1"
      ),
      (
        #"{"rule": "sgd", "nesterov": true}"#,
        "nesterov: found true, expected false, or momentum above 0 and no dampening"
      ),
      (
        #"{"rule": "sgd", "weightDecay": -1}"#, "weightDecay: found -1.0, expected at least 0"
      ),
      (
        #"{"rule": "adam", "momentum": 0.9}"#,
        "momentum: found the unknown key 'momentum', expected one of rule, learningRate, beta1, "
          + "beta2, epsilon, weightDecay, decoupled, amsgrad"
      ),
      (#"{"rule": "adam", "beta1": -0.1}"#, "beta1: found -0.1, expected from 0 to below 1"),
      (#"{"rule": "adam", "beta2": 1}"#, "beta2: found 1.0, expected from 0 to below 1"),
      (#"{"rule": "adam", "epsilon": 0}"#, "epsilon: found 0.0, expected above 0"),
      (
        #"{"rule": "adam", "weightDecay": -1}"#, "weightDecay: found -1.0, expected at least 0"
      ),
      (
        #"{"rule": "sgd", "form": "course", "dampening": 0.1}"#,
        "dampening: found 0.1, expected 0 in the course's form"
      ),
      (
        #"{"rule": "sgd", "form": "keras"}"#,
        #"form: found "keras", expected one of pytorch, course"#
      ),
      (#"{"rule": "adagrad", "epsilon": 0}"#, "epsilon: found 0.0, expected above 0"),
      (#"{"rule": "adagrad", "initialSum": -1}"#, "initialSum: found -1.0, expected at least 0"),
      (
        #"{"rule": "adagrad", "decay": 0.9}"#,
        "decay: found the unknown key 'decay', expected one of rule, learningRate, epsilon, "
          + "initialSum, weightDecay"
      ),
      (#"{"rule": "rmsprop", "decay": 1}"#, "decay: found 1.0, expected from 0 to below 1"),
      (
        #"{"rule": "rmsprop", "momentum": -0.5}"#,
        "momentum: found -0.5, expected from 0 to below 1"
      ),
      (
        #"{"rule": "delta-bar-delta", "increase": -1}"#,
        "increase: found -1.0, expected at least 0"
      ),
      (
        #"{"rule": "delta-bar-delta", "decrease": 1}"#,
        "decrease: found 1.0, expected from 0 to below 1"
      ),
    ]
    for (text, message) in optimizers {
      #expect(error(OptimizerConfiguration.self, text) == message)
    }
    // The place of what stands within something else.
    #expect(
      error([String: [TrainingOptions]].self, #"{"runs": [{}, {"epochs": -1}]}"#)
        == "runs.Index 1.epochs: found -1, expected from 1 to 1000000000")
    let preparation =
      #"{"sampleShape": [1, 8, 8], "maximumValue": 0, "mean": [0], "standardDeviation": [1]}"#
    #expect(
      error(InputPreparation.self, preparation)?.contains(
        "found the largest value 0.0, expected a positive number") == true)
  }

  private struct Plan: Codable, Equatable {
    var optimizer = OptimizerConfiguration.adam(Adam.Configuration())
    var runs = [TrainingOptions(), TrainingOptions(epochs: 2)]
    var preparation: InputPreparation

    init() throws { preparation = try InputPreparation(fitting: Digits.splits.train) }
  }

  @Test("files there and back")
  func files() throws {
    let folder = try ScratchFolder()
    let plan = try Plan()
    try ConfigurationFile.write(plan, to: folder("plan.json"))
    #expect(try ConfigurationFile.read(Plan.self, from: folder("plan.json")) == plan)
    #expect(try folder.names() == ["plan.json"])
    let text = String(decoding: try folder.bytes("plan.json"), as: UTF8.self)
    #expect(text.contains(#""rule" : "adam""#) && text.hasSuffix("}\n"))
    let error = #expect(throws: FormatError.self) {
      try ConfigurationFile.write([Double.nan], to: folder("nan.json"))
    }
    #expect(error?.kind == .unwritable)
    #expect(try folder.names() == ["plan.json"])
  }

  @Test("wrong files are refused with place, found and expected")
  func wrongFiles() throws {
    let folder = try ScratchFolder()
    let right = String(decoding: try JSONEncoder().encode(Plan()), as: UTF8.self)
    let table: [(String, String, String)] = [
      (#""epochs":2"#, #""epochs":0"#, "runs[1].epochs: found 0, expected from 1 to 1000000000"),
      (
        #""epochs":2"#, #""epochs":"two""#, #"runs[1].epochs: found "two", expected a whole number"#
      ),
      (
        #""epochs":2"#, #""epochs":2.5"#,
        "runs[1].epochs: found 2.5, expected a whole number that Int holds"
      ),
      (
        #""seed":0"#, #""seed":-1"#,
        "runs[0].seed: found -1.0, expected a whole number that UInt64 holds"
      ),
      (#""epochs":2"#, #""epochs":{}"#, "runs[1].epochs: found an object, expected a whole number"),
      (
        #""rule":"adam""#, #""rule":"adm""#,
        #"optimizer.rule: found "adm", expected one of sgd, delta-bar-delta, adagrad, rmsprop, adam"#
      ),
      (
        #""rule":"adam""#, #""role":"adam""#,
        "optimizer.rule: found nothing, expected a value for 'rule'"
      ),
      (#""beta1":0.9"#, #""beta1":9"#, "optimizer.beta1: found 9.0, expected from 0 to below 1"),
      (#""beta1":0.9"#, #""beta1":true"#, "optimizer.beta1: found true, expected a number"),
      (
        #""maximumValue":16"#, #""maximumValue":0"#,
        "preparation: found the largest value 0.0, expected a positive number"
      ),
      (
        #""beta1":0.9"#, #""beta1":0.9,"beta3":1"#,
        "optimizer.beta3: found the unknown key 'beta3', expected one of rule, learningRate, beta1, "
          + "beta2, epsilon, weightDecay, decoupled, amsgrad"
      ),
    ]
    for (old, new, message) in table {
      let text = right.replacing(old, with: new)
      try #require(text != right, "\(old) is not in \(right)")
      let path = try folder.write("plan.json", text)
      let error = #expect(throws: FormatError.self) {
        try ConfigurationFile.read(Plan.self, from: path)
      }
      #expect(error?.description == "\(path): \(message)")
    }
    for text in ["", "{", "[1,2]", #"{"runs":[],"runs":[]}"#, String(repeating: "[", count: 9_999)]
    {
      let path = try folder.write("plan.json", text)
      #expect(throws: FormatError.self) { try ConfigurationFile.read(Plan.self, from: path) }
    }
    #expect(throws: FormatError.self) {
      try ConfigurationFile.read(Plan.self, from: folder("none.json"))
    }
  }

  @Test("no text ends the process", arguments: [0, 1, 2])
  func hostile(seed: Int) {
    // Cut, doubled and exchanged bytes of right texts: a value or an error.
    let texts = [
      #"{"epochs": 3, "batchSize": 32, "seed": 18446744073709551615, "prefetch": 2, "shift": 0}"#,
      #"{"rule": "sgd", "learningRate": 0.05, "momentum": 0.9, "nesterov": true}"#,
      #"{"schedule": {"rule": "step", "every": 3}, "clipping": {"limit": 2}, "epochs": 4}"#,
      #"{"groups": [{"paths": ["*.bias"]}], "regularization": {"l1": 0.1}}"#,
      #"{"rule": "rmsprop", "decay": 0.5, "momentum": 0.9, "centered": true}"#,
      #"{"sampleShape": [1, 8, 8], "maximumValue": 16, "mean": [0], "standardDeviation": [1]}"#,
      #"{"uniform": [-1, 1e300]}"#,
    ]
    let bytes = Array(#"0123456789eE+-.,:"[]{}tfn "#.utf8)
    var state = UInt64(seed + 1)
    func draw(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(bound))
    }
    var decoded = 0
    for _ in 0..<2_000 {
      var text = Array(texts[draw(texts.count)].utf8)
      for _ in 0...draw(2) {
        let place = draw(text.count)
        switch draw(3) {
        case 0: text[place] = bytes[draw(bytes.count)]
        case 1: text.insert(bytes[draw(bytes.count)], at: place)
        default: if text.count > 1 { text.remove(at: place) }
        }
      }
      let data = Data(text)
      if let value = try? JSONDecoder().decode(TrainingOptions.self, from: data) {
        #expect(value.epochs >= 1 && value.batchSize >= 1)
        decoded += 1
      }
      if let value = try? JSONDecoder().decode(OptimizerConfiguration.self, from: data) {
        _ = value.makeOptimizer()
        decoded += 1
      }
      if let value = try? JSONDecoder().decode(InputPreparation.self, from: data) {
        #expect(value.mean.count == value.sampleShape[0])
        decoded += 1
      }
      if let value = try? JSONDecoder().decode(Initializer.self, from: data) {
        var layer = Dense(2, 2, initializer: value)
        layer.initialize(seed: 1)
        decoded += 1
      }
    }
    #expect(decoded > 20)
  }

  @Test("a configuration made in code is checked when it is used")
  func misuse() async {
    await #expect(processExitsWith: .failure) { _ = SGD(SGD.Configuration(learningRate: -1)) }
    await #expect(processExitsWith: .failure) { _ = Adam(Adam.Configuration(epsilon: 0)) }
    await #expect(processExitsWith: .failure) { _ = AdaGrad(epsilon: 0) }
    await #expect(processExitsWith: .failure) { _ = RMSProp(decay: 1) }
    await #expect(processExitsWith: .failure) { _ = DeltaBarDelta(learningRate: 0) }
  }
}
