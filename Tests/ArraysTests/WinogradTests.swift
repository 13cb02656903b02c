import Arrays
import CKernels
import Testing

/// In the portable build both ways are one.
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

  /// A convolution that is worth the algorithm.
  struct Sizes: Sendable, CustomStringConvertible {
    let batch, channels, filters: Int
    var size = [32, 32]
    var padding = [1, 1]

    var description: String {
      "\(batch) of \(channels) × \(size) by \(filters) filters, padding \(padding)"
    }
    var geometry: ConvolutionGeometry { ConvolutionGeometry(padding: padding) }
    var input: Shape { [batch, channels, size[0], size[1]] }
    var output: Shape {
      [batch, filters, size[0] + 2 * padding[0] - 2, size[1] + 2 * padding[1] - 2]
    }
  }

  static let cases = [
    Sizes(batch: 4, channels: 64, filters: 64),
    Sizes(batch: 2, channels: 128, filters: 64, size: [28, 28]),
    // More tiles than are worked on at once, in unequal parts.
    Sizes(batch: 5, channels: 96, filters: 160, size: [47, 36]),
    // Tiles that reach beyond the image, in one direction or both.
    Sizes(batch: 8, channels: 64, filters: 96, size: [15, 19]),
    Sizes(batch: 9, channels: 128, filters: 128, size: [13, 16]),
    // Channels that fill no whole blocks.
    Sizes(batch: 8, channels: 100, filters: 76, size: [16, 20]),
    Sizes(batch: 8, channels: 67, filters: 81, size: [16, 16]),
    Sizes(batch: 3, channels: 64, filters: 64, size: [18, 34], padding: [0, 0]),
    Sizes(batch: 3, channels: 64, filters: 72, size: [30, 22], padding: [2, 0]),
    Sizes(batch: 3, channels: 80, filters: 64, size: [23, 30], padding: [0, 2]),
    Sizes(batch: 1, channels: 64, filters: 64, size: [56, 56]),
  ]

  @Test("differs little from products one by one", arguments: cases)
  func accuracy(_ sizes: Sizes) {
    let (input, output, geometry) = (sizes.input, sizes.output, sizes.geometry)
    #if OneDNN
      #expect(isChosen(sizes))
    #endif
    let x = draw(input, .float32, seed: 1)
    let weight = draw([sizes.filters, sizes.channels, 3, 3], .float32, seed: 2)
    let bias = draw([sizes.filters], .float32, seed: 3)
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
    #expect(
      difference {
        testedEngine.convolutionParameterGradients(
          upstream, input: x, geometry: geometry, weightShape: weight.shape
        ).bias
      } < 5e-5)
  }

  #if OneDNN
    private func isChosen(_ sizes: Sizes) -> Bool {
      ConvolutionSizes(
        input: sizes.input, weight: [sizes.filters, sizes.channels, 3, 3], output: sizes.output,
        geometry: sizes.geometry
      ).workspaceBytes(samples: sizes.batch, dtype: .float32) > 0
    }

    @Test("is chosen for 3 × 3 filters in steps of 1 over many channels and tiles alone")
    func choice() {
      #expect(isChosen(Sizes(batch: 8, channels: 64, filters: 64)))
      #expect(!isChosen(Sizes(batch: 8, channels: 16, filters: 16)))
      #expect(!isChosen(Sizes(batch: 1, channels: 256, filters: 256, size: [14, 14])))
      #expect(!isChosen(Sizes(batch: 64, channels: 512, filters: 512, size: [2, 2])))
      let (x, y): (Shape, Shape) = ([8, 64, 32, 32], [8, 64, 32, 32])
      for (geometry, weight) in [
        (ConvolutionGeometry(padding: [2, 2], dilation: [2, 2]), [64, 64, 3, 3]),
        (ConvolutionGeometry(padding: [1, 1], groups: 2), [64, 32, 3, 3]),
        (ConvolutionGeometry(padding: [2, 2]), [64, 64, 5, 5]),
      ] {
        let sizes = ConvolutionSizes(
          input: x, weight: Shape(weight), output: y, geometry: geometry)
        #expect(sizes.workspaceBytes(samples: 8, dtype: .float32) == 0)
      }
      let sizes = ConvolutionSizes(
        input: x, weight: [64, 64, 3, 3], output: y, geometry: ConvolutionGeometry(padding: [1, 1]))
      #expect(sizes.workspaceBytes(samples: 8, dtype: .float64) == 0)
    }

    @Test("images and filters may lie in blocks of either size, and what fills a block stays zero")
    func blocks() {
      let sizes = Sizes(batch: 8, channels: 100, filters: 76, size: [16, 20])
      let x = draw(sizes.input, .float32, seed: 1)
      let weight = draw([sizes.filters, sizes.channels, 3, 3], .float32, seed: 2)
      let upstream = draw(sizes.output, .float32, seed: 3)
      let bias = draw([sizes.filters], .float32, seed: 4)
      let engine = OneDNNEngine.shared
      for block in [8, 16] {
        let value = engine.rectifiedConvolution(
          OneDNNEngine.blocked(x, block: block), weight: weight, bias: bias,
          geometry: sizes.geometry, shape: sizes.output)
        #expect(
          difference(
            value,
            engine.rectifiedConvolution(
              x, weight: weight, bias: bias, geometry: sizes.geometry, shape: sizes.output)) < 1e-5)
        let raw = OneDNNEngine.rawElements(value)
        let pixels = sizes.output[2] * sizes.output[3]
        #expect(raw.count == 8 * ((76 + block - 1) / block * block) * pixels)
        // The last block of each sample: channel 76 and those after it.
        for sample in 0..<8 {
          let last = (sample + 1) * raw.count / 8 - block * pixels
          for pixel in 0..<pixels {
            for lane in (76 % block)..<block { #expect(raw[last + pixel * block + lane] == 0) }
          }
        }
        #expect(
          difference(
            engine.convolutionInputGradient(
              OneDNNEngine.blocked(upstream, block: block), weight: weight,
              geometry: sizes.geometry, inputShape: sizes.input),
            engine.convolutionInputGradient(
              upstream, weight: weight, geometry: sizes.geometry, inputShape: sizes.input)) < 1e-5)
        #expect(
          difference(
            engine.convolutionWeightGradient(
              OneDNNEngine.blocked(upstream, block: block),
              input: OneDNNEngine.blocked(x, block: 24 - block), geometry: sizes.geometry,
              weightShape: weight.shape),
            engine.convolutionWeightGradient(
              upstream, input: x, geometry: sizes.geometry, weightShape: weight.shape)) < 1e-5)
      }
    }

    private func difference(_ a: NDArray, _ b: NDArray) -> Double {
      (a - b).absolute().maximum().item / b.absolute().maximum().item
    }
  #endif

  @Test("its transforms are right for each instruction set", arguments: [Int32(0), 1])
  func lesserProcessors(level: Int32) {
    #expect(gk_limit_level(level) <= level)
    defer { gk_limit_level(2) }
    accuracy(Sizes(batch: 8, channels: 67, filters: 81, size: [16, 16]))
    accuracy(Sizes(batch: 3, channels: 64, filters: 72, size: [30, 22], padding: [2, 0]))
  }

  @Test("gives the same bits on one thread and on several")
  func threads() {
    let before = Compute.threads
    defer { Compute.threads = before }
    let sizes = Sizes(batch: 5, channels: 96, filters: 160, size: [47, 36])
    let x = draw(sizes.input, .float32, seed: 1)
    let weight = draw([sizes.filters, sizes.channels, 3, 3], .float32, seed: 2)
    let upstream = draw(sizes.output, .float32, seed: 3)
    let results = [1, 2, 3].map { threads in
      Compute.threads = threads
      return [
        testedEngine.convolution(
          x, weight: weight, bias: nil, geometry: sizes.geometry, shape: sizes.output),
        testedEngine.convolutionInputGradient(
          upstream, weight: weight, geometry: sizes.geometry, inputShape: sizes.input),
        testedEngine.convolutionWeightGradient(
          upstream, input: x, geometry: sizes.geometry, weightShape: weight.shape),
      ].map(\.floats)
    }
    #expect(results[1] == results[0] && results[2] == results[0])
  }

  @Test("a NaN and an infinity come through, where a rectified result would hide them too")
  func notFinite() {
    let sizes = Self.cases[0]
    let weight = draw([sizes.filters, sizes.channels, 3, 3], .float32, seed: 2)
    for value in [Float.nan, .infinity] {
      var x = draw(sizes.input, .float32, seed: 1)
      x.withMutableElements(as: Float.self) { $0[5 * 32 + 7] = value }
      for rectifies in [false, true] {
        let y =
          rectifies
          ? testedEngine.rectifiedConvolution(
            x, weight: weight, bias: nil, geometry: sizes.geometry, shape: sizes.output)
          : testedEngine.convolution(
            x, weight: weight, bias: nil, geometry: sizes.geometry, shape: sizes.output)
        #expect(y.floats.prefix(32 * 32).contains { !$0.isFinite })
        #expect(y.floats.suffix(32 * 32).allSatisfy { $0.isFinite })
      }
    }
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
