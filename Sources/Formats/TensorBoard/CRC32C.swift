/// The cyclic redundancy check with Castagnoli's polynomial, which TensorBoard's records carry.
///
/// - Source: RFC 3720, section 12.1 and appendix B.4.
enum CRC32C {
  /// The check of some bytes.
  static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
    ~bytes.reduce(~0) { sum, byte in
      table[Int(UInt8(truncatingIfNeeded: sum) ^ byte)] ^ (sum >> 8)
    }
  }

  /// For each byte the remainder of its division by the polynomial, bits reversed.
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { sum, _ in sum & 1 == 1 ? 0x82F6_3B78 ^ (sum >> 1) : sum >> 1 }
  }
}
