import Autodiff
import TestSupport

extension GradientTable {
  static let arithmetic: [OperationRow] =
    OperationRow.broadcasting("Add") { $0 + $1 }
    + [[5], [2, 3, 2, 2], [1, 24, 2, 3], [0, 3]].map { (shape: Shape) in
      OperationRow("RectifiedSum", "\(shape)", TestArray.several([shape, shape])) {
        $0[0].rectifiedSum($0[1])
      }
    }
    + OperationRow.broadcasting("Subtract") { $0 - $1 }
    + OperationRow.broadcasting("Multiply") { $0 * $1 }
    + OperationRow.broadcasting("Divide", in: 0.4...2) { $0 / $1 }
    + OperationRow.broadcasting("Maximum") { $0.maximum($1) }
    + OperationRow.broadcasting("Minimum") { $0.minimum($1) }
    + OperationRow.broadcasting("Power", in: 0.5...2.5) { $0.power($1) }
    + OperationRow.elementwise("Negate") { -$0 }
    + OperationRow.elementwise("AddScalar", "x + 1.5 ") { $0 + 1.5 }
    + OperationRow.elementwise("AddScalar", "−2 + x ") { -2 + $0 }
    + OperationRow.elementwise("AddScalar", "x − 0.25 ") { $0 - 0.25 }
    + OperationRow.elementwise("MultiplyScalar", "x · −1.5 ") { $0 * -1.5 }
    + OperationRow.elementwise("DivideScalar", "x / 3 ") { $0 / 3 }
    + OperationRow.elementwise("DivideScalar", "x / −0.25 ") { $0 / -0.25 }
    + OperationRow.elementwise("MultiplyScalar", "0 · x ") { 0 * $0 }
    + OperationRow.elementwise("SubtractFromScalar", "−1 − x ") { -1 - $0 }
    + OperationRow.elementwise("DivideIntoScalar", "−2 / x ", in: 0.4...2) { -2 / $0 }
    + OperationRow.elementwise("PowerScalar", "x³ ") { $0.power(3) }
    + OperationRow.elementwise("PowerScalar", "x² ") { $0.power(2) }
    + OperationRow.elementwise("PowerScalar", "x¹ ") { $0.power(1) }
    + OperationRow.elementwise("PowerScalar", "x⁰ ") { $0.power(0) }
    + OperationRow.elementwise("PowerScalar", "x⁻² ", in: 0.4...2) { $0.power(-2) }
    + OperationRow.elementwise("PowerScalar", "x^½ ", in: 0.4...2) { $0.power(0.5) }
    + OperationRow.elementwise("PowerScalar", "x^−½ ", in: 0.4...2) { $0.power(-0.5) }
    + OperationRow.elementwise("MaximumScalar", "max(x, 0) ") { $0.maximum(0) }
    + OperationRow.elementwise("MaximumScalar", "max(x, −∞) ") { $0.maximum(-.infinity) }
    + OperationRow.elementwise("MinimumScalar", "min(x, 0) ") { $0.minimum(0) }
    + OperationRow.elementwise("MinimumScalar", "0 ≤ x ≤ ∞ ") { $0.clamped(0...(.infinity)) }
    + selections

  private static let selections: [OperationRow] = {
    let cases: [(condition: Shape, a: Shape, b: Shape)] = [
      ([2, 3], [2, 3], [2, 3]), ([2, 1], [2, 3], [3]), ([2, 3], [3], []),
      ([2, 2, 3], [3], [2, 3]),
      ([], [4], [4]), ([0], [0], [0]), ([3], [0, 3], [1]),
    ]
    return cases.flatMap { condition, a, b in
      [TestView.rowMajor, .sliced].map { view in
        // The condition of every other element, in the type that conditions have.
        let mask = NDArray(
          (0..<condition.elementCount).map { $0 % 2 == 0 }, shape: condition)
        return OperationRow(
          "Select", "\(condition) ? \(a) : \(b) \(view)", TestArray.several([a, b]),
          views: [view, .transposed]
        ) { Tensor.select(view.of(mask), $0[0], $0[1]) }
      }
    }
  }()
}
