// The code of the tutorial, Sources/Gradus/Gradus.docc/Tutorial.md, between the markers: a test
// compares the two, runs this, and compares what it prints with what the tutorial says.
// <tutorial>
import Gradus

// </tutorial>

/// Runs the tutorial's steps and returns what they print, line by line.
///
/// - Parameters:
///   - folder: Where checkpoints go.
///   - picture: The path of a picture of a three.
func runTutorial(folder: String, picture: String) throws -> [String] {
  var lines: [String] = []
  func print(_ items: Any...) {
    lines += items.map { "\($0)" }.joined(separator: " ").split(separator: "\n").map(String.init)
  }

  // <tutorial>
  let weights = NDArray(rows: [[1.0, 2.0], [3.0, 4.0]])
  let x = NDArray([10.0, 20.0])
  print(weights.shape, weights.dtype)
  print((weights * x).doubles)
  print(weights.matmul(x.expanded(axis: 1)).doubles)
  // </tutorial>

  // <tutorial>
  let error = valueWithGradient(at: NDArray(2.0)) { w in
    (w * 3 - 1).squared() * 0.5
  }
  print(error.value.item, error.gradient.item)
  // </tutorial>

  // <tutorial>
  let digits = Digits.splits
  print(digits.train.count, digits.validation.count, digits.test.count)
  print(digits.train.inputs.shape, digits.train.inputs.dtype)

  let pixels = digits.train.inputs.selecting(axis: 0, index: 0).doubles
  let rows = (0..<8).map { row in (0..<8).map { pixels[8 * row + $0] / Digits.maximumValue } }
  print(ImageText(rows: rows).terminal(color: false))
  print("label", digits.train.labels.integers[0])
  // </tutorial>

  // <tutorial>
  let preparation = try InputPreparation(fitting: digits.train)
  let inputShape: Shape = [1, 32, 32]
  let batch = try preparation.prepared(digits.train.prefix(32).inputs, for: inputShape)
  let labels = try digits.train.prefix(32).labels
  print(batch.shape, batch.dtype)
  // </tutorial>

  // <tutorial>
  let network = Sequential {
    Conv2D(1, 6, kernel: 5)
    Tanh()
    AveragePool2D(2)
    Conv2D(6, 16, kernel: 5)
    Tanh()
    AveragePool2D(2)
    Flatten()
    Dense(400, 84)
    Tanh()
    Dense(84, 10)
  }
  let summary = try network.summary(input: [1, 1, 32, 32])
  for row in summary.rows { print(row.path, row.kind, row.output, row.parameters) }
  print("parameters", summary.parameters)
  // </tutorial>

  // <tutorial>
  var model = network.initialized(seed: 0)
  var optimizer = Adam(learningRate: 0.002)
  for step in 0..<3 {
    var context = Context(.training, seed: 0, step: UInt64(step))
    let (loss, gradients) = valueWithGradients(of: model, &context) { model, context in
      crossEntropy(logits: model(Tensor(batch), &context), labels: labels)
    }
    optimizer.update(&model, along: gradients)
    model.apply(statisticsOf: context)
    print("step", step + 1, "loss", (loss.item * 100).rounded() / 100)
  }
  // </tutorial>

  // <tutorial>
  let checkpoints = CheckpointFolder(folder + "/checkpoints")

  func train(_ trainer: inout Trainer<Sequential>, epochs: Int) throws {
    _ = try trainer.run(
      train: digits.train, validation: digits.validation, preparation: preparation,
      inputShape: inputShape, options: TrainingOptions(epochs: epochs),
      loss: { crossEntropy(logits: $0, labels: $1) }
    ) { event, trainer in
      if case .epoch(let record) = event, let validation = record.validation {
        try checkpoints.save(Checkpoint(trainer))
        print("epoch", record.epoch, "accuracy", (validation.accuracy * 100).rounded() / 100)
      }
      return .proceed
    }
  }

  var trainer = Trainer(
    model: network.initialized(seed: 0), optimizer: Adam(learningRate: 0.002), classes: 10)
  try train(&trainer, epochs: 2)
  // </tutorial>

  // <tutorial>
  var resumed = Trainer(model: network.initialized(), optimizer: Adam(), classes: 10)
  try checkpoints.latest()?.restore(&resumed)
  print("resumed after epoch", resumed.position.epoch, "step", resumed.position.step)
  try train(&resumed, epochs: 5)

  try train(&trainer, epochs: 5)  // the first one, without a break
  let isSame = zip(trainer.model.state, resumed.model.state)
    .allSatisfy { $0.array.floats == $1.array.floats }
  print("the same bits:", isSame)
  // </tutorial>

  // <tutorial>
  let metrics = try evaluate(
    resumed.model, on: digits.test, preparation: preparation, inputShape: inputShape,
    loss: { crossEntropy(logits: $0, labels: $1) })
  print("test images", metrics.count, "accuracy", (metrics.accuracy * 100).rounded() / 100)
  // </tutorial>

  // <tutorial>
  let file = folder + "/digits.safetensors"
  try Safetensors.write(resumed.model.state.map { (name: $0.path, array: $0.array) }, to: file)

  var classifier = network.initialized()
  try classifier.load(Safetensors.read(file).tensors.map { (path: $0.name, array: $0.array) })
  print(classifier.state.map(\.path).prefix(2))
  // </tutorial>

  // <tutorial>
  let prepared = try ImagePreparation(for: preparation).read(picture)
  var context = Context(.evaluation)
  let scores = try classifier(
    Tensor(preparation.prepared(prepared.image, for: inputShape)), &context)
  let answer = scores.array.argumentOfMaximum().integers[0]
  print("it is a", digits.classNames[answer])
  // </tutorial>

  return lines
}
