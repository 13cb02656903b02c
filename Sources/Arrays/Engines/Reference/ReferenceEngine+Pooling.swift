extension ReferenceEngine {
  package func maximumPool(_ x: NDArray, geometry: PoolingGeometry, shape: Shape) -> (
    value: NDArray, places: NDArray
  ) {
    switch x.dtype {
    case .float32: Self.maximumPool(x, geometry, shape, Float.self)
    case .float64: Self.maximumPool(x, geometry, shape, Double.self)
    default: Self.unsupported("maximumPool", x.dtype)
    }
  }

  private static func maximumPool<Real: RealElement>(
    _ x: NDArray, _ geometry: PoolingGeometry, _ shape: Shape, _ type: Real.Type
  ) -> (value: NDArray, places: NDArray) {
    let x = ordered(x)
    let value = NDArray(uninitialized: shape, dtype: Real.dtype)
    let places = NDArray(uninitialized: shape, dtype: .int32)
    let windows = PoolingWindows(geometry, input: x.shape, output: shape)
    let source = x.firstElement(as: type)
    let values = value.firstElement(as: type)
    let numbers = places.firstElement(as: Int32.self)
    let width = x.shape[3]
    windows.forEach { output, plane, rows, columns in
      if rows.isEmpty || columns.isEmpty {  // an empty input with padding
        values[output] = .nan
        numbers[output] = 0
        return
      }
      let plane = source + plane
      var place = rows.lowerBound &* width &+ columns.lowerBound
      var best = plane[place]
      for row in rows {
        for column in columns {
          let candidate = plane[row &* width &+ column]
          if candidate > best || (candidate != candidate && best == best) {
            best = candidate
            place = row &* width &+ column
          }
        }
      }
      values[output] = best
      numbers[output] = Int32(truncatingIfNeeded: place)
    }
    return (value, places)
  }

  package func maximumPoolGradient(_ upstream: NDArray, places: NDArray, inputShape: Shape)
    -> NDArray
  {
    switch upstream.dtype {
    case .float32: Self.addAtPlaces(upstream, places, inputShape, Float.self)
    case .float64: Self.addAtPlaces(upstream, places, inputShape, Double.self)
    default: Self.unsupported("maximumPoolGradient", upstream.dtype)
    }
  }

  private static func addAtPlaces<Real: RealElement>(
    _ upstream: NDArray, _ places: NDArray, _ shape: Shape, _ type: Real.Type
  ) -> NDArray {
    let upstream = ordered(upstream)
    let places = ordered(places)
    let result = NDArray(uninitialized: shape, dtype: Real.dtype)
    let target = result.firstElement(as: type)
    target.update(repeating: 0, count: shape.elementCount)
    let source = upstream.firstElement(as: type)
    let numbers = places.firstElement(as: Int32.self)
    let plane = shape[2] * shape[3]
    if plane == 0 { return result }
    let outputPlane = places.shape[2] * places.shape[3]
    for image in 0..<shape[0] * shape[1] {
      for index in image * outputPlane..<(image + 1) * outputPlane {
        let place = checked(numbers[index], below: plane, "maximumPoolGradient: place")
        target[image &* plane &+ place] += source[index]
      }
    }
    return result
  }

  package func takeAtPlaces(_ x: NDArray, places: NDArray) -> NDArray {
    switch x.dtype {
    case .float32: Self.takeAtPlaces(x, places, Float.self)
    case .float64: Self.takeAtPlaces(x, places, Double.self)
    default: Self.unsupported("takeAtPlaces", x.dtype)
    }
  }

  private static func takeAtPlaces<Real: RealElement>(
    _ x: NDArray, _ places: NDArray, _ type: Real.Type
  ) -> NDArray {
    let x = ordered(x)
    let places = ordered(places)
    let result = NDArray(uninitialized: places.shape, dtype: Real.dtype)
    let target = result.firstElement(as: type)
    let source = x.firstElement(as: type)
    let numbers = places.firstElement(as: Int32.self)
    let plane = x.shape[2] * x.shape[3]
    if plane == 0 { return NDArray(repeating: .nan, shape: places.shape, dtype: Real.dtype) }
    let outputPlane = places.shape[2] * places.shape[3]
    for image in 0..<x.shape[0] * x.shape[1] {
      for index in image * outputPlane..<(image + 1) * outputPlane {
        let place = checked(numbers[index], below: plane, "takeAtPlaces: place")
        target[index] = source[image &* plane &+ place]
      }
    }
    return result
  }

  package func averagePool(_ x: NDArray, geometry: PoolingGeometry, shape: Shape) -> NDArray {
    switch x.dtype {
    case .float32: Self.averagePool(x, geometry, shape, Float.self)
    case .float64: Self.averagePool(x, geometry, shape, Double.self)
    default: Self.unsupported("averagePool", x.dtype)
    }
  }

  private static func averagePool<Real: RealElement>(
    _ x: NDArray, _ geometry: PoolingGeometry, _ shape: Shape, _ type: Real.Type
  ) -> NDArray {
    let x = ordered(x)
    let result = NDArray(uninitialized: shape, dtype: Real.dtype)
    let windows = PoolingWindows(geometry, input: x.shape, output: shape)
    let source = x.firstElement(as: type)
    let target = result.firstElement(as: type)
    let width = x.shape[3]
    windows.forEach { output, plane, rows, columns in
      var sum = 0.0
      for row in rows {
        let line = source + (plane &+ row &* width)
        for column in columns { sum += line[column].double }
      }
      target[output] = Real(sum / windows.divisor(rows, columns))
    }
    return result
  }

  package func averagePoolGradient(
    _ upstream: NDArray, geometry: PoolingGeometry, inputShape: Shape
  ) -> NDArray {
    switch upstream.dtype {
    case .float32: Self.averagePoolGradient(upstream, geometry, inputShape, Float.self)
    case .float64: Self.averagePoolGradient(upstream, geometry, inputShape, Double.self)
    default: Self.unsupported("averagePoolGradient", upstream.dtype)
    }
  }

  private static func averagePoolGradient<Real: RealElement>(
    _ upstream: NDArray, _ geometry: PoolingGeometry, _ shape: Shape, _ type: Real.Type
  ) -> NDArray {
    let upstream = ordered(upstream)
    let result = NDArray(uninitialized: shape, dtype: Real.dtype)
    let windows = PoolingWindows(geometry, input: shape, output: upstream.shape)
    let source = upstream.firstElement(as: type)
    let target = result.firstElement(as: type)
    target.update(repeating: 0, count: shape.elementCount)
    let width = shape[3]
    windows.forEach { output, plane, rows, columns in
      let share = source[output] / Real(windows.divisor(rows, columns))
      for row in rows {
        let line = target + (plane &+ row &* width)
        for column in columns { line[column] += share }
      }
    }
    return result
  }
}

