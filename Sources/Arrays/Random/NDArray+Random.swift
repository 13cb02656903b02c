// Element i depends on the key and i alone: not on threads, engine or the other elements.

extension NDArray {
  /// Numbers equally likely anywhere in a range, U(lower, upper): float32 from 24 random bits,
  /// float64 from 53. The upper bound is never drawn, unless the range has no other number.
  /// - Precondition: the range is finite; float32 or float64.
  public static func uniform(
    _ shape: Shape, in range: Range<Double> = 0..<1, key: RandomKey, dtype: DType = .float32
  ) -> NDArray {
    let width = range.upperBound - range.lowerBound
    guard width.isFinite else { fatalError("uniform: range \(range) is not finite") }
    var result = NDArray(uninitialized: shape, dtype: dtype)
    let lower = range.lowerBound
    switch dtype {
    case .float32:
      // Rounding to Float may reach the upper bound, which is not in the range.
      let largest = max(Float(lower), below(Float(range.upperBound), range.upperBound))
      result.withMutableElements(as: Float.self) { elements in
        fill(elements, perBlock: 4) { block, place in
          let words = key.words(block: block)
          for lane in 0..<4 where place + lane < elements.count {
            let unit = Double(RandomBits.unit(words[lane]))
            elements[place + lane] = min(Float(lower + width * unit), largest)
          }
        }
      }
    case .float64:
      let largest = max(lower, range.upperBound.nextDown)
      result.withMutableElements(as: Double.self) { elements in
        fill(elements, perBlock: 2) { block, place in
          let words = key.words(block: block)
          for half in 0..<2 where place + half < elements.count {
            let unit = RandomBits.unit(RandomBits.wide(words, half: half))
            elements[place + half] = min(lower + width * unit, largest)
          }
        }
      }
    default: fatalError("uniform: dtype \(dtype); float32 and float64 can be drawn")
    }
    return result
  }

  /// The largest `Float` below the bound that `rounded` is nearest to.
  private static func below(_ rounded: Float, _ bound: Double) -> Float {
    Double(rounded) < bound ? rounded : rounded.nextDown
  }

  /// Numbers of the normal distribution N(mean, standardDeviation²), computed in double precision
  /// and rounded to `dtype`.
  ///
  /// Their bits are the same on any number of threads. Between machines they are where the C
  /// library's `log`, `cos` and `sin` round alike, else they differ in the last place.
  /// - Precondition: float32 or float64.
  public static func normal(
    _ shape: Shape, mean: Double = 0, standardDeviation: Double = 1, key: RandomKey,
    dtype: DType = .float32
  ) -> NDArray {
    var result = NDArray(uninitialized: shape, dtype: dtype)
    @inline(__always) func draw<Real: RealElement>(_ type: Real.Type) {
      result.withMutableElements(as: type) { elements in
        fill(elements, perBlock: 2) { block, place in
          let words = key.words(block: block)
          let (first, second) = RandomBits.normals(
            RandomBits.wide(words, half: 0), RandomBits.wide(words, half: 1))
          elements[place] = Real(mean + standardDeviation * first)
          if place + 1 < elements.count {
            elements[place + 1] = Real(mean + standardDeviation * second)
          }
        }
      }
    }
    switch dtype {
    case .float32: draw(Float.self)
    case .float64: draw(Double.self)
    default: fatalError("normal: dtype \(dtype); float32 and float64 can be drawn")
    }
    return result
  }

  /// 1 with the given probability (to 32 bits), else 0.
  /// - Precondition: the probability is in 0...1; any type but float16.
  public static func bernoulli(
    _ shape: Shape, probability: Double, key: RandomKey, dtype: DType = .float32
  ) -> NDArray {
    guard probability >= 0 && probability <= 1 else {
      fatalError("bernoulli: probability \(probability) is not in 0...1")
    }
    let threshold = UInt64((probability * 0x1p32).rounded())
    var result = NDArray(uninitialized: shape, dtype: dtype)
    @inline(__always) func draw<Element: ArrayElement>(_ zero: Element, _ one: Element) {
      result.withMutableElements(as: Element.self) { elements in
        fill(elements, perBlock: 4) { block, place in
          let words = key.words(block: block)
          for lane in 0..<4 where place + lane < elements.count {
            elements[place + lane] = UInt64(words[lane]) < threshold ? one : zero
          }
        }
      }
    }
    switch dtype {
    case .float32: draw(Float(0), 1)
    case .float64: draw(Double(0), 1)
    case .int32: draw(Int32(0), 1)
    case .int64: draw(Int64(0), 1)
    case .bool: draw(false, true)
    case .uint8: draw(UInt8(0), 1)
    case .float16: fatalError("bernoulli: dtype float16 is for storage only")
    }
    return result
  }

  /// The whole numbers below `count` in random order (Fisher–Yates), int32.
  /// - Precondition: 0 ≤ count ≤ the largest int32.
  public static func permutation(_ count: Int, key: RandomKey) -> NDArray {
    guard count >= 0 && count <= Int(Int32.max) else {
      fatalError("permutation: count \(count) is not in 0...\(Int32.max)")
    }
    var generator = RandomGenerator(key: key)
    var result = NDArray(uninitialized: [count], dtype: .int32)
    result.withMutableElements(as: Int32.self) { order in
      for index in 0..<count { order[index] = Int32(truncatingIfNeeded: index) }
      for last in stride(from: count - 1, to: 0, by: -1) {
        order.swapAt(last, generator.integer(below: last + 1))
      }
    }
    return result
  }

  /// Calls `body` with each block of the stream and the first element that it gives, on several
  /// threads where there are many.
  @inline(__always)
  private static func fill<Element>(
    _ elements: UnsafeMutableBufferPointer<Element>, perBlock: Int,
    _ body: (_ block: UInt64, _ place: Int) -> Void
  ) {
    let blocks = (elements.count + perBlock - 1) / perBlock
    Compute.forEachRange(of: blocks, grain: 4096) { range in
      for block in range { body(UInt64(block), block &* perBlock) }
    }
  }
}
