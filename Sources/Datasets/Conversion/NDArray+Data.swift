import Arrays
import Foundation

extension NDArray {
  /// An array from the bytes of its elements in row-major order, as this machine stores numbers.
  /// - Throws: `ArrayConversionError` for another number of bytes than the shape's elements take,
  ///   and for a bool that is neither 0 nor 1.
  public init(_ data: Data, shape: Shape, dtype: DType) throws(ArrayConversionError) {
    try self.init(bytes: data, shape: shape, dtype: dtype)
  }

  /// The bytes of the elements in row-major order.
  public var data: Data { withBytes { Data($0) } }
}
