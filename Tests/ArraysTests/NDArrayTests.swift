import Arrays
import Testing

@Suite("Arrays")
struct NDArrayTests {
  @Test func making() {
    let x = NDArray([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])
    #expect(x.shape == [2, 3])
    #expect(x.dtype == .float32)
    #expect(x.elements() == [1, 2, 3, 4, 5, 6] as [Float])
    #expect(NDArray([1.5, 2.5]).elements() == [1.5, 2.5])
    #expect(NDArray(Int32(7)).shape == .scalar)
    #expect(NDArray(rows: [[1.0, 2], [3, 4], [5, 6]]).shape == [3, 2])
    #expect(NDArray(rows: [[Double]]()).shape == [0, 0])
    #expect(NDArray([true, false]).elements() == [true, false])
    #expect(NDArray([Int64.min, .max]).elements() == [Int64.min, .max])
  }

  @Test(arguments: DType.allCases)
  func repeating(dtype: DType) {
    let ones = NDArray.ones([2, 2], dtype: dtype)
    #expect(ones.dtype == dtype)
    #expect(numbers(ones) == [1, 1, 1, 1])
    #expect(numbers(.zeros([3], dtype: dtype)) == [0, 0, 0])
    #expect(NDArray.zeros([0, 3], dtype: dtype).elementCount == 0)
  }

  @Test func rangeAndIdentity() {
    #expect(NDArray.range(4).elements() == [0, 1, 2, 3] as [Int32])
    #expect(NDArray.range(0).shape == [0])
    #expect(NDArray.range(3, dtype: .float64).elements() == [0.0, 1, 2])
    #expect(NDArray.identity(2).elements() == [1, 0, 0, 1] as [Float])
    #expect(NDArray.identity(0).shape == [0, 0])
  }

  @Test func item() {
    #expect(NDArray(Float(2.5)).item == 2.5)
    #expect(NDArray([3.5], shape: [1, 1]).item == 3.5)
    #expect(NDArray([Int32(-4)]).item == -4)
    #expect(NDArray(true).item == 1)
    let x = NDArray([1.0, 2, 3])
    #expect(view(x, [1], offset: 2, strides: [1]).item == 3)
  }

  @Test func convertedElements() {
    let x = NDArray([-1.9, 0, 2.9])
    #expect(x.floats == [-1.9, 0, 2.9])
    #expect(x.integers == [-1, 0, 2])
    #expect(NDArray([Int32(3), -4]).doubles == [3, -4])
  }

  @Test func changingACopyLeavesTheOriginal() {
    let x = NDArray([1.0, 2, 3])
    var y = x
    y.withMutableElements(as: Double.self) { $0[0] = 10 }
    #expect(x.elements() == [1.0, 2, 3])
    #expect(y.elements() == [10.0, 2, 3])
    let place = y.storage.pointer
    y.withMutableElements(as: Double.self) { $0[1] = 20 }
    #expect(y.storage.pointer == place)
    let isUnique = y.isUnique()
    #expect(isUnique)
  }

  @Test func changingAViewMakesItRowMajor() {
    let x = NDArray([1.0, 2, 3, 4, 5, 6], shape: [2, 3])
    var transposed = permuted(x, [1, 0])
    #expect(transposed.elements() == [1.0, 4, 2, 5, 3, 6])
    transposed.withMutableElements(as: Double.self) { $0[0] = 0 }
    #expect(transposed.isRowMajor)
    #expect(transposed.elements() == [0.0, 4, 2, 5, 3, 6])
    #expect(x.elements() == [1.0, 2, 3, 4, 5, 6])
  }

  @Test func bodiesMayThrow() {
    struct Failure: Error {}
    let x = NDArray([1.0])
    #expect(throws: Failure.self) {
      try x.withElements(as: Double.self) { _ in throw Failure() }
    }
  }

  @Test func elementTypesHaveWidths() {
    #expect(DType.allCases.map(\.byteCount) == [4, 8, 4, 1, 8, 1, 2])
    #expect(DType.allCases.filter(\.isFloatingPoint) == [.float32, .float64])
    #expect(
      DType.allCases.map(\.description).joined(separator: " ")
        == "float32 float64 int32 bool int64 uint8 float16")
  }

  @Test func misuseTraps() async {
    await #expect(processExitsWith: .failure) { _ = NDArray([1.0, 2], shape: [3]) }
    await #expect(processExitsWith: .failure) { _ = NDArray([1.0]).elements(as: Float.self) }
    await #expect(processExitsWith: .failure) { _ = NDArray([1.0, 2]).item }
    await #expect(processExitsWith: .failure) { _ = NDArray(rows: [[1.0], [1, 2]]) }
    await #expect(processExitsWith: .failure) {
      _ = NDArray(uninitialized: [1 << 40, 1 << 40], dtype: .bool)
    }
  }
}
