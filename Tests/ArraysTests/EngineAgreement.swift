import Arrays
import Foundation
import Testing

// Every function of `Engine` is run by the engine that float32 arrays are computed by and by the
// reference engine, on operands in every layout that an engine may meet. In the portable build both
// are the reference engine: its results then must not depend on the operands' layout.

#if OneDNN
  let testedEngine: any Engine = OneDNNEngine.shared
#else
  let testedEngine: any Engine = ReferenceEngine.shared
#endif

/// How the operands of a function lie in memory.
enum OperandLayout: String, CaseIterable, Sendable {
  case rowMajor
  /// Contiguous, but not from the storage's first element.
  case offset
  /// Axes in reverse.
  case reversed
  /// The last two axes swapped.
  case transposed
  /// Every second element along the last axis, and not the first.
  case strided
  /// The first index of the first axis, and in the last variant of the last, with stride 0.
  case stretchedFirst, stretchedLast
  /// oneDNN's blocks of 8 or 16 channels for float32 images, else as `reversed`.
  case blocked8, blocked16

  /// x laid out so; where axes are stretched, the numbers of their first index.
  func apply(_ x: NDArray) -> NDArray {
    switch self {
    case .rowMajor: x
    case .offset:
      view(
        reference.concatenate(
          [.zeros([3], dtype: x.dtype), flat(x)], axis: 0, shape: [3 + x.elementCount]),
        x.shape, offset: 3, strides: Array(x.shape.rowMajorStrides, count: x.rank))
    case .reversed: reversedLayout(x)
    case .transposed: swapped(x)
    case .strided: everySecond(x)
    case .stretchedFirst: stretched(x, axis: 0)
    case .stretchedLast: stretched(x, axis: x.rank - 1)
    case .blocked8: blocked(x, 8)
    case .blocked16: blocked(x, 16)
    }
  }

  private func swapped(_ x: NDArray) -> NDArray {
    if x.rank < 2 { return everySecond(x) }
    var order = Array(0..<x.rank)
    order.swapAt(x.rank - 1, x.rank - 2)
    return permuted(reference.copy(permuted(x, order)), order)
  }

  private func everySecond(_ x: NDArray) -> NDArray {
    if x.rank == 0 || x.elementCount == 0 { return x }
    let width = x.shape[x.rank - 1]
    let lines: Shape = [x.elementCount / width, width, 1]
    let numbers = NDArray(storage: x.storage, shape: lines, dtype: x.dtype)
    // Numbers between those of x that would be noticed.
    let filler = NDArray(repeating: 77, shape: lines, dtype: x.dtype)
    let pairs = reference.concatenate(
      [filler, numbers], axis: 2, shape: [lines[0], width, 2])
    let padded = reference.pad(
      NDArray(storage: pairs.storage, shape: [lines[0], 2 * width], dtype: x.dtype),
      before: [0, 0], after: [0, 1], value: 77)
    var wide = x.shape
    wide[x.rank - 1] = 2 * width + 1
    var strides = Array(wide.rowMajorStrides, count: x.rank)
    strides[x.rank - 1] = 2
    return view(padded, x.shape, offset: 1, strides: strides)
  }

  private func stretched(_ x: NDArray, axis: Int) -> NDArray {
    if x.rank == 0 || x.elementCount == 0 { return x }
    var strides = Array(x.shape.rowMajorStrides, count: x.rank)
    strides[axis] = 0
    return view(x, x.shape, strides: strides)
  }

  private func blocked(_ x: NDArray, _ block: Int) -> NDArray {
    #if OneDNN
      if x.rank == 4, x.dtype == .float32, x.elementCount > 0 {
        return OneDNNEngine.blocked(x, block: block)
      }
    #endif
    return reversedLayout(x)
  }

  private func flat(_ x: NDArray) -> NDArray {
    NDArray(storage: x.storage, shape: [x.elementCount], dtype: x.dtype)
  }
}

