import Models
import TestSupport
import Testing

/// What the networks say of shapes, before and after they are called.
@Suite struct ZooShapeTests {
  /// Each row of a summary is the shape that the layer gives, and what it says beforehand.
  @Test(arguments: [
    ("resnet18", 64), ("resnet50", 33), ("resnext50", 32), ("mobilenet2", 40), ("googlenet", 63),
    ("densenet121", 47), ("inception3-plain", 75), ("inception4", 80), ("resnet20", 17),
  ])
  func summariesAreTheLayersOutputs(_ name: String, _ size: Int) throws {
    var model = ZooModel.named(name).make(5)
    model.fill()
    let input: Shape = [1, 3, size, size]
    let summary = try model.summary(input: input)
    #expect(try model.outputShape(input) == summary.output)
    #expect(summary.output == [1, 5])
    #expect(summary.parameters == model.parameterCount)
    var context = Context()
    context.observesOutputs = true
    _ = onOneThread { model(Tensor(NDArray.zeros(input)), &context) }
    // Heads half-way do nothing in evaluation.
    let rows = summary.rows.filter { !$0.path.hasPrefix("aux") }
    let outputs = context.outputs.filter { $0.kind != "Auxiliary" }
    #expect(rows.map(\.path) == outputs.map(\.path))
    #expect(rows.map(\.kind) == outputs.map(\.kind))
    #expect(rows.map(\.output) == outputs.map(\.array.shape))
    #expect(Set(rows.map(\.path)).count == rows.count, "a path stands twice")
  }

  /// The formula for sizes, ⌊(H + 2p − d(h − 1) − 1) / s⌋ + 1, against every convolution and pooling
  /// of the zoo in a summary's order, for the size of image that each is meant for.
  @Test(arguments: ModelCatalog.entries.filter { $0.channels == 3 })
  func sizesOfEveryLayer(_ entry: ModelCatalog.Entry) throws {
    let size = try #require(entry.imageSize)
    let input: Shape = [2, 3, size[0], size[1]]
    let model = entry.make([3, size[0], size[1]], entry.classes, 0)
    let summary = try model.summary(input: input)
    #expect(summary.output == [2, entry.classes])
    #expect(try model.outputShape(input) == summary.output)
    var checked = 0
    var sizes = SizeFormula()
    try sizes.follow(model, input, &checked)
    #expect(checked == summary.rows.count { SizeFormula.kinds.contains($0.kind) })
    #expect(checked > 0)
  }

