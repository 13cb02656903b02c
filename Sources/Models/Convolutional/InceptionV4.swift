/// Inception v4: a stem of branches, then 4 + 7 + 3 units of three kinds with two reductions between
/// them; 42,679,816 parameters.
///
/// Parameters are named as timm names them.
///
/// - Shapes: [N, channels, H, W] → [N, classes], meant for 299 × 299, at least 75 × 75
/// - Parameters:
///   - channels: Channels of an image; at least 1.
///   - classes: Number of classes; at least 1.
///   - dropout: Probability of dropping an input of the last layer, 0 ≤ p < 1; 0.2 as in the paper.
/// - Source: Szegedy et al. 2017, "Inception-v4, Inception-ResNet and the Impact of Residual
///   Connections on Learning", figures 3 to 9.
public func inceptionV4(
  channels: Int = 3, classes: Int = 1000, dropout: Double = 0.2
) -> Sequential {
  Sequential(named: [
    "features": Sequential.numbered {
      normalizedConvolution(channels, 32, kernel: 3, stride: 2)
      normalizedConvolution(32, 32, kernel: 3)
      normalizedConvolution(32, 64, kernel: 3, padding: 1)
      stem1()
      stem2()
      stem3()
      for _ in 0..<4 { unitA() }
      reductionA()
      for _ in 0..<7 { unitB() }
      reductionB()
      for _ in 0..<3 { unitC() }
    },
    "global_pool": GlobalAveragePool2D(),
    "head_drop": Dropout(dropout),
    "last_linear": Dense(1536, classes),
  ])
}

// The stem, figure 3: three times a fork that is put together again.

private func stem1() -> Branches {
  Branches(named: [
    "maxpool": MaxPool2D(3, stride: 2),
    "conv": normalizedConvolution(64, 96, kernel: 3, stride: 2),
  ])
}

private func stem2() -> Branches {
  Branches(named: [
    "branch0": Sequential.numbered {
      normalizedConvolution(160, 64, kernel: 1)
      normalizedConvolution(64, 96, kernel: 3)
    },
    "branch1": Sequential.numbered {
      normalizedConvolution(160, 64, kernel: 1)
      rowConvolution(64, 64, 7)
      columnConvolution(64, 64, 7)
      normalizedConvolution(64, 96, kernel: 3)
    },
  ])
}

private func stem3() -> Branches {
  Branches(named: [
    "conv": normalizedConvolution(192, 192, kernel: 3, stride: 2),
    "maxpool": MaxPool2D(3, stride: 2),
  ])
}

/// Figure 4, for 35 × 35.
private func unitA() -> Branches {
  Branches(named: [
    "branch0": normalizedConvolution(384, 96, kernel: 1),
    "branch1": Sequential.numbered {
      normalizedConvolution(384, 64, kernel: 1)
      normalizedConvolution(64, 96, kernel: 3, padding: 1)
    },
    "branch2": Sequential.numbered {
      normalizedConvolution(384, 64, kernel: 1)
      normalizedConvolution(64, 96, kernel: 3, padding: 1)
      normalizedConvolution(96, 96, kernel: 3, padding: 1)
    },
    "branch3": pooled(384, 96),
  ])
}

/// Figure 7.
private func reductionA() -> Branches {
  Branches(named: [
    "branch0": normalizedConvolution(384, 384, kernel: 3, stride: 2),
    "branch1": Sequential.numbered {
      normalizedConvolution(384, 192, kernel: 1)
      normalizedConvolution(192, 224, kernel: 3, padding: 1)
      normalizedConvolution(224, 256, kernel: 3, stride: 2)
    },
    "branch2": MaxPool2D(3, stride: 2),
  ])
}

/// Figure 5, for 17 × 17.
private func unitB() -> Branches {
  Branches(named: [
    "branch0": normalizedConvolution(1024, 384, kernel: 1),
    "branch1": Sequential.numbered {
      normalizedConvolution(1024, 192, kernel: 1)
      rowConvolution(192, 224, 7)
      columnConvolution(224, 256, 7)
    },
    "branch2": Sequential.numbered {
      normalizedConvolution(1024, 192, kernel: 1)
      columnConvolution(192, 192, 7)
      rowConvolution(192, 224, 7)
      columnConvolution(224, 224, 7)
      rowConvolution(224, 256, 7)
    },
    "branch3": pooled(1024, 128),
  ])
}

/// Figure 8.
private func reductionB() -> Branches {
  Branches(named: [
    "branch0": Sequential.numbered {
      normalizedConvolution(1024, 192, kernel: 1)
      normalizedConvolution(192, 192, kernel: 3, stride: 2)
    },
    "branch1": Sequential.numbered {
      normalizedConvolution(1024, 256, kernel: 1)
      rowConvolution(256, 256, 7)
      columnConvolution(256, 320, 7)
      normalizedConvolution(320, 320, kernel: 3, stride: 2)
    },
    "branch2": MaxPool2D(3, stride: 2),
  ])
}

/// Figure 6, for 8 × 8: branches that fork again, into a row and a column.
private func unitC() -> Branches {
  Branches(named: [
    "branch0": normalizedConvolution(1536, 256, kernel: 1),
    "": Sequential(named: [
      "branch1_0": normalizedConvolution(1536, 384, kernel: 1),
      "": Branches(named: [
        "branch1_1a": rowConvolution(384, 256, 3), "branch1_1b": columnConvolution(384, 256, 3),
      ]),
    ]),
    "": Sequential(named: [
      "branch2_0": normalizedConvolution(1536, 384, kernel: 1),
      "branch2_1": columnConvolution(384, 448, 3),
      "branch2_2": rowConvolution(448, 512, 3),
      "": Branches(named: [
        "branch2_3a": rowConvolution(512, 256, 3), "branch2_3b": columnConvolution(512, 256, 3),
      ]),
    ]),
    "branch3": pooled(1536, 256),
  ])
}

/// Means of 3 × 3 windows, of what there is of the image in them, and a 1 × 1 convolution.
private func pooled(_ channels: Int, _ filters: Int) -> Sequential {
  .numbered {
    AveragePool2D(3, stride: 1, padding: 1, countsPadding: false)
    normalizedConvolution(channels, filters, kernel: 1)
  }
}
