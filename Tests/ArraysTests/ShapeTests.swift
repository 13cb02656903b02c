import Arrays
import Testing

@Suite("Shapes")
struct ShapeTests {
  @Test func sizesRankAndCount() {
    let shape: Shape = [2, 3, 4]
    #expect(shape.rank == 3)
    #expect(Array(shape) == [2, 3, 4])
    #expect(shape.elementCount == 24)
    #expect(Shape.scalar.rank == 0)
    #expect(Shape.scalar.elementCount == 1)
    #expect(Shape([4, 0, 2]).elementCount == 0)
    #expect(shape.description == "[2, 3, 4]")
    #expect(Shape.scalar.description == "[]")
  }

  @Test func equalityLooksAtRankToo() {
    #expect(Shape([2, 3]) == Shape([2, 3]))
    #expect(Shape([2, 3]) != Shape([2, 3, 1]))
    #expect(Shape([]) != Shape([0]))
    #expect(Set([Shape([1]), Shape([1]), Shape([1, 1])]).count == 2)
  }

  @Test func sizesCanBeChanged() {
    var shape: Shape = [2, 3]
    shape[1] = 7
    #expect(shape == [2, 7])
  }

  @Test func countThatOverflowsIsNil() {
    #expect(Shape([1 << 40, 1 << 40]).checkedElementCount == nil)
    #expect(Shape([1 << 40, 1 << 40, 0]).checkedElementCount == 0)
    #expect(Shape([0, 1 << 40, 1 << 40]).checkedElementCount == 0)
    #expect(Shape([3, 5]).checkedElementCount == 15)
  }

  @Test func axesCountFromTheBackToo() {
    let shape: Shape = [2, 3, 4]
    #expect(shape.normalizedAxis(-1) == 2)
    #expect(shape.normalizedAxis(-3) == 0)
    #expect(shape.normalizedAxis(1) == 1)
  }

  @Test func reduced() {
    let shape: Shape = [2, 3, 4]
    #expect(shape.reduced(along: [1], keepingAxes: false) == [2, 4])
    #expect(shape.reduced(along: [1, -1], keepingAxes: true) == [2, 1, 1])
    #expect(shape.reduced(along: [0, 1, 2], keepingAxes: false) == .scalar)
    #expect(shape.reduced(along: [], keepingAxes: false) == shape)
  }

  @Test(
    arguments: [
      ([2, 3], [2, 3], [2, 3]), ([2, 3], [3], [2, 3]), ([2, 1], [1, 4], [2, 4]),
      ([], [5, 2], [5, 2]), ([], [], []), ([0, 3], [1], [0, 3]), ([4, 1, 6], [5, 1], [4, 5, 6]),
      ([1], [0], [0]),
    ] as [([Int], [Int], [Int])])
  func broadcast(a: [Int], b: [Int], result: [Int]) throws {
    #expect(try Shape.broadcast(Shape(a), Shape(b), operation: "add") == Shape(result))
    #expect(try Shape.broadcast(Shape(b), Shape(a), operation: "add") == Shape(result))
  }

  @Test func shapesThatDoNotBroadcast() {
    let error = #expect(throws: ShapeError.self) {
      try Shape.broadcast([2, 3], [4, 2], operation: "add")
    }
    #expect(
      error?.description
        == "add: [2, 3] × [4, 2], sizes 3 and 2 do not broadcast (equal, or one of them 1)")
    #expect(throws: ShapeError.self) {
      try Shape.broadcast([0, 3], [2, 3], operation: "add")
    }
  }

  @Test func rowMajorStrides() {
    let strides = Shape([2, 3, 4]).rowMajorStrides
    #expect((strides[0], strides[1], strides[2]) == (12, 4, 1))
    #expect(Shape.scalar.rowMajorStrides == .zero)
  }

  @Test func misuseTraps() async {
    await #expect(processExitsWith: .failure) { _ = Shape([1, 1, 1, 1, 1, 1, 1, 1, 1]) }
    await #expect(processExitsWith: .failure) { _ = Shape([2, -1]) }
    await #expect(processExitsWith: .failure) { _ = Shape([2])[1] }
    await #expect(processExitsWith: .failure) { _ = Shape([2]).normalizedAxis(-2) }
  }
}
