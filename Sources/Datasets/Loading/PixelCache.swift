import Arrays
import Synchronization

/// Decoded images under a bound of memory, by their files' numbers.
///
/// Its memory is one array that is taken whole at the start, so that what a network may take is known
/// from then on; the system gives it pages only as they are filled.
final class PixelCache: Sendable {
  /// What was found.
  enum Lookup {
    /// The pixels are in the buffer.
    case copied
    /// The file has been found to be damaged.
    case damaged
    /// Nothing is known of it.
    case absent
  }

  private static let absent: Int32 = -1
  private static let damaged: Int32 = -2

  private struct State {
    var pixels: NDArray
    /// The row of each file, or one of the marks above.
    var rows: [Int32]
    var used = 0
  }

  private let imageByteCount: Int
  /// The most images that are kept.
  let capacity: Int
  private let state: Mutex<State>

  /// - Parameters:
  ///   - files: How many there are.
  ///   - imageByteCount: Of one image.
  ///   - byteCount: The most bytes of images; no more are taken than a quarter of what memory
  ///     has left, for the network needs the rest.
  init(files: Int, imageByteCount: Int, byteCount: Int) {
    let (limit, inUse) = (MemoryPool.shared.limit, MemoryPool.shared.statistics.bytesInUse)
    let most = max(0, min(byteCount, (limit - min(inUse, limit)) / 4))
    capacity = min(files, most / imageByteCount)
    self.imageByteCount = imageByteCount
    state = Mutex(
      State(
        pixels: NDArray(uninitialized: [capacity * imageByteCount], dtype: .uint8),
        rows: [Int32](repeating: Self.absent, count: files)))
  }

  /// Copies an image's pixels where they are kept.
  func copy(_ file: Int, into target: UnsafeMutableBufferPointer<UInt8>) -> Lookup {
    state.withLock { state in
      let row = Int(state.rows[file])
      guard row >= 0 else { return row == Int(Self.damaged) ? .damaged : .absent }
      state.pixels.withElements(as: UInt8.self) { pixels in
        _ = target.update(
          from: UnsafeBufferPointer(
            rebasing: pixels[(row * imageByteCount)...].prefix(imageByteCount)))
      }
      return .copied
    }
  }

  /// Keeps an image's pixels where there is room.
  func keep(_ file: Int, _ image: UnsafeBufferPointer<UInt8>) {
    state.withLock { state in
      guard state.rows[file] == Self.absent, state.used < capacity else { return }
      let start = state.used * imageByteCount
      state.pixels.withMutableElements(as: UInt8.self) { pixels in
        _ = pixels[start...].prefix(imageByteCount).update(from: image)
      }
      state.rows[file] = Int32(state.used)
      state.used += 1
    }
  }

  /// Remembers that a file is damaged.
  func markDamaged(_ file: Int) { state.withLock { $0.rows[file] = Self.damaged } }

  /// The places, in a list of files, of those that have been found to be damaged.
  func damagedPlaces(in files: [Int]) -> [Int] {
    state.withLock { state in files.indices.filter { state.rows[files[$0]] == Self.damaged } }
  }
}
