import Layers
import Testing

/// What layers and networks say to an input that they do not take.
@Suite struct ShapeErrorTests {
  struct Row: Sendable, CustomStringConvertible {
    let layer: any Layer
    let input: Shape
    let message: String

    init(_ layer: any Layer, _ input: Shape, _ message: String) {
      self.layer = layer
      self.input = input
      self.message = message
    }

    var description: String { message }
  }

  static let rows: [Row] = [
    Row(Dense(3, 2), [4, 5], "Dense: [4, 5] × [2, 3], expected [.., 3]"),
    Row(Dense(3, 2), [3], "Dense: [3] × [2, 3], expected [.., 3]"),
    Row(Embedding(count: 5, size: 2), [], "Embedding: [], expected [N, ..] of numbers"),
    Row(
      Conv2D(3, 4, kernel: 3), [2, 3, 8],
      "convolution: [2, 3, 8] × [4, 3, 3, 3], expected [N, C, H, W] and [O, C/groups, h, w]"),
    Row(
      Conv2D(3, 4, kernel: 3), [2, 1, 8, 8],
      "convolution: [2, 1, 8, 8] × [4, 3, 3, 3], 1 channels, but the weight takes 3 × 1 groups"),
    Row(
      Conv2D(1, 4, kernel: 5), [2, 1, 4, 8],
      "convolution: [2, 1, 4, 8] × [4, 1, 5, 5], a window of 5 on 4 rows"),
    Row(
      Conv2D(1, 4, kernel: 3, padding: 1, dilation: 4), [2, 1, 8, 6],
      "convolution: [2, 1, 8, 6] × [4, 1, 3, 3], a window of 9 on 8 columns"),
    Row(
      Conv2D(1, 4, kernel: 3, stride: 0), [2, 1, 8, 8],
      "convolution: [2, 1, 8, 8] × [4, 1, 3, 3], "
        + "stride [0, 0], padding [0, 0], dilation [1, 1], groups 1"),
    Row(
      ConvTranspose2D(3, 4, kernel: 2), [2, 2, 5, 5],
      "transposed convolution: [2, 2, 5, 5] × [3, 4, 2, 2], 2 channels, but the weight takes 3"),
    Row(
      ConvTranspose2D(3, 4, kernel: 2, outputPadding: 1), [2, 3, 5, 5],
      "transposed convolution: [2, 3, 5, 5] × [3, 4, 2, 2], "
        + "output padding [1, 1] with stride [1, 1]"),
    Row(
      ConvTranspose2D(3, 4, kernel: 1, padding: 1), [2, 3, 2, 2],
      "transposed convolution: [2, 3, 2, 2] × [3, 4, 1, 1], the result would have size 0"),
    Row(BatchNorm(3), [3], "BatchNorm: [3], expected [N, 3, ..]"),
    Row(BatchNorm(3), [2, 4, 5, 5], "BatchNorm: [2, 4, 5, 5], expected [N, 3, ..]"),
    Row(LayerNorm([4, 5]), [2, 5], "LayerNorm: [2, 5], expected the last axes to be [4, 5]"),
    Row(LayerNorm([4]), [2, 5], "LayerNorm: [2, 5], expected the last axes to be [4]"),
    Row(MaxPool2D(2), [2, 3], "pooling: [2, 3], expected [N, C, H, W]"),
    Row(MaxPool2D(3), [2, 3, 4, 2], "pooling: [2, 3, 4, 2], a window of 3 on 2 columns"),
    Row(
      AveragePool2D(2, padding: 2), [2, 3, 4, 4],
      "pooling: [2, 3, 4, 4], window [2, 2], stride [2, 2], padding [2, 2]"),
    Row(
      MaxPool2D(3, stride: 2, roundsUp: true), [2, 3, 4, 1],
      "pooling: [2, 3, 4, 1], a window of 3 on 1 columns"),
    Row(
      AdaptiveAveragePool2D(2), [2, 3, 4],
      "AdaptiveAveragePool2D: [2, 3, 4], expected [N, C, H, W] with at least one row and column"),
    Row(
      AdaptiveAveragePool2D(2), [2, 3, 4, 0],
      "AdaptiveAveragePool2D: [2, 3, 4, 0], expected [N, C, H, W] with at least one row and column"),
    Row(LocalResponseNorm(), [2], "LocalResponseNorm: [2], expected [N, C, ..]"),
    Row(
      Branches([Conv2D(2, 3, kernel: 3), Conv2D(2, 3, kernel: 1)]), [1, 2, 4, 4],
      "Branches: [1, 3, 2, 2] × [1, 3, 4, 4], "
        + "the branches' outputs differ in more than their channels"),
    Row(
      Branches([GlobalAveragePool2D()], includesInput: true), [1, 2, 4, 4],
      "Branches: [1, 2, 4, 4] × [1, 2], the branches' outputs differ in more than their channels"),
    Row(Auxiliary(Dense(3, 2)), [4, 5], "Dense: [4, 5] × [2, 3], expected [.., 3]"),
    Row(GlobalAveragePool2D(), [2, 3], "GlobalAveragePool2D: [2, 3], expected [N, C, H, W]"),
    Row(GlobalMaxPool2D(), [2, 3, 4], "GlobalMaxPool2D: [2, 3, 4], expected [N, C, H, W]"),
    Row(Flatten(), [], "Flatten: [], expected [N, ..]"),
    Row(
      Residual(Dense(4, 3)), [2, 4],
      "Residual: [2, 3] × [2, 4], the branch and the shortcut have different shapes"),
    Row(
      Residual(Dense(4, 3), shortcut: Dense(4, 2)), [2, 4],
      "Residual: [2, 3] × [2, 2], the branch and the shortcut have different shapes"),
    Row(
      Residual(Dense(4, 4), shortcut: Dense(3, 4)), [2, 4],
      "Dense: [2, 4] × [4, 3], expected [.., 3]"),
  ]

