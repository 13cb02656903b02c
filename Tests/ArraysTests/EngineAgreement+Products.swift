import Arrays

extension Agreement {
  private static let sizes = [
    (0, 3, 2), (3, 0, 2), (3, 2, 0), (1, 1, 1), (1, 5, 7), (5, 1, 7), (5, 7, 1), (1, 1, 9),
    (1, 9, 1), (9, 1, 1), (7, 5, 3), (33, 17, 29),
  ]

  /// Leading axes of both operands, and what they broadcast to.
  private static let batches: [(a: [Int], b: [Int], to: [Int])] = [
    ([], [], []), ([3], [], [3]), ([], [3], [3]), ([3], [3], [3]), ([1], [3], [3]),
    ([3], [1], [3]), ([2, 1], [1, 3], [2, 3]), ([2, 3], [2, 3], [2, 3]), ([2, 3], [3], [2, 3]),
    ([3], [2, 1], [2, 3]), ([0], [], [0]), ([0], [1], [0]), ([1, 1], [], [1, 1]),
  ]

  static let products: [AgreementCase] =
    batches.flatMap { batch in
      [false, true].flatMap { transposeA in
        [false, true].map { transposeB in
          let label =
            "\(batch.a)\(transposeA ? "ᵀ" : "") × \(batch.b)\(transposeB ? "ᵀ" : "")"
          return AgreementCase("matmul", label) { engine, lay in
            sizes.flatMap { rows, columns, inner -> [NDArray] in
              let first = transposeA ? [inner, rows] : [rows, inner]
              let second = transposeB ? [columns, inner] : [inner, columns]
              let a = draw(Shape(batch.a + first), .float32, seed: 2)
              let b = draw(Shape(batch.b + second), .float32, seed: 3)
              let shape = Shape(batch.to + [rows, columns])
              return [
                engine.matmul(
                  lay(a), lay(b), transposeA: transposeA, transposeB: transposeB, shape: shape),
                engine.matmul(
                  a, lay(b), transposeA: transposeA, transposeB: transposeB, shape: shape),
                engine.matmul(
                  lay(a), b, transposeA: transposeA, transposeB: transposeB, shape: shape),
              ]
            }
          }
        }
      }
    } + [
      AgreementCase("matmul", "large", within: 1e-5) { engine, lay in
        [(200, 130, 300), (64, 1000, 3), (3, 4, 5000)].map { rows, columns, inner in
          engine.matmul(
            lay(draw([rows, inner], .float32, seed: 2)),
            lay(draw([inner, columns], .float32, seed: 3)), transposeA: false, transposeB: false,
            shape: [rows, columns])
        }
      }
    ] + ways

  /// Single products at which the way changes, in all orders of their operands: rows for each tile
  /// and rest of it, columns and inner sizes with and without a rest, second operands that are
  /// large or whose rows are a multiple of 4 KiB apart.
  static let waySizes: [(rows: [Int], columns: Int, inner: Int)] = {
    let few = [1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 17, 31, 32]
    return [
      (few, 15, 40), (few, 16, 16), (few, 120, 84), (few, 117, 300), (few, 520, 505),
      ([3, 8, 11], 21, 1100), ([33, 40], 12, 70), ([33, 40], 50, 70), ([1, 3, 5, 161], 1024, 512),
    ]
  }()

  /// Sums of up to 1100 products one after the other: each step rounds by at most 6e-8 of what is
  /// there so far, half of the whole on average where all have one sign. Where they cancel, what
  /// counts is their own magnitude, 1/4 each: leaving one out is noticed many times over.
  private static let ways: [AgreementCase] = [false, true].flatMap { turnedA in
    [false, true].flatMap { turnedB in
      waySizes.map { rows, columns, inner in
        let order = turnedA ? (turnedB ? "both" : "first") : (turnedB ? "second" : "neither")
        return AgreementCase(
          "matmul", "\(rows) × \(columns) × \(inner), transposed: \(order)", within: 3e-5,
          scale: Double(inner) / 4
        ) { engine, lay in
          rows.map { rows in
            engine.matmul(
              lay(draw(turnedA ? [inner, rows] : [rows, inner], .float32, seed: 2)),
              lay(draw(turnedB ? [columns, inner] : [inner, columns], .float32, seed: 3)),
              transposeA: turnedA, transposeB: turnedB, shape: [rows, columns])
          }
        }
      }
    }
  }

