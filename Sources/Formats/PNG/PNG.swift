import Arrays
import CPNG

/// PNG images, by libpng.
///
/// Source: W3C Recommendation "Portable Network Graphics (PNG) Specification", libpng-manual(3),
/// "The simplified API".
public enum PNG {
  /// The most pixels that are read where the caller names no limit: 100 megapixels.
  public static let defaultMaximumPixels = 100_000_000

  /// Reads an image of any sort that PNG has: gray or colour, with palette, alpha, interlacing, 1
  /// to 16 bits a sample (16 are reduced to 8). Values are those stored (sRGB); only where the file
  /// says that its gamma is another are they converted.
  /// - Parameters:
  ///   - path: The file.
  ///   - channels: How many channels are wanted.
  ///   - background: What transparent pixels lie upon: stored values are mixed by alpha.
  ///   - maximumPixels: The most pixels that are read.
  /// - Returns: `uint8` [channels, height, width].
  /// - Throws: `FormatError` where the file cannot be read, is no PNG or a damaged one, or has more
  ///   pixels than allowed.
  public static func read(
    _ path: String, channels: Channels = .asStored, background: Color = .white,
    maximumPixels: Int = defaultMaximumPixels
  ) throws(FormatError) -> NDArray {
    let maximum = ImageFile.maximumByteCount(pixels: maximumPixels)
    return try decode(
      Files.read(path, maximum: maximum), file: path, channels: channels, background: background,
      maximumPixels: maximumPixels)
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
    _ bytes: [UInt8], file: String = "PNG data", channels: Channels = .asStored,
    background: Color = .white, maximumPixels: Int = defaultMaximumPixels
  ) throws(FormatError) -> NDArray {
    let header = try PNGHeader(bytes, file: file, maximumPixels: maximumPixels)
    let essential = try PNGChunks.essential(bytes, file: file)
    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    defer { png_image_free(&image) }
    return try essential.withUnsafeBufferPointer { (bytes) throws(FormatError) in
      guard png_image_begin_read_from_memory(&image, bytes.baseAddress, bytes.count) != 0 else {
        throw failure(&image, file: file)
      }
      guard Int(image.width) == header.width, Int(image.height) == header.height else {
        throw FormatError(
          .malformed, file: file, place: "byte 16",
          found: "\(image.width) × \(image.height) pixels",
          expected: "\(header.width) × \(header.height)")
      }
      // PNG_FORMAT_FLAG_ALPHA and _COLOR: samples interleaved as G, GA, RGB or RGBA.
      let hasAlpha = image.format & 0x01 != 0
      let hasColor = image.format & 0x02 != 0
      image.format = (hasAlpha ? 0x01 : 0) | (hasColor ? 0x02 : 0)
      // PNG_IMAGE_FLAG_16BIT_sRGB: 16-bit samples without a gamma are sRGB as those of 8 bits are.
      image.flags |= 0x04
      let samples = (hasColor ? 3 : 1) + (hasAlpha ? 1 : 0)
      let wanted =
        switch channels {
        case .asStored: hasColor ? 3 : 1
        case .gray: 1
        case .rgb: 3
        }
      let pixels = header.width * header.height  // at most maximumPixels
      try NDArray.requireMemory(of: file, place: "byte 16", byteCount: pixels * (samples + wanted))
      let array = try NDArray.content(
        of: file, place: "byte 16", sizes: [wanted, header.height, header.width], dtype: .uint8)
      let interleaved = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: pixels * samples)
      defer { interleaved.deallocate() }
      // Zeroed, since libpng leaves what a damaged file does not give.
      interleaved.initialize(repeating: 0)
      guard
        png_image_finish_read(
          &image, nil, interleaved.baseAddress, png_int_32(header.width * samples), nil) != 0
      else { throw failure(&image, file: file) }
      let layout = PixelLayout(hasColor: hasColor, hasAlpha: hasAlpha, background: background)
      try array.withContentBytes { (target) throws(FormatError) in
        layout.separate(
          UnsafeBufferPointer(interleaved), into: target.bindMemory(to: UInt8.self),
          channels: wanted, pixels: pixels)
      }
      return array
    }
  }

  /// What libpng says of a file.
  static func failure(_ image: inout png_image, file: String) -> FormatError {
    let message = withUnsafeBytes(of: &image.message) { text in
      String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
    }
    // Its messages are all that libpng tells: "Out of memory", "insufficient memory to read chunk".
    if ["out of memory", "insufficient memory"].contains(where: message.lowercased().contains) {
      return FormatError(
        .outOfMemory, file: file, found: "no memory for libpng (\(Excerpt.quoted(message)))",
        expected: "enough for the image")
    }
    return FormatError(
      .malformed, file: file, found: "\(Excerpt.quoted(message)) by libpng",
      expected: "an intact PNG image")
  }
}
