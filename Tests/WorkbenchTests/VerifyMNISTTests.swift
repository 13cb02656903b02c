import Foundation
import TestSupport
import Testing
import Workbench

/// Where the data are, and whether minutes may be spent.
enum Verification {
  static let environment = ProcessInfo.processInfo.environment
  static let isAsked = environment["GRADUS_VERIFY"] == "1"
  static let cifar = environment["GRADUS_TEST_DATA"].map { $0 + "/cifar10/cifar10-jpeg.tar.gz" }
  static let mnist = environment["GRADUS_TEST_DATA"].map { $0 + "/mnist" }
}

/// Real training on real data: minutes, so only where GRADUS_VERIFY is 1 and GRADUS_TEST_DATA names
/// a folder that has MNIST in `mnist/`.
@Suite("Verify MNIST", .enabled(if: Verification.isAsked, "set GRADUS_VERIFY=1"), .serialized)
struct VerifyMNIST {
  private func accuracy(_ request: TrainRequest) throws -> Double {
    Compute.useDefaultThreads()
    let scratch = try ScratchFolder()
    var run = try TrainRun(request, out: scratch("run"))
    let result = try run.run { event in
      guard case .epoch(let record, let seconds) = event else { return }
      print(
        "\(request.model) epoch \(record.epoch): training \(record.train.accuracy), "
          + "validation \(record.validation?.accuracy ?? .nan), \(seconds) s")
    }
    let test = try #require(result.test)
    print("\(request.model): test accuracy \(test.accuracy), \(result.seconds) s")
    return test.accuracy
  }

  @Test(
    "LeNet-5 has at least 98.9 % after 10 epochs",
    .enabled(if: Verification.mnist != nil, "set GRADUS_TEST_DATA to the folder that has mnist/"))
  func leNet5() throws {
    let data = try #require(Verification.mnist)
    let accuracy = try accuracy(
      TrainRequest(
        model: "lenet5", data: data, epochs: 10, batchSize: 64, optimizer: .nesterov,
        learningRate: 0.02, l2: 0.0005))
    #expect(accuracy >= 0.989)
  }

  @Test(
    "the multi-layer perceptron has at least 98 % after 10 epochs",
    .enabled(if: Verification.mnist != nil, "set GRADUS_TEST_DATA to the folder that has mnist/"))
  func perceptron() throws {
    let data = try #require(Verification.mnist)
    let accuracy = try accuracy(
      TrainRequest(
        model: "mlp", data: data, epochs: 10, batchSize: 64, optimizer: .nesterov,
        learningRate: 0.01, dropout: 0.2))
    #expect(accuracy >= 0.98)
  }
}
