/// Convolutions with a shortcut around them, and a ReLU on the sum.
struct ResidualUnit {
  let layers: Sequential
  /// Channels that come out.
  let outputs: Int

  /// - Parameter shortcut: What is done to the input; nil where it is added as it is.
  init(_ body: Sequential, shortcut: (any Layer)?, outputs: Int) {
    layers = Sequential(named: [
      "": Residual(body, shortcut: shortcut, bodyName: "", shortcutName: "downsample"),
      "relu": ReLU(),
    ])
    self.outputs = outputs
  }
}

/// Two 3 × 3 convolutions and a shortcut.
///
/// - Source: He et al. 2016, "Deep Residual Learning for Image Recognition", figure 5, left.
func basicUnit(_ channels: Int, width: Int, stride: Int) -> ResidualUnit {
  ResidualUnit(
    twoConvolutions(channels, width: width, stride: stride),
    shortcut: projection(channels, width, stride: stride), outputs: width)
}

/// The body of a basic unit.
func twoConvolutions(_ channels: Int, width: Int, stride: Int) -> Sequential {
  Sequential(named: [
    "conv1": convolution(channels, width, kernel: 3, stride: stride, padding: 1),
    "bn1": BatchNorm(width),
    "relu1": ReLU(),
    "conv2": convolution(width, width, kernel: 3, padding: 1),
    "bn2": BatchNorm(width),
  ])
}

/// A bottleneck: a 1 × 1 convolution to fewer channels, a 3 × 3, a 1 × 1 to more, and a shortcut.
///
/// - Source: He et al. 2016, figure 5, right; in groups, Xie et al. 2017, figure 3c.
func bottleneck(
  _ channels: Int, width: Int, outputs: Int, stride: Int, groups: Int = 1
) -> ResidualUnit {
  let body = Sequential(named: [
    "conv1": convolution(channels, width, kernel: 1),
    "bn1": BatchNorm(width),
    "relu1": ReLU(),
    "conv2": convolution(width, width, kernel: 3, stride: stride, padding: 1, groups: groups),
    "bn2": BatchNorm(width),
    "relu2": ReLU(),
    "conv3": convolution(width, outputs, kernel: 1),
    "bn3": BatchNorm(outputs),
  ])
  return ResidualUnit(
    body, shortcut: projection(channels, outputs, stride: stride), outputs: outputs)
}

/// A 1 × 1 convolution where the shapes of input and sum differ, else nil: option B of the paper.
private func projection(_ channels: Int, _ outputs: Int, stride: Int) -> Sequential? {
  guard stride != 1 || channels != outputs else { return nil }
  return .numbered {
    convolution(channels, outputs, kernel: 1, stride: stride)
    BatchNorm(outputs)
  }
}
