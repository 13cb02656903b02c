import Arrays
import Autodiff
import Layers

/// A function of a point with its gradient, as minimisers see it: numbers in a row, in double
/// precision.
struct Objective {
  /// The start, whose shape and type the function is given.
  let start: NDArray
  private let function: (Tensor) throws -> Tensor
  private(set) var evaluations = 0

  /// - Throws: `MinimizationError.unusableStart`.
  init(start: NDArray, _ function: @escaping (Tensor) throws -> Tensor) throws(MinimizationError) {
    guard start.dtype == .float32 || start.dtype == .float64, start.elementCount > 0 else {
      throw .unusableStart(dtype: start.dtype, shape: start.shape)
    }
    self.start = start
    self.function = function
  }

  /// The point as the function takes it.
  func array(_ point: [Double]) -> NDArray {
    NDArray(point, shape: start.shape).cast(to: start.dtype)
  }

  /// Value and gradient; the value is infinite where either is not a finite number, which a line
  /// search takes for too high.
  mutating func callAsFunction(_ point: [Double]) throws -> (value: Double, gradient: [Double]) {
    evaluations += 1
    let (value, gradient) = try valueWithGradient(at: array(point), function)
    let numbers = gradient.doubles
    let isFinite = value.item.isFinite && numbers.allSatisfy(\.isFinite)
    return (isFinite ? value.item : .infinity, numbers)
  }

  /// The value alone, infinite where it is not a finite number.
  mutating func value(_ point: [Double]) throws -> Double {
    evaluations += 1
    let value = try function(Tensor(array(point))).item
    return value.isFinite ? value : .infinity
  }

  /// Value, gradient and Hessian, the last made symmetric.
  mutating func withHessian(
    _ point: [Double]
  ) throws -> (value: Double, gradient: [Double], hessian: NDArray) {
    evaluations += 1
    let (value, gradient, square) = try hessian(at: array(point), function)
    let count = point.count
    let matrix = square.reshaped([count, count]).cast(to: .float64)
    return (value.item, gradient.doubles, (matrix + matrix.transposed()) * 0.5)
  }
}

/// Sums over two rows of numbers.
func dot(_ a: [Double], _ b: [Double]) -> Double {
  a.withUnsafeBufferPointer { a in
    b.withUnsafeBufferPointer { b in
      var sum = 0.0
      for index in 0..<min(a.count, b.count) { sum += a[index] * b[index] }
      return sum
    }
  }
}

extension Layer {
  /// How many numbers the trainable parameters have.
  var trainableCount: Int {
    var copy = self
    var count = 0
    copy.forEachParameter { if $0.isTrainable { count += $0.shape.elementCount } }
    return count
  }

  /// The trainable parameters in one row `[k]`, in the order in which the model visits them.
  func trainableVector() -> NDArray {
    var copy = self
    var parts: [NDArray] = []
    copy.forEachParameter { parameter in
      guard parameter.isTrainable else { return }
      parts.append(parameter.tensor.array.reshaped([parameter.shape.elementCount]))
    }
    return parts.isEmpty ? NDArray.zeros([0], dtype: .float32) : NDArray.concatenate(parts, axis: 0)
  }

  /// The model with the trainable parameters taken from a row `[k]`, whose history they carry on.
  func withTrainableVector(_ vector: Tensor) -> Self {
    var copy = self
    var first = 0
    copy.forEachParameter { parameter in
      guard parameter.isTrainable else { return }
      let count = parameter.shape.elementCount
      parameter.tensor = vector.sliced(axis: 0, first..<(first + count))
        .reshaped(parameter.shape)
      first += count
    }
    return copy
  }
}
