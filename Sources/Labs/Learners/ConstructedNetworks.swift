import Training

/// ReLU networks whose weights are written down and not learned, in double precision.
package enum ConstructedNetworks {
  /// One hidden layer that joins a function's values at evenly spaced places by straight lines.
  /// - Parameters:
  ///   - width: Hidden units, as many as there are lines; at least 1.
  ///   - range: From the first to the last place.
  package static func interpolating(
    width: Int, over range: ClosedRange<Double>, _ function: (Double) -> Double
  ) -> Sequential {
    let step = (range.upperBound - range.lowerBound) / Double(width)
    let knots = (0...width).map { range.lowerBound + step * Double($0) }
    let values = knots.map(function)
    let slopes = (0..<width).map { (values[$0 + 1] - values[$0]) / step }
    // Unit i is 0 up to knot i, from where on it adds the change of slope.
    let bends = slopes.indices.map { $0 == 0 ? slopes[0] : slopes[$0] - slopes[$0 - 1] }
    return network([
      ([Double](repeating: 1, count: width), knots.dropLast().map { -$0 }),
      (bends, [values[0]]),
    ])
  }

  /// The tent map applied k times: k hidden layers of two units, each layer one tent of
  /// 2·relu(x) − 4·relu(x − ½).
  /// - Parameter layers: k, at least 1.
  package static func sawtooth(layers: Int) -> Sequential {
    let offsets = [0, -0.5]
    return network(
      [([1, 1], offsets)]
        + [(weights: [Double], offsets: [Double])](
          repeating: ([2, -4, 2, -4], offsets), count: layers - 1)
        + [([2, -4], [0])])
  }

  /// Dense layers of these weights, rows by output, and offsets, with ReLU between them.
  private static func network(_ parts: [(weights: [Double], offsets: [Double])]) -> Sequential {
    var layers: [any Layer] = []
    for (index, part) in parts.enumerated() {
      if index > 0 { layers.append(ReLU()) }
      layers.append(Dense(part.weights.count / part.offsets.count, part.offsets.count))
    }
    var model = Sequential(layers)
    model.initialize(dtype: .float64)
    for (index, part) in parts.enumerated() {
      let inputs = part.weights.count / part.offsets.count
      LabTraining.set(
        "layers.\(2 * index).weight", of: &model,
        to: NDArray(part.weights, shape: [part.offsets.count, inputs]))
      LabTraining.set("layers.\(2 * index).bias", of: &model, to: NDArray(part.offsets))
    }
    return model
  }
}
