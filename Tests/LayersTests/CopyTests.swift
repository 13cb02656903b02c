import Layers
import TestSupport
import Testing

/// A layer is a value: copies train apart.
@Suite struct CopyTests {
  private static func network() -> Sequential {
    Sequential {
      Dense(3, 4)
      BatchNorm(4)
      Residual(Dense(4, 4))
      LayerNorm([4])
    }.initialized(seed: 1)
  }

  /// One step of gradient descent in place, statistics included.
  private static func train(_ model: inout Sequential, seed: Int) {
    var context = Context(.training)
    let x = Tensor(TestArray.one([6, 3], seed: seed, dtype: .float32))
    let (_, gradients) = valueWithGradients(of: model, &context) { model, context in
      (model(x, &context) - 1).squared().sum()
    }
    model.forEachParameter { parameter in
      let gradient = gradients[parameter.path]!.floats
      parameter.withMutableArray { array in
        array.withMutableElements(as: Float.self) { elements in
          for index in elements.indices { elements[index] -= 0.1 * gradient[index] }
        }
      }
    }
    model.apply(statisticsOf: context)
  }

  private static func numbers(_ model: Sequential) -> [String: [Double]] {
    Dictionary(uniqueKeysWithValues: model.state.map { ($0.path, $0.array.doubles) })
  }

  @Test func trainingACopyLeavesTheOriginal() {
    let original = Self.network()
    let before = Self.numbers(original)
    var copy = original
    Self.train(&copy, seed: 1)
    #expect(Self.numbers(original) == before)
    let after = Self.numbers(copy)
    #expect(after.keys.sorted() == before.keys.sorted())
    for (path, values) in after { #expect(values != before[path], "\(path) did not change") }
  }

  @Test func trainingTheOriginalLeavesTheCopy() {
    var original = Self.network()
    let copy = original
    let before = Self.numbers(copy)
    Self.train(&original, seed: 1)
    #expect(Self.numbers(copy) == before)
    #expect(Self.numbers(original) != before)
  }

  /// Two copies that see the same become the same, whichever goes first.
  @Test func copiesThatSeeTheSameBecomeTheSame() {
    var a = Self.network()
    Self.train(&a, seed: 1)
    var b = a
    Self.train(&a, seed: 2)
    Self.train(&a, seed: 3)
    Self.train(&b, seed: 2)
    Self.train(&b, seed: 3)
    #expect(Self.numbers(a) == Self.numbers(b))
  }

  /// What `state` gave is a value too.
  @Test func aStateTakenBeforeStays() {
    var model = Self.network()
    let state = model.state
    let before = state.map(\.array.doubles)
    Self.train(&model, seed: 1)
    #expect(state.map(\.array.doubles) == before)
  }

  /// Taking gradients leaves the model untracked and its numbers alone.
  @Test func gradientsLeaveTheModel() {
    let model = Self.network()
    let before = Self.numbers(model)
    var context = Context(.training)
    _ = valueWithGradients(of: model, &context) { model, context in
      model(Tensor(TestArray.one([2, 3], dtype: .float32)), &context).sum()
    }
    #expect(Self.numbers(model) == before)
    var copy = model
    copy.forEachParameter { #expect(!$0.tensor.isTracked) }
  }
}
