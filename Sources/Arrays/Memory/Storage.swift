/// A block of pooled memory, returned to the pool when the last array that uses it goes.
///
/// Written only while a single array refers to it (see `NDArray.withMutableBytes`), so sharing it
/// between tasks is safe.
package final class Storage: @unchecked Sendable {
  package let pointer: UnsafeMutableRawPointer
  private let sizeClass: Int32

  /// A block of at least `byteCount` bytes, aligned to 64, with undefined content.
  package init(byteCount: Int) {
    (pointer, sizeClass) = MemoryPool.shared.allocate(byteCount: byteCount)
  }

  /// The same for a purpose that can do without.
  /// - Throws: `OutOfMemoryError` where the block would pass the pool's limit.
  package init(byteCount: Int, for purpose: String) throws(OutOfMemoryError) {
    (pointer, sizeClass) = try MemoryPool.shared.allocate(byteCount: byteCount, for: purpose)
  }

  deinit { MemoryPool.shared.release(pointer, sizeClass: sizeClass) }
}
