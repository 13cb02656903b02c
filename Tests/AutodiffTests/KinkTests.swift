import Autodiff
import TestSupport
import Testing

/// Where a function has a kink, one of its subgradients is chosen. The table says which.
@Suite struct KinkTests {
  struct Kink: Sendable, CustomTestStringConvertible {
    let name: String
    let inputs: [NDArray]
    /// The gradients of the sum of the function's elements.
    let gradients: [[Double]]
    let body: @Sendable ([Tensor]) -> Tensor
    var testDescription: String { name }

    init(
      _ name: String, _ inputs: [[Double]], shape: Shape? = nil, _ gradients: [[Double]],
      _ body: @escaping @Sendable ([Tensor]) -> Tensor
    ) {
      self.name = name
      self.inputs = inputs.map { NDArray($0, shape: shape ?? [$0.count]) }
      self.gradients = gradients
      self.body = body
    }
  }

  static let kinks: [Kink] = [
    Kink("relu(0): 0", [[-1, 0, -0.0, 1]], [[0, 0, 0, 1]]) { $0[0].relu() },
    Kink("leaky relu(0): the slope", [[-1, 0, -0.0, 1]], [[0.25, 0.25, 0.25, 1]]) {
      $0[0].leakyRelu(slope: 0.25)
    },
    Kink("|0|: 0", [[-2, 0, -0.0, 2]], [[-1, 0, 0, 1]]) { $0[0].absolute() },
    Kink("sign(0): 0", [[-2, 0, 2]], [[0, 0, 0]]) { $0[0].sign() },
    Kink("max(a, b) at a tie: a", [[1, 2, 3], [2, 2, 2]], [[0, 1, 1], [1, 0, 0]]) {
      $0[0].maximum($0[1])
    },
    Kink("min(a, b) at a tie: a", [[1, 2, 3], [2, 2, 2]], [[1, 1, 0], [0, 0, 1]]) {
      $0[0].minimum($0[1])
    },
    Kink("max(x, 2) at 2: x", [[1, 2, 3]], [[0, 1, 1]]) { $0[0].maximum(2) },
    Kink("min(x, 2) at 2: x", [[1, 2, 3]], [[1, 1, 0]]) { $0[0].minimum(2) },
    Kink("1 ≤ x ≤ 2 at 1 and 2: x", [[0, 1, 1.5, 2, 3]], [[0, 1, 1, 1, 0]]) {
      $0[0].clamped(1...2)
    },
    Kink("the maximum of equal ones: the first", [[3, 5, 5, 5]], [[0, 1, 0, 0]]) {
      $0[0].maximum(axes: [0])
    },
    Kink("the minimum of equal ones: the first", [[5, 3, 3, 4]], [[0, 1, 0, 0]]) {
      $0[0].minimum(axes: [0])
    },
    Kink(
      "the maximum over both axes: the first row's", [[1, 7, 7, 7]], shape: [2, 2], [[0, 1, 0, 0]]
    ) { $0[0].maximum(axes: [0, 1]) },
    Kink(
      "the maximum over the first axis: the first row's", [[7, 1, 7, 1]], shape: [2, 2],
      [[1, 1, 0, 0]]
    ) { $0[0].maximum(axes: [0]) },
    Kink("the largest 2 of equal ones: the first", [[1, 4, 4, 4]], [[0, 1, 1, 0]]) {
      $0[0].topK(2).values
    },
    Kink(
      "maximum pool: the window's first", [[2, 2, 2, 2, 2, 2, 1, 2, 2]], shape: [1, 1, 3, 3],
      [[1, 1, 0, 1, 1, 0, 0, 0, 0]]
    ) { $0[0].maximumPool(.init(window: [2, 2], stride: [1, 1])) },
    Kink("x⁰ at 0: 0", [[-1, 0, 2]], [[0, 0, 0]]) { $0[0].power(0) },
    Kink("x¹ at 0: 1", [[-1, 0, 2]], [[1, 1, 1]]) { $0[0].power(1) },
    Kink("x² at 0: 0", [[-1, 0, 2]], [[-2, 0, 4]]) { $0[0].power(2) },
    Kink("√0: infinite", [[0, 4]], [[.infinity, 0.25]]) { $0[0].squareRoot() },
    Kink("log 0: infinite", [[0, 4]], [[.infinity, 0.25]]) { $0[0].log() },
  ]

  @Test(arguments: kinks, [DType.float64, .float32])
  func subgradientIsTheOneChosen(_ kink: Kink, _ dtype: DType) {
    for recording in [false, true] {
      let variables = kink.inputs.map { Tensor.variable($0.cast(to: dtype)) }
      let found = gradients(
        of: kink.body(variables).sum(), withRespectTo: variables, recording: recording)
      #expect(found.map(\.array.doubles) == kink.gradients, "recording \(recording)")
    }
  }

  /// A NaN is passed on, not routed away.
  @Test func notANumberPassesThrough() {
    let x = NDArray([Double.nan, 1, 2])
    let results: [(String, Tensor)] = [
      ("relu", Tensor(x).relu()), ("max", Tensor(x).maximum(0)), ("min", Tensor(x).minimum(0)),
      ("max of two", Tensor(x).maximum(Tensor([0.0, 0, 0]))),
      ("maximum", Tensor(x).maximum(axes: nil, keepingAxes: true)), ("abs", Tensor(x).absolute()),
    ]
    for (name, result) in results {
      #expect(result.array.doubles[0].isNaN, "\(name)")
    }
  }
}
