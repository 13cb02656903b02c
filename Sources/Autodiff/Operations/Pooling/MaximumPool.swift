/// Maximum over windows; the gradient goes to the first largest element of each window.
struct MaximumPool: GeneralOperation {
  static let name = "maximumPool"
  let geometry: PoolingGeometry
  let inputShape: Shape
  var formula: Formula {
    let pool = self
    return Formula(
      value: "pool(x)", gradient: "route(u, x)",
      functions: [
        "pool": { pool.evaluate([$0[0]]).outputs[0] },
        "route": {
          let places = pool.evaluate([$0[1]]).kept[0]
          return AddAtPlaces(places: places, shape: pool.inputShape).value($0[0])
        },
      ])
  }
  var savedInputs: [Int] { [] }

  func evaluate(_ inputs: [NDArray]) -> (outputs: [NDArray], kept: [NDArray]) {
    let shape = trapping { () throws(ShapeError) in try geometry.outputShape(input: inputShape) }
    let (value, places) = engine(for: inputs[0].dtype).maximumPool(
      inputs[0], geometry: geometry, shape: shape)
    return ([value], [places])
  }

  func gradients(_ upstream: [Tensor?], _ saved: GeneralSaved) -> [Tensor?] {
    [upstream[0].map { apply(AddAtPlaces(places: saved.kept(0), shape: inputShape), $0) }]
  }
}

/// Elements added at given places of each plane of zeros: the gradient of taking them there.
struct AddAtPlaces: UnaryOperation {
  static let name = "addAtPlaces"
  let places: NDArray
  let shape: Shape
  var formula: Formula {
    let add = self
    return Formula(
      value: "add(x)", gradient: "take(u)",
      functions: [
        "add": { add.value($0[0]) },
        "take": { TakeAtPlaces(places: add.places, shape: add.shape).value($0[0]) },
      ])
  }
  var saves: Saves { [] }

  func value(_ x: NDArray) -> NDArray {
    engine(for: x.dtype).maximumPoolGradient(x, places: places, inputShape: shape)
  }

  func gradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    apply(TakeAtPlaces(places: places, shape: shape), upstream)
  }
}

/// The elements at given places of each plane: the transpose of `AddAtPlaces`.
struct TakeAtPlaces: UnaryOperation {
  static let name = "takeAtPlaces"
  let places: NDArray
  let shape: Shape
  var formula: Formula {
    let take = self
    return Formula(
      value: "take(x)", gradient: "add(u)",
      functions: [
        "take": { take.value($0[0]) },
        "add": { AddAtPlaces(places: take.places, shape: take.shape).value($0[0]) },
      ])
  }
  var saves: Saves { [] }

  func value(_ x: NDArray) -> NDArray { engine(for: x.dtype).takeAtPlaces(x, places: places) }

  func gradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    apply(AddAtPlaces(places: places, shape: shape), upstream)
  }
}

extension Tensor {
  /// The maximum of each window; its gradient goes to the first of equal elements, row by row.
  /// - Shapes: [N, C, H, W] → [N, C, H′, W′], H′ = ⌊(H + 2·padding − window) / stride⌋ + 1
  /// - Precondition: the geometry takes this shape; see `PoolingGeometry`.
  public func maximumPool(_ geometry: PoolingGeometry) -> Tensor {
    apply(MaximumPool(geometry: geometry, inputShape: shape), [self])[0]
  }
}
