import Explain
import Plots
import Training

/// Data that several labs use, and what is said of models on them.
enum LabData {
  /// Points around the corners (±1, ±1), the class 1 where the signs differ.
  /// - Parameter spread: The standard deviation around a corner.
  /// - Returns: Points `[count, 2]` in float32 and labels `[count]`.
  static func exclusiveOr(
    count: Int, spread: Double, seed: UInt64
  ) -> (points: NDArray, labels: NDArray) {
    var random = RandomGenerator(key: RandomKey(seed: seed, path: "exclusive-or"))
    var points: [Float] = []
    var labels: [Int32] = []
    for index in 0..<count {
      let signs = (index % 2 == 0 ? 1.0 : -1.0, index / 2 % 2 == 0 ? 1.0 : -1.0)
      points.append(Float(signs.0 + spread * random.normal()))
      points.append(Float(signs.1 + spread * random.normal()))
      labels.append(signs.0 == signs.1 ? 0 : 1)
    }
    return (NDArray(points, shape: [count, 2]), NDArray(labels))
  }

  /// The classes that a model gives to rows of inputs.
  static func classes(of model: Sequential, _ inputs: NDArray) -> [Int] {
    var context = Context(.evaluation)
    return model(Tensor(inputs), &context).array.argumentOfMaximum(axis: 1).integers
  }

  /// The share of inputs whose class is right.
  static func accuracy(of model: Sequential, _ inputs: NDArray, _ labels: NDArray) -> Double {
    let found = classes(of: model, inputs)
    let right = zip(found, labels.doubles).count { Double($0) == $1 }
    return Double(right) / Double(found.count)
  }

  /// The regions of a model's classes in the plane, with the points it was trained on.
  static func regions(
    of model: Sequential, _ points: NDArray, _ labels: NDArray, title: String,
    range: ClosedRange<Double>
  ) -> Chart {
    let resolution = 120
    let step = (range.upperBound - range.lowerBound) / Double(resolution - 1)
    let places = (0..<resolution).map { range.lowerBound + step * Double($0) }
    let inputs = places.flatMap { y in places.flatMap { x in [Float(x), Float(y)] } }
    let found = classes(of: model, NDArray(inputs, shape: [resolution * resolution, 2]))
    let values = (0..<resolution).map { row in
      (0..<resolution).map { Double(found[row * resolution + $0]) }
    }
    let names = (0..<((found + labels.doubles.map { Int($0) }).max() ?? 0) + 1).map(String.init)
    let numbers = points.doubles
    let marks = names.indices.map { label in
      let chosen = labels.doubles.indices.filter { Int(labels.doubles[$0]) == label }
      return Mark.points(
        names[label], x: chosen.map { numbers[2 * $0] }, y: chosen.map { numbers[2 * $0 + 1] })
    }
    return Chart(
      title, x: "x₁", y: "x₂",
      marks: [.regions(Grid(x: places, y: places, values: values), names: names)] + marks,
      hasEqualUnits: true, width: 480, height: 440)
  }
}
