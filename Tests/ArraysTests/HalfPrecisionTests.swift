import Arrays
import Testing

@Suite("Half precision")
struct HalfPrecisionTests {
  @Test(
    arguments: [
      (0x0000, 0), (0x3C00, 1), (0xC000, -2), (0x7BFF, 65504), (0x0001, 0x1p-24),
      (0x03FF, 0x1.FF8p-15), (0x0400, 0x1p-14), (0x3555, 0.333_251_953_125),
      (0x7C00, .infinity), (0xFC00, -.infinity),
    ] as [(UInt16, Float)])
  func knownNumbers(bits: UInt16, value: Float) {
    #expect(HalfPrecision.value(ofBits: bits) == value)
    #expect(HalfPrecision.bits(of: value) == bits)
  }

  @Test func everyNumberReturns() {
    for bits in UInt16.min...UInt16.max {
      let value = HalfPrecision.value(ofBits: bits)
      if bits & 0x7FFF > 0x7C00 {
        #expect(value.isNaN)
      } else if HalfPrecision.bits(of: value) != bits {
        Issue.record("\(bits) became \(HalfPrecision.bits(of: value))")
        return
      }
    }
  }

  @Test func rounding() {
    #expect(HalfPrecision.bits(of: 2049) == HalfPrecision.bits(of: 2048))  // tie to even
    #expect(HalfPrecision.bits(of: 2051) == HalfPrecision.bits(of: 2052))
    #expect(HalfPrecision.bits(of: 65519) == 0x7BFF)
    #expect(HalfPrecision.bits(of: 65520) == 0x7C00)
    #expect(HalfPrecision.bits(of: 0x1p-25) == 0)
    #expect(HalfPrecision.bits(of: 0x1.000002p-25) == 1)
    #expect(HalfPrecision.bits(of: -0.0) == 0x8000)
    #expect(HalfPrecision.bits(of: .nan) & 0x7FFF == 0x7E00)
  }

  #if !(os(macOS) && arch(x86_64))
    @Test func agreesWithFloat16() {
      for bits in UInt16.min...UInt16.max {
        let expected = Float(Float16(bitPattern: bits))
        let value = HalfPrecision.value(ofBits: bits)
        if !(value == expected || (value.isNaN && expected.isNaN)) {
          Issue.record("bits \(bits): \(value), expected \(expected)")
          return
        }
      }
      var generator = RandomGenerator(key: RandomKey(seed: 5, path: "half"))
      for _ in 0..<300_000 {
        // All exponents around the range of half precision, and ties.
        let exponent = UInt32(generator.integer(below: 48) + 96)
        let fraction = UInt32(truncatingIfNeeded: generator.next()) & 0x7F_FFFF
        let masked = generator.next() & 1 == 0 ? fraction : fraction & 0x7F_F000
        let sign = UInt32(generator.integer(below: 2)) << 31
        let value = Float(bitPattern: sign | exponent << 23 | masked)
        if HalfPrecision.bits(of: value) != Float16(value).bitPattern {
          Issue.record("\(value): \(HalfPrecision.bits(of: value))")
          return
        }
      }
    }
  #endif
}
