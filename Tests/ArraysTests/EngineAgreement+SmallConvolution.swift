import Arrays
import CKernels
import Testing

// Convolutions of eight and more samples with few channels, and products of each order, which have
// kernels and ways of their own.

extension Agreement {
  /// Sets of lanes that are full, begun and short; every remainder of the tiles of outputs, columns
  /// and taps; borders, steps and gaps on either axis.
  static let smallConvolutionCases: [ConvolutionCase] =
    (1...7).map { outputs in
      ConvolutionCase(
        input: [8, 2, 6, 4 + outputs], weight: [outputs, 2, 3, 2],
        geometry: ConvolutionGeometry(padding: [1, 1]))
    }
    + (1...7).map { taps in
      ConvolutionCase(
        input: [17, 3, 8, 11], weight: [5, 3, 2, taps], geometry: ConvolutionGeometry())
    } + [
      ConvolutionCase(input: [16, 1, 32, 32], weight: [6, 1, 5, 5]),
      ConvolutionCase(input: [40, 6, 14, 14], weight: [16, 6, 5, 5]),
      ConvolutionCase(input: [33, 20, 5, 6], weight: [4, 20, 3, 3]),
      ConvolutionCase(input: [9, 4, 5, 5], weight: [32, 4, 1, 1]),
      ConvolutionCase(
        input: [31, 3, 11, 9], weight: [5, 3, 7, 7], geometry: ConvolutionGeometry(padding: [3, 3])),
      ConvolutionCase(
        input: [17, 2, 9, 10], weight: [3, 2, 3, 2],
        geometry: ConvolutionGeometry(stride: [2, 1], padding: [1, 1])),
      ConvolutionCase(  // the last rows and columns are not reached
        input: [12, 3, 9, 11], weight: [7, 3, 2, 3], geometry: ConvolutionGeometry(stride: [3, 3])),
      ConvolutionCase(
        input: [20, 3, 9, 8], weight: [6, 3, 3, 3],
        geometry: ConvolutionGeometry(padding: [2, 1], dilation: [2, 1])),
      ConvolutionCase(
        input: [20, 3, 8, 9], weight: [6, 3, 3, 3],
        geometry: ConvolutionGeometry(stride: [1, 2], padding: [1, 3], dilation: [1, 3])),
      ConvolutionCase(  // more padding than the kernel reaches
        input: [8, 2, 5, 5], weight: [3, 2, 1, 2], geometry: ConvolutionGeometry(padding: [1, 2])),
      ConvolutionCase(  // the window is the image
        input: [9, 3, 5, 4], weight: [20, 3, 5, 4]),
      ConvolutionCase(
        input: [9, 3, 5, 4], weight: [20, 3, 5, 4], geometry: ConvolutionGeometry(stride: [2, 3])),
    ]

  /// Fewer samples than eight, which are convolved one by one where no gradient is to come: every
  /// remainder of the tiles of outputs and of places.
  static let singleConvolutionCases: [ConvolutionCase] =
    (1...7).map { outputs in
      ConvolutionCase(
        input: [outputs, 2, 6, 4 + outputs], weight: [outputs, 2, 3, 2],
        geometry: ConvolutionGeometry(padding: [1, 1]))
    }
    + (1...9).map { rows in
      ConvolutionCase(
        input: [1, 3, rows + 1, 15], weight: [13, 3, 2, 3], geometry: ConvolutionGeometry())
    } + [
      ConvolutionCase(input: [1, 1, 32, 32], weight: [6, 1, 5, 5]),
      ConvolutionCase(input: [2, 6, 14, 14], weight: [16, 6, 5, 5]),
      ConvolutionCase(input: [1, 16, 5, 5], weight: [120, 16, 5, 5]),
      ConvolutionCase(
        input: [3, 3, 11, 9], weight: [5, 3, 7, 7], geometry: ConvolutionGeometry(padding: [3, 3])),
      ConvolutionCase(
        input: [2, 3, 9, 8], weight: [6, 3, 3, 3],
        geometry: ConvolutionGeometry(padding: [2, 1], dilation: [2, 3])),
      ConvolutionCase(  // more padding than the kernel reaches
        input: [1, 2, 5, 5], weight: [3, 2, 1, 2], geometry: ConvolutionGeometry(padding: [1, 2])),
    ]

  static let smallConvolutions: [AgreementCase] = convolutions(
    of: smallConvolutionCases, longSums: true)

  static let singleConvolutions: [AgreementCase] = convolutions(of: singleConvolutionCases).filter {
    $0.function == "untrackedConvolution"
  }

