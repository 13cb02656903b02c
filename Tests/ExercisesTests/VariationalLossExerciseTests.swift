import Exercises
import Explain
import Foundation
import Testing

/// ∫ q ln(q/p) for q = N(μ, σ²) and p = N(0, 1), by Simpson's rule over μ ± 12σ.
private func divergence(_ mean: Double, _ deviation: Double) -> Double {
  let steps = 600
  let width = 24 / Double(steps)
  return (0...steps).reduce(0) { sum, step in
    let u = -12 + width * Double(step)
    let z = mean + deviation * u
    let density = exp(-u * u / 2) / (2 * Double.pi).squareRoot()
    let ratio = -log(deviation) - u * u / 2 + z * z / 2
    let weight = step == 0 || step == steps ? 1.0 : step % 2 == 1 ? 4 : 2
    return sum + weight * width / 3 * density * ratio
  }
}

/// The loss of a variational autoencoder as −ln of a probability or density, KL as an integral;
/// gradients by central differences.
private func plainVariational(_ problem: VariationalLossProblem) -> (String) -> [Double]? {
  let key = PlainKey { work in
    let mean = work.name("μ", problem.mean)
    let v: [Double]
    switch problem.spread {
    case .logVariance(let values): v = work.name("v", values)
    case .standardDeviation(let values): v = work.name("v", values.map { 2 * log($0) })
    }
    let integrals = zip(mean, v).reduce(0) { $0 + divergence($1.0, exp($1.1).squareRoot()) }
    var loss = work.name("KL", integrals)
    guard let noise = problem.noise else { return }
    let deviation = work.name("σ", v.map { exp($0).squareRoot() })
    let z = work.name("z", zip(mean, zip(deviation, noise)).map { $0 + $1.0 * $1.1 })
    guard let input = problem.input else { return }
    var output: [Double]
    switch problem.reconstruction! {
    case .given(let numbers): output = numbers
    case .decoder(let decoder):
      let bias = decoder.bias ?? input.map { _ in 0 }
      let sums = zip(product(decoder.weight, z), bias).map(+)
      if problem.likelihood == .bernoulli {
        output = work.name("output", work.name("a", sums).map { (1 + tanh($0 / 2)) / 2 })
      } else {
        output = work.name("output", sums)
      }
    }
    var likelihood = 1.0
    for (x, parameter) in zip(input, output) {
      switch problem.likelihood {
      case .bernoulli: likelihood *= x == 1 ? parameter : 1 - parameter
      case .gaussian:
        let variance = problem.outputVariance
        likelihood *=
          exp(-(x - parameter) * (x - parameter) / (2 * variance))
          / (2 * Double.pi * variance).squareRoot()
      }
    }
    loss += work.name("R", -log(likelihood))
    _ = work.name("L", loss)
  }
  return { name in
    guard name.hasPrefix("∂") else { return key.numbers[name] }
    return key.derivative(
      of: problem.input == nil ? "KL" : "L", by: String(name.dropFirst()))
  }
}

@Suite("Exercises of variational losses")
struct VariationalLossExerciseTests {
  @Test("keys agree with integrals, probabilities and central differences")
  func keys() throws { try verifyKeys(.variationalLoss, count: 20, plainVariational) }

  @Test("planted slips are named")
  func slips() throws { try plantSlips(.variationalLoss, questions: 10) }
}

@Suite("Verify exercises of variational losses", .enabled(if: verifiesExercises))
struct VerifyVariationalLossExerciseTests {
  @Test("1,000 keys")
  func keys() throws { try verifyKeys(.variationalLoss, count: 1000, seed: 12, plainVariational) }
}
