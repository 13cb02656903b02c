#if OneDNN
  import Models
  import Testing

  /// Images stay in blocks of channels through whole networks, forward and backward.
  @Suite("Layouts of the zoo", .serialized)
  struct ZooLayoutTests {
    /// Conversions of images between layouts that a training step takes, after one that settles the
    /// parameters' layouts.
    private func conversions(_ model: Sequential, side: Int) -> Int {
      let x = Tensor(NDArray.uniform([2, 3, side, side], in: -1..<1, key: RandomKey(seed: 1)))
      let model = model.initialized(seed: 2)
      var last = 0
      for step in 0..<2 {
        let before = Compute.layoutConversions
        var context = Context(.training, step: UInt64(step))
        _ = valueWithGradients(of: model, &context) { model, context in
          model(x, &context).squared().sum()
        }
        last = Compute.layoutConversions - before
      }
      return last
    }

    // Their convolutions' three passes are 60 to 360. On so small images the last layers' are products
    // of rows, which larger ones do not have; processors with other blocks may differ by a few.
    @Test(arguments: [
      ("resnet20", 32, 12), ("resnet18", 64, 10), ("resnet50", 64, 8), ("googlenet-plain", 64, 16),
      ("densenet121", 64, 38), ("inception3-plain", 79, 50),
    ])
    func conversionsOfAStep(_ name: String, side: Int, most: Int) {
      let model = ZooModel.named(name).make(10)
      let found = conversions(model, side: side)
      #expect(found <= most, "\(name): \(found)")
    }
  }
#endif
