import Arrays
import Datasets
import Foundation
import Testing

@Suite("Augmentation as a configuration") struct AugmentationConfigurationTests {
  private let everything: [Augmentation.Step] = [
    .shift(down: -2...2, right: 0...3), .rotation(degrees: -15...15), .scale(factor: 0.9...1.1),
    .shear(degrees: -5...5), .flip(probability: 0.25), .crop(padding: 4),
    .brightness(factor: 0.8...1.2), .contrast(factor: 0.8...1.2), .saturation(factor: 0.5...1.5),
    .hue(degrees: -20...20), .noise(deviation: 0...0.2), .cutout(size: 3, count: 2),
  ]

  @Test("saved and read back")
  func savedAndReadBack() throws {
    for border in Augmentation.Border.allCases {
      for mixup in [nil, 0.2] {
        let augmentation = try Augmentation(everything, border: border, mixup: mixup)
        let data = try JSONEncoder().encode(augmentation)
        #expect(try JSONDecoder().decode(Augmentation.self, from: data) == augmentation)
      }
    }
  }

  /// The example of the documentation.
  @Test("defaults of what is left out")
  func example() throws {
    let text = """
      {"steps": [{"step": "rotation", "degrees": [-10, 10]}, {"step": "crop", "padding": 4},
                 {"step": "flip"}, {"step": "cutout", "size": 8}],
       "border": "reflect", "mixup": 0.2}
      """
    let augmentation = try Augmentation(
      [.rotation(degrees: -10...10), .crop(padding: 4), .flip(), .cutout(size: 8)],
      border: .reflect, mixup: 0.2)
    #expect(try JSONDecoder().decode(Augmentation.self, from: Data(text.utf8)) == augmentation)
    #expect(
      try JSONDecoder().decode(Augmentation.self, from: Data("{}".utf8)) == Augmentation([]))
    #expect(
      augmentation.steps[2] == .flip(probability: 0.5)
        && augmentation.steps[3] == .cutout(size: 8, count: 1))
  }

  static let wrong: [(Augmentation.Step, String, String)] = [
    (
      .shift(down: -20_000...0, right: 0...0), "down: found [-20000, 0]",
      "numbers from -10000 to 10000"
    ),
    (
      .shift(down: 0...0, right: 0...10_001), "right: found [0, 10001]",
      "numbers from -10000 to 10000"
    ),
    (.rotation(degrees: -361...0), "degrees: found [-361.0, 0.0]", "numbers from -360.0 to 360.0"),
    (.scale(factor: 0...1), "factor: found [0.0, 1.0]", "numbers from 0.1 to 10.0"),
    (.scale(factor: 1...(.infinity)), "factor: found [1.0, inf]", "numbers from 0.1 to 10.0"),
    (.shear(degrees: 0...90), "degrees: found [0.0, 90.0]", "numbers from -60.0 to 60.0"),
    (.flip(probability: 1.5), "probability: found 1.5", "from 0.0 to 1.0"),
    (.flip(probability: .nan), "probability: found nan", "from 0.0 to 1.0"),
    (.crop(padding: -1), "padding: found -1", "from 0 to 10000"),
    (.brightness(factor: -1...1), "factor: found [-1.0, 1.0]", "numbers from 0.0 to 10.0"),
    (.contrast(factor: 0...11), "factor: found [0.0, 11.0]", "numbers from 0.0 to 10.0"),
    (.saturation(factor: -0.5...1), "factor: found [-0.5, 1.0]", "numbers from 0.0 to 10.0"),
    (.hue(degrees: 0...400), "degrees: found [0.0, 400.0]", "numbers from -360.0 to 360.0"),
    (.noise(deviation: -1...0), "deviation: found [-1.0, 0.0]", "numbers from 0.0 to 10.0"),
    (.cutout(size: 0), "size: found 0", "from 1 to 10000"),
    (.cutout(size: 1, count: 101), "count: found 101", "from 1 to 100"),
  ]

  @Test("a number out of range is named", arguments: wrong)
  func outOfRange(_ step: Augmentation.Step, _ found: String, _ expected: String) {
    #expect(
      message { _ = try Augmentation([.flip(), step]) }
        == "augmentation.steps[1].\(found), expected \(expected)")
  }

  @Test func wrongMixup() {
    #expect(
      message { _ = try Augmentation([], mixup: 0) }
        == "augmentation.mixup: found 0.0, expected from 0.01 to 100")
  }

  @Test(
    "a file that is wrong names the key",
    arguments: [
      (
        #"{"step": []}"#, "step",
        "found the unknown key 'step', expected one of steps, border, mixup"
      ),
      (#"{"border": "edge"}"#, "border", "found \"edge\", expected one of level, zero, reflect"),
      (#"{"mixup": -1}"#, "mixup", "found -1.0, expected from 0.01 to 100"),
      (
        #"{"steps": [{"step": "blur"}]}"#, "steps.0.step",
        "found \"blur\", expected one of shift, rotation, scale, shear, flip, crop, brightness, "
          + "contrast, saturation, hue, noise, cutout"
      ),
      (
        #"{"steps": [{"step": "flip"}, {"step": "flip", "degrees": [0, 1]}]}"#, "steps.1.degrees",
        "found the unknown key 'degrees', expected one of step, probability"
      ),
      (
        #"{"steps": [{"step": "rotation", "degrees": [10, -10]}]}"#, "steps.0.degrees",
        "found [10.0, -10.0], expected two numbers, the least and the most"
      ),
      (
        #"{"steps": [{"step": "rotation", "degrees": [10]}]}"#, "steps.0.degrees",
        "found [10.0], expected two numbers, the least and the most"
      ),
      (
        #"{"steps": [{"step": "shift", "down": [0, 1], "right": [0, 0.5]}]}"#, "steps.0.right",
        "found [0.0, 0.5], expected two whole numbers of pixels, the least and the most"
      ),
      (
        #"{"steps": [{"step": "scale", "factor": [0, 1]}]}"#, "steps.0.factor",
        "found [0.0, 1.0], expected numbers from 0.1 to 10.0"
      ),
      (
        #"{"steps": [{"step": "cutout", "size": 2.5}]}"#, "steps.0.size",
        "found 2.5, expected a whole number that Int holds"
      ),
    ])
  func wrongFile(_ text: String, _ place: String, _ expected: String) {
    do {
      _ = try JSONDecoder().decode(Augmentation.self, from: Data(text.utf8))
      Issue.record("no error")
    } catch DecodingError.dataCorrupted(let context) {
      let path = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }
      #expect(path.joined(separator: ".") == place)
      #expect(context.debugDescription == expected)
    } catch {
      Issue.record("\(error)")
    }
  }

  @Test(
    "what is missing is named",
    arguments: [
      (#"{"steps": [{}]}"#, "step"), (#"{"steps": [{"step": "crop"}]}"#, "padding"),
      (#"{"steps": [{"step": "shift", "down": [0, 1]}]}"#, "right"),
      (#"{"steps": [{"step": "noise"}]}"#, "deviation"),
    ])
  func missing(_ text: String, _ key: String) {
    do {
      _ = try JSONDecoder().decode(Augmentation.self, from: Data(text.utf8))
      Issue.record("no error")
    } catch DecodingError.keyNotFound(let found, let context) {
      #expect(found.stringValue == key)
      #expect(context.codingPath.count == 2)
    } catch {
      Issue.record("\(error)")
    }
  }
}
