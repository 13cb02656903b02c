/// DenseNet-121: four blocks in which each layer sees the outputs of all before it; 7,978,856
/// parameters.
///
/// Parameters are named as torchvision names them.
///
/// - Shapes: [N, channels, H, W] → [N, classes], meant for 224 × 224, at least 29 × 29
/// - Parameters:
///   - blocks: Layers in each block; other numbers give the paper's other columns.
///   - growth: k, channels that each layer adds; at least 1.
///   - channels: Channels of an image; at least 1.
///   - classes: Number of classes; at least 1.
/// - Source: Huang et al. 2017, "Densely Connected Convolutional Networks", table 1.
public func denseNet(
  blocks: [Int] = [6, 12, 24, 16], growth: Int = 32, channels: Int = 3, classes: Int = 1000
) -> Sequential {
  var width = 2 * growth
  var features: [(name: String, layer: any Layer)] = [
    ("conv0", convolution(channels, width, kernel: 7, stride: 2, padding: 3)),
    ("norm0", BatchNorm(width)),
    ("relu0", ReLU()),
    ("pool0", MaxPool2D(3, stride: 2, padding: 1)),
  ]
  for (number, layers) in zip(1..., blocks) {
    features.append(("denseblock\(number)", denseBlock(width, layers: layers, growth: growth)))
    width += layers * growth
    if number < blocks.count {
      features.append(("transition\(number)", transition(width)))
      width /= 2
    }
  }
  features.append(("norm5", BatchNorm(width)))
  return Sequential(named: [
    "features": Sequential(named: features),
    "relu": ReLU(),
    "avgpool": GlobalAveragePool2D(),
    "classifier": Dense(width, classes),
  ])
}

/// Layers each of which adds `growth` channels to those that it takes.
private func denseBlock(_ channels: Int, layers: Int, growth: Int) -> Sequential {
  Sequential(
    named: (0..<layers).map { index in
      let layer = Branches(
        named: ["denselayer\(index + 1)": denseLayer(channels + index * growth, growth: growth)],
        includesInput: true)
      return ("", layer)
    })
}

/// A 1 × 1 convolution to 4k channels and a 3 × 3 to k, each after its normalisation.
private func denseLayer(_ channels: Int, growth: Int) -> Sequential {
  Sequential(named: [
    "norm1": BatchNorm(channels),
    "relu1": ReLU(),
    "conv1": convolution(channels, 4 * growth, kernel: 1),
    "norm2": BatchNorm(4 * growth),
    "relu2": ReLU(),
    "conv2": convolution(4 * growth, growth, kernel: 3, padding: 1),
  ])
}

/// Half the channels at half the size.
private func transition(_ channels: Int) -> Sequential {
  Sequential(named: [
    "norm": BatchNorm(channels),
    "relu": ReLU(),
    "conv": convolution(channels, channels / 2, kernel: 1),
    "pool": AveragePool2D(2),
  ])
}
