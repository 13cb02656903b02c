/// The value of a scalar function and its gradient ∂f/∂x.
///
/// ```swift
/// let (value, gradient) = valueWithGradient(at: NDArray([1.0, 2.0])) { ($0 * $0).sum() }
/// ```
///
/// - Shapes: x of shape S → value scalar, gradient of shape S
/// - Parameters:
///   - x: The point, float32 or float64.
///   - body: Computes a scalar from the variable.
/// - Precondition: the body's result has one element.
public func valueWithGradient(
  at x: NDArray, _ body: (Tensor) throws -> Tensor
) rethrows -> (value: NDArray, gradient: NDArray) {
  let (value, gradients) = try valueWithGradients(at: [x]) { try body($0[0]) }
  return (value, gradients[0])
}

/// The value of a scalar function of several arrays and its gradient by each.
///
/// - Parameters:
///   - inputs: The point, float32 or float64.
///   - body: Computes a scalar from the variables, which come in the same order.
/// - Returns: The value, a scalar, and the gradients in the order and shapes of the inputs; zeros
///   for an input that the result does not depend on.
/// - Precondition: the body's result has one element.
public func valueWithGradients(
  at inputs: [NDArray], _ body: ([Tensor]) throws -> Tensor
) rethrows -> (value: NDArray, gradients: [NDArray]) {
  let variables = inputs.map { Tensor.variable($0) }
  let result = try body(variables)
  return (result.array, gradients(of: result, withRespectTo: variables).map(\.array))
}

/// The Jacobian of a function at a point.
///
/// - Shapes: x of shape S, y of shape R → R + S, element [r, s] = ∂y_r/∂x_s
/// - Complexity: one backward pass an element of y.
public func jacobian(
  at x: NDArray, _ body: (Tensor) throws -> Tensor
) rethrows -> (value: NDArray, jacobian: NDArray) {
  let variable = Tensor.variable(x)
  let y = try body(variable)
  let shape = Shape(Array(y.shape) + Array(x.shape))
  if y.elementCount == 0 { return (y.array, NDArray.zeros(shape, dtype: x.dtype)) }
  let flat = y.reshaped([y.elementCount])
  let rows = (0..<y.elementCount).map { row in
    gradients(
      of: flat.selecting(axis: 0, index: row), withRespectTo: [variable], keepingGraph: true)[0]
      .array
  }
  return (y.array, NDArray.stack(rows).reshaped(shape))
}

/// The Hessian of a scalar function at a point.
///
/// - Shapes: x of shape S → S + S, element [i, j] = ∂²f/∂xᵢ∂xⱼ
/// - Precondition: the body's result has one element.
/// - Complexity: one recorded backward pass, and one more an element of x.
public func hessian(
  at x: NDArray, _ body: (Tensor) throws -> Tensor
) rethrows -> (value: NDArray, gradient: NDArray, hessian: NDArray) {
  let variable = Tensor.variable(x)
  let y = try body(variable)
  let gradient = gradients(of: y, withRespectTo: [variable], recording: true)[0]
  let flat = gradient.reshaped([gradient.elementCount])
  let shape = Shape(Array(x.shape) + Array(x.shape))
  if x.elementCount == 0 { return (y.array, gradient.array, NDArray.zeros(shape, dtype: x.dtype)) }
  let rows = (0..<x.elementCount).map { row in
    gradients(
      of: flat.selecting(axis: 0, index: row), withRespectTo: [variable], keepingGraph: true)[0]
      .array
  }
  return (y.array, gradient.array, NDArray.stack(rows).reshaped(shape))
}

/// The product of the Hessian of a scalar function with a vector, without the Hessian.
///
/// - Shapes: x and vector of one shape S → S
/// - Precondition: x and the vector have one shape; the body's result has one element.
/// - Complexity: two backward passes.
/// - Source: Pearlmutter 1994, "Fast Exact Multiplication by the Hessian", by differentiating
///   ∇f · v once more.
public func hessianVectorProduct(
  at x: NDArray, vector: NDArray, _ body: (Tensor) throws -> Tensor
) rethrows -> NDArray {
  guard vector.shape == x.shape else {
    fatalError("hessianVectorProduct: vector \(vector.shape) at x \(x.shape)")
  }
  let variable = Tensor.variable(x)
  let y = try body(variable)
  let gradient = gradients(of: y, withRespectTo: [variable], recording: true)[0]
  let product = (gradient * Tensor(vector)).sum()
  return gradients(of: product, withRespectTo: [variable])[0].array
}
