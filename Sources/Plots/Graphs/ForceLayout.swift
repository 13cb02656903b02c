/// Places for a graph's nodes: joined ones attract each other, all repel each other.
///
/// - Source: T. Fruchterman and E. Reingold, "Graph Drawing by Force-directed Placement", 1991;
///   with a pull to the middle that keeps separate parts together.
package enum ForceLayout {
  /// Places within the unit square, the same for the same graph and seed.
  ///
  /// - Parameters:
  ///   - edges: pairs of nodes' numbers.
  ///   - separation: how far apart nodes are at least, as far as that can be had.
  /// - Complexity: O(nodes²) a step; the steps are fewer for large graphs.
  package static func places(
    count: Int, edges: [(from: Int, to: Int)], seed: UInt64, separation: Double = 0
  ) -> [Series.Point] {
    if count == 0 { return [] }
    if count == 1 { return [Series.Point(x: 0.5, y: 0.5)] }
    var random = seed
    /// SplitMix64, in 0..<1.
    func next() -> Double {
      random &+= 0x9E37_79B9_7F4A_7C15
      var z = random
      z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
      return Double((z ^ z >> 31) >> 11) / 9_007_199_254_740_992
    }
    // On a circle, a little disturbed: a start from which most graphs unfold.
    var x: [Double] = []
    var y: [Double] = []
    for index in 0..<count {
      let angle = 2 * Double.pi * Double(index) / Double(count)
      x.append(0.5 + 0.4 * cosine(angle) + 0.05 * (next() - 0.5))
      y.append(0.5 + 0.4 * sine(angle) + 0.05 * (next() - 0.5))
    }
    let ideal = (1 / Double(count)).squareRoot() * 0.9
    let steps = max(40, min(400, 100_000_000 / (count * count)))
    for step in 0..<steps {
      let heat = 0.1 * (1 - Double(step) / Double(steps)) + 1e-4
      var fx = Array(repeating: 0.0, count: count)
      var fy = Array(repeating: 0.0, count: count)
      for a in 0..<count {
        for b in (a + 1)..<count {
          let (dx, dy) = (x[a] - x[b], y[a] - y[b])
          let square = max(1e-9, dx * dx + dy * dy)
          let push = ideal * ideal / square
          fx[a] += dx * push
          fy[a] += dy * push
          fx[b] -= dx * push
          fy[b] -= dy * push
        }
        fx[a] += (0.5 - x[a]) * 0.35 * ideal * Double(count).squareRoot()
        fy[a] += (0.5 - y[a]) * 0.35 * ideal * Double(count).squareRoot()
      }
      for edge in edges where edge.from != edge.to {
        let (dx, dy) = (x[edge.from] - x[edge.to], y[edge.from] - y[edge.to])
        let pull = (dx * dx + dy * dy).squareRoot() / ideal
        fx[edge.from] -= dx * pull
        fy[edge.from] -= dy * pull
        fx[edge.to] += dx * pull
        fy[edge.to] += dy * pull
      }
      for node in 0..<count {
        let length = (fx[node] * fx[node] + fy[node] * fy[node]).squareRoot()
        if length < 1e-12 { continue }
        let reach = min(length, heat) / length
        x[node] += fx[node] * reach
        y[node] += fy[node] * reach
      }
    }
    let places = fitted(zip(x, y).map { Series.Point(x: $0, y: $1) })
    return separation > 0 ? fitted(separated(places, by: separation)) : places
  }

  /// The places after those that are too near have pushed each other away.
  private static func separated(_ places: [Series.Point], by least: Double) -> [Series.Point] {
    var places = places
    for _ in 0..<60 {
      var moved = false
      for a in places.indices {
        for b in (a + 1)..<places.count {
          let (dx, dy) = (places[b].x - places[a].x, places[b].y - places[a].y)
          let distance = (dx * dx + dy * dy).squareRoot()
          if distance >= least { continue }
          moved = true
          let push = (least - distance) / 2 + 1e-4
          let (ux, uy) = distance > 1e-9 ? (dx / distance, dy / distance) : (1, 0)
          places[a].x -= ux * push
          places[a].y -= uy * push
          places[b].x += ux * push
          places[b].y += uy * push
        }
      }
      if !moved { break }
    }
    return places
  }

  /// Evenly around a circle, from the top to the right.
  package static func circle(count: Int) -> [Series.Point] {
    (0..<count).map { index in
      let angle = 2 * Double.pi * Double(index) / Double(max(1, count))
      return Series.Point(x: 0.5 + 0.5 * sine(angle), y: 0.5 + 0.5 * cosine(angle))
    }
  }

  /// The places moved and scaled, alike in both directions, to fill the unit square in one.
  package static func fitted(_ places: [Series.Point]) -> [Series.Point] {
    let (xs, ys) = (places.map(\.x), places.map(\.y))
    guard let left = xs.min(), let right = xs.max(), let low = ys.min(), let high = ys.max() else {
      return []
    }
    let span = max(right - left, high - low)
    if span <= 0 { return places.map { _ in Series.Point(x: 0.5, y: 0.5) } }
    return places.map { place in
      Series.Point(
        x: 0.5 + (place.x - (left + right) / 2) / span,
        y: 0.5 + (place.y - (low + high) / 2) / span)
    }
  }
}
