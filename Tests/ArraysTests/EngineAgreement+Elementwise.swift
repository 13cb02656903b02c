import Arrays

/// Numbers in a range, the same at each run.
func spread(_ shape: Shape, _ range: Range<Double>, seed: UInt64 = 1) -> NDArray {
  NDArray.uniform(shape, in: range, key: RandomKey(seed: seed))
}

/// Multiples of ¼ in −2...2, many of them equal, and a few NaN.
func repetitive(_ shape: Shape, seed: UInt64 = 1, withNaN: Bool = true) -> NDArray {
  let elements = spread(shape, -2..<2, seed: seed).floats.enumerated().map { index, x in
    withNaN && index % 11 == 5 ? .nan : (x * 4).rounded() / 4
  }
  return NDArray(elements, shape: shape)
}

/// Marks, about half of them true.
func marks(_ shape: Shape, seed: UInt64 = 1) -> NDArray {
  NDArray.bernoulli(shape, probability: 0.5, key: RandomKey(seed: seed), dtype: .bool)
}

extension Agreement {
  /// Pairs of shapes that broadcast, and what they broadcast to.
  static let broadcasts: [(a: Shape, b: Shape, to: Shape)] =
    shapes.map { ($0, $0, $0) }
    + imageShapes.flatMap { shape -> [(Shape, Shape, Shape)] in
      let channels = shape[1]
      let others: [Shape] = [
        [1, channels, 1, 1], [channels, 1, 1], [4], [], [2, 1, 5, 1], [1, 1, 1, 4], [5, 4],
        [1, channels, 5, 4],
      ]
      return others.flatMap { [(shape, $0, shape), ($0, shape, shape)] }
    } + [
      ([3, 1], [1, 4], [3, 4]), ([2, 1, 3, 1], [5, 1, 4], [2, 5, 3, 4]),
      ([0, 1], [1, 3], [0, 3]),
      ([1], [0], [0]), ([130, 1], [1, 150], [130, 150]), ([1, 300], [70, 300], [70, 300]),
    ]

  // One rounding more or less, or one unit in the last place of a C function's result.
  private static let tight = 3e-7

  static let elementwise: [AgreementCase] =
    UnaryFunction.allCases.map { function in
      AgreementCase("unary", "\(function)", within: tight) { engine, lay in
        shapes.flatMap { shape in
          [0.7, 2, -1.5, 0].map { alpha in
            engine.unary(function, lay(spread(shape, -4..<4)), alpha: alpha)
          }
        }
      }
    }
    + UnaryGradient.allCases.map { function in
      AgreementCase("unaryGradient", "\(function)", within: tight) { engine, lay in
        shapes.flatMap { shape -> [NDArray] in
          let (u, s) = (spread(shape, -1..<1, seed: 2), spread(shape, -0.99..<0.99, seed: 3))
          let wide = spread(shape, -4..<4, seed: 4)
          return [
            engine.unaryGradient(function, upstream: lay(u), saved: lay(s), alpha: 0.2),
            engine.unaryGradient(function, upstream: lay(u), saved: s, alpha: 0.2),
            engine.unaryGradient(function, upstream: u, saved: lay(wide), alpha: -0.5),
          ]
        }
      }
    }
    + BinaryFunction.allCases.map { function in
      AgreementCase("binary", "\(function)", within: tight) { engine, lay in
        broadcasts.flatMap { shapes -> [NDArray] in
          let positive = function == .power || function == .divide
          let a = spread(shapes.a, positive ? 0.2..<3 : -3..<3, seed: 2)
          let b = spread(shapes.b, positive ? 0.2..<3 : -3..<3, seed: 3)
          return [
            engine.binary(function, lay(a), lay(b), shape: shapes.to),
            engine.binary(function, lay(a), b, shape: shapes.to),
            engine.binary(function, a, lay(b), shape: shapes.to),
          ]
        }
      }
    }
    + Comparison.allCases.map { comparison in
      AgreementCase("compare", "\(comparison)", within: 0) { engine, lay in
        broadcasts.map { shapes in
          engine.compare(
            comparison, lay(repetitive(shapes.a, seed: 2)), lay(repetitive(shapes.b, seed: 3)),
            shape: shapes.to)
        }
      }
    } + [
      AgreementCase("select", within: 0) { engine, lay in
        broadcasts.flatMap { shapes -> [NDArray] in
          let (a, b) = (draw(shapes.a, .float32, seed: 2), draw(shapes.b, .float32, seed: 3))
          return [
            engine.select(
              lay(marks(shapes.to)), lay(a), lay(b), shape: shapes.to),
            engine.select(marks(shapes.a), lay(a), lay(b), shape: shapes.to),
            engine.select(lay(marks(shapes.b)), a, lay(b), shape: shapes.to),
          ]
        }
      },
      AgreementCase("copy", within: 0) { engine, lay in
        shapes.flatMap { shape in
          DType.allCases.map { engine.copy(lay(reference.cast(repetitive(shape), to: $0))) }
        } + [[70, 67], [3, 70, 67], [2, 33, 5, 65]].map { engine.copy(lay(draw($0, .float32))) }
      },
      AgreementCase("cast", within: 0) { engine, lay in
        shapes.flatMap { shape in
          DType.allCases.flatMap { dtype -> [NDArray] in
            let x = repetitive(shape)
            let other = reference.cast(repetitive(shape, withNaN: false), to: dtype)
            return [engine.cast(lay(x), to: dtype), engine.cast(lay(other), to: .float32)]
          }
        }
      },
    ]
}
