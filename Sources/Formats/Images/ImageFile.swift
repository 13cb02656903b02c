import Arrays

/// Images in the formats that are read: PNG and JPEG, told by their first bytes, not by the name.
public enum ImageFile {
  /// Reads an image.
  /// - Parameters:
  ///   - path: The file.
  ///   - channels: How many channels are wanted.
  ///   - background: What transparent pixels lie upon.
  ///   - maximumPixels: The most pixels that are read.
  /// - Returns: `uint8` [channels, height, width].
  /// - Throws: `FormatError`, as `PNG.read` and `JPEG.read` do, and for a file that is neither.
  public static func read(
    _ path: String, channels: PNG.Channels = .asStored, background: PNG.Color = .white,
    maximumPixels: Int = PNG.defaultMaximumPixels
  ) throws(FormatError) -> NDArray {
    try decode(
      Files.read(path, maximum: maximumByteCount(pixels: maximumPixels)), file: path,
      channels: channels, background: background, maximumPixels: maximumPixels)
  }

  /// The image that the bytes of a file hold, as `read` gives it.
  /// - Parameters:
  ///   - bytes: The content of the file.
  ///   - file: The name that errors give.
  ///   - channels: How many channels are wanted.
  ///   - background: What transparent pixels lie upon.
  ///   - maximumPixels: The most pixels that are read.
  /// - Throws: `FormatError`, as `read` does.
  public static func decode(
    _ bytes: [UInt8], file: String = "image data", channels: PNG.Channels = .asStored,
    background: PNG.Color = .white, maximumPixels: Int = PNG.defaultMaximumPixels
  ) throws(FormatError) -> NDArray {
    switch try Sort(bytes, file: file) {
    case .jpeg:
      try JPEG.decode(bytes, file: file, channels: channels, maximumPixels: maximumPixels)
    case .png:
      try PNG.decode(
        bytes, file: file, channels: channels, background: background,
        maximumPixels: maximumPixels)
    }
  }

  /// What a file's beginning says of its picture, as it is to be seen.
  /// - Throws: `FormatError`, as `read` does where the beginning is wrong.
  package static func outline(
    _ bytes: [UInt8], file: String, maximumPixels: Int = PNG.defaultMaximumPixels
  ) throws(FormatError) -> (height: Int, width: Int, isColor: Bool) {
    switch try Sort(bytes, file: file) {
    case .jpeg:
      let header = try JPEGHeader(bytes, file: file, maximumPixels: maximumPixels)
      return header.orientation.exchangesAxes
        ? (header.width, header.height, header.isColor)
        : (header.height, header.width, header.isColor)
    case .png:
      let header = try PNGHeader(bytes, file: file, maximumPixels: maximumPixels)
      return (header.height, header.width, header.isColor)
    }
  }

  /// Whether a file's name ends as those of such images do.
  public static func isName(_ path: String) -> Bool {
    let name = path.lowercased()
    return [".png", ".jpg", ".jpeg"].contains { name.hasSuffix($0) }
  }

  private enum Sort {
    case png, jpeg

    init(_ bytes: [UInt8], file: String) throws(FormatError) {
      if JPEG.isJPEG(bytes) {
        self = .jpeg
      } else if bytes.first == 0x89 {
        self = .png  // which says where its signature is broken
      } else {
        throw FormatError(
          .malformed, file: file, place: "byte 0",
          found: bytes.isEmpty
            ? "the end of the data"
            : "bytes \(bytes.prefix(4).map(String.init).joined(separator: " "))",
          expected: "the signature of a PNG or JPEG file")
      }
    }
  }

  /// The longest file that is read for so many pixels: eight bytes a pixel at most, and room for
  /// what is no pixels.
  static func maximumByteCount(pixels: Int) -> Int {
    let (most, overflow) = pixels.multipliedReportingOverflow(by: 8)
    return min(Files.defaultMaximum, overflow ? Int.max : max(most, 1 << 26))
  }
}
