import Arrays
import Testing

/// Where a processor has no Winograd convolutions, both ways are one.
@Suite("Winograd's algorithm", .serialized)
struct WinogradTests {
  /// The largest difference of results by the fast and the exact way, by the largest result.
  private func difference(_ body: () -> NDArray) -> Double {
    let before = Compute.isConvolutionExact
    defer { Compute.isConvolutionExact = before }
    Compute.isConvolutionExact = false
    let fast = body()
    Compute.isConvolutionExact = true
    let exact = body()
    return (fast - exact).absolute().maximum().item / exact.absolute().maximum().item
  }

  @Test(
    "differs little from products one by one",
    arguments: [
      (4, 64, 64, 32), (2, 128, 64, 28), (8, 64, 96, 15), (4, 256, 256, 14), (1, 64, 64, 56),
    ])
  func accuracy(batch: Int, channels: Int, filters: Int, size: Int) {
    let geometry = ConvolutionGeometry(padding: [1, 1])
    let (input, output): (Shape, Shape) = (
      [batch, channels, size, size], [batch, filters, size, size]
    )
    let x = draw(input, .float32, seed: 1)
    let weight = draw([filters, channels, 3, 3], .float32, seed: 2)
    let bias = draw([filters], .float32, seed: 3)
    let upstream = draw(output, .float32, seed: 4)
    #expect(
      difference {
        testedEngine.convolution(x, weight: weight, bias: bias, geometry: geometry, shape: output)
      } < 5e-5)
    #expect(
      difference {
        testedEngine.rectifiedConvolution(
          x, weight: weight, bias: bias, geometry: geometry, shape: output)
      } < 5e-5)
    #expect(
      difference {
        testedEngine.convolutionInputGradient(
          upstream, weight: weight, geometry: geometry, inputShape: input)
      } < 5e-5)
    #expect(
      difference {
        testedEngine.convolutionParameterGradients(
          upstream, input: x, geometry: geometry, weightShape: weight.shape
        ).weight
      } < 5e-5)
  }

  @Test("exact convolutions are part of the engine's name")
  func name() {
    let before = Compute.isConvolutionExact
    defer { Compute.isConvolutionExact = before }
    Compute.isConvolutionExact = false
    let name = Compute.engineName
    Compute.isConvolutionExact = true
    #if OneDNN
      #expect(Compute.engineName == name + ", exact convolutions")
    #else
      #expect(Compute.engineName == name)
    #endif
  }
}
