import Formats
import Foundation
import Models
import TestSupport
import Testing

/// The networks against the papers' counts and against torchvision and timm.
@Suite struct ZooTests {
  @Test(arguments: ZooModel.all)
  func parameterCount(_ model: ZooModel) throws {
    #expect(model.make(model.classes).parameterCount == model.parameters)
    #expect(try model.reference()["parameters"]?.integer == model.parameters)
  }

  /// Every parameter and statistic has the name and the shape that torchvision's has.
  @Test(arguments: ZooModel.all)
  func namesAndShapes(_ model: ZooModel) throws {
    let reference = try model.reference()
    let lines = model.make(model.classes).stateShapes.map { entry in
      entry.path + " " + entry.shape.map { "\($0)" }.joined(separator: "x")
    }
    if let list = reference["list"]?.array {
      let expected = list.map { $0.string! }
      #expect(Set(expected).subtracting(lines).sorted() == [], "missing")
      #expect(Set(lines).subtracting(expected).sorted() == [], "of its own")
    }
    #expect(lines.count == reference["tensors"]?.integer)
    #expect(
      SHA256.hex(of: Array(lines.joined(separator: "\n").utf8)) == reference["sha256"]?.string)
  }

  @Test(arguments: ZooModel.all.filter { !$0.isLarge })
  func output(_ model: ZooModel) throws { try model.compareOutput() }

  /// The gradient at the first layers, through everything after them. In float64, where no ReLU and
  /// no maximum falls on the other side than in the reference.
  @Test(arguments: [
    ("resnet20", "bn1"), ("mobilenet2", "features.0.1"), ("googlenet", "conv1.bn"),
    ("densenet121", "features.norm0"),
  ])
  func gradient(_ name: String, _ layer: String) throws {
    try ZooModel.named(name).compareGradient(of: layer + ".bias", .float64, within: 1e-10)
  }

  /// As training has it. Here nothing is near enough to a kink.
  @Test func gradientInFloat32() throws {
    try ZooModel.named("resnet18").compareGradient(of: "bn1.bias", .float32, within: 1e-4)
  }

  /// Heads half-way, on images of the size that they are meant for and, adaptively, others.
  @Test(arguments: [("googlenet", "aux1", 512, 14), ("googlenet", "aux2", 528, 15)])
  func auxiliaryHead(_ name: String, _ head: String, _ channels: Int, _ size: Int) throws {
    try ZooModel.named(name).compareHead(head, channels: channels, size: size)
  }

  @Test func auxiliaryHeadOfInception() throws {
    try ZooModel.named("inception3").compareHead("AuxLogits", channels: 768, size: 17)
  }

  /// What torchvision has not: the paper's GoogLeNet, whose count is that of Caffe's.
  @Test func googLeNetOfThePaper() throws {
    #expect(googLeNet(.paper, auxiliaryHeads: false).parameterCount == 6_998_552)
    #expect(googLeNet(.paper).parameterCount == 13_378_280)
    let summary = try googLeNet(.paper).summary(input: [1, 3, 224, 224])
    // Table 1: output sizes, and 1.5 G multiply-adds with some rounding.
    let sizes = [
      "conv1.conv": 112, "maxpool1": 56, "conv3.conv": 56, "maxpool2": 28,
      "inception3b.branch1.conv": 28, "maxpool3": 14, "maxpool4": 7, "inception5b.branch1.conv": 7,
    ]
    for (path, size) in sizes {
      #expect(summary.rows.first { $0.path == path }?.output.last == size, "\(path)")
    }
    var small = googLeNet(.paper, classes: 3)
    small.fill()
    var context = Context()
    let y = onOneThread { small(referenceImage(channels: 3, size: 32), &context) }
    #expect(y.shape == [2, 3] && y.array.doubles.allSatisfy(\.isFinite))
  }

  /// The multiply-adds that the papers and torchvision tell, in units of 10⁷.
  @Test func multiplyAdds() throws {
    let expected: [(String, Int, Int)] = [
      ("resnet18", 224, 181), ("resnet34", 224, 366), ("resnet50", 224, 409),
      ("resnet101", 224, 780), ("resnet152", 224, 1151), ("resnext50", 224, 423),
      ("alexnet", 224, 71), ("vgg16", 224, 1547), ("googlenet-plain", 224, 150),
      ("inception3-plain", 299, 571), ("densenet121", 224, 283), ("mobilenet2", 224, 30),
      ("resnet20", 32, 4),
    ]
    for (name, size, tens) in expected {
      let model = ZooModel.named(name)
      let count = try model.make(model.classes).summary(input: [1, 3, size, size]).multiplyAdds
      #expect((count + 5_000_000) / 10_000_000 == tens, "\(name): \(count)")
    }
  }

  /// The wider the network, the more: multiples of 8, as in the paper's figure 5.
  @Test func widthsOfMobileNet() {
    // torchvision's mobilenet_v2(width_mult=0.5) and (1.4).
    #expect(mobileNetV2(width: 0.5).parameterCount == 1_968_680)
    #expect(mobileNetV2(width: 1.4).parameterCount == 6_108_776)
  }
}

/// The networks that take long, in the same way.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["GRADUS_VERIFY"] == "1"))
struct VerifyZooTests {
  @Test(arguments: ZooModel.all.filter(\.isLarge))
  func output(_ model: ZooModel) throws { try model.compareOutput() }
}

extension ZooModel {
  /// The output for the formula's input and weights, within 10⁻⁴ of the largest value.
  fileprivate func compareOutput() throws {
    let reference = try reference()
    var model = make(10)
    model.fill()
    var context = Context()
    let size = reference["size"]!.integer!
    let y = onOneThread { model(referenceImage(channels: 3, size: size), &context).array }
    let expected = reference["output"]!.array!.map { $0.double! }
    let difference = relativeDifference(y, NDArray(expected, shape: [2, 10]))
    #expect(difference < 1e-4)
  }

  /// The gradient of Σ upstream · y by a parameter.
  fileprivate func compareGradient(
    of parameter: String, _ dtype: DType, within tolerance: Double
  ) throws {
    let reference = try reference()
    var model = make(10)
    model.initialize()
    model.fill()
    model.cast(to: dtype)
    let image = referenceImage(channels: 3, size: reference["size"]!.integer!)
    let x = Tensor(image.array.cast(to: dtype))
    let numbers = uniform(stream: 5000, count: 20).map { 2 * $0 - 1 }
    let upstream = Tensor(NDArray(numbers, shape: [2, 10]).cast(to: dtype))
    var context = Context()
    let (_, gradients) = onOneThread {
      valueWithGradients(of: model, &context) { model, context in
        (model(x, &context) * upstream).sum()
      }
    }
    let expected = reference["gradient"]!.array!.map { $0.double! }
    let found = try #require(gradients[parameter])
    #expect(relativeDifference(found, NDArray(expected)) < tolerance)
  }

  fileprivate func compareHead(_ name: String, channels: Int, size: Int) throws {
    var model = make(10)
    model.fill()
    let head = try #require(model[name] as? Auxiliary).head
    var context = Context()
    let y = onOneThread { head(referenceImage(channels: channels, size: size), &context).array }
    let expected = try reference()[name]!.array!.map { $0.double! }
    #expect(relativeDifference(y, NDArray(expected, shape: [2, 10])) < 1e-4)
  }
}
