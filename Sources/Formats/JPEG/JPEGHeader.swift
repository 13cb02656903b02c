import Arrays
import CJPEG

/// What stands before a JPEG file's first scan, checked before memory is taken for the picture.
struct JPEGHeader {
  /// Pixels from left to right, as stored.
  let width: Int
  /// Pixels from top to bottom, as stored.
  let height: Int
  let isColor: Bool
  /// Whether all coefficients are kept while it is read.
  let hasScans: Bool
  let orientation: PictureOrientation

  /// The most pixels that a byte of Huffman codes can give: at least one bit for each block of 64
  /// pixels of a component, of which sampling factors leave a quarter at the least.
  static let mostPixelsOfByte = 8 * 64 * 4

  init(_ bytes: [UInt8], file: String, maximumPixels: Int) throws(FormatError) {
    var report = gradus_jpeg_report()
    try Self.check(gradus_jpeg_outline(bytes, bytes.count, &report), report, file: file)
    func unsupported(_ found: String, _ expected: String) -> FormatError {
      FormatError(.unsupported, file: file, found: found, expected: expected)
    }
    switch report.colors {
    case Int32(GRADUS_JPEG_GRAY): isColor = false
    case Int32(GRADUS_JPEG_COLOR): isColor = true
    case Int32(GRADUS_JPEG_INKS):
      throw unsupported(
        "a JPEG image of inks (CMYK), which only a printer's profile turns into colours",
        "one of gray or colour")
    default:
      throw unsupported("a JPEG image of \(report.components) components", "gray or colour")
    }
    guard report.is_arithmetic == 0 else {
      throw unsupported("a JPEG image coded arithmetically", "Huffman codes")
    }
    (width, height) = (Int(report.width), Int(report.height))
    hasScans = report.has_scans != 0
    let pixels = width * height  // each at most 65,500
    guard pixels <= maximumPixels else {
      throw FormatError(
        .tooLarge, file: file, found: "\(width) × \(height) pixels",
        expected: "at most \(maximumPixels) pixels in all")
    }
    guard pixels / Self.mostPixelsOfByte <= bytes.count else {
      throw FormatError(
        .malformed, file: file,
        found: "\(width) × \(height) pixels in \(Excerpt.bytes(bytes.count))",
        expected: "a picture whose pixels are there")
    }
    orientation = PictureOrientation(exifOf: bytes)
  }

  /// Turns what the shim says into an error.
  static func check(
    _ status: Int32, _ report: gradus_jpeg_report, file: String
  ) throws(FormatError) {
    if status == Int32(GRADUS_JPEG_OK) { return }
    let message = withUnsafeBytes(of: report.message) { text in
      String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
    }
    let kind: FormatError.Kind
    switch status {
    case Int32(GRADUS_JPEG_MEMORY):
      throw FormatError(
        .outOfMemory, file: file, found: "no memory for libjpeg (\(Excerpt.quoted(message)))",
        expected: "enough to decode the image")
    case Int32(GRADUS_JPEG_LIMIT): kind = .tooLarge
    case Int32(GRADUS_JPEG_UNSUPPORTED): kind = .unsupported
    default: kind = .malformed
    }
    throw FormatError(
      kind, file: file, found: "\(Excerpt.quoted(message)) by libjpeg",
      expected: "an intact JPEG image")
  }
}