  /// Sizes of the papers' tables.
  @Test func sizesOfTheTables() throws {
    func sizes(_ name: String, _ size: Int, _ paths: [String]) throws -> [Int] {
      let model = ZooModel.named(name)
      let rows = try model.make(model.classes).summary(input: [1, 3, size, size]).rows
      return paths.map { path in rows.last { $0.path.hasPrefix(path) }!.output[3] }
    }
    #expect(
      try sizes("resnet50", 224, ["conv1", "maxpool", "layer1", "layer2", "layer3", "layer4"])
        == [112, 56, 56, 28, 14, 7])
    #expect(
      try sizes(
        "alexnet", 224, ["features.0", "features.2", "features.5", "features.12", "avgpool"])
        == [55, 27, 13, 6, 6])
    #expect(
      try sizes(
        "inception3", 299,
        ["Conv2d_1a", "Conv2d_2b", "maxpool1", "maxpool2", "Mixed_5d", "Mixed_6e"])
        == [149, 147, 73, 35, 35, 17])
    #expect(
      try sizes("inception4", 299, ["features.5", "features.9", "features.17", "features.21"])
        == [35, 35, 17, 8])
    #expect(
      try sizes("densenet121", 224, ["features.denseblock1", "features.denseblock4"]) == [56, 7])
  }

  /// By hand: ResNet-50's stem sees 7 and, pooled, 11 at steps of 4; the 3, 4, 6 and 3 units add
  /// 8 · 3, then 8 + 16 · 3, 16 + 32 · 5 and 32 + 64 · 2. (Where a stage's step is in its last unit,
  /// as in Araujo, Norris and Sim 2019, "Computing Receptive Fields of Convolutional Neural
  /// Networks", it is 483.) VGG16's 212, AlexNet's 195 and Inception v3's 1311 stand in their table 1.
  @Test func receptiveFields() throws {
    func field(_ name: String, _ path: String) throws -> Int? {
      try ZooModel.named(name).make(1000).summary(input: [1, 3, 299, 299])
        .rows.filter { $0.path.hasPrefix(path) }.compactMap { $0.receptiveField?[0] }.max()
    }
    #expect(try field("resnet50", "layer4") == 427)
    #expect(try field("resnet101", "layer4") == 427 + 32 * 17)
    #expect(try field("resnet152", "layer4") == 427 + 16 * 4 + 32 * 30)
    #expect(try field("vgg16", "features") == 212)
    #expect(try field("alexnet", "features") == 195)
    #expect(try field("mobilenet2", "features") == 491)
    #expect(try field("inception3", "Mixed_7c") == 1311)
  }

  /// GoogLeNet's auxiliary heads pool 14 × 14 elements, which see 107 and 203 pixels at steps of 16, to
  /// 4 × 4; their dense layers see all of them.
  @Test func fieldsOfHeads() throws {
    let rows = try ZooModel.named("googlenet").make(1000).summary(input: [1, 3, 224, 224]).rows
    for (head, field) in [("aux1", 107 + 13 * 16), ("aux2", 203 + 13 * 16)] {
      #expect(
        rows.filter { $0.path.hasPrefix(head) }.compactMap { $0.receptiveField?[0] }.max() == field)
    }
  }

  struct Misfit: Sendable, CustomStringConvertible {
    let model: String
    let input: Shape
    let message: String
    init(_ model: String, _ input: Shape, _ message: String) {
      self.model = model
      self.input = input
      self.message = message
    }
    var description: String { message }
  }

  /// An image that is too small, or has other channels, and the layer that says so.
  static let misfits: [Misfit] = [
    Misfit(
      "alexnet", [1, 3, 62, 63], "features.12 (pooling): [1, 256, 2, 3], a window of 3 on 2 rows"),
    Misfit(
      "vgg16", [1, 3, 32, 31], "features.30 (pooling): [1, 512, 2, 1], a window of 2 on 1 columns"),
    Misfit(
      "vgg16-bn", [1, 1, 32, 32],
      "features.0 (convolution): [1, 1, 32, 32] × [64, 3, 3, 3], 1 channels, but the weight takes 3 × 1 groups"
    ),
    Misfit(
      "inception3", [1, 3, 298, 299],
      "AuxLogits.conv1.conv (convolution): [1, 128, 4, 5] × [768, 128, 5, 5], a window of 5 on 4 rows"
    ),
    Misfit(
      "inception3-plain", [1, 3, 74, 75],
      "Mixed_7a.branch3x3_2.conv (convolution): [1, 192, 2, 3] × [320, 192, 3, 3], a window of 3 on 2 rows"
    ),
    Misfit(
      "inception4", [1, 3, 74, 75],
      "features.18.branch0.1.conv (convolution): [1, 192, 2, 3] × [192, 192, 3, 3], a window of 3 on 2 rows"
    ),
    Misfit(
      "densenet121", [1, 3, 28, 29],
      "features.transition3.pool (pooling): [1, 512, 1, 2], a window of 2 on 1 rows"),
    Misfit(
      "resnet50", [3, 224, 224],
      "conv1 (convolution): [3, 224, 224] × [64, 3, 7, 7], expected [N, C, H, W] and [O, C/groups, h, w]"
    ),
    Misfit(
      "mobilenet2", [1, 4, 224, 224],
      "features.0.0 (convolution): [1, 4, 224, 224] × [32, 3, 3, 3], 4 channels, but the weight takes 3 × 1 groups"
    ),
    Misfit(
      "resnet20", [1, 1, 32, 32],
      "conv1 (convolution): [1, 1, 32, 32] × [16, 3, 3, 3], 1 channels, but the weight takes 3 × 1 groups"
    ),
  ]

  @Test(arguments: misfits)
  func imagesThatDoNotFit(_ misfit: Misfit) {
    let model = ZooModel.named(misfit.model).make(10)
    let error = #expect(throws: ShapeError.self) { try model.summary(input: misfit.input) }
    #expect(error?.description == misfit.message)
    #expect(throws: ShapeError.self) { try model.outputShape(misfit.input) }
  }

  /// Channels that do not divide into the groups of a convolution.
  @Test func groupsThatDoNotDivide() {
    let two = ConvolutionGeometry(groups: 2)
    let filters = #expect(throws: ShapeError.self) {
      try two.outputShape(input: [1, 4, 5, 5], weight: [3, 2, 1, 1])
    }
    #expect(
      filters?.description
        == "convolution: [1, 4, 5, 5] × [3, 2, 1, 1], 3 output channels do not divide into 2 groups"
    )
    let network = Sequential(named: [
      "narrow": Conv2D(3, 5, kernel: 1), "grouped": Conv2D(4, 4, kernel: 1, groups: 2),
    ])
    let input = #expect(throws: ShapeError.self) { try network.summary(input: [1, 3, 5, 5]) }
    #expect(
      input?.description
        == "grouped (convolution): [1, 5, 5, 5] × [4, 2, 1, 1], "
        + "5 channels, but the weight takes 2 × 2 groups")
  }
}

