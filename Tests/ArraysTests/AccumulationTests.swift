import Arrays
import Testing

/// Adding to an array in its own memory.
@Suite("Accumulation")
struct AccumulationTests {
  @Test("the sum has the bits of +, however the two lie", arguments: OperandLayout.allCases)
  func sums(of layout: OperandLayout) {
    for other in OperandLayout.allCases {
      for dtype in [DType.float32, .float64] {
        // An array of its own in that layout: what `apply` gives shares memory with its operand.
        let x = layout.apply(draw([2, 20, 5, 3], dtype, seed: 1))
        let y = other.apply(draw([2, 20, 5, 3], dtype, seed: 2))
        let sum = (x + y).doubles
        let before = x.doubles
        var (shared, own) = (x, layout.apply(draw([2, 20, 5, 3], dtype, seed: 1)))
        shared.accumulate(y)
        own.accumulate(y)
        #expect(shared.doubles == sum && own.doubles == sum, "\(layout) and \(other)")
        #expect(x.doubles == before, "\(layout) and \(other)")
      }
    }
  }

  @Test("an array with an only user keeps its memory, and one with two does not change")
  func memory() {
    var x = draw([40_000], .float32, seed: 3)
    let y = draw([40_000], .float32, seed: 4)
    let (place, expected) = (x.storage.pointer, (x + y).doubles)
    x.accumulate(y)
    #if OneDNN
      #expect(x.storage.pointer == place)
    #endif
    #expect(x.doubles == expected)
    let kept = x
    x.accumulate(x)
    #expect(x.doubles == expected.map { 2 * $0 })
    #expect(kept.doubles == expected && kept.storage !== x.storage)
    _ = place
  }

  @Test(
    "the gradient before ReLU has the bits of a new array, however the two lie",
    arguments: OperandLayout.allCases)
  func reluGradients(of layout: OperandLayout) {
    for other in OperandLayout.allCases {
      for dtype in [DType.float32, .float64] {
        let x = layout.apply(draw([2, 20, 5, 3], dtype, seed: 1))
        let upstream = other.apply(draw([2, 20, 5, 3], dtype, seed: 2))
        let (before, u) = (x.doubles, upstream.doubles)
        let expected = zip(before, u).map { $0 > 0 ? $1 : 0 }
        var (shared, own) = (x, layout.apply(draw([2, 20, 5, 3], dtype, seed: 1)))
        shared.becomeReLUGradient(upstream)
        own.becomeReLUGradient(upstream)
        #expect(shared.doubles == expected && own.doubles == expected, "\(layout) and \(other)")
        #expect(x.doubles == before && upstream.doubles == u, "\(layout) and \(other)")
      }
    }
    var values = NDArray([.nan, 1, 0, -1] as [Float])
    let place = values.storage.pointer
    values.becomeReLUGradient(NDArray([5, 6, 7, 8] as [Float]))
    #expect(values.doubles == [0, 6, 0, 0])
    #if OneDNN
      #expect(values.storage.pointer == place)
    #endif
    _ = place
  }

  @Test("what was worked out from the old numbers is dropped")
  func derived() {
    var x = NDArray([1, 2] as [Float])
    func doubled() -> [Double] { x.storage.derive("doubled") { [x * 2] }[0].doubles }
    #expect(doubled() == [2, 4])
    x.accumulate(NDArray([10, 20] as [Float]))
    #expect(doubled() == [22, 44])
  }

  @Test("other shapes broadcast as with +")
  func broadcasting() {
    var x = NDArray([1, 2, 3] as [Float], shape: [3])
    x.accumulate(NDArray([10, 20] as [Float], shape: [2, 1]))
    #expect(x.shape == [2, 3] && x.doubles == [11, 12, 13, 21, 22, 23])
  }
}
