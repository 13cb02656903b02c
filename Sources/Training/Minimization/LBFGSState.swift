import Arrays

/// Where an L-BFGS search is, and what it remembers.
struct LBFGSState {
  /// A point with the function's value and gradient.
  struct Place {
    let point: [Double]
    let value: Double
    let gradient: [Double]

    init(_ point: [Double], of objective: inout Objective) throws {
      self.point = point
      (value, gradient) = try objective(point)
    }
  }

  private(set) var place: Place
  private var history: CurvatureHistory

  init(_ place: Place, history: Int) {
    self.place = place
    self.history = CurvatureHistory(capacity: history)
  }

  /// One iteration; false where the value cannot be lowered even along the gradient.
  mutating func advance(
    _ bounds: Bounds, isFirst: Bool, _ objective: inout Objective
  ) throws -> Bool {
    while true {
      if let target = target(bounds),
        try search(towards: target, bounds, isFirst: isFirst, &objective)
      {
        return true
      }
      if history.isEmpty { return false }
      history.clear()
    }
  }

  /// Where the model of the function is small; nil where the remembered steps make none.
  private func target(_ bounds: Bounds) -> [Double]? {
    if !bounds.isBounded {
      return zip(place.point, history.inverseProduct(place.gradient)).map { $0 - $1 }
    }
    do {
      return try BoxModel(
        point: place.point, gradient: place.gradient, bounds: bounds, history: history
      ).minimum()
    } catch {
      return nil
    }
  }

  private mutating func search(
    towards target: [Double], _ bounds: Bounds, isFirst: Bool, _ objective: inout Objective
  ) throws -> Bool {
    let origin = place
    let direction = zip(target, origin.point).map { $0 - $1 }
    let slope = dot(direction, origin.gradient)
    guard slope < 0 else { return false }
    let length = dot(direction, direction).squareRoot()
    var largest = 1e10
    if bounds.isBounded {
      largest = isFirst ? 1 : min(bounds.reach(from: origin.point, along: direction), largest)
    }
    let first = isFirst && !bounds.isClosed ? min(1 / length, largest) : 1
    var last: Place?
    let (sample, outcome) = try LineSearch().search(
      from: LineSearch.Sample(step: 0, value: origin.value, slope: slope), first: first,
      largest: largest
    ) { step in
      let point =
        step == 1 ? target : zip(origin.point, direction).map { $0 + step * $1 }
      let place = try Place(bounds.projected(point), of: &objective)
      last = place
      return LineSearch.Sample(
        step: step, value: place.value, slope: dot(place.gradient, direction))
    }
    guard let last, outcome != .exhausted else { return false }
    place = last
    remember(origin: origin, slopes: (slope, sample.slope), step: sample.step)
    return true
  }

  /// Keeps the pair of the step just done where the curvature along it is above 0.
  private mutating func remember(
    origin: Place, slopes: (before: Double, after: Double), step: Double
  ) {
    let product = (slopes.after - slopes.before) * step
    guard product > Double.ulpOfOne * -slopes.before * step else { return }
    history.append(
      step: zip(place.point, origin.point).map { $0 - $1 },
      change: zip(place.gradient, origin.gradient).map { $0 - $1 }, product: product)
  }
}
