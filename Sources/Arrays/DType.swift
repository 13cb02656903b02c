/// The type of an array's elements, a run-time tag.
///
/// Arithmetic is defined for `float32`, `float64` and `int32`; `bool` is what comparisons give and
/// ``NDArray/select(_:_:_:)`` takes. The other types are for storage and are cast before use.
/// Functions that make arrays take `float32` where no type is named.
public enum DType: UInt8, Sendable, CaseIterable, Codable, CustomStringConvertible {
  /// IEEE 754 single precision: what networks are trained in.
  case float32
  /// IEEE 754 double precision, by the plain Swift engine: for checks and worked solutions.
  case float64
  /// Signed whole numbers of 32 bits: labels and indices. Sums and products wrap around.
  case int32
  /// Truth values, one byte each: 0 or 1.
  case bool
  /// Signed whole numbers of 64 bits, for storage.
  case int64
  /// Whole numbers from 0 to 255, for storage: the pixels of images.
  case uint8
  /// IEEE 754 half precision, for storage.
  case float16

  /// Bytes an element takes.
  public var byteCount: Int {
    switch self {
    case .float64, .int64: 8
    case .float32, .int32: 4
    case .float16: 2
    case .bool, .uint8: 1
    }
  }

  /// Whether derivatives can be taken of arrays of this type.
  public var isFloatingPoint: Bool { self == .float32 || self == .float64 }

  public var description: String {
    switch self {
    case .float32: "float32"
    case .float64: "float64"
    case .int32: "int32"
    case .bool: "bool"
    case .int64: "int64"
    case .uint8: "uint8"
    case .float16: "float16"
    }
  }
}

/// A Swift type that an `NDArray` stores.
public protocol ArrayElement: Sendable, BitwiseCopyable {
  /// The type as a run-time tag.
  static var dtype: DType { get }
}

extension Float: ArrayElement { public static var dtype: DType { .float32 } }
extension Double: ArrayElement { public static var dtype: DType { .float64 } }
extension Int32: ArrayElement { public static var dtype: DType { .int32 } }
extension Bool: ArrayElement { public static var dtype: DType { .bool } }
extension Int64: ArrayElement { public static var dtype: DType { .int64 } }
extension UInt8: ArrayElement { public static var dtype: DType { .uint8 } }
