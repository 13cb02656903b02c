/// A residual network for small images: a 3 × 3 convolution, three stages of n basic units with 16,
/// 32 and 64 channels, and a dense layer on the means; 6n + 2 layers, 269,722 parameters with 20.
///
/// Shortcuts have no parameters: where a stage begins, every other row and column is taken, and
/// channels of zeros are added on both sides (option A of the paper). Parameters are named as in
/// the weights that are around for CIFAR-10, the dense layer `linear`.
///
/// - Shapes: [N, channels, H, W] → [N, classes], meant for 32 × 32
/// - Parameters:
///   - units: n, units in a stage, at least 1: 3, 5, 7, 9 and 18 in the paper.
///   - channels: Channels of an image; at least 1.
///   - classes: Number of classes; at least 1.
/// - Source: He et al. 2016, "Deep Residual Learning for Image Recognition", section 4.2.
public func cifarResNet(units: Int = 3, channels: Int = 3, classes: Int = 10) -> Sequential {
  func stage(_ width: Int, from input: Int) -> Sequential {
    .numbered(
      (0..<units).map { index in
        let enters = index == 0 && input != width
        return ResidualUnit(
          twoConvolutions(index == 0 ? input : width, width: width, stride: enters ? 2 : 1),
          shortcut: enters ? ZeroPaddedShortcut(channels: width - input) : nil, outputs: width
        ).layers
      })
  }
  return Sequential(named: [
    "conv1": convolution(channels, 16, kernel: 3, padding: 1),
    "bn1": BatchNorm(16),
    "relu": ReLU(),
    "layer1": stage(16, from: 16),
    "layer2": stage(32, from: 16),
    "layer3": stage(64, from: 32),
    "avgpool": GlobalAveragePool2D(),
    "linear": Dense(64, classes),
  ])
}

/// Every other row and column, and channels of zeros around.
///
/// - Shapes: [N, C, H, W] → [N, C + channels, ⌈H/2⌉, ⌈W/2⌉]
struct ZeroPaddedShortcut: Layer {
  /// Channels added, half of them on either side.
  let channels: Int

  func callAsFunction(_ x: Tensor, _ context: inout Context) -> Tensor {
    x.sliced(axis: 2, 0..<x.shape[2], step: 2).sliced(axis: 3, 0..<x.shape[3], step: 2)
      .padded(before: [0, channels / 2, 0, 0], after: [0, channels - channels / 2, 0, 0])
  }

  func outputShape(_ input: Shape) throws(ShapeError) -> Shape {
    guard input.rank == 4 else {
      throw ShapeError(
        operation: "ZeroPaddedShortcut", shapes: [input], reason: "expected [N, C, H, W]")
    }
    return [input[0], input[1] + channels, (input[2] + 1) / 2, (input[3] + 1) / 2]
  }
}
