import Testing
import Workbench

/// Problems that cannot be worked out, with a part of the message each.
@Suite struct WorkedProblemErrors {
  struct Case: Sendable, CustomStringConvertible {
    let problem: String
    let message: String
    var description: String { problem }

    init(_ problem: String, _ message: String) {
      self.problem = problem
      self.message = message
    }
  }

  static let cases = [
    Case("{kind: gcn, edges: []}", "found no edge"),
    Case("{kind: gcn, edges: [[1, 1]]}", "self-loops are added"),
    Case("{kind: gcn, edges: [[1, 2], [2, 1]]}", "a second time"),
    Case("{kind: gcn, edges: [[1, 9]]}", "too large to show: at most 8"),
    Case("{kind: gcn, edges: [[1, 2]], nodes: 10000}", "10000 nodes, which is too large"),
    Case("{kind: gcn, edges: [[1, 3]], nodes: 2}", "found node 3, expected 1 to 2"),
    Case("{kind: gcn, edges: [[1, 2, 0]]}", "expected a number above 0"),
    Case("{kind: gcn, edges: [[1, 2]], features: [[1]]}", "found 1 rows, expected 2"),
    Case("{kind: gcn, edges: [[1, 2]], weights: [[[1]]]}", "found 1 rows, expected 2"),
    Case("{kind: gcn, edges: [[1, 2]], target: [[1], [0]]}", "targets without weights"),
    Case(
      "{kind: gcn, edges: [[1, 2]], weights: [[[1], [1]]], target: [[], []]}",
      "found no node with a target"),
    Case(
      "{kind: gcn, edges: [[1, 2]], weights: [[[1], [1]]], output: softmax, target: [[2], [1]]}",
      "expected probabilities"),
    Case(
      "{kind: gcn, edges: [[1, 2]], features: [[1000], [1]], weights: [[[5]]], output: softmax}",
      "beyond double precision"),
    Case("{kind: gcn, edges: [[1, 2]], features: [[1e9], [1]]}", "from -1000 to 1000"),
    Case("{kind: linear-algebra, matrix: [[1, 2], [3]]}", "found 1 numbers, expected 2"),
    Case("{kind: linear-algebra, matrix: []}", "at least one row"),
    Case("{kind: linear-algebra, matrix: [[1, 2]], tasks: [determinant]}", "expected a square"),
    Case("{kind: linear-algebra, matrix: [[1]], tasks: [product]}", "needs a second matrix"),
    Case(
      "{kind: linear-algebra, matrix: [[1, 2]], second: [[1]]}", "found 1 rows, expected 2"),
    Case("{kind: linear-algebra, matrix: [[1]], tasks: [inverse, inverse]}", "a second time"),
    Case("{kind: linear-algebra, matrix: [[1]], tasks: [determinan]}", "did you mean determinant"),
    Case("{kind: linear-algebra, matrix: [[1, 2, 3, 4, 5, 6]]}", "too large to show"),
    Case("{kind: perceptron, inputs: [[1], [2]], targets: [1]}", "found 1 targets, expected 2"),
    Case("{kind: perceptron, inputs: [[1]], targets: [2]}", "found 2, expected 0 or 1"),
    Case("{kind: perceptron, inputs: [[1]], targets: [1], weights: [1, 2]}", "found 2 weights"),
    Case("{kind: perceptron, inputs: [[1]], targets: [1], learning-rate: 0}", "above 0"),
    Case("{kind: perceptron, inputs: [[1]], targets: [1], iterations: 900}", "too large to show"),
    Case("{kind: kl, mean: [1]}", "'log-variance' is missing"),
    Case("{kind: kl, mean: [1], log-variance: [0, 1]}", "found 2 numbers, expected 1"),
    Case("{kind: kl, mean: [1], log-variance: [90]}", "logarithm of the variance"),
    Case("{kind: kl, mean: [1], standard-deviation: [0]}", "expected 0.0001 to 10000"),
    Case(
      "{kind: kl, mean: [1], log-variance: [0], standard-deviation: [1]}", "expected one of them"),
    Case("{kind: kl, mean: [1], log-variance: [0], input: [1]}", "belong together"),
    Case(
      "{kind: kl, mean: [1], log-variance: [0], input: [1], decoder: {weight: [[1]]}}",
      "'noise' is missing"),
    Case(
      "{kind: kl, mean: [1], log-variance: [0], input: [1], reconstruction: [1]}",
      "above 0 and below 1"),
    Case(
      "{kind: kl, mean: [1], log-variance: [0], noise: [0], input: [1, 0], "
        + "decoder: {weight: [[1]]}}", "found 1×1, expected 2×1"),
    Case("{kind: gan}", "neither the discriminator's outputs"),
    Case("{kind: gan, real: [0.5]}", "'fake' is missing"),
    Case("{kind: gan, real: [1], fake: [0.5]}", "above 0 and below 1"),
    Case("{kind: gan, real-logits: [99], fake-logits: [0]}", "expected -10 to 10"),
    Case("{kind: gan, data: [0.5, 0.5], model: [1]}", "found 1 points, expected 2"),
    Case("{kind: gan, data: [0.5, 0.4], model: [0.5, 0.5]}", "expected 1 for a distribution"),
    Case("{kind: gan, data: [1, 0], model: [1, 0]}", "D* is 0/0"),
    Case(
      "{kind: fgsm, input: [1], epsilon: 0.1, layers: [{dense: {weight: [[1], [2]]}}]}",
      "expected softmax"),
    Case(
      "{kind: fgsm, input: [1], epsilon: 0.1, layers: [{dense: {weight: [[1]], activation: sigmoid}}]}",
      "'label' is missing"),
    Case(
      "{kind: fgsm, input: [1, 2], label: 0, epsilon: 0.1, "
        + "layers: [{dense: {weight: [[1]], activation: sigmoid}}]}",
      "rows of 1 numbers, expected 2"),
    Case(
      "{kind: fgsm, input: [1], label: 2, epsilon: 0.1, "
        + "layers: [{dense: {weight: [[1]], activation: sigmoid}}]}", "found 2, expected 0 to 1"),
    Case("{kind: fgsm, input: [1], epsilon: 0, layers: [{dense: {weight: [[1]]}}]}", "above 0"),
    Case(
      "{kind: fgsm, input: [1], epsilon: 1, steps: 2, layers: [{dense: {weight: [[1]]}}]}",
      "use method: iterative"),
    Case("{kind: fgsm, input: [1], epsilon: 1, layers: [relu]}", "expected a dense layer"),
    Case(
      "{kind: fgsm, input: [5], epsilon: 1, range: [0, 1], layers: [{dense: {weight: [[1]]}}]}",
      "outside the range"),
    Case("{kind: newton, expression: x^2, at: {y: 1}}", "found no value for 'x'"),
    Case("{kind: newton, expression: x^2 +, at: {x: 1}}", "the expression ends"),
    Case("{kind: newton, expression: 3 * x, at: {x: 1}}", "the Hessian is singular"),
    Case("{kind: newton, expression: \"max(x, 1)\", at: {x: 1}}", "has no second derivative here"),
    Case("{kind: newton, expression: log(x), at: {x: 0}}", "expected a finite number"),
    Case("{kind: newton, expression: a + b + c + d, at: {a: 1, b: 1, c: 1, d: 1}}", "at most 3"),
    Case("{kind: pca, data: [[1, 2]]}", "found 1 sample"),
    Case("{kind: pca, data: [[1, 2], [1, 2]]}", "variance is 0"),
    Case("{kind: pca, data: [[1, 2], [3, 4]], components: 3}", "expected 1 to"),
    Case("{kind: pca, data: [[1, 2], [3, 4]], divisor: 7}", "unknown divisor"),
  ]

  @Test(arguments: cases) func theMessageSaysWhatIsWrong(_ item: Case) throws {
    var message = ""
    do {
      _ = try Explanation(text: item.problem, name: "problem").solved()
    } catch {
      message = "\(error)"
    }
    #expect(message.contains(item.message), "found: \(message)")
  }
}
