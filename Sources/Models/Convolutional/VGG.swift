/// The number of layers with weights in a VGG network: columns A, B, D and E of the paper's table.
public enum VGGDepth: Int, Sendable, Codable, CaseIterable {
  /// Column A.
  case layers11 = 11
  /// Column B.
  case layers13 = 13
  /// Column D.
  case layers16 = 16
  /// Column E.
  case layers19 = 19

  /// Convolutions in each of the five stages.
  var convolutions: [Int] {
    switch self {
    case .layers11: [1, 1, 2, 2, 2]
    case .layers13: [2, 2, 2, 2, 2]
    case .layers16: [2, 2, 3, 3, 3]
    case .layers19: [2, 2, 4, 4, 4]
    }
  }
}

/// VGG: five stages of 3×3 convolutions, each halved by max pooling, and three dense layers;
/// 138,357,544 parameters with 16 layers.
///
/// Parameters are named as torchvision names them.
///
/// - Shapes: [N, channels, H, W] → [N, classes], meant for 224 × 224, at least 32 × 32
/// - Parameters:
///   - depth: The number of layers with weights.
///   - batchNorm: Whether each convolution is followed by batch normalisation, which came after the
///     paper.
///   - channels: Channels of an image; at least 1.
///   - classes: Number of classes; at least 1.
///   - dropout: Probability of dropping an output of the first two dense layers, 0 ≤ p < 1; ½ as in
///     the paper.
/// - Source: Simonyan and Zisserman 2015, "Very Deep Convolutional Networks for Large-Scale Image
///   Recognition", table 1.
public func vgg(
  _ depth: VGGDepth = .layers16, batchNorm: Bool = false, channels: Int = 3, classes: Int = 1000,
  dropout: Double = 0.5
) -> Sequential {
  var features: [any Layer] = []
  var width = channels
  for (filters, count) in zip([64, 128, 256, 512, 512], depth.convolutions) {
    for _ in 0..<count {
      features.append(Conv2D(width, filters, kernel: 3, padding: 1, initializer: .heNormal))
      if batchNorm { features.append(BatchNorm(filters)) }
      features.append(ReLU())
      width = filters
    }
    features.append(MaxPool2D(2))
  }
  let small = Initializer.normal(mean: 0, standardDeviation: 0.01)
  return Sequential(named: [
    "features": Sequential.numbered(features),
    "avgpool": AdaptiveAveragePool2D(7),
    "flatten": Flatten(),
    "classifier": Sequential.numbered {
      Dense(512 * 7 * 7, 4096, initializer: small)
      ReLU()
      Dropout(dropout)
      Dense(4096, 4096, initializer: small)
      ReLU()
      Dropout(dropout)
      Dense(4096, classes, initializer: small)
    },
  ])
}
