extension ModelCatalog {
  /// The convolutional networks of the papers, the oldest first.
  static let zoo: [Entry] =
    [
      color(
        "alexnet", "AlexNet in one column, as in torchvision: 61.1 M parameters",
        "Krizhevsky 2014", dropout: 0.5, { alexNet(channels: $0, classes: $1, dropout: $2) }),
      color(
        "alexnet-2012", "AlexNet in the paper's two columns, with local response normalisation",
        "Krizhevsky, Sutskever and Hinton 2012", dropout: 0.5,
        { alexNet(.twoColumns, channels: $0, classes: $1, dropout: $2) }),
    ] + VGGDepth.allCases.flatMap(vggs) + [
      color(
        "googlenet", "GoogLeNet (Inception v1) with batch normalisation, as in torchvision",
        "Szegedy et al. 2015", takesSymmetricPixels: true, dropout: 0.2,
        { googLeNet(channels: $0, classes: $1, dropout: $2) }),
      color(
        "googlenet-2015", "GoogLeNet as in the paper, with local response normalisation",
        "Szegedy et al. 2015", dropout: 0.4,
        { googLeNet(.paper, channels: $0, classes: $1, dropout: $2) }),
      color(
        "inception3", "Inception v3, 299×299 images", "Szegedy et al. 2016", size: 299,
        takesSymmetricPixels: true, dropout: 0.5,
        { inceptionV3(channels: $0, classes: $1, dropout: $2) }),
      color(
        "inception4", "Inception v4, 299×299 images", "Szegedy et al. 2017", size: 299,
        takesSymmetricPixels: true, dropout: 0.2,
        { inceptionV4(channels: $0, classes: $1, dropout: $2) }),
    ] + ResNetDepth.allCases.map(resNetEntry) + [
      color(
        "resnext50", "ResNeXt-50 32×4d: bottlenecks in 32 groups", "Xie et al. 2017",
        { resNeXt50(channels: $0, classes: $1) }),
      color(
        "densenet121", "DenseNet-121: each layer sees all before it in its block",
        "Huang et al. 2017", { denseNet(channels: $0, classes: $1) }),
      color(
        "mobilenet2", "MobileNetV2: inverted residuals of separable convolutions",
        "Sandler et al. 2018", dropout: 0.2,
        { mobileNetV2(channels: $0, classes: $1, dropout: $2) }),
    ] + [3, 5, 7, 9, 18].map(cifarEntry)

  /// A network for colour images.
  private static func color(
    _ name: String, _ summary: String, _ source: String, size: Int = 224, classes: Int = 1000,
    takesSymmetricPixels: Bool = false, dropout: Double?,
    _ make: @escaping @Sendable (_ channels: Int, _ classes: Int, _ dropout: Double) -> Sequential
  ) -> Entry {
    Entry(
      name: name, summary: summary, source: source, imageSize: [size, size], channels: 3,
      classes: classes, dropout: dropout, takesSymmetricPixels: takesSymmetricPixels,
      make: { sample, classes, dropout in make(sample[0], classes, dropout) })
  }

  /// A network for colour images, without dropout.
  private static func color(
    _ name: String, _ summary: String, _ source: String, size: Int = 224, classes: Int = 1000,
    _ make: @escaping @Sendable (_ channels: Int, _ classes: Int) -> Sequential
  ) -> Entry {
    color(
      name, summary, source, size: size, classes: classes, dropout: nil,
      { channels, classes, _ in make(channels, classes) })
  }

  private static func vggs(_ depth: VGGDepth) -> [Entry] {
    [false, true].map { batchNorm in
      color(
        "vgg\(depth.rawValue)" + (batchNorm ? "-bn" : ""),
        "VGG with \(depth.rawValue) layers" + (batchNorm ? " and batch normalisation" : ""),
        "Simonyan and Zisserman 2015", dropout: 0.5,
        { vgg(depth, batchNorm: batchNorm, channels: $0, classes: $1, dropout: $2) })
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
