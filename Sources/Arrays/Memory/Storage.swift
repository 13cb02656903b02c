import Synchronization

/// A block of pooled memory, returned to the pool when the last array that uses it goes.
///
/// Written only while a single array refers to it (see `NDArray.withMutableBytes`), so sharing it
/// between tasks is safe.
package final class Storage: @unchecked Sendable {
  package let pointer: UnsafeMutableRawPointer
  private let sizeClass: Int32
  /// What was worked out from the content and is kept until that changes.
  private let derived = Mutex<[Derivation]>([])

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

/// Arrays that were worked out from others.
private struct Derivation {
  let purpose: String
  /// The other sources. Held, so that no other array takes their place in memory and they are copied
  /// rather than changed.
  let sources: [Storage]
  let results: [NDArray]
}

extension Storage {
  /// The most derivations that are kept; there are no more purposes at a time.
  private static let most = 4

  /// What was worked out for this purpose from the content here and in the other sources, if that
  /// has not changed since; else what `make` gives, which is kept.
  ///
  /// - Parameters:
  ///   - purpose: What the results are, with all that they depend on besides.
  ///   - sources: The other storages; this one must not be among them, nor in the results.
  package func derive(
    _ purpose: String, sources: [Storage] = [], _ make: () -> [NDArray]
  ) -> [NDArray] {
    func found(_ kept: [Derivation]) -> [NDArray]? {
      kept.first {
        $0.purpose == purpose && $0.sources.elementsEqual(sources, by: ===)
      }?.results
    }
    if let results = derived.withLock({ found($0) }) { return results }
    let results = make()
    return derived.withLock { kept in
      if let other = found(kept) { return other }
      kept.removeAll { $0.purpose == purpose }
      if kept.count == Self.most { kept.removeFirst() }
      kept.append(Derivation(purpose: purpose, sources: sources, results: results))
      return results
    }
  }

  /// Lets go of what was derived, before the content changes.
  package func dropDerived() {
    derived.withLock { if !$0.isEmpty { $0 = [] } }
  }
}
