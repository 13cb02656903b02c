/// The axes in another order; the gradient's axes are put back.
struct Permute: UnaryOperation {
  static let name = "permute"
  let order: [Int]
  var inverse: [Int] { order.indices.map { order.firstIndex(of: $0)! } }
  var formula: Formula {
    let (order, inverse) = (order, inverse)
    return Formula(
      value: "permute(x)", gradient: "back(u)",
      functions: ["permute": { $0[0].permuted(order) }, "back": { $0[0].permuted(inverse) }])
  }
  var saves: Saves { [] }

  func value(_ x: NDArray) -> NDArray { x.permuted(order) }

  func gradient(_ upstream: Tensor, _ saved: Saved) -> Tensor { upstream.permuted(inverse) }
}

extension Tensor {
  /// The axes in another order: axis i of the result is axis `order[i]` of this.
  /// - Precondition: each axis once.
  public func permuted(_ order: [Int]) -> Tensor {
    apply(Permute(order: order.map(shape.normalizedAxis)), self)
  }

  /// The last two axes swapped.
  /// - Precondition: at least two axes.
  public func transposed() -> Tensor {
    guard rank >= 2 else { fatalError("transpose: \(shape) has fewer than two axes") }
    var order = Array(0..<rank)
    order.swapAt(rank - 1, rank - 2)
    return permuted(order)
  }
}
