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

  /// The scores are those of the samples that were asked for, and every epoch is told of.
  @Test func trains() throws {
    let training = try DigitTraining(
      train: try Digits.splits.train.prefix(200), validation: Digits.splits.validation)
    var seen = 0
    let trainer = try training.run(
      learningRate: 0.002, options: TrainingOptions(epochs: 10, prefetch: 0)
    ) { _ in seen += 1 }
    #expect(seen == 10)
    let scores = try training.scores(of: trainer.model, on: Digits.splits.validation)
    #expect(scores.loss == trainer.position.history.last?.validation?.loss)
    #expect(scores.accuracy > 0.7)
  }
}
