import Layers
import TestSupport
import Testing

@Suite struct DropoutTests {
  private func output(
    _ model: some Layer, seed: UInt64 = 1, step: UInt64 = 0, count: Int = 100_000,
    dtype: DType = .float32
  ) -> [Double] {
    var context = Context(.training, seed: seed, step: step)
    return model(Tensor(NDArray.ones([count], dtype: dtype)), &context).array.doubles
  }

  /// The share that is dropped is p within 5 standard errors; what is kept is 1/(1 − p) times as
  /// large, so that the mean stays.
  @Test(arguments: [0.1, 0.5, 0.9], [DType.float32, .float64])
  func rateAndExpectation(_ probability: Double, _ dtype: DType) {
    let y = output(Dropout(probability).initialized(), dtype: dtype)
    let count = Double(y.count)
    let dropped = Double(y.count { $0 == 0 }) / count
    let error = (probability * (1 - probability) / count).squareRoot()
    #expect(abs(dropped - probability) < 5 * error)
    let kept = 1 / (1 - probability)
    #expect(y.allSatisfy { $0 == 0 || abs($0 - kept) < 1e-6 * kept })
    #expect(abs(y.reduce(0, +) / count - 1) < 5 * error * kept + 1e-6)
  }

  @Test func evaluationPasses() {
    let x = Tensor(TestArray.one([4, 5]))
    var context = Context(.evaluation)
    #expect(Dropout(0.9).initialized()(x, &context).array.doubles == x.array.doubles)
    var training = Context(.training)
    #expect(Dropout(0).initialized()(x, &training).array.doubles == x.array.doubles)
  }

  /// The mask is fixed by seed, path and step.
  @Test func masks() {
    let layer = Dropout(0.5).initialized()
    let first = output(layer)
    #expect(output(layer) == first)
    #expect(output(layer, step: 1) != first)
    #expect(output(layer, seed: 2) != first)
    // The seed of the parameters has no part in it.
    #expect(output(Dropout(0.5).initialized(seed: 9)) == first)
    // Neighbouring steps have nothing to do with each other: they agree in half the places.
    let next = output(layer, step: 1)
    let agreeing = Double(zip(first, next).count { $0 == $1 }) / Double(first.count)
    #expect(abs(agreeing - 0.5) < 5 * 0.5 / Double(first.count).squareRoot())
  }

  /// Two layers in a network drop independently, as does one that is called twice.
  @Test func everyCallHasItsOwnMask() {
    let pair = Sequential {
      Dropout(0.5)
      Dropout(0.5)
    }.initialized()
    let both = output(pair)
    let share = Double(both.count { $0 != 0 }) / Double(both.count)
    #expect(abs(share - 0.25) < 5 * (0.25 * 0.75 / Double(both.count)).squareRoot())
    let layer = Dropout(0.5).initialized()
    var context = Context(.training, seed: 1)
    let ones = Tensor(NDArray.ones([1000]))
    let (first, second) = (layer(ones, &context).array, layer(ones, &context).array)
    #expect(first.doubles != second.doubles)
  }

  /// The gradient goes through the mask that the value went through.
  @Test func gradientUsesTheSameMask() {
    let layer = Dropout(0.3).initialized()
    let x = Tensor.variable(NDArray.ones([200], dtype: .float64))
    var context = Context(.training, seed: 4)
    let y = layer(x, &context)
    let gradient = gradients(of: y.sum(), withRespectTo: [x])[0].array
    #expect(gradient.doubles == y.array.doubles)
  }
}
