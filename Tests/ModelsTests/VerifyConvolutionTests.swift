import Foundation
import Models
import TestSupport
import Testing

/// Whole networks whose convolutions are Winograd's, against convolutions product by product: what a
/// result may lose that went through many of them. In the portable build both are one.
///
/// A convolution by itself is off by at most 5 · 10⁻⁵ of its largest value, which `WinogradTests`
/// check for each of the three passes. What comes in with an error goes out with about the same one
/// relative to the values: a convolution and a batch normalisation multiply both alike, He's weights
/// keep the mean square of either through ReLU, and a shortcut adds values and errors. So the errors
/// of n convolutions in a row add up to at most n · 5 · 10⁻⁵, where all have the same sign; as they
/// have not, √n · 5 · 10⁻⁵ is nearer to what is seen.
@Suite(
  .serialized, .enabled(if: ProcessInfo.processInfo.environment["GRADUS_VERIFY"] == "1"))
struct VerifyConvolutionTests {
  static let convolution = 5e-5

  /// The first of the 13 convolutions has too few channels for the algorithm.
  @Test func vgg16() {
    let model = vgg(.layers16, classes: 10).initialized()
    let x = referenceImage(channels: 3, size: [224, 224])
    let outputs = [false, true].map { isExact in
      convolutions(exact: isExact) {
        var context = Context()
        return model(x, &context).array
      }
    }
    check(outputs[0], against: outputs[1], "vgg16, output", below: 12 * Self.convolution)
  }

  /// Beside the first, the three at steps of 2 and the shortcuts there are not Winograd's: 13 of 3 × 3
  /// filters are.
  @Test func resNet18() throws {
    var model = resNet(.layers18, classes: 10, stem: .small)
    model.initialize()
    // Scales that differ, none of which hides what a unit adds to its shortcut.
    model.fill()
    let x = Tensor(draw([32, 3, 32, 32], stream: 0))
    let upstream = Tensor(draw([32, 10], stream: 5000))

    /// Output and gradient by the first filters, the two passes each in its way.
    func pass(forwardExact: Bool, backwardExact: Bool) throws -> (y: NDArray, gradient: NDArray) {
      var context = Context(.training)
      var output: NDArray?
      let gradients = convolutions(exact: forwardExact) {
        valueWithGradients(of: model, &context) { model, context in
          let y = model(x, &context)
          output = y.array
          let loss = (y * upstream).sum()
          Compute.isConvolutionExact = backwardExact  // the gradient follows
          return loss
        }.gradients
      }
      return (try #require(output), try #require(gradients["conv1.weight"]))
    }
    let exact = try pass(forwardExact: true, backwardExact: true)
    let backward = try pass(forwardExact: true, backwardExact: false)
    let fast = try pass(forwardExact: false, backwardExact: false)
    check(fast.y, against: exact.y, "resnet18, output", below: 13 * Self.convolution)

    // With the same values, and so the same slopes of ReLU, the gradient is linear in what comes
    // from above, through the same 13 convolutions.
    check(
      backward.gradient, against: exact.gradient, "resnet18, gradient, values exact",
      below: 13 * Self.convolution)

    // Values with an error of e times their size have the other sign in e/π of the places (the angle
    // between the two is e), and there ReLU's slope is 1 for 0 or 0 for 1: of the gradient's square
    // that exchanges e/π, too. After the l-th of 17 ReLUs e is at most l · 5 · 10⁻⁵, so all of them
    // together exchange 17 · 18/2 · 5 · 10⁻⁵ / π of the square, whose root is the gradient's error.
    let exchanged = 17.0 * 18 / 2 * Self.convolution / Double.pi
    check(
      fast.gradient, against: exact.gradient, "resnet18, gradient",
      below: exchanged.squareRoot())
  }

  private func draw(_ shape: Shape, stream: Int) -> NDArray {
    let numbers = uniform(stream: stream, count: shape.elementCount).map { Float(2 * $0 - 1) }
    return NDArray(numbers, shape: shape)
  }

  private func convolutions<Result>(exact: Bool, _ body: () -> Result) -> Result {
    let before = Compute.isConvolutionExact
    defer { Compute.isConvolutionExact = before }
    Compute.isConvolutionExact = exact
    return body()
  }

  private func check(
    _ fast: NDArray, against exact: NDArray, _ what: String, below bound: Double
  ) {
    let difference = relativeDifference(fast, exact)
    print("Winograd's convolutions: \(what): \(difference) of the largest, bound \(bound)")
    #expect(difference < bound, "\(what)")
    #if OneDNN
      #expect(difference > 0, "\(what): no convolution was Winograd's")
    #endif
  }
}
