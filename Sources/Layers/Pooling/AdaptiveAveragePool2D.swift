/// The mean of each of h × w windows that cover the image, whatever its size.
///
/// Window i of h covers rows ⌊i·H/h⌋ up to, not including, ⌈(i + 1)·H/h⌉, and columns likewise:
/// neighbours overlap where H does not divide by h, and rows repeat where H < h.
///
/// - Shapes: [N, C, H, W] → [N, C, h, w]
/// - Source: He et al. 2014, "Spatial Pyramid Pooling in Deep Convolutional Networks for Visual
///   Recognition", appendix A, "Implementation of Pooling Bins".
public struct AdaptiveAveragePool2D: Layer {
  /// Rows and columns of the output.
  public let size: [Int]

  /// A pooling to a size of [rows, columns], each at least 1.
  public init(size: [Int]) {
    guard size.count == 2, size.allSatisfy({ $0 >= 1 }) else {
      fatalError("AdaptiveAveragePool2D: size \(size), expected [rows, columns] of at least 1")
    }
    self.size = size
  }

  /// A pooling to as many rows as columns, at least 1.
  public init(_ size: Int) { self.init(size: [size, size]) }

  public func callAsFunction(_ x: Tensor, _ context: inout Context) -> Tensor {
    let image = [x.shape[2], x.shape[3]]
    if image == size { return x }
    if zip(image, size).allSatisfy({ $0 % $1 == 0 }) {
      return x.averagePool(PoolingGeometry(window: zip(image, size).map { $0 / $1 }))
    }
    // Means over rows and over columns are products with constant matrices.
    let rows = Self.means(of: image[0], in: size[0], dtype: x.dtype)
    let columns = Self.means(of: image[1], in: size[1], dtype: x.dtype)
    return rows.matmul(x.matmul(columns, transposeOther: true))
  }

  private static func window(_ index: Int, of size: Int, in count: Int) -> Range<Int> {
    index * size / count..<((index + 1) * size + count - 1) / count
  }

  /// The matrix [count, size] whose row i takes the mean of window i.
  private static func means(of size: Int, in count: Int, dtype: DType) -> Tensor {
    var matrix = [Double](repeating: 0, count: count * size)
    for row in 0..<count {
      let window = window(row, of: size, in: count)
      for column in window { matrix[row * size + column] = 1 / Double(window.count) }
    }
    return Tensor(NDArray(matrix, shape: [count, size]).cast(to: dtype))
  }

  public func outputShape(_ input: Shape) throws(ShapeError) -> Shape {
    guard input.rank == 4, input[2] >= 1, input[3] >= 1 else {
      throw ShapeError(
        operation: "AdaptiveAveragePool2D", shapes: [input],
        reason: "expected [N, C, H, W] with at least one row and column")
    }
    return [input[0], input[1], size[0], size[1]]
  }

  /// The largest window, and the largest step between neighbours.
  public func window(over input: Shape) -> Window? {
    let axes = [0, 1]
    return Window(
      size: axes.map { axis in
        (0..<size[axis]).map { Self.window($0, of: input[axis + 2], in: size[axis]).count }.max()!
      },
      stride: axes.map { (input[$0 + 2] + size[$0] - 1) / size[$0] }, coversImage: true)
  }
}
