import Formats
import Models
import TestSupport
import Testing
import Training

/// Weights that others trained, in the zoo's networks.
@Suite(
  "Verify published weights",
  .enabled(if: TestData.isVerifying && TestData.folder != nil, Comment(rawValue: TestData.advice)),
  .serialized)
struct VerifyPublishedWeights {
  /// ResNet-20 on images that it was trained on, normalised as its training had it: by the means
  /// and deviations of ImageNet.
  @Test(arguments: [("test-1000.bin.gz", 1000), ("train-3000.bin.gz", 3000)])
  func residualNetwork(_ name: String, _ count: Int) throws {
    var model = cifarResNet(units: 3).initialized()
    let weights = try WeightsFile(TestData.path("weights/resnet20-cifar10.safetensors"))
    let report = try model.load(weights)
    #expect(report.fitting.count == 97)
    let data = try TestData.cifar(name)
    #expect(data.count == count)
    let metrics = try onOneThread {
      try evaluate(
        model, on: data, preparation: .imageNet(sampleShape: [3, 32, 32]),
        inputShape: [3, 32, 32], loss: { crossEntropy(logits: $0, labels: $1) })
    }
    print("resnet20 on \(name): accuracy \(metrics.accuracy), top-5 \(metrics.topAccuracy)")
    #expect(metrics.accuracy >= 0.99)
  }

  /// MobileNetV2 against torchvision's logits (`Tests/References/mobilenet2.py`).
  @Test func logits() throws {
    var model = mobileNetV2().initialized()
    try model.load(WeightsFile(TestData.path("weights/mobilenet_v2-imagenet.safetensors")))
    let expected = try References("mobilenet2").tensor("logits")
    let shape: Shape = [5, 3, 224, 224]
    let numbers = (0..<shape.elementCount).map { index -> Float in
      var generator = SplitMix64(seed: index)
      return Float(4 * generator.fraction() - 2)
    }
    var context = Context()
    let found = onOneThread { model(Tensor(NDArray(numbers, shape: shape)), &context).array }
    let largest = zip(found.doubles, expected.doubles).map { abs($0 - $1) }.max()!
    print("mobilenet2: largest difference of logits \(largest)")
    #expect(found.shape == expected.shape && largest < 1e-3)
  }
}
