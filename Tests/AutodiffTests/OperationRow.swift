import Autodiff
import TestSupport
import Testing

/// One row of the gradient table: an operation at a point.
struct OperationRow: Sendable, CustomTestStringConvertible {
  /// The name of the operation's struct in `Sources/Autodiff/Operations`.
  let operation: String
  /// What is special about this row: shapes, layouts, parameters.
  let title: String
  private let arrays: [NDArray]
  private let views: [TestView]
  /// Bound for gradients against central differences.
  var tolerance = 1e-6
  /// Bound for float32 against float64.
  var singleTolerance = 2e-5
  /// Functions to put in place of the formula's, which call the operation's own code.
  var independent: [String: FormulaFunction] = [:]
  /// Computes the operation, of tensors of either type.
  let body: @Sendable ([Tensor]) -> Tensor

  init(
    _ operation: String, _ title: String, _ arrays: [NDArray], views: [TestView] = [],
    _ body: @escaping @Sendable ([Tensor]) -> Tensor
  ) {
    self.operation = operation
    self.title = title
    self.arrays = arrays
    self.views = views
    self.body = body
  }

  /// The point.
  func inputs(_ dtype: DType = .float64) -> [NDArray] {
    arrays.enumerated().map { index, array in
      let converted = array.cast(to: dtype)
      return index < views.count ? views[index].of(converted) : converted
    }
  }

  var testDescription: String { "\(operation) \(title)" }

  func with(
    tolerance: Double? = nil, singleTolerance: Double? = nil,
    independent: [String: FormulaFunction]? = nil
  ) -> OperationRow {
    var copy = self
    copy.tolerance = tolerance ?? copy.tolerance
    copy.singleTolerance = singleTolerance ?? copy.singleTolerance
    copy.independent = independent ?? copy.independent
    return copy
  }
}

extension OperationRow {
  /// Rows of an element-wise function of one array: no elements, one, several, views, a stretched
  /// array.
  static func elementwise(
    _ operation: String, _ parameters: String = "", in range: ClosedRange<Double> = -2...2,
    _ function: @escaping @Sendable (Tensor) -> Tensor
  ) -> [OperationRow] {
    let shapes: [Shape] = [[], [0], [2, 0, 3], [1], [7], [2, 3], [2, 24, 1, 2]]
    var rows = shapes.map { shape in
      OperationRow(operation, "\(parameters)\(shape)", [TestArray.one(shape, in: range)]) {
        function($0[0])
      }
    }
    for view in TestView.allCases where view != .rowMajor {
      let x = TestArray.one([3, 4, 2], seed: 2, in: range)
      rows.append(
        OperationRow(operation, "\(parameters)\(x.shape) \(view)", [x], views: [view]) {
          function($0[0])
        })
    }
    rows.append(
      OperationRow(
        operation, "\(parameters)[3, 1] stretched", [TestArray.one([3, 1], seed: 3, in: range)]
      ) { function($0[0].broadcast(to: [2, 3, 4])) })
    return rows
  }

  /// Rows of an element-wise function of two arrays: equal shapes, each kind of stretching, views,
  /// no elements.
  static func broadcasting(
    _ operation: String, in range: ClosedRange<Double> = -2...2,
    _ function: @escaping @Sendable (Tensor, Tensor) -> Tensor
  ) -> [OperationRow] {
    let shapes: [(Shape, Shape)] = [
      ([], []), ([5], [5]), ([2, 3], [3]), ([3], [2, 3]), ([2, 1], [1, 3]), ([], [2, 2]),
      ([2, 2], []), ([1], [3]), ([2, 3, 1, 2], [3, 4, 1]), ([0], [0]), ([0, 3], [3]), ([1], [0]),
      ([2, 1, 0], [3, 1]), ([2, 24, 2, 1], [24, 1, 1]), ([1, 6, 2, 2], [1, 6, 1, 1]),
    ]
    var rows = shapes.map { a, b in
      OperationRow(operation, "\(a) \(b)", TestArray.several([a, b], in: range)) {
        function($0[0], $0[1])
      }
    }
    for (first, second) in [
      (TestView.transposed, TestView.sliced), (.sliced, .rowMajor), (.rowMajor, .shifted),
      (.transposed, .transposed),
    ] {
      rows.append(
        OperationRow(
          operation, "[3, 4] \(first) [3, 4] \(second)",
          TestArray.several([[3, 4], [3, 4]], seed: 2, in: range), views: [first, second]
        ) { function($0[0], $0[1]) })
    }
    rows.append(
      OperationRow(
        operation, "[2, 3] transposed [3] sliced",
        TestArray.several([[2, 3], [3]], seed: 3, in: range), views: [.transposed, .sliced]
      ) { function($0[0], $0[1]) })
    return rows
  }

  /// Rows of a function of one array, one for each shape and for each view of the last shape.
  static func shapes(
    _ operation: String, _ shapes: [Shape], _ parameters: String = "",
    in range: ClosedRange<Double> = -2...2, _ function: @escaping @Sendable (Tensor) -> Tensor
  ) -> [OperationRow] {
    var rows: [OperationRow] = []
    for shape in shapes {
      let views = shape == shapes.last ? TestView.allCases : [.rowMajor]
      for view in views {
        rows.append(
          OperationRow(
            operation, "\(parameters) \(shape) \(view)", [TestArray.one(shape, in: range)],
            views: [view]
          ) { function($0[0]) })
      }
    }
    return rows
  }
}

/// The transpose of a function's derivative applied to `upstream`, recorded: a way to the
/// operations that only gradients use.
func pullback(
  of upstream: Tensor, at x: NDArray, through function: (Tensor) -> Tensor
) -> Tensor {
  let variable = Tensor.variable(x.cast(to: upstream.dtype))
  return gradients(
    of: function(variable), withRespectTo: [variable], upstream: upstream, recording: true)[0]
}
