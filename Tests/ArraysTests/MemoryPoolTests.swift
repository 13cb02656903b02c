import Arrays
import Testing

@Suite("Memory pool")
struct MemoryPoolTests {
  @Test func sizeClassesAreTightAndInOrder() {
    var last = (index: 0, byteCount: 0)
    for asked in 1...70_000 {
      let found = MemoryPool.sizeClass(of: asked)
      #expect(found.byteCount >= asked)
      #expect(asked <= 64 || found.byteCount * 4 <= asked * 5)
      // The next class begins just where the last one was full.
      let steps = asked - 1 == last.byteCount ? 1 : 0
      #expect(asked == 1 || found.index == last.index + steps)
      last = found
    }
  }

  @Test func sizeClassesOfLargeBlocks() {
    for shift in 10...61 {
      for extra in [0, 1, 1 << (shift - 2), (1 << shift) - 1] {
        let asked = (1 << shift) + extra
        let found = MemoryPool.sizeClass(of: asked)
        #expect(found.byteCount >= asked)
        #expect(found.byteCount - asked <= asked / 4)
        #expect(found.index < 256)
      }
    }
  }

  @Test func nothingIsABlockToo() {
    #expect(MemoryPool.sizeClass(of: 0) == (0, 64))
  }

  @Test func blocksAreAlignedAndHandedOutAgain() {
    let pool = MemoryPool(limit: 1 << 20)
    let (first, firstClass) = pool.allocate(byteCount: 1000)
    #expect(UInt(bitPattern: first) % 64 == 0)
    #expect(pool.statistics.bytesInUse == 1024)
    #expect(pool.statistics.systemAllocations == 1)
    pool.release(first, sizeClass: firstClass)
    #expect(pool.statistics.bytesInUse == 0)
    #expect(pool.statistics.bytesCached == 1024)
    let (second, secondClass) = pool.allocate(byteCount: 900)
    #expect(second == first)
    #expect(pool.statistics.reuses == 1)
    #expect(pool.statistics.systemAllocations == 1)
    #expect(pool.statistics.bytesCached == 0)
    pool.release(second, sizeClass: secondClass)
    pool.trim()
    #expect(pool.statistics.bytesCached == 0)
  }

