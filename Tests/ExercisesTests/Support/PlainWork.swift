/// A calculation on plain numbers whose every quantity has a name: the tests' own way to a key's
/// numbers, without the library.
struct PlainWork {
  /// A number that is moved where it is computed, so that a derivative by it can be measured.
  fileprivate var nudge: (key: String, entry: Int, by: Double)?
  /// What was computed, by name.
  private(set) var numbers: [String: [Double]] = [:]

  /// Names numbers; what is computed from them has to be computed from the result.
  mutating func name(_ key: String, _ values: [Double]) -> [Double] {
    var values = values
    if let nudge, nudge.key == key { values[nudge.entry] += nudge.by }
    numbers[key] = values
    return values
  }

  /// Names one number.
  mutating func name(_ key: String, _ value: Double) -> Double { name(key, [value])[0] }
}

/// A calculation's numbers, and its derivatives by central differences.
struct PlainKey {
  /// The calculation.
  let run: (inout PlainWork) -> Void
  let numbers: [String: [Double]]

  init(_ run: @escaping (inout PlainWork) -> Void) {
    self.run = run
    var work = PlainWork()
    run(&work)
    numbers = work.numbers
  }

  /// ∂loss/∂key by central differences of fourth order, good to about 1e-10: of a loss of 10,
  /// rounding leaves 3e-11, and the step 8e-11 where its fifth derivative is 2.4e7.
  func derivative(of loss: String, by key: String) -> [Double]? {
    guard let values = numbers[key] else { return nil }
    let step = 1e-4
    return values.indices.map { entry in
      func at(_ steps: Double) -> Double {
        var work = PlainWork()
        work.nudge = (key, entry, steps * step)
        run(&work)
        return work.numbers[loss]![0]
      }
      return (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * step)
    }
  }
}

/// The product of a matrix by rows and a vector.
func product(_ matrix: [[Double]], _ vector: [Double]) -> [Double] {
  matrix.map { row in zip(row, vector).reduce(0) { $0 + $1.0 * $1.1 } }
}

/// The product of two matrices, all by rows in one list.
func product(_ a: [Double], _ b: [Double], inner: Int) -> [Double] {
  let (rows, columns) = (a.count / inner, b.count / inner)
  return (0..<rows * columns).map { index in
    (0..<inner).reduce(0) {
      $0 + a[index / columns * inner + $1] * b[$1 * columns + index % columns]
    }
  }
}

/// Rows of `width` numbers.
func rows(_ numbers: [Double], _ width: Int) -> [[Double]] {
  stride(from: 0, to: numbers.count, by: width).map { Array(numbers[$0..<($0 + width)]) }
}
