import Arrays

/// The element types of IDX by their code.
enum IDXType: UInt8 {
  case uint8 = 0x08
  case int8 = 0x09
  case int16 = 0x0B
  case int32 = 0x0C
  case float32 = 0x0D
  case float64 = 0x0E

  /// The code for an array's elements, where there is one.
  init?(_ dtype: DType) {
    switch dtype {
    case .uint8: self = .uint8
    case .int32: self = .int32
    case .float32: self = .float32
    case .float64: self = .float64
    case .bool, .int64, .float16: return nil
    }
  }

  /// Bytes an element takes in the file.
  var byteCount: Int {
    switch self {
    case .uint8, .int8: 1
    case .int16: 2
    case .int32, .float32: 4
    case .float64: 8
    }
  }

  /// The type that the elements are read as.
  var dtype: DType {
    switch self {
    case .uint8: .uint8
    case .int8, .int16, .int32: .int32
    case .float32: .float32
    case .float64: .float64
    }
  }
}
