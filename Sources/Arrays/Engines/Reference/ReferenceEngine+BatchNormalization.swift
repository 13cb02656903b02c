extension ReferenceEngine {
  package func batchNormalization(
    _ x: NDArray, scale: NDArray, offset: NDArray, epsilon: Double
  ) -> (value: NDArray, mean: NDArray, variance: NDArray) {
    let (_, channels, _) = Self.split(x.shape, at: 1)
    let axes = (0..<x.rank).filter { $0 != 1 }
    let x = Self.readable(x)
    let mean = Self.vector(reduce(.mean, x, axes: axes), channels)
    let variance = Self.vector(reduce(.variance, x, axes: axes), channels)
    let value = batchNormalizationInference(
      x, scale: scale, offset: offset, mean: mean, variance: variance, epsilon: epsilon)
    return (value, mean, variance)
  }

  private static func vector(_ x: NDArray, _ count: Int) -> NDArray {
    NDArray(storage: x.storage, shape: [count], dtype: x.dtype)
  }

  package func batchNormalizationInference(
    _ x: NDArray, scale: NDArray, offset: NDArray, mean: NDArray, variance: NDArray,
    epsilon: Double
  ) -> NDArray {
    switch x.dtype {
    case .float32: Self.normalize(x, scale, offset, mean, variance, epsilon, Float.self)
    case .float64: Self.normalize(x, scale, offset, mean, variance, epsilon, Double.self)
    default: Self.unsupported("batchNormalization", x.dtype)
    }
  }

  private static func normalize<Real: RealElement>(
    _ x: NDArray, _ scale: NDArray, _ offset: NDArray, _ mean: NDArray, _ variance: NDArray,
    _ epsilon: Double, _ type: Real.Type
  ) -> NDArray {
    let x = ordered(x)
    let (scale, offset) = (ordered(scale), ordered(offset))
    let (mean, variance) = (ordered(mean), ordered(variance))
    let (images, channels, plane) = split(x.shape, at: 1)
    let result = NDArray(uninitialized: x.shape, dtype: Real.dtype)
    let source = x.firstElement(as: type)
    let target = result.firstElement(as: type)
    for image in 0..<images {
      for channel in 0..<channels {
        let deviation = (variance.firstElement(as: type)[channel].double + epsilon).squareRoot()
        let factor = Real(scale.firstElement(as: type)[channel].double / deviation)
        let center = mean.firstElement(as: type)[channel]
        let shift = offset.firstElement(as: type)[channel]
        let start = (image &* channels &+ channel) &* plane
        for index in start..<start &+ plane {
          target[index] = (source[index] - center) * factor + shift
        }
      }
    }
    return result
  }

  package func batchNormalizationGradient(
    _ upstream: NDArray, input: NDArray, scale: NDArray, mean: NDArray, variance: NDArray,
    epsilon: Double
  ) -> (input: NDArray, scale: NDArray, offset: NDArray) {
    switch input.dtype {
    case .float32:
      Self.batchGradient(upstream, input, scale, mean, variance, epsilon, Float.self)
    case .float64:
      Self.batchGradient(upstream, input, scale, mean, variance, epsilon, Double.self)
    default: Self.unsupported("batchNormalizationGradient", input.dtype)
    }
  }

  /// With x̂ = (x − mean)/σ: ∂scale = Σ u·x̂, ∂offset = Σ u and
  /// ∂x = scale/σ · (u − ∂offset/n − x̂ · ∂scale/n).
  private static func batchGradient<Real: RealElement>(
    _ upstream: NDArray, _ x: NDArray, _ scale: NDArray, _ mean: NDArray, _ variance: NDArray,
    _ epsilon: Double, _ type: Real.Type
  ) -> (input: NDArray, scale: NDArray, offset: NDArray) {
    let (upstream, x) = (ordered(upstream), ordered(x))
    let (scale, mean, variance) = (ordered(scale), ordered(mean), ordered(variance))
    let (images, channels, plane) = split(x.shape, at: 1)
    let result = NDArray(uninitialized: x.shape, dtype: Real.dtype)
    let scaleGradient = NDArray(uninitialized: [channels], dtype: Real.dtype)
    let offsetGradient = NDArray(uninitialized: [channels], dtype: Real.dtype)
    let source = x.firstElement(as: type)
    let u = upstream.firstElement(as: type)
    let target = result.firstElement(as: type)
    let share = 1 / Double(images * plane)
    for channel in 0..<channels {
      let center = mean.firstElement(as: type)[channel].double
      let deviation = (variance.firstElement(as: type)[channel].double + epsilon).squareRoot()
      var sum = 0.0
      var product = 0.0
      for image in 0..<images {
        let start = (image &* channels &+ channel) &* plane
        var planeSum = 0.0
        var planeProduct = 0.0
        for index in start..<start &+ plane {
          planeSum += u[index].double
          planeProduct += u[index].double * (source[index].double - center)
        }
        sum += planeSum
        product += planeProduct
      }
      // Over nothing the deviation is NaN, yet the sums are 0.
      if images * plane > 0 { product /= deviation }
      scaleGradient.firstElement(as: type)[channel] = Real(product)
      offsetGradient.firstElement(as: type)[channel] = Real(sum)
      let factor = Real(scale.firstElement(as: type)[channel].double / deviation)
      let slope = Real(product * share / deviation)
      let level = Real(sum * share)
      let middle = Real(center)
      for image in 0..<images {
        let start = (image &* channels &+ channel) &* plane
        for index in start..<start &+ plane {
          target[index] = factor * (u[index] - level - (source[index] - middle) * slope)
        }
      }
    }
    return (result, scaleGradient, offsetGradient)
  }
}
