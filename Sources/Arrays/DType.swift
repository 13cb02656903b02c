/// The type of an array's elements, a run-time tag.
///
/// Arithmetic is defined for `float32`, `float64`, `int32` and `bool`; the other types are for
/// storage and are cast before use.
public enum DType: UInt8, Sendable, CaseIterable, Codable, CustomStringConvertible {
  case float32, float64, int32, bool
  case int64, uint8, float16

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
  static var dtype: DType { get }
}

extension Float: ArrayElement { public static var dtype: DType { .float32 } }
extension Double: ArrayElement { public static var dtype: DType { .float64 } }
extension Int32: ArrayElement { public static var dtype: DType { .int32 } }
extension Bool: ArrayElement { public static var dtype: DType { .bool } }
extension Int64: ArrayElement { public static var dtype: DType { .int64 } }
extension UInt8: ArrayElement { public static var dtype: DType { .uint8 } }