/// Follows an image through a network by the formula for sizes alone.
struct SizeFormula {
  static let kinds: Set<String> = ["Conv2D", "MaxPool2D", "AveragePool2D"]

  mutating func follow(_ layer: any Layer, _ input: Shape, _ checked: inout Int) throws {
    switch layer {
    case let network as Sequential:
      var shape = input
      for layer in network.layers {
        try follow(layer, shape, &checked)
        shape = try layer.outputShape(shape)
      }
    case let branches as Branches:
      for branch in branches.branches { try follow(branch, input, &checked) }
    case let residual as Residual:
      try follow(residual.body, input, &checked)
      if let shortcut = residual.shortcut { try follow(shortcut, input, &checked) }
    case let auxiliary as Auxiliary:
      try follow(auxiliary.head, input, &checked)
    case let convolution as Conv2D:
      let geometry = convolution.geometry
      let window = [0, 1].map { geometry.dilation[$0] * (convolution.weight.shape[$0 + 2] - 1) + 1 }
      try check(
        layer, input, convolution.weight.shape[0], window, geometry.stride, geometry.padding, false)
      checked += 1
    case let pool as MaxPool2D:
      let geometry = pool.geometry
      try check(
        layer, input, input[1], geometry.window, geometry.stride, geometry.padding,
        geometry.roundsUp)
      checked += 1
    case let pool as AveragePool2D:
      let geometry = pool.geometry
      try check(
        layer, input, input[1], geometry.window, geometry.stride, geometry.padding, false)
      checked += 1
    default: break
    }
  }

  private func check(
    _ layer: any Layer, _ input: Shape, _ channels: Int, _ window: [Int], _ stride: [Int],
    _ padding: [Int], _ roundsUp: Bool
  ) throws {
    let sizes = [0, 1].map { axis -> Int in
      let steps = Double(input[axis + 2] + 2 * padding[axis] - window[axis]) / Double(stride[axis])
      return Int(steps.rounded(roundsUp ? .up : .down)) + 1
    }
    #expect(try layer.outputShape(input) == [input[0], channels, sizes[0], sizes[1]])
  }
}
