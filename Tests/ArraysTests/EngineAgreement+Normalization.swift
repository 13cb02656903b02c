import Arrays

extension Agreement {
  private static let poolings: [PoolingGeometry] = [
    PoolingGeometry(window: [2, 2]), PoolingGeometry(window: [1, 1]),
    PoolingGeometry(window: [3, 3], stride: [2, 2], padding: [1, 1]),
    PoolingGeometry(window: [3, 2], stride: [1, 3], padding: [1, 0]),
    PoolingGeometry(window: [2, 3], stride: [3, 1], padding: [1, 1]),
    PoolingGeometry(window: [1, 2], stride: [3, 4]),
    PoolingGeometry(window: [5, 4]), PoolingGeometry(window: [4, 4], padding: [2, 2]),
  ]

  /// Images and the poolings that fit them; those without rows or columns have padding alone.
  private static let pooled: [(input: Shape, geometry: PoolingGeometry, output: Shape)] =
    (imageShapes + emptyImageShapes + [[1, 20, 9, 11], [2, 33, 8, 8]]).flatMap { shape in
      poolings.compactMap { geometry in
        (try? geometry.outputShape(input: shape)).map { (shape, geometry, $0) }
      }
    }

  static let pooling: [AgreementCase] =
    [
      AgreementCase("maximumPool", within: 0) { engine, lay in
        pooled.flatMap { input, geometry, output in
          [true, false].flatMap { withNaN -> [NDArray] in
            let (value, places) = engine.maximumPool(
              lay(repetitive(input, withNaN: withNaN)), geometry: geometry, shape: output)
            return [value, places]
          }
        }
      },
      AgreementCase("maximumPoolGradient") { engine, lay in
        pooled.map { input, geometry, output in
          let (_, places) = reference.maximumPool(
            repetitive(input), geometry: geometry, shape: output)
          return engine.maximumPoolGradient(
            lay(draw(output, .float32, seed: 2)), places: lay(places), inputShape: input)
        }
      },
      AgreementCase("takeAtPlaces", within: 0) { engine, lay in
        pooled.map { input, geometry, output in
          let (_, places) = reference.maximumPool(
            repetitive(input), geometry: geometry, shape: output)
          return engine.takeAtPlaces(lay(draw(input, .float32, seed: 2)), places: lay(places))
        }
      },
    ]
    + [true, false].flatMap { countsPadding -> [AgreementCase] in
      let label = countsPadding ? "padding counted" : "padding not counted"
      return [
        AgreementCase("averagePool", label) { engine, lay in
          pooled.map { input, geometry, output in
            var geometry = geometry
            geometry.countsPadding = countsPadding
            return engine.averagePool(
              lay(draw(input, .float32, seed: 2)), geometry: geometry, shape: output)
          }
        },
        AgreementCase("averagePoolGradient", label) { engine, lay in
          pooled.map { input, geometry, output in
            var geometry = geometry
            geometry.countsPadding = countsPadding
            return engine.averagePoolGradient(
              lay(draw(output, .float32, seed: 2)), geometry: geometry, inputShape: input)
          }
        },
      ]
    }

  private static let batchShapes: [Shape] =
    imageShapes + emptyImageShapes
    + [1, 3, 6, 24].flatMap { channels -> [Shape] in
      [[5, channels], [3, channels, 7], [2, channels, 3, 2, 2]]
    } + [[1, 5], [1, 3, 1, 1], [4, 40, 3, 3], [0, 3], [2, 0, 3], [300, 3], [2, 3, 40, 50]]

  /// Scales around 1.
  private static func scales(_ count: Int) -> NDArray { spread([count], 0.5..<1.5, seed: 6) }
  private static func offsets(_ count: Int) -> NDArray { draw([count], .float32, seed: 7) }

  /// Where a stretched operand leaves a variance of 0, what rounding makes of it is multiplied by
  /// 1/√epsilon: then larger than usual.
  private static func epsilon(_ lay: Operands) -> Double {
    lay.layout == .stretchedFirst || lay.layout == .stretchedLast ? 1 : 1e-5
  }

