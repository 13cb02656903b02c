import Arrays

/// The quadratic model of a function around a point of a box, and a point of the box at which it is
/// small.
///
/// First the first minimum along the projected gradient (the generalised Cauchy point), then the
/// minimum over the elements that are not at a bound there, brought back into the box.
///
/// - Source: Byrd, Lu, Nocedal and Zhu 1995, "A limited memory algorithm for bound constrained
///   optimization", algorithm CP and section 5.1; Morales and Nocedal 2011, "Remark on Algorithm 778",
///   section 2, for the way back into the box.
struct BoxModel {
  let point: [Double]
  let gradient: [Double]
  let bounds: Bounds
  let history: CurvatureHistory
  private let middle: [[Double]]

  /// - Throws: `LinearAlgebraError` where the pairs of the history do not make a matrix.
  init(
    point: [Double], gradient: [Double], bounds: Bounds, history: CurvatureHistory
  ) throws(LinearAlgebraError) {
    self.point = point
    self.gradient = gradient
    self.bounds = bounds
    self.history = history
    middle = try history.middle()
  }

  /// A point of the box at which the model is small.
  func minimum() throws(LinearAlgebraError) -> [Double] {
    let (cauchy, isFree, way) = cauchyPoint()
    guard !history.isEmpty, isFree.contains(true) else { return cauchy }
    return broughtBack(
      try subspaceStep(from: cauchy, isFree: isFree, way: way), from: cauchy, isFree: isFree)
  }

  /// The Cauchy point, which elements are at no bound there, and c = Wᵀ(cauchy − x).
  private func cauchyPoint() -> (point: [Double], isFree: [Bool], way: [Double]) {
    let count = point.count
    var breaks = [Double](repeating: .infinity, count: count)
    var direction = [Double](repeating: 0, count: count)
    var isFree = [Bool](repeating: true, count: count)
    for index in 0..<count {
      let slope = gradient[index]
      if slope != 0 {
        let bound = slope < 0 ? bounds.upper[index] : bounds.lower[index]
        breaks[index] = max((point[index] - bound) / slope, 0)
      }
      if breaks[index] == 0 || bounds.lower[index] == bounds.upper[index] {
        isFree[index] = false
      } else {
        direction[index] = -slope
      }
    }
    let scale = history.scale
    var cauchy = point
    var p = history.transposedProduct(direction)
    var way = [Double](repeating: 0, count: history.width)
    var first = -dot(direction, direction)
    if first == 0 { return (point, isFree, way) }
    var second = -scale * first - dot(p, product(middle, p))
    let least = Double.ulpOfOne * second
    var time = 0.0
    var best = -first / second
    let order = (0..<count).filter { direction[$0] != 0 && breaks[$0].isFinite }
      .sorted { (breaks[$0], $0) < (breaks[$1], $1) }
    var moving = direction.count { $0 != 0 }
    for index in order {
      let span = breaks[index] - time
      if best < span { break }
      time = breaks[index]
      cauchy[index] = direction[index] > 0 ? bounds.upper[index] : bounds.lower[index]
      isFree[index] = false
      direction[index] = 0
      moving -= 1
      let slope = gradient[index]
      let step = cauchy[index] - point[index]
      let row = history.row(index)
      for column in way.indices { way[column] += span * p[column] }
      first += span * second + slope * slope + scale * slope * step
      first -= slope * dot(row, product(middle, way))
      second -= scale * slope * slope + 2 * slope * dot(row, product(middle, p))
      second -= slope * slope * dot(row, product(middle, row))
      second = max(second, least)
      for column in p.indices { p[column] += slope * row[column] }
      best = moving == 0 ? 0 : -first / second
    }
    best = max(best, 0)
    for column in way.indices { way[column] += best * p[column] }
    for index in 0..<count where direction[index] != 0 {
      cauchy[index] = point[index] + (time + best) * direction[index]
    }
    return (cauchy, isFree, way)
  }

  /// The step from the Cauchy point to the model's minimum over the free elements, 0 in the others.
  private func subspaceStep(
    from cauchy: [Double], isFree: [Bool], way: [Double]
  ) throws(LinearAlgebraError) -> [Double] {
    let scale = history.scale
    let free = point.indices.filter { isFree[$0] }
    let rows = free.map { history.row($0) }
    let pulled = product(middle, way)
    let reduced = free.indices.map { place in
      gradient[free[place]] + scale * (cauchy[free[place]] - point[free[place]])
        - dot(rows[place], pulled)
    }
    let width = history.width
    var sums = [Double](repeating: 0, count: width)
    var square = [[Double]](repeating: sums, count: width)
    for (row, slope) in zip(rows, reduced) {
      for i in 0..<width {
        sums[i] += row[i] * slope
        for j in 0..<width { square[i][j] += row[i] * row[j] / scale }
      }
    }
    var matrix: [Double] = []
    for i in 0..<width {
      for j in 0..<width {
        var element = i == j ? 1.0 : 0
        for k in 0..<width { element -= middle[i][k] * square[k][j] }
        matrix.append(element)
      }
    }
    let solution = try LinearAlgebra.solve(
      NDArray(matrix, shape: [width, width]), NDArray(product(middle, sums), shape: [width, 1]))
    let factors = solution.doubles
    var step = [Double](repeating: 0, count: point.count)
    for (place, index) in free.enumerated() {
      step[index] = -reduced[place] / scale - dot(rows[place], factors) / (scale * scale)
    }
    return step
  }

  /// The end of the step, projected into the box, or, where that would go up, its part that is in it.
  private func broughtBack(_ step: [Double], from cauchy: [Double], isFree: [Bool]) -> [Double] {
    let end = zip(cauchy, step).map { $0 + $1 }
    let projected = bounds.projected(end)
    if projected == end { return end }
    if dot(zip(projected, point).map { $0 - $1 }, gradient) <= 0 { return projected }
    let share = min(bounds.reach(from: cauchy, along: step), 1)
    return bounds.projected(zip(cauchy, step).map { $0 + share * $1 })
  }
}
