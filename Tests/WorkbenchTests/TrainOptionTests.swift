import Formats
import Foundation
import Testing
import Workbench

/// What `train` takes for a new run.
@Suite struct TrainOptionTests {
  @Test func augmentations() throws {
    let all = try Augmentation(
      option: "shift=2,rotation=10,scale=0.9..1.3,shear=5,flip,crop=4,brightness=0.2,contrast=0.5,"
        + "saturation=0.3,hue=-20..40,noise=0.1,cutout=8,border=reflect,mixup=0.2")
    let expected = try Augmentation(
      [
        .shift(down: -2...2, right: -2...2), .rotation(degrees: -10...10),
        .scale(factor: 0.9...1.3),
        .shear(degrees: -5...5), .flip(probability: 0.5), .crop(padding: 4),
        .brightness(factor: 0.8...1.2), .contrast(factor: 0.5...1.5),
        .saturation(factor: 0.7...1.3), .hue(degrees: -20...40), .noise(deviation: 0...0.1),
        .cutout(size: 8),
      ], border: .reflect, mixup: 0.2)
    #expect(all == expected)
    #expect(try Augmentation(option: "flip=1") == Augmentation([.flip(probability: 1)]))
    #expect(
      try Augmentation(option: "noise=0.2..0.3") == Augmentation([.noise(deviation: 0.2...0.3)]))
    #expect(try Augmentation(option: "mixup=1") == Augmentation([], mixup: 1))
  }

  @Test(arguments: [
    ("rotaton=3", "unknown augmentation 'rotaton'; did you mean rotation?"),
    ("rotation", "found 'rotation', expected rotation=NUMBER"),
    ("rotation=ten", "found 'rotation=ten', expected rotation=NUMBER"),
    ("rotation=-3", "found 'rotation=-3', expected rotation=NUMBER of at least 0, or LOW..HIGH"),
    ("scale=2..1", "found 'scale=2..1', expected scale=LOW..HIGH, two numbers"),
    ("scale=nan", "expected scale=NUMBER"), ("scale=20", "numbers from 0.1 to 10"),
    ("crop=1.5", "expected crop=N, a whole number"),
    ("flip=2", "found 2.0, expected from 0.0 to 1.0"),
    ("flip,flip", "found 'flip' twice in 'flip,flip'"), ("", "expected NAME=NUMBER between commas"),
    ("flip,", "expected NAME=NUMBER between commas"), ("shift=-1", "expected from 0 to 10000"),
    ("border=black", "unknown border 'black'; known: level, zero, reflect"),
    ("mixup=0", "found 0.0, expected from 0.01 to 100"),
  ]) func wrongAugmentations(_ text: String, _ part: String) {
    do {
      _ = try Augmentation(option: text)
      Issue.record("'\(text)' was taken")
    } catch {
      #expect(WorkbenchError(error).description.contains(part), "\(error)")
    }
  }

  @Test func schedules() throws {
    #expect(try Schedule(option: nil, warmup: nil) == Schedule(.constant, unit: .step))
    #expect(try Schedule(option: "step=10", warmup: nil) == Schedule(.step(every: 10)))
    #expect(
      try Schedule(option: "exponential=0.9", warmup: nil) == Schedule(.exponential(factor: 0.9)))
    #expect(
      try Schedule(option: "cosine", warmup: 50)
        == Schedule(.cosine(), unit: .step, warmup: Schedule.Warmup(length: 50)))
    #expect(
      try Schedule(option: nil, warmup: 7)
        == Schedule(.constant, unit: .step, warmup: Schedule.Warmup(length: 7)))
    #expect(
      try Schedule(option: "polynomial=2", warmup: nil)
        == Schedule(.polynomial(power: 2), unit: .step))
    #expect(try Schedule(option: "one-cycle", warmup: nil) == Schedule(.oneCycle(), unit: .step))
    #expect(
      try Schedule(option: "plateau=3", warmup: nil)
        == Schedule(.plateau(Schedule.Plateau(patience: 3))))
    #expect(try Schedule(option: "plateau", warmup: nil) == Schedule(.plateau()))
  }

  @Test(
    arguments: [
      ("cosin", nil, "unknown schedule 'cosin'; did you mean cosine?"),
      ("step", nil, "expected step=N, a whole number"),
      ("step=0", nil, "every: found 0, expected from 1"),
      ("cosine=3", nil, "found 'cosine=3', expected cosine alone"),
      ("exponential=2", nil, "factor: found 2.0"),
      ("step=3,cosine", nil, "found 'step=3,cosine', expected one of constant, step"),
      ("step=3", 5, "found with the schedule step, expected constant, cosine or polynomial"),
      ("one-cycle", 5, "found with the schedule one-cycle"),
      ("cosine", 0, "found 0, expected at least 1 update"),
    ] as [(String, Int?, String)])
  func wrongSchedules(_ text: String, _ warmup: Int?, _ part: String) {
    do {
      _ = try Schedule(option: text, warmup: warmup)
      Issue.record("'\(text)' was taken")
    } catch {
      #expect(error.description.contains(part), "\(error)")
    }
  }

  /// Every option comes back from `run.yaml`, and a run without them reads as it did.
  @Test func descriptionsKeepThem() throws {
    var request = TrainRequest(model: "mlp", optimizer: .adamW, l2: 0.01)
    request.l1 = 0.001
    request.maxNorm = 3
    request.schedule = try Schedule(option: "plateau=3", warmup: nil)
    request.clipping = GradientClipping(.value, limit: 0.5)
    request.labelSmoothing = 0.1
    request.augmentation = try Augmentation(option: "rotation=10,mixup=0.2")
    request.patience = 4
    let text = try JSONEncoder().encode(request)
    #expect(try JSONDecoder().decode(TrainRequest.self, from: text) == request)
    let model = logisticRegression(inputs: 4, classes: 2).initialized()
    let options = try request.options(for: model)
    #expect(
      options.regularization == Regularization(l1: 0.001, l2: 0.01, isDecoupled: true, maxNorm: 3))
    #expect(options.earlyStopping == EarlyStopping(patience: 4))
    #expect(options.augmentation == request.augmentation && options.schedule == request.schedule)
    let plain = TrainRequest(model: "mlp")
    #expect(try plain.options(for: model) == TrainingOptions(epochs: 20))
  }

  /// Each rule trains and is told apart from the others by the numbers that it comes to.
  @Test func everyOptimizerTrains() throws {
    let gradus = try Program()
    var losses: Set<Double> = []
    for name in TrainRequest.OptimizerName.allCases {
      let result = try gradus(
        "train", "mlp", "--optimizer", name.rawValue, "--l2", "0.01", "--epochs", "2",
        "--limit-train", "256", "--threads", "1", "--json", "--out", name.rawValue)
      let lines = try result.lines()
      let loss = try #require(lines.first { $0["epoch"]?.integer == 2 }?["train"]?["loss"]?.double)
      #expect(loss.isFinite && loss < 3, "\(name.rawValue): \(loss)")
      losses.insert(loss)
    }
    #expect(losses.count == TrainRequest.OptimizerName.allCases.count)
  }

  @Test func patienceEndsARunWithItsBestEpoch() throws {
    let gradus = try Program()
    let result = try gradus(
      "train", "mlp", "--limit-train", "64", "--epochs", "200", "--patience", "3", "--threads", "1",
      "--learning-rate", "0.01", "--json", "--out", "run")
    let lines = try result.lines()
    let losses = lines.compactMap { $0["validation"]?["loss"]?.double }
    #expect(losses.count < 200 && losses.count >= 4)
    let best = try #require(losses.indices.min { losses[$0] < losses[$1] })
    #expect(best == losses.count - 4)
    // What is kept is the best epoch's model: a run that ends there gives the same test.
    let whole = try gradus(
      "train", "mlp", "--limit-train", "64", "--epochs", "\(best + 1)", "--threads", "1",
      "--learning-rate", "0.01", "--json", "--out", "whole")
    #expect(try whole.lines().last?["test"] == lines.last?["test"])
    // It is over, whatever epochs are asked for.
    let more = try gradus(
      "train", "--resume", "run", "--epochs", "300", "--threads", "1", "--json")
    #expect(more.status == 0)
    #expect(try more.lines().map { $0["event"]?.string } == ["done"])
    #expect(try more.lines().last?["test"] == lines.last?["test"])
    #expect(
      more.errors
        == "gradus: the run is over after epoch \(losses.count): its validation loss has got no lower "
        + "for 3 epochs (--patience 3); nothing is left to train\n")
  }

  @Test func batchSizes() throws {
    var request = TrainRequest(model: "mlp")
    try request.setBatchSize(option: "48")
    #expect(request.batchSize == 48 && request.batchSizeChanges == nil)
    try request.setBatchSize(option: "32,64@10,128@20")
    #expect(request.batchSize == 32)
    #expect(
      request.batchSizeChanges == [
        BatchSizeChange(epoch: 10, size: 64), BatchSizeChange(epoch: 20, size: 128),
      ])
    for text in ["", "x", "32,", "32,64", "32@2", "32,64@", "32,@3", "32,64@2@3"] {
      #expect(throws: WorkbenchError.self) { try request.setBatchSize(option: text) }
    }
    request.batchSizeChanges = [BatchSizeChange(epoch: 1, size: 64)]
    let error = #expect(throws: WorkbenchError.self) { try request.validate() }
    #expect(
      error?.description
        == "--batch-size: found 64@1, expected sizes from 1 to 10000000 from epochs 2 to 1000000 on"
    )
  }

  @Test func classWeights() throws {
    #expect(try ClassWeights(option: "balanced") == .balanced)
    #expect(try ClassWeights(option: "1,0.5") == .given([1, 0.5]))
    for text in ["", "even", "1,", "1,0", "1,-2", "nan"] {
      #expect(throws: WorkbenchError.self) { try ClassWeights(option: text) }
    }
  }
}
