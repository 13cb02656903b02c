import CKernels
import Formats
import Foundation
import TestSupport
import Testing
import Training

/// The optimizers' rules against PyTorch, and against loops that are written from the formulas.
@Suite struct UpdateRuleTests {
  static let cases = ((try? References("update-rules"))?.cases ?? []).filter {
    !$0.name.hasPrefix("schedule/")
  }

  @Test func theCasesAreRead() { #expect(Self.cases.count == 36) }

  @Test(arguments: cases)
  func aHundredStepsAgree(_ item: References.Case) throws {
    let expected = try References("update-rules").tensor(item.name)
    let problem = String(item.name.split(separator: "/")[0])
    let configuration = try JSONDecoder().decode(
      OptimizerConfiguration.self, from: Data(#require(item.parameters["optimizer"]).encoded()))
    var schedule = Schedule.constant
    if item.parameters["oneCycle"]?.bool == true {
      schedule = Schedule(.oneCycle(.init(momentum: 0.85...0.95)), unit: .step)
    }
    for dtype in [DType.float64, .float32] {
      var optimizer: any Optimizer = configuration.makeOptimizer()
      var model = Point(expected.selecting(axis: 0, index: 0).cast(to: dtype))
      var points = [model.position.tensor.array]
      for step in 0..<100 {
        let now = schedule.values(at: .init(step: step, of: 100, epoch: 0, of: 1))
        let settings = UpdateSettings(rateFactor: now.rateFactor, momentum: now.momentum)
        model.step(&optimizer, settings) { Point.gradient(problem, $0) }
        if step % 10 == 9 { points.append(model.position.tensor.array) }
      }
      // In float32 each step rounds once or twice by 6e-8 of the largest number, and the functions
      // carry that on without making it grow.
      let difference = relativeDifference(NDArray.stack(points), expected)
      #expect(difference < (dtype == .float64 ? 1e-12 : 2e-5), "\(dtype)")
    }
  }

  /// A loop over numbers, from the rule's formula: w, state and gradient give the next.
  struct Loop: Sendable, CustomTestStringConvertible {
    let name: String
    let optimizer: any Optimizer
    /// Where the gradient is taken.
    var point: @Sendable (_ w: Double, _ state: [Double]) -> Double = { w, _ in w }
    let start: [Double]
    let step:
      @Sendable (_ w: inout Double, _ state: inout [Double], Double, _ factor: Double) -> Void
    var testDescription: String { name }
  }

  static let loops = [
    Loop(
      name: "momentum in the course's form",
      optimizer: SGD(learningRate: 0.05, momentum: 0.9, form: .course), start: [0]
    ) { w, v, g, factor in
      v[0] = 0.9 * v[0] - 0.05 * factor * g
      w += v[0]
    },
    Loop(
      name: "Nesterov's momentum in the course's form, with weight decay",
      optimizer: SGD(
        learningRate: 0.05, momentum: 0.8, nesterov: true, form: .course, weightDecay: 0.1),
      point: { w, v in w + 0.8 * v[0] }, start: [0]
    ) { w, v, g, factor in
      let ahead = w + 0.8 * v[0]
      v[0] = 0.8 * v[0] - 0.05 * factor * (g + 0.1 * ahead)
      w += v[0]
    },
    Loop(
      name: "delta-bar-delta",
      optimizer: DeltaBarDelta(learningRate: 0.02, increase: 0.01, decrease: 0.4, decay: 0.6),
      start: [0.02, 0]
    ) { w, state, g, factor in
      if state[1] * g > 0 { state[0] += 0.01 }
      if state[1] * g < 0 { state[0] -= 0.4 * state[0] }
      state[1] = 0.6 * state[1] + 0.4 * g
      w -= factor * state[0] * g
    },
    Loop(
      name: "delta-bar-delta with weight decay",
      optimizer: DeltaBarDelta(learningRate: 0.02, increase: 0.005, weightDecay: 0.2),
      start: [0.02, 0]
    ) { w, state, g, factor in
      let d = g + 0.2 * w
      if state[1] * d > 0 { state[0] += 0.005 }
      if state[1] * d < 0 { state[0] *= 1 - 0.2 }
      state[1] = 0.7 * state[1] + 0.3 * d
      w -= factor * state[0] * d
    },
  ]

  /// With a rate that changes, which the two forms of momentum take differently.
  @Test(arguments: loops)
  func aHundredStepsOfTheFormula(_ loop: Loop) {
    let start = [1.5, -1, 2]
    var optimizer = loop.optimizer
    var model = Point(NDArray(start))
    var weights = start
    var states = start.map { _ in loop.start }
    for step in 0..<100 {
      let factor = 1 + 0.5 * sin(Double(step) / 7)
      model.step(&optimizer, UpdateSettings(rateFactor: factor)) {
        Point.gradient("quadratic", $0)
      }
      let points = zip(weights, states).map { loop.point($0, $1) }
      for (index, g) in Point.gradient("quadratic", points).enumerated() {
        loop.step(&weights[index], &states[index], g, factor)
      }
      #expect(relativeDifference(NDArray(model.doubles), NDArray(weights)) < 1e-12, "\(step)")
    }
    // It has come down the bowl.
    #expect(Point.gradient("quadratic", weights).allSatisfy { abs($0) < 0.5 })
  }

  /// At a constant rate PyTorch's form and the course's lead to the same points: with Nesterov's
  /// momentum PyTorch's is where the course takes its next gradient.
  @Test(arguments: [false, true])
  func theFormsAgreeAtAConstantRate(_ nesterov: Bool) {
    var pytorch = SGD(learningRate: 0.05, momentum: 0.9, nesterov: nesterov)
    var course = SGD(learningRate: 0.05, momentum: 0.9, nesterov: nesterov, form: .course)
    var first = Point(NDArray([1.5, -1, 2]))
    var second = first
    for _ in 0..<100 {
      first.step(&pytorch) { Point.gradient("quadratic", $0) }
      second.step(&course) { Point.gradient("quadratic", $0) }
      let point = course.gradientPoint(of: second, settings: UpdateSettings()) ?? second
      #expect(relativeDifference(NDArray(point.doubles), NDArray(first.doubles)) < 1e-12)
    }
  }

  /// Every rule with every penalty: the kernel for float32 against the one for float64, on each
  /// level of instructions, over numbers that fill vectors and leave a rest.
  @Test(arguments: OptimizerTests.optimizers.indices, [0, 1, 2, 3])
  func kernelsAgree(_ number: Int, _ penalty: Int) {
    let penalties = [
      Regularization(), Regularization(l1: 0.02, l2: 0.1),
      Regularization(l1: 0.5, l2: 0.1, isDecoupled: true), Regularization(maxNorm: 5),
    ]
    let settings = UpdateSettings(
      rateFactor: 0.5,
      parameters: [ParameterSettings(rateFactor: 2, regularization: penalties[penalty])])
    let start = TestArray.one([1003], seed: 3, in: -1...1)
    defer { gk_limit_level(2) }
    for level in Int32(0)...2 where gk_limit_level(level) == level {
      var exact = Point(start.cast(to: .float32).cast(to: .float64))
      var single = Point(start.cast(to: .float32))
      var (first, second) = (OptimizerTests.optimizers[number], OptimizerTests.optimizers[number])
      for step in 0..<5 {
        let gradient = TestArray.one([1003], seed: step + 4, in: -1...1, dtype: .float32).doubles
        exact.step(&first, settings) { _ in gradient }
        single.step(&second, settings) { _ in gradient }
      }
      // Five steps of numbers about 1, each rounded by 6e-8; quotients by small roots double that.
      let difference = relativeDifference(NDArray(single.doubles), NDArray(exact.doubles))
      #expect(difference < 3e-6, "level \(level)")
      #expect(relativeDifference(NDArray(exact.doubles), start) > 1e-3)
    }
  }

  /// A rate factor of 1 and no settings are the same bits.
  @Test(arguments: OptimizerTests.optimizers.indices)
  func settingsThatSetNothing(_ number: Int) {
    var (first, second) = (OptimizerTests.optimizers[number], OptimizerTests.optimizers[number])
    var (a, b) = (Point(NDArray([1.5, -1, 2])), Point(NDArray([1.5, -1, 2])))
    for _ in 0..<5 {
      a.step(&first) { Point.gradient("quadratic", $0) }
      b.step(&second, UpdateSettings(parameters: [ParameterSettings()])) {
        Point.gradient("quadratic", $0)
      }
    }
    #expect(a.doubles == b.doubles)
  }

  /// The step works on the parameters where they are: nothing is copied, also where Nesterov's point
  /// was asked for.
  @Test(arguments: OptimizerTests.optimizers.indices)
  func parametersStayInPlace(_ number: Int) throws {
    var lesson = try Lesson()
    lesson.options.epochs = 1
    var trainer = lesson.trainer(OptimizerTests.optimizers[number])
    lesson.options.batchSize = 200
    try lesson.run(&trainer)
    var places: [UnsafeRawPointer] = []
    trainer.model.forEachParameter {
      places.append(UnsafeRawPointer($0.tensor.array.storage.pointer))
    }
    lesson.options.epochs = 4
    try lesson.run(&trainer)
    var after: [UnsafeRawPointer] = []
    trainer.model.forEachParameter {
      after.append(UnsafeRawPointer($0.tensor.array.storage.pointer))
    }
    #expect(places == after)
  }
}
