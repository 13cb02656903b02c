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

  /// The first digits as PNG files, twice as large, in folders of their classes.
  private func write(damaged: Int? = nil) throws {
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
      if number == damaged { bytes.removeLast(20) }
      try AtomicFile.write(bytes, to: "\(folder)/\(number).png")
    }
  }

  @Test("trained on, resumed, evaluated; damaged images are counted")
  func training() throws {
    try write(damaged: 7)
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
