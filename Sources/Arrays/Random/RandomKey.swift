/// What names a stream of random numbers: a seed, a path and a step.
///
/// The same key gives the same numbers on any number of threads. Two uses need two keys: give each
/// its own path ("layer1.0.conv1.weight", "dropout.2") and count steps within it, since two arrays
/// drawn with one key share their random bits.
///
/// The seed, spread by SplitMix64, is xored with the FNV-1a hash of the path to make Philox's key;
/// the step is the upper half of its counter, the place in the stream the lower. Any seed is as
/// good as another, 0 and neighbours included.
public struct RandomKey: Sendable, Hashable {
  /// The seed of the whole run.
  public let seed: UInt64
  /// FNV-1a (64 bits) of the path's UTF-8.
  public let pathHash: UInt64
  /// Which of the successive draws at this path.
  public let step: UInt64

  /// A key.
  /// - Parameters:
  ///   - seed: The seed of the whole run; any number.
  ///   - path: The name of what is drawn, such as a parameter's path.
  ///   - step: Which of the successive draws at this path.
  public init(seed: UInt64, path: String = "", step: UInt64 = 0) {
    self.init(seed: seed, pathHash: Self.hash(path, from: Self.emptyHash), step: step)
  }

  private init(seed: UInt64, pathHash: UInt64, step: UInt64) {
    self.seed = seed
    self.pathHash = pathHash
    self.step = step
  }

  /// The key of a path below this one: that of "path.component", or of "component" where the path
  /// is empty.
  public func appending(_ component: String) -> RandomKey {
    let start = pathHash == Self.emptyHash ? pathHash : Self.hash(".", from: pathHash)
    return RandomKey(seed: seed, pathHash: Self.hash(component, from: start), step: step)
  }

  /// The key of another step at the same path.
  public func at(step: UInt64) -> RandomKey {
    RandomKey(seed: seed, pathHash: pathHash, step: step)
  }

  /// The stream's words 4 · block … 4 · block + 3.
  @inline(__always)
  package func words(block: UInt64) -> SIMD4<UInt32> {
    let counter = SIMD4(Self.low(block), Self.high(block), Self.low(step), Self.high(step))
    return Philox.words(counter: counter, key: philoxKey)
  }

  /// The key of Philox under which the stream's counters stand.
  @inline(__always)
  package var philoxKey: SIMD2<UInt32> {
    var mixed = seed &+ 0x9E37_79B9_7F4A_7C15
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    let key = mixed ^ (mixed >> 31) ^ pathHash
    return SIMD2(Self.low(key), Self.high(key))
  }

  private static let emptyHash: UInt64 = 0xCBF2_9CE4_8422_2325

  private static func hash(_ text: String, from start: UInt64) -> UInt64 {
    text.utf8.reduce(start) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
  }

  @inline(__always)
  private static func low(_ value: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: value) }
  @inline(__always)
  private static func high(_ value: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: value >> 32) }
}
