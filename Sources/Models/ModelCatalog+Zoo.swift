extension ModelCatalog {
  /// The convolutional networks of the papers, the oldest first.
  static let zoo: [Entry] =
    [
      color(
        "alexnet", "AlexNet in one column, as in torchvision: 61.1 M parameters",
        "Krizhevsky 2014", { alexNet(channels: $0, classes: $1) }),
      color(
        "alexnet-2012", "AlexNet in the paper's two columns, with local response normalisation",
        "Krizhevsky, Sutskever and Hinton 2012",
        { alexNet(.twoColumns, channels: $0, classes: $1) }),
    ] + VGGDepth.allCases.flatMap(vggs) + [
      color(
        "googlenet", "GoogLeNet (Inception v1) with batch normalisation, as in torchvision",
        "Szegedy et al. 2015", takesSymmetricPixels: true,
        { googLeNet(channels: $0, classes: $1) }),
      color(
        "googlenet-2015", "GoogLeNet as in the paper, with local response normalisation",
        "Szegedy et al. 2015", { googLeNet(.paper, channels: $0, classes: $1) }),
      color(
        "inception3", "Inception v3, 299×299 images", "Szegedy et al. 2016", size: 299,
        takesSymmetricPixels: true,
        { inceptionV3(channels: $0, classes: $1) }),
      color(
        "inception4", "Inception v4, 299×299 images", "Szegedy et al. 2017", size: 299,
        takesSymmetricPixels: true,
        { inceptionV4(channels: $0, classes: $1) }),
    ] + ResNetDepth.allCases.map(resNetEntry) + [
      color(
        "resnext50", "ResNeXt-50 32×4d: bottlenecks in 32 groups", "Xie et al. 2017",
        { resNeXt50(channels: $0, classes: $1) }),
      color(
        "densenet121", "DenseNet-121: each layer sees all before it in its block",
        "Huang et al. 2017", { denseNet(channels: $0, classes: $1) }),
      color(
        "mobilenet2", "MobileNetV2: inverted residuals of separable convolutions",
        "Sandler et al. 2018", { mobileNetV2(channels: $0, classes: $1) }),
    ] + [3, 5, 7, 9, 18].map(cifarEntry)

  private static func color(
    _ name: String, _ summary: String, _ source: String, size: Int = 224, classes: Int = 1000,
    takesSymmetricPixels: Bool = false,
    _ make: @escaping @Sendable (_ channels: Int, _ classes: Int) -> Sequential
  ) -> Entry {
    Entry(
      name: name, summary: summary, source: source, imageSize: [size, size], channels: 3,
      classes: classes, takesSymmetricPixels: takesSymmetricPixels,
      make: { sample, classes, _ in make(sample[0], classes) })
  }

  private static func vggs(_ depth: VGGDepth) -> [Entry] {
    [false, true].map { batchNorm in
      color(
        "vgg\(depth.rawValue)" + (batchNorm ? "-bn" : ""),
        "VGG with \(depth.rawValue) layers" + (batchNorm ? " and batch normalisation" : ""),
        "Simonyan and Zisserman 2015",
        { vgg(depth, batchNorm: batchNorm, channels: $0, classes: $1) })
    }
  }

  private static func resNetEntry(_ depth: ResNetDepth) -> Entry {
    color(
      "resnet\(depth.rawValue)",
      "residual network of \(depth.rawValue) layers, "
        + (depth.hasBottlenecks ? "in bottlenecks" : "in basic units"),
      "He et al. 2016", { resNet(depth, channels: $0, classes: $1) })
  }

  private static func cifarEntry(units: Int) -> Entry {
    color(
      "resnet\(6 * units + 2)", "residual network of \(6 * units + 2) layers for 32×32 images",
      "He et al. 2016, section 4.2", size: 32, classes: 10,
      { cifarResNet(units: units, channels: $0, classes: $1) })
  }
}