  @Test(arguments: rows)
  func outputShapeRefuses(_ row: Row) {
    let error = #expect(throws: ShapeError.self) { try row.layer.outputShape(row.input) }
    #expect(error?.description == row.message)
  }

  /// A summary also says which layer it was.
  @Test func summariesNameTheLayer() {
    let networks: [(any Layer, Shape, String)] = [
      (Dense(3, 2), [4, 5], "Dense: [4, 5] × [2, 3], expected [.., 3]"),
      (
        Sequential {
          Dense(5, 4)
          ReLU()
          Dense(3, 2)
        }, [4, 5], "layers.2 (Dense): [4, 4] × [2, 3], expected [.., 3]"
      ),
      (
        Sequential {
          Flatten()
          Residual {
            Dense(5, 4)
            Dense(4, 3)
          }
        }, [4, 5],
        "layers.1 (Residual): [4, 3] × [4, 5], the branch and the shortcut have different shapes"
      ),
      (
        Sequential {
          Residual(shortcut: Conv2D(2, 3, kernel: 1)) {
            Tanh()
            Conv2D(1, 3, kernel: 3, padding: 1)
          }
        }, [4, 2, 5, 5],
        "layers.0.body.layers.1 (convolution): [4, 2, 5, 5] × [3, 1, 3, 3], "
          + "2 channels, but the weight takes 1 × 1 groups"
      ),
      (
        Sequential(named: [
          "mixed": Branches(named: [
            "": Sequential(named: ["pool": MaxPool2D(2)]), "conv": Conv2D(2, 2, kernel: 5),
          ])
        ]), [4, 2, 4, 4],
        "mixed.conv (convolution): [4, 2, 4, 4] × [2, 2, 5, 5], a window of 5 on 4 rows"
      ),
      (
        Sequential(named: ["mixed": Branches([MaxPool2D(2), Tanh()])]), [4, 2, 4, 4],
        "mixed (Branches): [4, 2, 2, 2] × [4, 2, 4, 4], "
          + "the branches' outputs differ in more than their channels"
      ),
    ]
    for (network, input, message) in networks {
      let error = #expect(throws: ShapeError.self) { try network.summary(input: input) }
      #expect(error?.description == message)
    }
  }

  @Test func layersThatCannotBe() async {
    let groups = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = Conv2D(3, 4, kernel: 3, groups: 2) }
    let convolution = "Conv2D: 3 channels, 4 filters, kernel [3, 3], 2 groups"
    #expect(groups?.errorText.contains(convolution) == true)
    let transposed = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = ConvTranspose2D(4, 3, kernel: 3, groups: 2) }
    let message = "ConvTranspose2D: 4 channels, 3 filters, kernel [3, 3], 2 groups"
    #expect(transposed?.errorText.contains(message) == true)
    let adaptive = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = AdaptiveAveragePool2D(0) }
    let size = "AdaptiveAveragePool2D: size [0, 0], expected [rows, columns] of at least 1"
    #expect(adaptive?.errorText.contains(size) == true)
    let normalization = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = LocalResponseNorm(0) }
    let constants = "LocalResponseNorm: size 0, alpha 0.0001, k 2.0, expected at least 1"
    #expect(normalization?.errorText.contains(constants) == true)
    let branches = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = Branches([]) }
    #expect(branches?.errorText.contains("Branches: none, expected at least one") == true)
    let auxiliary = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = Auxiliary(ReLU(), weight: -1) }
    #expect(auxiliary?.errorText.contains("Auxiliary: weight -1.0, expected at least 0") == true)
    let name = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = Sequential(named: ["conv": Tanh(), "fc": ReLU()])["head"] }
    #expect(name?.errorText.contains("Sequential: no layer 'head' among conv, fc") == true)
    let rounding = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Tensor(NDArray.zeros([1, 1, 4, 4])).averagePool(
        PoolingGeometry(window: [3, 3], stride: [2, 2], roundsUp: true))
    }
    #expect(rounding?.errorText.contains("only a maximum rounds sizes up") == true)
    let dropout = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = Dropout(1) }
    let probability = "Dropout: probability 1.0 of dropping, expected 0 ≤ p < 1"
    #expect(dropout?.errorText.contains(probability) == true)
    let values = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var layer = Dense(3, 2).initialized()
      layer.weight.tensor = Tensor(NDArray.zeros([3, 2]))
    }
    let shapes = "parameter weight: values of shape [3, 2], expected [2, 3]"
    #expect(values?.errorText.contains(shapes) == true)
  }
}
