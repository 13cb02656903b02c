import Arrays

/// The element types of the safetensors format. Those without a type of arrays are known by their
/// size only, so that the other tensors of a file that has them can be read.
enum SafetensorsType: String {
  case float64 = "F64"
  case float32 = "F32"
  case float16 = "F16"
  case bfloat16 = "BF16"
  case int64 = "I64"
  case int32 = "I32"
  case int16 = "I16"
  case int8 = "I8"
  case uint64 = "U64"
  case uint32 = "U32"
  case uint16 = "U16"
  case uint8 = "U8"
  case bool = "BOOL"
  case float8e4m3 = "F8_E4M3"
  case float8e5m2 = "F8_E5M2"
  case float8e8m0 = "F8_E8M0"
  case complex64 = "C64"

  /// The type that an array's elements are written as.
  init(_ dtype: DType) {
    switch dtype {
    case .float64: self = .float64
    case .float32: self = .float32
    case .float16: self = .float16
    case .int64: self = .int64
    case .int32: self = .int32
    case .uint8: self = .uint8
    case .bool: self = .bool
    }
  }

  /// Bytes an element takes.
  var byteCount: Int {
    switch self {
    case .float64, .int64, .uint64, .complex64: 8
    case .float32, .int32, .uint32: 4
    case .float16, .bfloat16, .int16, .uint16: 2
    case .int8, .uint8, .bool, .float8e4m3, .float8e5m2, .float8e8m0: 1
    }
  }

  /// The type that the elements are read as; nil where there is none.
  var dtype: DType? {
    switch self {
    case .float64: .float64
    case .float32, .bfloat16: .float32
    case .float16: .float16
    case .int64: .int64
    case .int32: .int32
    case .uint8: .uint8
    case .bool: .bool
    case .int16, .int8, .uint64, .uint32, .uint16, .float8e4m3, .float8e5m2, .float8e8m0,
      .complex64:
      nil
    }
  }
}