  /// Batch normalisation, or that with max(·, 0) of its result.
  private static func batchNormalization(rectified: Bool) -> [AgreementCase] {
    let name = rectified ? "rectifiedBatchNormalization" : "batchNormalization"
    return [
      AgreementCase(name, within: 1e-5, scale: 1e-5) { engine, lay in
        let run =
          rectified
          ? engine.rectifiedBatchNormalization(_:scale:offset:epsilon:)
          : engine.batchNormalization(_:scale:offset:epsilon:)
        return batchShapes.flatMap { shape -> [NDArray] in
          let (value, mean, variance) = run(
            lay(spread(shape, -1..<3)), lay(scales(shape[1])), lay(offsets(shape[1])), epsilon(lay))
          return [value, mean, variance]
        }
      },
      AgreementCase(name + "Inference", within: 4e-6) { engine, lay in
        let run =
          rectified
          ? engine.rectifiedBatchNormalizationInference(_:scale:offset:mean:variance:epsilon:)
          : engine.batchNormalizationInference(_:scale:offset:mean:variance:epsilon:)
        return batchShapes.map { shape in
          run(
            lay(spread(shape, -1..<3)), lay(scales(shape[1])), lay(offsets(shape[1])),
            lay(draw([shape[1]], .float32, seed: 8)),
            lay(spread([shape[1]], 0.1..<3, seed: 9)), 1e-5)
        }
      },
      // A channel's sums run over up to 4,000 elements; in float32, one after another, they are off
      // by up to 4,000 · 2⁻²⁴ of the sum of magnitudes.
      AgreementCase(name + "Gradient", within: 3e-5, scale: 1) { engine, lay in
        batchShapes.flatMap { shape -> [NDArray] in
          let laid = lay(spread(shape, -1..<3))
          let (_, mean, variance) = reference.batchNormalization(
            laid, scale: scales(shape[1]), offset: offsets(shape[1]), epsilon: epsilon(lay))
          let upstream = draw(shape, .float32, seed: 2)
          return [lay(upstream), upstream].flatMap { u -> [NDArray] in
            let gradients =
              rectified
              ? engine.rectifiedBatchNormalizationGradient(
                u, input: laid, scale: lay(scales(shape[1])), offset: lay(offsets(shape[1])),
                mean: mean, variance: variance, epsilon: epsilon(lay))
              : engine.batchNormalizationGradient(
                u, input: laid, scale: lay(scales(shape[1])), mean: mean, variance: variance,
                epsilon: epsilon(lay))
            return [gradients.input, gradients.scale, gradients.offset]
          }
        }
      },
    ]
  }

  static let normalization: [AgreementCase] =
    batchNormalization(rectified: false) + batchNormalization(rectified: true) + [
      AgreementCase("layerNormalization", within: 1e-5) { engine, lay in
        layers.flatMap { shape, rank -> [NDArray] in
          let width = Shape(shape.suffix(rank))
          let (value, mean, reciprocal) = engine.layerNormalization(
            lay(spread(shape, -1..<3)), scale: lay(spread(width, 0.5..<1.5, seed: 6)),
            offset: lay(draw(width, .float32, seed: 7)), epsilon: epsilon(lay))
          return [value, mean, reciprocal]
        }
      },
      AgreementCase("layerNormalizationGradient", within: 1e-5, scale: 0.1) { engine, lay in
        layers.flatMap { shape, rank -> [NDArray] in
          let width = Shape(shape.suffix(rank))
          let laid = lay(spread(shape, -1..<3))
          let (_, mean, reciprocal) = reference.layerNormalization(
            laid, scale: .ones(width), offset: .zeros(width), epsilon: epsilon(lay))
          let gradients = engine.layerNormalizationGradient(
            lay(draw(shape, .float32, seed: 2)), input: laid,
            scale: lay(spread(width, 0.5..<1.5, seed: 6)), mean: mean,
            reciprocalDeviation: reciprocal)
          return [gradients.input, gradients.scale, gradients.offset]
        }
      },
    ]

  private static let layers: [(shape: Shape, rank: Int)] =
    (imageShapes + emptyImageShapes).flatMap { shape in (1...3).map { (shape, $0) } }
    + [([5, 1], 1), ([1, 300], 1), ([400, 33], 1), ([3, 2, 65], 1), ([0, 4], 1), ([6], 1)]
}
