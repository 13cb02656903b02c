import Foundation
import Gradus
import TestSupport
import Testing

/// The examples of documentation comments, between markers: `ArticleTests` looks for each of them
/// here.
@Suite("Examples in documentation comments")
struct CommentExampleTests {
  @Test func gradient() {
    // <example>
    let (value, gradient) = valueWithGradient(at: NDArray([1.0, 2.0])) { ($0 * $0).sum() }
    // </example>
    #expect(value.item == 5)
    #expect(gradient.doubles == [2, 4])
  }

  @Test func network() {
    // <example>
    let model = Sequential {
      Dense(784, 256)
      ReLU()
      Dense(256, 10)
    }
    // </example>
    #expect(model.parameterCount == 785 * 256 + 257 * 10)
  }

  @Test func epochs() async throws {
    let digits = Digits.splits
    let preparation = try InputPreparation(fitting: digits.train)
    let trainer = Trainer(
      model: leNet5().initialized(seed: 0), optimizer: Adam(learningRate: 0.002), classes: 10)
    // <example>
    let epochs = trainer.epochs(
      train: digits.train, validation: digits.validation, preparation: preparation,
      inputShape: [1, 32, 32], options: TrainingOptions(epochs: 20),
      loss: { crossEntropy(logits: $0, labels: $1) })
    for try await epoch in epochs {
      if epoch.validation!.accuracy > 0.9 { break }
    }
    let trained = await epochs.trainer.model
    // </example>
    #expect(trained.parameterCount == 61_706)
    #expect(await epochs.trainer.position.history.last!.validation!.accuracy > 0.9)
  }

  @Test func batches() throws {
    let splits = Digits.splits
    let preparation = try InputPreparation(fitting: splits.train)
    var seen = 0
    // <example>
    let loader = try BatchLoader(
      dataset: splits.train, preparation: preparation, inputShape: [1, 32, 32], batchSize: 64,
      shuffleSeed: 0, epoch: 3)
    while let batch = try loader.next() { seen += batch.count }
    // </example>
    #expect(seen == splits.train.count)
  }

  @Test func table() throws {
    let folder = try ScratchFolder()
    let path = try folder.write("iris.csv", "length,species\n5.1,setosa\n7.0,versicolor\n")
    // <example>
    let table = try CSV.read(path, CSVOptions(labels: .classes(.name("species"))))
    // </example>
    #expect(table.features.shape == [2, 1])
    #expect(table.classes.sorted() == ["setosa", "versicolor"])
  }

  @Test func file() throws {
    let folder = try ScratchFolder()
    let path = folder("metrics.json")
    // <example>
    try AtomicFile.write(path) { file in try file.write("{}\n") }
    // </example>
    #expect(try folder.bytes("metrics.json") == Array("{}\n".utf8))
  }

  @Test func tensors() throws {
    let folder = try ScratchFolder()
    let path = folder("model.safetensors")
    try Safetensors.write([(name: "conv1.weight", array: NDArray([1.0, 2.0]))], to: path)
    // <example>
    let file = try SafetensorsFile(path)
    let weight = try file.tensor("conv1.weight")
    // </example>
    #expect(weight.doubles == [1, 2])
  }

  @Test func archive() throws {
    let bytes = TarBuilder.archive([("a/b", [1, 2, 3])])
    var sizes: [String: Int] = [:]
    // <example>
    let reader = TarReader(bytes, maximumFile: 1 << 20)
    while let file = try reader.next() { sizes[file.path] = file.content.count }
    // </example>
    #expect(sizes == ["a/b": 3])
  }

  @Test func digest() {
    // <example>
    var hash = SHA256()
    hash.update([0x61, 0x62, 0x63])
    let text = hash.finish()  // ba7816bf…
    // </example>
    #expect(text.hasPrefix("ba7816bf"))
  }

  @Test func json() {
    var printed = ""
    func print(_ text: String) { printed += text }
    // <example>
    let event: JSONValue = ["event": "epoch", "epoch": 1, "train": ["loss": 0.25]]
    print(event.text())  // {"event":"epoch","epoch":1,"train":{"loss":0.25}}
    // </example>
    #expect(printed == #"{"event":"epoch","epoch":1,"train":{"loss":0.25}}"#)
  }

  @Test func chart() {
    var printed = ""
    func print(_ text: String) { printed += text }
    // <example>
    let chart = LineChart(
      title: "LeNet-5 on digits", xLabel: "epoch", yLabel: "loss",
      series: [
        Series("training", values: [1.9, 0.7, 0.3]), Series("validation", values: [1.5, 0.6, 0.4]),
      ])
    print(chart.terminal(width: 60, height: 16, color: false))
    // </example>
    let lines = printed.split(separator: "\n")
    #expect(lines.count <= 16 && lines.allSatisfy { $0.count <= 60 })
    #expect(printed.contains("LeNet-5 on digits") && printed.contains("validation"))
  }

  @Test func minimum() throws {
    // <example>
    let valley = try LBFGS().minimum(from: NDArray([-1.2, 1.0])) { x in
      let (a, b) = (x.selecting(axis: 0, index: 0), x.selecting(axis: 0, index: 1))
      return (1 - a).squared() + 100 * (b - a.squared()).squared()
    }
    // valley.point is [1, 1] to four digits
    // </example>
    #expect(valley.point.doubles.allSatisfy { abs($0 - 1) < 1e-4 })
  }

  @Test func events() throws {
    let scratch = try ScratchFolder()
    let folder = scratch.path
    // <example>
    let events = try EventFile(folder: folder)
    try events.add([("loss/training", 0.31), ("loss/validation", 0.28)], step: 1000)
    // </example>
    #expect(try Files.read(events.path).count > 100)
  }
}
