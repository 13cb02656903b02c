import Labs
import Testing

@Suite struct PerceptronRuleTests {
  private static let cases = [[0.0, 0], [0, 1], [1, 0], [1, 1]]

  private func samples(_ targets: [Int]) -> [[Double]] {
    zip(Self.cases, targets).map { PerceptronRule.signed($0, isPositive: $1 == 1) }
  }

  /// The first pass over AND by hand: at weights of zero every sample is on the border and counts
  /// as wrong, until the weights have moved.
  @Test func firstPassOfAND() {
    var rule = PerceptronRule(inputs: 2)
    // (0,0): w becomes (0,0,−1), which has (0,1) and (1,0) right, and not (1,1): (1,1,0).
    #expect(rule.pass(samples([0, 0, 0, 1])) == 2)
    #expect(rule.weights == [1, 1, 0] && rule.updates == 2)
  }

  @Test(arguments: [[0, 0, 0, 1], [0, 1, 1, 1], [1, 1, 1, 0], [1, 0, 0, 0]])
  func convergesWithinTheBound(_ targets: [Int]) {
    let samples = samples(targets)
    var rule = PerceptronRule(inputs: 2)
    for _ in 0..<100 { _ = rule.pass(samples) }
    #expect(rule.accuracy(samples) == 1)
    let (radius, margin) = PerceptronRule.extent(of: samples)
    #expect(Double(rule.updates) <= (radius / margin) * (radius / margin))
  }

  @Test func neverHasXOR() {
    let samples = samples([0, 1, 1, 0])
    var rule = PerceptronRule(inputs: 2)
    for _ in 0..<100 {
      #expect(rule.pass(samples) > 0)
      #expect(rule.accuracy(samples) <= 0.75)
    }
  }

  /// Points at (±2, 0) with signs ±: signed they are (2, 0, 1) and (2, 0, −1), whose hull is
  /// nearest to the origin at (2, 0, 0).
  @Test func largestMargin() {
    let samples = [
      PerceptronRule.signed([2, 0], isPositive: true),
      PerceptronRule.signed([-2, 0], isPositive: false),
    ]
    let (radius, margin) = PerceptronRule.extent(of: samples)
    #expect(abs(radius - 5.0.squareRoot()) < 1e-12)
    #expect(abs(margin - 2) < 1e-9)
  }
}
