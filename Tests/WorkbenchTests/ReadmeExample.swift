// The example of README.md, between the two markers: the README test compares them word for word.
// <readme>
import Gradus

func trainDigits() throws -> Double {
  let digits = Digits.splits
  let preparation = try InputPreparation(fitting: digits.train)
  var trainer = Trainer(
    model: leNet5().initialized(seed: 0), optimizer: Adam(learningRate: 0.002), classes: 10)
  _ = try trainer.run(
    train: digits.train, validation: digits.validation, preparation: preparation,
    inputShape: [1, 32, 32], options: TrainingOptions(epochs: 3),
    loss: { crossEntropy(logits: $0, labels: $1) }, observe: { _, _ in .proceed })
  return try evaluate(
    trainer.model, on: digits.test, preparation: preparation, inputShape: [1, 32, 32],
    loss: { crossEntropy(logits: $0, labels: $1) }
  ).accuracy
}
// </readme>
