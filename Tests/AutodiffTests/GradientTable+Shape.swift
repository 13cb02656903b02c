import Autodiff
import TestSupport

extension GradientTable {
  static let shapes: [OperationRow] =
    OperationRow.shapes("Reshape", [[0, 3], [2, 6]]) { x in
      x.elementCount == 0 ? x.reshaped([3, 0, 2]) : x.reshaped([3, -1])
    }
    + OperationRow.shapes("Reshape", [[], [1]], "one element") { $0.reshaped([1, 1, 1]) }
    + OperationRow.shapes("Reshape", [[2, 3, 2]], "flattened") { $0.flattened() }
    + OperationRow.shapes("Reshape", [[2, 3]], "expanded") { $0.expanded(axis: 1) }
    + OperationRow.shapes("Reshape", [[2, 1, 3]], "squeezed") { $0.squeezed(axis: 1) }
    + OperationRow.shapes("Permute", [[0, 1, 2], [2, 3, 4]], "2 0 1") { $0.permuted([2, 0, 1]) }
    + OperationRow.shapes("Permute", [[2, 3], [2, 0, 4], [2, 2, 3]], "transposed") {
      $0.transposed()
    }
    + OperationRow.shapes("Broadcast", [[], [3], [2, 1, 3]]) { $0.broadcast(to: [2, 4, 3]) }
    + OperationRow.shapes("Broadcast", [[1], [0]], "to nothing") { $0.broadcast(to: [2, 0]) }
    + OperationRow.shapes("Slice", [[5], [4, 2], [5, 3]], "1..<4") { $0.sliced(axis: 0, 1..<4) }
    + OperationRow.shapes("Slice", [[5], [6, 2], [7, 3]], "1..<5 by 2") {
      $0.sliced(axis: 0, 1..<5, step: 2)
    }
    + OperationRow.shapes("Slice", [[2, 5]], "1..<5 by 3") { $0.sliced(axis: -1, 1..<5, step: 3) }
    + OperationRow.shapes("Slice", [[2, 5]], "nothing") { $0.sliced(axis: 1, 2..<2) }
    + OperationRow.shapes("Slice", [[2, 5]], "nothing by 2") {
      $0.sliced(axis: 1, 2..<2, step: 2)
    }
    + OperationRow.shapes("Slice", [[2, 5], [0, 4]], "one") { $0.selecting(axis: 1, index: 3) }
    + OperationRow.shapes("Pad", [[0, 2], [2, 3]]) { $0.padded(before: [1, 0], after: [2, 1]) }
    + OperationRow.shapes("Pad", [[2, 3]], "with 7") {
      $0.padded(before: [0, 1], after: [0, 0], value: 7)
    }
    + OperationRow.shapes("Pad", [[2, 3]], "nothing") { $0.padded(before: [0, 0], after: [0, 0]) }
    + concatenations

  private static let concatenations: [OperationRow] = {
    let cases: [(shapes: [Shape], axis: Int)] = [
      ([[3]], 0), ([[2], [3]], 0), ([[2, 3], [1, 3], [2, 3]], 0), ([[2, 3], [2, 1], [2, 2]], 1),
      ([[0, 2], [3, 2]], 0), ([[2, 2, 1], [2, 3, 1], [2, 0, 1], [2, 1, 1]], -2),
      ([[1, 3, 2, 2], [1, 24, 2, 2]], 1),
    ]
    return cases.map { shapes, axis in
      OperationRow(
        "Concatenate", "\(shapes) along \(axis)", TestArray.several(shapes),
        views: [.transposed, .sliced]
      ) { Tensor.concatenate($0, axis: axis) }
    } + [
      OperationRow(
        "Concatenate", "stacked", TestArray.several([[2, 3], [2, 3]]), views: [.rowMajor, .shifted]
      ) { Tensor.stack($0, axis: 1) },
      OperationRow("Concatenate", "with itself", [TestArray.one([2, 3])]) {
        Tensor.concatenate([$0[0], $0[0] * 2, $0[0]], axis: 1)
      },
    ]
  }()

  static let indexing: [OperationRow] = {
    var rows: [OperationRow] = []
    let gathered: [(shape: Shape, axis: Int, indices: Shape)] = [
      ([4], 0, [6]), ([4, 3], 0, [2, 3]), ([2, 5, 3], 1, [4]), ([2, 5], -1, []), ([3, 2], 0, [0]),
      ([3, 0], 0, [2]), ([2, 24, 2, 1], 1, [3]),
    ]
    for (shape, axis, count) in gathered {
      let places = TestArray.indices(count, below: shape[shape.normalizedAxis(axis)])
      rows += OperationRow.shapes("Gather", [shape], "\(count) along \(axis)") {
        $0.gather(places, axis: axis)
      }
      let updates = TestArray.one(shape).gather(places, axis: axis).shape
      rows += OperationRow.shapes("ScatterAdd", [updates], "into \(shape) along \(axis)") {
        Tensor.scatterAdd($0, indices: places, axis: axis, shape: shape)
      }
    }
    let taken: [(shape: Shape, axis: Int, count: Int)] = [
      ([4], 0, 3), ([3, 4], 1, 2), ([3, 4], 0, 5), ([2, 3, 2], 1, 1), ([3, 4], 1, 0),
      ([0, 4], 1, 2),
    ]
    for (shape, axis, count) in taken {
      var sizes = shape
      sizes[axis] = count
      let places = TestArray.indices(sizes, below: shape[axis])
      rows += OperationRow.shapes("TakeAlong", [shape], "\(count) along \(axis)") {
        $0.takeAlong(places, axis: axis)
      }
      rows += OperationRow.shapes("AddAlong", [sizes], "into \(shape) along \(axis)") {
        Tensor.addAlong($0, indices: places, axis: axis, shape: shape)
      }
    }
    rows += OperationRow.shapes("TakeAlong", [[5], [3, 6]], "the largest 2") { $0.topK(2).values }
    return rows
  }()
}
