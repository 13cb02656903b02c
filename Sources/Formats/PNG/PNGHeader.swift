/// The first 33 bytes of a PNG file, checked before libpng sees it: it says how much memory the
/// image will take.
struct PNGHeader {
  let width: Int
  let height: Int
  /// Whether it has colours, by its samples or its palette.
  let isColor: Bool

  private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
  private static let firstChunk = Array("IHDR".utf8)

  /// Checks signature, sizes and type, and that the file is long enough to hold so many pixels at
  /// deflate's largest ratio.
  init(_ bytes: [UInt8], file: String, maximumPixels: Int) throws(FormatError) {
    func fail(_ place: Int, _ found: String, _ expected: String) -> FormatError {
      FormatError(
        .malformed, file: file, place: "byte \(place)", found: found, expected: expected)
    }
    func number(_ place: Int) -> Int {
      bytes[place..<(place + 4)].reduce(0) { $0 << 8 | Int($1) }
    }
    for (place, byte) in Self.signature.enumerated() {
      guard place < bytes.count else {
        throw fail(place, "the end of the data", "the signature of a PNG file")
      }
      guard bytes[place] == byte else {
        throw fail(place, "byte \(bytes[place])", "\(byte), of a PNG file's signature")
      }
    }
    guard bytes.count >= 33 else {
      throw fail(bytes.count, "the end of the data", "a header of 33 bytes")
    }
    guard number(8) == 13, Array(bytes[12..<16]) == Self.firstChunk else {
      throw fail(
        8, "a chunk \(Excerpt.quoted(bytes[12..<16])) of \(number(8)) bytes",
        "\"IHDR\" of 13 bytes")
    }
    let width = number(16)
    let height = number(20)
    guard width > 0, height > 0 else {
      throw fail(16, "\(width) × \(height) pixels", "at least one pixel")
    }
    let (pixels, overflow) = width.multipliedReportingOverflow(by: height)
    guard !overflow, pixels <= maximumPixels else {
      throw FormatError(
        .tooLarge, file: file, place: "byte 16", found: "\(width) × \(height) pixels",
        expected: "at most \(maximumPixels) pixels in all")
    }
    let samples: Int
    switch bytes[25] {
    case 0, 3: samples = 1
    case 2: samples = 3
    case 4: samples = 2
    case 6: samples = 4
    default: throw fail(25, "colour type \(bytes[25])", "0, 2, 3, 4 or 6")
    }
    guard [1, 2, 4, 8, 16].contains(bytes[24]) else {
      throw fail(24, "\(bytes[24]) bits a sample", "1, 2, 4, 8 or 16")
    }
    let (bits, bitsOverflow) = pixels.multipliedReportingOverflow(by: samples * Int(bytes[24]))
    guard !bitsOverflow, bits / 8 / Gzip.largestRatio <= bytes.count else {
      throw fail(
        16, "\(width) × \(height) pixels in a file of \(Excerpt.bytes(bytes.count))",
        "a file long enough to hold them")
    }
    self.width = width
    self.height = height
    isColor = bytes[25] & 2 != 0
  }
}
