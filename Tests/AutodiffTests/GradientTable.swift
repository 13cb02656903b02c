import Autodiff
import Foundation
import TestSupport
import Testing

/// Every operation at many points. An operation without a row fails `everyOperationHasARow`.
enum GradientTable {
  static let rows: [OperationRow] =
    arithmetic + elementwise + activations + reductions + softmaxes + shapes + indexing + products
    + pooling + normalization + linearAlgebra

  /// The operations' structs, read from the sources.
  static func operations(here: String = #filePath) throws -> Set<String> {
    let root = URL(fileURLWithPath: here).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let folder = root.appendingPathComponent("Sources/Autodiff/Operations")
    var names: Set<String> = []
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    for case let file as URL in files! where file.pathExtension == "swift" {
      let text = try String(contentsOf: file, encoding: .utf8)
      for match in text.matches(of: /struct (\w+): (?:Unary|Binary|General)Operation/) {
        names.insert(String(match.1))
      }
    }
    return names
  }
}

@Suite struct GradientTableTests {
  @Test func everyOperationHasARow() throws {
    let operations = try GradientTable.operations()
    #expect(operations.count >= 54, "the folder was not read: \(operations.sorted())")
    let covered = Set(GradientTable.rows.map(\.operation))
    #expect(operations.subtracting(covered).sorted() == [], "operations without a row")
    #expect(covered.subtracting(operations).sorted() == [], "rows without an operation")
  }

  @Test(arguments: GradientTable.rows)
  func rowRunsItsOperation(_ row: OperationRow) {
    let result = row.body(row.inputs().map { Tensor.variable($0) })
    #expect(recordedOperations(result).contains(row.operation))
  }

  /// First and second order against central differences in float64.
  @Test(arguments: GradientTable.rows)
  func gradientsAgreeWithCentralDifferences(_ row: OperationRow) {
    for order in 1...2 {
      let check = gradientCheck(at: row.inputs(), order: order, row.body)
      #expect(check.largestError < row.tolerance, "order \(order): \(check)")
    }
  }

  /// The fused rules, used while no history is kept, against the composed ones.
  @Test(arguments: GradientTable.rows)
  func fusedGradientsEqualComposedOnes(_ row: OperationRow) {
    for (dtype, tolerance) in [(DType.float64, 1e-12), (.float32, 1e-5)] {
      let fused = evaluate(row, dtype, recording: false)
      let composed = evaluate(row, dtype, recording: true)
      for (index, (a, b)) in zip(fused, composed).enumerated() {
        #expect(
          agree(a, b, within: tolerance), "\(dtype), result \(index): \(a.doubles) \(b.doubles)")
      }
    }
  }

  /// Value and gradients in float32, on the default engine, against float64.
  @Test(arguments: GradientTable.rows)
  func singlePrecisionAgreesWithDouble(_ row: OperationRow) {
    let single = evaluate(row, .float32, recording: false)
    let double = evaluate(row, .float64, recording: false)
    for (index, (a, b)) in zip(single, double).enumerated() {
      #expect(a.dtype == .float32)
      #expect(
        agree(a, b, within: row.singleTolerance), "result \(index): \(a.doubles) \(b.doubles)")
    }
  }

  /// The value and the gradients of Σ u·y.
  private func evaluate(_ row: OperationRow, _ dtype: DType, recording: Bool) -> [NDArray] {
    let variables = row.inputs(dtype).map { Tensor.variable($0) }
    let y = row.body(variables)
    let upstream = TestArray.one(y.shape, seed: 9, dtype: dtype)
    let found = gradients(
      of: y, withRespectTo: variables, upstream: Tensor(upstream), recording: recording)
    for (gradient, variable) in zip(found, variables) { #expect(gradient.dtype == variable.dtype) }
    return [y.array] + found.map(\.array)
  }

  /// The structs of the operations that a tensor was computed by.
  private func recordedOperations(_ tensor: Tensor) -> Set<String> {
    var names: Set<String> = []
    var waiting = [tensor.node]
    while let next = waiting.popLast() {
      guard let node = next else { continue }
      if let match = String(describing: type(of: node)).firstMatch(of: /Node<(\w+)>/) {
        names.insert(String(match.1))
      }
      waiting += [node.first, node.second] + node.others
    }
    return names
  }
}
