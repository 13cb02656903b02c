import Arrays
import Datasets
import Foundation
import Testing

@Suite("Arrays from and to Data")
struct DataConversionTests {
  @Test("there and back", arguments: DType.allCases)
  func roundTrip(dtype: DType) throws {
    let x = NDArray([0.0, 1, 1, 0, 1, 0], shape: [2, 3]).cast(to: dtype)
    let data = x.data
    #expect(data.count == 6 * dtype.byteCount)
    #expect(Array(data) == x.bytes)
    let y = try NDArray(data, shape: [2, 3], dtype: dtype)
    #expect(y.doubles == x.doubles && y.dtype == dtype && y.shape == x.shape)
    // A slice, whose indices do not begin at 0.
    let longer = Data([9, 9, 9]) + data + Data([9])
    let z = try NDArray(longer.dropFirst(3).dropLast(), shape: [6], dtype: dtype)
    #expect(z.doubles == x.doubles)
  }

  @Test("are the machine's numbers in row-major order")
  func numbers() throws {
    let data = withUnsafeBytes(of: (Float(1), Float(2), Float(3), Float(4))) { Data($0) }
    let x = try NDArray(data, shape: [2, 2], dtype: .float32)
    #expect(x.floats == [1, 2, 3, 4])
    #expect(x.transposed().data != data && x.transposed().transposed().data == data)
  }

  @Test("another number of bytes is refused")
  func errors() {
    let error = #expect(throws: ArrayConversionError.self) {
      try NDArray(Data(count: 15), shape: [2, 2], dtype: .float32)
    }
    #expect(error?.description == "bytes: found 15, expected 16 for shape [2, 2] of float32")
    #expect(throws: ArrayConversionError.self) {
      try NDArray(Data([2]), shape: [1], dtype: .bool)
    }
  }
}