  @Test func whatCanDoWithoutIsRefused() throws {
    let pool = MemoryPool(limit: 2048)
    let (block, index) = try pool.allocate(byteCount: 1000, for: "a")
    let before = pool.statistics
    let error = #expect(throws: OutOfMemoryError.self) {
      try pool.allocate(byteCount: 1025, for: "b")
    }
    #expect(error?.purpose == "b" && error?.needed == 1025)
    #expect(error?.inUse == 1024 && error?.limit == 2048)
    #expect(pool.statistics == before)
    pool.release(block, sizeClass: index)
    let (other, otherIndex) = try pool.allocate(byteCount: 1025, for: "b")
    pool.release(other, sizeClass: otherIndex)
    pool.trim()
  }

  @Test func everyClassKnowsItsSize() {
    let pool = MemoryPool(limit: .max)
    for asked in [1, 64, 65, 80, 81, 127, 128, 129, 5000, 123_456, 1 << 20, (1 << 20) + 1] {
      let (block, index) = pool.allocate(byteCount: asked)
      #expect(pool.statistics.bytesInUse == MemoryPool.sizeClass(of: asked).byteCount)
      pool.release(block, sizeClass: index)
      #expect(pool.statistics.bytesInUse == 0)
    }
    pool.trim()
  }

  @Test func peak() {
    let pool = MemoryPool(limit: 1 << 20)
    let blocks = (0..<3).map { _ in pool.allocate(byteCount: 64) }
    for (block, index) in blocks { pool.release(block, sizeClass: index) }
    #expect(pool.statistics.peakBytesInUse == 192)
    pool.resetPeak()
    #expect(pool.statistics.peakBytesInUse == 0)
    pool.trim()
  }

  @Test func keptBlocksGiveWayToNewOnes() {
    let pool = MemoryPool(limit: 4096)
    let (block, index) = pool.allocate(byteCount: 3072)
    pool.release(block, sizeClass: index)
    let (other, otherIndex) = pool.allocate(byteCount: 3584)
    #expect(pool.statistics.bytesCached == 0)
    #expect(pool.statistics.bytesInUse == 3584)
    pool.release(other, sizeClass: otherIndex)
    pool.trim()
  }

  /// Up to eight times the size, the smallest that there is, and no more in use than before.
  @Test func aLargerBlockServesWhereNoneOfItsClassIsLeft() {
    let pool = MemoryPool(limit: 1 << 20)
    let blocks = [1024, 8192, 65536].map { pool.allocate(byteCount: $0) }
    for (block, index) in blocks { pool.release(block, sizeClass: index) }
    let asked = [1000, 1000, 1000].map { pool.allocate(byteCount: $0) }
    #expect(asked[0].0 == blocks[0].0)
    #expect(asked[1].0 == blocks[1].0)
    #expect(pool.statistics.systemAllocations == 4)
    #expect(pool.statistics.bytesInUse == 3 * 1024)
    #expect(pool.statistics.bytesCached == 65536 + 7168)
    // Kept again, the larger one would serve, but arrays would then hold more than ever before.
    pool.release(asked[1].0, sizeClass: asked[1].1)
    let others = [65536, 65536, 5000].map { pool.allocate(byteCount: $0) }
    #expect(pool.statistics.systemAllocations == 6)
    #expect(others[2].0 != blocks[1].0)
    #expect(pool.statistics.bytesCached == 8192)
    pool.trim()
    #expect(pool.statistics.bytesCached == 0)
    for (block, index) in [asked[0], asked[2]] + others { pool.release(block, sizeClass: index) }
    #expect(pool.statistics.bytesInUse == 0)
    #expect(pool.statistics.bytesCached == 2 * 65536 + 2 * 1024 + 5120)
    pool.trim()
    #expect(pool.statistics.bytesCached == 0)
  }

  /// Of large blocks only up to twice the size: an array of a quarter would waste too much.
  @Test func aLargeBlockServesForNoLessThanHalfItsSize() {
    let pool = MemoryPool(limit: 1 << 30)
    let (large, largeClass) = pool.allocate(byteCount: 32 << 20)
    pool.release(large, sizeClass: largeClass)
    let (quarter, quarterClass) = pool.allocate(byteCount: 8 << 20)
    #expect(quarter != large)
    let (less, lessClass) = pool.allocate(byteCount: (16 << 20) - 1)
    #expect(less == large)
    #expect(pool.statistics.systemAllocations == 2)
    pool.release(less, sizeClass: lessClass)
    // Blocks up to 1 MiB serve for an eighth of their size, those beyond do not.
    let sizes = [1 << 20, (1 << 20) + 1]
    let blocks = sizes.map { pool.allocate(byteCount: $0) }
    for (block, index) in blocks { pool.release(block, sizeClass: index) }
    let small = (0..<2).map { _ in pool.allocate(byteCount: 256 << 10) }
    #expect(small[0].0 == blocks[0].0 && small[1].0 != blocks[1].0)
    for (block, index) in small + [(quarter, quarterClass)] {
      pool.release(block, sizeClass: index)
    }
    #expect(pool.statistics.bytesInUse == 0)
    pool.trim()
  }

  @Test func reservedBlocksAreKept() {
    let pool = MemoryPool(limit: 10_000)
    let (block, index) = pool.allocate(byteCount: 1000)
    pool.release(block, sizeClass: index)
    pool.reserve(count: 3, byteCount: 900)
    #expect(pool.statistics.bytesCached == 3 * 1024)
    #expect(pool.statistics.systemAllocations == 3)
    pool.reserve(count: 2, byteCount: 1000)
    pool.reserve(count: 1, byteCount: 20_000)  // beyond the limit, so left to whoever needs it
    #expect(pool.statistics.systemAllocations == 3)
    pool.trim()
  }

  /// Blocks that happen to be there the first time do not stand in for spare ones.
  @Test func spareBlocksArePutAsideOnce() {
    let pool = MemoryPool(limit: 1 << 20)
    let blocks = (0..<4).map { _ in pool.allocate(byteCount: 1000) }
    for (block, index) in blocks { pool.release(block, sizeClass: index) }
    pool.reserve(count: 3, spare: 3, byteCount: 1000)
    #expect(pool.statistics.systemAllocations == 6)
    let taken = (0..<3).map { _ in pool.allocate(byteCount: 1000) }
    pool.reserve(count: 3, spare: 3, byteCount: 1000)
    #expect(pool.statistics.systemAllocations == 6)
    let more = pool.allocate(byteCount: 1000)
    pool.reserve(count: 3, spare: 3, byteCount: 1000)
    #expect(pool.statistics.systemAllocations == 10)
    let last = (0..<2).map { _ in pool.allocate(byteCount: 1000) }
    pool.reserve(count: 3, spare: 3, byteCount: 1000)
    #expect(pool.statistics.systemAllocations == 10)
    pool.reserve(count: 3, spare: 3, byteCount: 1000, isStart: true)
    #expect(pool.statistics.systemAllocations == 12)
    for (block, index) in taken + [more] + last { pool.release(block, sizeClass: index) }
    pool.trim()
  }

  @Test func requirementsAreCheckedBeforeWork() throws {
    let pool = MemoryPool(limit: 10 << 20)
    try pool.require(byteCount: 10 << 20, for: "a run")
    let error = #expect(throws: OutOfMemoryError.self) {
      try pool.require(byteCount: 11 << 20, for: "a run")
    }
    #expect(
      error?.description
        == "out of memory: a run needs 11.0 MiB, arrays hold 0 bytes and the limit is 10.0 MiB; "
        + "a smaller batch or a smaller network would do, or a higher MemoryPool.shared.limit")
    #expect(throws: OutOfMemoryError.self) { try pool.require(byteCount: .max, for: "a run") }
    #expect(throws: OutOfMemoryError.self) { try pool.require(byteCount: -1, for: "a run") }
    pool.limit = 12 << 20
    try pool.require(byteCount: 11 << 20, for: "a run")
  }

  @Test func beyondTheLimitTheProgramEnds() async {
    await #expect(processExitsWith: .failure) {
      let pool = MemoryPool(limit: 1000)
      _ = pool.allocate(byteCount: 2000)
    }
  }

  @Test func threadsShareThePool() async {
    let pool = MemoryPool(limit: 1 << 26)
    await withTaskGroup(of: Void.self) { group in
      for task in 0..<8 {
        group.addTask {
          for round in 1...500 {
            let (block, index) = pool.allocate(byteCount: 64 * (1 + (round * task) % 40))
            block.storeBytes(of: task, as: Int.self)
            #expect(block.load(as: Int.self) == task)
            pool.release(block, sizeClass: index)
          }
        }
      }
    }
    #expect(pool.statistics.bytesInUse == 0)
    let served = pool.statistics.reuses + pool.statistics.systemAllocations
    #expect(served == 4000)
    pool.trim()
  }

  @Test func theMachineHasMemoryAndProcessors() {
    #expect(SystemMemory.total > 1 << 20)
    #expect(SystemMemory.processorCount >= 1)
    #expect(MemoryPool.shared.limit > 0)
  }
}
