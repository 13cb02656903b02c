#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// From random bits to random numbers.
enum RandomBits {
  /// Words 0 and 1, or 2 and 3, as one number.
  @inline(__always)
  static func wide(_ words: SIMD4<UInt32>, half: Int) -> UInt64 {
    UInt64(words[2 &* half]) | UInt64(words[2 &* half &+ 1]) << 32
  }

  /// In [0, 1), a multiple of 2⁻⁵³.
  @inline(__always)
  static func unit(_ bits: UInt64) -> Double { Double(bits >> 11) * 0x1p-53 }

  /// In [0, 1), a multiple of 2⁻²⁴.
  @inline(__always)
  static func unit(_ word: UInt32) -> Float { Float(word >> 8) * 0x1p-24 }

  /// Two independent numbers of the standard normal distribution (Box and Muller, "A note on the
  /// generation of random normal deviates", 1958).
  ///
  /// In double precision whatever the array's type. The logarithm and the angle come from the C
  /// library, so machines whose libraries round them differently may differ in the last place.
  @inline(__always)
  static func normals(_ first: UInt64, _ second: UInt64) -> (Double, Double) {
    let positive = (Double(first >> 11) + 1) * 0x1p-53  // in (0, 1]
    let radius = (-2 * log(positive)).squareRoot()
    let angle = 2 * Double.pi * unit(second)
    return (radius * cos(angle), radius * sin(angle))
  }
}
