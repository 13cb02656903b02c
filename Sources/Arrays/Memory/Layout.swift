/// How an array's elements lie in its storage.
package enum Layout: Sendable {
  /// Row-major from the first byte.
  case rowMajor
  /// A view: an offset and a stride an axis, in elements.
  case strided(StridedLayout)
  /// oneDNN's layout, opaque outside its engine.
  case blocked(BlockedLayout)

  /// Whether arrays of one shape in this layout and the other are not views and have each element at
  /// the same place.
  func isPacked(as other: Layout) -> Bool {
    switch (self, other) {
    case (.rowMajor, .rowMajor): true
    case (.blocked(let a), .blocked(let b)): a == b
    default: false
    }
  }
}

/// Offset and strides of a view, in elements.
package final class StridedLayout: Sendable {
  package let offset: Int
  package let strides: SIMD8<Int>

  package init(offset: Int, strides: SIMD8<Int>) {
    self.offset = offset
    self.strides = strides
  }
}

/// The address of one of oneDNN's memory descriptors; descriptors are interned for the life of the
/// process, so equal addresses mean equal layouts.
package struct BlockedLayout: Sendable, Equatable {
  package let address: UInt
  /// Bytes the array takes in this layout, padding included.
  package let byteCount: Int

  package init(address: UInt, byteCount: Int) {
    self.address = address
    self.byteCount = byteCount
  }
}
