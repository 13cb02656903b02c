import Labs
import Layers
import Testing

@Suite struct PiecewiseLinearTests {
  /// A tooth is exact with two pieces, and with one the regression line of 0, 1, 0 is level: the
  /// squares add up to 2/3.
  @Test func tooth() {
    let errors = PiecewiseLinear.leastErrors(x: [0, 0.5, 1], y: [0, 1, 0], pieces: 3)
    #expect(abs(errors[0] - (2.0 / 9).squareRoot()) < 1e-12)
    #expect(errors[1] < 1e-12 && errors[2] < 1e-12)
  }

  /// Against every way to divide seven places into pieces, each with its regression line.
  @Test func asAllDivisions() {
    let x = [0.0, 1, 2, 3.5, 4, 6, 7]
    let y = [1.0, -2, 0.5, 4, 3, -1, 0]
    let found = PiecewiseLinear.leastErrors(x: x, y: y, pieces: 4)
    for pieces in 1...4 {
      var least = Double.infinity
      for cuts in 0..<(1 << 6) where cuts.nonzeroBitCount == pieces - 1 {
        var total = 0.0
        var start = 0
        for end in 1...7 where end == 7 || cuts >> (end - 1) & 1 == 1 {
          total += residual(Array(x[start..<end]), Array(y[start..<end]))
          start = end
        }
        least = min(least, total)
      }
      #expect(abs(found[pieces - 1] - (least / 7).squareRoot()) < 1e-9)
    }
  }

  private func residual(_ x: [Double], _ y: [Double]) -> Double {
    let (meanX, meanY) = (Statistics.mean(x), Statistics.mean(y))
    let square = x.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) }
    let product = zip(x, y).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) }
    let slope = square > 0 ? product / square : 0
    return zip(x, y).reduce(0) {
      let rest = $1.1 - meanY - slope * ($1.0 - meanX)
      return $0 + rest * rest
    }
  }

  @Test func tents() {
    #expect(
      [0, 0.25, 0.5, 0.75, 1].map { PiecewiseLinear.tent($0, times: 1) } == [0, 0.5, 1, 0.5, 0])
    #expect(
      [0, 0.125, 0.25, 0.5, 0.75].map { PiecewiseLinear.tent($0, times: 2) } == [0, 0.5, 1, 0, 1])
    #expect(PiecewiseLinear.tent(0.3, times: 0) == 0.3)
  }
}

@Suite struct ConstructedNetworksTests {
  private func values(_ model: Sequential, _ places: [Double]) -> [Double] {
    var context = Context(.evaluation)
    return model(Tensor(NDArray(places, shape: [places.count, 1])), &context).array.doubles
  }

  /// At the knots the network has the function's values, between them their mean.
  @Test func interpolates() {
    let model = ConstructedNetworks.interpolating(width: 4, over: -1...1) { $0 * $0 * $0 }
    #expect(model.parameterCount == 3 * 4 + 1)
    let found = values(model, [-1, -0.5, 0, 0.5, 1, 0.75])
    for (value, expected) in zip(found, [-1, -0.125, 0, 0.125, 1, 0.5625]) {
      #expect(abs(value - expected) < 1e-14)
    }
  }

  /// All numbers are binary fractions, so that the deep network is exact.
  @Test(arguments: 1...6) func sawtooth(layers: Int) {
    let model = ConstructedNetworks.sawtooth(layers: layers)
    #expect(model.parameterCount == 6 * layers + 1)
    let places = (0...512).map { Double($0) / 512 }
    #expect(values(model, places) == places.map { PiecewiseLinear.tent($0, times: layers) })
  }
}
