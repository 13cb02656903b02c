import Arrays

extension Agreement {
  /// Every set of axes of an image that a reduction is asked for.
  private static let axisSets = [
    [0], [1], [2], [3], [0, 1], [2, 3], [0, 2], [1, 3], [0, 3], [0, 2, 3], [1, 2, 3], [0, 1, 2],
    [0, 1, 3], [0, 1, 2, 3],
  ]

  /// Sizes at which loops change their ways: lanes of 32, blocks of 256 and 4096, chunks of 65536.
  private static let long: [(shape: Shape, axes: [Int])] = [
    ([33], [0]), ([4097], [0]), ([300_001], [0]), ([3, 5001], [1]), ([5001, 3], [0]),
    ([2, 300, 131], [1]), ([7, 31, 33], [0]), ([7, 31, 33], [0, 2]), ([600, 70], [0]),
    ([1, 9], [0]), ([9, 1], [1]), ([4, 1, 3], [0, 2]), ([2, 1, 3, 1], [1, 3]),
    ([2, 3, 2, 3, 2, 3, 2, 2], [0, 2, 4, 6]),
  ]

  static let reductions: [AgreementCase] =
    Reduction.allCases.map { reduction in
      // Sums whose terms cancel are small against the terms: hence the wider bound.
      // The variance of equal numbers is the square of their mean's rounding.
      AgreementCase("reduce", "\(reduction)", within: 4e-6, scale: 1e-5) { engine, lay in
        (imageShapes + emptyImageShapes).flatMap { shape in
          axisSets.map { engine.reduce(reduction, lay(spread(shape, -1..<3)), axes: $0) }
        }
          + long.map { engine.reduce(reduction, lay(spread($0.shape, -1..<3)), axes: $0.axes) }
      }
    } + [
      AgreementCase("reduce", "with NaN", within: 1e-6) { engine, lay in
        imageShapes.flatMap { shape in
          Reduction.allCases.flatMap { reduction in
            axisSets.map { engine.reduce(reduction, lay(repetitive(shape)), axes: $0) }
          }
        }
      },
      AgreementCase("argumentOfMaximum", within: 0) { engine, lay in
        (imageShapes + [[7], [1, 1], [3, 40], [40, 3], [0, 3, 5, 4]]).flatMap { shape in
          (0..<shape.rank).filter { shape[$0] > 0 }.flatMap { axis in
            [true, false].map {
              engine.argumentOfMaximum(lay(repetitive(shape, withNaN: $0)), axis: axis)
            }
          }
        }
      },
    ]

  static let softmax: [AgreementCase] = {
    let shapes =
      Agreement.shapes.filter { $0.rank > 0 } + [
        [3, 1000], [1, 5000], [70, 10], [300, 37], [5, 0],
      ]
    @Sendable func everyAxis(_ body: (Shape, Int) -> [NDArray]) -> [NDArray] {
      shapes.flatMap { shape in (0..<shape.rank).flatMap { body(shape, $0) } }
    }
    let extremes = NDArray(
      rows: [
        [1000, -1000, 0, 999], [-.infinity, 0, 1, 2], [.infinity, 0, 1, 2], [.nan, 0, 1, 2],
        [-.infinity, -.infinity, -.infinity, -.infinity], [3e38, -3e38, 0, 0],
        [-200, -300, -250, -201],
      ] as [[Float]])
    return [
      AgreementCase("softmax") { engine, lay in
        everyAxis { [engine.softmax(lay(spread($0, -8..<8)), axis: $1)] }
          + [engine.softmax(lay(extremes), axis: 1)]
      },
      AgreementCase("logSoftmax") { engine, lay in
        everyAxis { [engine.logSoftmax(lay(spread($0, -8..<8)), axis: $1)] }
          + [engine.logSoftmax(lay(extremes), axis: 1)]
      },
      AgreementCase("softmaxGradient") { engine, lay in
        everyAxis { shape, axis in
          let y = reference.softmax(spread(shape, -2..<2), axis: axis)
          let u = draw(shape, .float32, seed: 2)
          return [
            engine.softmaxGradient(lay(u), value: lay(y), axis: axis),
            engine.softmaxGradient(u, value: lay(y), axis: axis),
          ]
        }
      },
      AgreementCase("logSoftmaxGradient", within: 4e-6) { engine, lay in
        everyAxis { shape, axis in
          let y = reference.logSoftmax(spread(shape, -2..<2), axis: axis)
          let u = draw(shape, .float32, seed: 2)
          return [
            engine.logSoftmaxGradient(lay(u), value: lay(y), axis: axis),
            engine.logSoftmaxGradient(lay(u), value: y, axis: axis),
          ]
        }
      },
      AgreementCase("crossEntropy") { engine, lay in
        losses.flatMap { rows, classes -> [NDArray] in
          let (loss, p) = engine.crossEntropy(
            logits: lay(spread([rows, classes], -9..<9)), labels: lay(labels(rows, classes)))
          return [loss, p]
        } + [engine.crossEntropy(logits: lay(extremes), labels: labels(7, 4))].flatMap { [$0, $1] }
      },
      AgreementCase("crossEntropyGradient") { engine, lay in
        losses.map { rows, classes in
          let p = reference.softmax(spread([rows, classes], -2..<2), axis: 1)
          return engine.crossEntropyGradient(
            lay(draw([rows], .float32)), probabilities: lay(p), labels: lay(labels(rows, classes)))
        }
      },
    ]
  }()

  private static let losses = [(0, 3), (1, 1), (5, 3), (64, 10), (3, 1000), (700, 40)]

  private static func labels(_ rows: Int, _ classes: Int) -> NDArray {
    NDArray((0..<rows).map { Int32($0 * 7 % classes) })
  }
}