extension Array<Int> {
  /// The first lanes.
  fileprivate init(_ lanes: SIMD8<Int>, count: Int) {
    self = (0..<count).map { lanes[$0] }
  }
}

/// Gives a case its operands in one layout and remembers them, to see that none is changed.
final class Operands {
  let layout: OperandLayout
  private let copies: Bool
  private var given: [(operand: NDArray, before: [UInt8])] = []

  /// - Parameter copies: views are handed out as row-major copies.
  init(_ layout: OperandLayout, copies: Bool) {
    self.layout = layout
    self.copies = copies
  }

  /// x in the layout.
  func callAsFunction(_ x: NDArray) -> NDArray {
    let laid = layout.apply(x)
    let operand = !copies ? laid : laid.strided != nil ? reference.copy(laid) : x
    given.append((operand, bytes(operand)))
    return operand
  }

  /// Whether all operands hold what they held.
  var areUnchanged: Bool { given.allSatisfy { bytes($0.operand) == $0.before } }

  private func bytes(_ x: NDArray) -> [UInt8] {
    let x = reference.copy(x)
    return Array(
      UnsafeRawBufferPointer(start: x.storage.pointer, count: x.elementCount * x.dtype.byteCount))
  }
}

/// A call of one function of `Engine`.
struct AgreementCase: Sendable, CustomTestStringConvertible {
  let function: String
  let label: String
  /// The largest difference, relative to the largest magnitude that the reference gives.
  let tolerance: Double
  /// What differences are relative to where the largest magnitude is less: the magnitude of terms
  /// that may cancel.
  let scale: Double
  let run: @Sendable (any Engine, Operands) -> [NDArray]

  /// - Parameter tolerance: float32 sums of some hundred products of numbers below 1 differ by
  ///   about 1e-6 of the largest, whatever their order; results that are not sums by less.
  init(
    _ function: String, _ label: String = "", within tolerance: Double = 2e-6,
    scale: Double = 0,
    _ run: @escaping @Sendable (any Engine, Operands) -> [NDArray]
  ) {
    self.function = function
    self.label = label
    self.tolerance = tolerance
    self.scale = scale
    self.run = run
  }

  var testDescription: String { label.isEmpty ? function : "\(function) \(label)" }

  /// Runs the case on both engines in each layout and compares the results.
  func check() {
    for layout in OperandLayout.allCases {
      let expected = run(reference, Operands(layout, copies: true))
      poisonPool()
      let operands = Operands(layout, copies: false)
      let actual = run(testedEngine, operands)
      let place = "\(testDescription), \(layout)"
      #expect(operands.areUnchanged, "\(place): an operand was changed")
      #expect(actual.count == expected.count)
      for (number, pair) in zip(actual, expected).enumerated() {
        expectAgreement(
          pair.0, pair.1, within: tolerance, scale: scale, "\(place), result \(number)")
      }
    }
  }
}

/// Checks shape, type, elements and the padding of one result.
func expectAgreement(
  _ actual: NDArray, _ expected: NDArray, within tolerance: Double, scale: Double = 0,
  _ place: String
) {
  #expect(actual.shape == expected.shape, "\(place)")
  #expect(actual.dtype == expected.dtype, "\(place)")
  guard actual.shape == expected.shape, actual.dtype == expected.dtype else { return }
  expectZeroPadding(actual, place)
  let (a, b) = (numbers(actual), numbers(expected))
  let largest = b.reduce(scale) { $1.isFinite ? max($0, $1.magnitude) : $0 }
  for (index, (a, b)) in zip(a, b).enumerated() {
    let agrees = a == b || (a.isNaN && b.isNaN) || (a - b).magnitude <= tolerance * largest
    if !agrees {
      let error = (a - b).magnitude / largest
      Issue.record("\(place): element \(index) is \(a), expected \(b), relative \(error)")
      return
    }
  }
}

