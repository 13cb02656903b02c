/// Conversion between `Float` and the bits of IEEE 754 binary16, which is a storage type here.
///
/// Done on the bits, since `Float16` does not exist on every platform that Swift runs on.
package enum HalfPrecision {
  /// The nearest half-precision number, ties to even; too large ones become infinite.
  package static func bits(of value: Float) -> UInt16 {
    let bits = value.bitPattern
    let sign = UInt16(truncatingIfNeeded: bits >> 16) & 0x8000
    let magnitude = bits & 0x7FFF_FFFF
    if magnitude > 0x7F80_0000 { return sign | 0x7E00 }
    if magnitude >= 0x4780_0000 { return sign | 0x7C00 }
    if magnitude < 0x3880_0000 {  // subnormal: a multiple of 2^-24
      let scaled = Float(bitPattern: magnitude) * 16_777_216
      return sign | UInt16(scaled.rounded(.toNearestOrEven))
    }
    let odd = (magnitude >> 13) & 1
    let rounded = magnitude &+ 0x0FFF &+ odd
    return sign | UInt16(truncatingIfNeeded: (rounded &- 0x3800_0000) >> 13)
  }

  /// The value of a half-precision number.
  package static func value(ofBits bits: UInt16) -> Float {
    let sign = UInt32(bits & 0x8000) << 16
    let exponent = UInt32(bits >> 10) & 0x1F
    let fraction = UInt32(bits & 0x3FF)
    if exponent == 0x1F { return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13) }
    if exponent == 0 {
      let value = Float(fraction) / 16_777_216
      return sign == 0 ? value : -value
    }
    return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
  }
}
