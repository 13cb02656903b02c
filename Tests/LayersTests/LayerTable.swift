import Foundation
import Layers
import TestSupport

/// A layer at one point: what it takes, gives and owns.
struct LayerRow: Sendable, CustomStringConvertible {
  /// The layer's struct.
  let kind: String
  let layer: AnyLayer
  let input: Shape
  let output: Shape
  /// Paths of the state, in order.
  var state: [String] = []
  /// Where the input is of int32: numbers from 0 up to, not including, this.
  var numbersBelow: Int?

  var description: String { "\(kind) \(input)" }

  init(
    _ layer: any Layer, _ input: Shape, _ output: Shape, _ state: [String] = [],
    numbersBelow: Int? = nil
  ) {
    kind = "\(type(of: layer))"
    self.layer = AnyLayer(layer)
    self.input = input
    self.output = output
    self.state = state
    self.numbersBelow = numbersBelow
  }

  /// An input, of `batch` samples where given.
  func inputArray(batch: Int? = nil, dtype: DType = .float64) -> NDArray {
    let shape = batch.map { Shape([$0] + input.dropFirst()) } ?? input
    if let numbersBelow { return TestArray.indices(shape, below: numbersBelow) }
    return TestArray.one(shape, seed: 3, dtype: dtype)
  }

  /// The layer with values that are all in use: no offset of 0 and no scale of 1.
  func initialized(dtype: DType = .float64) -> AnyLayer {
    var model = layer.initialized(seed: 7, dtype: dtype)
    var seed = 20
    model.forEachParameter {
      seed += 1
      $0.tensor = Tensor(TestArray.one($0.shape, seed: seed, in: -1.2...1.2, dtype: dtype))
    }
    model.forEachStatistic {
      seed += 1
      $0.array = TestArray.one($0.shape, seed: seed, in: 0.3...1.7, dtype: dtype)
    }
    return model
  }
}

/// Every layer. One without a row fails `everyLayerHasARow`.
enum LayerTable {
  private static let both = ["weight", "bias"]
  private static let statistics = ["weight", "bias", "running_mean", "running_var"]

