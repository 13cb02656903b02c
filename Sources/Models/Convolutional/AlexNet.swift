/// What AlexNet's convolutions look like.
public enum AlexNetForm: String, Sendable, Codable, CaseIterable {
  /// One column with fewer filters and no response normalisation, as torchvision has it;
  /// 61,100,840 parameters.
  ///
  /// Source: Krizhevsky 2014, "One weird trick for parallelizing convolutional neural networks".
  case oneColumn = "one-column"
  /// The paper's: two columns, one a graphics card of the time, that meet in the third convolution,
  /// which are convolutions in two groups; local response normalisation after the first two;
  /// 60,965,224 parameters.
  case twoColumns = "two-columns"
}

/// AlexNet: five convolutions and three dense layers with ReLU and dropout.
///
/// Parameters are named as torchvision names them; in two columns too, where torchvision has none.
///
/// - Shapes: [N, channels, H, W] → [N, classes], meant for 224 × 224, at least 63 × 63
/// - Parameters:
///   - form: One column or the paper's two.
///   - channels: Channels of an image; at least 1.
///   - classes: Number of classes; at least 1.
///   - dropout: Probability of dropping an input of the first two dense layers, 0 ≤ p < 1; ½ as in
///     the paper.
/// - Source: Krizhevsky, Sutskever and Hinton 2012, "ImageNet Classification with Deep
///   Convolutional Neural Networks", section 3.5.
public func alexNet(
  _ form: AlexNetForm = .oneColumn, channels: Int = 3, classes: Int = 1000, dropout: Double = 0.5
) -> Sequential {
  Sequential(named: [
    "features": form == .oneColumn ? oneColumn(channels) : twoColumns(channels),
    "avgpool": AdaptiveAveragePool2D(6),
    "flatten": Flatten(),
    "classifier": Sequential.numbered {
      Dropout(dropout)
      Dense(256 * 6 * 6, 4096, initializer: .heNormal)
      ReLU()
      Dropout(dropout)
      Dense(4096, 4096, initializer: .heNormal)
      ReLU()
      Dense(4096, classes)
    },
  ])
}

private func oneColumn(_ channels: Int) -> Sequential {
  .numbered {
    Conv2D(channels, 64, kernel: 11, stride: 4, padding: 2, initializer: .heNormal)
    ReLU()
    MaxPool2D(3, stride: 2)
    Conv2D(64, 192, kernel: 5, padding: 2, initializer: .heNormal)
    ReLU()
    MaxPool2D(3, stride: 2)
    Conv2D(192, 384, kernel: 3, padding: 1, initializer: .heNormal)
    ReLU()
    Conv2D(384, 256, kernel: 3, padding: 1, initializer: .heNormal)
    ReLU()
    Conv2D(256, 256, kernel: 3, padding: 1, initializer: .heNormal)
    ReLU()
    MaxPool2D(3, stride: 2)
  }
}

private func twoColumns(_ channels: Int) -> Sequential {
  .numbered {
    Conv2D(channels, 96, kernel: 11, stride: 4, padding: 2, initializer: .heNormal)
    ReLU()
    LocalResponseNorm()
    MaxPool2D(3, stride: 2)
    Conv2D(96, 256, kernel: 5, padding: 2, groups: 2, initializer: .heNormal)
    ReLU()
    LocalResponseNorm()
    MaxPool2D(3, stride: 2)
    Conv2D(256, 384, kernel: 3, padding: 1, initializer: .heNormal)
    ReLU()
    Conv2D(384, 384, kernel: 3, padding: 1, groups: 2, initializer: .heNormal)
    ReLU()
    Conv2D(384, 256, kernel: 3, padding: 1, groups: 2, initializer: .heNormal)
    ReLU()
    MaxPool2D(3, stride: 2)
  }
}
