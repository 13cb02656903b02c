import Training

/// A layer that is nothing but a point, for steps on a function.
struct Point: Layer {
  var position: Parameter

  /// In the array's type; set apart from what is drawn.
  init(_ start: NDArray) {
    position = Parameter(
      start.shape, initializer: .zeros,
      fans: .init(inputs: start.elementCount, outputs: start.elementCount))
    initialize(seed: 0, dtype: start.dtype)
    position.tensor = Tensor(start)
  }

  func callAsFunction(_ x: Tensor, _ context: inout Context) -> Tensor { x }

  mutating func visitParameters(_ visit: inout ParameterVisitor) {
    visit("position", &position)
  }

  /// The numbers of the point.
  var doubles: [Double] { position.tensor.array.doubles }

  /// The gradients of two functions, written out as in `Tests/References/optimizers.py`.
  static func gradient(_ problem: String, _ x: [Double]) -> [Double] {
    if problem == "quadratic" {
      let matrix = [[3, 0.5, 0], [0.5, 1, -0.25], [0, -0.25, 0.5]]
      let vector = [1, -2, 0.5]
      return (0..<3).map { row in
        zip(matrix[row], x).reduce(0) { $0 + $1.0 * $1.1 } - vector[row]
      }
    }
    let bend = x[1] - x[0] * x[0]
    return [-2 * (1 - x[0]) - 400 * x[0] * bend, 200 * bend]
  }

  /// One step along a gradient that is taken where the optimizer wants it.
  mutating func step(
    _ optimizer: inout some Optimizer, _ settings: UpdateSettings = UpdateSettings(),
    _ gradient: ([Double]) -> [Double]
  ) {
    let point = optimizer.gradientPoint(of: self, settings: settings) ?? self
    let array = NDArray(gradient(point.doubles), shape: position.shape)
      .cast(to: position.tensor.dtype)
    optimizer.update(&self, along: Gradients([("position", array)]), settings: settings)
  }
}
