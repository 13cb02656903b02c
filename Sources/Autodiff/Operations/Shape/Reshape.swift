/// The same elements under another shape; the gradient gets the old shape back.
struct Reshape: UnaryOperation {
  static let name = "reshape"
  let from: Shape
  let to: Shape
  var formula: Formula {
    let (from, to) = (from, to)
    return Formula(
      value: "reshape(x)", gradient: "back(u)",
      functions: ["reshape": { $0[0].reshaped(to) }, "back": { $0[0].reshaped(from) }])
  }
  var saves: Saves { [] }

  func value(_ x: NDArray) -> NDArray { x.reshaped(to) }

  func gradient(_ upstream: Tensor, _ saved: Saved) -> Tensor { upstream.reshaped(from) }
}

extension Tensor {
  /// The same elements, in row-major order, under another shape.
  /// - Precondition: the same number of elements.
  public func reshaped(_ shape: Shape) -> Tensor {
    if shape == self.shape { return self }
    return apply(Reshape(from: self.shape, to: shape), self)
  }

  /// The same elements under another shape; one size may be −1 and is then worked out.
  /// - Precondition: the same number of elements.
  public func reshaped(_ sizes: [Int]) -> Tensor {
    guard let unknown = sizes.firstIndex(of: -1) else { return reshaped(Shape(sizes)) }
    let known = sizes.enumerated().reduce(1) { $1.offset == unknown ? $0 : $0 * $1.element }
    guard known > 0, elementCount % known == 0 else {
      fatalError("reshape: \(shape) to \(sizes)")
    }
    var complete = sizes
    complete[unknown] = elementCount / known
    return reshaped(Shape(complete))
  }

  /// All axes from `axis` on made one.
  /// - Shapes: [N, ..] → [N, product of the rest] for axis 1
  public func flattened(from axis: Int = 1) -> Tensor {
    if axis == rank { return reshaped(Shape(Array(shape) + [1])) }
    let axis = shape.normalizedAxis(axis)
    return reshaped(Shape(Array(shape.prefix(axis)) + [shape.dropFirst(axis).reduce(1, *)]))
  }

  /// With a new axis of size 1 at `axis`, −1 after the last.
  public func expanded(axis: Int) -> Tensor { reshaped(array.expanded(axis: axis).shape) }

  /// Without an axis of size 1.
  /// - Precondition: the axis has size 1.
  public func squeezed(axis: Int) -> Tensor { reshaped(array.squeezed(axis: axis).shape) }
}
