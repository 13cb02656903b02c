import Exercises
import Testing

@Suite("Keys and slips of the kinds")
struct KeyTests {
  static let oracles: [KeyOracle] = [
    .network, .softmax, .batchNorm, .dropout, .convolution, .pooling, .perceptron, .optimizer,
    .newton, .linearAlgebra, .principalComponents, .expression,
  ]

  @Test("every asked number by another way", arguments: oracles.indices)
  func keys(index: Int) throws {
    try KeyCheck.check(Self.oracles[index], questions: 20)
  }

  @Test("every slip that is planted is named, none on a right sheet", arguments: oracles.indices)
  func slips(index: Int) throws { try plantSlips(Self.oracles[index].kind, questions: 6) }
}

@Suite("Verify keys of the kinds", .enabled(if: KeyCheck.isVerifying, "set GRADUS_VERIFY=1"))
struct VerifyKeyTests {
  @Test("a thousand exercises a kind by another way", arguments: KeyTests.oracles.indices)
  func keys(index: Int) throws {
    try KeyCheck.check(KeyTests.oracles[index], questions: 1000)
  }

  @Test(arguments: KeyTests.oracles.indices)
  func slips(index: Int) throws { try plantSlips(KeyTests.oracles[index].kind, questions: 20) }
}
