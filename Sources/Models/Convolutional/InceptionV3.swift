/// Inception v3: units whose branches split large windows into rows and columns; 23,834,568
/// parameters, 27,161,264 with the auxiliary head.
///
/// Parameters are named as torchvision names them.
///
/// - Shapes: [N, channels, H, W] → [N, classes], meant for 299 × 299, at least 75 × 75, with the
///   auxiliary head 299 × 299
/// - Parameters:
///   - auxiliaryHead: Whether there is the classifier after the 17 × 17 units; it has a share of 0.4
///     in `Context.totalLoss`.
///   - channels: Channels of an image; at least 1.
///   - classes: Number of classes; at least 1.
///   - dropout: Probability of dropping an input of the last layer, 0 ≤ p < 1; ½ as in torchvision.
/// - Source: Szegedy et al. 2016, "Rethinking the Inception Architecture for Computer Vision",
///   table 1 and figures 5 to 7 and 10.
public func inceptionV3(
  auxiliaryHead: Bool = true, channels: Int = 3, classes: Int = 1000, dropout: Double = 0.5
) -> Sequential {
  var layers: [(name: String, layer: any Layer)] = [
    ("Conv2d_1a_3x3", normalizedConvolution(channels, 32, kernel: 3, stride: 2)),
    ("Conv2d_2a_3x3", normalizedConvolution(32, 32, kernel: 3)),
    ("Conv2d_2b_3x3", normalizedConvolution(32, 64, kernel: 3, padding: 1)),
    ("maxpool1", MaxPool2D(3, stride: 2)),
    ("Conv2d_3b_1x1", normalizedConvolution(64, 80, kernel: 1)),
    ("Conv2d_4a_3x3", normalizedConvolution(80, 192, kernel: 3)),
    ("maxpool2", MaxPool2D(3, stride: 2)),
    ("Mixed_5b", unitA(192, pool: 32)),
    ("Mixed_5c", unitA(256, pool: 64)),
    ("Mixed_5d", unitA(288, pool: 64)),
    ("Mixed_6a", reductionB(288)),
    ("Mixed_6b", unitC(768, inner: 128)),
    ("Mixed_6c", unitC(768, inner: 160)),
    ("Mixed_6d", unitC(768, inner: 160)),
    ("Mixed_6e", unitC(768, inner: 192)),
  ]
  if auxiliaryHead { layers.append(("AuxLogits", auxiliary(768, classes: classes))) }
  layers += [
    ("Mixed_7a", reductionD(768)),
    ("Mixed_7b", unitE(1280)),
    ("Mixed_7c", unitE(2048)),
    ("avgpool", GlobalAveragePool2D()),
    ("dropout", Dropout(dropout)),
    ("fc", Dense(2048, classes)),
  ]
  return Sequential(named: layers)
}

/// Figure 5: a 5 × 5 window, and another as two of 3 × 3.
private func unitA(_ channels: Int, pool: Int) -> Branches {
  Branches(named: [
    "branch1x1": normalizedConvolution(channels, 64, kernel: 1),
    "": Sequential(named: [
      "branch5x5_1": normalizedConvolution(channels, 48, kernel: 1),
      "branch5x5_2": normalizedConvolution(48, 64, kernel: 5, padding: 2),
    ]),
    "": Sequential(named: [
      "branch3x3dbl_1": normalizedConvolution(channels, 64, kernel: 1),
      "branch3x3dbl_2": normalizedConvolution(64, 96, kernel: 3, padding: 1),
      "branch3x3dbl_3": normalizedConvolution(96, 96, kernel: 3, padding: 1),
    ]),
    "": pooled(channels, pool),
  ])
}

