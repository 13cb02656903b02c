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

  /// What comes to the large dense layers, for images that are wider than high, whose features are
  /// 2 × 3: channels, rows and columns in torchvision's order.
  @Test(arguments: ["alexnet", "alexnet-2012", "vgg11", "vgg11-bn", "vgg16"])
  func features(_ name: String) throws { try ZooModel.named(name).compareFeatures() }

  /// The gradient at the first layers, through everything after them. In float64, where no ReLU and
  /// no maximum falls on the other side than in the reference.
  @Test(arguments: [
    ("resnet20", "bn1"), ("mobilenet2", "features.0.1"), ("googlenet", "conv1.bn"),
    ("googlenet-2015", "conv1.conv"), ("densenet121", "features.norm0"),
  ])
  func gradient(_ name: String, _ layer: String) throws {
    try ZooModel.named(name).compareGradient(of: layer + ".bias", .float64, within: 1e-10)
  }

  /// As training has it. Here nothing is near enough to a kink.
  @Test func gradientInFloat32() throws {
    try ZooModel.named("resnet18").compareGradient(of: "bn1.bias", .float32, within: 1e-4)
  }

  /// Heads half-way, on images of the size that they are meant for and, adaptively, others.
  @Test(arguments: [
    ("googlenet", "aux1", 512, 14), ("googlenet", "aux2", 528, 15),
    ("googlenet-2015", "aux1", 512, 14), ("googlenet-2015", "aux2", 528, 15),
  ])
  func auxiliaryHead(_ name: String, _ head: String, _ channels: Int, _ size: Int) throws {
    try ZooModel.named(name).compareHead(head, channels: channels, size: size)
  }

  @Test func auxiliaryHeadOfInception() throws {
    try ZooModel.named("inception3").compareHead("AuxLogits", channels: 768, size: 17)
  }

  /// The paper's GoogLeNet, whose count is that of Caffe's.
  @Test func googLeNetOfThePaper() throws {
    #expect(googLeNet(.paper, auxiliaryHeads: false).parameterCount == 6_998_552)
    let summary = try googLeNet(.paper).summary(input: [1, 3, 224, 224])
    // Table 1: output sizes, and 1.5 G multiply-adds with some rounding.
    let sizes = [
      "conv1.conv": 112, "maxpool1": 56, "conv3.conv": 56, "maxpool2": 28,
      "inception3b.branch1.conv": 28, "maxpool3": 14, "maxpool4": 7, "inception5b.branch1.conv": 7,
    ]
    for (path, size) in sizes {
      #expect(summary.rows.first { $0.path == path }?.output.last == size, "\(path)")
    }
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
    let y = onOneThread { model(image(reference), &context).array }
    let expected = reference["output"]!.array!.map { $0.double! }
    #expect(relativeDifference(y, NDArray(expected, shape: [2, 10])) < 1e-4)
  }

  /// The same for the layers before the dense ones; the reference has some elements of what they give.
  fileprivate func compareFeatures() throws {
    let reference = try reference()["features"]!.object!
    let model = make(10)
    var features = Sequential(
      named: ["features", "avgpool", "flatten"].map { (name: $0, layer: model[$0]) })
    features.fill()
    var context = Context()
    let y = onOneThread { features(image(reference), &context).array }
    #expect(y.shape == Shape(reference.integers("shape")!))
    let all = y.doubles
    let some = stride(from: 0, to: all.count, by: reference["every"]!.integer!).map { all[$0] }
    let expected = reference["values"]!.array!.map { $0.double! }
    #expect(relativeDifference(NDArray(some), NDArray(expected)) < 1e-4)
  }

  /// The input of a reference: square where its size is one number.
  private func image(_ reference: JSONObject) -> Tensor {
    let size = reference.integers("size") ?? [Int](repeating: reference["size"]!.integer!, count: 2)
    return referenceImage(channels: 3, size: size, scale: reference["scale"]?.integer ?? 1)
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
    let x = Tensor(image(reference).array.cast(to: dtype))
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
    let x = referenceImage(channels: channels, size: [size, size])
    let y = onOneThread { head(x, &context).array }
    let expected = try reference()[name]!.array!.map { $0.double! }
    #expect(relativeDifference(y, NDArray(expected, shape: [2, 10])) < 1e-4)
  }
}
