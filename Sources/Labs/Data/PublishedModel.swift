import Models

/// A network of the papers with the number of parameters that was published for it.
struct PublishedModel {
  /// Its name in the catalogue of models.
  let entry: String
  /// Its name in print.
  let name: String
  /// Parameters for 1,000 classes (LeNet-5: for 10), auxiliary heads included.
  let parameters: Int

  /// The oldest first. Numbers are those of torchvision's weights; of the weights that are around
  /// for Inception v4; and for LeNet-5 of the form with dense second convolution and plain pooling.
  static let all = [
    PublishedModel(entry: "lenet5", name: "LeNet-5", parameters: 61_706),
    PublishedModel(entry: "alexnet", name: "AlexNet", parameters: 61_100_840),
    PublishedModel(entry: "vgg16", name: "VGG16", parameters: 138_357_544),
    PublishedModel(entry: "vgg19", name: "VGG19", parameters: 143_667_240),
    PublishedModel(entry: "googlenet", name: "GoogLeNet", parameters: 13_004_888),
    PublishedModel(entry: "inception3", name: "Inception v3", parameters: 27_161_264),
    PublishedModel(entry: "inception4", name: "Inception v4", parameters: 42_679_816),
    PublishedModel(entry: "resnet18", name: "ResNet-18", parameters: 11_689_512),
    PublishedModel(entry: "resnet34", name: "ResNet-34", parameters: 21_797_672),
    PublishedModel(entry: "resnet50", name: "ResNet-50", parameters: 25_557_032),
    PublishedModel(entry: "resnet101", name: "ResNet-101", parameters: 44_549_160),
    PublishedModel(entry: "resnet152", name: "ResNet-152", parameters: 60_192_808),
    PublishedModel(entry: "resnext50", name: "ResNeXt-50", parameters: 25_028_904),
    PublishedModel(entry: "densenet121", name: "DenseNet-121", parameters: 7_978_856),
    PublishedModel(entry: "mobilenet2", name: "MobileNetV2", parameters: 3_504_872),
  ]

  /// The network layer by layer, worked out from shapes.
  /// - Throws: `ShapeError` where the network does not take its own size of image.
  func summary() throws -> Summary {
    guard let found = ModelCatalog.entry(entry), let size = found.imageSize else {
      fatalError("PublishedModel: no model of images '\(entry)'")
    }
    let sample = Shape([found.channels] + size)
    return try found.make(sample, found.classes, 0).summary(input: Shape([1] + Array(sample)))
  }
}

extension Summary {
  /// The layers of one kind, such as `Dense`: their parameters and multiplications.
  func totals(of kind: String) -> (parameters: Int, multiplyAdds: Int) {
    rows.filter { $0.kind == kind }.reduce(into: (0, 0)) {
      $0.0 += $1.parameters
      $0.1 += $1.multiplyAdds
    }
  }
}
