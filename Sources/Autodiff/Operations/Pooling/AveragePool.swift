/// Mean over windows; the gradient is spread evenly over each window.
struct AveragePool: UnaryOperation {
  static let name = "averagePool"
  let geometry: PoolingGeometry
  let inputShape: Shape
  var formula: Formula {
    let pool = self
    return Formula(
      value: "pool(x)", gradient: "spread(u)",
      functions: [
        "pool": { pool.value($0[0]) },
        "spread": {
          AveragePoolGradient(geometry: pool.geometry, inputShape: pool.inputShape).value($0[0])
        },
      ])
  }
  var saves: Saves { [] }

  func value(_ x: NDArray) -> NDArray {
    let shape = trapping { () throws(ShapeError) in try geometry.outputShape(input: inputShape) }
    return engine(for: x.dtype).averagePool(x, geometry: geometry, shape: shape)
  }

  func gradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    apply(AveragePoolGradient(geometry: geometry, inputShape: inputShape), upstream)
  }
}

/// The transpose of `AveragePool`, whose gradient is average pooling again.
struct AveragePoolGradient: UnaryOperation {
  static let name = "averagePoolGradient"
  let geometry: PoolingGeometry
  let inputShape: Shape
  var formula: Formula {
    let spread = self
    return Formula(
      value: "spread(x)", gradient: "pool(u)",
      functions: [
        "spread": { spread.value($0[0]) },
        "pool": {
          AveragePool(geometry: spread.geometry, inputShape: spread.inputShape).value($0[0])
        },
      ])
  }
  var saves: Saves { [] }

  func value(_ x: NDArray) -> NDArray {
    engine(for: x.dtype).averagePoolGradient(x, geometry: geometry, inputShape: inputShape)
  }

  func gradient(_ upstream: Tensor, _ saved: Saved) -> Tensor { upstream.averagePool(geometry) }
}

extension Tensor {
  /// The mean of each window; padding counts as zeros, unless the geometry says otherwise.
  /// - Shapes: [N, C, H, W] → [N, C, H′, W′], H′ = ⌊(H + 2·padding − window) / stride⌋ + 1
  /// - Precondition: the geometry takes this shape, see `PoolingGeometry`, and rounds down.
  public func averagePool(_ geometry: PoolingGeometry) -> Tensor {
    guard !geometry.roundsUp else {
      fatalError("averagePool: \(geometry) on \(shape), only a maximum rounds sizes up")
    }
    return apply(AveragePool(geometry: geometry, inputShape: shape), self)
  }

  /// The mean of each plane.
  /// - Shapes: [N, C, H, W] → [N, C]
  public func globalAveragePool() -> Tensor {
    // An image in blocks of channels is pooled, by which it need not be converted.
    guard case .blocked = array.layout else { return mean(axes: [2, 3]) }
    return averagePool(PoolingGeometry(window: [shape[2], shape[3]]))
      .reshaped([shape[0], shape[1]])
  }

  /// The maximum of each plane; its gradient goes to the first of equal elements.
  /// - Shapes: [N, C, H, W] → [N, C]
  public func globalMaximumPool() -> Tensor { maximum(axes: [2, 3]) }
}
