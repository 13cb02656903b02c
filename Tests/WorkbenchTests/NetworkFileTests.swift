import Foundation
import TestSupport
import Testing
import Workbench

@Suite("Network files")
struct NetworkFileTests {
  static let leNet = """
    name: lenet-by-hand
    input: [1, 32, 32]
    layers:
      - conv2d: {filters: 6, kernel: 5}
      - tanh
      - average-pool: 2
      - conv2d: {filters: 16, kernel: 5}
      - tanh
      - average-pool: 2
      - conv2d: {filters: 120, kernel: 5}
      - tanh
      - flatten
      - dense: 84
      - tanh
      - dense: 10
    """

  static let everything = """
    # Each kind of layer, and each way to write it.
    input: [2, 16, 16]
    loss: cross-entropy
    layers:
      - conv2d: {filters: 8, kernel: [3, 5], stride: [1, 2], padding: [1, 2], dilation: 1,
                 groups: 2, bias: false, initializer: he-normal}
      - batch-norm
      - relu
      - conv-transpose2d: {filters: 4, kernel: 2, stride: 2, output-padding: 1}
      - batch-norm: {momentum: 0.2, epsilon: 1e-4}
      - leaky-relu: 0.2
      - residual:
          layers:
            - conv2d: {filters: 6, kernel: 3, padding: 1, initializer: {normal: [0, 0.1]}}
            - gelu
          shortcut:
            - conv2d: {filters: 6, kernel: 1, initializer: {uniform: [-0.1, 0.1]}}
      - residual: {layers: [{conv2d: {filters: 6, kernel: 1, initializer: {constant: 0}}}]}
      - max-pool: {window: 3, stride: 2, padding: 1}
      - average-pool: {window: [2, 2], count-padding: false}
      - local-response-norm
      - branches:
          - - conv2d: {filters: 2, kernel: 1}
            - relu6
          - [conv2d: {filters: 3, kernel: 3, padding: 1}, local-response-norm: {size: 3, averages: true}]
          - [max-pool: {window: 3, stride: 1, padding: 1}]
      - adaptive-average-pool: [4, 3]
      - layer-norm
      - gelu: tanh
      - global-average-pool
      - flatten
      - dropout: 0.1
      - dense: {units: 12, bias: false, initializer: orthogonal}
      - sigmoid
      - softplus
      - layer-norm: {epsilon: 0.001}
      - dense: 10
      - softmax
    """

