import Arrays

extension Agreement {
  /// Whole numbers below a bound, some of them equal.
  private static func indices(_ shape: Shape, below bound: Int) -> NDArray {
    NDArray((0..<shape.elementCount).map { Int32($0 * 5 % Swift.max(bound, 1)) }, shape: shape)
  }

  private static let indexed: [Shape] =
    imageShapes + emptyImageShapes + [[7], [9, 40], [40, 9], [300, 70]]

  /// Shapes of the indices that rows of an axis are named by.
  private static func indexShapes(_ count: Int) -> [Shape] {
    count == 0 ? [[0], [2, 0]] : [[], [0], [1], [5], [2, 3]]
  }

  /// Calls `body` with each shape, axis and array of row numbers.
  private static func everyGather(_ body: (Shape, Int, NDArray, Shape) -> NDArray) -> [NDArray] {
    indexed.flatMap { shape in
      (0..<shape.rank).flatMap { axis in
        indexShapes(shape[axis]).map { rows in
          let picked = Shape(
            Array(shape.prefix(axis)) + Array(rows) + Array(shape.dropFirst(axis + 1)))
          return body(shape, axis, indices(rows, below: shape[axis]), picked)
        }
      }
    }
  }

  /// Calls `body` with each shape, axis and array of places along the axis.
  private static func everyPlace(_ body: (Shape, Int, NDArray) -> NDArray) -> [NDArray] {
    indexed.flatMap { shape in
      (0..<shape.rank).flatMap { axis in
        [0, 1, 4].compactMap { count -> NDArray? in
          if count > 0 && shape[axis] == 0 { return nil }
          var places = shape
          places[axis] = count
          return body(shape, axis, indices(places, below: shape[axis]))
        }
      }
    }
  }

  static let indexing: [AgreementCase] = [
    AgreementCase("gather", within: 0) { engine, lay in
      everyGather { shape, axis, rows, _ in
        engine.gather(lay(draw(shape, .float32)), indices: lay(rows), axis: axis)
      }
    },
    AgreementCase("scatterAdd") { engine, lay in
      everyGather { shape, axis, rows, picked in
        engine.scatterAdd(
          lay(draw(picked, .float32)), indices: lay(rows), axis: axis, shape: shape)
      }
    },
    AgreementCase("takeAlong", within: 0) { engine, lay in
      everyPlace { shape, axis, places in
        engine.takeAlong(lay(draw(shape, .float32)), indices: lay(places), axis: axis)
      }
    },
    AgreementCase("addAlong") { engine, lay in
      everyPlace { shape, axis, places in
        engine.addAlong(
          lay(draw(places.shape, .float32)), indices: lay(places), axis: axis, shape: shape)
      }
    },
    AgreementCase("oneHot", within: 0) { engine, lay in
      [[], [0], [5], [2, 3], [2, 3, 5, 4]].flatMap { (shape: Shape) in
        [DType.float32, .float64, .int32, .bool].map {
          engine.oneHot(lay(indices(shape, below: 7)), depth: 7, dtype: $0)
        }
      }
    },
    AgreementCase("topK", within: 0) { engine, lay in
      (imageShapes + [[7], [3, 40], [0, 4], [3, 0]]).flatMap { shape in
        [0, 1, 3, 35].filter { $0 <= shape[shape.rank - 1] }.flatMap { count -> [NDArray] in
          let (values, places) = engine.topK(lay(repetitive(shape)), count: count)
          return [values, places]
        }
      }
    },
  ]

  static let assembly: [AgreementCase] = [
    AgreementCase("concatenate", within: 0) { engine, lay in
      (imageShapes + emptyImageShapes + [[7], [70, 67]]).flatMap { shape in
        (0..<shape.rank).flatMap { axis in
          [[1], [2, 3], [1, 0, 4]].map { sizes in
            var whole = shape
            whole[axis] = sizes.reduce(0, +)
            let parts = sizes.enumerated().map { number, size -> NDArray in
              var part = shape
              part[axis] = size
              let x = draw(part, .float32, seed: UInt64(number))
              return number == 1 ? x : lay(x)
            }
            return engine.concatenate(parts, axis: axis, shape: whole)
          }
        }
      }
    },
    AgreementCase("channels", within: 0) { engine, lay in
      [(16, 0..<16), (48, 16..<32), (40, 8..<40), (35, 16..<32), (7, 2..<5)].flatMap {
        count, range -> [NDArray] in
        let x = lay(draw([3, count, 4, 5], .float32))
        // Nil where a view does it, which is what the public function makes then.
        let part = engine.channels(x, range) ?? engine.copy(x).sliced(axis: 1, range)
        return [part, x.sliced(axis: 1, range)]
      }
    },
    AgreementCase("pad", within: 0) { engine, lay in
      (imageShapes + emptyImageShapes + [[], [7], [70, 67]]).flatMap { shape in
        [0, 1, 2].flatMap { size in
          [0, -1.5, .infinity].map { value in
            engine.pad(
              lay(draw(shape, .float32)),
              before: (0..<shape.rank).map { ($0 + size) % 3 },
              after: [Int](repeating: size, count: shape.rank), value: value)
          }
        }
      }
    },
  ]
}
