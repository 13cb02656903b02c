/// Arrays put one after another; each gets its part of the gradient.
struct Concatenate: GeneralOperation {
  static let name = "concatenate"
  let axis: Int
  let sizes: [Int]
  var formula: Formula {
    let concatenate = self
    let names = sizes.indices.map { "x\($0 + 1)" }
    var functions: [String: FormulaFunction] = [
      "concatenate": { NDArray.concatenate($0, axis: concatenate.axis) }
    ]
    var gradients: [String: String] = [:]
    for (index, name) in names.enumerated() {
      functions["part\(index + 1)"] = { concatenate.part(index, of: Tensor($0[0])).array }
      gradients[name] = "part\(index + 1)(u)"
    }
    return Formula(
      names, value: "concatenate(" + names.joined(separator: ", ") + ")", gradients: gradients,
      functions: functions)
  }
  var savedInputs: [Int] { [] }

  func evaluate(_ inputs: [NDArray]) -> (outputs: [NDArray], kept: [NDArray]) {
    ([NDArray.concatenate(inputs, axis: axis)], [])
  }

  func gradients(_ upstream: [Tensor?], _ saved: GeneralSaved) -> [Tensor?] {
    guard let upstream = upstream[0] else { return sizes.map { _ in nil } }
    return sizes.indices.map { saved.needs[$0] ? part($0, of: upstream) : nil }
  }

  private func part(_ index: Int, of upstream: Tensor) -> Tensor {
    let start = sizes[..<index].reduce(0, +)
    return upstream.sliced(axis: axis, start..<(start + sizes[index]))
  }
}

extension Tensor {
  /// Tensors put one after another along an axis.
  /// - Precondition: at least one tensor; shapes equal but along the axis.
  public static func concatenate(_ tensors: [Tensor], axis: Int = 0) -> Tensor {
    guard let first = tensors.first else { fatalError("concatenate: no tensors") }
    let axis = first.shape.normalizedAxis(axis)
    return apply(Concatenate(axis: axis, sizes: tensors.map { $0.shape[axis] }), tensors)[0]
  }

  /// Tensors of one shape put together along a new axis.
  /// - Precondition: at least one tensor, all of one type and shape.
  public static func stack(_ tensors: [Tensor], axis: Int = 0) -> Tensor {
    concatenate(tensors.map { $0.expanded(axis: axis) }, axis: axis)
  }
}
