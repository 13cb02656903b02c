// The example of README.md, between the two markers: the README test compares them word for word.
// <readme>
import Gradus

func trainLeNet() throws -> Double {
  let digits = Digits.splits
  let preparation = InputPreparation(fitting: digits.train)
  let loss = { @Sendable in crossEntropy(logits: $0, labels: $1) }
  var trainer = Trainer(model: leNet5().initialized(), optimizer: Adam(), classes: 10)
  _ = try trainer.run(
    train: digits.train, validation: digits.validation, preparation: preparation,
    inputShape: [1, 32, 32], options: TrainingOptions(epochs: 10), loss: loss
  ) { _, _ in .proceed }
  return try evaluate(
    trainer.model, on: digits.test, preparation: preparation, inputShape: [1, 32, 32], loss: loss
  ).accuracy
}
// </readme>