/// Checks that the places in memory which belong to no element hold zeros: as many numbers other
/// than zero lie in the storage as the array has. Only of floats, on which operations run over the
/// padding, too; the places of a pooling are read for its elements alone.
func expectZeroPadding(_ x: NDArray, _ place: String) {
  #if OneDNN
    guard case .blocked = x.layout, x.dtype == .float32 else { return }
    let inMemory = OneDNNEngine.rawElements(x).count { $0 != 0 }
    let inArray = numbers(x).count { $0 != 0 }
    #expect(inMemory == inArray, "\(place): padding that is not zero")
  #endif
}

/// Fills the blocks that the pool will hand out next with NaN, so that a result which is not
/// written everywhere does not happen to hold the right numbers of an earlier one.
func poisonPool() {
  var held: [Storage] = []
  var size = 64
  while size <= 1 << 16 {
    for quarter in 4...7 {
      for _ in 0..<4 {
        let byteCount = size * quarter / 4
        let block = Storage(byteCount: byteCount)
        memset(block.pointer, 0xFF, byteCount)
        held.append(block)
      }
    }
    size *= 2
  }
}

/// All cases, a list a group of functions.
let agreementCases: [[AgreementCase]] = [
  Agreement.elementwise, Agreement.reductions, Agreement.products, Agreement.convolutions,
  Agreement.pooling, Agreement.softmax, Agreement.normalization, Agreement.indexing,
  Agreement.assembly,
]

/// Where the groups of cases stand, each in its own file.
enum Agreement {
  /// Images with numbers of channels that fill no block, and one that fills three of 8.
  static let imageShapes: [Shape] = [1, 3, 6, 24].map { [2, $0, 5, 4] }
  /// Shapes without elements, each axis in turn, and others that loops like to trip over.
  static let emptyImageShapes: [Shape] = [
    [0, 3, 5, 4], [2, 0, 5, 4], [2, 3, 0, 4], [2, 3, 5, 0],
  ]
  static let shapes: [Shape] =
    imageShapes + emptyImageShapes + [
      [], [1], [0], [7], [1, 1], [3, 1, 5], [37, 29], [2, 3, 4, 5, 2],
    ]
}

@Suite("Engines agree")
struct EngineAgreementTests {
  /// The names of the functions in the declaration of `Engine`.
  static func functionsOfEngine() throws -> [String] {
    let tests = URL(filePath: #filePath).deletingLastPathComponent()
    let source = tests.appending(path: "../../Sources/Arrays/Engines/Engine.swift")
    let text = try String(contentsOf: source, encoding: .utf8)
    let start = try #require(text.range(of: "package protocol Engine"))
    let end = try #require(text.range(of: "\n}\n", range: start.upperBound..<text.endIndex))
    return text[start.upperBound..<end.lowerBound].matches(of: /\bfunc (\w+)/)
      .map { String($0.output.1) }
  }

  @Test func everyFunctionHasACase() throws {
    let functions = Set(try Self.functionsOfEngine())
    #expect(functions.count > 30)
    let covered = Set(agreementCases.joined().map(\.function))
    #expect(functions.subtracting(covered) == [], "functions without a case")
    #expect(covered.subtracting(functions) == [], "cases of no function")
  }

  @Test(arguments: Agreement.elementwise) func elementwise(_ row: AgreementCase) { row.check() }
  @Test(arguments: Agreement.reductions) func reductions(_ row: AgreementCase) { row.check() }
  @Test(arguments: Agreement.products) func products(_ row: AgreementCase) { row.check() }
  @Test(arguments: Agreement.convolutions) func convolutions(_ row: AgreementCase) { row.check() }
  @Test(arguments: Agreement.pooling) func pooling(_ row: AgreementCase) { row.check() }
  @Test(arguments: Agreement.softmax) func softmax(_ row: AgreementCase) { row.check() }
  @Test(arguments: Agreement.normalization) func normalization(_ row: AgreementCase) { row.check() }
  @Test(arguments: Agreement.indexing) func indexing(_ row: AgreementCase) { row.check() }
  @Test(arguments: Agreement.assembly) func assembly(_ row: AgreementCase) { row.check() }
}
