/// The networks of the zoo, on random images.
extension Workload {
  static let convolutional: [Workload] = [
    training("alexnet-224", batch: 16) { alexNet() },
    training("vgg16-224", batch: 4) { vgg(.layers16) },
    training("googlenet-224", batch: 8) { googLeNet() },
    training("inception3-299", batch: 4, size: 299) { inceptionV3() },
    training("resnet18-cifar", batch: 64, size: 32, classes: 10) {
      resNet(.layers18, classes: 10, stem: .small)
    },
    training("resnet50-224", batch: 8) { resNet(.layers50) },
    training("densenet121-224", batch: 8) { denseNet() },
    inference("resnet50-infer-1", batch: 1) { resNet(.layers50) },
    inference("resnet50-infer-16", batch: 16) { resNet(.layers50) },
    inference("vgg16-infer-8", batch: 8) { vgg(.layers16) },
  ]

  private static func training(
    _ name: String, batch: Int, size: Int = 224, classes: Int = 1000,
    _ model: @escaping @Sendable () -> Sequential
  ) -> Workload {
    Workload(
      name: name, summary: "batch \(batch) of 3×\(size)×\(size), SGD momentum, train", items: batch,
      prepare: {
        training(
          model(), input: [batch, 3, size, size], classes: classes,
          optimizer: SGD(learningRate: 0.01, momentum: 0.9))
      })
  }

  private static func inference(
    _ name: String, batch: Int, _ model: @escaping @Sendable () -> Sequential
  ) -> Workload {
    Workload(
      name: name, summary: "one forward pass without gradients, batch \(batch) of 3×224×224",
      items: batch, prepare: { inference(model(), input: [batch, 3, 224, 224]) })
  }
}
