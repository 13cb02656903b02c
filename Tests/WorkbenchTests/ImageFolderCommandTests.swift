import Formats
import Foundation
import TestSupport
import Testing
import Workbench

/// `gradus` with folders of images.
@Suite("Folders of images", .serialized)
struct ImageFolderCommandTests {
  private let gradus: Program

  init() throws { gradus = try Program() }

  /// The first digits as PNG files, twice as large, in folders of their classes; some cut off, or all
  /// of a class.
  private func write(damaged: Set<Int> = [], lost: Int? = nil) throws {
    let digits = try Digits.all.prefix(200)
    let pixels = digits.inputs.elements(as: UInt8.self)
    for (number, label) in digits.labels.integers.enumerated() {
      let folder = gradus.folder("digits/\(number % 5 == 0 ? "test" : "train")/\(label)")
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      let image = (0..<256).map { place in
        let source = pixels[number * 64 + place / 32 * 8 + place % 16 / 2]
        return UInt8(min(255, Int(source) * 16))
      }
      var bytes = try PNG.encode(NDArray(image, shape: [16, 16]))
      if damaged.contains(number) || label == lost { bytes.removeLast(20) }
      try AtomicFile.write(bytes, to: "\(folder)/\(number).png")
    }
  }

  @Test("trained on, resumed, evaluated; damaged images are counted")
  func training() throws {
    try write(damaged: [7])
    let wrong = try gradus(
      "train", "lenet5", "--data", "./digits", "--epochs", "1", "--threads", "1", "--json")
    #expect(wrong.status == 1)
    #expect(try wrong.error()[2].contains("--corrupt-images skip would leave it out"))
    let result = try gradus(
      "train", "lenet5", "--data", "./digits", "--image-size", "32", "--corrupt-images", "skip",
      "--epochs", "2", "--threads", "1", "--json", "--out", "run")
    #expect(result.status == 0, "\(result.errors)\(result.output)")
    let epochs = try result.lines().filter { $0["event"]?.string == "epoch" }
    #expect(epochs.map { $0["skipped"]?.integer } == [1, 1])
    let told = try result.lines().filter { $0["event"]?.string == "skipped" }
    #expect(told.map { $0["skipped_files"]?.array?.map(\.string) } == [[path(7)]])
    #expect(told.first?["lost_classes"]?.array == [])
    let text = try String(contentsOfFile: gradus.folder("run/run.yaml"), encoding: .utf8)
    #expect(text.contains("imageSize: 32") && text.contains("corruptImages: skip"))
    let more = try gradus(
      "train", "--resume", "run", "--epochs", "3", "--threads", "1", "--json")
    #expect(more.status == 0, "\(more.errors)\(more.output)")
    // The data are found from another folder, too.
    #expect(text.contains("data: \(gradus.folder("digits"))") || text.contains("/digits\n"))
    let evaluation = try gradus("evaluate", "run", "--threads", "1", "--json")
    #expect(try evaluation.lines().first?["count"]?.integer == 40)
  }

  /// The path of an image that `write` makes.
  private func path(_ number: Int) -> String {
    "./digits/\(number % 5 == 0 ? "test" : "train")/\(Digits.all.labels.integers[number])/"
      + "\(number).png"
  }