  /// Those of the reference engine's tests and others at which kernels change their ways.
  static let convolutionCases: [ConvolutionCase] =
    ConvolutionCase.all
    + [1, 3, 6, 24].flatMap { channels -> [ConvolutionCase] in
      [
        ConvolutionCase(
          input: [2, channels, 6, 7], weight: [6, channels, 3, 3],
          geometry: ConvolutionGeometry(padding: [1, 1])),
        ConvolutionCase(
          input: [2, channels, 8, 7], weight: [16, channels, 5, 5],
          geometry: ConvolutionGeometry(stride: [2, 2], padding: [2, 2])),
        ConvolutionCase(input: [3, channels, 5, 5], weight: [24, channels, 1, 1]),
        ConvolutionCase(  // the window is the image
          input: [2, channels, 5, 4], weight: [20, channels, 5, 4]),
        ConvolutionCase(  // one filter a channel
          input: [2, channels, 6, 6], weight: [channels, 1, 3, 3],
          geometry: ConvolutionGeometry(padding: [1, 1], groups: channels)),
        ConvolutionCase(  // the last rows and columns are not reached
          input: [2, channels, 6, 8], weight: [3, channels, 3, 2],
          geometry: ConvolutionGeometry(stride: [2, 3])),
      ]
    } + [
      ConvolutionCase(
        input: [2, 24, 7, 7], weight: [48, 8, 3, 3],
        geometry: ConvolutionGeometry(stride: [2, 1], padding: [1, 0], groups: 3)),
      ConvolutionCase(
        input: [2, 32, 7, 7], weight: [32, 16, 3, 3],
        geometry: ConvolutionGeometry(padding: [2, 2], dilation: [2, 2], groups: 2)),
      ConvolutionCase(
        input: [2, 24, 7, 7], weight: [48, 1, 3, 3],
        geometry: ConvolutionGeometry(padding: [1, 1], groups: 24)),
      ConvolutionCase(
        input: [1, 64, 9, 9], weight: [64, 64, 3, 3],
        geometry: ConvolutionGeometry(stride: [2, 2], padding: [1, 1])),
      ConvolutionCase(
        input: [1, 3, 20, 20], weight: [64, 3, 7, 7],
        geometry: ConvolutionGeometry(stride: [2, 2], padding: [3, 3])),
      ConvolutionCase(
        input: [2, 3, 5, 5], weight: [4, 3, 1, 1], geometry: ConvolutionGeometry(stride: [3, 3])),
      ConvolutionCase(
        input: [2, 3, 0, 5], weight: [2, 3, 1, 1], geometry: ConvolutionGeometry(padding: [1, 0])),
      ConvolutionCase(
        input: [2, 3, 5, 0], weight: [2, 3, 1, 3], geometry: ConvolutionGeometry(padding: [0, 2])),
    ]

  static let convolutions: [AgreementCase] =
    convolutions(of: convolutionCases) + transposedConvolutions

