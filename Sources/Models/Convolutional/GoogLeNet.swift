/// Which GoogLeNet.
public enum GoogLeNetForm: String, Sendable, Codable, CaseIterable {
  /// torchvision's: batch normalisation after each convolution, none of the local response
  /// normalisation, and 3 × 3 windows where the paper has 5 × 5; 6,624,904 parameters, 13,004,888
  /// with the auxiliary heads.
  case torchvision
  /// The paper's: offsets, local response normalisation and 5 × 5 windows; 6,998,552 parameters,
  /// 13,378,280 with the auxiliary heads.
  case paper
}

/// GoogLeNet, or Inception v1: nine units of four branches each, and in training two classifiers
/// half-way.
///
/// Parameters are named as torchvision names them.
///
/// - Shapes: [N, channels, H, W] → [N, classes], meant for 224 × 224, at least 15 × 15, in
///   the paper's form 31 × 31; with auxiliary heads images of about 224 × 224 alone
/// - Parameters:
///   - form: torchvision's or the paper's.
///   - auxiliaryHeads: Whether there are the two classifiers half-way; each has a share of 0.3 in
///     `Context.totalLoss`.
///   - channels: Channels of an image; at least 1.
///   - classes: Number of classes; at least 1.
///   - dropout: Probability of dropping an input of the last layer, 0 ≤ p < 1; nil for torchvision's
///     0.2 or the paper's 0.4.
/// - Source: Szegedy et al. 2015, "Going Deeper with Convolutions", table 1 and section 5.
public func googLeNet(
  _ form: GoogLeNetForm = .torchvision, auxiliaryHeads: Bool = true, channels: Int = 3,
  classes: Int = 1000, dropout: Double? = nil
) -> Sequential {
  let parts = GoogLeNet(form: form)
  func head(_ channels: Int) -> Auxiliary { parts.auxiliary(channels, classes: classes) }
  var layers: [(name: String, layer: any Layer)] = [
    ("conv1", parts.convolution(channels, 64, kernel: 7, stride: 2)),
    ("maxpool1", MaxPool2D(3, stride: 2, roundsUp: true)),
  ]
  if form == .paper { layers.append(("norm1", LocalResponseNorm())) }
  layers += [
    ("conv2", parts.convolution(64, 64, kernel: 1)),
    ("conv3", parts.convolution(64, 192, kernel: 3)),
  ]
  if form == .paper { layers.append(("norm2", LocalResponseNorm())) }
  layers += [
    ("maxpool2", MaxPool2D(3, stride: 2, roundsUp: true)),
    ("inception3a", parts.unit(192, one: 64, three: (96, 128), five: (16, 32), pool: 32)),
    ("inception3b", parts.unit(256, one: 128, three: (128, 192), five: (32, 96), pool: 64)),
    ("maxpool3", MaxPool2D(3, stride: 2, roundsUp: true)),
    ("inception4a", parts.unit(480, one: 192, three: (96, 208), five: (16, 48), pool: 64)),
  ]
  if auxiliaryHeads { layers.append(("aux1", head(512))) }
  layers += [
    ("inception4b", parts.unit(512, one: 160, three: (112, 224), five: (24, 64), pool: 64)),
    ("inception4c", parts.unit(512, one: 128, three: (128, 256), five: (24, 64), pool: 64)),
    ("inception4d", parts.unit(512, one: 112, three: (144, 288), five: (32, 64), pool: 64)),
  ]
  if auxiliaryHeads { layers.append(("aux2", head(528))) }
  layers += [
    ("inception4e", parts.unit(528, one: 256, three: (160, 320), five: (32, 128), pool: 128)),
    // torchvision's last pooling has smaller windows than the paper's.
    ("maxpool4", MaxPool2D(form == .paper ? 3 : 2, stride: 2, roundsUp: true)),
    ("inception5a", parts.unit(832, one: 256, three: (160, 320), five: (32, 128), pool: 128)),
    ("inception5b", parts.unit(832, one: 384, three: (192, 384), five: (48, 128), pool: 128)),
    ("avgpool", GlobalAveragePool2D()),
    ("dropout", Dropout(dropout ?? (form == .paper ? 0.4 : 0.2))),
    ("fc", Dense(1024, classes)),
  ]
  return Sequential(named: layers)
}

/// What the network is put together from.
private struct GoogLeNet {
  let form: GoogLeNetForm

  /// A convolution that keeps the size but for its step, and ReLU.
  func convolution(_ channels: Int, _ filters: Int, kernel: Int, stride: Int = 1) -> Sequential {
    switch form {
    case .torchvision:
      normalizedConvolution(channels, filters, kernel: kernel, stride: stride, padding: kernel / 2)
    case .paper:
      Sequential(named: [
        "conv": Conv2D(
          channels, filters, kernel: kernel, stride: stride, padding: kernel / 2,
          initializer: .heNormal),
        "relu": ReLU(),
      ])
    }
  }

  /// Branches of 1 × 1, 3 × 3 and 5 × 5 windows and of a pooling, all on the same input; before the
  /// larger windows and after the pooling a 1 × 1 convolution to fewer channels.
  func unit(
    _ channels: Int, one: Int, three: (reduced: Int, filters: Int),
    five: (reduced: Int, filters: Int), pool: Int
  ) -> Branches {
    Branches(named: [
      "branch1": convolution(channels, one, kernel: 1),
      "branch2": Sequential.numbered {
        convolution(channels, three.reduced, kernel: 1)
        convolution(three.reduced, three.filters, kernel: 3)
      },
      "branch3": Sequential.numbered {
        convolution(channels, five.reduced, kernel: 1)
        // torchvision's 3 × 3 is a slip that its weights were trained with.
        convolution(five.reduced, five.filters, kernel: form == .paper ? 5 : 3)
      },
      "branch4": Sequential.numbered {
        MaxPool2D(3, stride: 1, padding: 1)
        convolution(channels, pool, kernel: 1)
      },
    ])
  }

  /// A classifier half-way: 4 × 4 means, a 1 × 1 convolution and two dense layers.
  func auxiliary(_ channels: Int, classes: Int) -> Auxiliary {
    // For the paper's 14 × 14 images 5 × 5 windows at steps of 3 give 4 × 4.
    let pool: any Layer =
      form == .paper ? AveragePool2D(5, stride: 3) : AdaptiveAveragePool2D(4)
    return Auxiliary(
      Sequential(named: [
        "pool": pool,
        "conv": convolution(channels, 128, kernel: 1),
        "flatten": Flatten(),
        "fc1": Dense(2048, 1024, initializer: .heNormal),
        "relu": ReLU(),
        "dropout": Dropout(0.7),
        "fc2": Dense(1024, classes),
      ]), weight: 0.3)
  }
}