  @Test("a run on intact images is evaluated on damaged ones")
  func evaluation() throws {
    try write()
    let trained = try gradus(
      "train", "logistic", "--data", "./digits", "--epochs", "1", "--threads", "1", "--out", "run")
    #expect(trained.status == 0, "\(trained.errors)")
    // An image to train with, which evaluating does not need.
    try gradus.folder.write(path(7), "no image")
    let evaluate = ["evaluate", "run", "--threads", "1"]
    let whole = try gradus.start(evaluate + ["--json"]).wait()
    #expect(try whole.lines().first?["count"]?.integer == 40, "\(whole.output)")
    #expect(try whole.lines().first?.keys.contains("skipped") == false)
    try gradus.folder.write(path(5), "no image")
    let stopped = try gradus.start(evaluate + ["--json"]).wait()
    #expect(stopped.status == 1)
    // A run keeps its data's path as it is from anywhere.
    let damaged = gradus.folder(String(path(5).dropFirst(2)))
    #expect(try stopped.error()[1].hasPrefix(damaged))
    #expect(try stopped.error()[2].hasSuffix("--corrupt-images skip would leave it out"))
    let skipping = evaluate + ["--corrupt-images", "skip"]
    let json = try #require(try gradus.start(skipping + ["--json"]).wait().lines().first)
    #expect(json["count"]?.integer == 39 && json["skipped"]?.integer == 1)
    #expect(json["skipped_files"]?.array?.map(\.string) == [damaged])
    let text = try gradus.start(skipping).wait()
    #expect(
      text.output.hasPrefix("39 test samples of \(gradus.folder("digits")) (200 in all): accuracy ")
    )
    #expect(text.errors == "1 damaged image left out: \(damaged)\n")
    let info = try gradus("data", "info", "./digits", "--json")
    #expect(try info.error()[2].hasSuffix("--corrupt-images skip would leave it out"))
    let known = try #require(
      try gradus("data", "info", "./digits", "--json", "--corrupt-images", "skip").lines().first)
    #expect(known.keys == ["name", "shape", "classes", "train", "validation", "test"])
    #expect(known["shape"]?.array?.map(\.integer) == [1, 16, 16])
    #expect(known["classes"]?.array?.map(\.string) == (0...9).map(String.init))
    // Only the size is looked for.
    #expect(try gradus("summary", "lenet5", "--data", "./digits").status == 0)
  }

  @Test("memory is looked at before the images are read")
  func memory() throws {
    try write(damaged: [7])
    try gradus.folder.write(
      "wide.yaml",
      """
      input: [1, 16, 16]
      layers:
        - conv2d: {filters: 1000000, kernel: 3, padding: 1}
        - relu
        - conv2d: {filters: 1, kernel: 16}
        - flatten
        - dense: 10
      """)
    // 144 samples, those that validation leaves of 160, of 2 × 256,000,000 numbers: 295 GB and more.
    let result = try gradus(
      "train", "wide.yaml", "--data", "./digits", "--batch-size", "1000", "--json")
    #expect(result.status == 1)
    let error = try result.error()
    #expect(error[0] == "memory" && error[1] == "--batch-size", "\(error)")
    #expect(error[2].contains("out of memory: a batch of 144 needs"), "\(error)")
  }

  @Test("a class without an image that can be read is named")
  func lostClass() throws {
    try write(lost: 3)
    let threes = (0..<200).filter { Digits.all.labels.integers[$0] == 3 }
    let tested = threes.filter { $0 % 5 == 0 }
    let train = [
      "train", "logistic", "--data", "./digits", "--epochs", "2", "--threads", "1",
      "--corrupt-images", "skip",
    ]
    let lines = try gradus.start(train + ["--json", "--out", "a"]).wait().lines()
    let told = lines.filter { $0["event"]?.string == "skipped" }
    #expect(told.map { $0["skipped"]?.integer } == [threes.count - tested.count])
    #expect(told.first?["lost_classes"]?.array?.map(\.string) == ["3"])
    #expect(lines.last?["event"]?.string == "done")
    #expect((lines.last?["skipped"]?.integer ?? 0) == tested.count)
    let text = try gradus.start(train + ["--out", "b"]).wait()
    #expect(text.errors.contains("\nno image of class 3 can be read: nothing is learnt of it\n"))
  }

  @Test("frozen layers leave damaged images out and count them")
  func frozenLayers() throws {
    try gradus(
      "train", "lenet5", "--epochs", "1", "--limit-train", "64", "--threads", "1", "--out", "source"
    )
    let entry = try #require(try RunFolder(gradus.folder("source")).checkpoints.entries().last)
    try write(damaged: [5, 7])
    let transfer = [
      "transfer", "lenet5", "--weights", "source/checkpoints/\(entry.file)", "--data", "./digits",
      "--corrupt-images", "skip", "--threads", "1", "--json",
    ]
    let features = try gradus.start(transfer + ["--way", "features", "--out", "features"]).wait()
    #expect(features.status == 0, "\(features.errors)\(features.output)")
    let last = try #require(try features.lines().last)
    #expect(last["samples"]?.integer == 198 && last["skipped"]?.integer == 2)
    #expect(Set(last["skipped_files"]?.array?.map(\.string) ?? []) == [path(5), path(7)])
    let classifier = try gradus.start(transfer + ["--epochs", "2", "--out", "frozen"]).wait()
    let lines = try classifier.lines()
    #expect(lines.map { $0["event"]?.string } == ["start", "skipped", "epoch", "epoch", "done"])
    #expect(lines.map { $0["skipped"]?.integer } == [nil, 2, 1, 1, 1])
    #expect(try RunSummary(RunFolder(gradus.folder("frozen"))).isFinished)
  }

  @Test("files that come or go are told when a run goes on, and refused within an epoch")
  func changedFiles() throws {
    try write()
    let (data, out) = (gradus.folder("digits"), gradus.folder("run"))
    /// Ten more images of one class, or none of them.
    func add(_ isThere: Bool) throws {
      for copy in 0..<10 {
        let path = "\(data)/train/0/copy-\(copy).png"
        if isThere {
          try AtomicFile.write(PNG.encode(NDArray.zeros([16, 16], dtype: .uint8)), to: path)
        } else {
          try FileManager.default.removeItem(atPath: path)
        }
      }
    }
    /// What is said of the numbers of samples.
    func train(_ run: TrainRun, stops: Bool = false) throws -> [[Int]] {
      var (run, told) = (run, [[Int]]())
      _ = try run.run(shouldStop: { stops }) { event in
        if case .dataDiffers(let before, let now) = event { told.append([before, now]) }
      }
      return told
    }
    let request = TrainRequest(model: "logistic", data: data, epochs: 1, batchSize: 16)
    #expect(try train(TrainRun(request, out: out), stops: true) == [])
    let before = try #require(try RunFolder(out).read().samples)
    try add(true)
    let error = #expect(throws: WorkbenchError.self) { try TrainRun(resuming: out, epochs: nil) }
    #expect(
      error?.message.contains("expected \(before): the run was stopped in the middle") == true)
    #expect(try RunFolder(out).read().samples == before)
    try add(false)
    #expect(try train(TrainRun(resuming: out, epochs: nil)) == [])
    try add(true)
    let now = try DataCatalog.splits(data).train.count
    #expect(now > before)
    #expect(try train(TrainRun(resuming: out, epochs: 2)) == [[before, now]])
    #expect(try RunFolder(out).read().samples == now)
    // A file of a version that did not count.
    let text = String(decoding: try gradus.folder.bytes("run/run.yaml"), as: UTF8.self)
    try gradus.folder.write("run/run.yaml", text.replacing("\nsamples: \(now)\n", with: "\n"))
    #expect(try RunFolder(out).read().samples == nil)
    #expect(try train(TrainRun(resuming: out, epochs: 3)) == [])
    #expect(try RunFolder(out).read().samples == now)
  }

  @Test(
    "data with other classes than the model's are not evaluated, unless theirs are only numbers")
  func otherClasses() throws {
    func table(_ names: [String]) throws -> String {
      let rows = (0..<40).map { "\($0 % 7),\($0 % 3),\(names[$0 % names.count])\n" }
      let text = "x,y,label\n" + rows.joined()
      return try gradus.folder.write("\(names.joined()).csv", text)
    }
    var run = try TrainRun(
      TrainRequest(model: "logistic", data: table(["cat", "dog"]), epochs: 1),
      out: gradus.folder("run"))
    _ = try run.run { _ in }
    let other = try table(["cat", "eel"])
    let error = #expect(throws: WorkbenchError.self) {
      try EvaluateRun.perform(run: gradus.folder("run"), data: other)
    }
    #expect(error?.place == other)
    #expect(
      error?.message
        == "class 1 is \"eel\", but \"dog\" for the model; expected the model's classes in its order"
    )
    let numbers = try EvaluateRun.perform(run: gradus.folder("run"), data: table(["0", "1"]))
    #expect(numbers.metrics.count > 0)
  }

  @Test("an image of the data is predicted as it is trained on and evaluated")
  func prediction() throws {
    try write()
    // Light at its border, where the others are dark, and of another shape.
    let place = gradus.folder("digits/test/0/light.png")
    let pixels: [UInt8] = (0..<640).map { UInt8(255 - ($0 % 32) * 4) }
    try PNG.write(NDArray(pixels, shape: [20, 32]), to: place)
    var run = try TrainRun(
      TrainRequest(model: "logistic", data: gradus.folder("digits"), epochs: 1),
      out: gradus.folder("run"))
    _ = try run.run { _ in }
    #expect(try RunFolder(gradus.folder("run")).read().readsImageFiles == true)
    let result = try PredictRun(run: gradus.folder("run")).predict(place)
    let test = try DataCatalog.splits(gradus.folder("digits")).test
    let samples = try (0..<test.count).map { try test.source.read([$0]).samples.doubles }
    let picture = try #require(result.picture).joined().map { ($0 * 255).rounded() }
    #expect(samples.contains(picture))
    #expect(
      result.notes == ["scaled from 32 × 20 to 16 × 16 pixels", "cut to the middle"])
  }

  @Test("JPEG images are predicted; a network of larger images takes its own size")
  func photographs() throws {
    let references = try References("images")
    for name in ["color-420", "color-444", "progressive", "restarts", "color-422"] {
      for label in ["a", "b"] {
        for part in ["train", "val"] {
          let folder = gradus.folder("photos/\(part)/\(label)")
          try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
          for copy in 0..<4 {
            try AtomicFile.write(
              references.tensor("\(name)/file").elements(as: UInt8.self),
              to: "\(folder)/\(name)-\(copy).jpg")
          }
        }
      }
    }
    let info = try gradus("data", "info", "photos", "--json")
    #expect(try info.lines().first?["train"]?.integer == 36)
    let result = try gradus(
      "train", "logistic", "--data", "photos", "--image-size", "12", "--epochs", "1", "--threads",
      "1", "--out", "run", "--json")
    #expect(result.status == 0, "\(result.errors)\(result.output)")
    let prediction = try gradus(
      "predict", "run", "photos/val/a/color-420-0.jpg", "--json", "--threads", "1")
    #expect(prediction.status == 0, "\(prediction.errors)\(prediction.output)")
    #expect(try prediction.lines().first?["classes"]?.array?.count == 2)
    // The network takes 8 × 8; the images are larger.
    try gradus.folder.write(
      "small.yaml",
      "name: small\ninput: [3, 8, 8]\nlayers: [flatten, dense: 2]\nloss: cross-entropy\n")
    let summary = try gradus("summary", "small.yaml", "--data", "photos", "--json")
    #expect(summary.status == 0, "\(summary.errors)\(summary.output)")
  }
}
