import Exercises
import Explain
import Foundation
import Testing

/// The encoding by turning: each place is the one before, turned by ω; ω by the exponential.
private func turnedEncoding(_ problem: PositionalEncodingProblem) -> (String) -> [Double]? {
  let pairs = problem.dimensions / 2
  let speeds = (0..<pairs).map {
    exp(-2 * Double($0) / Double(problem.dimensions) * log(problem.base))
  }
  var (sines, cosines): ([Double], [Double]) = ([], [])
  var (s, c) = (speeds.map { _ in 0.0 }, speeds.map { _ in 1.0 })
  for _ in 0..<problem.positions {
    sines += s
    cosines += c
    for pair in 0..<pairs {
      // cos ω and sin ω by halves: sin ω = 2t/(1 + t²) with t = tan(ω/2).
      let t = tan(speeds[pair] / 2)
      let (sine, cosine) = (2 * t / (1 + t * t), (1 - t * t) / (1 + t * t))
      (s[pair], c[pair]) = (s[pair] * cosine + c[pair] * sine, c[pair] * cosine - s[pair] * sine)
    }
  }
  let numbers = ["ω": speeds, "S": sines, "C": cosines]
  return { name in
    guard name == "he" || name == "ho", let rows = problem.embeddings else { return numbers[name] }
    let offset = name == "he" ? 0 : 1
    let own = rows.flatMap { row in (0..<pairs).map { row[2 * $0 + offset] } }
    return zip(own, name == "he" ? sines : cosines).map(+)
  }
}

@Suite("Exercises of positional encodings")
struct PositionalEncodingExerciseTests {
  @Test("keys agree with the encoding by turning")
  func keys() throws { try verifyKeys(.positionalEncoding, count: 20, turnedEncoding) }

  @Test("planted slips are named")
  func slips() throws { try plantSlips(.positionalEncoding, questions: 10) }
}

@Suite("Verify exercises of positional encodings", .enabled(if: verifiesExercises))
struct VerifyPositionalEncodingExerciseTests {
  @Test("1,000 keys")
  func keys() throws { try verifyKeys(.positionalEncoding, count: 1000, seed: 12, turnedEncoding) }
}
