import Testing
import Workbench

/// Wrong network files and what is said of them.
enum NetworkFileErrors {
  struct Row: Sendable, CustomTestStringConvertible {
    var text = ""
    /// The list of layers, where the rest of the file is right.
    var layers: String?
    let message: String

    var testDescription: String { layers ?? text }
  }

  static let kinds =
    "dense, conv2d, conv-transpose2d, max-pool, average-pool, global-max-pool, "
    + "global-average-pool, adaptive-average-pool, batch-norm, layer-norm, local-response-norm, "
    + "dropout, flatten, embedding, residual, branches, sigmoid, tanh, relu, relu6, leaky-relu, "
    + "gelu, softplus, softmax"
  static let convolutionKeys =
    "filters, kernel, stride, padding, dilation, groups, bias, initializer"

  private static func layers(_ text: String, _ message: String) -> Row {
    Row(layers: text, message: "net.yaml: " + message)
  }

  private static func whole(_ text: String, _ message: String) -> Row {
    Row(text: text, message: "net.yaml" + message)
  }

  static let rows: [Row] = [
    // The file
    whole("", ": found nothing, expected a YAML text"),
    whole("# only a comment", ": found nothing, expected a YAML text"),
    whole("relu", ": found 'relu', expected a mapping with name, input, layers, loss"),
    whole("- relu", ": found a list, expected a mapping with name, input, layers, loss"),
    whole("name: x", ": 'layers' is missing"),
    whole(
      "layer: [relu]",
      ": unknown key 'layer'; did you mean layers? known: name, input, layers, loss"),
    whole("zzz: 1", ": unknown key 'zzz'; known: name, input, layers, loss"),
    whole("layers: []", ": layers (line 1): found a list, expected at least one layer"),
    whole("layers: relu", ": layers (line 1): found 'relu', expected a list of layers"),
    whole("layers:", ": layers (line 1): found nothing, expected a list of layers"),
    whole(
      "loss: mse\nlayers: [relu]",
      ": loss (line 1): found 'mse', expected one of cross-entropy, perceptron"),
    whole(
      "input: [1, 8]\nlayers: [relu]",
      ": input (line 1): found a list, expected [features] or [channels, rows, columns]"),
    whole(
      "input: [0, 8, 8]\nlayers: [relu]",
      ": input[0] (line 1): found '0', expected a whole number from 1 to 1000000"),
    whole(
      "input: [1000000, 1000000, 1000000]\nlayers: [relu]",
      ": input (line 1): found a list, expected at most 1000000000 numbers a sample"),
    whole(
      "layers: &a [relu]\nloss: *a",
      ": line 2: found the alias '*a', which is not read here: write out what it stands for"),
    // Layers
    layers(
      "  - rellu", "layers[0] (line 3): unknown layer 'rellu'; did you mean relu? known: \(kinds)"),
    layers("  - quux", "layers[0] (line 3): unknown layer 'quux'; known: \(kinds)"),
    layers(
      "  - dense",
      "layers[0] (line 3): dense: found input [1, 1, 8, 8], "
        + "expected [N, features]; put 'flatten' before it"),
    layers("  - flatten\n  - dense", "layers[1] (line 4): found 'dense', expected dense: units"),
    layers(
      "  - flatten\n  - dense: {bias: true}", "layers[1].dense (line 4): 'units' is missing"),
    layers(
      "  - flatten\n  - dense: many",
      "layers[1].dense (line 4): found 'many', expected a whole number from 1 to 1000000"),
    layers(
      "  - flatten\n  - dense: -5",
      "layers[1].dense (line 4): found '-5', expected a whole number from 1 to 1000000"),
    layers(
      "  - flatten\n  - dense: 99999999999999999999",
      "layers[1].dense (line 4): found '99999999999999999999', "
        + "expected a whole number from 1 to 1000000"),
    layers(
      "  - flatten\n  - dense: {units: 10, unit: 3}",
      "layers[1].dense (line 4): unknown key 'unit'; did you mean units? "
        + "known: units, bias, initializer"),
    layers(
      "  - flatten\n  - dense: {units: 10, bias: yes}",
      "layers[1].dense.bias (line 4): found 'yes', expected true or false"),
    Row(
      layers: "  - flatten\n  - dense: 12",
      message: "net: the last layer gives [1, 12], but the data has 10 classes: expected [1, 10]"),
    layers(
      "  - conv2d",
      "layers[0] (line 3): found 'conv2d', "
        + "expected conv2d: {filters: …, kernel: …}"),
    layers("  - conv2d: {filters: 4}", "layers[0].conv2d (line 3): 'kernel' is missing"),
    layers(
      "  - conv2d: {filters: 4, kernel: 9}",
      "layers[0] (line 3): convolution: [1, 1, 8, 8] × [4, 1, 9, 9], a window of 9 on 8 rows"),
    layers(
      "  - conv2d: {filters: 4, kernel: 3, groups: 2}",
      "layers[0].conv2d.groups (line 3): found '2', "
        + "expected a number that divides 1 input channels and 4 filters"),
    layers(
      "  - conv2d: {filters: 4, kernel: [3, 3, 3]}",
      "layers[0].conv2d.kernel (line 3): found a list, expected two whole numbers"),
    layers(
      "  - conv2d: {filters: 4, kernel: 3, step: 2}",
      "layers[0].conv2d (line 3): unknown key 'step'; known: \(convolutionKeys)"),
    layers("  - max-pool: {stride: 2}", "layers[0].max-pool (line 3): 'window' is missing"),
    layers(
      "  - relu: 3\n    tanh: 1",
      "layers[0] (line 3): found a mapping, expected a layer such as 'relu' or 'dense: 10'"),
    layers(
      "  - dropout: 1.5",
      "layers[0].dropout (line 3): found '1.5', expected a number from 0.0 to 0.999"),
    layers(
      "  - dropout: nan",
      "layers[0].dropout (line 3): found 'nan', expected a number from 0.0 to 0.999"),
    layers(
      "  - residual: {layers: [{conv2d: {filters: 2, kernel: 3}}]}",
      "layers[0] (line 3): Residual: [1, 2, 6, 6] × [1, 1, 8, 8], "
        + "the branch and the shortcut have different shapes"),
    layers(
      "  - branches: [[relu], [{conv2d: {filters: 2, kernel: 3}}]]",
      "layers[0] (line 3): Branches: [1, 1, 8, 8] × [1, 2, 6, 6], "
        + "the branches' outputs differ in more than their channels"),
    layers(
      "  - branches: [relu]",
      "layers[0].branches[0] (line 3): found 'relu', expected a list of layers"),
    layers(
      "  - branches: []", "layers[0].branches (line 3): found a list, expected at least one branch"),
    layers(
      "  - branches",
      "layers[0] (line 3): found 'branches', expected branches: [[…], […]]"),
    layers(
      "  - adaptive-average-pool: 0",
      "layers[0].adaptive-average-pool (line 3): found '0', expected a whole number from 1 to 4096"),
    layers(
      "  - local-response-norm: {k: 0}",
      "layers[0].local-response-norm.k (line 3): found '0', expected a number from 1e-12 to "
        + "1000000.0"),
    layers(
      "  - residual: {layers: [{dense: 3}]}",
      "layers[0].residual.layers[0] (line 3): dense: found input [1, 1, 8, 8], "
        + "expected [N, features]; put 'flatten' before it"),
    layers(
      "  - flatten\n  - dense: {units: 10, initializer: xavier}",
      "layers[1].dense.initializer (line 4): found 'xavier', expected one of zeros, ones, "
        + "xavier-uniform, xavier-normal, he-normal, he-uniform, inverse-root-uniform, "
        + "orthogonal, or {constant: c}, {uniform: [low, high]}, {normal: [mean, deviation]}"),
    layers(
      "  - flatten\n  - dense: {units: 10, initializer: {uniform: [1, 0]}}",
      "layers[1].dense.initializer.uniform (line 4): found a list, "
        + "expected [low, high] with low below high"),
    Row(
      layers: "  - flatten\n  - embedding: {count: 3, size: 2}\n  - flatten\n  - dense: 10",
      message:
        "net: layers.1 is an embedding, which takes whole numbers, but the data set's samples are "
        + "measurements"),
    // Memory
    layers(
      "  - flatten\n  - dense: 1000000\n  - dense: 1000000",
      "layers[2] (line 5): with this layer the network has more than 2000000000 parameters"),
    layers(
      "  - conv2d: {filters: 1000000, kernel: 4096, padding: 4096}",
      "layers[0] (line 3): with this layer the network has more than 2000000000 parameters"),
    layers(
      "  - conv-transpose2d: {filters: 100, kernel: 1, stride: 4096}",
      "layers[0] (line 3): found an output of shape [1, 100, 28673, 28673], "
        + "expected at most 1000000000 numbers a sample"),
  ]
}
