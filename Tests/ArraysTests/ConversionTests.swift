import Arrays
import TestSupport
import Testing

@Suite("Arrays from and to other types")
struct ConversionTests {
  @Test("bytes there and back", arguments: DType.allCases)
  func bytes(dtype: DType) throws {
    let x = NDArray([0.0, 1, 1, 0, 1, 0], shape: [2, 3]).cast(to: dtype)
    #expect(x.bytes.count == 6 * dtype.byteCount)
    let y = try NDArray(bytes: x.bytes, shape: [2, 3], dtype: dtype)
    #expect(y.dtype == dtype && y.shape == [2, 3] && y.doubles == x.doubles)
    // A slice that begins at an odd address.
    let z = try NDArray(bytes: ([7] + x.bytes).dropFirst(), shape: [3, 2], dtype: dtype)
    #expect(z.doubles == x.doubles)
    let lazy = try NDArray(bytes: x.bytes.lazy.map { $0 }, shape: [6], dtype: dtype)
    #expect(lazy.doubles == x.doubles)
  }

  @Test(
    "bytes are in row-major order, whatever the layout", arguments: [TestView.transposed, .sliced])
  func views(view: TestView) throws {
    let x = TestArray.one([3, 4], dtype: .float32)
    #expect(view.of(x).bytes == x.bytes)
    var y = view.of(x)
    y.withMutableBytes { $0[0] ^= 1 }
    #expect(y.bytes != x.bytes && y.bytes.dropFirst() == x.bytes.dropFirst())
  }

  @Test("wrong numbers of bytes")
  func wrongCount() {
    let table: [([UInt8], Shape, DType, String)] = [
      (
        [1, 2, 3], [1], .float32, "bytes: found 3, expected 4 for shape [1] of float32"
      ),
      ([], [2, 3], .int64, "bytes: found 0, expected 48 for shape [2, 3] of int64"),
      ([1], [0], .uint8, "bytes: found 1, expected 0 for shape [0] of uint8"),
      (
        [1], [Int.max, 4], .uint8,
        "bytes: found 1, expected more than memory can address for shape [9223372036854775807, 4] "
          + "of uint8"
      ),
      (
        [1], [Int.max], .float64,
        "bytes: found 1, expected more than memory can address for shape [9223372036854775807] "
          + "of float64"
      ),
      ([0, 1, 2], [3], .bool, "byte 2: found 2, expected 0 or 1 for a bool"),
    ]
    for (bytes, shape, dtype, message) in table {
      let error = #expect(throws: ArrayConversionError.self) {
        try NDArray(bytes: bytes, shape: shape, dtype: dtype)
      }
      #expect(error?.description == message)
    }
  }

  @Test("sizes from outside")
  func sizes() {
    #expect(Shape(exactly: [2, 0, 3]) == [2, 0, 3])
    #expect(Shape(exactly: [Int]()) == .scalar)
    #expect(Shape(exactly: [2, -1]) == nil)
    #expect(Shape(exactly: Array(repeating: 1, count: 9)) == nil)
    #expect(Shape(exactly: [Int.max, 3]) == nil)
  }

  @Test("buffers there and back")
  func buffers() {
    let numbers: [Int32] = [1, -2, 3, 4]
    let x = numbers.withUnsafeBufferPointer { NDArray($0, shape: [2, 2]) }
    #expect(x.dtype == .int32 && x.shape == [2, 2] && x.elements() == numbers)
    var copy = [Int32](repeating: 0, count: 4)
    copy.withUnsafeMutableBufferPointer { x.transposed().copyElements(to: $0) }
    #expect(copy == [1, 3, -2, 4])
    var bytes = [UInt8](repeating: 0, count: 16)
    bytes.withUnsafeMutableBytes { x.copyBytes(to: $0) }
    #expect(bytes == x.bytes)
    #expect(x.withBytes { $0.loadUnaligned(fromByteOffset: 4, as: Int32.self) } == -2)
    let empty = [Float]().withUnsafeBufferPointer { NDArray($0, shape: [0, 5]) }
    #expect(empty.elementCount == 0 && empty.bytes == [])
  }

  @Test("changing bytes of a copy leaves the original")
  func copyOnWrite() {
    let x = NDArray([UInt8(1), 2, 3])
    var y = x
    y.withMutableBytes { $0[1] = 9 }
    #expect(x.elements() == [1, 2, 3] as [UInt8])
    #expect(y.elements() == [1, 9, 3] as [UInt8])
  }

  @Test("nested arrays there and back")
  func nested() {
    let cube: [[[Float]]] = [[[1, 2, 3], [4, 5, 6]], [[7, 8, 9], [10, 11, 12]]]
    let x = NDArray(nested: cube)
    #expect(x.shape == [2, 2, 3] && x.dtype == .float32)
    #expect(x.floats == (1...12).map { Float($0) })
    #expect(x.nested(as: [[[Float]]].self) == cube)
    #expect(x.permuted([2, 0, 1]).nested(as: [[[Float]]].self)[0] == [[1, 4], [7, 10]])
    #expect(NDArray(nested: 2.5).shape == .scalar)
    #expect(NDArray(2.5).nested(as: Double.self) == 2.5)
    #expect(NDArray(nested: [true, false]).nested(as: [Bool].self) == [true, false])
    #expect(NDArray(nested: [[Int64]]()).shape == [0, 0])
    #expect(NDArray(nested: [[Int64](), []]).shape == [2, 0])
    #expect(NDArray.zeros([2, 0, 3]).nested(as: [[[Float]]].self) == [[], []])
    #expect(NDArray(nested: [[[[[[[[UInt8(3)]]]]]]]]).rank == 8)
  }

  @Test("nested arrays from outside that make no array")
  func ragged() {
    func message<Nested: NestedElements>(_ nested: Nested) -> String? {
      #expect(throws: ArrayConversionError.self) { try NDArray(checking: nested) }?.description
    }
    #expect(
      message([[1.0, 2], [3]])
        == "nested[1]: found 1 elements, expected 2, as many as the lists before it have")
    #expect(
      message([[[1.0], [2]], [[3], [4, 5]]])
        == "nested[1][1]: found 2 elements, expected 1, as many as the lists before it have")
    #expect(message([[[[[[[[[1.0]]]]]]]]]) == "nested: found 9 levels, expected at most 8")
  }

  @Test("misuse ends the process and says why")
  func misuse() async throws {
    let ragged = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = NDArray(nested: [[1.0, 2], [3]])
    }
    #expect(try #require(ragged).errorText.contains("nested[1]: found 1 elements"))
    let levels = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = NDArray([1.0]).nested(as: [[Double]].self)
    }
    #expect(try #require(levels).errorText.contains("shape [1] read as Array<Array<Double>>"))
    let buffer = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      [1.0].withUnsafeBufferPointer { _ = NDArray($0, shape: [2]) }
    }
    #expect(try #require(buffer).errorText.contains("a buffer of 1 elements for shape [2]"))
    let copy = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var short = [1.0]
      short.withUnsafeMutableBufferPointer { NDArray([1.0, 2]).copyElements(to: $0) }
    }
    #expect(try #require(copy).errorText.contains("shape [2] copied to a buffer of 1 elements"))
    let bytes = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var short = [UInt8(0)]
      short.withUnsafeMutableBytes { NDArray([1.0]).copyBytes(to: $0) }
    }
    #expect(try #require(bytes).errorText.contains("8 bytes, copied to a buffer of 1"))
  }
}
