import CCrypto

/// The SHA-256 digest (FIPS 180-4), by OpenSSL.
///
/// ```swift
/// var hash = SHA256()
/// hash.update([0x61, 0x62, 0x63])
/// let text = hash.finish()  // ba7816bf…
/// ```
public struct SHA256: ~Copyable {
  private let context: OpaquePointer

  /// The digest of nothing yet.
  public init() {
    guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
      fatalError("SHA256: OpenSSL offers no SHA-256; its configuration has disabled it")
    }
    self.context = context
  }

  deinit { EVP_MD_CTX_free(context) }

  /// Adds bytes.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    if let base = bytes.baseAddress { EVP_DigestUpdate(context, base, bytes.count) }
  }

  /// Adds bytes.
  public mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

  /// The digest of all that was added: 64 hexadecimal digits in lower case.
  public consuming func finish() -> String {
    var digest = [UInt8](repeating: 0, count: 32)
    EVP_DigestFinal_ex(context, &digest, nil)
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// The digest of bytes: 64 hexadecimal digits in lower case.
  public static func hex(of bytes: [UInt8]) -> String {
    var hash = SHA256()
    hash.update(bytes)
    return hash.finish()
  }

  /// The digest of a file of any length, read piece by piece: 64 hexadecimal digits in lower case.
  /// - Throws: `FormatError` where the file cannot be read.
  public static func hex(ofFile path: String) throws(FormatError) -> String {
    let file = try InputFile(path)
    var hash = SHA256()
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
    defer { buffer.deallocate() }
    while true {
      let count = try file.readNext(into: buffer)
      if count == 0 { break }
      hash.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
    return hash.finish()
  }
}
