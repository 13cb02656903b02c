import Formats
import Testing

@Suite struct SHA256Tests {
  /// FIPS 180-4's examples, as published by NIST.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func knownDigests(text: String, digest: String) throws {
    #expect(SHA256.hex(of: Array(text.utf8)) == digest)
    var hash = SHA256()
    for byte in text.utf8 { hash.update([byte]) }
    #expect(hash.finish() == digest)
    let folder = TemporaryFolder()
    try AtomicFile.write(text, to: folder.file("a"))
    #expect(try SHA256.hex(ofFile: folder.file("a")) == digest)
  }

  @Test func aMillionLetters() throws {
    let folder = TemporaryFolder()
    let content = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
    try AtomicFile.write(content, to: folder.file("a"))
    let digest = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
    #expect(try SHA256.hex(ofFile: folder.file("a")) == digest)
    #expect(SHA256.hex(of: content) == digest)
  }

  @Test func aMissingFileIsAnError() {
    #expect(
      message { _ = try SHA256.hex(ofFile: "/nowhere/a") }
        == "/nowhere/a: found no such file, expected a file")
  }
}
