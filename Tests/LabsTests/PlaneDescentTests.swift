import Labs
import Testing
import Training

@Suite struct PlaneDescentTests {
  /// The Hessian of the ravine is made of its eigenvalues, however it is turned.
  @Test(arguments: [0.0, 30, 45, 200]) func condition(degrees: Double) throws {
    let values = try Landscape.ravine(condition: 50, degrees: degrees)
      .eigenvalues(at: SIMD2(0.3, -2))
    // Rounding of numbers up to 50.
    #expect(abs(values[0] - 1) < 1e-12 && abs(values[1] - 50) < 1e-12)
  }

  @Test(arguments: [
    Landscape.deepMinimum, Landscape.saddlePoint, Landscape.shallowMinimum,
  ]) func stationary(place: SIMD2<Double>) {
    let gradient = valueWithGradient(at: NDArray([place.x, place.y]), Landscape.saddle.function)
      .gradient.doubles
    #expect(gradient.allSatisfy { abs($0) < 1e-14 })
  }

  /// In the ravine along the axes every coordinate is multiplied by 1 − ηλ at each step.
  @Test func gradientDescent() {
    let landscape = Landscape.ravine(condition: 10, degrees: 0)
    let descent = PlaneDescent(
      landscape, from: [SIMD2(1, 0.5)], by: SGD(learningRate: 0.15), steps: 400)
    var place = SIMD2(1, 0.5)
    for (step, found) in descent.paths[0].enumerated() {
      if step > 0 { place *= SIMD2(0.85, -0.5) }
      #expect(abs(found.x - place.x) < 1e-14 && abs(found.y - place.y) < 1e-14)
    }
    // 0.85ⁿ is below 0.05 from n = 19 on, when 0.5ⁿ⁺¹ is almost nothing.
    #expect(descent.arrivals == [19] && descent.medianSteps == 19 && descent.mostSteps == 19)
    #expect(descent.paths[0].count == 20 && descent.way(0).count == 20)
    // From (1, 0.5) to (0.85, −0.25).
    #expect(abs(descent.longestStep(0) - (0.0225 + 0.5625).squareRoot()) < 1e-14)
  }

  /// Nesterov's gradient is taken where the velocity leads: v ← μv − ηλ(x + μv), x ← x + v.
  @Test func nesterov() {
    let descent = PlaneDescent(
      .ravine(condition: 10, degrees: 0), from: [SIMD2(1, 0)],
      by: SGD(learningRate: 0.15, momentum: 0.9, nesterov: true, form: .course), steps: 12)
    var (x, velocity) = (1.0, 0.0)
    for found in descent.paths[0].dropFirst() {
      velocity = 0.9 * velocity - 0.15 * (x + 0.9 * velocity)
      x += velocity
      #expect(abs(found.x - x) < 1e-14)
    }
  }

  /// Each start goes its own way: alone it goes the same, also where gradients are clipped.
  @Test(arguments: [nil, GradientClipping(.value, limit: 0.5), GradientClipping(.norm, limit: 0.5)])
  func apart(clipping: GradientClipping?) {
    let starts = [SIMD2(1.0, 0.5), SIMD2(-0.4, 1.2), SIMD2(0.2, -0.9)]
    func paths(_ starts: [SIMD2<Double>]) -> [[SIMD2<Double>]] {
      PlaneDescent(
        .rosenbrock, from: starts, by: Adam(learningRate: 0.05), steps: 30, clipping: clipping
      ).paths
    }
    #expect(paths(starts) == starts.map { paths([$0])[0] })
  }

  /// A step is no longer than rate times bound, and gradients at the cliff do reach the bound.
  @Test func clipped() {
    let descent = PlaneDescent(
      .cliff, from: [SIMD2(4.8, -2.5)], by: SGD(learningRate: 0.3), steps: 100,
      clipping: GradientClipping(.norm, limit: 0.5))
    #expect(abs(descent.longestStep(0) - 0.15) < 1e-12)
  }

  @Test func newton() throws {
    let descent = try PlaneDescent(
      .rosenbrock, from: [SIMD2(-1.2, 1), SIMD2(1, 1)], by: NewtonMethod())
    #expect(descent.arrivals[1] == 0)
    let steps = try #require(descent.arrivals[0])
    #expect((1...40).contains(steps) && descent.paths[0].count == steps + 1)
  }

  /// A start that does not come to the goal counts as never.
  @Test func never() {
    let descent = PlaneDescent(
      .rosenbrock, from: [SIMD2(1, 1), SIMD2(-1, 1), SIMD2(-1, 1.1)], by: SGD(learningRate: 1e-4),
      steps: 5)
    #expect(descent.arrivals == [0, nil, nil])
    #expect(descent.medianSteps == .infinity && descent.mostSteps == .infinity)
    #expect(descent.way(1).count == 6)
  }
}
