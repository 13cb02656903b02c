import Labs
import Testing

@Suite struct PenalizedStepTests {
  /// The course's numbers: w = 0.5, η = λ = 0.1, ∇L = 0.2.
  @Test func notes() {
    let numbers = [PenalizedStep.subgradient, PenalizedStep.decay].map { $0(0.5, 0.2, 0.1, 0.1) }
    #expect(abs(numbers[0] - 0.47) < 1e-15 && abs(numbers[1] - 0.475) < 1e-15)
  }

  @Test func signOfZeroIsZero() {
    #expect(PenalizedStep.subgradient(0, gradient: 0, learningRate: 1, strength: 5) == 0)
    #expect(PenalizedStep.subgradient(-1, gradient: 0, learningRate: 0.5, strength: 1) == -0.5)
  }

  /// The proximal step minimises (v − m)²/2 + ηλ|v| for the gradient's step m.
  @Test(arguments: [-2.0, -0.3, -0.05, 0, 0.05, 0.2, 1.5]) func proximalIsTheMinimum(moved: Double)
  {
    let found = PenalizedStep.proximal(moved, gradient: 0, learningRate: 0.2, strength: 1)
    let cost = { (v: Double) in (v - moved) * (v - moved) / 2 + 0.2 * abs(v) }
    let grid = (-3000...3000).map { Double($0) / 1000 }
    #expect(grid.allSatisfy { cost($0) >= cost(found) - 1e-15 })
    #expect((abs(moved) <= 0.2) == (found == 0))
  }
}
