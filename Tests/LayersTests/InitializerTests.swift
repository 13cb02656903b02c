import Foundation
import Layers
import Testing

/// How first values are drawn.
@Suite struct InitializerTests {
  /// What 40,000 draws must look like.
  struct Row: Sendable, CustomStringConvertible {
    let initializer: Initializer
    var mean = 0.0
    let variance: Double
    /// Half the width of a uniform distribution; nil for a normal one.
    var bound: Double?

    var description: String { "\(initializer)" }
  }

  /// Of Dense(100, 400): 100 inputs, 400 outputs.
  static let rows: [Row] = [
    Row(initializer: .zeros, variance: 0),
    Row(initializer: .ones, mean: 1, variance: 0),
    Row(initializer: .constant(0.3), mean: 0.3, variance: 0),
    Row(initializer: .uniform(low: -1, high: 3), mean: 1, variance: 4.0 / 3, bound: 2),
    Row(initializer: .normal(mean: 2, standardDeviation: 0.5), mean: 2, variance: 0.25),
    Row(
      initializer: .xavierUniform, variance: 2.0 / 500, bound: (6.0 / 500).squareRoot()),
    Row(initializer: .xavierNormal, variance: 2.0 / 500),
    Row(initializer: .heNormal, variance: 2.0 / 100),
    Row(initializer: .heUniform, variance: 2.0 / 100, bound: (6.0 / 100).squareRoot()),
    Row(initializer: .inverseRootUniform, variance: 1.0 / 300, bound: 0.1),
  ]

  /// Mean within 5 standard errors, variance within 5 of its own.
  @Test(arguments: rows, [DType.float32, .float64])
  func moments(_ row: Row, _ dtype: DType) {
    let layer = Dense(100, 400, initializer: row.initializer).initialized(seed: 3, dtype: dtype)
    let x = layer.weight.tensor.array.doubles
    let count = Double(x.count)
    let mean = x.reduce(0, +) / count
    let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    // Float32 rounds 0.3 by 1e-8; the rest is sampling.
    #expect(abs(mean - row.mean) <= 5 * (row.variance / count).squareRoot() + 2e-8)
    // Var[s²] = (μ₄ − σ⁴)/n; μ₄ is 3σ⁴ for a normal, 1.8σ⁴ for a uniform distribution.
    let excess = row.bound == nil ? 2.0 : 0.8
    #expect(
      abs(variance - row.variance) <= 5 * row.variance * (excess / count).squareRoot() + 1e-14)
    guard let bound = row.bound else { return }
    let largest = x.reduce(0) { max($0, abs($1 - row.mean)) }
    #expect(largest <= bound * (1 + 1e-7))
    #expect(largest > bound * 0.999)
  }

  /// A convolution counts its taps: 3·4 inputs a group, of 3×3 filters.
  @Test func fansOfConvolutions() {
    let convolution = Conv2D(12, 8, kernel: [3, 2], groups: 2)
    #expect(convolution.weight.fans == .init(inputs: 6 * 6, outputs: 4 * 6))
    let transposed = ConvTranspose2D(12, 8, kernel: [3, 2], groups: 2)
    #expect(transposed.weight.fans == .init(inputs: 6 * 6, outputs: 4 * 6))
    #expect(Dense(5, 7).weight.fans == .init(inputs: 5, outputs: 7))
  }

  /// Rows of a wide matrix, columns of a tall one, and a convolution's filters are orthonormal
  /// times the gain.
  @Test(arguments: [[20, 50], [50, 20], [30, 30], [1, 4]], [1.0, 1.5])
  func orthogonal(_ sizes: [Int], _ gain: Double) {
    let (outputs, inputs) = (sizes[0], sizes[1])
    for (dtype, tolerance) in [(DType.float64, 1e-13), (.float32, 1e-6)] {
      let layer = Dense(inputs, outputs, initializer: .orthogonal(gain: gain))
        .initialized(seed: 2, dtype: dtype)
      let w = layer.weight.tensor.array.cast(to: .float64)
      let wide = outputs <= inputs
      let product = wide ? w.matmul(w.transposed()) : w.transposed().matmul(w)
      let count = min(outputs, inputs)
      let expected = NDArray.identity(count, dtype: .float64) * (gain * gain)
      let largest = (product - expected).absolute().maximum().item
      #expect(largest < tolerance * gain * gain)
    }
  }

  @Test func orthogonalFilters() {
    let layer = Conv2D(4, 6, kernel: 3, initializer: .orthogonal(gain: 1))
      .initialized(dtype: .float64)
    let w = layer.weight.tensor.array.reshaped([6, 36])
    let difference = w.matmul(w.transposed()) - NDArray.identity(6, dtype: .float64)
    #expect(difference.absolute().maximum().item < 1e-13)
  }

  /// Values depend on seed and path: not on the other layers, nor on the order of drawing.
  @Test func drawsDependOnSeedAndPathAlone() {
    func weights(_ model: Sequential, _ seed: UInt64) -> [String: [Double]] {
      Dictionary(
        uniqueKeysWithValues: model.initialized(seed: seed).state.map {
          ($0.path, $0.array.doubles)
        })
    }
    let small = Sequential {
      Dense(4, 4)
      Dense(4, 4)
    }
    let large = Sequential {
      Dense(9, 4)
      Dense(4, 4)
      Dense(4, 2)
    }
    let a = weights(small, 1)
    #expect(a == weights(small, 1))
    #expect(a["layers.1.weight"] == weights(large, 1)["layers.1.weight"])
    #expect(a["layers.0.weight"] != a["layers.1.weight"])
    let b = weights(small, 2)
    #expect(a["layers.0.weight"] != b["layers.0.weight"])
    #expect(a["layers.0.bias"] == [0, 0, 0, 0])
    // Drawing again replaces what was there.
    var again = small.initialized(seed: 2)
    again.initialize(seed: 1)
    let fresh = small.initialized(seed: 1)
    #expect(again.state.map(\.array.doubles) == fresh.state.map(\.array.doubles))
  }

  @Test func distributionsSurviveTextAndBack() throws {
    let all = Self.rows.map(\.initializer) + [.orthogonal(gain: 1.5)]
    let text = try JSONEncoder().encode(all)
    #expect(try JSONDecoder().decode([Initializer].self, from: text) == all)
  }
}
