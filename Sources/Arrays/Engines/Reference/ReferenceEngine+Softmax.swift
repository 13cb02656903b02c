extension ReferenceEngine {
  package func softmax(_ x: NDArray, axis: Int) -> NDArray {
    switch x.dtype {
    case .float32: Self.softmax(x, axis, Float.self)
    case .float64: Self.softmax(x, axis, Double.self)
    default: Self.unsupported("softmax", x.dtype)
    }
  }

  private static func softmax<Real: RealElement>(
    _ x: NDArray, _ axis: Int, _ type: Real.Type
  ) -> NDArray {
    mapLines(x, x, axis, type) { x, _, y, count, step in
      let sum = exponentials(x, y, count, step)
      let scale = Real(1 / sum)
      for index in 0..<count { y[index &* step] *= scale }
    }
  }

  package func logSoftmax(_ x: NDArray, axis: Int) -> NDArray {
    switch x.dtype {
    case .float32: Self.logSoftmax(x, axis, Float.self)
    case .float64: Self.logSoftmax(x, axis, Double.self)
    default: Self.unsupported("logSoftmax", x.dtype)
    }
  }

  private static func logSoftmax<Real: RealElement>(
    _ x: NDArray, _ axis: Int, _ type: Real.Type
  ) -> NDArray {
    mapLines(x, x, axis, type) { x, _, y, count, step in
      let largest = maximum(x, count, step)
      let logarithm = Real(Double.log(exponentials(x, y, count, step)))
      for index in 0..<count { y[index &* step] = x[index &* step] - largest - logarithm }
    }
  }

  package func softmaxGradient(_ upstream: NDArray, value: NDArray, axis: Int) -> NDArray {
    switch upstream.dtype {
    case .float32: Self.softmaxGradient(upstream, value, axis, Float.self)
    case .float64: Self.softmaxGradient(upstream, value, axis, Double.self)
    default: Self.unsupported("softmaxGradient", upstream.dtype)
    }
  }

  private static func softmaxGradient<Real: RealElement>(
    _ upstream: NDArray, _ value: NDArray, _ axis: Int, _ type: Real.Type
  ) -> NDArray {
    mapLines(upstream, value, axis, type) { u, y, result, count, step in
      var sum = 0.0
      for index in 0..<count { sum += u[index &* step].double * y[index &* step].double }
      let mean = Real(sum)
      for index in 0..<count {
        result[index &* step] = y[index &* step] * (u[index &* step] - mean)
      }
    }
  }

  package func logSoftmaxGradient(_ upstream: NDArray, value: NDArray, axis: Int) -> NDArray {
    switch upstream.dtype {
    case .float32: Self.logSoftmaxGradient(upstream, value, axis, Float.self)
    case .float64: Self.logSoftmaxGradient(upstream, value, axis, Double.self)
    default: Self.unsupported("logSoftmaxGradient", upstream.dtype)
    }
  }

  private static func logSoftmaxGradient<Real: RealElement>(
    _ upstream: NDArray, _ value: NDArray, _ axis: Int, _ type: Real.Type
  ) -> NDArray {
    mapLines(upstream, value, axis, type) { u, y, result, count, step in
      var sum = 0.0
      for index in 0..<count { sum += u[index &* step].double }
      let total = Real(sum)
      for index in 0..<count {
        result[index &* step] = u[index &* step] - Real.exp(y[index &* step]) * total
      }
    }
  }

  package func crossEntropy(logits: NDArray, labels: NDArray) -> (
    loss: NDArray, probabilities: NDArray
  ) {
    switch logits.dtype {
    case .float32: Self.crossEntropy(logits, labels, Float.self)
    case .float64: Self.crossEntropy(logits, labels, Double.self)
    default: Self.unsupported("crossEntropy", logits.dtype)
    }
  }

  private static func crossEntropy<Real: RealElement>(
    _ logits: NDArray, _ labels: NDArray, _ type: Real.Type
  ) -> (loss: NDArray, probabilities: NDArray) {
    let logits = ordered(logits)
    let labels = ordered(labels)
    let (rows, count) = (logits.shape[0], logits.shape[1])
    let loss = NDArray(uninitialized: [rows], dtype: Real.dtype)
    let probabilities = NDArray(uninitialized: logits.shape, dtype: Real.dtype)
    let losses = loss.firstElement(as: type)
    let numbers = labels.firstElement(as: Int32.self)
    for row in 0..<rows {
      let x = UnsafePointer(logits.firstElement(as: type) + row &* count)
      let p = probabilities.firstElement(as: type) + row &* count
      let label = checked(numbers[row], below: count, "crossEntropy: label")
      let sum = exponentials(x, p, count, 1)
      let scale = Real(1 / sum)
      for index in 0..<count { p[index] *= scale }
      let below = x[label] - maximum(x, count, 1)
      losses[row] = Real(Double.log(sum) - below.double)
    }
    return (loss, probabilities)
  }

  package func crossEntropyGradient(
    _ upstream: NDArray, probabilities: NDArray, labels: NDArray
  ) -> NDArray {
    switch upstream.dtype {
    case .float32: Self.crossEntropyGradient(upstream, probabilities, labels, Float.self)
    case .float64: Self.crossEntropyGradient(upstream, probabilities, labels, Double.self)
    default: Self.unsupported("crossEntropyGradient", upstream.dtype)
    }
  }

  private static func crossEntropyGradient<Real: RealElement>(
    _ upstream: NDArray, _ probabilities: NDArray, _ labels: NDArray, _ type: Real.Type
  ) -> NDArray {
    let upstream = ordered(upstream)
    let probabilities = ordered(probabilities)
    let labels = ordered(labels)
    let (rows, count) = (probabilities.shape[0], probabilities.shape[1])
    let result = NDArray(uninitialized: probabilities.shape, dtype: Real.dtype)
    let numbers = labels.firstElement(as: Int32.self)
    for row in 0..<rows {
      let p = probabilities.firstElement(as: type) + row &* count
      let target = result.firstElement(as: type) + row &* count
      let factor = upstream.firstElement(as: type)[row]
      let label = checked(numbers[row], below: count, "crossEntropyGradient: label")
      for index in 0..<count { target[index] = p[index] * factor }
      target[label] = (p[label] - 1) * factor
    }
    return result
  }

  /// Calls `body` for each line along the axis with the lines of a, b and the result, their length
  /// and their stride.
  @inline(__always)
  private static func mapLines<Real: RealElement>(
    _ a: NDArray, _ b: NDArray, _ axis: Int, _ type: Real.Type,
    _ body: (UnsafePointer<Real>, UnsafePointer<Real>, UnsafeMutablePointer<Real>, Int, Int)
      -> Void
  ) -> NDArray {
    let a = ordered(a)
    let b = ordered(b)
    let result = NDArray(uninitialized: a.shape, dtype: Real.dtype)
    let (outer, count, inner) = split(a.shape, at: axis)
    if count == 0 { return result }
    let first = UnsafePointer(a.firstElement(as: type))
    let second = UnsafePointer(b.firstElement(as: type))
    let target = result.firstElement(as: type)
    for row in 0..<outer {
      for column in 0..<inner {
        let offset = row &* count &* inner &+ column
        body(first + offset, second + offset, target + offset, count, inner)
      }
    }
    return result
  }

  /// The largest element of a line, or NaN where there is one.
  @inline(__always)
  private static func maximum<Real: RealElement>(
    _ x: UnsafePointer<Real>, _ count: Int, _ step: Int
  ) -> Real {
    Real(ReductionPlan.foldRow(x, count, stride: step, by: MaximumRule.self))
  }

  /// Writes exp(x − max x) and gives the sum.
  @inline(__always)
  private static func exponentials<Real: RealElement>(
    _ x: UnsafePointer<Real>, _ y: UnsafeMutablePointer<Real>, _ count: Int, _ step: Int
  ) -> Double {
    let largest = maximum(x, count, step)
    for index in 0..<count { y[index &* step] = Real.exp(x[index &* step] - largest) }
    return ReductionPlan.foldRow(UnsafePointer(y), count, stride: step, by: SumRule.self)
  }
}
