/// MobileNetV2: units that widen the channels by a 1 × 1 convolution, filter each by its own 3 × 3,
/// and narrow them again without a ReLU; 3,504,872 parameters.
///
/// Parameters are named as torchvision names them.
///
/// - Shapes: [N, channels, H, W] → [N, classes], meant for 224 × 224
/// - Parameters:
///   - width: Multiplies the number of channels of every layer, above 0; they are rounded to
///     multiples of 8, down by at most a tenth.
///   - channels: Channels of an image; at least 1.
///   - classes: Number of classes; at least 1.
///   - dropout: Probability of dropping an input of the dense layer, 0 ≤ p < 1; 0.2 as in
///     torchvision.
/// - Source: Sandler et al. 2018, "MobileNetV2: Inverted Residuals and Linear Bottlenecks", table 2.
public func mobileNetV2(
  width: Double = 1, channels: Int = 3, classes: Int = 1000, dropout: Double = 0.2
) -> Sequential {
  /// A row of the table: expansion t, channels c, repetitions n, step s of the first.
  let stages = [
    (t: 1, c: 16, n: 1, s: 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1),
    (6, 160, 3, 2), (6, 320, 1, 1),
  ]
  var input = multipleOf8(32 * width)
  var features: [any Layer] = [filtered(channels, input, kernel: 3, stride: 2)]
  for (t, c, n, s) in stages {
    let output = multipleOf8(Double(c) * width)
    for index in 0..<n {
      features.append(
        invertedResidual(input, output, stride: index == 0 ? s : 1, expansion: t))
      input = output
    }
  }
  let last = multipleOf8(1280 * max(1, width))
  features.append(filtered(input, last, kernel: 1))
  return Sequential(named: [
    "features": Sequential.numbered(features),
    "avgpool": GlobalAveragePool2D(),
    "classifier": Sequential.numbered {
      Dropout(dropout)
      Dense(last, classes, initializer: .normal(mean: 0, standardDeviation: 0.01))
    },
  ])
}

/// Widened, filtered channel by channel, narrowed; with a shortcut where shapes allow.
private func invertedResidual(
  _ channels: Int, _ outputs: Int, stride: Int, expansion: Int
) -> any Layer {
  let hidden = channels * expansion
  let body = Sequential.numbered {
    if expansion != 1 { filtered(channels, hidden, kernel: 1) }
    filtered(hidden, hidden, kernel: 3, stride: stride, groups: hidden)
    convolution(hidden, outputs, kernel: 1)
    BatchNorm(outputs)
  }
  guard stride == 1, channels == outputs else { return Sequential(named: ["conv": body]) }
  return Residual(body, bodyName: "conv")
}

/// A convolution that keeps the size but for its step, batch normalisation and ReLU6.
private func filtered(
  _ channels: Int, _ filters: Int, kernel: Int, stride: Int = 1, groups: Int = 1
) -> Sequential {
  .numbered {
    convolution(
      channels, filters, kernel: kernel, stride: stride, padding: kernel / 2, groups: groups)
    BatchNorm(filters)
    ReLU6()
  }
}

private func multipleOf8(_ count: Double) -> Int {
  let rounded = max(8, Int(count + 4) / 8 * 8)
  return Double(rounded) < 0.9 * count ? rounded + 8 : rounded
}