  static let rows: [LayerRow] = [
    LayerRow(Dense(3, 5), [4, 3], [4, 5], both),
    LayerRow(Dense(3, 5, bias: false), [2, 6, 3], [2, 6, 5], ["weight"]),
    LayerRow(
      Embedding(count: 6, size: 4), [3, 2], [3, 2, 4], ["weight"], numbersBelow: 6),
    LayerRow(Conv2D(2, 3, kernel: 3), [2, 2, 5, 6], [2, 3, 3, 4], both),
    LayerRow(
      Conv2D(
        4, 6, kernel: [3, 2], stride: [2, 1], padding: [1, 2], dilation: [1, 2], groups: 2,
        bias: false), [2, 4, 5, 4], [2, 6, 3, 6], ["weight"]),
    LayerRow(ConvTranspose2D(3, 2, kernel: 2), [2, 3, 3, 2], [2, 2, 4, 3], both),
    LayerRow(
      ConvTranspose2D(
        4, 6, kernel: [3, 2], stride: [2, 3], padding: [1, 0], outputPadding: [1, 2], groups: 2,
        bias: false), [2, 4, 3, 2], [2, 6, 6, 7], ["weight"]),
    LayerRow(BatchNorm(3), [5, 3], [5, 3], statistics),
    LayerRow(BatchNorm(2), [3, 2, 4], [3, 2, 4], statistics),
    LayerRow(BatchNorm(3), [2, 3, 3, 2], [2, 3, 3, 2], statistics),
    LayerRow(LayerNorm([4]), [3, 4], [3, 4], both),
    LayerRow(LayerNorm([2, 3]), [2, 4, 2, 3], [2, 4, 2, 3], both),
    LayerRow(MaxPool2D(2), [2, 3, 4, 5], [2, 3, 2, 2]),
    LayerRow(
      MaxPool2D(window: [3, 2], stride: [1, 2], padding: [1, 0]), [1, 2, 4, 4], [1, 2, 4, 2]),
    LayerRow(MaxPool2D(3, stride: 2, roundsUp: true), [2, 2, 6, 5], [2, 2, 3, 2]),
    LayerRow(MaxPool2D(3, stride: 2, padding: 1, roundsUp: true), [1, 2, 4, 5], [1, 2, 3, 3]),
    LayerRow(AveragePool2D(2), [2, 3, 4, 5], [2, 3, 2, 2]),
    LayerRow(
      AveragePool2D(3, stride: 2, padding: 1, countsPadding: false), [1, 2, 5, 4], [1, 2, 3, 2]),
    LayerRow(AdaptiveAveragePool2D(size: [2, 3]), [2, 2, 5, 4], [2, 2, 2, 3]),
    LayerRow(AdaptiveAveragePool2D(2), [2, 2, 4, 6], [2, 2, 2, 2]),
    LayerRow(AdaptiveAveragePool2D(3), [1, 2, 1, 2], [1, 2, 3, 3]),
    LayerRow(AdaptiveAveragePool2D(2), [2, 2, 2, 2], [2, 2, 2, 2]),
    LayerRow(LocalResponseNorm(3, alpha: 0.4, k: 1), [2, 4, 2, 2], [2, 4, 2, 2]),
    LayerRow(LocalResponseNorm(2, alpha: 0.4, averages: true), [2, 3], [2, 3]),
    LayerRow(GlobalAveragePool2D(), [2, 3, 2, 3], [2, 3]),
    LayerRow(GlobalMaxPool2D(), [2, 3, 2, 3], [2, 3]),
    LayerRow(Flatten(), [3, 2, 2, 2], [3, 8]),
    LayerRow(Flatten(), [3, 4], [3, 4]),
    LayerRow(Dropout(0.4), [5, 6], [5, 6]),
    LayerRow(ReLU(), [2, 3, 2], [2, 3, 2]),
    LayerRow(ReLU6(), [2, 3, 2], [2, 3, 2]),
    LayerRow(LeakyReLU(slope: 0.2), [2, 3], [2, 3]),
    LayerRow(GELU(), [2, 3], [2, 3]),
    LayerRow(GELU(.tanh), [2, 3], [2, 3]),
    LayerRow(Sigmoid(), [2, 3], [2, 3]),
    LayerRow(Tanh(), [2, 3], [2, 3]),
    LayerRow(Softplus(), [2, 3], [2, 3]),
    LayerRow(Softmax(), [4, 5], [4, 5]),
    LayerRow(Softmax(axis: 1), [2, 3, 2], [2, 3, 2]),
    LayerRow(
      Sequential {
        Conv2D(1, 2, kernel: 3)
        BatchNorm(2)
        Tanh()
        Flatten()
        Dense(8, 3)
      }, [3, 1, 4, 4], [3, 3],
      [
        "layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias",
        "layers.1.running_mean", "layers.1.running_var", "layers.4.weight", "layers.4.bias",
      ]),
    LayerRow(
      Sequential(named: [
        "features": Sequential.numbered {
          Dense(3, 3)
          Tanh()
        },
        "": Sequential(named: ["inner": Dense(3, 2)]),
        "fc": Dense(2, 4),
      ]), [2, 3], [2, 4],
      [
        "features.0.weight", "features.0.bias", "inner.weight", "inner.bias", "fc.weight",
        "fc.bias",
      ]),
    LayerRow(
      Branches([Conv2D(2, 3, kernel: 1), Tanh()]), [2, 2, 3, 2], [2, 5, 3, 2],
      ["branches.0.weight", "branches.0.bias"]),
    LayerRow(
      Branches(
        named: ["": Sequential.numbered { Dense(3, 2) }, "side": Dense(3, 1, bias: false)],
        includesInput: true), [4, 3], [4, 6], ["0.weight", "0.bias", "side.weight"]),
    LayerRow(Auxiliary(Dense(3, 2)), [4, 3], [4, 3], both),
    LayerRow(
      Residual(
        Dense(4, 3), shortcut: Dense(4, 3, bias: false), bodyName: "", shortcutName: "downsample"),
      [3, 4], [3, 3], ["weight", "bias", "downsample.weight"]),
    LayerRow(
      Residual(Dense(4, 4)), [3, 4], [3, 4], ["body.weight", "body.bias"]),
    LayerRow(
      Residual(shortcut: Dense(4, 2, bias: false)) {
        Dense(4, 3)
        GELU()
        Dense(3, 2)
      }, [3, 4], [3, 2],
      [
        "body.layers.0.weight", "body.layers.0.bias", "body.layers.2.weight",
        "body.layers.2.bias", "shortcut.weight",
      ]),
    LayerRow(AnyLayer(Dense(3, 2)), [4, 3], [4, 2], both),
  ]

  /// The layers' structs, read from the sources.
  static func layers(here: String = #filePath) throws -> Set<String> {
    let root = URL(fileURLWithPath: here).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let folder = root.appendingPathComponent("Sources/Layers")
    var names: Set<String> = []
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    for case let file as URL in files! where file.pathExtension == "swift" {
      let text = try String(contentsOf: file, encoding: .utf8)
      for match in text.matches(of: /struct (\w+): Layer\b/) { names.insert(String(match.1)) }
    }
    return names
  }
}