  @Test("LeNet-5 as a file has the zoo's parameters and trains to the same bits")
  func leNet5() throws {
    let network = try Network("lenet.yaml", text: Self.leNet, sample: nil, classes: 10)
    #expect(network.name == "lenet-by-hand")
    #expect(network.layers.parameterCount == 61_706)
    let scratch = try ScratchFolder()
    func train(_ model: String, _ name: String) throws -> [[UInt64]] {
      var run = try TrainRun(
        TrainRequest(model: model, epochs: 1, limitTrain: 96), out: scratch(name))
      _ = try run.run { _ in }
      let checkpoint = try #require(
        try RunFolder(scratch(name)).checkpoints.latest())
      return (checkpoint.model.map(\.array) + checkpoint.optimizer.map(\.array))
        .map { $0.doubles.map(\.bitPattern) }
    }
    let file = try scratch.write("lenet.yaml", Self.leNet)
    #expect(try train(file, "a") == train("lenet5", "b"))
  }

  @Test("each kind of layer, shapes inferred")
  func allKinds() throws {
    let network = try Network("all.yaml", text: Self.everything, sample: nil, classes: 10)
    #expect(network.name == "all")
    let summary = try network.layers.summary(input: [1, 2, 16, 16])
    #expect(
      summary.rows.map {
        "\($0.kind) \($0.output.dropFirst().map(String.init).joined(separator: "×"))"
      }
        == [
          "Conv2D 8×16×8", "BatchNorm 8×16×8", "ReLU 8×16×8", "ConvTranspose2D 4×33×17",
          "BatchNorm 4×33×17", "LeakyReLU 4×33×17", "Conv2D 6×33×17", "GELU 6×33×17",
          "Conv2D 6×33×17", "Conv2D 6×33×17", "MaxPool2D 6×17×9", "AveragePool2D 6×8×4",
          "LocalResponseNorm 6×8×4", "Conv2D 2×8×4", "ReLU6 2×8×4", "Conv2D 3×8×4",
          "LocalResponseNorm 3×8×4", "MaxPool2D 6×8×4", "AdaptiveAveragePool2D 11×4×3",
          "LayerNorm 11×4×3", "GELU 11×4×3", "GlobalAveragePool2D 11", "Flatten 11", "Dropout 11",
          "Dense 12", "Sigmoid 12", "Softplus 12", "LayerNorm 12", "Dense 10", "Softmax 10",
        ])
    var context = Context(.training)
    let model = network.layers.initialized()
    let output = model(Tensor(TestArray.several([[3, 2, 16, 16]], dtype: .float32)[0]), &context)
    #expect(output.shape == [3, 10])
    #expect(output.array.doubles.allSatisfy { $0.isFinite })
  }

  @Test("a table looked up, and a global maximum")
  func remaining() throws {
    let table = try NetworkFile(
      text: "layers: [embedding: {count: 50, size: 4}, flatten, dense: 2]", file: "t.yaml")
    #expect(try table.layers(for: [7]).outputShape([3, 7]) == [3, 2])
    let pool = try NetworkFile(
      text: "layers: [global-max-pool, flatten, dense: 2]", file: "t.yaml")
    #expect(try pool.layers(for: [3, 5, 5]).outputShape([2, 3, 5, 5]) == [2, 2])
  }

  @Test("a file is trained without Swift")
  func trains() throws {
    let scratch = try ScratchFolder()
    let file = try scratch.write(
      "tiny.yaml", "layers: [flatten, dense: 32, relu, dropout: 0.1, dense: 10]")
    var run = try TrainRun(
      TrainRequest(model: file, epochs: 8, learningRate: 0.01, limitTrain: 400),
      out: scratch("run"))
    let result = try run.run { _ in }
    #expect(try #require(result.test).accuracy > 0.85)
    // The run keeps the text: the file may go.
    try FileManager.default.removeItem(atPath: file)
    let again = try EvaluateRun.perform(run: scratch("run"), data: nil)
    #expect(again.metrics.accuracy == result.test?.accuracy)
  }

  private func message(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "no error"
    } catch let error as WorkbenchError {
      return error.description
    } catch {
      return "not a WorkbenchError: \(error)"
    }
  }

  @Test("what is wrong is told with its place", arguments: NetworkFileErrors.rows)
  func errors(_ row: NetworkFileErrors.Row) {
    let text = row.layers.map { "input: [1, 8, 8]\nlayers:\n" + $0 } ?? row.text
    let found = message {
      _ = try Network("net.yaml", text: text, sample: [1, 8, 8], classes: 10)
    }
    #expect(found == row.message)
  }

  @Test("a file of other bytes than UTF-8, a folder, a large file")
  func files() throws {
    let scratch = try ScratchFolder()
    let latin = try scratch.write("a.yaml", [0x6e, 0x61, 0x6d, 0x65, 0x3a, 0x20, 0xe9])
    #expect(
      message { _ = try NetworkFile(path: latin) }
        == "\(latin): found bytes that are not UTF-8, expected a YAML text")
    #expect(
      message { _ = try NetworkFile(path: scratch.path) }
        == "\(scratch.path): found a folder, expected a file")
    let large = try scratch.write("b.yaml", String(repeating: "#", count: 2 << 20))
    #expect(message { _ = try NetworkFile(path: large) }.contains("expected at most 1048576"))
  }

  @Test("a short text that would unfold to a huge one is refused at its first alias")
  func bomb() {
    var text = "a0: &a0 [x, x]\n"
    for level in 1...40 {
      text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n"
    }
    #expect(
      message { _ = try NetworkFile(text: text + "layers: *a40", file: "net.yaml") }
        == "net.yaml: line 2: found the alias '*a0', which is not read here: "
        + "write out what it stands for")
  }

  @Test(
    "nesting without end",
    arguments: ["[", "{a: ", "- ", "? ", "- residual: {layers: [", "[{", "\"[", "!!seq ["])
  func nesting(_ unit: String) {
    for count in [50, 999, 5_000, 50_000] {
      let text = "layers:\n  " + String(repeating: unit, count: count)
      let found = message {
        _ = try NetworkFile(text: text, file: "net.yaml").layers(for: [1, 8, 8])
      }
      #expect(found.hasPrefix("net.yaml"), "\(found)")
    }
    var block = ""
    for level in 0..<300 { block += String(repeating: " ", count: level) + "a:\n" }
    #expect(message { _ = try NetworkFile(text: block, file: "net.yaml") }.hasPrefix("net.yaml"))
  }

  @Test("network names, which name folders, are plain")
  func names() throws {
    for name in ["../up", "a/b", ".hidden", "a\\nb", String(repeating: "x", count: 65), ""] {
      let text = "name: \"\(name)\"\nlayers: [flatten, dense: 10]"
      #expect(
        message { _ = try NetworkFile(text: text, file: "net.yaml") }.hasSuffix(
          "expected 1 to 64 letters, digits, spaces and - _ . +, the first no dot"), "\(name)")
    }
    for name in ["net", "Größe 2", "网络", "a.b-c_d+e"] {
      let text = "name: \(name)\nlayers: [flatten, dense: 10]"
      #expect(try NetworkFile(text: text, file: "net.yaml").name == name)
    }
  }
}
