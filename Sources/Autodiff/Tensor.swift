@_exported import Arrays

/// An array and, while a gradient is being taken, how it was computed.
///
/// A tensor is a value: operations return new ones. A tensor without history is a constant, and
/// operations on constants record nothing, so evaluation needs no switch.
public struct Tensor: Sendable {
  /// The numbers.
  public internal(set) var array: NDArray
  /// The operation that computed them, or nil for a constant.
  package let node: Node?
  /// Which of the node's outputs this is.
  package let output: Int

  /// A constant.
  public init(_ array: NDArray) {
    self.array = array
    node = nil
    output = 0
  }

  package init(_ array: NDArray, node: Node?, output: Int = 0) {
    self.array = array
    self.node = node
    self.output = output
  }

  /// A variable: gradients can be taken with respect to it.
  /// - Precondition: float32 or float64, the types that have derivatives.
  public static func variable(_ array: NDArray) -> Tensor {
    Tensor(array, node: LeafNode(trace: nil))
  }

  /// Sizes along each axis.
  public var shape: Shape { array.shape }
  /// Type of the elements.
  public var dtype: DType { array.dtype }
  /// Number of axes.
  public var rank: Int { array.rank }
  /// Number of elements.
  public var elementCount: Int { array.elementCount }
  /// The only element as a `Double`.
  /// - Precondition: the tensor has one element.
  public var item: Double { array.item }

  /// The same numbers as a constant.
  public var detached: Tensor { Tensor(array) }

  /// Whether gradients flow back through this tensor.
  public var isTracked: Bool { node != nil }
}

extension Tensor {
  /// A constant vector.
  public init<Element: ArrayElement>(_ elements: [Element]) { self.init(NDArray(elements)) }

  /// A constant of the given shape, elements in row-major order.
  public init<Element: ArrayElement>(_ elements: [Element], shape: Shape) {
    self.init(NDArray(elements, shape: shape))
  }

  /// A constant scalar.
  public init<Element: ArrayElement>(_ element: Element) { self.init(NDArray(element)) }

  /// A constant with every element equal to `value`.
  public init(repeating value: Double, shape: Shape, dtype: DType = .float32) {
    self.init(NDArray(repeating: value, shape: shape, dtype: dtype))
  }
}
