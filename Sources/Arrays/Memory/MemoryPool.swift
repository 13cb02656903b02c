import CKernels
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A caching allocator: blocks are kept by size class and handed out again, so that a steady
/// training step asks nothing of the system.
///
/// Size classes are a power of two and three steps between it and the next; a block is thus at
/// most a quarter larger than asked. Where a class has no block left, a kept one of up to twice the
/// size serves, and up to eight times where it has no more than 1 MiB, as long as arrays then hold no
/// more than they once did: a step whose arrays are smaller than usual (the last batch of an epoch),
/// or live together in another order, asks nothing of the system either, while a program that still
/// grows wastes nothing. What such a block has to spare goes on counting as kept. (Large blocks that
/// served for arrays of an eighth their size made ResNet-50's evaluation take a quarter more memory.)
public final class MemoryPool: Sendable {
  /// The pool that every array uses.
  ///
  /// Under the address and the thread sanitizer it keeps no blocks: each array then has a block of
  /// its own from the system, of just its size, so that they see what is read beyond it, after it
  /// or by two threads at once.
  public static let shared = MemoryPool(
    limit: SystemMemory.limit, keepsBlocks: !gk_is_sanitized())

  /// What the pool has handed out and kept.
  public struct Statistics: Sendable, Equatable {
    /// Bytes in blocks that arrays hold.
    public var bytesInUse = 0
    /// The most that `bytesInUse` has been.
    public var peakBytesInUse = 0
    /// Bytes in blocks kept for reuse.
    public var bytesCached = 0
    /// Blocks asked from the system since the start.
    public var systemAllocations = 0
    /// Blocks handed out again without asking the system.
    public var reuses = 0
  }

  private static let classCount = 256
  private static let smallest = 64
  /// The largest block that may serve for arrays of less than half its size.
  private static let smallBlock = 1 << 20

  private struct State {
    var heads = [UInt](repeating: 0, count: MemoryPool.classCount)
    var statistics = Statistics()
    /// The most blocks of each class that were to be kept, spare ones included.
    var reserved = [Int](repeating: 0, count: MemoryPool.classCount)
    /// The most that `bytesInUse` has been, `resetPeak` or not.
    var mostInUse = 0
    var limit: Int

    /// Takes the first kept block of a class, 0 where there is none.
    mutating func take(_ index: Int, byteCount: Int) -> UInt {
      let head = heads[index]
      if head == 0 { return 0 }
      heads[index] = UnsafeRawPointer(bitPattern: head)!.load(as: UInt.self)
      statistics.bytesCached -= byteCount
      statistics.reuses += 1
      return head
    }

    mutating func keep(_ block: UnsafeMutableRawPointer, _ index: Int, byteCount: Int) {
      block.storeBytes(of: heads[index], as: UInt.self)
      heads[index] = UInt(bitPattern: block)
      statistics.bytesCached += byteCount
    }

    mutating func use(byteCount: Int) {
      statistics.bytesInUse += byteCount
      statistics.peakBytesInUse = max(statistics.peakBytesInUse, statistics.bytesInUse)
      mostInUse = max(mostInUse, statistics.bytesInUse)
    }
  }

  private let state: Mutex<State>
  private let keepsBlocks: Bool

  package init(limit: Int, keepsBlocks: Bool = true) {
    state = Mutex(State(limit: limit))
    self.keepsBlocks = keepsBlocks
  }

  /// The most bytes that arrays and kept blocks may take together.
  public var limit: Int {
    get { state.withLock { $0.limit } }
    set { state.withLock { $0.limit = newValue } }
  }

  /// A reading of the counters.
  public var statistics: Statistics { state.withLock { $0.statistics } }

  /// Sets `peakBytesInUse` to what is in use now.
  public func resetPeak() {
    state.withLock { $0.statistics.peakBytesInUse = $0.statistics.bytesInUse }
  }

  /// Gives the kept blocks back to the system.
  public func trim() { state.withLock { Self.trim(&$0) } }

  /// Checks, before work starts, that so many more bytes can be had.
  /// - Throws: `OutOfMemoryError` where they would pass the limit.
  public func require(byteCount: Int, for purpose: String) throws(OutOfMemoryError) {
    let (inUse, limit) = state.withLock { ($0.statistics.bytesInUse, $0.limit) }
    let (sum, overflow) = inUse.addingReportingOverflow(byteCount)
    if overflow || sum > limit || byteCount < 0 {
      throw OutOfMemoryError(purpose: purpose, needed: byteCount, inUse: inUse, limit: limit)
    }
  }

