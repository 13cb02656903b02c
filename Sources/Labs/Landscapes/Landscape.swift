import Explain
import Foundation
import Plots
import Training

/// A loss over two weights with one of the features that the course names.
package struct Landscape: Sendable {
  /// Where a descent has arrived.
  package enum Goal: Sendable {
    /// Nearer to one of these places than a distance.
    case near([SIMD2<Double>], Double)
    /// Where the loss is below a bound.
    case below(Double)
  }

  /// The name, from which random numbers are drawn.
  package let name: String
  /// What it is called.
  let title: Prose
  /// The loss at places, element by element, of operations that have second derivatives.
  package let loss: @Sendable (_ x: Tensor, _ y: Tensor) -> Tensor
  /// Where a descent has arrived.
  package let goal: Goal

  /// The losses at places.
  package func losses(at places: [SIMD2<Double>]) -> [Double] {
    loss(Tensor(NDArray(places.map(\.x))), Tensor(NDArray(places.map(\.y)))).array.doubles
  }

  /// Which places are at the goal.
  package func areAtGoal(_ places: [SIMD2<Double>]) -> [Bool] {
    switch goal {
    case .below(let bound): losses(at: places).map { $0 < bound }
    case .near(let minima, let distance):
      places.map { place in
        minima.contains { hypot(place.x - $0.x, place.y - $0.y) < distance }
      }
    }
  }

  /// The loss as a function of an array `[2]`, for minimisers.
  package func function(_ place: Tensor) -> Tensor {
    loss(place.selecting(axis: 0, index: 0), place.selecting(axis: 0, index: 1))
  }

  /// The eigenvalues of the loss's Hessian at a place, ascending.
  package func eigenvalues(at place: SIMD2<Double>) throws -> [Double] {
    let matrix = hessian(at: NDArray([place.x, place.y]), function).hessian
    return try LinearAlgebra.symmetricEigen(matrix).values.doubles
  }

  /// The losses over a part of the plane, for contours.
  func grid(x: ClosedRange<Double>, y: ClosedRange<Double>, resolution: Int = 72) -> Grid {
    let empty = Grid(x: x, y: y, columns: resolution, rows: resolution) { _, _ in 0 }
    let values = losses(at: empty.y.flatMap { row in empty.x.map { SIMD2($0, row) } })
    return Grid(
      x: empty.x, y: empty.y,
      values: (0..<resolution).map { Array(values[$0 * resolution..<($0 + 1) * resolution]) })
  }
}

extension Landscape {
  /// ½(u² + κv²), u and v the axes turned by an angle: a valley κ times as steep across as along.
  /// - Parameters:
  ///   - condition: κ, the ratio of the Hessian's eigenvalues.
  ///   - degrees: How far the valley is turned from the horizontal axis.
  ///   - distance: How near to the minimum a descent has arrived.
  package static func ravine(
    condition: Double, degrees: Double = 30, distance: Double = 0.05
  ) -> Landscape {
    let (cosine, sine) = (cos(degrees * .pi / 180), sin(degrees * .pi / 180))
    return Landscape(
      name: "Ravine", title: Prose(en: "Ravine", zh: "峡谷"),
      loss: { x, y in
        let (along, across) = (x * cosine + y * sine, y * cosine - x * sine)
        return (along.squared() + across.squared() * condition) * 0.5
      },
      goal: .near([.zero], distance))
  }

  /// ½x² − ½y² + ¼y⁴ + y/10: a saddle near (0, 0.1) between two minima of different depth.
  package static let saddle = Landscape(
    name: "Saddle", title: Prose(en: "Saddle", zh: "鞍点"),
    loss: { x, y in
      (x.squared() - y.squared()) * 0.5 + y.squared().squared() * 0.25 + y * 0.1
    },
    goal: .near([deepMinimum, shallowMinimum], 0.05))

  /// The zeros of y³ − y + 0.1: the deeper minimum, the saddle, the minimum that is less deep.
  package static let deepMinimum = SIMD2(0, -1.0466805318046022)
  package static let saddlePoint = SIMD2(0, 0.10103125788101083)
  package static let shallowMinimum = SIMD2(0, 0.9456492739235919)

  /// 1 − exp(−½(x² + y²)): a hollow in a plain.
  package static let plateau = Landscape(
    name: "Plateau", title: Prose(en: "Plateau", zh: "高原"),
    loss: { x, y in 1 - ((x.squared() + y.squared()) * -0.5).exp() },
    goal: .near([.zero], 0.05))

  /// The loss (h − 0.7)² of a recurrent unit h ← σ(w·h + b) after 50 steps from ½, w the horizontal
  /// axis: a wall where the unit goes over from low to high.
  ///
  /// - Source: Pascanu, Mikolov and Bengio 2013, "On the difficulty of training recurrent neural
  ///   networks", figure 6, but for the place of the sigmoid.
  package static let cliff = Landscape(
    name: "Cliff", title: Prose(en: "Cliff", zh: "悬崖"),
    loss: { w, b in
      var h = (w * 0.5 + b).sigmoid()
      for _ in 1..<50 { h = (w * h + b).sigmoid() }
      return (h - 0.7).squared()
    },
    goal: .below(1e-3))

  /// Rosenbrock's function (1 − x)² + 100(y − x²)², a bent ravine.
  ///
  /// - Source: Rosenbrock 1960, "An Automatic Method for Finding the Greatest or Least Value of a
  ///   Function".
  package static let rosenbrock = Landscape(
    name: "Rosenbrock's function", title: Prose(en: "Rosenbrock", zh: "Rosenbrock 函数"),
    loss: { x, y in (1 - x).squared() + (y - x.squared()).squared() * 100 },
    goal: .near([SIMD2(1, 1)], 0.05))
}
