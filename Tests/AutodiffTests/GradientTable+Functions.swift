import Autodiff
import TestSupport

extension GradientTable {
  static let elementwise: [OperationRow] =
    OperationRow.elementwise("Absolute") { $0.absolute() }
    + OperationRow.elementwise("Sign") { $0.sign() }
    + OperationRow.elementwise("Square") { $0.squared() }
    + OperationRow.elementwise("SquareRoot", in: 0.4...3) { $0.squareRoot() }
    + OperationRow.elementwise("Exponential") { $0.exp() }
    + OperationRow.elementwise("Logarithm", in: 0.4...3) { $0.log() }
    + OperationRow.elementwise("Sine", in: -4...4) { $0.sin() }
    + OperationRow.elementwise("Cosine", in: -4...4) { $0.cos() }
    + OperationRow.elementwise("ErrorFunction") { $0.errorFunction() }

  static let activations: [OperationRow] =
    OperationRow.elementwise("ReLU") { $0.relu() }
    + OperationRow.elementwise("LeakyReLU") { $0.leakyRelu() }
    + OperationRow.elementwise("LeakyReLU", "slope 0.3 ") { $0.leakyRelu(slope: 0.3) }
    + OperationRow.elementwise("Sigmoid", in: -4...4) { $0.sigmoid() }
    + OperationRow.elementwise("Tanh") { $0.tanh() }
    + OperationRow.elementwise("Softplus", in: -4...4) { $0.softplus() }
    + OperationRow.elementwise("GELU", in: -3...3) { $0.gelu() }
    + OperationRow.elementwise("GELUTanh", in: -3...3) { $0.gelu(.tanh) }

  static let softmaxes: [OperationRow] = {
    let places: [(shape: Shape, axis: Int)] = [
      ([4], 0), ([3, 5], 1), ([3, 5], 0), ([2, 3, 4], 1), ([2, 1, 3], 1), ([0, 3], 1), ([2, 0], 1),
      ([2, 24, 2, 1], 1), ([2, 3, 2], -1),
    ]
    var rows = places.flatMap { shape, axis in
      OperationRow.shapes("Softmax", [shape], "axis \(axis)") { $0.softmax(axis: axis) }
        + OperationRow.shapes("LogSoftmax", [shape], "axis \(axis)") { $0.logSoftmax(axis: axis) }
    }
    for (rowCount, classes) in [(1, 1), (3, 4), (0, 3), (5, 24)] {
      let labels = TestArray.indices([rowCount], below: classes)
      rows += OperationRow.shapes("SoftmaxCrossEntropy", [[rowCount, classes]]) {
        $0.softmaxCrossEntropy(labels: labels)
      }
    }
    return rows
  }()

  static let reductions: [OperationRow] = {
    let places: [(shape: Shape, axes: [Int]?)] = [
      ([], nil), ([5], nil), ([2, 3], [0]), ([2, 3], [-1]), ([2, 3, 4], [0, 2]),
      ([2, 3, 4], [1]), ([2, 3, 4], nil), ([2, 3], []), ([3, 1, 2], [1]),
      ([2, 24, 2, 1], [0, 2, 3]),
    ]
    let empty: [(shape: Shape, axes: [Int]?)] = [([0], [0]), ([0, 3], [1]), ([0, 3], [0])]
    func rows(
      _ operation: String, _ places: [(shape: Shape, axes: [Int]?)],
      _ function: @escaping @Sendable (Tensor, [Int]?, Bool) -> Tensor
    ) -> [OperationRow] {
      places.flatMap { shape, axes in
        [true, false].flatMap { keeps in
          OperationRow.shapes(
            operation, [shape],
            "over \(axes.map { "\($0)" } ?? "all")\(keeps ? ", kept" : "")"
          ) { function($0, axes, keeps) }
        }
      }
    }
    return rows("Sum", places + empty) { $0.sum(axes: $1, keepingAxes: $2) }
      // Over nothing these are NaN, so only rows that are empty themselves.
      + rows("Mean", places + [([0, 3], [1])]) { $0.mean(axes: $1, keepingAxes: $2) }
      + rows("MaximumOverAxes", places + [([0, 3], [1])]) { $0.maximum(axes: $1, keepingAxes: $2) }
      + rows("MinimumOverAxes", places + [([0, 3], [1])]) { $0.minimum(axes: $1, keepingAxes: $2) }
      + rows("Variance", places + [([0, 3], [1])]) { $0.variance(axes: $1, keepingAxes: $2) }
      + rows("Variance", [([5], nil), ([2, 3, 4], [0, 2]), ([0, 3], [1])]) {
        $0.variance(axes: $1, keepingAxes: $2, unbiased: true)
      }
  }()
}