/// Figure 10: half the size by convolutions and by pooling.
private func reductionB(_ channels: Int) -> Branches {
  Branches(named: [
    "branch3x3": normalizedConvolution(channels, 384, kernel: 3, stride: 2),
    "": Sequential(named: [
      "branch3x3dbl_1": normalizedConvolution(channels, 64, kernel: 1),
      "branch3x3dbl_2": normalizedConvolution(64, 96, kernel: 3, padding: 1),
      "branch3x3dbl_3": normalizedConvolution(96, 96, kernel: 3, stride: 2),
    ]),
    "pool": MaxPool2D(3, stride: 2),
  ])
}

/// Figure 6: 7 × 7 windows as 1 × 7 and 7 × 1.
private func unitC(_ channels: Int, inner: Int) -> Branches {
  Branches(named: [
    "branch1x1": normalizedConvolution(channels, 192, kernel: 1),
    "": Sequential(named: [
      "branch7x7_1": normalizedConvolution(channels, inner, kernel: 1),
      "branch7x7_2": rowConvolution(inner, inner, 7),
      "branch7x7_3": columnConvolution(inner, 192, 7),
    ]),
    "": Sequential(named: [
      "branch7x7dbl_1": normalizedConvolution(channels, inner, kernel: 1),
      "branch7x7dbl_2": columnConvolution(inner, inner, 7),
      "branch7x7dbl_3": rowConvolution(inner, inner, 7),
      "branch7x7dbl_4": columnConvolution(inner, inner, 7),
      "branch7x7dbl_5": rowConvolution(inner, 192, 7),
    ]),
    "": pooled(channels, 192),
  ])
}

/// Half the size again.
private func reductionD(_ channels: Int) -> Branches {
  Branches(named: [
    "": Sequential(named: [
      "branch3x3_1": normalizedConvolution(channels, 192, kernel: 1),
      "branch3x3_2": normalizedConvolution(192, 320, kernel: 3, stride: 2),
    ]),
    "": Sequential(named: [
      "branch7x7x3_1": normalizedConvolution(channels, 192, kernel: 1),
      "branch7x7x3_2": rowConvolution(192, 192, 7),
      "branch7x7x3_3": columnConvolution(192, 192, 7),
      "branch7x7x3_4": normalizedConvolution(192, 192, kernel: 3, stride: 2),
    ]),
    "pool": MaxPool2D(3, stride: 2),
  ])
}

/// Figure 7: branches that fork again, into a row and a column.
private func unitE(_ channels: Int) -> Branches {
  Branches(named: [
    "branch1x1": normalizedConvolution(channels, 320, kernel: 1),
    "": Sequential(named: [
      "branch3x3_1": normalizedConvolution(channels, 384, kernel: 1),
      "": Branches(named: [
        "branch3x3_2a": rowConvolution(384, 384, 3),
        "branch3x3_2b": columnConvolution(384, 384, 3),
      ]),
    ]),
    "": Sequential(named: [
      "branch3x3dbl_1": normalizedConvolution(channels, 448, kernel: 1),
      "branch3x3dbl_2": normalizedConvolution(448, 384, kernel: 3, padding: 1),
      "": Branches(named: [
        "branch3x3dbl_3a": rowConvolution(384, 384, 3),
        "branch3x3dbl_3b": columnConvolution(384, 384, 3),
      ]),
    ]),
    "": pooled(channels, 192),
  ])
}

/// Means of 3 × 3 windows and a 1 × 1 convolution.
private func pooled(_ channels: Int, _ filters: Int) -> Sequential {
  Sequential(named: [
    "pool": AveragePool2D(3, stride: 1, padding: 1),
    "branch_pool": normalizedConvolution(channels, filters, kernel: 1),
  ])
}

private func auxiliary(_ channels: Int, classes: Int) -> Auxiliary {
  Auxiliary(
    Sequential(named: [
      "pool": AveragePool2D(5, stride: 3),
      "conv0": normalizedConvolution(channels, 128, kernel: 1),
      "conv1": normalizedConvolution(128, 768, kernel: 5),
      "avgpool": GlobalAveragePool2D(),
      "fc": Dense(768, classes),
    ]), weight: 0.4)
}