  /// The four passes of each case.
  /// - Parameter longSums: Whether gradients by parameters are sums of so many terms that they are
  ///   compared relative to the terms' magnitudes: products of two numbers in -1..<1 are 1/4 on
  ///   average, and leaving one out is still forty times what is allowed.
  static func convolutions(of cases: [ConvolutionCase], longSums: Bool = false) -> [AgreementCase] {
    cases.flatMap { sizes -> [AgreementCase] in
      let label = sizes.testDescription
      let (geometry, inputShape, weightShape) = (sizes.geometry, sizes.input, sizes.weight)
      let output = trapping { () throws(ShapeError) in
        try geometry.outputShape(input: inputShape, weight: weightShape)
      }
      let x = draw(inputShape, .float32, seed: 2)
      let weight = draw(weightShape, .float32, seed: 3)
      let upstream = draw(output, .float32, seed: 4)
      let bias = draw([weightShape[0]], .float32, seed: 5)
      let terms = Double(output[0] * output[2] * output[3])
      let scale = longSums ? Swift.max(1, terms / 4) : 1
      return [
        AgreementCase("convolution", label) { engine, lay in
          [nil, bias].map { bias in
            engine.convolution(
              lay(x), weight: lay(weight), bias: bias.map { lay($0) }, geometry: geometry,
              shape: output)
          }
        },
        AgreementCase("trackedRectifiedConvolution", label) { engine, lay in
          [nil, bias].map { bias in
            engine.trackedRectifiedConvolution(
              lay(x), weight: lay(weight), bias: bias.map { lay($0) }, geometry: geometry,
              shape: output)
          }
        },
        AgreementCase("untrackedConvolution", label) { engine, lay in
          [nil, bias].map { bias in
            engine.untrackedConvolution(
              lay(x), weight: lay(weight), bias: bias.map { lay($0) }, geometry: geometry,
              shape: output)
          }
        },
        AgreementCase("packedWeight", label) { engine, lay in
          let packed = engine.packedWeight(
            weight, geometry: geometry, input: inputShape, output: output)
          return [
            engine.untrackedConvolution(
              lay(x), weight: packed, bias: bias, geometry: geometry, shape: output),
            engine.rectifiedConvolution(
              lay(x), weight: packed, bias: nil, geometry: geometry, shape: output),
          ]
        },
        AgreementCase("rectifiedConvolution", label) { engine, lay in
          [nil, bias].map { bias in
            engine.rectifiedConvolution(
              lay(x), weight: lay(weight), bias: bias.map { lay($0) }, geometry: geometry,
              shape: output)
          }
        },
        AgreementCase("convolutionInputGradient", label) { engine, lay in
          [
            engine.convolutionInputGradient(
              lay(upstream), weight: lay(weight), geometry: geometry, inputShape: inputShape)
          ]
        },
        AgreementCase("convolutionWeightGradient", label, scale: scale) { engine, lay in
          [
            engine.convolutionWeightGradient(
              lay(upstream), input: lay(x), geometry: geometry, weightShape: weightShape)
          ]
        },
        AgreementCase("convolutionParameterGradients", label, scale: scale) { engine, lay in
          let gradients = engine.convolutionParameterGradients(
            lay(upstream), input: lay(x), geometry: geometry, weightShape: weightShape)
          return [gradients.weight, gradients.bias]
        },
      ]
    }
  }

  /// Transposed convolutions whose result has rows and columns that no window reaches.
  private static let transposedConvolutions: [AgreementCase] = [1, 3, 6, 24].map { channels in
    AgreementCase("convolutionInputGradient", "\(channels) channels, output padding") {
      engine, lay in
      let sizes: [(ConvolutionGeometry, [Int])] = [
        (ConvolutionGeometry(stride: [2, 2], padding: [1, 1]), [1, 1]),
        (ConvolutionGeometry(stride: [3, 2]), [2, 1]),
        (ConvolutionGeometry(stride: [3, 2]), [2, 0]),
      ]
      return sizes.map { geometry, outputPadding in
        let x = draw([2, channels, 4, 5], .float32, seed: 2)
        let weight = draw([channels, 5, 3, 3], .float32, seed: 3)
        let shape = trapping { () throws(ShapeError) in
          try geometry.transposedOutputShape(
            input: x.shape, weight: weight.shape, outputPadding: outputPadding)
        }
        return engine.convolutionInputGradient(
          lay(x), weight: lay(weight), geometry: geometry, inputShape: shape)
      }
    }
  }
}
