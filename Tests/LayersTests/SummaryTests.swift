import Layers
import TestSupport
import Testing

@Suite struct SummaryTests {
  private static func leNet5() -> Sequential {
    Sequential {
      Conv2D(1, 6, kernel: 5)
      Tanh()
      AveragePool2D(2)
      Conv2D(6, 16, kernel: 5)
      Tanh()
      AveragePool2D(2)
      Conv2D(16, 120, kernel: 5)
      Tanh()
      Flatten()
      Dense(120, 84)
      Tanh()
      Dense(84, 10)
    }
  }

  /// Each number by hand from LeCun et al. 1998, section II.B.
  @Test func leNet5ByHand() throws {
    let summary = try Self.leNet5().summary(input: [7, 1, 32, 32])
    #expect(summary.rows.map(\.path) == (0..<12).map { "layers.\($0)" })
    #expect(
      summary.rows.map(\.kind) == [
        "Conv2D", "Tanh", "AveragePool2D", "Conv2D", "Tanh", "AveragePool2D", "Conv2D", "Tanh",
        "Flatten", "Dense", "Tanh", "Dense",
      ])
    #expect(
      summary.rows.map(\.output) == [
        [7, 6, 28, 28], [7, 6, 28, 28], [7, 6, 14, 14], [7, 16, 10, 10], [7, 16, 10, 10],
        [7, 16, 5, 5], [7, 120, 1, 1], [7, 120, 1, 1], [7, 120], [7, 84], [7, 84], [7, 10],
      ])
    #expect(
      summary.rows.map(\.parameters) == [156, 0, 0, 2416, 0, 0, 48120, 0, 0, 10164, 0, 850])
    #expect(summary.parameters == 61_706)
    #expect(Self.leNet5().parameterCount == 61_706)
    // 28·28·6·25, 10·10·16·(6·25), 120·(16·25), 120·84, 84·10.
    #expect(
      summary.rows.map(\.multiplyAdds)
        == [117_600, 0, 0, 240_000, 0, 0, 48_000, 0, 0, 10_080, 0, 840])
    #expect(summary.multiplyAdds == 416_520)
    let fields = summary.rows.map { $0.receptiveField![0] }
    #expect(fields == [5, 5, 6, 14, 14, 16, 32, 32, 32, 32, 32, 32])
    #expect(summary.rows.allSatisfy { $0.receptiveField?[0] == $0.receptiveField?[1] })
    #expect(
      summary.activations
        == 2 * 4704 + 1176 + 2 * 1600 + 400 + 2 * 120 + 120 + 84 + 84 + 10)
    #expect(summary.output == [7, 10])
  }

  /// A receptive field said is one found: the input elements on which an output element depends.
  @Test func receptiveFieldsAreThoseOfTheGradient() throws {
    let model = Sequential {
      Conv2D(1, 2, kernel: [3, 2], dilation: [2, 1])
      MaxPool2D(window: [2, 3], stride: [2, 1])
      Residual(Conv2D(2, 2, kernel: 3, padding: 1))
      AveragePool2D(window: [2, 2], stride: [1, 2])
    }.initialized(dtype: .float64)
    // An average in the place of the maximum, so that every element counts.
    var dense = model
    dense.layers[1] = AveragePool2D(window: [2, 3], stride: [2, 1])
    let input: Shape = [1, 1, 30, 30]
    let said = try model.summary(input: input).rows.last!.receptiveField!
    let x = Tensor.variable(TestArray.one(input))
    var context = Context()
    let y = dense(x, &context)
    var pick = [Double](repeating: 0, count: y.elementCount)
    let middle = y.shape[2] / 2 * y.shape[3] + y.shape[3] / 2
    pick[middle] = 1
    let gradient = gradients(
      of: y, withRespectTo: [x], upstream: Tensor(pick, shape: y.shape))[0].array.doubles
    let touched = gradient.indices.filter { gradient[$0] != 0 }
    let rows = touched.map { $0 / 30 }
    let columns = touched.map { $0 % 30 }
    #expect(rows.max()! - rows.min()! + 1 == said[0])
    #expect(columns.max()! - columns.min()! + 1 == said[1])
  }

  /// Flattening an image sees all of it; a global pool too.
  @Test func wholeImages() throws {
    for end in [Flatten() as any Layer, GlobalAveragePool2D(), GlobalMaxPool2D()] {
      let model = Sequential([Conv2D(3, 4, kernel: 3), MaxPool2D(2), end])
      let summary = try model.summary(input: [1, 3, 20, 14])
      #expect(summary.rows.map(\.receptiveField) == [[3, 3], [4, 4], [20, 14]])
    }
  }

  /// Windows of adaptive pooling begin at unequal distances where sizes do not divide; all of them
  /// together see the image, no more and no less.
  @Test func unevenWindows() throws {
    func fields(_ layers: [any Layer], _ input: Shape) throws -> [[Int]?] {
      try Sequential(layers).summary(input: input).rows.map(\.receptiveField)
    }
    // 14 × 13 elements that see 3 × 3 each; windows of up to 4 × 4 at steps of up to 4.
    let pooled: [any Layer] = [Conv2D(1, 2, kernel: 3), AdaptiveAveragePool2D(4)]
    let input: Shape = [1, 1, 16, 15]
    #expect(
      try fields(pooled + [Conv2D(2, 2, kernel: 1), Flatten()], input)
        == [[3, 3], [6, 6], [6, 6], [16, 15]])
    #expect(try fields(pooled + [GlobalAveragePool2D()], input).last == [16, 15])
    #expect(try fields(pooled + [AdaptiveAveragePool2D(1), Flatten()], input).last == [16, 15])
    #expect(
      try fields(pooled + [Conv2D(2, 2, kernel: 4), Flatten()], input).suffix(2)
        == [[16, 15], [16, 15]])
    // To more elements than there are: 2 rows as 3, 2 columns as 5.
    #expect(
      try fields([AdaptiveAveragePool2D(size: [3, 5]), Flatten()], [1, 1, 2, 2])
        == [[2, 2], [2, 2]])
  }

  /// Branches start where the others do, and the largest field goes on; a head beside the network
  /// is counted, and nothing goes on from it.
  @Test func branchesAndHeads() throws {
    let model = Sequential(named: [
      "unit": Branches(named: [
        "one": Conv2D(2, 3, kernel: 1),
        "five": Sequential.numbered {
          Conv2D(2, 1, kernel: 3, padding: 1)
          Conv2D(1, 1, kernel: 3, padding: 1)
        },
      ]),
      "head": Auxiliary(
        Sequential.numbered {
          MaxPool2D(4)
          GlobalAveragePool2D()
          Dense(4, 2)
        }),
      "pool": AdaptiveAveragePool2D(2),
    ])
    let summary = try model.summary(input: [1, 2, 12, 12])
    #expect(
      summary.rows.map(\.path)
        == ["unit.one", "unit.five.0", "unit.five.1", "head.0", "head.1", "head.2", "pool"])
    // 5 from the branch; the head's pooling sees 4 more at a time, then all; 6 × 6 windows.
    #expect(
      summary.rows.map { $0.receptiveField![0] } == [1, 3, 5, 8, 16, 16, 10])
    #expect(summary.output == [1, 4, 2, 2])
    #expect(summary.parameters == 9 + 19 + 10 + 10)
    #expect(model.parameterCount == summary.parameters)
  }

  /// What files can ask for is told without a receptive field rather than counted wrongly.
  @Test("fields beyond counting are none", arguments: [(4096, 6), (2, 62)])
  func beyondCounting(window: Int, layers: Int) throws {
    let summary = try Sequential(
      (0..<layers).map { _ in MaxPool2D(window, stride: window, padding: window / 2) }
    ).summary(input: [1, 1, 28, 28])
    #expect(summary.rows[0].receptiveField == [window, window])
    #expect(summary.rows.last?.receptiveField == nil)
  }

  /// Inputs that are no images have no receptive field; branches have names of their own.
  @Test func pathsOfBranches() throws {
    let model = Sequential {
      Residual(shortcut: Dense(4, 2)) {
        Dense(4, 3)
        Sequential {
          Tanh()
          Dense(3, 2)
        }
      }
      Softmax()
    }
    let summary = try model.summary(input: [5, 4])
    #expect(
      summary.rows.map(\.path) == [
        "layers.0.body.layers.0", "layers.0.body.layers.1.layers.0",
        "layers.0.body.layers.1.layers.1", "layers.0.shortcut", "layers.1",
      ])
    #expect(summary.rows.map(\.multiplyAdds) == [12, 0, 6, 8, 0])
    #expect(summary.rows.allSatisfy { $0.receptiveField == nil })
    #expect(try Dense(4, 2).summary(input: [5, 4]).rows.map(\.path) == [""])
  }

  /// Multiply-adds of what LeNet-5 has not, by hand.
  @Test func multiplyAdds() throws {
    let rows: [(any Layer, Shape, Int)] = [
      (Dense(3, 5), [2, 7, 3], 7 * 15),
      (Conv2D(4, 6, kernel: [3, 2], groups: 2), [2, 4, 5, 4], 6 * 3 * 3 * (2 * 6)),
      // Each input element meets every tap of its group's filters.
      (ConvTranspose2D(4, 6, kernel: 3, stride: 2, groups: 2), [2, 4, 5, 5], 100 * 3 * 9),
      (BatchNorm(4), [2, 4, 5, 5], 0),
    ]
    for (layer, input, expected) in rows {
      #expect(try layer.summary(input: input).multiplyAdds == expected, "\(layer.kind)")
    }
  }

  /// A network of 4 TB is described without a byte for its parameters.
  @Test func aHugeNetworkIsDescribedWithoutMemory() async {
    await #expect(processExitsWith: .success) {
      let before = MemoryPool.shared.statistics
      let model = Sequential {
        Conv2D(100_000, 100_000, kernel: 9)
        BatchNorm(100_000)
        Residual(Conv2D(100_000, 100_000, kernel: 3, padding: 1))
        GlobalAveragePool2D()
        Dense(100_000, 1_000_000)
      }
      let summary = try model.summary(input: [1_000, 100_000, 64, 64])
      let copy = model
      guard copy.parameterCount == summary.parameters,
        summary.parameters == 1_000_001_400_000,
        summary.output == [1_000, 1_000_000],
        MemoryPool.shared.statistics == before
      else { fatalError("\(summary.parameters), \(MemoryPool.shared.statistics)") }
    }
  }
}