  /// Sizes at which products change their way: three rows and fewer, eight, thirty-two, and
  /// sixteen columns.
  static let productsOfEachOrder: [AgreementCase] = [false, true].flatMap { transposeA in
    [false, true].map { transposeB in
      // Operands that repeat cancel nearly: rounding is in proportion to the terms, which go to 1.
      AgreementCase("matmul", "of each order, \(transposeA) \(transposeB)", scale: 1) {
        engine, lay in
        [1, 2, 3, 4, 8, 9, 16, 17, 32, 33, 64, 70].flatMap { rows in
          [1, 10, 16, 17, 130, 150].map { columns in
            let inner = 37
            return engine.matmul(
              lay(draw(transposeA ? [inner, rows] : [rows, inner], .float32, seed: 2)),
              lay(draw(transposeB ? [columns, inner] : [inner, columns], .float32, seed: 3)),
              transposeA: transposeA, transposeB: transposeB, shape: [rows, columns])
          }
        }
      }
    }
  }

  /// Large enough that few rows of a transposed first operand are copied.
  static let largeProducts: [AgreementCase] = [
    AgreementCase("matmul", "few rows, transposed, large", within: 1e-5) { engine, lay in
      [2, 5, 20, 40].map { rows in
        engine.matmul(
          lay(draw([520, rows], .float32, seed: 2)), lay(draw([520, 520], .float32, seed: 3)),
          transposeA: true, transposeB: false, shape: [rows, 520])
      }
    }
  ]

  /// Pooling by halves of many samples, odd sizes among them.
  static let halving: [AgreementCase] = [
    AgreementCase("averagePool", "halves") { engine, lay in
      halved.map { input, output in
        engine.averagePool(
          lay(draw(input, .float32, seed: 2)), geometry: PoolingGeometry(window: [2, 2]),
          shape: output)
      }
    },
    AgreementCase("averagePoolGradient", "halves") { engine, lay in
      halved.map { input, output in
        engine.averagePoolGradient(
          lay(draw(output, .float32, seed: 2)), geometry: PoolingGeometry(window: [2, 2]),
          inputShape: input)
      }
    },
  ]

  private static let halved: [(input: Shape, output: Shape)] = [
    ([9, 3, 5, 7], [9, 3, 2, 3]), ([8, 6, 28, 28], [8, 6, 14, 14]), ([8, 1, 2, 2], [8, 1, 1, 1]),
    ([10, 16, 10, 67], [10, 16, 5, 33]),
  ]
}

@Suite("Engines agree: kernels of our own", .serialized)
struct SmallConvolutionAgreementTests {
  @Test(arguments: Agreement.smallConvolutions + Agreement.singleConvolutions)
  func convolutions(_ row: AgreementCase) {
    row.check()
  }

  @Test(arguments: Agreement.productsOfEachOrder + Agreement.largeProducts + Agreement.halving)
  func productsAndHalves(_ row: AgreementCase) { row.check() }

  @Test("on lesser processors too", arguments: [0, 1]) func lesserProcessors(level: Int32) {
    #expect(gk_limit_level(level) <= level)
    defer { gk_limit_level(2) }
    for row in Agreement.smallConvolutions + Agreement.halving { row.check() }
    for row in Agreement.singleConvolutions { row.check() }
    for row in Agreement.productsOfEachOrder + Agreement.largeProducts { row.check() }
  }

  /// The first two convolutions of LeNet-5 on one image: no kernel of oneDNN, nothing converted.
  @Test func oneDNNHasNoPartInSingleSamples() {
    let x = draw([1, 1, 20, 23], .float32, seed: 1)
    let (first, second) = (
      draw([6, 1, 5, 5], .float32, seed: 2), draw([16, 6, 5, 5], .float32, seed: 3)
    )
    let (_, conversions) = LayoutTests.counting {
      let y = testedEngine.untrackedConvolution(
        x, weight: first, bias: nil, geometry: ConvolutionGeometry(), shape: [1, 6, 16, 19])
      let z = testedEngine.untrackedConvolution(
        y, weight: second, bias: nil, geometry: ConvolutionGeometry(), shape: [1, 16, 12, 15])
      _ = testedEngine.copy(z)
    }
    #expect(conversions == 0)
    #if OneDNN
      let made = OneDNNEngine.primitives.filter {
        $0.purpose.contains("20, 23]") || $0.purpose.contains("16, 19]")
      }
      #expect(made.isEmpty, "\(made)")
    #endif
  }

  /// The cases are meant for the kernels of our own: oneDNN makes none for them.
  @Test func oneDNNHasNoPartInThem() {
    #if OneDNN
      let (x, w) = (draw([8, 2, 6, 43], .float32, seed: 1), draw([3, 2, 3, 5], .float32, seed: 2))
      let u = draw([8, 3, 4, 39], .float32, seed: 3)
      let geometry = ConvolutionGeometry()
      _ = testedEngine.convolution(x, weight: w, bias: nil, geometry: geometry, shape: u.shape)
      _ = testedEngine.convolutionInputGradient(
        u, weight: w, geometry: geometry, inputShape: x.shape)
      _ = testedEngine.convolutionParameterGradients(
        u, input: x, geometry: geometry, weightShape: w.shape)
      let made = OneDNNEngine.primitives.filter { $0.purpose.contains("43]") }
      #expect(made.isEmpty, "\(made)")
    #endif
  }
}