  /// The class of a size and the size of that class's blocks.
  package static func sizeClass(of byteCount: Int) -> (index: Int, byteCount: Int) {
    if byteCount <= smallest { return (0, smallest) }
    let shift = Int.bitWidth - 1 - (byteCount - 1).leadingZeroBitCount
    let base = 1 << shift
    let quarter = base >> 2
    let steps = (byteCount - base + quarter - 1) / quarter
    return ((shift - 6) * 4 + steps, base + steps * quarter)
  }

  /// The class that was asked for and that of the block which serves, in one number.
  private static func classes(asked: Int, found: Int) -> Int32 { Int32(asked << 8 | found) }

  /// A block of at least `byteCount` bytes, and its classes, which `release` takes back.
  package func allocate(byteCount: Int) -> (UnsafeMutableRawPointer, Int32) {
    do {
      return try allocate(byteCount: byteCount, for: "an array")
    } catch {
      fatalError(error.description)
    }
  }

  /// The same for a purpose that can do without, whatever other threads take meanwhile.
  /// - Throws: `OutOfMemoryError` where the block would pass the limit.
  package func allocate(
    byteCount: Int, for purpose: String
  ) throws(OutOfMemoryError) -> (UnsafeMutableRawPointer, Int32) {
    let (index, size) = Self.sizeClass(of: byteCount)
    let (cached, found) = try state.withLock { (state) throws(OutOfMemoryError) -> (UInt, Int) in
      let head = state.take(index, byteCount: size)
      if head != 0 {
        state.use(byteCount: size)
        return (head, index)
      }
      if let larger = Self.larger(than: index, byteCount: size, state) {
        let head = state.take(larger, byteCount: size)
        state.use(byteCount: size)
        return (head, larger)
      }
      let sum = state.statistics.bytesInUse + size
      if sum + state.statistics.bytesCached > state.limit { Self.trim(&state) }
      if sum > state.limit {
        throw OutOfMemoryError(
          purpose: purpose, needed: byteCount, inUse: state.statistics.bytesInUse,
          limit: state.limit)
      }
      state.statistics.systemAllocations += 1
      state.use(byteCount: size)
      return (0, index)
    }
    let classes = Self.classes(asked: index, found: found)
    if let block = UnsafeMutableRawPointer(bitPattern: cached) { return (block, classes) }
    let block = Self.systemBlock(
      byteCount: keepsBlocks ? size : max(byteCount, 1), used: byteCount)
    guard let block else {
      let inUse = statistics.bytesInUse
      fatalError(
        "out of memory: the system refused \(OutOfMemoryError.text(size)) "
          + "(arrays hold \(OutOfMemoryError.text(inUse)))")
    }
    return (block, classes)
  }

  /// A block from the system, nil where it refuses. Large ones lie on huge pages where the system has
  /// them: the first use then takes one fault for 2 MiB, and kernels that stream through several
  /// arrays find their addresses sooner.
  /// - Parameters:
  ///   - byteCount: The block's size.
  ///   - used: How much of it is asked for. Beyond that there are no huge pages, one of which would
  ///     take memory for what its first bytes alone need.
  private static func systemBlock(byteCount: Int, used: Int) -> UnsafeMutableRawPointer? {
    let hugePage = 2 << 20
    let isLarge = byteCount >= 4 * hugePage
    var block: UnsafeMutableRawPointer?
    guard posix_memalign(&block, isLarge ? hugePage : 64, byteCount) == 0 else { return nil }
    #if os(Linux)
      // Advice: where the system has no huge pages, nothing is lost.
      if isLarge { madvise(block, used / hugePage * hugePage, MADV_HUGEPAGE) }
    #endif
    return block
  }

  /// Takes a block back, with the classes that came with it.
  package func release(_ block: UnsafeMutableRawPointer, sizeClass: Int32) {
    let index = Int(sizeClass & 0xff)
    let size = Self.byteCount(ofClass: Int(sizeClass >> 8))
    if !keepsBlocks {
      free(block)
      return state.withLock { $0.statistics.bytesInUse -= size }
    }
    state.withLock { state in
      state.keep(block, index, byteCount: size)
      state.statistics.bytesInUse -= size
    }
  }