/// The windows of a pooling, cut off at the borders of the input.
private struct PoolingWindows {
  private let geometry: PoolingGeometry
  private let input: Shape
  private let output: Shape

  init(_ geometry: PoolingGeometry, input: Shape, output: Shape) {
    self.geometry = geometry
    self.input = input
    self.output = output
  }

  /// What an average divides by.
  @inline(__always)
  func divisor(_ rows: Range<Int>, _ columns: Range<Int>) -> Double {
    geometry.countsPadding
      ? Double(geometry.window[0] &* geometry.window[1]) : Double(rows.count &* columns.count)
  }

  /// Calls `body` for each element of the output with its offset, the offset of the input plane
  /// and the window's rows and columns within the plane.
  @inline(__always)
  func forEach(
    _ body: (_ output: Int, _ plane: Int, _ rows: Range<Int>, _ columns: Range<Int>) -> Void
  ) {
    let (height, width) = (input[2], input[3])
    let (rowStep, columnStep) = (geometry.stride[0], geometry.stride[1])
    let (rowPadding, columnPadding) = (geometry.padding[0], geometry.padding[1])
    let (windowRows, windowColumns) = (geometry.window[0], geometry.window[1])
    let (outputRows, outputColumns) = (output[2], output[3])
    var place = 0
    for plane in 0..<output[0] * output[1] {
      for row in 0..<outputRows {
        let top = row &* rowStep &- rowPadding
        let rows = max(top, 0)..<min(top &+ windowRows, height)
        for column in 0..<outputColumns {
          let left = column &* columnStep &- columnPadding
          let columns = max(left, 0)..<min(left &+ windowColumns, width)
          body(place, plane &* height &* width, rows, columns)
          place &+= 1
        }
      }
    }
  }
}
