/// The number of layers with weights in a residual network: the columns of the paper's table 1.
public enum ResNetDepth: Int, Sendable, Codable, CaseIterable {
  /// 18 layers, in basic units.
  case layers18 = 18
  /// 34 layers, in basic units.
  case layers34 = 34
  /// 50 layers, in bottlenecks.
  case layers50 = 50
  /// 101 layers, in bottlenecks.
  case layers101 = 101
  /// 152 layers, in bottlenecks.
  case layers152 = 152

  /// Units in each of the four stages.
  var units: [Int] {
    switch self {
    case .layers18: [2, 2, 2, 2]
    case .layers34, .layers50: [3, 4, 6, 3]
    case .layers101: [3, 4, 23, 3]
    case .layers152: [3, 8, 36, 3]
    }
  }

  /// Whether a unit is a bottleneck of three convolutions, rather than two of 3 × 3.
  var hasBottlenecks: Bool { rawValue >= 50 }
}

/// What images go through before the stages of a residual network.
public enum ResNetStem: String, Sendable, Codable, CaseIterable {
  /// A 7 × 7 convolution in steps of 2 and max pooling in steps of 2: for large images.
  case large
  /// A 3 × 3 convolution, which leaves the size as it is: for images of some 32 × 32 pixels.
  case small
}

/// A residual network: four stages of units with shortcuts; 25,557,032 parameters with 50 layers.
///
/// Parameters are named as torchvision names them. As there, a bottleneck's step of 2 is in its
/// 3 × 3 convolution, where the paper has it in the first 1 × 1.
///
/// - Shapes: [N, channels, H, W] → [N, classes], meant for 224 × 224, or 32 × 32 with the stem for
///   small images
/// - Parameters:
///   - depth: The number of layers with weights.
///   - channels: Channels of an image; at least 1.
///   - classes: Number of classes; at least 1.
///   - stem: What images go through first.
/// - Source: He et al. 2016, "Deep Residual Learning for Image Recognition", table 1.
public func resNet(
  _ depth: ResNetDepth = .layers50, channels: Int = 3, classes: Int = 1000,
  stem: ResNetStem = .large
) -> Sequential {
  residualNetwork(units: depth.units, channels: channels, classes: classes, stem: stem) {
    input, stageWidth, stride in
    depth.hasBottlenecks
      ? bottleneck(input, width: stageWidth, outputs: 4 * stageWidth, stride: stride)
      : basicUnit(input, width: stageWidth, stride: stride)
  }
}

/// A stem, four stages of units, and a dense layer on the means of the channels.
///
/// - Parameter unit: A unit for an input of so many channels in a stage of the given width.
func residualNetwork(
  units: [Int], channels: Int, classes: Int, stem: ResNetStem = .large,
  unit: (_ input: Int, _ stageWidth: Int, _ stride: Int) -> ResidualUnit
) -> Sequential {
  var width = 64
  func stage(_ number: Int) -> Sequential {
    .numbered(
      (0..<units[number]).map { index in
        let unit = unit(width, 64 << number, index == 0 && number > 0 ? 2 : 1)
        width = unit.outputs
        return unit.layers
      })
  }
  let first: [(name: String, layer: any Layer)] =
    switch stem {
    case .large:
      [
        ("conv1", convolution(channels, 64, kernel: 7, stride: 2, padding: 3)),
        ("bn1", BatchNorm(64)), ("relu", ReLU()),
        ("maxpool", MaxPool2D(3, stride: 2, padding: 1)),
      ]
    case .small:
      [
        ("conv1", convolution(channels, 64, kernel: 3, padding: 1)), ("bn1", BatchNorm(64)),
        ("relu", ReLU()),
      ]
    }
  return Sequential(
    named: first + [
      ("layer1", stage(0)), ("layer2", stage(1)), ("layer3", stage(2)), ("layer4", stage(3)),
      ("avgpool", GlobalAveragePool2D()), ("fc", Dense(width, classes)),
    ])
}
