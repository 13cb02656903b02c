import Formats
import Models
import TestSupport

/// A network of the zoo, for the comparisons with `Tests/References/zoo.json`.
struct ZooModel: Sendable, CustomStringConvertible {
  /// The network's name in the references; in the catalogue too, but for the ends of some.
  let name: String
  /// Its exact number of parameters.
  let parameters: Int
  /// Whether it is compared only where slow tests run.
  let isLarge: Bool
  let make: @Sendable (_ classes: Int) -> Sequential

  var description: String { name }

  private init(
    _ name: String, _ parameters: Int, large: Bool = false,
    _ make: @escaping @Sendable (_ classes: Int) -> Sequential
  ) {
    self.name = name
    self.parameters = parameters
    isLarge = large
    self.make = make
  }

  /// Parameters as the papers' implementations count them: torchvision's, timm's, for the paper's
  /// AlexNet Krizhevsky's columns, and Caffe's for the paper's GoogLeNet.
  static let all: [ZooModel] = [
    ZooModel("alexnet", 61_100_840, large: true) { alexNet(classes: $0) },
    ZooModel("alexnet-2012", 60_965_224, large: true) { alexNet(.twoColumns, classes: $0) },
    ZooModel("vgg11", 132_863_336, large: true) { vgg(.layers11, classes: $0) },
    ZooModel("vgg13", 133_047_848, large: true) { vgg(.layers13, classes: $0) },
    ZooModel("vgg16", 138_357_544, large: true) { vgg(.layers16, classes: $0) },
    ZooModel("vgg19", 143_667_240, large: true) { vgg(.layers19, classes: $0) },
    ZooModel("vgg11-bn", 132_868_840, large: true) {
      vgg(.layers11, batchNorm: true, classes: $0)
    },
    ZooModel("vgg13-bn", 133_053_736, large: true) {
      vgg(.layers13, batchNorm: true, classes: $0)
    },
    ZooModel("vgg16-bn", 138_365_992, large: true) {
      vgg(.layers16, batchNorm: true, classes: $0)
    },
    ZooModel("vgg19-bn", 143_678_248, large: true) {
      vgg(.layers19, batchNorm: true, classes: $0)
    },
    ZooModel("resnet18", 11_689_512) { resNet(.layers18, classes: $0) },
    ZooModel("resnet34", 21_797_672) { resNet(.layers34, classes: $0) },
    ZooModel("resnet50", 25_557_032) { resNet(.layers50, classes: $0) },
    ZooModel("resnet101", 44_549_160, large: true) { resNet(.layers101, classes: $0) },
    ZooModel("resnet152", 60_192_808, large: true) { resNet(.layers152, classes: $0) },
    ZooModel("resnext50", 25_028_904) { resNeXt50(classes: $0) },
    ZooModel("mobilenet2", 3_504_872) { mobileNetV2(classes: $0) },
    ZooModel("googlenet", 13_004_888) { googLeNet(classes: $0) },
    ZooModel("googlenet-2015", 13_378_280) { googLeNet(.paper, classes: $0) },
    ZooModel("googlenet-plain", 6_624_904) { googLeNet(auxiliaryHeads: false, classes: $0) },
    ZooModel("densenet121", 7_978_856) { denseNet(classes: $0) },
    ZooModel("inception3", 27_161_264) { inceptionV3(classes: $0) },
    ZooModel("inception3-plain", 23_834_568) { inceptionV3(auxiliaryHead: false, classes: $0) },
    ZooModel("inception4", 42_679_816) { inceptionV4(classes: $0) },
    ZooModel("resnet20", 269_722) { cifarResNet(units: 3, classes: $0) },
    ZooModel("resnet32", 464_154) { cifarResNet(units: 5, classes: $0) },
    ZooModel("resnet44", 658_586) { cifarResNet(units: 7, classes: $0) },
    ZooModel("resnet56", 853_018) { cifarResNet(units: 9, classes: $0) },
    ZooModel("resnet110", 1_727_962) { cifarResNet(units: 18, classes: $0) },
  ]

  /// The classes that the number of parameters is told for: those of CIFAR-10 or of ImageNet.
  var classes: Int { parameters < 2_000_000 ? 10 : 1000 }

  static func named(_ name: String) -> ZooModel { all.first { $0.name == name }! }

  /// What another implementation says of it.
  func reference() throws -> JSONObject {
    let text = try String(decoding: Files.read(References.path("zoo.json")), as: UTF8.self)
    return try JSONParser.parse(text).object![name]!.object!
  }
}

extension Layer {
  /// Names and shapes of parameters and statistics, without values.
  var stateShapes: [(path: String, shape: Shape)] {
    var copy = self
    var entries: [(String, Shape)] = []
    withoutActuallyEscaping({ (path: String, shape: Shape) in entries.append((path, shape)) }) {
      add in
      var visitor = ParameterVisitor(
        parameter: { add($0, $1.shape) }, statistic: { add($0, $1.shape) }, naming: true)
      copy.visitParameters(&visitor)
    }
    return entries.sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
  }

  /// Values by the formula of `Tests/References/zoo.py`.
  mutating func fill() {
    var places: [String: Int] = [:]
    for (place, entry) in stateShapes.enumerated() { places[entry.path] = place }
    func values(_ path: String, _ shape: Shape) -> NDArray {
      let numbers = uniform(stream: 1 + places[path]!, count: shape.elementCount)
      let inputs = shape.dropFirst().reduce(1, *)
      let (scale, offset): (Double, Double) =
        if shape.rank >= 2 {
          (2 * (6 / Double(inputs)).squareRoot(), -(6 / Double(inputs)).squareRoot())
        } else if path.hasSuffix("weight") || path.hasSuffix("running_var") {
          (1, 0.5)
        } else {
          (0.4, -0.2)
        }
      return NDArray(numbers.map { Float($0 * scale + offset) }, shape: shape)
    }
    withoutActuallyEscaping(values) { values in
      var visitor = ParameterVisitor(
        parameter: { $1.tensor = Tensor(values($0, $1.shape)) },
        statistic: { $1.array = values($0, $1.shape) }, naming: true)
      visitParameters(&visitor)
    }
  }
}

/// Numbers in [0, 1) of the formula at the head of `Tests/References/references.py`.
func uniform(stream: Int, count: Int) -> [Double] {
  (0..<count).map { index in
    var generator = SplitMix64(seed: 1_000_003 * stream + index)
    return generator.fraction()
  }
}

/// The references' input, two images of so many rows and columns, from −scale to scale.
func referenceImage(channels: Int, size: [Int], scale: Int = 1) -> Tensor {
  let shape: Shape = [2, channels, size[0], size[1]]
  let numbers = uniform(stream: 0, count: shape.elementCount).map {
    Float(2 * $0 - 1) * Float(scale)
  }
  return Tensor(NDArray(numbers, shape: shape))
}
