import Labs
import Testing
import Training

@Suite struct DigitTrainingTests {
  /// As many labels are wrong as was asked for, images stay, and the seed decides which.
  @Test(arguments: [(0.0, 0), (0.2, 72), (1, 359)]) func mislabeled(share: Double, wrong: Int)
    throws
  {
    let digits = Digits.splits.test
    let changed = try digits.mislabeled(share: share, seed: 3)
    let pairs = zip(digits.labels.doubles, changed.labels.doubles)
    #expect(pairs.count { $0 != $1 } == wrong)
    #expect(changed.labels.doubles.allSatisfy { (0...9).contains($0) })
    #expect(changed.inputs.doubles == digits.inputs.doubles)
    let again = try digits.mislabeled(share: share, seed: 3)
    #expect(again.labels.doubles == changed.labels.doubles)
    if (0.1...0.9).contains(share) {
      let other = try digits.mislabeled(share: share, seed: 4)
      #expect(other.labels.doubles != changed.labels.doubles)
    }
  }

  /// Every wrong class is met.
  @Test func allClasses() throws {
    let digits = Digits.splits.test
    let changed = try digits.mislabeled(share: 1, seed: 0)
    let steps = zip(digits.labels.doubles, changed.labels.doubles).map { Int($1 - $0 + 10) % 10 }
    #expect(Set(steps) == Set(1...9))
  }

  /// The number of threads is as before, and what is found does not hang on it.
  @Test func threads() throws {
    let training = DigitTraining(
      train: try Digits.splits.train.prefix(60), validation: Digits.splits.validation)
    let before = Compute.threads
    defer { Compute.threads = before }
    let losses = try [1, 2].map { threads in
      Compute.threads = threads
      var seen = 0
      let trainer = try training.run(
        learningRate: 0.002, options: TrainingOptions(epochs: 3, prefetch: 0)
      ) { _ in seen += 1 }
      #expect(Compute.threads == threads && seen == 3)
      return try training.scores(of: trainer.model, on: Digits.splits.test).loss
    }
    #expect(losses[0] == losses[1])
  }
}
