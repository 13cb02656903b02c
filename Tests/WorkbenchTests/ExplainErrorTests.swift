import Testing
import Workbench

/// What is said about problems that cannot be read or worked out.
@Suite struct ExplainErrorTests {
  static let network = """
    kind: network
    input: [[1.0, 2.0]]
    target: [[1.0]]
    layers:
      - dense: {weight: [[0.5, 0.1]], activation: sigmoid}
    loss: half-squared-error

    """

  static let cases: [(text: String, message: String)] = [
    ("", "problem: found nothing, expected a YAML text"),
    ("kind: netwrok", "problem: kind (line 1): unknown kind 'netwrok'; did you mean network?"),
    ("input: [[1]]", "problem: 'kind' is missing; known: network"),
    (
      network + "los: 3", "problem: unknown key 'los'; did you mean loss?"
    ),
    (
      network.replacing("[[0.5, 0.1]]", with: "[[0.5]]"),
      "problem: layers[0].dense.weight[0] (line 5): found 1 numbers, expected 2, one for each input"
    ),
    (
      network.replacing("[[1.0]]", with: "[[1.0, 0.0]]"),
      "problem: target[0] (line 3): found 2 numbers, expected 1, one for each output"
    ),
    (
      network.replacing("sigmoid", with: "sigmod"),
      "problem: layers[0].dense.activation (line 5): unknown activation 'sigmod'; did you mean sigmoid"
    ),
    (
      network.replacing("weight: [[0.5, 0.1]]", with: "units: 10000"),
      "problem: layers[0] (line 5): found 10000 units, which is too large to show: at most 64"
    ),
    (
      network.replacing("weight: [[0.5, 0.1]]", with: "units: 100"),
      "found 100 units, which is too large to show: at most 64"
    ),
    (
      network + "regularization: [{parameter: layers.1.weight, l1: 0.1}]",
      "problem: regularization[0].parameter (line 7): unknown parameter 'layers.1.weight'; known: "
        + "layers.0.weight"
    ),
    (
      network + "optimizer: {name: adm}",
      "problem: optimizer.name (line 7): unknown optimizer 'adm'; did you mean adam?"
    ),
    (
      network + "optimizer: {name: sgd, beta1: 0.9}",
      "problem: optimizer.beta1 (line 7): sgd has no 'beta1'"
    ),
    (
      network.replacing("half-squared-error", with: "binary-cross-entropy")
        .replacing("[[0.5, 0.1]]", with: "[[-500, -500]]"),
      "L is inf, expected a finite number; the loss takes the logarithm of a probability that has "
        + "become 0"
    ),
    (
      network.replacing("half-squared-error", with: "cross-entropy")
        .replacing("[[1.0]]", with: "[[0.5]]"),
      "problem: target[0] (line 3): found [0.5], expected probabilities that add up to 1"
    ),
    (
      network.replacing("half-squared-error", with: "cross-entropy")
        .replacing("[[0.5, 0.1]]", with: "[[500, 500], [0, 1]]")
        .replacing("[[1.0]]", with: "[[1, 0]]").replacing("sigmoid", with: "softmax"),
      "layers[0] (line 5): softmax of 1500.0 in iteration 1, whose exponential float64 cannot hold"
    ),
    (
      "kind: batch-norm\ninput: [[1, 2], [1, 3]]\nepsilon: 0",
      "problem: epsilon (line 3): found 0, expected above 0: unit 1 has variance 0"
    ),
    (
      "kind: expression\nexpression: x + * y\nat: {x: 1, y: 2}",
      "problem: expression (line 2): expected a number, a name or '(', found '*'\n  x + * y\n      ^"
    ),
    (
      "kind: expression\nexpression: x / y\nat: {x: 1, y: 0}",
      "the result of divide, is inf, expected a finite number"
    ),
    (
      "kind: expression\nexpression: matmul(a, b)\nat: {a: [[1, 2]], b: [[1, 2]]}",
      "matmul: [1, 2] and [1, 2]: inner sizes 2 and 1 differ"
    ),
    (
      "kind: expression\nexpression: foo(x)\nat: {x: 1}", "unknown function 'foo'; known: abs"
    ),
    (
      "kind: expression\nexpression: x * z\nat: {x: 1}",
      "at (line 3): found no value for 'z', expected one for each variable"
    ),
    (
      "kind: expression\nexpression: x * 2\nat: {x: [1, 2]}",
      "the result has shape [2], expected a scalar, which alone has a gradient: put sum(…) around it"
    ),
    (
      "kind: softmax\nlogits: [1000, 1]",
      "problem: logits (line 2): found 1000.0, whose exponential float64 cannot hold"
    ),
    (
      "kind: convolution\ninput: [[1, 2], [3, 4]]\nkernel: [[1, 2, 3], [1, 2, 3], [1, 2, 3]]",
      "problem: kernel (line 3): found a filter that reaches over 3 rows for an image of 2"
    ),
    (
      "kind: dropout\nactivations: [1, 2]\nmask: [1]\nkeep: 0.5",
      "problem: mask (line 3): expected 2 ones and zeros, one a unit"
    ),
  ]

  @Test(arguments: cases) func saysWhereAndWhat(_ text: String, _ message: String) {
    do {
      _ = try Explanation(text: text, name: "problem").solved()
      Issue.record("no error, expected: \(message)")
    } catch {
      #expect("\(error)".contains(message), "\(error)")
    }
  }

  @Test func trapsAreNamed() throws {
    let kinks = try Explanation(example: "relu-at-zero").solved().check.kinks
    #expect(kinks.count >= 2)
  }
}
