import Explain
import Testing

/// What the course's notes and the mathematics say of single problems.
@Suite struct WorkedProblemFacts {
  private func result(_ name: String, of solution: Solution) throws -> [Double] {
    try #require(solution.results.first { $0.name == name }?.value.elements)
  }

  /// The notes' exercise: nodes 1–2–3.
  @Test func pathOfThreeNodes() throws {
    let solution = try GraphConvolutionProblem(edges: [.init(1, 2), .init(2, 3)])
      .solved(ExplainOptions())
    #expect(try result("adjacency", of: solution) == [0, 1, 0, 1, 0, 1, 0, 1, 0])
    #expect(try result("adjacency-with-self-loops", of: solution) == [1, 1, 0, 1, 1, 1, 0, 1, 1])
    #expect(try result("degree-with-self-loops", of: solution) == [2, 0, 0, 0, 3, 0, 0, 0, 2])
    #expect(try result("laplacian", of: solution) == [1, -1, 0, -1, 2, -1, 0, -1, 1])
  }

  /// Other numbers for the nodes put the output's rows into another order and change nothing else.
  @Test func relabellingPermutesTheOutput() throws {
    let order = [2, 0, 3, 1]  // node k becomes order[k]
    let edges = [(1, 2, 1.0), (1, 3, 2), (3, 4, 0.5)]
    let features = [[1, 0.5], [-1, 2], [0.3, 0.7], [2, -0.4]]
    let weights = [[[0.5, -1], [1, 0.25]]]
    var moved = features
    for (node, place) in order.enumerated() { moved[place] = features[node] }
    let plain = try GraphConvolutionProblem(
      edges: edges.map { .init($0.0, $0.1, weight: $0.2) }, features: features, weights: weights
    ).solved(ExplainOptions())
    let other = try GraphConvolutionProblem(
      edges: edges.map { .init(order[$0.0 - 1] + 1, order[$0.1 - 1] + 1, weight: $0.2) },
      features: moved, weights: weights
    ).solved(ExplainOptions())
    let (a, b) = (try result("output", of: plain), try result("output", of: other))
    for (node, place) in order.enumerated() {
      for column in 0..<2 { #expect(abs(a[node * 2 + column] - b[place * 2 + column]) < 1e-14) }
    }
  }

  @Test(arguments: [([0, 0, 0, 1], true), ([0, 1, 1, 1], true), ([0, 1, 1, 0], false)])
  func whatAPerceptronCanLearn(targets: [Int], converges: Bool) throws {
    let solution = try PerceptronProblem(
      inputs: [[0, 0], [0, 1], [1, 0], [1, 1]], targets: targets, iterations: 30
    ).solved(ExplainOptions())
    #expect(try result("converged", of: solution) == [converges ? 1 : 0])
    if converges {
      #expect(try result("accuracy", of: solution) == [1])
    } else {
      #expect(try result("accuracy-bound", of: solution) == [0.75])
    }
  }

  @Test func klIsNothingForTheStandardNormal() throws {
    let solution = try VariationalLossProblem(mean: [0, 0], spread: .standardDeviation([1, 1]))
      .solved(ExplainOptions())
    #expect(try result("kl", of: solution) == [0])
    #expect(try result("gradient.mean", of: solution) == [0, 0])
    #expect(try result("gradient.log-variance", of: solution) == [0, 0])
  }

  @Test func equalDistributionsAreTheEquilibrium() throws {
    let solution = try AdversarialLossProblem(
      dataDistribution: [0.25, 0.75], modelDistribution: [0.25, 0.75]
    ).solved(ExplainOptions())
    #expect(try result("best-discriminator", of: solution) == [0.5, 0.5])
    #expect(abs(try result("best-value", of: solution)[0] + 1.3862943611198906) < 1e-15)
  }

  @Test func oneNewtonStepReachesAQuadraticsMinimum() throws {
    let solution = try NewtonProblem(
      "x^2 + x*y + 2*y^2 - 3*x", values: [("x", 10), ("y", -7)]
    ).solved(ExplainOptions())
    let points = try result("points", of: solution)
    #expect(abs(points[2] - 12.0 / 7) < 1e-14 && abs(points[3] + 3.0 / 7) < 1e-14)
  }

  /// Both routes of the notes agree, each on the transposed data's own side of the choice.
  @Test func theTrickGivesTheCovariancesEigenvalues() throws {
    let data = [[1.0, 0, 2, 2, 0], [2, 1, 0, 1, 3], [0, 2, 4, 3, 0]]
    let trick = try PrincipalComponentProblem(data, divisor: .n).solved(ExplainOptions())
    // A sample repeated makes more samples than dimensions, which takes the other route.
    let plain = try PrincipalComponentProblem(data + data, divisor: .n).solved(ExplainOptions())
    for name in ["eigenvalues", "components", "explained-variance-ratio"] {
      let (a, b) = (try result(name, of: trick), try result(name, of: plain))
      #expect(a.count == b.count)
      for (x, y) in zip(a, b) { #expect(abs(x - y) < 1e-12, "\(name)") }
    }
  }

  /// At a rectifier's kink the solution says so and its check still passes.
  @Test func aKinkIsReported() throws {
    let solution = try GraphConvolutionProblem(
      edges: [.init(1, 2)], features: [[1], [-1]], weights: [[[1]]], targets: [[0], [1]]
    ).solved(ExplainOptions())
    #expect(!solution.check.kinks.isEmpty)
    #expect(solution.check.passed)
  }
}
