import Models
import TestSupport
import Testing

/// The examples of the module's article and of documentation comments.
@Suite struct ExampleTests {
  @Test func anotherClassifier() throws {
    // <example>
    var model = resNet(.layers18)
    model["fc"] = Dense(512, 10)  // another task's classes
    model.initialize(seed: 0)
    // </example>
    #expect(model.state.last!.array.shape == [10])
    #expect(model.parameterCount == 11_689_512 - 513 * 990)
  }

  @Test func headsInTraining() throws {
    let model = Sequential(named: [
      "aux": Auxiliary(Dense(4, 3)), "fc": Dense(4, 3),
    ]).initialized()
    let images = Tensor(TestArray.one([2, 4], dtype: .float32))
    let labels = NDArray([Int32(0), 2])
    var context = Context(.training)
    // <example>
    let (loss, gradients) = valueWithGradients(of: model, &context) { model, context in
      let scores = model(images, &context)
      return context.totalLoss(of: scores) { crossEntropy(logits: $0, labels: labels) }
    }
    // </example>
    #expect(loss.item > 0)
    #expect(gradients["aux.weight"]!.doubles.contains { $0 != 0 })
  }

  @Test func names() {
    // <example>
    let model = Sequential(named: [
      "features": Sequential.numbered {  // features.0.weight
        Conv2D(3, 8, kernel: 3)
        ReLU()
      },
      "pool": GlobalAveragePool2D(),
      "fc": Dense(8, 10),
    ])
    // </example>
    #expect(
      model.initialized().state.map(\.path)
        == ["features.0.weight", "features.0.bias", "fc.weight", "fc.bias"])
  }
}
