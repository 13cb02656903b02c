import Training

/// The ways that a minimiser takes through a landscape from several places.
package struct PlaneDescent: Sendable {
  /// For each start the places it came to, the start first.
  package private(set) var paths: [[SIMD2<Double>]]
  /// For each start the steps after which it was first at the goal; nil where it never was.
  package private(set) var arrivals: [Int?]

  /// Steps of an optimizer from each of the starts, until all have been at the goal.
  ///
  /// Each start is a parameter of one model: optimizers work on each weight by itself, and clipping
  /// by the norm on each parameter by itself, so that the descents do not know of each other.
  /// - Parameters:
  ///   - steps: How many at most.
  ///   - clipping: The bound on gradients.
  package init(
    _ landscape: Landscape, from starts: [SIMD2<Double>], by optimizer: any Optimizer, steps: Int,
    clipping: GradientClipping? = nil
  ) {
    var optimizer = optimizer
    var model = PlanePoints(starts)
    let origin = Tensor(NDArray.zeros([starts.count, 2], dtype: .float64))
    paths = starts.map { [$0] }
    arrivals = landscape.areAtGoal(starts).map { $0 ? 0 : nil }
    for step in 1...steps where arrivals.contains(nil) {
      var context = Context(.training)
      let point = optimizer.gradientPoint(of: model, settings: UpdateSettings()) ?? model
      var (_, gradients) = valueWithGradients(of: point, &context) { model, context in
        let places = model(origin, &context)
        return landscape.loss(
          places.selecting(axis: 1, index: 0), places.selecting(axis: 1, index: 1)
        ).sum()
      }
      if let clipping { gradients.clip(clipping) }
      optimizer.update(&model, along: gradients)
      let places = model.points
      for (start, isThere) in landscape.areAtGoal(places).enumerated() {
        paths[start].append(places[start])
        if isThere, arrivals[start] == nil { arrivals[start] = step }
      }
    }
  }

  /// Iterations of Newton's method from each of the starts, until it is at the goal.
  package init(
    _ landscape: Landscape, from starts: [SIMD2<Double>], by method: NewtonMethod
  ) throws {
    paths = []
    arrivals = []
    for start in starts {
      var path: [SIMD2<Double>] = []
      var arrival: Int?
      _ = try method.minimum(
        from: NDArray([start.x, start.y]),
        onStep: { step in
          let place = SIMD2(step.point.doubles[0], step.point.doubles[1])
          path.append(place)
          if landscape.areAtGoal([place])[0] { arrival = step.iteration }
          return arrival == nil
        }, of: landscape.function)
      paths.append(path)
      arrivals.append(arrival)
    }
  }

  /// The middle number of steps to the goal, infinite where that start never came there.
  package var medianSteps: Double {
    Statistics.median(arrivals.map { $0.map(Double.init) ?? .infinity })
  }

  /// The steps to the goal of the slowest start, infinite where one never came there.
  package var mostSteps: Double {
    arrivals.map { $0.map(Double.init) ?? .infinity }.max() ?? 0
  }

  /// A start's way to the goal, without the steps after it.
  package func way(_ start: Int) -> [SIMD2<Double>] {
    arrivals[start].map { Array(paths[start].prefix($0 + 1)) } ?? paths[start]
  }

  /// The length of a start's longest step.
  package func longestStep(_ start: Int) -> Double {
    zip(paths[start], paths[start].dropFirst()).map { before, after in
      let step = after - before
      return (step.x * step.x + step.y * step.y).squareRoot()
    }.max() ?? 0
  }
}

/// Points of the plane as weights, each a parameter.
private struct PlanePoints: Layer {
  private var parameters: [Parameter]  // [2] each

  init(_ points: [SIMD2<Double>]) {
    parameters = points.map { _ in
      Parameter([2], initializer: .zeros, fans: Parameter.Fans(inputs: 1, outputs: 1))
    }
    initialize(dtype: .float64)
    for (index, point) in points.enumerated() {
      parameters[index].tensor = Tensor(NDArray([point.x, point.y]))
    }
  }

  var points: [SIMD2<Double>] {
    parameters.map {
      let numbers = $0.tensor.array.doubles
      return SIMD2(numbers[0], numbers[1])
    }
  }

  /// The points, moved.
  ///
  /// - Shapes: x [n, 2] → [n, 2]
  func callAsFunction(_ x: Tensor, _ context: inout Context) -> Tensor {
    x + Tensor.stack(parameters.map(\.tensor))
  }

  mutating func visitParameters(_ visit: inout ParameterVisitor) {
    for index in parameters.indices { visit("\(index)", &parameters[index]) }
  }
}
