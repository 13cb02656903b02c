import Explain
import Foundation
import Plots
import Training

/// The library's optimizers on one landscape, from the same starts.
struct Race {
  /// A rule of updates, and what the lab calls it.
  struct Method {
    let title: Prose
    let optimizer: @Sendable (_ rate: Double) -> any Optimizer
  }

  static let methods = [
    Method(title: Prose(en: "Gradient descent", zh: "梯度下降")) {
      SGD(learningRate: $0)
    },
    Method(title: Prose(en: "Momentum", zh: "动量")) {
      SGD(learningRate: $0, momentum: 0.9, form: .course)
    },
    Method(title: Prose(en: "Nesterov momentum", zh: "Nesterov 动量")) {
      SGD(learningRate: $0, momentum: 0.9, nesterov: true, form: .course)
    },
    Method(title: Prose("Delta-bar-delta")) {
      DeltaBarDelta(learningRate: $0, increase: 0.1 * $0)
    },
    Method(title: Prose("AdaGrad")) {
      AdaGrad(learningRate: $0)
    },
    Method(title: Prose("RMSProp")) {
      RMSProp(learningRate: $0)
    },
    Method(title: Prose("Adam")) { Adam(learningRate: $0) },
  ]
  static let newtonTitle = Prose(en: "Newton's method", zh: "牛顿法")
  static let startCount = 20
  static let stepLimit = 1000

  /// Places by number.
  enum Entrant: Int {
    case descent, momentum, nesterov, deltaBarDelta, adaGrad, rmsProp, adam, newton
  }

  let landscape: Landscape
  /// η of each method, in their order.
  let rates: [Double]
  /// What figures show.
  let view: (x: ClosedRange<Double>, y: ClosedRange<Double>)
  let levels: ContourLevels
  let hasEqualUnits: Bool
  /// Draws a start.
  let start: @Sendable (inout RandomGenerator) -> SIMD2<Double>

  /// What each method did, Newton's last.
  func run(seed: UInt64) throws -> [PlaneDescent] {
    var random = RandomGenerator(key: RandomKey(seed: seed, path: landscape.name))
    let starts = (0..<Self.startCount).map { _ in start(&random) }
    let descents = zip(Self.methods, rates).map { method, rate in
      PlaneDescent(landscape, from: starts, by: method.optimizer(rate), steps: Self.stepLimit)
    }
    return try descents + [PlaneDescent(landscape, from: starts, by: NewtonMethod())]
  }

  /// The ways from the first start over the contours, in two charts.
  /// - Parameter words: Text in the figure's language.
  func figure(_ descents: [PlaneDescent], words: (Prose) -> String) -> Panels {
    let contours = Mark.contours(
      landscape.grid(x: view.x, y: view.y), levels: levels,
      label: words(Prose(en: "loss", zh: "损失")))
    let names = Self.methods.map { words($0.title) } + [words(Self.newtonTitle)]
    let charts = [[0, 1, 2, 7], [3, 4, 5, 6]].map { numbers in
      Chart(
        "", x: Axis("w₁", range: view.x), y: Axis("w₂", range: view.y),
        marks: [contours]
          + numbers.map { number in
            let way = descents[number].way(0)
            return .trajectory(names[number], x: way.map(\.x), y: way.map(\.y))
          }, hasEqualUnits: hasEqualUnits, width: 480, height: 400)
    }
    return Panels(words(landscape.title), figures: charts)
  }

  static let all = [
    Race(
      landscape: .ravine(condition: 100), rates: [0.018, 0.01, 0.01, 0.01, 0.5, 0.05, 0.5],
      view: (-1.25...1.25, -1.1...1.1), levels: .logarithmic(12), hasEqualUnits: true
    ) { onCircle(1, &$0) },
    Race(
      landscape: .saddle, rates: [0.3, 0.3, 0.3, 0.3, 0.3, 0.1, 0.2],
      view: (-1.3...1.3, -1.5...1.4), levels: .about(14), hasEqualUnits: true
    ) { random in
      let x = 2 * random.uniform() - 1
      let side = random.uniform() < 0.5 ? -1.0 : 1
      return Landscape.saddlePoint + SIMD2(x, side * 1e-6 * (0.5 + 0.5 * random.uniform()))
    },
    Race(
      landscape: .plateau, rates: [0.5, 0.5, 0.5, 0.5, 0.5, 0.1, 0.2],
      view: (-5...5, -5...5), levels: .about(10), hasEqualUnits: true
    ) { onCircle(4, &$0) },
    Race(
      landscape: .cliff, rates: [0.3, 0.3, 0.3, 0.3, 0.3, 0.1, 0.3],
      view: (3...7, -3.4...0), levels: .about(10), hasEqualUnits: false
    ) { SIMD2(4.5 + 0.5 * $0.uniform(), -2.6 + 0.2 * $0.uniform()) },
    Race(
      landscape: .rosenbrock, rates: [0.001, 0.001, 0.001, 0.001, 0.2, 0.01, 0.3],
      view: (-1.8...1.6, -0.8...2.4), levels: .logarithmic(12), hasEqualUnits: false
    ) { SIMD2(-1.4 + 0.4 * $0.uniform(), 0.8 + 0.4 * $0.uniform()) },
  ]

  private static func onCircle(
    _ radius: Double, _ random: inout RandomGenerator
  ) -> SIMD2<Double> {
    let angle = 2 * Double.pi * random.uniform()
    return SIMD2(cos(angle), sin(angle)) * radius
  }
}
