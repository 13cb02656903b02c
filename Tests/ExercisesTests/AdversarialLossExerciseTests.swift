import Exercises
import Explain
import Foundation
import Testing

/// A GAN's losses as cross-entropies of logits, gradients by central differences, and the best
/// discriminator's value by entropies.
private func plainAdversarial(_ problem: AdversarialLossProblem) -> (String) -> [Double]? {
  func sigmoid(_ a: Double) -> Double { (1 + tanh(a / 2)) / 2 }
  let key = PlainKey { work in
    guard let discriminator = problem.discriminator else { return }
    var (real, fake): ([Double], [Double])
    switch discriminator {
    case .logits(let a, let b): (real, fake) = (a, b)
    // D = (1 + tanh(a/2))/2, so a = 2·artanh(2D − 1).
    case .outputs(let a, let b):
      (real, fake) = (a.map { 2 * atanh(2 * $0 - 1) }, b.map { 2 * atanh(2 * $0 - 1) })
    }
    func mean(_ terms: [Double]) -> Double { terms.reduce(0, +) / Double(terms.count) }
    let dReal = work.name("D.real", work.name("d.real", real).map(sigmoid))
    let dFake = work.name("D.fake", work.name("d.fake", fake).map(sigmoid))
    let value = work.name("V", mean(dReal.map { log($0) }) + mean(dFake.map { log(1 - $0) }))
    _ = work.name("LD", -value)
    for (prefix, isModified) in [("s.", false), ("m.", true)] {
      let d = work.name(prefix + "D", work.name(prefix + "a", fake).map(sigmoid))
      _ = work.name(
        prefix + "L", isModified ? -mean(d.map { log($0) }) : mean(d.map { log(1 - $0) }))
    }
  }
  /// −Σ p ln p
  func entropy(_ p: [Double]) -> Double { p.reduce(0) { $0 - ($1 > 0 ? $1 * log($1) : 0) } }
  var best: [String: [Double]] = [:]
  if let p = problem.dataDistribution, let q = problem.modelDistribution {
    let divergence =
      entropy(zip(p, q).map { ($0 + $1) / 2 }) - entropy(p) / 2 - entropy(q) / 2
    best = [
      "best": zip(p, q).map { 1 / (1 + $1 / $0) }, "JS": [divergence],
      "Vbest": [2 * divergence - log(4)],
    ]
  }
  return { name in
    guard name.hasPrefix("∂") else { return best[name] ?? key.numbers[name] }
    let by = String(name.dropFirst())
    let loss = by.hasPrefix("s.") ? "s.L" : by.hasPrefix("m.") ? "m.L" : "LD"
    return key.derivative(of: loss, by: by)
  }
}

@Suite("Exercises of adversarial losses")
struct AdversarialLossExerciseTests {
  @Test("keys agree with cross-entropies of logits, central differences and entropies")
  func keys() throws {
    try verifyKeys(.adversarialLoss, count: 20, plainAdversarial)
  }

  @Test("planted slips are named")
  func slips() throws { try plantSlips(.adversarialLoss, questions: 10) }
}

@Suite("Verify exercises of adversarial losses", .enabled(if: verifiesExercises))
struct VerifyAdversarialLossExerciseTests {
  @Test("1,000 keys")
  func keys() throws {
    try verifyKeys(.adversarialLoss, count: 1000, seed: 12, plainAdversarial)
  }
}