  /// Sees to it that so many blocks for arrays of a size are kept, within the limit: for arrays of
  /// which a varying number is alive, so that the most that there can be were not asked for yet.
  ///
  /// - Parameters:
  ///   - count: How many have to be kept; where they are, nothing is done.
  ///   - spare: How many more are put beside them otherwise and the first time, since other arrays
  ///     of the size will take some.
  ///   - byteCount: The arrays' size.
  ///   - isStart: Whether work begins that has the spare ones put aside anew, whatever work before
  ///     it had.
  package func reserve(count: Int, spare: Int = 0, byteCount: Int, isStart: Bool = false) {
    guard keepsBlocks else { return }
    let (index, size) = Self.sizeClass(of: byteCount)
    state.withLock { state in
      // Else blocks that happen to be kept the first time, and are taken later, would be asked for
      // at a time when a program has long been steady.
      let isFirst = isStart || state.reserved[index] < count + spare
      let wanted = isFirst ? count + spare : count
      state.reserved[index] = max(state.reserved[index], count + spare)
      var present = 0
      var block = UnsafeRawPointer(bitPattern: state.heads[index])
      while present < wanted, let kept = block {
        present += 1
        block = UnsafeRawPointer(bitPattern: kept.load(as: UInt.self))
      }
      if present == wanted { return }
      while present < count + spare,
        state.statistics.bytesInUse + state.statistics.bytesCached + size <= state.limit
      {
        guard let block = Self.systemBlock(byteCount: size, used: byteCount) else { return }
        state.keep(block, index, byteCount: size)
        state.statistics.systemAllocations += 1
        present += 1
      }
    }
  }

  /// The smallest class with a kept block that may serve for one of class `index`.
  private static func larger(than index: Int, byteCount: Int, _ state: State) -> Int? {
    let most = state.mostInUse - state.statistics.bytesInUse
    if byteCount > most { return nil }
    // Four classes on are twice as much, twelve eight times.
    let (twice, eightfold) = (index + 4, min(index + 12, sizeClass(of: smallBlock).index))
    let last = min(max(twice, eightfold), classCount - 1)
    return (index + 1..<last + 1).first { state.heads[$0] != 0 }
  }

  private static func byteCount(ofClass index: Int) -> Int {
    if index == 0 { return smallest }
    let shift = (index - 1) / 4 + 6
    let steps = (index - 1) % 4 + 1
    return (1 << shift) + steps * (1 << (shift - 2))
  }

  private static func trim(_ state: inout State) {
    for index in 0..<classCount {
      while let block = UnsafeMutableRawPointer(bitPattern: state.heads[index]) {
        state.heads[index] = block.load(as: UInt.self)
        state.statistics.bytesCached -= byteCount(ofClass: index)
        free(block)
      }
    }
  }
}

/// More memory was needed than the pool's limit leaves.
public struct OutOfMemoryError: Error, Sendable, CustomStringConvertible {
  /// What it was for.
  public let purpose: String
  /// Bytes needed.
  public let needed: Int
  /// Bytes that arrays held at that moment.
  public let inUse: Int
  /// The pool's limit in bytes.
  public let limit: Int
  /// The largest batch that would fit, 0 where not one sample would; nil where no batch was asked
  /// for.
  public var largestBatch: Int?

  public var description: String {
    "out of memory: \(purpose) needs \(Self.text(needed)), arrays hold \(Self.text(inUse)) "
      + "and the limit is \(Self.text(limit)); \(remedy)"
  }

  private var remedy: String {
    switch largestBatch {
    case nil:
      "a smaller batch or a smaller network would do, or a higher MemoryPool.shared.limit"
    case 0: "not even a batch of 1 would fit"
    case let batch?: "the largest batch that would fit is \(batch)"
    }
  }

  package static func text(_ byteCount: Int) -> String {
    if byteCount < 1024 { return "\(byteCount) bytes" }
    var value = Double(byteCount)
    for unit in ["KiB", "MiB", "GiB"] {
      value /= 1024
      if value < 1024 { return "\((value * 10).rounded() / 10) \(unit)" }
    }
    return "\((value / 1024 * 10).rounded() / 10) TiB"
  }
}
