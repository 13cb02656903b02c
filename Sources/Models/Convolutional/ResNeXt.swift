/// ResNeXt-50 32×4d: the residual network of 50 layers with bottlenecks twice as wide whose 3 × 3
/// convolutions are in 32 groups, of 4 channels each in the first stage; 25,028,904 parameters.
///
/// Parameters are named as torchvision names them.
///
/// - Shapes: [N, channels, H, W] → [N, classes], meant for 224 × 224
/// - Parameters:
///   - groups: The cardinality: groups of each 3 × 3 convolution; at least 1.
///   - groupWidth: Channels of a group in the first stage, doubled from stage to stage; at least 1.
///   - channels: Channels of an image; at least 1.
///   - classes: Number of classes; at least 1.
/// - Source: Xie et al. 2017, "Aggregated Residual Transformations for Deep Neural Networks",
///   table 1.
public func resNeXt50(
  groups: Int = 32, groupWidth: Int = 4, channels: Int = 3, classes: Int = 1000
) -> Sequential {
  residualNetwork(units: ResNetDepth.layers50.units, channels: channels, classes: classes) {
    input, stageWidth, stride in
    bottleneck(
      input, width: groups * groupWidth * stageWidth / 64, outputs: 4 * stageWidth,
      stride: stride, groups: groups)
  }
}
